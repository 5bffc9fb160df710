//! Mails, as they are queued for the function `send-mail`.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::address::EmailAddress;
use crate::sign_in_code::SignInCode;

/// A message of the mail queue: which mail to send, and with what content. `send-mail` decides how it looks.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Mail {
    /// A link and a code to sign in with.
    SignInLink {
        /// The address that wants to sign in.
        to: EmailAddress,
        /// The URL of the sign-in page, with the token in its fragment: browsers do not send the fragment, so servers
        /// and mail scanners that follow the link do not see the token.
        link: String,
        /// The code that has to be typed on a device other than the one that asked for the link.
        code: SignInCode,
        /// How long link and code are valid from when they were asked for, in minutes.
        expires_in_min: u64,
    },
    /// An invitation to join a tenant.
    Invitation {
        /// The address that is invited.
        to: EmailAddress,
        /// The name of the tenant. It is user input, which `send-mail` has to sanitize.
        tenant_name: String,
        /// The address of the owner who invites.
        invited_by: EmailAddress,
        /// The URL of the page that accepts the invitation, with the token in its fragment.
        link: String,
        /// How long the invitation is valid from when it was made, in days.
        expires_in_days: u64,
    },
    /// Tells that an export can be downloaded.
    ExportReady {
        /// The owner who asked for the export.
        to: EmailAddress,
        /// The URL of the page that downloads it, for an owner who is signed in.
        link: String,
        /// The file name of the export.
        file_name: String,
    },
    /// Tells that the erasure of a tenant has begun.
    ErasureBegun {
        /// An owner of the tenant.
        to: EmailAddress,
    },
    /// Tells that the erasure of a tenant is complete.
    ErasureDone {
        /// A former owner of the tenant.
        to: EmailAddress,
    },
    /// Tells that an API key was leaked and has been revoked.
    ApiKeyRevoked {
        /// An owner of the tenant.
        to: EmailAddress,
        /// The name of the key. It is user input, which `send-mail` has to sanitize.
        key_name: String,
        /// The key's prefix and first random characters.
        beginning: String,
    },
}

/// Leaves out links and codes, because they are credentials and must not get into a log by accident.
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

    fn assert_queued_as(mail: &Mail, queued: Value) {
        assert_eq!(serde_json::to_value(mail).unwrap(), queued);
        assert_eq!(&serde_json::from_value::<Mail>(queued).unwrap(), mail);
        let logged = format!("{mail:?}");
        for hidden in ["secret", "ruth", "naomi", "0123", "Moab"] {
            assert!(!logged.contains(hidden), "{logged}");
        }
    }

    #[test]
    fn a_mail_is_queued_as_json_and_logged_without_its_secrets() {
        let sign_in = Mail::SignInLink {
            to: "ruth@example.org".parse().unwrap(),
            link: "https://app.example.org/login#token=secret".into(),
            code: "01234ABC".parse().unwrap(),
            expires_in_min: 15,
        };
        let queued = json!({
            "kind": "sign_in_link",
            "to": "ruth@example.org",
            "link": "https://app.example.org/login#token=secret",
            "code": "0123-4ABC",
            "expires_in_min": 15,
        });
        assert_queued_as(&sign_in, queued);
        let invitation = Mail::Invitation {
            to: "ruth@example.org".parse().unwrap(),
            tenant_name: "Moab".into(),
            invited_by: "naomi@example.org".parse().unwrap(),
            link: "https://app.example.org/invitation#token=secret".into(),
            expires_in_days: 7,
        };
        let queued = json!({
            "kind": "invitation",
            "to": "ruth@example.org",
            "tenant_name": "Moab",
            "invited_by": "naomi@example.org",
            "link": "https://app.example.org/invitation#token=secret",
            "expires_in_days": 7,
        });
        assert_queued_as(&invitation, queued);
    }
}
