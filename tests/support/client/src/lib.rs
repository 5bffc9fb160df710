//! A typed client of the API, for what needs the running stack: the demo and the journeys.
//!
//! It knows the API as a stranger would, by its documentation alone, and shares no type with the
//! functions: what breaks a client breaks here.

mod account;
mod answer;
mod api;
mod browser;
mod local_stack;
mod model;

pub use account::{Account, Grant, MetricUsage, SignedIn, Tenant, Usage, User};
pub use answer::{ApiError, ApiResponse, Problem};
pub use api::{Api, FetchError, PendingRequest};
pub use browser::Browser;
pub use local_stack::{LocalStack, Mail, Outputs, StackError};
pub use model::{
    Download, Fallback, Job, JobFailure, JobStatus, KindProgress, NewProject, Page, Progress, Project, Quote,
    Receipt, Scene, SceneEdit, StepFailure, StepKind, StepReceipt, Storyboard, Totals, Verse, Video,
};
pub use reqwest::{Method, StatusCode};
