use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenancy::{ContentHash, Role, SessionId, SignInMethod, TenantId, UserId};

use crate::Secret;

/// One sign-in of one person on one device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Who signed in.
    pub user: UserId,
    /// What the person may do.
    pub role: Role,
    /// How the person proved who they are.
    pub method: SignInMethod,
    /// When.
    pub created_at: Timestamp,
    /// SHA-256 of the refresh token that is valid now.
    pub refresh_digest: ContentHash,
    /// When it ends however much it is used; also the table's time to live, seconds since 1970.
    pub expires_at: i64,
}

impl Session {
    /// Whether the session is over at `now`. The table removes it some time later.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        now.as_second() >= self.expires_at
    }
}

/// What the browser keeps in its HttpOnly cookie to get new access tokens: `{tenant}.{session}.{secret}`.
#[derive(Debug)]
pub struct RefreshToken {
    /// Where the session is kept.
    pub tenant: TenantId,
    /// Which session.
    pub session: SessionId,
    /// Proof of holding it.
    pub secret: Secret,
}

impl RefreshToken {
    /// The token as the cookie has it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let token = Self {
            tenant: parts.next()?.parse().ok()?,
            session: parts.next()?.parse().ok()?,
            secret: Secret::parse(parts.next()?)?,
        };
        parts.next().is_none().then_some(token)
    }

    /// The form in which it is handed out.
    #[must_use]
    pub fn expose(&self) -> String {
        format!("{}.{}.{}", self.tenant, self.session, self.secret.expose())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refresh_tokens_round_trip() {
        let token =
            RefreshToken { tenant: TenantId::new(), session: SessionId::new(), secret: Secret::random() };
        let text = token.expose();
        let again = RefreshToken::parse(&text).unwrap();
        assert_eq!(
            (again.tenant, again.session, again.secret.digest()),
            (token.tenant, token.session, token.secret.digest())
        );
        for bad in [format!("{text}."), text.replace('.', ""), String::new(), text[1..].to_owned()] {
            assert!(RefreshToken::parse(&bad).is_none(), "{bad}");
        }
    }
}
