use axum::routing::get;
use edge::{Answer, Json, Path, Problem, Router};
use http::{HeaderName, header};
use serde::Serialize;
use studio::lexicon::Tradition;
use studio::templates::{self, Field, Template};

/// Templates change with a deployment only; five minutes later everybody sees the new ones.
const KEEP: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "public, max-age=300")];

/// A cacheable answer.
type Kept<T> = ([(HeaderName, &'static str); 1], Json<T>);

pub(crate) fn router() -> Router {
    Router::new().route("/api/v1/templates", get(list)).route("/api/v1/templates/{id}", get(show))
}

#[derive(Serialize)]
struct Catalogue {
    items: Vec<Summary>,
}

/// A template without its text.
#[derive(Serialize)]
struct Summary {
    id: &'static str,
    name: &'static str,
    description: &'static str,
    tradition: Tradition,
    language: &'static str,
    aspect: &'static str,
    fields: &'static [Field],
}

impl From<&'static Template> for Summary {
    fn from(template: &'static Template) -> Self {
        let Template { id, name, description, tradition, language, aspect, fields, text: _ } = template;
        Self { id, name, description, tradition: *tradition, language, aspect, fields }
    }
}

/// Every template, in the order in which to offer them. Reads: none. Writes: none.
async fn list() -> Kept<Catalogue> {
    (KEEP, Json(Catalogue { items: templates::all().iter().map(Summary::from).collect() }))
}

/// One template with its text. Reads: none. Writes: none.
async fn show(Path(id): Path<String>) -> Answer<Kept<&'static Template>> {
    let template = templates::find(&id).ok_or_else(|| Problem::not_found("template"))?;
    Ok((KEEP, Json(template)))
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use http::{Request, StatusCode};
    use serde_json::Value;
    use tower::ServiceExt;

    use super::*;

    async fn answer(method: &str, path: &str) -> (StatusCode, String, Value) {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        let response = edge::dress(router(), None).oneshot(request).await.unwrap();
        let kept = response.headers()[header::CACHE_CONTROL].to_str().unwrap().to_owned();
        let status = response.status();
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, kept, serde_json::from_slice(&body).unwrap())
    }

    #[tokio::test]
    async fn every_listed_template_is_found_by_its_id() {
        let (status, kept, list) = answer("GET", "/api/v1/templates").await;
        assert_eq!((status, kept.as_str()), (StatusCode::OK, "public, max-age=300"));
        let items = list["items"].as_array().unwrap();
        assert!(!items.is_empty());
        for item in items {
            assert!(item.get("text").is_none());
            let path = format!("/api/v1/templates/{}", item["id"].as_str().unwrap());
            let (status, kept, mut template) = answer("GET", &path).await;
            assert_eq!((status, kept.as_str()), (StatusCode::OK, "public, max-age=300"));
            let text = template.as_object_mut().unwrap().remove("text").unwrap();
            assert!(!text.as_str().unwrap().is_empty());
            assert_eq!(template, *item);
        }
    }

    #[tokio::test]
    async fn what_is_not_there_is_not_kept() {
        for (method, path, code) in [
            ("GET", "/api/v1/templates/no-such", "not_found"),
            ("GET", "/api/v1/templates/..%2Fpsalm", "not_found"),
            ("GET", "/api/v1/templates/%FF", "not_found"),
            ("GET", "/api/v2/templates", "not_found"),
            ("POST", "/api/v1/templates", "method_not_allowed"),
        ] {
            let (_, kept, problem) = answer(method, path).await;
            assert_eq!((&problem["code"], kept.as_str()), (&code.into(), "no-store"), "{path}");
        }
    }
}
