//! The processes of one stack's functions, as `/proc` lists them.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use client::LocalStack;
use rustix::process::{Pid, Signal, kill_process};

/// How long a process is observed to see whether it uses processor time.
const OBSERVED: Duration = Duration::from_millis(200);

/// A process on this machine: of a function, or started by one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    process: u32,
    parent: u32,
    /// The state, a letter of proc(5): `R` runs, `S` sleeps, `T` is stopped, `Z` has ended.
    state: char,
    /// The start time in clock ticks. Together with the pid it identifies a process for as long as the machine is up:
    /// pids are used again.
    started: u64,
    /// Processor time in clock ticks, that of ended children included.
    cpu_ticks: u64,
}

impl Process {
    /// The pid.
    #[must_use]
    pub const fn pid(&self) -> u32 {
        self.process
    }
}

/// A process of this function that is at work now: it uses processor time or has child processes.
///
/// # Errors
/// When `server.json` of the stack cannot be read.
pub async fn busy_process(stack: &LocalStack, function: &str) -> Result<Option<Process>> {
    let server = server(&stack.outputs.data)?;
    let before = workers(server, function);
    tokio::time::sleep(OBSERVED).await;
    let after = workers(server, function);
    let busy = |worker: &Process| {
        let earlier = before.iter().find(|b| b.process == worker.process && b.started == worker.started);
        let has_children = processes().any(|child| child.parent == worker.process);
        earlier.is_some_and(|earlier| has_children || worker.cpu_ticks > earlier.cpu_ticks)
    };
    Ok(after.into_iter().find(busy))
}

/// How many processes of this function there are. The emulator starts one whenever a request comes while all others
/// are busy, as Lambda does.
///
/// # Errors
/// When `server.json` of the stack cannot be read.
pub fn process_count(stack: &LocalStack, function: &str) -> Result<usize> {
    Ok(workers(server(&stack.outputs.data)?, function).len())
}

/// The processes of this function.
///
/// # Errors
/// When `server.json` of the stack cannot be read.
pub fn function_processes(stack: &LocalStack, function: &str) -> Result<Vec<Process>> {
    Ok(workers(server(&stack.outputs.data)?, function))
}

/// The process at the other end of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// A process of the function that was asked for.
    Function(Process),
    /// Any other process of this machine.
    Other,
}

/// Finds the process at the client's end of a connection on this machine, given the client's and the server's address.
/// None when it is not found: because it has ended, or because `/proc` leaves out entries that change while it is read.
/// The open files of the render step are seen by its own user only where its stack sets `INSPECTABLE`.
///
/// # Errors
/// When `server.json` of the stack cannot be read.
pub fn find_caller(
    stack: &LocalStack,
    function: &str,
    ends: (SocketAddr, SocketAddr),
) -> Result<Option<Caller>> {
    let server = server(&stack.outputs.data)?;
    let Some(socket) = socket_of(ends.0.port(), ends.1.port()) else { return Ok(None) };
    let holds = |process: &Process| {
        let open = std::fs::read_dir(format!("/proc/{}/fd", process.process)).into_iter().flatten().flatten();
        open.filter_map(|file| std::fs::read_link(file.path()).ok()).any(|target| target == socket)
    };
    let caller = workers(server, function).into_iter().find(holds).map(Caller::Function);
    Ok(caller.or_else(|| processes().find(holds).map(|_| Caller::Other)))
}

/// The running child process of a worker with this program name: `ffmpeg`.
#[must_use]
pub fn child_of(worker: &Process, program: &str) -> Option<Process> {
    let runs_program = |child: &Process| {
        let name = std::fs::read_to_string(format!("/proc/{}/comm", child.process));
        name.is_ok_and(|name| name.trim_end() == program)
    };
    processes().find(|child| child.parent == worker.process && runs_program(child))
}

/// Sends SIGKILL, if it is still the same process.
///
/// # Errors
/// When the process has ended already.
pub fn kill(worker: &Process) -> Result<()> {
    signal(worker, Signal::KILL)
}

/// Sends SIGSTOP: the process stands still until it is [resumed](resume), as on a machine that is overloaded.
///
/// # Errors
/// When the process has ended already.
pub fn pause(worker: &Process) -> Result<()> {
    signal(worker, Signal::STOP)
}

/// Sends SIGCONT to a process that was [paused](pause).
///
/// # Errors
/// When the process has ended already.
pub fn resume(worker: &Process) -> Result<()> {
    signal(worker, Signal::CONT)
}

/// Whether the process runs or is paused; a zombie does not count.
#[must_use]
pub fn is_alive(worker: &Process) -> bool {
    status(worker.process).is_some_and(|now| now.started == worker.started && now.state != 'Z')
}

fn signal(worker: &Process, signal: Signal) -> Result<()> {
    ensure!(is_alive(worker), "the process has ended by itself");
    let process = i32::try_from(worker.process).ok().and_then(Pid::from_raw).context("no process number")?;
    Ok(kill_process(process, signal)?)
}

/// The socket between two ports of this machine, as it is named among a process's open files: `socket:[{inode}]`. Both
/// ports are needed, because connections to different servers may use the same client port.
fn socket_of(from: u16, to: u16) -> Option<PathBuf> {
    let sockets = std::fs::read_to_string("/proc/net/tcp").ok()?;
    // Ports are hexadecimal, and the inode is the tenth column: see proc_net(5).
    let port = |address: Option<&&str>| u16::from_str_radix(address?.split_once(':')?.1, 16).ok();
    let socket =
        sockets.lines().skip(1).map(|line| line.split_whitespace().collect::<Vec<_>>()).find(|of| {
            (port(of.get(1)), port(of.get(2))) == (Some(from), Some(to))
                && of.get(9).is_some_and(|inode| *inode != "0")
        })?;
    Some(PathBuf::from(format!("socket:[{}]", socket.get(9)?)))
}

/// The pid of the emulator, from `server.json` in the stack's folder.
fn server(folder: &Path) -> Result<u32> {
    let record = std::fs::read_to_string(folder.join("server.json"))?;
    let (_, rest) = record.split_once("\"pid\":").context("server.json names no process")?;
    Ok(rest.trim_start().split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default().parse()?)
}

/// The processes of a function that descend from the emulator.
fn workers(server: u32, function: &str) -> Vec<Process> {
    let runs_function = |worker: &Process| {
        // Not the link `exe`: a process that hides its memory, as the render step does, shows it to root alone.
        let command = std::fs::read(format!("/proc/{}/cmdline", worker.process)).unwrap_or_default();
        let program = command.split(|byte| *byte == 0).next().unwrap_or_default();
        program.ends_with(format!("/{function}").as_bytes())
    };
    processes().filter(|worker| descends(worker, server) && runs_function(worker)).collect()
}

fn descends(worker: &Process, ancestor: u32) -> bool {
    let mut parent = worker.parent;
    while parent > 1 {
        if parent == ancestor {
            return true;
        }
        parent = status(parent).map_or(0, |process| process.parent);
    }
    false
}

fn processes() -> impl Iterator<Item = Process> {
    let folders = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    folders.filter_map(|folder| status(folder.file_name().to_str()?.parse().ok()?))
}

fn status(process: u32) -> Option<Process> {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name in parentheses may contain spaces, so fields are counted from the last parenthesis on. See proc(5).
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let field = |index: usize| fields.get(index)?.parse::<u64>().ok();
    Some(Process {
        process,
        parent: u32::try_from(field(1)?).ok()?,
        state: fields.first()?.chars().next()?,
        started: field(19)?,
        cpu_ticks: field(11)? + field(12)? + field(13)? + field(14)?,
    })
}
