//! The API routes of projects, their storyboards and renders, jobs and videos.
//!
//! Two functions serve them: `projects` (`main.rs`) and `job-progress` (`bin/job-progress.rs`), whose only route may
//! wait. The files hold HTTP only: what a request may say, what an answer shows, and which problem an error becomes. What is
//! made of a text lives in `storyboard`; projects, jobs, steps and starting a render live in `studio`. The journeys in
//! `tests/journeys` (for example `main_journey.rs`) show the routes in use.

mod app;
mod assets;
mod job_progress;
mod jobs;
mod lexicon;
mod narration;
mod page;
mod projects;
mod quota;
mod render;
mod storyboard;
mod videos;

use edge::Router;

pub use app::App;
pub use job_progress::{JobProgress, WaitLimits, job_progress_routes};

/// The routes of the function `projects`.
pub fn routes() -> Router<App> {
    Router::new()
        .merge(projects::routes())
        .merge(storyboard::routes())
        .merge(lexicon::routes())
        .merge(assets::routes())
        .merge(render::routes())
        .merge(jobs::routes())
        .merge(videos::routes())
}
