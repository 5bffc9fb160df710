//! Lists: a page at a time, the next one after a cursor.

use std::borrow::Cow;

use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{IntoParams, PartialSchema, ToSchema};

/// What a list route takes.
#[derive(Debug, Deserialize, IntoParams, Validate)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Cursor<Id: ToSchema> {
    /// How many; 20 unless asked otherwise.
    #[garde(inner(range(min = 1, max = 100)))]
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<i32>,
    /// The `next` of the page before.
    #[garde(skip)]
    pub after: Option<Id>,
}

impl<Id: ToSchema> Cursor<Id> {
    /// How many to read.
    pub fn limit(&self) -> i32 {
        self.limit.unwrap_or(20)
    }
}

/// A page of a list, newest first.
#[derive(Debug, Serialize)]
pub struct Listed<T> {
    /// At most `limit`.
    pub items: Vec<T>,
    /// What to send as `after` for the next page; null on the last.
    pub next: Option<String>,
}

impl<T> Listed<T> {
    /// From a page of the table. The cursor is the id in the last item's sort key.
    pub fn from_page<U>(page: cloud::table::Page<U>, view: impl FnMut(U) -> T) -> Self {
        let id = |sort_key: String| sort_key.split_once('#').map(|(_, id)| id.to_owned());
        Self { items: page.items.into_iter().map(view).collect(), next: page.next.and_then(id) }
    }
}

/// Not derived: that would repeat the type of the items where this refers to it.
impl<T: ToSchema> PartialSchema for Listed<T> {
    fn schema() -> RefOr<Schema> {
        let items =
            ArrayBuilder::new().items(Ref::from_schema_name(T::name())).description(Some("At most `limit`."));
        let next = ObjectBuilder::new()
            .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
            .description(Some("What to send as `after` for the next page; null on the last."));
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
