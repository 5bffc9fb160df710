//! The routes of the catalogue.

use edge::{Answer, Cached, Path, Problem};
use film_vocabulary::{Aspect, Tradition};
use serde::Serialize;
use storyboard::templates::{self, Field, Template, TemplateId};
use utoipa::ToSchema;

/// All templates, in the order in which to offer them.
#[derive(Serialize, ToSchema)]
pub(crate) struct Catalogue {
    items: Vec<TemplateSummary>,
}

/// A template without its text.
#[derive(Serialize, ToSchema)]
struct TemplateSummary {
    /// The id.
    id: &'static TemplateId,
    /// The name to show to people, in the template's language.
    name: &'static str,
    /// What it is for, in one sentence.
    description: &'static str,
    /// The tradition that its wording belongs to.
    tradition: Tradition,
    /// The language of its wording, as a BCP 47 tag.
    language: &'static str,
    /// The frame's shape that suits it best.
    aspect: Aspect,
    /// The fields, in the order in which to ask for them.
    fields: &'static [Field],
}

impl From<&'static Template> for TemplateSummary {
    fn from(template: &'static Template) -> Self {
        let Template { id, name, description, tradition, language, aspect, fields, text: _ } = template;
        Self { id, name, description, tradition: *tradition, language, aspect: *aspect, fields }
    }
}

/// Lists every template.
///
/// Reads: none. Writes: none.
#[utoipa::path(
    get,
    path = "/api/v1/templates",
    tag = "templates",
    security(()),
    responses((status = 200, description = "The catalogue, cached for five minutes.", body = Catalogue))
)]
pub(crate) async fn list() -> Cached<Catalogue> {
    Cached(Catalogue { items: templates::all().iter().map(TemplateSummary::from).collect() })
}

/// Shows a template with its text.
///
/// Reads: none. Writes: none.
#[utoipa::path(
    get,
    path = "/api/v1/templates/{id}",
    tag = "templates",
    security(()),
    params(("id" = TemplateId, Path, description = "The id of a template of the list.")),
    responses((status = 200, description = "The template, cached for five minutes.", body = Template))
)]
pub(crate) async fn show(Path(id): Path<TemplateId>) -> Answer<Cached<&'static Template>> {
    templates::find(id.as_str()).map(Cached).ok_or_else(|| Problem::not_found("template"))
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use http::{Request, StatusCode, header};
    use serde_json::Value;
    use tower::ServiceExt;

    async fn answer(method: &str, path: &str) -> (StatusCode, String, Value) {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        let response =
            edge::layer(crate::routes(), edge::Middleware::default()).oneshot(request).await.unwrap();
        let cache_control = response.headers()[header::CACHE_CONTROL].to_str().unwrap().to_owned();
        let status = response.status();
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, cache_control, serde_json::from_slice(&body).unwrap())
    }

    #[tokio::test]
    async fn every_listed_template_is_found_by_its_id() {
        let (status, cache_control, list) = answer("GET", "/api/v1/templates").await;
        assert_eq!((status, cache_control.as_str()), (StatusCode::OK, "public, max-age=300"));
        let items = list["items"].as_array().unwrap();
        assert!(!items.is_empty());
        for item in items {
            assert!(item.get("text").is_none());
            let path = format!("/api/v1/templates/{}", item["id"].as_str().unwrap());
            let (status, cache_control, mut template) = answer("GET", &path).await;
            assert_eq!((status, cache_control.as_str()), (StatusCode::OK, "public, max-age=300"));
            let text = template.as_object_mut().unwrap().remove("text").unwrap();
            assert!(!text.as_str().unwrap().is_empty());
            assert_eq!(template, *item);
        }
    }

    #[tokio::test]
    async fn problems_are_not_cached() {
        for (method, path, code) in [
            ("GET", "/api/v1/templates/no-such", "not_found"),
            ("GET", "/api/v1/templates/..%2Fpsalm", "not_found"),
            ("GET", "/api/v1/templates/%FF", "not_found"),
            ("GET", "/api/v2/templates", "not_found"),
            ("POST", "/api/v1/templates", "method_not_allowed"),
        ] {
            let (_, cache_control, problem) = answer(method, path).await;
            assert_eq!((&problem["code"], cache_control.as_str()), (&code.into(), "no-store"), "{path}");
        }
    }
}
