//! Settings come from environment variables, which `template.yaml` sets, and are read once, when a function starts.
//!
//! Every resource of the deployment (table, queue, bucket, secret) has its variable named once, in [`TableName`],
//! [`QueueName`], [`BucketName`] or [`SecretName`]; texts without a default are the [`Variable`]s beside them. A
//! limit or a duration that has a default is read by its name in the one library that uses it, with [`parsed`].
//!
//! A function demands no more than it reads: a missing variable stops the function that asked for it at its start,
//! with an error that says which function that is, which variable to set, and what it holds.

mod error;
mod read;
mod resources;
mod variable;

pub use error::SettingError;
pub use read::{optional_parsed, optional_text, parsed, text};
pub use resources::{BucketName, QueueName, SecretName, TableName};
pub use variable::{
    ASSETS_ROOT, ESPEAK_PROGRAM, FFMPEG_PROGRAM, FRONTEND_ORIGIN, MAIL_FROM, PICTURE_PROGRAM,
    STRIPE_PRICE_ENTERPRISE, STRIPE_PRICE_PRO, TOKEN_ISSUER, Variable,
};
