use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenancy::{SessionId, SignInMethod, TenantId, UserId};

use crate::lifetimes::Lifetimes;
use crate::refresh_token_family::RefreshTokenFamily;
use crate::secret::Secret;

/// One sign-in of one person on one device. What the person may do is no part of it: that is the
/// member's, and can change while the session lasts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Who signed in.
    pub user: UserId,
    /// How the person proved who they are.
    pub method: SignInMethod,
    /// When. A session in another tenant that follows from it keeps this time.
    pub created_at: Timestamp,
    /// When its refresh token was last used.
    pub used_at: Timestamp,
    /// When it ends however much it is used, seconds since 1970.
    pub ends_at: i64,
    /// When it ends if it is not used before; also the table's time to live, seconds since 1970.
    pub expires_at: i64,
    /// Where the person went on with it. Here it is over, and kept so that a token of before is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) continued_in: Option<Continuation>,
    /// What is known of its refresh tokens.
    #[serde(flatten)]
    pub(crate) family: RefreshTokenFamily,
}

/// Where a session goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Continuation {
    pub(crate) tenant: TenantId,
    pub(crate) session: SessionId,
}

/// A completed sign-in.
#[derive(Debug)]
pub struct SignIn {
    /// Where the person is signed in.
    pub tenant: TenantId,
    /// The session.
    pub session: Session,
    /// For the cookie; exists nowhere else.
    pub refresh: RefreshToken,
}

impl Session {
    /// Whether the session is over at `now`, or goes on elsewhere. The table removes it some time later.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.continued_in.is_some() || self.has_expired(now)
    }

    /// Whether nothing goes on from here at `now`.
    pub(crate) fn has_expired(&self, now: Timestamp) -> bool {
        now.as_second() >= self.expires_at
    }
}

impl SignIn {
    /// A new session, which is nowhere yet.
    #[must_use]
    pub fn begin(tenant: TenantId, user: UserId, method: SignInMethod, lifetimes: &Lifetimes) -> Self {
        let now = cloud::clock::now();
        let (family, secret) = RefreshTokenFamily::begin();
        let ends_at = seconds_after(now, lifetimes.session);
        let session = Session {
            id: SessionId::new(),
            user,
            method,
            created_at: now,
            used_at: now,
            ends_at,
            expires_at: seconds_after(now, lifetimes.idle).min(ends_at),
            continued_in: None,
            family,
        };
        let refresh = RefreshToken { tenant, session: session.id, generation: 0, secret };
        Self { tenant, session, refresh }
    }

    /// The same person in another tenant: when they signed in, how, and until when stay as they are. Its
    /// refresh tokens follow from those of `session`, of which `newest` is shown: each of them is known
    /// there, as new or old as it is.
    pub(crate) fn continued(session: &Session, newest: &Secret, tenant: TenantId, idle: Duration) -> Self {
        let now = cloud::clock::now();
        let (family, secret) = session.family.rotated(newest, now.as_millisecond());
        let generation = family.generation;
        let session = Session {
            id: SessionId::new(),
            used_at: now,
            expires_at: seconds_after(now, idle).min(session.ends_at),
            continued_in: None,
            family,
            ..session.clone()
        };
        let refresh = RefreshToken { tenant, session: session.id, generation, secret };
        Self { tenant, session, refresh }
    }
}

/// Seconds since 1970.
pub(crate) fn seconds_after(time: Timestamp, lifetime: Duration) -> i64 {
    time.as_second().saturating_add_unsigned(lifetime.as_secs())
}

/// What the browser keeps in its HttpOnly cookie to get new access tokens:
/// `{tenant}.{session}.{generation}.{secret}`.
#[derive(Clone, Debug)]
pub struct RefreshToken {
    /// Where the session is kept.
    pub tenant: TenantId,
    /// Which session.
    pub session: SessionId,
    /// How many tokens the session had before this one.
    pub generation: u64,
    /// Proof of holding it.
    pub secret: Secret,
}

