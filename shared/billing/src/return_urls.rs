//! Where Stripe's pages send people back to: the frontend's own pages, or others that the client names, on the origins
//! that are allowed.

use std::str::FromStr;

use url::Url;

/// The longest URL that is accepted, in bytes: what browsers and proxies pass on without trouble (RFC 9110, 4.1, asks
/// for 8,000; Stripe takes 5,000).
pub const MAX_RETURN_URL: usize = 2_048;

/// The origins whose pages Stripe may send people back to. A URL that a client names is checked against them, because a
/// page of Stripe's that leads wherever its link says would lend Stripe's name to anybody.
#[derive(Clone, Debug)]
pub struct ReturnUrls {
    frontend: String,
    others: Vec<String>,
}

/// A list of origins such as `https://app.example.com`, separated by commas.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins(Vec<String>);

/// The text is not a list of origins.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no origin such as https://app.example.com")]
pub struct NotAnOrigin(String);

/// A URL lies on no origin that is allowed, or is none that can be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the URL lies on no allowed origin")]
pub struct ForeignUrl;

/// Where Stripe's checkout page sends people back to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckoutUrls {
    /// After they have paid. Stripe replaces `{CHECKOUT_SESSION_ID}` in it.
    pub success: String,
    /// When they leave without paying.
    pub cancel: String,
}

impl ReturnUrls {
    /// With the frontend's origin, and others whose pages are allowed too.
    #[must_use]
    pub fn new(frontend: String, others: Origins) -> Self {
        Self { frontend, others: others.0 }
    }

    /// The page where plans are compared and chosen.
    #[must_use]
    pub fn billing(&self) -> String {
        format!("{}/billing", self.frontend)
    }

    /// Where Stripe sends people who have paid. Stripe replaces the braces by the session's id.
    #[must_use]
    pub fn paid(&self) -> String {
        format!("{}/billing?checkout={{CHECKOUT_SESSION_ID}}", self.frontend)
    }

    /// Checks a URL that a client names. Its text must begin with an allowed origin, letter by letter, so that no two
    /// parsers can disagree about its host: user information, backslashes and another port or scheme are refused.
    ///
    /// # Errors
    /// [`ForeignUrl`] when it lies on no allowed origin, when it is longer than [`MAX_RETURN_URL`], or when browsers
    /// could read it in another way than this check.
    pub fn check(&self, given: &str) -> Result<(), ForeignUrl> {
        // Browsers drop tabs and line breaks, and read a backslash as a slash.
        let is_plain = given.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        let parsed = Url::parse(given).ok().filter(|_| is_plain && given.len() <= MAX_RETURN_URL);
        let Some(parsed) = parsed else { return Err(ForeignUrl) };
        let has_user = !parsed.username().is_empty() || parsed.password().is_some();
        let origin = parsed.origin().ascii_serialization();
        let is_on = |allowed: &String| {
            let rest = given.strip_prefix(allowed.as_str());
            origin == *allowed
                && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
        };
        let is_allowed = std::iter::once(&self.frontend).chain(&self.others).any(is_on);
        // A path that begins with two slashes names a host where it is used as a relative reference.
        if has_user || !is_allowed || parsed.path().starts_with("//") { Err(ForeignUrl) } else { Ok(()) }
    }
}

impl FromStr for Origins {
    type Err = NotAnOrigin;

    fn from_str(text: &str) -> Result<Self, NotAnOrigin> {
        let named = text.split(',').map(str::trim).filter(|origin| !origin.is_empty());
        let origins = named.map(|origin| {
            let parsed = Url::parse(origin).map(|url| url.origin().ascii_serialization());
            if parsed.is_ok_and(|parsed| parsed == origin) && origin.starts_with("http") {
                Ok(origin.to_owned())
            } else {
                Err(NotAnOrigin(origin.to_owned()))
            }
        });
        origins.collect::<Result<_, _>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn urls() -> ReturnUrls {
        ReturnUrls::new("https://app.example.com".into(), "https://admin.example.com:8443".parse().unwrap())
    }

    #[test]
    fn pages_of_the_allowed_origins_are_accepted() {
        for good in [
            "https://app.example.com",
            "https://app.example.com/",
            "https://app.example.com/thanks?session={CHECKOUT_SESSION_ID}#top",
            "https://app.example.com?paid=1",
            "https://admin.example.com:8443/plans",
        ] {
            assert_eq!(urls().check(good), Ok(()), "{good}");
        }
    }

    #[test]
    fn whatever_leads_elsewhere_is_refused() {
        let long = format!("https://app.example.com/{}", "a".repeat(MAX_RETURN_URL));
        for bad in [
            "",
            "/billing",
            "//evil.example/",
            "https:/app.example.com/x",
            "https:app.example.com",
            "https://evil.example/",
            "https://app.example.com.evil.example/",
            "https://app.example.comevil",
            "https://app.example.com@evil.example/",
            "https://user@app.example.com/",
            "https://user:secret@app.example.com/",
            "https://app.example.com:8443/",
            "https://app.example.com:443/",
            "https://admin.example.com/",
            "http://app.example.com/",
            "HTTPS://APP.EXAMPLE.COM/",
            "https://app.example.com\\@evil.example/",
            "https://app.example.com\\.evil.example/",
            "https:\\\\app.example.com/",
            "https://app.example.com//evil.example/",
            "https://app.example.com/./\t/evil",
            " https://app.example.com/",
            "https://app.example.com/\nLocation: https://evil.example",
            "https://app.example.com/caf\u{e9}",
            "javascript:alert(1)//https://app.example.com/",
            "data:text/html,https://app.example.com/",
            "https://xn--app-.example.com/",
            long.as_str(),
        ] {
            assert_eq!(urls().check(bad), Err(ForeignUrl), "{bad}");
        }
    }

    #[test]
    fn origins_are_listed_without_paths() {
        assert_eq!("".parse::<Origins>().unwrap(), Origins::default());
        let two: Origins = "https://a.example, http://localhost:3000".parse().unwrap();
        assert_eq!(two.0, ["https://a.example", "http://localhost:3000"]);
        for bad in ["https://a.example/", "a.example", "https://*.example/x", "null", "ftp://a.example"] {
            assert!(bad.parse::<Origins>().is_err(), "{bad}");
        }
    }
}
