//! Local stacks: one for a whole test run, and one of its own for a test that would disturb others.

use std::fs::File;
use std::os::unix::process::{CommandExt as _, parent_id};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use client::LocalStack;

/// The root folder of the checkout.
#[must_use]
pub fn repository_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3).unwrap_or(Path::new("/")).to_owned()
}

/// The folder in which cargo put this program's siblings, the functions and commands: `target/debug`. (A test itself is
/// in `deps` below it.)
///
/// # Errors
/// When the program runs from elsewhere.
pub fn target_folder() -> Result<PathBuf> {
    let program = std::env::current_exe()?;
    let folder = program.ancestors().skip(1).find(|folder| folder.join("deps").is_dir());
    Ok(folder.context("the program does not lie in target/debug")?.to_owned())
}

/// The stack of this test run, which all crates of the run share. The first test that asks starts it; it ends with the
/// run.
///
/// # Errors
/// When it cannot be started, with the standard error of `stack.py`.
pub fn shared() -> Result<LocalStack> {
    let run = test_run();
    let folder = stacks()?.join(run.to_string());
    let lock = File::create(stacks()?.join("lock"))?;
    // The other tests wait for the lock while the first one starts the stack.
    lock.lock()?;
    if !folder.join("outputs.json").exists() {
        start(&folder, run, UNLIMITED)?;
    }
    Ok(LocalStack::at(&folder)?)
}

/// How a stack differs from the template.
#[derive(Clone, Copy, Debug)]
pub enum StackOption<'a> {
    /// The value of a template parameter.
    Parameter(&'a str, &'a str),
    /// An environment variable of every function, on top of the template's: `AWS_ENDPOINT_URL_DYNAMODB` puts a
    /// proxy before the tables.
    Environment(&'a str, &'a str),
    /// The emulator checks every AWS call against the IAM policies of its caller. The tests' own calls must be
    /// signed then.
    EnforcedPolicies,
}

/// Rate limits too high to be met by accident: the tests of one run share an IP address and send requests quickly.
pub const UNLIMITED: &[StackOption<'static>] = &[
    StackOption::Parameter("UserRequestsPerSecond", "10000"),
    StackOption::Parameter("IpRequestsPerMinute", "100000"),
    StackOption::Parameter("MailsPerAddressPerHour", "10000"),
    StackOption::Parameter("MailsPerIpPerHour", "100000"),
    StackOption::Parameter("MailsPerMailboxPerHour", "100000"),
];

/// A stack for one test, stopped and deleted with this value.
#[derive(Debug)]
pub struct OwnStack {
    /// The running stack.
    pub stack: LocalStack,
    folder: PathBuf,
}

impl OwnStack {
    /// Starts a stack with these options. Without [`UNLIMITED`] among them it has the template's own rate limits.
    ///
    /// # Errors
    /// When it cannot be started, with the standard error of `stack.py`.
    pub fn start(name: &str, options: &[StackOption<'_>]) -> Result<Self> {
        let process = std::process::id();
        let folder = stacks()?.join(format!("{process}-{name}"));
        start(&folder, process, options)?;
        Ok(Self { stack: LocalStack::at(&folder)?, folder })
    }

    /// Deploys the stack again, with these options instead of those that it was started with.
    ///
    /// # Errors
    /// When the deployment fails, with the standard error of `stack.py`.
    pub fn deploy(&self, options: &[StackOption<'_>]) -> Result<()> {
        up(&self.folder, options)
    }
}

impl Drop for OwnStack {
    fn drop(&mut self) {
        // When this fails, `keep-stack.sh` resets the stack once this process has ended.
        if let Ok(mut reset) = command("reset", &self.folder) {
            reset.stdout(Stdio::null()).stderr(Stdio::null()).status().ok();
        }
    }
}

/// The pid of the process whose end is the end of the test run. nextest gives every test a process of its own, so
/// under it the parent counts.
fn test_run() -> u32 {
    if std::env::var_os("NEXTEST").is_some() { parent_id() } else { std::process::id() }
}

fn stacks() -> Result<PathBuf> {
    let folder = target_folder()?.with_file_name("test-stacks");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn start(folder: &Path, process: u32, options: &[StackOption<'_>]) -> Result<()> {
    keep(folder, process)?;
    up(folder, options)
}

fn up(folder: &Path, options: &[StackOption<'_>]) -> Result<()> {
    let mut up = command("up", folder)?;
    up.arg("--port").arg("0");
    for option in options {
        match option {
            StackOption::Parameter(name, value) => up.arg("--parameter").arg(format!("{name}={value}")),
            StackOption::Environment(name, value) => up.arg("--environment").arg(format!("{name}={value}")),
            StackOption::EnforcedPolicies => up.arg("--enforce-policies"),
        };
    }
    let started = up.output().context("python3 cannot be run")?;
    ensure!(started.status.success(), "{}", String::from_utf8_lossy(&started.stderr));
    Ok(())
}

/// Starts `keep-stack.sh`, which deletes the stack when the process has ended.
fn keep(folder: &Path, process: u32) -> Result<()> {
    let keeper = repository_root().join("tests/support/harness/keep-stack.sh");
    Command::new(keeper)
        .arg(process.to_string())
        .arg(repository_root().join("infra/local/stack.py"))
        .arg(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // A SIGINT from the keyboard ends the tests, and must not end the script.
        .process_group(0)
        .spawn()?;
    Ok(())
}

fn command(verb: &str, folder: &Path) -> Result<Command> {
    let mut command = Command::new("python3");
    command.arg(repository_root().join("infra/local/stack.py")).arg(verb).arg("--data").arg(folder);
    // The stack runs the functions that were built with this test.
    let built = target_folder()?;
    command.env("CARGO_TARGET_DIR", built.parent().context("target/debug has no parent")?);
    command.env_remove("DEVOTIONAL_PORT").env_remove("DEVOTIONAL_STACK").stdin(Stdio::null());
    Ok(command)
}
