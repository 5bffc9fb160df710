//! Projects, their storyboards and renders, jobs and videos, behind the API.

mod app;
mod assets;
mod jobs;
mod page;
mod projects;
mod render;
mod storyboard;
mod videos;

use edge::Router;

pub use app::App;

/// The routes of this function.
pub fn routes() -> Router<App> {
    Router::new()
        .merge(projects::routes())
        .merge(storyboard::routes())
        .merge(assets::routes())
        .merge(render::routes())
        .merge(jobs::routes())
        .merge(videos::routes())
}
