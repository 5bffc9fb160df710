//! The sign-in routes as a browser uses them: with cookies and an `Origin`.

use std::collections::BTreeMap;

use reqwest::Method;
use reqwest::header::SET_COOKIE;
use serde_json::{Value, json};

use crate::account::SignedIn;
use crate::answer::{ApiError, ApiResponse};
use crate::api::Api;
use crate::local_stack::{LocalStack, StackError};

/// A browser on a page of the frontend: it keeps cookies and sends the page's `Origin`. A clone has the same
/// cookies, as another tab has, or somebody who has stolen them.
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

    /// Posts JSON with the cookies, and keeps those that the answer sets.
    ///
    /// # Errors
    /// [`ApiError::Transport`] when no answer comes.
    pub async fn post(&mut self, path: &str, body: &Value) -> Result<ApiResponse, ApiError> {
        self.post_as(&self.api.clone(), path, body).await
    }

    /// The same with the credential of `api`.
    ///
    /// # Errors
    /// [`ApiError::Transport`] when no answer comes.
    pub async fn post_as(&mut self, api: &Api, path: &str, body: &Value) -> Result<ApiResponse, ApiError> {
        let call = api.call(Method::POST, path).header("origin", &self.origin);
        let answer = call.header("cookie", &self.cookies()).json(body).send().await?;
        let set = answer.headers.get_all(SET_COOKIE).into_iter().filter_map(|line| line.to_str().ok());
        for pair in set.filter_map(|line| line.split(';').next()?.split_once('=')) {
            match pair {
                // An empty value deletes a cookie.
                (name, "") => drop(self.cookies.remove(name)),
                (name, value) => drop(self.cookies.insert(name.to_owned(), value.to_owned())),
            }
        }
        Ok(answer)
    }

    /// The value of the `Cookie` header: `a=1; b=2`.
    #[must_use]
    pub fn cookies(&self) -> String {
        let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    /// The values of all cookies.
    pub fn cookie_values(&self) -> impl Iterator<Item = &str> {
        self.cookies.values().map(String::as_str)
    }

    /// The value of a cookie by its name: `refresh`, `sign-in`.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// Requests a sign-in link, and gives the token in the mail.
    ///
    /// # Errors
    /// [`StackError::Api`] when the request is refused, [`StackError::NoMail`] when no mail comes in time.
    pub async fn link(&mut self, stack: &LocalStack, email: &str) -> Result<String, StackError> {
        let known = stack.mails_to(email).await?.len();
        self.post("/api/auth/magic-link/request", &json!({ "email": email })).await?.success()?;
        stack.token_after(email, known).await
    }

    /// Signs in with the token of a link, the code in the mail, or both.
    ///
    /// # Errors
    /// [`ApiError::Problem`] with the code `code_required`, `code_wrong` or `link_spent` when it is refused.
    pub async fn verify(&mut self, token: Option<&str>, code: Option<&str>) -> Result<SignedIn, ApiError> {
        let body = json!({ "token": token, "code": code });
        self.post("/api/auth/magic-link/verify", &body).await?.json()
    }

    /// Exchanges the session's refresh cookie for an access token; the cookie is rotated.
    ///
    /// # Errors
    /// [`ApiError::Problem`] with the code `unauthorized` when the session has ended.
    pub async fn refresh(&mut self) -> Result<SignedIn, ApiError> {
        self.post("/api/auth/refresh", &json!({})).await?.json()
    }
}
