use std::collections::BTreeMap;

use anyhow::Result;
use client::{Answer, Api, LocalStack, Method};
use serde_json::{Value, json};

/// A browser on one of the product's own pages: it keeps cookies and says where its requests come from.
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
    /// When no answer comes.
    pub async fn post(&mut self, path: &str, body: &Value) -> Result<Answer> {
        let call = self.api.call(Method::POST, path).header("origin", &self.origin);
        let answer = call.header("cookie", &self.cookies()).json(body).send().await?;
        for cookie in answer.headers.get_all("set-cookie") {
            let pair = cookie.to_str()?.split(';').next().and_then(|pair| pair.split_once('='));
            match pair {
                // How a cookie is taken away.
                Some((name, "")) => drop(self.cookies.remove(name)),
                Some((name, value)) => drop(self.cookies.insert(name.to_owned(), value.to_owned())),
                None => {}
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

    /// Asks for a sign-in link, and takes its token from the mail.
    ///
    /// # Errors
    /// When the request is refused, or no mail comes.
    pub async fn link(&mut self, stack: &LocalStack, email: &str) -> Result<String> {
        let known = stack.letters_to(email).await?.len();
        self.post("/api/auth/magic-link/request", &json!({ "email": email })).await?.success()?;
        Ok(stack.token_after(email, known).await?)
    }
}
