//! The work of each kind of step: read inputs from the bucket, compute, store the artefact in the bucket.

pub mod clip;
pub mod image;
pub mod narration;
pub mod soundtrack;
pub mod stitch;

mod compute;
mod own_pictures;
mod sources;
mod store;
