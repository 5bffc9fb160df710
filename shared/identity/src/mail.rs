use std::fmt;

use serde::{Deserialize, Serialize};

use crate::address::EmailAddress;
use crate::sign_in_code::SignInCode;

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
        /// What a device that did not ask for the link has to type beside it.
        code: SignInCode,
        /// How long link and code work from when they were asked for, in minutes.
        expires_in_min: u64,
    },
    /// Asks somebody into a tenant.
    Invitation {
        /// Who is invited.
        to: EmailAddress,
        /// What the tenant calls itself: a person's own words.
        tenant_name: String,
        /// The owner who invites.
        invited_by: EmailAddress,
        /// The page that accepts, with the token in its fragment.
        link: String,
        /// How long the invitation stands from when it was made, in days.
        expires_in_days: u64,
    },
    /// Says that an export can be fetched.
    ExportReady {
        /// Who asked for it.
        to: EmailAddress,
        /// The page that fetches it, for whoever is signed in.
        link: String,
        /// Under which name.
        file_name: String,
    },
    /// Says that a tenant is being erased.
    ErasureBegun {
        /// An owner.
        to: EmailAddress,
    },
    /// Says that nothing is left of a tenant.
    ErasureDone {
        /// Who was an owner.
        to: EmailAddress,
    },
    /// Tells an owner that an API key was found where it should not be, and has ended.
    ApiKeyRevoked {
        /// The owner.
        to: EmailAddress,
        /// What the tenant calls the key: a person's own words.
        key_name: String,
        /// The key's first characters.
        beginning: String,
    },
}

/// Link and code are credentials: a log line that formats a mail by accident must not show them.
impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignInLink { to, expires_in_min, .. } => f
                .debug_struct("SignInLink")
                .field("to", to)
                .field("expires_in_min", expires_in_min)
                .finish_non_exhaustive(),
            Self::Invitation { to, invited_by, expires_in_days, .. } => f
                .debug_struct("Invitation")
                .field("to", to)
                .field("invited_by", invited_by)
                .field("expires_in_days", expires_in_days)
                .finish_non_exhaustive(),
            Self::ExportReady { to, file_name, .. } => f
                .debug_struct("ExportReady")
                .field("to", to)
                .field("file_name", file_name)
                .finish_non_exhaustive(),
            Self::ErasureBegun { to } => f.debug_struct("ErasureBegun").field("to", to).finish(),
            Self::ErasureDone { to } => f.debug_struct("ErasureDone").field("to", to).finish(),
            Self::ApiKeyRevoked { to, beginning, .. } => f
                .debug_struct("ApiKeyRevoked")
                .field("to", to)
                .field("beginning", beginning)
                .finish_non_exhaustive(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn assert_waits_as(mail: &Mail, waiting: Value) {
        assert_eq!(serde_json::to_value(mail).unwrap(), waiting);
        assert_eq!(&serde_json::from_value::<Mail>(waiting).unwrap(), mail);
        let logged = format!("{mail:?}");
        for hidden in ["secret", "ruth", "naomi", "0123", "Moab"] {
            assert!(!logged.contains(hidden), "{logged}");
        }
    }

    #[test]
    fn it_waits_as_json_and_is_logged_without_its_secrets() {
        let sign_in = Mail::SignInLink {
            to: "ruth@example.org".parse().unwrap(),
            link: "https://app.example.org/login#token=secret".into(),
            code: "01234ABC".parse().unwrap(),
            expires_in_min: 15,
        };
        let waiting = json!({
            "kind": "sign_in_link",
            "to": "ruth@example.org",
            "link": "https://app.example.org/login#token=secret",
            "code": "0123-4ABC",
            "expires_in_min": 15,
        });
        assert_waits_as(&sign_in, waiting);
        let invitation = Mail::Invitation {
            to: "ruth@example.org".parse().unwrap(),
            tenant_name: "Moab".into(),
            invited_by: "naomi@example.org".parse().unwrap(),
            link: "https://app.example.org/invitation#token=secret".into(),
            expires_in_days: 7,
        };
        let waiting = json!({
            "kind": "invitation",
            "to": "ruth@example.org",
            "tenant_name": "Moab",
            "invited_by": "naomi@example.org",
            "link": "https://app.example.org/invitation#token=secret",
            "expires_in_days": 7,
        });
        assert_waits_as(&invitation, waiting);
    }
}
