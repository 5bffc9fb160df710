//! The processes of one stack, as Linux lists them.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use client::LocalStack;
use rustix::process::{Pid, Signal, kill_process};

/// How long a worker is watched to see whether it works.
const WATCHED: Duration = Duration::from_millis(200);

/// A process of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worker {
    process: u32,
    parent: u32,
    /// With the number, names one process for as long as the machine is up.
    started: u64,
    /// Hundredths of a second of processor time, those of ended children among them.
    worked: u64,
}

/// A process of the function that is at work now, and that this stack started.
///
/// # Errors
/// When the stack does not run.
pub async fn busy_worker(stack: &LocalStack, function: &str) -> Result<Option<Worker>> {
    let server = server(&stack.outputs.data)?;
    let before = workers(server, function);
    tokio::time::sleep(WATCHED).await;
    let after = workers(server, function);
    let busy = |worker: &Worker| {
        let earlier = before.iter().find(|b| b.process == worker.process && b.started == worker.started);
        let has_children = processes().any(|child| child.parent == worker.process);
        earlier.is_some_and(|earlier| has_children || worker.worked > earlier.worked)
    };
    Ok(after.into_iter().find(busy))
}

/// How many processes of the function this stack has started and not ended: each of them because a request
/// came while all others had one.
///
/// # Errors
/// When the stack does not run.
pub fn processes_of(stack: &LocalStack, function: &str) -> Result<usize> {
    Ok(workers(server(&stack.outputs.data)?, function).len())
}

/// Ends a worker without warning, if it is still the same process.
///
/// # Errors
/// When it has ended already.
pub fn kill(worker: &Worker) -> Result<()> {
    let now = status(worker.process).filter(|now| now.started == worker.started);
    ensure!(now.is_some(), "the worker has ended by itself");
    let process = i32::try_from(worker.process).ok().and_then(Pid::from_raw).context("no process number")?;
    Ok(kill_process(process, Signal::KILL)?)
}

/// The emulator's process, as the stack's folder has it.
fn server(folder: &Path) -> Result<u32> {
    let record = std::fs::read_to_string(folder.join("server.json"))?;
    let (_, rest) = record.split_once("\"pid\":").context("server.json names no process")?;
    Ok(rest.trim_start().split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default().parse()?)
}

/// Processes of a function that descend from the server.
fn workers(server: u32, function: &str) -> Vec<Worker> {
    let runs_function = |worker: &Worker| {
        let program = std::fs::read_link(format!("/proc/{}/exe", worker.process));
        // Linux marks a program that was built anew meanwhile.
        program.is_ok_and(|p| {
            p.to_string_lossy().trim_end_matches(" (deleted)").ends_with(&format!("/{function}"))
        })
    };
    processes().filter(|worker| descends(worker, server) && runs_function(worker)).collect()
}

fn descends(worker: &Worker, ancestor: u32) -> bool {
    let mut parent = worker.parent;
    while parent > 1 {
        if parent == ancestor {
            return true;
        }
        parent = status(parent).map_or(0, |process| process.parent);
    }
    false
}

fn processes() -> impl Iterator<Item = Worker> {
    let folders = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    folders.filter_map(|folder| status(folder.file_name().to_str()?.parse().ok()?))
}

fn status(process: u32) -> Option<Worker> {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name in parentheses may hold spaces; fields are counted from behind it. See proc(5).
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let field = |index: usize| fields.get(index)?.parse::<u64>().ok();
    Some(Worker {
        process,
        parent: u32::try_from(field(1)?).ok()?,
        started: field(19)?,
        worked: field(11)? + field(12)? + field(13)? + field(14)?,
    })
}
