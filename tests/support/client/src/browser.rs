use std::collections::BTreeMap;

use reqwest::Method;
use reqwest::header::SET_COOKIE;
use serde_json::{Value, json};

use crate::{Api, ApiError, ApiResponse, LocalStack, SignedIn, StackError};

/// A browser on one of the product's own pages: it keeps cookies and says where its requests come from.
/// A clone has the same cookies: another tab, or somebody who has stolen them.
#[derive(Clone, Debug)]
pub struct Browser {
    api: Api,
    origin: String,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    /// A browser without cookies.
    #[must_use]
    pub fn new(stack: &LocalStack) -> Self {
        let origin = stack.outputs.frontend.clone();
        Self { api: stack.api().clone(), origin, cookies: BTreeMap::new() }
    }

    /// Sends JSON from a page, with the cookies, and keeps those of the answer.
    ///
    /// # Errors
    /// [`ApiError::Transport`].
    pub async fn post(&mut self, path: &str, body: &Value) -> Result<ApiResponse, ApiError> {
        self.post_as(&self.api.clone(), path, body).await
    }

    /// The same as whoever `api` is.
    ///
    /// # Errors
    /// [`ApiError::Transport`].
    pub async fn post_as(&mut self, api: &Api, path: &str, body: &Value) -> Result<ApiResponse, ApiError> {
        let call = api.call(Method::POST, path).header("origin", &self.origin);
        let answer = call.header("cookie", &self.cookies()).json(body).send().await?;
        let set = answer.headers.get_all(SET_COOKIE).into_iter().filter_map(|line| line.to_str().ok());
        for pair in set.filter_map(|line| line.split(';').next()?.split_once('=')) {
            match pair {
                // How a cookie is taken away.
                (name, "") => drop(self.cookies.remove(name)),
                (name, value) => drop(self.cookies.insert(name.to_owned(), value.to_owned())),
            }
        }
        Ok(answer)
    }

    /// The cookies as a request carries them: `a=1; b=2`.
    #[must_use]
    pub fn cookies(&self) -> String {
        let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    /// What the cookies hold.
    pub fn cookie_values(&self) -> impl Iterator<Item = &str> {
        self.cookies.values().map(String::as_str)
    }

    /// What the cookie of this name holds: `refresh`, `sign-in`.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// Asks for a sign-in link, and takes its token from the mail.
    ///
    /// # Errors
    /// When the request is refused, or no mail comes.
    pub async fn link(&mut self, stack: &LocalStack, email: &str) -> Result<String, StackError> {
        let known = stack.mails_to(email).await?.len();
        self.post("/api/auth/magic-link/request", &json!({ "email": email })).await?.success()?;
        stack.token_after(email, known).await
    }

    /// Signs in with the token of a link, or with a code, or with both.
    ///
    /// # Errors
    /// [`ApiError`].
    pub async fn verify(&mut self, token: Option<&str>, code: Option<&str>) -> Result<SignedIn, ApiError> {
        let body = json!({ "token": token, "code": code });
        self.post("/api/auth/magic-link/verify", &body).await?.json()
    }

    /// Exchanges the session's cookie for an access token.
    ///
    /// # Errors
    /// [`ApiError`].
    pub async fn refresh(&mut self) -> Result<SignedIn, ApiError> {
        self.post("/api/auth/refresh", &json!({})).await?.json()
    }
}
