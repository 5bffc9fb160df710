//! Faults while a film is rendered (killed workers, failing services, full disks), and what users see of them.

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
