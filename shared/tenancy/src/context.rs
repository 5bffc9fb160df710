//! The authenticated caller of a request.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::one_of;
use crate::ids::{ApiKeyId, SessionId, TenantId, UserId};

/// The authenticated caller, as the authorizer passes it to a function. Handlers take the tenant from here only, never
/// from a path, a query or a body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantContext {
    /// The tenant whose data the request may touch.
    pub tenant: TenantId,
    /// The person behind the request.
    pub user: UserId,
    /// What the person may do inside the tenant.
    pub role: Role,
    /// What the tenant paid for when the authorizer looked, up to its cache's lifetime (60 s) ago. What refuses for want
    /// of a plan reads the plan afresh instead.
    pub plan: Plan,
    /// How the person authenticated.
    pub method: SignInMethod,
    /// What the credential permits; it can only narrow what the role permits.
    pub scope: Scope,
    /// The session, when the credential is an access token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    /// When the person signed in, when the credential is an access token. Neither a renewed token nor a
    /// change of tenant moves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_in_at: Option<Timestamp>,
    /// The key, when the credential is an API key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_key: Option<ApiKeyId>,
}

/// A text is none of the names of an enumeration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown {kind}: {text:?}")]
pub struct UnknownName {
    /// The enumeration, for people: `plan`, `role` …
    pub kind: &'static str,
    /// The text that was to be parsed.
    pub text: String,
}

macro_rules! named {
    ($(#[$doc:meta])* $name:ident ($kind:literal) { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            /// The name in table items, tokens and JSON.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }

        // Not derived: the derive does not see a name that comes from a macro.
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                one_of(&[$($text),+])
            }
        }

        impl utoipa::ToSchema for $name {}

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownName;
            fn from_str(text: &str) -> Result<Self, UnknownName> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err(UnknownName { kind: $kind, text: text.to_owned() }),
                }
            }
        }
    };
}

named!(
    /// What a tenant pays for.
    Plan("plan") {
        /// No subscription.
        Free = "free",
        /// The paid plan for one studio.
        Pro = "pro",
        /// Without monthly limits.
        Enterprise = "enterprise",
    }
);

named!(
    /// What a person may do inside a tenant.
    Role("role") {
        /// Everything, including billing, invitations and deletion.
        Owner = "owner",
        /// Projects, jobs and videos.
        Member = "member",
    }
);

named!(
    /// How a person authenticated.
    SignInMethod("sign-in method") {
        /// A single-use link sent to their email address.
        MagicLink = "magic_link",
        /// An API key, made for a program.
        ApiKey = "api_key",
    }
);

named!(
    /// What a credential permits.
    Scope("scope") {
        /// Reading only.
        Read = "read",
        /// Reading, and everything to do with projects, renders and videos.
        Render = "render",
        /// Whatever the person's role allows.
        All = "all",
    }
);
