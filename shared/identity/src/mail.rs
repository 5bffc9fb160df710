use std::fmt;

use serde::{Deserialize, Serialize};

use crate::EmailAddress;

/// A mail to be sent, as it waits in the mail queue. How it looks is the sender's business.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Mail {
    /// Lets whoever reads the mail sign in.
    SignInLink {
        /// Who asked for it.
        to: EmailAddress,
        /// The page that signs in, with the token in its fragment: servers and mail scanners that
        /// follow the link do not see the token.
        link: String,
        /// How long the link works from when it was asked for, in minutes.
        expires_in_min: u64,
    },
}

/// The link is a credential: a log line that formats a mail by accident must not show it.
impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignInLink { to, expires_in_min, .. } => f
                .debug_struct("SignInLink")
                .field("to", to)
                .field("expires_in_min", expires_in_min)
                .finish_non_exhaustive(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn it_waits_as_json_and_is_logged_without_its_link() {
        let mail = Mail::SignInLink {
            to: "ruth@example.org".parse().unwrap(),
            link: "https://app.example.org/login#token=secret".into(),
            expires_in_min: 15,
        };
        let waiting = json!({
            "kind": "sign_in_link",
            "to": "ruth@example.org",
            "link": "https://app.example.org/login#token=secret",
            "expires_in_min": 15,
        });
        assert_eq!(serde_json::to_value(&mail).unwrap(), waiting);
        assert_eq!(serde_json::from_value::<Mail>(waiting).unwrap(), mail);
        let logged = format!("{mail:?}");
        assert!(!logged.contains("secret") && !logged.contains("ruth"), "{logged}");
    }
}
