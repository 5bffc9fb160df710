//! Sessions: one for every sign-in, with the refresh tokens that continue it.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenancy::{SessionId, SignInMethod, TenantId, UserId};

use crate::lifetimes::Lifetimes;
use crate::refresh_token_family::{RefreshTokenFamily, TokenStatus};
use crate::secret::Secret;

/// One sign-in of one person on one device. The session does not contain the person's role: that is part of
/// [`Member`](crate::Member), and can change while the session lasts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The id of the session.
    pub id: SessionId,
    /// The user who signed in.
    pub user: UserId,
    /// How the user proved who they are.
    pub method: SignInMethod,
    /// When the user signed in. A session that continues this one in another tenant keeps the time.
    pub created_at: Timestamp,
    /// When the session was last refreshed, which is when its newest refresh token was issued.
    pub used_at: Timestamp,
    /// When the session ends at the latest, however often it is refreshed, in seconds since 1970.
    pub ends_at: i64,
    /// When the session ends if it is not refreshed before, in seconds since 1970; also the table's time to live.
    pub expires_at: i64,
    /// Where the session was last signed in or refreshed from.
    #[serde(flatten)]
    pub device: Device,
    /// The session in another tenant that continues this one. This one has ended then; the item is kept so that its
    /// earlier refresh tokens are still recognised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) continued_in: Option<Continuation>,
    /// When somebody ended the session. The item is kept for a day after that, without the device, so that ending the
    /// session again is answered like the first time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ended_at: Option<Timestamp>,
    /// The state of the session's refresh tokens.
    #[serde(flatten)]
    pub(crate) family: RefreshTokenFamily,
}

/// The longest `User-Agent` that is kept, in characters: those of browsers are shorter.
const MAX_USER_AGENT: usize = 200;

/// What a person recognises a session by in the list of their sessions. It is personal data: it is in the session's
/// item only, and is deleted with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// The IP address. Absent in sessions of earlier versions until their next refresh.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip: Option<String>,
    /// The client's `User-Agent`, as it names itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
}

impl Device {
    /// A device with what a request says of it. Of the user agent control characters are left out and 200 characters
    /// are kept.
    #[must_use]
    pub fn new(ip: Option<&str>, user_agent: Option<&str>) -> Self {
        let shown = |text: &str| -> String {
            text.trim().chars().filter(|c| !c.is_control()).take(MAX_USER_AGENT).collect()
        };
        let user_agent = user_agent.map(shown).filter(|text| !text.is_empty());
        Self { ip: ip.map(str::to_owned), user_agent }
    }
}

/// The session that continues another one in a different tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Continuation {
    pub(crate) tenant: TenantId,
    pub(crate) session: SessionId,
}

/// A session that was ended, for the audit log of its tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndedSession {
    /// The tenant that the session was signed in to.
    pub tenant: TenantId,
    /// The user who had signed in.
    pub user: UserId,
    /// The id of the session.
    pub session: SessionId,
}

/// A completed sign-in.
#[derive(Debug)]
pub struct SignIn {
    /// The tenant that the person is signed in to.
    pub tenant: TenantId,
    /// The session that the sign-in created or continued.
    pub session: Session,
    /// The refresh token for the cookie. It is not stored anywhere else.
    pub refresh: RefreshToken,
}

impl Session {
    /// Whether the session is over at `now`, or continues in another tenant. DynamoDB deletes the item some time later.
    #[must_use]
    pub fn has_ended(&self, now: Timestamp) -> bool {
        self.continued_in.is_some() || self.is_over(now)
    }

    /// Whether the session has expired at `now`, or somebody ended it. One that continues in another tenant is not
    /// over.
    pub(crate) fn is_over(&self, now: Timestamp) -> bool {
        self.ended_at.is_some() || now.as_second() >= self.expires_at
    }

    /// What a refresh token that is presented at `now` is to the session.
    pub(crate) fn status_of(&self, token: &RefreshToken, now: Timestamp) -> TokenStatus {
        let (issued_ms, now_ms) = (self.used_at.as_millisecond(), now.as_millisecond());
        self.family.status_of(token.generation, &token.secret, issued_ms, now_ms)
    }
}

impl SignIn {
    /// A new session with its first refresh token. It is not stored yet.
    #[must_use]
    pub fn begin(
        tenant: TenantId,
        user: UserId,
        method: SignInMethod,
        device: Device,
        lifetimes: &Lifetimes,
    ) -> Self {
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
            device,
            continued_in: None,
            ended_at: None,
            family,
        };
        let refresh = RefreshToken { tenant, session: session.id, generation: 0, secret };
        Self { tenant, session, refresh }
    }

    /// A session in `tenant` that continues `session`: time and method of the sign-in and the end stay the same. Its
    /// refresh tokens are of the same family, so that earlier tokens of `session` are recognised there: `family` is
    /// that of `session` as it goes on, `secret` its newest secret, and `idle` how long the new session lasts unused.
    pub(crate) fn continued(
        session: &Session,
        (family, secret): (RefreshTokenFamily, Secret),
        tenant: TenantId,
        device: Device,
        idle: Duration,
    ) -> Self {
        let now = cloud::clock::now();
        let generation = family.generation;
        // The newest token stays as old as it is.
        let is_rotated = generation != session.family.generation;
        let session = Session {
            id: SessionId::new(),
            used_at: if is_rotated { now } else { session.used_at },
            expires_at: seconds_after(now, idle).min(session.ends_at),
            device,
            continued_in: None,
            family,
            ..session.clone()
        };
        let refresh = RefreshToken { tenant, session: session.id, generation, secret };
        Self { tenant, session, refresh }
    }
}

