use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{ApiKeyId, SessionId, TenantId, UserId};

/// Who is calling, as the authorizer established it. Handlers take the tenant from here only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantContext {
    /// Whose data the request may touch.
    pub tenant: TenantId,
    /// The person behind the request.
    pub user: UserId,
    /// What the person may do inside the tenant.
    pub role: Role,
    /// What the tenant pays for, read at most a cache lifetime (60 s) ago.
    pub plan: Plan,
    /// How the person proved who they are.
    pub method: SignInMethod,
    /// What the credential is good for, whatever the role.
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

/// The text names no value of the kind asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown {kind}: {text:?}")]
pub struct UnknownName {
    /// What was asked for.
    pub kind: &'static str,
    /// What came.
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
            /// The name as it stands in tables, tokens and JSON.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }

        // Not derived: the derive does not see a name that comes from a macro.
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                crate::id::one_of(&[$($text),+])
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
    /// How a person proved who they are.
    SignInMethod("sign-in method") {
        /// A link sent to their address.
        MagicLink = "magic_link",
        /// A key made for a program.
        ApiKey = "api_key",
    }
);

named!(
    /// What a credential is good for.
    Scope("scope") {
        /// Reading.
        Read = "read",
        /// Reading, and everything to do with projects, renders and videos.
        Render = "render",
        /// Whatever the person's role allows.
        All = "all",
    }
);
