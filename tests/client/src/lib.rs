//! A typed client of the API, for what needs the running stack: the demo and the journeys.
//!
//! It knows the API as a stranger would, by its documentation alone, and shares no type with the
//! functions: what breaks a client breaks here.

mod answer;
mod api;
mod local_stack;
mod model;

pub use answer::{Answer, ApiError, Problem};
pub use api::{Api, Call, FetchError};
pub use local_stack::{Letter, LocalStack, Outputs, StackError};
pub use model::{
    Account, Download, Job, JobFailure, JobStatus, KindProgress, MetricUsage, NewProject, Page, Progress,
    Project, Quote, Receipt, Scene, SceneEdit, SignedIn, StepKind, StepReceipt, Storyboard, Tenant, Totals,
    Usage, User, Verse, Video,
};
pub use reqwest::{Method, StatusCode};