/// The time `lifetime` after `time`, in seconds since 1970.
pub(crate) fn seconds_after(time: Timestamp, lifetime: Duration) -> i64 {
    time.as_second().saturating_add_unsigned(lifetime.as_secs())
}

/// A refresh token, which the browser keeps in an `HttpOnly` cookie: `{tenant}.{session}.{generation}.{secret}`.
#[derive(Clone, Debug)]
pub struct RefreshToken {
    /// The tenant in whose partition the session is stored.
    pub tenant: TenantId,
    /// The session that the token continues.
    pub session: SessionId,
    /// The number of the token in its family, counted from zero.
    pub generation: u64,
    /// The secret that proves possession of the token.
    pub secret: Secret,
}

impl RefreshToken {
    /// Parses the value of the cookie.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let (tenant, session) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let written = parts.next()?;
        let generation: u64 = written.parse().ok()?;
        let secret = Secret::parse(parts.next()?)?;
        // A token has exactly one spelling: `parse` would also accept a generation of `+7` or `07`.
        let canonical = parts.next().is_none() && generation.to_string() == written;
        canonical.then_some(Self { tenant, session, generation, secret })
    }

    /// The value of the cookie.
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
        let device = Device::new(Some("198.51.100.7"), Some("Firefox"));
        SignIn::begin(TenantId::new(), UserId::new(), SignInMethod::MagicLink, device, lifetimes)
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
        assert!(!idle_first.has_ended(at(idle_first.expires_at - 1)));
        assert!(idle_first.has_ended(at(idle_first.expires_at)));
    }

    #[test]
    fn another_tenant_does_not_prolong_a_session() {
        let first = begin(&Lifetimes::DEFAULT);
        let mut earlier = first.session.clone();
        earlier.ends_at -= 29 * 24 * 60 * 60;
        let rotated = first.session.family.rotated(&first.refresh.secret, 0);
        let device = Device::new(Some("203.0.113.9"), None);
        let second =
            SignIn::continued(&earlier, rotated, TenantId::new(), device.clone(), Lifetimes::DEFAULT.idle);
        assert_eq!(second.session.device, device);
        assert_eq!(second.session.created_at, earlier.created_at);
        assert_eq!((second.session.ends_at, second.session.expires_at), (earlier.ends_at, earlier.ends_at));
        assert_ne!(second.session.id, earlier.id);
        assert_ne!(second.refresh.secret.digest(), first.refresh.secret.digest());
    }

    #[test]
    fn a_token_that_goes_over_to_another_tenant_stays_as_old_as_it_is() {
        let first = begin(&Lifetimes::DEFAULT);
        let issued = first.session.used_at - jiff::SignedDuration::from_secs(30);
        let session = Session { used_at: issued, ..first.session };
        let secret = || first.refresh.secret.clone();
        let (tenant, idle) = (TenantId::new(), Lifetimes::DEFAULT.idle);
        let same = (session.family.clone(), secret());
        let same = SignIn::continued(&session, same, tenant, Device::default(), idle);
        assert_eq!((same.session.used_at, same.refresh.generation), (issued, 0));
        let next = session.family.rotated(&secret(), 0);
        let next = SignIn::continued(&session, next, tenant, Device::default(), idle);
        assert!(next.session.used_at > issued);
    }

    #[test]
    fn a_user_agent_is_kept_in_one_short_line() {
        let device = Device::new(Some("198.51.100.7"), Some(" Mozilla/5.0\t(X11)\r\n "));
        assert_eq!(device.user_agent.as_deref(), Some("Mozilla/5.0(X11)"));
        let long = Device::new(None, Some(&"\u{e4}".repeat(1000)));
        assert_eq!(long.user_agent.unwrap().chars().count(), MAX_USER_AGENT);
        assert_eq!(Device::new(None, Some("  ")), Device::default());
    }

    /// The fields of the device came later: sessions that were stored before them have to be read.
    #[test]
    fn a_session_of_an_earlier_version_is_read() {
        let mut item = serde_json::to_value(begin(&Lifetimes::DEFAULT).session).unwrap();
        for field in ["ip", "user_agent"] {
            assert!(item.as_object_mut().unwrap().remove(field).is_some());
        }
        assert_eq!(serde_json::from_value::<Session>(item).unwrap().device, Device::default());
    }

    #[test]
    fn a_session_that_goes_on_elsewhere_is_over_but_not_forgotten() {
        let now = cloud::clock::now();
        let first = begin(&Lifetimes::DEFAULT);
        let second = SignIn::continued(
            &first.session,
            first.session.family.rotated(&first.refresh.secret, 0),
            TenantId::new(),
            Device::default(),
            Lifetimes::DEFAULT.idle,
        );
        let continued_in = Some(Continuation { tenant: second.tenant, session: second.session.id });
        let left = Session { continued_in, ..first.session };
        assert!(left.has_ended(now) && !left.is_over(now));
        assert!(!second.session.has_ended(now));
        let ended = Session { ended_at: Some(now), ..second.session };
        assert!(ended.has_ended(now) && ended.is_over(now));
        let item = serde_json::to_string(&left).unwrap();
        assert_eq!(serde_json::from_str::<Session>(&item).unwrap(), left);
    }
}
