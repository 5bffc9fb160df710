//! A typed client of the API, for what needs the running stack: the demo and the suites.
//!
//! It knows the API by its documentation alone, as the program of a customer would, and must not depend on a crate
//! of the product: a change that breaks a client breaks here. For the same reason its types hold fields that
//! nobody reads: an answer that lacks one of them is an [`ApiError::Shape`].
//!
//! [`Api`] is the API at one address; [`LocalStack`] finds it from the folder of a local stack, and reads the mail
//! that the stack has sent; [`Browser`] keeps the cookies of the sign-in routes.
//!
//! # Example
//!
//! ```no_run
//! use std::path::Path;
//!
//! use client::{LocalStack, NewProject};
//!
//! # async fn render() -> Result<(), client::StackError> {
//! let stack = LocalStack::at(Path::new(".local/stack"))?;
//! let (api, _) = stack.sign_in("somebody@example.com").await?;
//! let text = NewProject { text: Some("The LORD is my light.".into()), ..NewProject::default() };
//! let project = api.create_project(&text).await?;
//! let job = api.render(&project.id, Some("480p"), None).await?;
//! println!("{} % done", api.job_after(&job.id, job.version).await?.progress.percent);
//! # Ok(())
//! # }
//! ```

mod account;
mod answer;
mod api;
mod browser;
mod local_stack;
mod model;
mod sign_in;

pub use account::{Account, Grant, MetricUsage, SignedIn, Tenant, Usage, User};
pub use answer::{ApiError, ApiResponse, Problem};
pub use api::{Api, FetchError, PendingRequest};
pub use browser::Browser;
pub use local_stack::{LocalStack, Mail, Outputs, StackError};
pub use model::{
    Asset, Download, Fallback, Focus, Job, JobFailure, JobStatus, KindProgress, NewProject, Page, Progress,
    Project, Quote, Receipt, Scene, SceneEdit, StepFailure, StepKind, StepReceipt, Storyboard, Totals,
    Upload, Verse, Video,
};
pub use reqwest::{Method, StatusCode};
