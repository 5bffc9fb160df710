//! Protection against cross-site requests.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use edge::{Code, Problem};
use http::request::Parts;
use http::{HeaderMap, header};
use utoipa::IntoParams;

use crate::auth::Auth;

/// The header by which a browser says which page sent a request, in the description of the routes with [`SameOrigin`].
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code, reason = "it only describes the header")]
pub(crate) struct BrowserOrigin {
    /// Browsers send it by themselves: it must be the application's own. Programs leave it out.
    #[param(rename = "Origin", nullable = false)]
    origin: Option<String>,
}

/// A request that a page of our own front end sent, or a program that is no browser. A browser adds cookies to requests
/// that other sites trigger, and stores the cookies of their responses. A handler with this argument cannot be reached by
/// such a request.
pub(crate) struct SameOrigin;

impl FromRequestParts<Arc<Auth>> for SameOrigin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, auth: &Arc<Auth>) -> Result<Self, Problem> {
        check(&parts.headers, &auth.frontend_origin)
    }
}

/// Checks `Origin` and `Sec-Fetch-Site`, which browsers set themselves and scripts cannot change, and that a body is
/// JSON, which a form of another site cannot send.
///
/// A request with neither `Origin` nor `Sec-Fetch-Site` is a program's: browsers send `Origin` with every POST, and have
/// sent `Sec-Fetch-Site` with every request since 2023, never one `Sec-Fetch-…` without the others. Node.js sends
/// `Sec-Fetch-Mode` alone. Programs keep cookies as well, and need them to refresh their session. With a cookie such a request has to declare JSON, so that not even a browser that leaves out both headers
/// could be made to send it: it would ask for leave with a preflight first (Fetch, 4.8), and get none.
fn check(headers: &HeaderMap, own_origin: &str) -> Result<SameOrigin, Problem> {
    let is = |name: &str, wanted: &str| headers.get(name).is_some_and(|value| value == wanted);
    let is_by_browser = headers.contains_key(header::ORIGIN) || headers.contains_key("sec-fetch-site");
    if is_by_browser && !is("origin", own_origin) && !is("sec-fetch-site", "same-origin") {
        return Err(Problem::new(Code::ForeignOrigin, "Only the application's own pages may do this."));
    }
    let is_free_of_body = !headers.contains_key(header::CONTENT_TYPE);
    let may_be_free_of_body = is_by_browser || !headers.contains_key(header::COOKIE);
    if is_json(headers) || (is_free_of_body && may_be_free_of_body) {
        return Ok(SameOrigin);
    }
    let detail = match may_be_free_of_body {
        true => "Send no body, or JSON with `Content-Type: application/json`.",
        false => {
            "Send JSON with `Content-Type: application/json`, at least `{}`: a program that sends a cookie has to."
        }
    };
    Err(Problem::new(Code::NotJson, detail))
}

fn is_json(headers: &HeaderMap) -> bool {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    given.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "https://app.example.org";

    type Headers<'a> = &'a [(&'a str, &'a str)];

    fn outcome(headers: Headers<'_>) -> Option<Code> {
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        check(&headers.collect(), OWN).err().map(|problem| problem.code())
    }

    #[test]
    fn of_browsers_only_our_own_pages_pass() {
        let origin = |value| ("origin", value);
        let site = |value| ("sec-fetch-site", value);
        let foreign = Some(Code::ForeignOrigin);
        let table: [(Headers<'_>, Option<Code>); 12] = [
            (&[origin(OWN)], None),
            (&[site("same-origin")], None),
            (&[origin(OWN), site("same-site")], None),
            (&[origin("null")], foreign),
            (&[origin("")], foreign),
            (&[origin("https://evil.example.org")], foreign),
            (&[origin("https://app.example.org.evil.net")], foreign),
            (&[origin("http://app.example.org")], foreign),
            (&[origin("https://evil.example.org"), site("cross-site")], foreign),
            (&[site("same-site")], foreign),
            (&[site("cross-site")], foreign),
            (&[site("none")], foreign),
        ];
        for (headers, expected) in table {
            assert_eq!(outcome(headers), expected, "{headers:?}");
        }
    }

    #[test]
    fn a_program_passes_and_with_a_cookie_it_declares_json() {
        let (cookie, json) = (("cookie", "refresh=x"), ("content-type", "application/json"));
        let form = ("content-type", "application/x-www-form-urlencoded");
        let table: [(Headers<'_>, Option<Code>); 9] = [
            (&[], None),
            (&[json], None),
            // Node.js.
            (&[("sec-fetch-mode", "cors"), json], None),
            (&[("sec-fetch-mode", "cors"), cookie], Some(Code::NotJson)),
            (&[("user-agent", "curl/8.5.0"), json], None),
            (&[cookie, json], None),
            (&[cookie], Some(Code::NotJson)),
            (&[cookie, form], Some(Code::NotJson)),
            (&[form], Some(Code::NotJson)),
        ];
        for (headers, expected) in table {
            assert_eq!(outcome(headers), expected, "{headers:?}");
        }
    }

    #[test]
    fn a_body_has_to_be_json() {
        let with = |content_type| [("origin", OWN), ("content-type", content_type)];
        assert_eq!(outcome(&with("application/json")), None);
        assert_eq!(outcome(&with("Application/JSON; charset=utf-8")), None);
        for other in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "application/jsonp",
            "",
        ] {
            assert_eq!(outcome(&with(other)), Some(Code::NotJson), "{other}");
        }
    }
}
