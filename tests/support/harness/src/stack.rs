//! Stacks for the tests: one for a whole run, and one of its own for a test that harms it.

use std::fs::File;
use std::os::unix::process::{CommandExt as _, parent_id};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use client::LocalStack;

/// The checkout.
#[must_use]
pub fn repository_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3).unwrap_or(Path::new("/")).to_owned()
}

/// Where cargo put this program, and with it the functions: `target/debug`, or `deps` in it for a test.
///
/// # Errors
/// When it runs from elsewhere.
pub fn target_folder() -> Result<PathBuf> {
    let program = std::env::current_exe()?;
    let folder = program.ancestors().skip(1).find(|folder| folder.join("deps").is_dir());
    Ok(folder.context("the program does not lie in target/debug")?.to_owned())
}

/// The stack of this test run. The first test that asks starts it; it ends when the run does.
///
/// # Errors
/// When it cannot be started, with what it says about that.
pub fn shared() -> Result<LocalStack> {
    let run = test_run();
    let folder = stacks()?.join(run.to_string());
    let lock = File::create(stacks()?.join("lock"))?;
    // The other tests wait here while the first one starts it.
    lock.lock()?;
    if !folder.join("outputs.json").exists() {
        start(&folder, run, UNLIMITED)?;
    }
    Ok(LocalStack::at(&folder)?)
}

/// What a stack has otherwise than the template.
#[derive(Clone, Copy, Debug)]
pub enum StackOption<'a> {
    /// The value of a template parameter.
    Parameter(&'a str, &'a str),
    /// A variable that every function gets on top of the template's: `AWS_ENDPOINT_URL_DYNAMODB` puts a
    /// proxy before the tables.
    Environment(&'a str, &'a str),
    /// Every call is held against the policies of whoever makes it. Then the tests' own calls of AWS must
    /// be signed too.
    EnforcedPolicies,
}

/// Limits that no test meets by accident: the tests of one run share an IP address, and hurry.
pub const UNLIMITED: &[StackOption<'static>] = &[
    StackOption::Parameter("UserRequestsPerSecond", "10000"),
    StackOption::Parameter("IpRequestsPerMinute", "100000"),
    StackOption::Parameter("MailsPerAddressPerHour", "10000"),
    StackOption::Parameter("MailsPerIpPerHour", "100000"),
];

/// A stack for one test, stopped and deleted with this value.
#[derive(Debug)]
pub struct OwnStack {
    /// The stack.
    pub stack: LocalStack,
    folder: PathBuf,
}

impl OwnStack {
    /// Starts one, with what `options` change of the template and with the template's own limits.
    ///
    /// # Errors
    /// When it cannot be started, with what it says about that.
    pub fn start(name: &str, options: &[StackOption<'_>]) -> Result<Self> {
        let process = std::process::id();
        let folder = stacks()?.join(format!("{process}-{name}"));
        start(&folder, process, options)?;
        Ok(Self { stack: LocalStack::at(&folder)?, folder })
    }

    /// Deploys it again, with these options instead of those that it was started with.
    ///
    /// # Errors
    /// When it is refused, with what is said about that.
    pub fn deploy(&self, options: &[StackOption<'_>]) -> Result<()> {
        up(&self.folder, options)
    }
}

impl Drop for OwnStack {
    fn drop(&mut self) {
        // What fails here is tried again by the keeper, when this process has ended.
        if let Ok(mut reset) = command("reset", &self.folder) {
            reset.stdout(Stdio::null()).stderr(Stdio::null()).status().ok();
        }
    }
}

/// The process whose end is the end of the test run: nextest gives every test a process of its own.
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

/// Sees to it that the stack ends when the process has ended.
fn keep(folder: &Path, process: u32) -> Result<()> {
    let keeper = repository_root().join("tests/support/harness/keep-stack.sh");
    Command::new(keeper)
        .arg(process.to_string())
        .arg(repository_root().join("infra/local/stack.py"))
        .arg(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // An interrupt at the keyboard ends the tests, and must not end the keeper.
        .process_group(0)
        .spawn()?;
    Ok(())
}

fn command(verb: &str, folder: &Path) -> Result<Command> {
    let mut command = Command::new("python3");
    command.arg(repository_root().join("infra/local/stack.py")).arg(verb).arg("--data").arg(folder);
    // The functions are the ones that were built with this test.
    let built = target_folder()?;
    command.env("CARGO_TARGET_DIR", built.parent().context("target/debug has no parent")?);
    command.env_remove("DEVOTIONAL_PORT").env_remove("DEVOTIONAL_STACK").stdin(Stdio::null());
    Ok(command)
}
