//! The headers and problems of every answer: request id, security headers, CORS, unknown routes.

use anyhow::{Context as _, Result};
use client::{ApiResponse, Method, StatusCode};
use harness::{Parameter, new_user, operations, shared};

#[tokio::test]
async fn every_answer_has_a_request_id_and_the_security_headers() -> Result<()> {
    let stack = shared()?;
    let person = new_user(&stack).await?;
    let (nobody, api) = (stack.api(), &person.api);
    let answers = [
        nobody.get("/healthz").await?,
        nobody.get("/readyz").await?,
        nobody.get("/openapi.json").await?,
        nobody.get("/.well-known/jwks.json").await?,
        nobody.get("/api/v1/templates").await?,
        nobody.get("/no/such/path").await?,
        nobody.call(Method::DELETE, "/healthz").send().await?,
        nobody.call(Method::POST, "/api/auth/refresh").send().await?,
        api.get("/api/account").await?,
        api.get("/api/v1/projects/none").await?,
        api.call(Method::POST, "/api/v1/projects").raw("{").send().await?,
    ];
    let mut ids = Vec::new();
    for answer in &answers {
        for (name, value) in [
            ("strict-transport-security", "max-age=31536000; includeSubDomains"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
            ("referrer-policy", "no-referrer"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{}", answer.request);
        }
        assert!(answer.header("cache-control").is_some(), "{}", answer.request);
        ids.push(answer.header("x-request-id").context("no request id")?);
        // No header tells the server software or its version.
        assert_eq!(answer.header("x-powered-by"), None);
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), answers.len(), "each has an id of its own: {ids:?}");
    Ok(())
}

#[tokio::test]
async fn only_the_frontend_may_call_from_a_browser() -> Result<()> {
    let stack = shared()?;
    let api = new_user(&stack).await?.api;
    let frontend = stack.outputs.frontend.as_str();
    let preflight = |origin: &str| {
        let asked = stack.api().call(Method::OPTIONS, "/api/v1/projects").header("origin", origin);
        let asked = asked.header("access-control-request-method", "POST");
        asked.header("access-control-request-headers", "authorization,content-type,idempotency-key").send()
    };
    let own = preflight(frontend).await?;
    assert!(own.status.is_success(), "{}", own.status);
    assert_eq!(own.header("access-control-allow-origin"), Some(frontend));
    assert_eq!(own.header("access-control-allow-credentials"), Some("true"));
    let lists = |name: &str, wanted: &[&str]| {
        let given = own.header(name).unwrap_or_default().to_lowercase();
        let given: Vec<&str> = given.split(',').map(str::trim).collect();
        assert!(wanted.iter().all(|one| given.contains(one)), "{name}: {given:?}");
    };
    lists("access-control-allow-methods", &["get", "post", "put", "patch", "delete"]);
    lists("access-control-allow-headers", &["authorization", "content-type", "idempotency-key"]);

    let longer = format!("{frontend}.evil.example");
    for origin in ["https://evil.example", "null", "http://localhost:1", longer.as_str()] {
        let foreign = preflight(origin).await?;
        assert_eq!(foreign.header("access-control-allow-origin"), None, "{origin}");
        let answer = api.call(Method::GET, "/api/account").header("origin", origin).send().await?;
        assert_eq!(answer.header("access-control-allow-origin"), None, "{origin}");
    }
    let answer = api.call(Method::GET, "/api/account").header("origin", frontend).send().await?;
    assert_eq!(answer.header("access-control-allow-origin"), Some(frontend));
    let exposed = answer.header("access-control-expose-headers").unwrap_or_default().to_lowercase();
    for name in ["idempotent-replayed", "location", "retry-after", "www-authenticate", "x-request-id"] {
        assert!(exposed.contains(name), "{exposed}");
    }
    Ok(())
}

#[tokio::test]
async fn head_is_answered_wherever_get_is_as_get_without_a_body() -> Result<()> {
    let stack = shared()?;
    let person = new_user(&stack).await?;
    let project = person.api.create_project(&harness::text("The LORD is my light.")).await?;
    let mut answered = 0;
    for operation in operations()?.into_iter().filter(|operation| operation.method == Method::GET) {
        let known = |parameter: &Parameter| match parameter.kind.as_deref() {
            Some("ProjectId") => Ok(project.id.clone()),
            _ => parameter.unused().or_else(|_| Ok("none".into())),
        };
        let path = operation.path_with(known)?;
        for api in [stack.api(), &person.api] {
            let get = api.get(&path).await?;
            let head = api.call(Method::HEAD, &path).send().await?;
            assert_eq!((head.status, head.text()), (get.status, String::new()), "HEAD {path}");
            assert_eq!(head.header("content-type"), get.header("content-type"), "HEAD {path}");
            answered += u32::from(head.status.is_success());
        }
    }
    assert!(answered > 20, "{answered}");
    Ok(())
}

#[tokio::test]
async fn what_no_route_takes_is_a_problem() -> Result<()> {
    let stack = shared()?;
    let (nobody, person) = (stack.api(), new_user(&stack).await?);
    for path in
        ["/", "/api", "/api/v2/projects", "/api/account/", "/api/v1/projects/a/b/c", "/.env", "/%00", "//"]
    {
        assert_problem(&nobody.get(path).await?, 404, "not_found");
    }
    for (method, path) in [
        (Method::DELETE, "/api/account"),
        (Method::PUT, "/api/v1/projects"),
        (Method::POST, "/healthz"),
        (Method::PATCH, "/openapi.json"),
        (Method::TRACE, "/api/v1/templates"),
    ] {
        // With a credential too: without a route the authorizer is not asked.
        let answer = person.api.call(method, path).send().await?;
        assert_problem(&answer, 405, "method_not_allowed");
        assert!(answer.header("allow").is_some_and(|allow| !allow.is_empty()), "{}", answer.request);
    }
    let post = |body: Vec<u8>, content_type: &str| {
        let call = person.api.call(Method::POST, "/api/v1/projects").bytes(body);
        call.header("content-type", content_type).send()
    };
    let json = || br#"{"text": "Amen"}"#.to_vec();
    for content_type in
        ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/json"]
    {
        assert_problem(&post(json(), content_type).await?, 415, "not_json");
    }
    let untyped = person.api.call(Method::POST, "/api/v1/projects").bytes(json()).send().await?;
    assert_problem(&untyped, 415, "not_json");
    let large = format!(r#"{{"text": "{}"}}"#, "a".repeat(3 << 20));
    assert_problem(&post(large.into_bytes(), "application/json").await?, 413, "too_large");
    assert_eq!(post(json(), "application/json; charset=utf-8").await?.status, StatusCode::CREATED);
    Ok(())
}

#[track_caller]
fn assert_problem(answer: &ApiResponse, status: u16, code: &str) {
    let told = format!("{}: {} {:?} {}", answer.request, answer.status, answer.headers, answer.text());
    let problem = answer.problem().unwrap_or_else(|| panic!("no problem: {told}"));
    assert_eq!(
        (answer.status.as_u16(), problem.status, problem.code.as_str()),
        (status, status, code),
        "{told}"
    );
    assert_eq!(problem.kind, format!("urn:devotionalai:problem:{code}"), "{told}");
}
