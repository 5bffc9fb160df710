//! Lists that are read one page at a time, with a cursor for the next page.

use std::borrow::Cow;

use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{IntoParams, PartialSchema, ToSchema};

/// The query of a list route.
#[derive(Debug, Deserialize, IntoParams, Validate)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Cursor<Id: ToSchema> {
    /// The most items of the page.
    #[garde(inner(range(min = 1, max = 100)))]
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<i32>,
    /// The `next` of the previous page.
    #[garde(skip)]
    pub after: Option<Id>,
}

impl<Id: ToSchema> Cursor<Id> {
    /// The most items to read.
    pub fn limit(&self) -> i32 {
        self.limit.unwrap_or(20)
    }
}

/// A page of a list, newest first.
#[derive(Debug, Serialize)]
pub struct Listed<T> {
    /// The items, at most `limit`.
    pub items: Vec<T>,
    /// The value to send as `after` for the next page; null on the last page.
    pub next: Option<String>,
}

impl<T> Listed<T> {
    /// Makes the page from a page of the table. The cursor is the id in the sort key of the last item.
    pub fn from_page<U>(page: cloud::table::Page<U>, view: impl FnMut(U) -> T) -> Self {
        let id = |sort_key: String| sort_key.split_once('#').map(|(_, id)| id.to_owned());
        Self { items: page.items.into_iter().map(view).collect(), next: page.next.and_then(id) }
    }
}

/// Written by hand, because the derive would repeat the schema of the items instead of referring to it by name.
impl<T: ToSchema> PartialSchema for Listed<T> {
    fn schema() -> RefOr<Schema> {
        let items = ArrayBuilder::new()
            .items(Ref::from_schema_name(T::name()))
            .description(Some("The items, at most `limit`."));
        let next = ObjectBuilder::new()
            .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
            .description(Some("The value to send as `after` for the next page; null on the last page."));
        let object = ObjectBuilder::new()
            .description(Some("A page of a list, newest first."))
            .property("items", items)
            .required("items")
            .property("next", next)
            .required("next");
        RefOr::T(object.build().into())
    }
}

impl<T: ToSchema> ToSchema for Listed<T> {
    fn name() -> Cow<'static, str> {
        format!("{}Page", T::name()).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(schemas);
    }
}
