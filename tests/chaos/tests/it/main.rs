//! What goes wrong in the middle of a film, and what the people who asked for it see of that.

mod aws_faults;
mod crash_sweep;
mod disk_full;
mod encoder_stuck;
mod erasure;
mod export;
mod jobs;
mod late_writer;
mod messages;
mod providers;
mod stripe;
mod table_throttled;