impl RefreshToken {
    /// The token as the cookie has it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let (tenant, session) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let written = parts.next()?;
        let generation: u64 = written.parse().ok()?;
        let secret = Secret::parse(parts.next()?)?;
        // One token has one form: `+7` and `07` are not how a 7 was handed out.
        let canonical = parts.next().is_none() && generation.to_string() == written;
        canonical.then_some(Self { tenant, session, generation, secret })
    }

    /// The form in which it is handed out.
    #[must_use]
    pub fn expose(&self) -> String {
        format!("{}.{}.{}.{}", self.tenant, self.session, self.generation, self.secret.expose())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_secs(24 * 60 * 60);

    fn begin(lifetimes: &Lifetimes) -> SignIn {
        SignIn::begin(TenantId::new(), UserId::new(), SignInMethod::MagicLink, lifetimes)
    }

    #[test]
    fn refresh_tokens_round_trip() {
        let mut token = begin(&Lifetimes::DEFAULT).refresh;
        token.generation = 17;
        let text = token.expose();
        let again = RefreshToken::parse(&text).unwrap();
        assert_eq!(again.expose(), text);
        for bad in [
            String::new(),
            format!("{text}."),
            text.replace('.', ""),
            text[1..].to_owned(),
            text[..text.len() - 1].to_owned(),
            text.replace(".17.", "."),
            text.replace(".17.", ".."),
            text.replace(".17.", ".017."),
            text.replace(".17.", ".+17."),
            text.replace(".17.", ".-17."),
            text.replace(".17.", ".17.17."),
        ] {
            assert!(RefreshToken::parse(&bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_session_ends_at_the_earlier_of_its_two_ends() {
        let idle_first =
            begin(&Lifetimes { session: DAY * 30, idle: DAY * 14, ..Lifetimes::DEFAULT }).session;
        assert_eq!(idle_first.ends_at - idle_first.expires_at, 16 * 24 * 60 * 60);
        let absolute_first = begin(&Lifetimes { session: DAY, idle: DAY * 14, ..Lifetimes::DEFAULT }).session;
        assert_eq!(absolute_first.ends_at, absolute_first.expires_at);

        let at = |second| Timestamp::from_second(second).unwrap();
        assert!(!idle_first.is_over(at(idle_first.expires_at - 1)));
        assert!(idle_first.is_over(at(idle_first.expires_at)));
    }

    #[test]
    fn another_tenant_does_not_prolong_a_session() {
        let first = begin(&Lifetimes::DEFAULT);
        let mut earlier = first.session.clone();
        earlier.ends_at -= 29 * 24 * 60 * 60;
        let newest = &first.refresh.secret;
        let second = SignIn::continued(&earlier, newest, TenantId::new(), Lifetimes::DEFAULT.idle);
        assert_eq!(second.session.created_at, earlier.created_at);
        assert_eq!((second.session.ends_at, second.session.expires_at), (earlier.ends_at, earlier.ends_at));
        assert_ne!(second.session.id, earlier.id);
        assert_ne!(second.refresh.secret.digest(), first.refresh.secret.digest());
    }

    #[test]
    fn a_session_that_goes_on_elsewhere_is_over_but_not_forgotten() {
        let now = cloud::clock::now();
        let first = begin(&Lifetimes::DEFAULT);
        let second = SignIn::continued(
            &first.session,
            &first.refresh.secret,
            TenantId::new(),
            Lifetimes::DEFAULT.idle,
        );
        let continued_in = Some(Continuation { tenant: second.tenant, session: second.session.id });
        let left = Session { continued_in, ..first.session };
        assert!(left.is_over(now) && !left.has_expired(now));
        assert!(!second.session.is_over(now));
        let item = serde_json::to_string(&left).unwrap();
        assert_eq!(serde_json::from_str::<Session>(&item).unwrap(), left);
    }
}
