//! What API Gateway and its authorizer say of a request, read once and put into the request's extensions.

use std::net::IpAddr;

use axum::extract::Request;
use lambda_http::request::RequestContext;
use serde_json::{Map, Value};
use tenancy::TenantContext;

use crate::caller::{ClientIp, SourceIp};

/// What the Lambda authorizer decided about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Authorization {
    /// It decided: the request's extensions hold the caller's [`TenantContext`], or none on a public route.
    Decided,
    /// It let the request pass without a caller, because the signing keys or the identity table did not answer.
    Undecided,
    /// It let the request pass without a caller, because its credential was good once: a client that is told so signs in
    /// again or refreshes its token, which API Gateway's own 403 would not make it do.
    Ended,
}

/// Reads the request context that API Gateway sent with the event, and inserts the caller's [`TenantContext`], the
/// [`SourceIp`] and the [`ClientIp`] into the request's extensions, each if there is one. Everything behind takes them from there.
///
/// A client cannot set either: `lambda_http` fills the request context from the event, never from a header.
pub(crate) fn read_into_extensions(request: &mut Request) -> Authorization {
    let Some(RequestContext::ApiGatewayV2(context)) = request.extensions().get::<RequestContext>() else {
        return Authorization::Decided;
    };
    let client_ip = ClientIp(context.http.source_ip.clone());
    let source_ip = client_ip.0.as_deref().map(network).map(SourceIp);
    let fields = context.authorizer.as_ref().map(|authorizer| authorizer.fields.clone());
    let fields: Map<String, Value> = fields.into_iter().flatten().collect();
    let authorization = if fields.contains_key("undecided") {
        Authorization::Undecided
    } else if fields.contains_key("ended") {
        Authorization::Ended
    } else {
        Authorization::Decided
    };
    let caller: Option<TenantContext> = serde_json::from_value(Value::Object(fields)).ok();
    let extensions = request.extensions_mut();
    extensions.insert(client_ip);
    if let Some(source_ip) = source_ip {
        extensions.insert(source_ip);
    }
    if let Some(caller) = caller.filter(|_| authorization == Authorization::Decided) {
        extensions.insert(caller);
    }
    authorization
}

/// The address itself for IPv4; for IPv6 the /64 network, because one subscriber has all of its addresses.
fn network(ip: &str) -> String {
    match ip.parse() {
        Ok(IpAddr::V6(ip)) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        _ => ip.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use serde_json::json;

    use super::*;

    fn request(authorizer: &Value) -> Request {
        let event: Value = serde_json::from_str(include_str!("../../../events/account.json")).unwrap();
        let mut context = event["requestContext"].clone();
        context["http"]["sourceIp"] = json!("198.51.100.7");
        context["authorizer"]["lambda"] = authorizer.clone();
        let mut request = Request::new(Body::empty());
        let context = RequestContext::ApiGatewayV2(serde_json::from_value(context).unwrap());
        request.extensions_mut().insert(context);
        request
    }

    #[test]
    fn ipv6_addresses_of_one_subscriber_are_one_source() {
        assert_eq!(network("198.51.100.7"), "198.51.100.7");
        let mine = network("2001:db8:1:2:aaaa::1");
        assert_eq!(mine, network("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert_ne!(mine, network("2001:db8:1:3::1"));
    }

    #[test]
    fn the_extensions_hold_what_the_authorizer_decided() {
        let caller = json!({
            "tenant": "tenant_0198f0c5a1b27c3d8e4f5a6b7c8d9e01",
            "user": "user_0198f0c5a1b37d4e8f506172839405a6",
            "role": "owner",
            "plan": "free",
            "method": "api_key",
            "scope": "read",
        });
        let with = |context: &Value, name: &str| {
            let mut context = context.clone();
            context[name] = json!("true");
            context
        };
        for (authorizer, authorization, has_caller) in [
            (with(&caller, "ended"), Authorization::Ended, false),
            (with(&caller, "undecided"), Authorization::Undecided, false),
            (caller, Authorization::Decided, true),
            (json!({"undecided": "true"}), Authorization::Undecided, false),
            (json!({"ended": "true"}), Authorization::Ended, false),
            (json!({"tenant": "tenant_1"}), Authorization::Decided, false),
            (json!({}), Authorization::Decided, false),
        ] {
            let mut request = request(&authorizer);
            assert_eq!(read_into_extensions(&mut request), authorization, "{authorizer}");
            assert_eq!(request.extensions().get::<TenantContext>().is_some(), has_caller, "{authorizer}");
            let source = request.extensions().get::<SourceIp>().unwrap();
            assert_eq!(source.0, "198.51.100.7");
            let client = request.extensions().get::<ClientIp>().unwrap();
            assert_eq!(client.0.as_deref(), Some("198.51.100.7"));
        }
        let mut without_gateway = Request::new(Body::empty());
        assert_eq!(read_into_extensions(&mut without_gateway), Authorization::Decided);
        assert!(without_gateway.extensions().get::<SourceIp>().is_none());
    }
}
