use axum::response::AppendHeaders;
use http::{HeaderMap, HeaderName, header};
use identity::{RefreshToken, SignIn};

/// The cookie with the refresh token. Scripts cannot read it, and other sites' requests do not carry it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RefreshCookie {
    secure: bool,
}

impl RefreshCookie {
    /// `secure` is false only for plain http on a developer's machine.
    pub(crate) const fn new(secure: bool) -> Self {
        Self { secure }
    }

    /// With this prefix a browser takes the cookie only from this very host, over TLS and for all
    /// paths: a neighbouring subdomain cannot plant one.
    const fn name(self) -> &'static str {
        if self.secure { "__Host-refresh" } else { "refresh" }
    }

    /// Keeps the sign-in's token for as long as its session lasts.
    pub(crate) fn set(self, sign_in: &SignIn) -> AppendHeaders<[(HeaderName, String); 1]> {
        let left_s = sign_in.session.expires_at - cloud::clock::now().as_second();
        self.header(&sign_in.refresh.expose(), left_s.max(0))
    }

    /// Takes the cookie away.
    pub(crate) fn clear(self) -> AppendHeaders<[(HeaderName, String); 1]> {
        self.header("", 0)
    }

    fn header(self, value: &str, max_age_s: i64) -> AppendHeaders<[(HeaderName, String); 1]> {
        let secure = if self.secure { "; Secure" } else { "" };
        let name = self.name();
        let cookie = format!("{name}={value}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Lax{secure}");
        AppendHeaders([(header::SET_COOKIE, cookie)])
    }

    /// The token that a request carries, none when it has no cookie or one that is not ours.
    pub(crate) fn read(self, headers: &HeaderMap) -> Option<RefreshToken> {
        let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
        let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let (_, value) = pairs.find(|(name, _)| *name == self.name())?;
        RefreshToken::parse(value)
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use identity::{Secret, Session};
    use tenancy::{Role, SessionId, SignInMethod, TenantId, UserId};

    use super::*;

    const DAY_S: i64 = 24 * 60 * 60;

    fn sign_in() -> SignIn {
        let (tenant, id, secret, now) =
            (TenantId::new(), SessionId::new(), Secret::random(), cloud::clock::now());
        let session = Session {
            id,
            user: UserId::new(),
            role: Role::Owner,
            method: SignInMethod::MagicLink,
            created_at: now,
            refresh_digest: secret.digest(),
            expires_at: now.as_second() + 30 * DAY_S,
        };
        SignIn { tenant, session, refresh: RefreshToken { tenant, session: id, secret } }
    }

    fn text(AppendHeaders([(name, value)]): AppendHeaders<[(HeaderName, String); 1]>) -> String {
        assert_eq!(name, header::SET_COOKIE);
        value
    }

    #[test]
    fn its_attributes_keep_it_from_scripts_and_other_sites() {
        let sign_in = sign_in();
        let set = text(RefreshCookie::new(true).set(&sign_in));
        let (pair, attributes) = set.split_once("; ").unwrap();
        assert_eq!(pair, format!("__Host-refresh={}", sign_in.refresh.expose()));
        let lasting = |age: i64| format!("Path=/; Max-Age={age}; HttpOnly; SameSite=Lax; Secure");
        // The clock may have moved on by a second since the session began.
        assert!([30 * DAY_S, 30 * DAY_S - 1].map(lasting).contains(&attributes.to_owned()), "{set}");

        let cleared = text(RefreshCookie::new(true).clear());
        assert_eq!(cleared, "__Host-refresh=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure");
    }

    #[test]
    fn plain_http_has_neither_prefix_nor_secure() {
        let cleared = text(RefreshCookie::new(false).clear());
        assert_eq!(cleared, "refresh=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    }

    #[test]
    fn it_is_found_among_others() {
        let token = sign_in().refresh;
        let read = |line: String| {
            let mut headers = HeaderMap::new();
            headers.append(header::COOKIE, HeaderValue::from_static("theme=dark"));
            headers.append(header::COOKIE, HeaderValue::from_str(&line).unwrap());
            RefreshCookie::new(true).read(&headers).map(|token| token.expose())
        };
        let own = format!("__Host-refresh={}", token.expose());
        assert_eq!(read(own.clone()), Some(token.expose()));
        assert_eq!(read(format!("a=b; {own};c=d")), Some(token.expose()));
        for other in [
            format!("refresh={}", token.expose()),
            format!("x__Host-refresh={}", token.expose()),
            "__Host-refresh=".to_owned(),
            "__Host-refresh=a.b.c".to_owned(),
            "__Host-refresh".to_owned(),
        ] {
            assert_eq!(read(other.clone()), None, "{other}");
        }
    }
}
