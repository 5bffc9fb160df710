//! What the journeys share: a stack of their own, people who sign in, films to look into.
//!
//! The journeys need a machine on which `make build` has run. Every test is a new person with a new
//! address, and so a tenant of its own: the tests share a stack and know nothing of each other.

mod aws;
mod belongings;
mod document;
mod film;
mod function_logs;
mod making;
mod processes;
mod reader;
mod routes;
mod stack;
mod stripe;
mod subtitles;

pub use aws::Aws;
pub use belongings::Belongings;
pub use document::{Operation, Parameter, operations};
pub use film::Film;
pub use function_logs::log_lines;
pub use making::{DRAFT, VOICE, film_of, finish, text, within};
pub use processes::{
    Caller, Worker, busy_worker, caller, child_of, kill, lives, processes_of, resume, stop, workers_of,
};
pub use reader::{Reader, reader};
pub use routes::{Route, functions, routes};
pub use stack::{OwnStack, StackOption, UNLIMITED, root, shared, target_folder};
pub use stripe::StripeDouble;
pub use subtitles::words_of_srt;
