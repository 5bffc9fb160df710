//! The cookies of the sign-in routes: how they are set, cleared and read.

use std::time::Duration;

use axum::response::AppendHeaders;
use cookie::{Cookie, SameSite};
use http::{HeaderMap, HeaderName, header};
use identity::{RefreshToken, SignIn};

/// `Set-Cookie` headers, as a part of a response.
pub(crate) type SetCookies<const N: usize> = AppendHeaders<[(HeaderName, String); N]>;

/// The cookie with the session's refresh token.
pub(crate) const REFRESH: Name = Name { plain: "refresh", secure: "__Host-refresh" };

/// The cookie that recognises the browser that asked for a sign-in link.
pub(crate) const SIGN_IN: Name = Name { plain: "sign-in", secure: "__Host-sign-in" };

/// The cookie that recognises a browser which has signed in with an address before.
pub(crate) const KNOWN_BROWSER: Name = Name { plain: "known-browser", secure: "__Host-known-browser" };

/// How long a browser is recognised after its last sign-in. Browsers shorten anything over 400 days to that.
pub(crate) const KNOWN_BROWSER_LIFETIME: Duration = Duration::from_secs(365 * 24 * 60 * 60);

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
        // A lifetime that does not fit would be longer than the universe is old.
        let lifetime = cookie::time::Duration::try_from(lifetime).unwrap_or(cookie::time::Duration::MAX);
        let cookie = Cookie::build((self.name(name), value))
            .path("/")
            .max_age(lifetime)
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.secure);
        AppendHeaders([(header::SET_COOKIE, cookie.to_string())])
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
    use std::collections::BTreeSet;

    use http::HeaderValue;
    use identity::{Device, Lifetimes};
    use tenancy::{SignInMethod, TenantId, UserId};

    use super::*;

    const DAY_S: u64 = 24 * 60 * 60;

    /// The `name=value` of a `Set-Cookie` header, and its attributes in any order.
    fn parts(AppendHeaders([(name, value)]): SetCookies<1>) -> (String, BTreeSet<String>) {
        assert_eq!(name, header::SET_COOKIE);
        let mut parts = value.split("; ").map(str::to_owned);
        (parts.next().unwrap(), parts.collect())
    }

    fn attributes(max_age_s: u64, secure: bool) -> BTreeSet<String> {
        let age = format!("Max-Age={max_age_s}");
        let mut all = BTreeSet::from(["Path=/", age.as_str(), "HttpOnly", "SameSite=Lax"].map(str::to_owned));
        if secure {
            all.insert("Secure".to_owned());
        }
        all
    }

    #[test]
    fn attributes_keep_cookies_from_scripts_and_other_sites() {
        let lifetimes = Lifetimes { idle: Duration::from_secs(14 * DAY_S), ..Lifetimes::DEFAULT };
        let (tenant, user) = (TenantId::new(), UserId::new());
        let sign_in = SignIn::begin(tenant, user, SignInMethod::MagicLink, Device::default(), &lifetimes);
        let (pair, set) = parts(Cookies::new(true).set_refresh_token(&sign_in));
        assert_eq!(pair, format!("__Host-refresh={}", sign_in.refresh.expose()));
        // The clock may have moved on by a second since the session began.
        assert!([14 * DAY_S, 14 * DAY_S - 1].iter().any(|age| set == attributes(*age, true)), "{set:?}");

        for (name, pair) in [(SIGN_IN, "__Host-sign-in=x.y"), (KNOWN_BROWSER, "__Host-known-browser=x.y")] {
            let set = Cookies::new(true).set(name, "x.y", Duration::from_secs(900));
            assert_eq!(parts(set), (pair.to_owned(), attributes(900, true)));
        }
        let cleared = parts(Cookies::new(true).clear(REFRESH));
        assert_eq!(cleared, ("__Host-refresh=".to_owned(), attributes(0, true)));
    }

    #[test]
    fn plain_http_has_neither_prefix_nor_secure() {
        for (name, pair) in [(REFRESH, "refresh="), (SIGN_IN, "sign-in="), (KNOWN_BROWSER, "known-browser=")]
        {
            let cleared = parts(Cookies::new(false).clear(name));
            assert_eq!(cleared, (pair.to_owned(), attributes(0, false)));
        }
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
