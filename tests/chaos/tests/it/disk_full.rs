//! The workers' disk is full: the job fails with a message that says so and charges only what was made, and the next job
//! reuses that.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use chaos::{ChaosStack, TwoSceneProject};
use client::{JobStatus, StepKind};
use harness::{StackOption, minutes, wait_for_job};
use tokio::time::timeout;

/// The size of the disk at first: less than any clip, more than an empty folder takes.
const TOO_SMALL: &str = "64k";
/// Its size for the second job.
const ENOUGH: &str = "256m";

/// The environment variable that tells this test that it runs in the mount namespace which it has made itself.
const NAMESPACE: &str = "CHAOS_DISK_NAMESPACE";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_fails_the_job_in_plain_words_and_charges_nothing_for_it() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let Some(disk) = SmallDisk::mount(folder.path())? else { return in_a_namespace_of_its_own() };
    let below = folder.path().to_str().context("a path")?;
    let chaos = ChaosStack::start("disk-full", &[StackOption::Environment("TMPDIR", below)]).await?;
    let film = TwoSceneProject::create(&chaos.stack).await?;
    let api = &film.person.api;

    let mut job = film.start().await?;
    let ended = timeout(minutes(3), async {
        while !job.has_ended() {
            job = api.job_after(&job.id, job.version).await?;
        }
        anyhow::Ok(())
    });
    ended.await.context("the job did not end")??;
    let failure = job.failure.clone().with_context(|| format!("{job:?}"))?;
    ensure!(job.status == JobStatus::Failed && failure.status == 507, "{job:?}");
    ensure!(failure.message == "The disk was full.", "{failure:?}");
    film.wait_for_cleanup(&chaos).await?;

    let receipt = api.receipt(&job.id).await?;
    let failed =
        receipt.steps.iter().find(|step| failure.step.as_ref() == Some(&step.id)).context("no such step")?;
    ensure!(failed.attempts == 4 && failed.failures.iter().all(|f| f.status == 507), "{failed:?}");
    let unfinished = receipt.steps.iter().filter(|step| step.state != "done");
    let charged: u64 = unfinished.map(|step| step.images + step.speech_ms + step.render_ms).sum();
    ensure!(charged == 0, "what was not made is charged: {:?}", receipt.steps);
    let usage = film.person.usage_totals().await?;
    ensure!(usage.iter().all(|(_, _, held)| *held == 0.0), "{usage:?}");

    // With a larger disk the artefacts of the first job are neither made nor charged again.
    disk.resize(ENOUGH)?;
    let again = film.start().await?;
    let again = wait_for_job(api, &again, minutes(3)).await?;
    let (second, _) = film.outcome(&chaos, &again).await?;
    let pictures = second.steps.iter().filter(|step| step.kind == StepKind::Image);
    let made: u64 = pictures.map(|step| step.images).sum();
    ensure!(made + receipt.totals.images == 2, "{receipt:?} and then {second:?}");
    chaos.verify_charges().await
}

/// A tmpfs, unmounted when dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Mounts a tmpfs of [`TOO_SMALL`]; none where this process may not mount.
    fn mount(folder: &Path) -> Result<Option<Self>> {
        let size = format!("size={TOO_SMALL}");
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder).output();
        Ok(mount.is_ok_and(|mount| mount.status.success()).then(|| Self(folder.to_owned())))
    }

    fn resize(&self, size: &str) -> Result<()> {
        let options = format!("remount,size={size}");
        let remount = Command::new("mount").args(["-o", &options]).arg(&self.0).output()?;
        ensure!(remount.status.success(), "{}", String::from_utf8_lossy(&remount.stderr));
        Ok(())
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily (`-l`), because workers may still have files open there.
        Command::new("umount").arg("-l").arg(&self.0).status().ok();
    }
}

/// Runs this test again in a user and mount namespace of its own, where it may mount.
fn in_a_namespace_of_its_own() -> Result<()> {
    let permitted = Command::new("unshare").args(["--user", "--map-root-user", "--mount", "true"]).status();
    if std::env::var_os(NAMESPACE).is_some() || !permitted.is_ok_and(|status| status.success()) {
        eprintln!("NOT TESTED: a full disk. This machine permits neither mount nor unshare --user --mount.");
        return Ok(());
    }
    let mut again = Command::new("unshare");
    again.args(["--user", "--map-root-user", "--mount"]).arg(std::env::current_exe()?);
    let name = "disk_full::a_full_disk_fails_the_job_in_plain_words_and_charges_nothing_for_it";
    let again = again.args([name, "--exact", "--nocapture"]).env(NAMESPACE, "1").status()?;
    ensure!(again.success(), "see above");
    Ok(())
}
