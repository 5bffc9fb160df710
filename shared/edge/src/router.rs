//! Routes that describe themselves when somebody asks.
//!
//! Path and method come from the handler's `#[utoipa::path]`, so that what is served and its description
//! cannot differ. A function that starts only serves: describing twenty routes takes longer than all else
//! that it does of its own before the first request, a millisecond or two of a whole core.

use axum::routing::{MethodFilter, MethodRouter};
use utoipa::openapi::{HttpMethod, OpenApi};
use utoipa_axum::PathItemExt as _;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

/// Some handlers and their description, as [`routes!`](crate::routes) makes them.
pub struct Routes<S> {
    served: axum::Router<S>,
    describe: fn() -> UtoipaMethodRouter<S>,
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    #[doc(hidden)]
    pub fn new(describe: fn() -> UtoipaMethodRouter<S>) -> Self {
        Self { served: axum::Router::new(), describe }
    }

    #[doc(hidden)]
    pub fn serve(
        mut self,
        path: &str,
        methods: &[HttpMethod],
        on: impl Fn(MethodFilter) -> MethodRouter<S>,
    ) -> Self {
        for method in methods {
            self.served = self.served.route(path, on(method.to_method_filter()));
        }
        self
    }
}

type Describe = Box<dyn FnOnce() -> OpenApi + Send>;

/// An axum router, and how to describe it.
pub struct Router<S = ()> {
    served: axum::Router<S>,
    described: Vec<Describe>,
}

impl<S: Clone + Send + Sync + 'static> Router<S> {
    /// Without routes.
    #[must_use]
    pub fn new() -> Self {
        Self { served: axum::Router::new(), described: Vec::new() }
    }

    /// Adds handlers.
    #[must_use]
    pub fn routes(mut self, routes: Routes<S>) -> Self {
        let Routes { served, describe } = routes;
        self.served = self.served.merge(served);
        self.described.push(Box::new(move || OpenApiRouter::new().routes(describe()).into_openapi()));
        self
    }

    /// Adds a path that is not described: what answers where there is no route.
    #[must_use]
    pub fn undescribed(mut self, path: &str, methods: MethodRouter<S>) -> Self {
        self.served = self.served.route(path, methods);
        self
    }

    /// Adds the routes of another.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.served = self.served.merge(other.served);
        self.described.extend(other.described);
        self
    }

    /// With what handlers share.
    #[must_use]
    pub fn with_state<S2>(self, state: S) -> Router<S2> {
        Router { served: self.served.with_state(state), described: self.described }
    }

    /// What it serves.
    pub fn into_axum(self) -> axum::Router<S> {
        self.served
    }

    /// What its handlers say of themselves.
    #[must_use]
    pub fn into_openapi(self) -> OpenApi {
        let parts = self.described.into_iter().map(|describe| describe());
        parts.fold(OpenApi::default(), OpenApi::merge_from)
    }
}

impl<S: Clone + Send + Sync + 'static> Default for Router<S> {
    fn default() -> Self {
        Self::new()
    }
}

/// The [`Routes`] of handlers, of this module or of one below it: `routes!(list, invitations::invite)`. The
/// crate of the handlers depends on `axum` and `utoipa`, which [`utoipa_axum::routes!`] names.
#[macro_export]
macro_rules! routes {
    ($($($handler:ident)::+),+ $(,)?) => {
        $crate::Routes::new(|| $crate::utoipa_axum::routes!($($($handler)::+),+))$(.serve(
            &$crate::said!(path $($handler)::+),
            &$crate::said!(methods $($handler)::+),
            |method| axum::routing::on(method, $($handler)::+),
        ))+
    };
}

/// What a handler's `#[utoipa::path]` says; it is kept beside the handler, under its name.
#[doc(hidden)]
#[macro_export]
macro_rules! said {
    ($what:ident $handler:ident) => {
        $crate::utoipa_axum::paste! { <[<__path_ $handler>] as utoipa::Path>::$what() }
    };
    ($what:ident $module:ident::$handler:ident) => {
        $crate::utoipa_axum::paste! { <$module::[<__path_ $handler>] as utoipa::Path>::$what() }
    };
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    static DESCRIBED: AtomicUsize = AtomicUsize::new(0);

    #[utoipa::path(get, path = "/things")]
    async fn list() {}

    #[utoipa::path(post, path = "/things")]
    async fn create() {}

    #[test]
    fn what_only_serves_does_not_describe() {
        let routes = routes!(list, create);
        let routes = Routes::<()> {
            describe: || {
                DESCRIBED.fetch_add(1, Ordering::Relaxed);
                utoipa_axum::routes!(list, create)
            },
            ..routes
        };
        let router = Router::new().merge(Router::new().routes(routes)).with_state::<()>(());
        assert_eq!(DESCRIBED.load(Ordering::Relaxed), 0);
        let described = router.into_openapi().paths.paths;
        assert_eq!(DESCRIBED.load(Ordering::Relaxed), 1);
        assert!(described["/things"].get.is_some() && described["/things"].post.is_some());
    }

    #[tokio::test]
    async fn every_handler_is_served_where_it_says() {
        use axum::body::Body;
        use tower::ServiceExt as _;

        let router = Router::new().routes(routes!(list, create)).into_axum();
        for (method, path, status) in
            [("GET", "/things", 200), ("POST", "/things", 200), ("PUT", "/things", 405), ("GET", "/", 404)]
        {
            let request = http::Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status(), status, "{method} {path}");
        }
    }
}
