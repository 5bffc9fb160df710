//! Signing in as a person does, which takes a browser and the stack's mail.

use crate::account::SignedIn;
use crate::api::Api;
use crate::browser::Browser;
use crate::local_stack::{LocalStack, StackError};

impl LocalStack {
    /// Signs in as a person does: requests a link, reads the mail, follows the link in the same browser.
    ///
    /// # Errors
    /// As [`LocalStack::sign_in_with`].
    pub async fn sign_in(&self, email: &str) -> Result<(Api, SignedIn), StackError> {
        self.sign_in_with(&mut Browser::new(self), email).await
    }

    /// Signs in with a browser of the caller's, which then holds the session's cookie.
    ///
    /// # Errors
    /// [`StackError::Api`] when a request is refused, [`StackError::NotRunning`] when the stack does not answer,
    /// [`StackError::NoMail`] when the mail does not come in time.
    pub async fn sign_in_with(
        &self,
        browser: &mut Browser,
        email: &str,
    ) -> Result<(Api, SignedIn), StackError> {
        let token = browser.link(self, email).await?;
        let signed_in = browser.verify(Some(&token), None).await?;
        Ok((self.api().with_token(&signed_in.access_token), signed_in))
    }
}
