//! The two cookies of the sign-in routes: how they are set, cleared and read.

use std::time::Duration;

use axum::response::AppendHeaders;
use cookie::Cookie;
use http::{HeaderMap, HeaderName, header};
use identity::{RefreshToken, SignIn};

/// `Set-Cookie` headers, as a part of a response.
pub(crate) type SetCookies<const N: usize> = AppendHeaders<[(HeaderName, String); N]>;

/// The cookie with the session's refresh token.
pub(crate) const REFRESH: Name = Name { plain: "refresh", secure: "__Host-refresh" };

/// The cookie that recognises the browser that asked for a sign-in link.
pub(crate) const SIGN_IN: Name = Name { plain: "sign-in", secure: "__Host-sign-in" };

/// A cookie's name with and without TLS. A browser accepts a name with the prefix `__Host-` only from this very host,
/// over TLS and for all paths, so that a neighbouring subdomain cannot set the cookie.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Name {
    plain: &'static str,
    secure: &'static str,
}

/// Sets and reads cookies that scripts cannot read (`HttpOnly`) and that requests from other sites do not carry
/// (`SameSite=Lax`).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cookies {
    secure: bool,
}

impl Cookies {
    /// `secure` is false only where the API is served over plain HTTP, on a developer's machine.
    pub(crate) const fn new(secure: bool) -> Self {
        Self { secure }
    }

    const fn name(self, name: Name) -> &'static str {
        if self.secure { name.secure } else { name.plain }
    }

    /// Sets a cookie for the whole host that the browser drops after `lifetime`.
    pub(crate) fn set(self, name: Name, value: &str, lifetime: Duration) -> SetCookies<1> {
        let secure = if self.secure { "; Secure" } else { "" };
        let (name, max_age_s) = (self.name(name), lifetime.as_secs());
        let cookie = format!("{name}={value}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Lax{secure}");
        AppendHeaders([(header::SET_COOKIE, cookie)])
    }

    /// Makes the browser drop the cookie.
    pub(crate) fn clear(self, name: Name) -> SetCookies<1> {
        self.set(name, "", Duration::ZERO)
    }

    /// Sets the cookie with a sign-in's refresh token, until the session would expire unused.
    pub(crate) fn set_refresh_token(self, sign_in: &SignIn) -> SetCookies<1> {
        let left_s = sign_in.session.expires_at - cloud::clock::now().as_second();
        let left = Duration::from_secs(u64::try_from(left_s).unwrap_or(0));
        self.set(REFRESH, &sign_in.refresh.expose(), left)
    }

    /// The refresh token that a request carries, or `None` when it has no such cookie or one that does not parse.
    pub(crate) fn refresh_token(self, headers: &HeaderMap) -> Option<RefreshToken> {
        self.read(REFRESH, headers).and_then(RefreshToken::parse)
    }

    /// The value of a request's cookie. Pairs of the `Cookie` header that do not parse are skipped.
    pub(crate) fn read(self, name: Name, headers: &HeaderMap) -> Option<&str> {
        let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
        let mut cookies = lines.flat_map(Cookie::split_parse).filter_map(Result::ok);
        cookies.find(|cookie| cookie.name() == self.name(name)).and_then(|cookie| cookie.value_raw())
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
    fn attributes_keep_cookies_from_scripts_and_other_sites() {
        let lifetimes = Lifetimes { idle: Duration::from_secs(14 * DAY_S), ..Lifetimes::DEFAULT };
        let sign_in = SignIn::begin(TenantId::new(), UserId::new(), SignInMethod::MagicLink, &lifetimes);
        let set = text(Cookies::new(true).set_refresh_token(&sign_in));
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
    fn a_cookie_is_found_among_others() {
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
