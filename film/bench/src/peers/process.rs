//! Runs another program and waits for all processes that it starts.

use std::collections::HashSet;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use nix::errno::Errno;
use nix::sys::prctl;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

/// A program that takes longer than this for a scene is killed.
const TIMEOUT: Duration = Duration::from_secs(1800);

/// How long orphaned processes may take to end before they are killed.
const EXIT_GRACE: Duration = Duration::from_secs(5);

/// Interval between two checks whether a program has ended.
const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// Checks from one measurement of memory to the next; a measurement takes the kernel a millisecond for each process.
const POLLS_PER_SAMPLE: u32 = 20;

/// Runs a program and waits for all that it started, so that the processor time of all of it is counted as children's.
/// Gives the most memory that it had at once, in bytes. What it says and its temporary files go to the scratch folder.
///
/// A browser outlives the program that called it by a moment. Whatever is orphaned so becomes this process's child, and
/// is waited for; what does not end is killed. No other child of this process may run meanwhile.
pub(crate) fn run(command: &mut Command, scratch: &Path) -> Result<u64> {
    prctl::set_child_subreaper(true)?;
    let log = scratch.join("said.log");
    let says = File::create(&log)?;
    let mut child = command
        .env("TMPDIR", scratch)
        .stdin(Stdio::null())
        .stdout(says.try_clone()?)
        .stderr(says)
        .spawn()
        .with_context(|| format!("{} does not start", command.get_program().to_string_lossy()))?;
    let ended = wait(&mut child);
    reap()?;
    let (status, peak) = ended?;
    ensure!(status.success(), "{}", last_lines(&fs::read_to_string(log)?));
    Ok(peak)
}

fn wait(child: &mut Child) -> Result<(ExitStatus, u64)> {
    let (started, mut peak) = (Instant::now(), 0);
    for poll in 0.. {
        if let Some(status) = child.try_wait()? {
            return Ok((status, peak));
        }
        if started.elapsed() > TIMEOUT {
            child.kill()?;
            child.wait()?;
            bail!("it did not end within {} minutes", TIMEOUT.as_secs() / 60);
        }
        if poll % POLLS_PER_SAMPLE == 0 {
            peak = peak.max(memory(child.id()));
        }
        thread::sleep(POLL_INTERVAL);
    }
    bail!("it was looked at too often")
}

/// Waits for every child.
fn reap() -> Result<()> {
    let started = Instant::now();
    loop {
        match waitpid(None, Some(WaitPidFlag::WNOHANG)) {
            Err(Errno::ECHILD) => return Ok(()),
            Err(Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
            Ok(WaitStatus::StillAlive) => {
                if started.elapsed() > EXIT_GRACE {
                    for child in children(std::process::id()) {
                        // It fails only if the process has just ended.
                        let _ = kill(Pid::from_raw(child.cast_signed()), Signal::SIGKILL);
                    }
                }
                thread::sleep(POLL_INTERVAL);
            }
            Ok(_) => {}
        }
    }
}

/// What a process and all that it started have in memory, in bytes; pages that several share are counted once.
pub(crate) fn memory(process: u32) -> u64 {
    let mut seen = HashSet::from([process]);
    let mut open = vec![process];
    let mut sum = 0;
    while let Some(process) = open.pop() {
        // A process that ends between two lines has nothing.
        let said = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).unwrap_or_default();
        sum += proportional(&said).unwrap_or_default();
        open.extend(children(process).into_iter().filter(|child| seen.insert(*child)));
    }
    sum
}

/// The proportional set size that Linux states of a process, in bytes.
fn proportional(rollup: &str) -> Option<u64> {
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}

fn children(process: u32) -> Vec<u32> {
    let Ok(threads) = fs::read_dir(format!("/proc/{process}/task")) else { return Vec::new() };
    let lists = threads.filter_map(|thread| fs::read_to_string(thread.ok()?.path().join("children")).ok());
    lists
        .flat_map(|list| list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<_>>())
        .collect()
}

/// The last three lines of a program's output, which usually hold the reason of a failure.
fn last_lines(said: &str) -> String {
    let lines: Vec<&str> = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    match lines[lines.len().saturating_sub(3)..] {
        [] => "it failed and said nothing".to_owned(),
        ref last => last.join(" / "),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test code")]
    use super::*;
    use crate::cost;

    #[test]
    fn memory_is_read_from_what_linux_says() {
        let said =
            "55d0-7ffd ---p 00000000 00:00 0  [rollup]\nRss:  3000 kB\nPss:   1234 kB\nPss_Dirty: 9 kB\n";
        assert_eq!(proportional(said), Some(1234 * 1024));
        assert_eq!(proportional(""), None);
        let own = memory(std::process::id());
        assert!((100_000..10_000_000_000).contains(&own), "{own}");
    }

    #[test]
    fn a_failure_is_explained_by_its_last_lines() {
        assert_eq!(last_lines("one\n\ntwo\n three \nfour\n"), "two / three / four");
        assert_eq!(last_lines("\n"), "it failed and said nothing");
    }

    /// In a process of its own, because it waits for children of any test.
    #[test]
    fn what_a_program_leaves_behind_is_counted() {
        let this = std::env::current_exe().unwrap();
        let name = "peers::process::tests::an_orphan_is_waited_for";
        let output = Command::new(this).args(["--exact", name, "--ignored"]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("1 passed"), "{said}");
    }

    #[test]
    #[ignore = "called by the test above"]
    fn an_orphan_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let done = folder.path().join("done");
        let busy = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done";
        let script = format!("(setsid sh -c '{busy}; : > {}' &) ; exit 0", done.display());
        let mut orphaned = Command::new("/bin/sh");
        orphaned.args(["-c", &script]);
        let (_, spent) = cost::of(|| run(&mut orphaned, folder.path())).unwrap();
        assert!(done.exists() && spent.children > 0.02, "{spent:?}");
        let mut failing = Command::new("/bin/sh");
        failing.args(["-c", "echo no picture >&2; exit 3"]);
        assert_eq!(run(&mut failing, folder.path()).unwrap_err().to_string(), "no picture");
    }
}
