use std::time::Duration;

use axum::response::AppendHeaders;
use http::{HeaderMap, HeaderName, header};
use identity::{RefreshToken, SignIn};

/// Cookies to set, in a response.
pub(crate) type SetCookies<const N: usize> = AppendHeaders<[(HeaderName, String); N]>;

/// The cookie with the session's refresh token.
pub(crate) const REFRESH: Name = Name { plain: "refresh", secure: "__Host-refresh" };

/// The cookie by which the browser that asked for a sign-in link is known again.
pub(crate) const SIGN_IN: Name = Name { plain: "sign-in", secure: "__Host-sign-in" };

/// With the prefix `__Host-` a browser takes a cookie only from this very host, over TLS and for all
/// paths: a neighbouring subdomain cannot plant one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Name {
    plain: &'static str,
    secure: &'static str,
}

/// Cookies that scripts cannot read and that other sites' requests do not carry.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cookies {
    secure: bool,
}

impl Cookies {
    /// `secure` is false only for plain http on a developer's machine.
    pub(crate) const fn new(secure: bool) -> Self {
        Self { secure }
    }

    const fn name(self, name: Name) -> &'static str {
        if self.secure { name.secure } else { name.plain }
    }

    /// Keeps a value for a while.
    pub(crate) fn set(self, name: Name, value: &str, lifetime: Duration) -> SetCookies<1> {
        let secure = if self.secure { "; Secure" } else { "" };
        let (name, max_age_s) = (self.name(name), lifetime.as_secs());
        let cookie = format!("{name}={value}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Lax{secure}");
        AppendHeaders([(header::SET_COOKIE, cookie)])
    }

    /// Takes a cookie away.
    pub(crate) fn clear(self, name: Name) -> SetCookies<1> {
        self.set(name, "", Duration::ZERO)
    }

    /// Keeps a sign-in's refresh token for as long as its session lasts unused.
    pub(crate) fn keep(self, sign_in: &SignIn) -> SetCookies<1> {
        let left_s = sign_in.session.expires_at - cloud::clock::now().as_second();
        let left = Duration::from_secs(u64::try_from(left_s).unwrap_or(0));
        self.set(REFRESH, &sign_in.refresh.expose(), left)
    }

    /// The session's refresh token that a request carries; none where it carries no cookie or one that is
    /// none of ours.
    pub(crate) fn refresh_token(self, headers: &HeaderMap) -> Option<RefreshToken> {
        self.read(REFRESH, headers).and_then(RefreshToken::parse)
    }

    /// What a request carries under this name.
    pub(crate) fn read(self, name: Name, headers: &HeaderMap) -> Option<&str> {
        let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
        let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(found, _)| *found == self.name(name)).map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use identity::Lifetimes;
    use tenancy::{SignInMethod, TenantId, UserId};

    use super::*;

    const DAY_S: u64 = 24 * 60 * 60;

    fn text(AppendHeaders([(name, value)]): SetCookies<1>) -> String {
        assert_eq!(name, header::SET_COOKIE);
        value
    }

    #[test]
    fn its_attributes_keep_it_from_scripts_and_other_sites() {
        let lifetimes = Lifetimes { idle: Duration::from_secs(14 * DAY_S), ..Lifetimes::DEFAULT };
        let sign_in = SignIn::begin(TenantId::new(), UserId::new(), SignInMethod::MagicLink, &lifetimes);
        let set = text(Cookies::new(true).keep(&sign_in));
        let (pair, attributes) = set.split_once("; ").unwrap();
        assert_eq!(pair, format!("__Host-refresh={}", sign_in.refresh.expose()));
        let lasting = |age: u64| format!("Path=/; Max-Age={age}; HttpOnly; SameSite=Lax; Secure");
        // The clock may have moved on by a second since the session began.
        assert!([14 * DAY_S, 14 * DAY_S - 1].map(lasting).contains(&attributes.to_owned()), "{set}");

        let nonce = text(Cookies::new(true).set(SIGN_IN, "x.y", Duration::from_secs(900)));
        assert_eq!(nonce, "__Host-sign-in=x.y; Path=/; Max-Age=900; HttpOnly; SameSite=Lax; Secure");
        let cleared = text(Cookies::new(true).clear(REFRESH));
        assert_eq!(cleared, "__Host-refresh=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure");
    }

    #[test]
    fn plain_http_has_neither_prefix_nor_secure() {
        let cleared = |name| text(Cookies::new(false).clear(name));
        assert_eq!(cleared(REFRESH), "refresh=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
        assert_eq!(cleared(SIGN_IN), "sign-in=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    }

    #[test]
    fn it_is_found_among_others() {
        let read = |line: &str| {
            let mut headers = HeaderMap::new();
            headers.append(header::COOKIE, HeaderValue::from_static("theme=dark"));
            headers.append(header::COOKIE, HeaderValue::from_str(line).unwrap());
            Cookies::new(true).read(REFRESH, &headers).map(str::to_owned)
        };
        for own in ["__Host-refresh=x.y", "a=b; __Host-refresh=x.y;c=d", "__Host-refresh=x.y; refresh=z"] {
            assert_eq!(read(own).as_deref(), Some("x.y"), "{own}");
        }
        for other in
            ["refresh=x", "x__Host-refresh=x", "__Host-sign-in=x", "__host-refresh=x", "__Host-refresh"]
        {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
