//! The process that makes an export is killed at six points: the archive is complete, and its manifest is true.
//!
//! `EXPORT_MEGABYTES` sets the size of the tenant's objects, `EXPORT_ARCHIVE` the file in which the archive is left.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use chaos::{ProcessKiller, set_visibility_timeout};
use client::{Api, Method, StatusCode};
use fault_proxy::{Call, FaultProxy};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use harness::{
    Aws, OwnStack, StackOption, TestUser, UNLIMITED, function_processes, minutes, new_user, repository_root,
};
use serde_json::Value;
use tenancy::{ObjectKey, TenantId};

/// Whether the process that made this call is to be killed.
type KillCondition = Box<dyn FnMut(&Call) -> bool + Send>;

/// The number of the tenant's objects.
const OBJECTS: usize = 200;

/// The size of all objects together, MB, unless `EXPORT_MEGABYTES` is set.
const MEGABYTES: usize = 64;

/// The memory that the process may use at most, kB.
const MEMORY_KB: u64 = 300_000;

/// The files of the archive that are no objects: one for each table, and two lists.
const OTHER_FILES: usize = 6 + 2;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wherever_it_dies_the_archive_is_whole() -> Result<()> {
    let proxy = FaultProxy::start().await?;
    let url = proxy.url();
    let behind = [
        StackOption::Environment("AWS_ENDPOINT_URL_DYNAMODB", &url),
        StackOption::Environment("AWS_ENDPOINT_URL_S3", &url),
        StackOption::Environment("EXPORT_RETRY_S", "1"),
    ];
    let own = OwnStack::start("export-kills", &[UNLIMITED, &behind].concat())?;
    proxy.forward_to(&own.stack.outputs.endpoint);
    // Longer than the whole export takes: otherwise two processes would work at it, which is allowed, but not tested here.
    set_visibility_timeout(&own.stack, "export_queue", 15).await?;
    let person = new_user(&own.stack).await?;
    let other = new_user(&own.stack).await?;
    fill(&own, &person).await?;

    let killer = ProcessKiller::of(&own.stack, "tenant-export", &[&proxy]);
    let (mut archives, mut kills) = (0, Vec::new());
    let conditions: [(&str, KillCondition); 6] = [
        ("the items of a table are stored", Box::new(|call| call.operation.ends_with("/studio.jsonl"))),
        (
            "the snapshot is stored",
            Box::new(|call| call.operation.ends_with("/snapshot.json") && is(call, "PUT")),
        ),
        ("the archive is begun", Box::new(|call| call.operation.ends_with(".zip") && is(call, "POST"))),
        ("three parts are stored", Box::new(third_part())),
        ("three more are stored", Box::new(third_part())),
        ("the archive is finished", Box::new(|call| call.operation.ends_with(".zip") && is(call, "POST"))),
    ];
    for (what, condition) in conditions {
        killer.kill_when(condition);
        if kills.is_empty() {
            let asked = person.api.call(Method::POST, "/api/account/export").send().await?;
            ensure!(asked.status == StatusCode::ACCEPTED, "{}", asked.text());
            // A second request meanwhile gives the same export.
            let again = person.api.call(Method::POST, "/api/account/export").send().await?;
            let (asked, again): (Value, Value) = (asked.json()?, again.json()?);
            ensure!(asked["id"] == again["id"], "{asked} {again}");
        }
        let began = Instant::now();
        while killer.last_kill().is_none() {
            ensure!(began.elapsed() < minutes(2), "nobody died when {what}: {}", state(&person.api).await?);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        kills.extend(killer.disarm());
    }
    eprintln!("{} kills: {kills:#?}", kills.len());
    let (began, mut peak_kb) = (Instant::now(), 0);
    let export = loop {
        let export = state(&person.api).await?;
        for process in function_processes(&own.stack, "tenant-export")? {
            peak_kb = peak_kb.max(peak_memory_kb(process.pid()));
        }
        if export["state"] == "ready" {
            break export;
        }
        ensure!(began.elapsed() < minutes(10), "{export}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    eprintln!("at most {peak_kb} kB of memory for {} bytes", export["bytes_total"]);
    ensure!((1..MEMORY_KB).contains(&peak_kb), "{peak_kb} kB");
    ensure!(export["bytes_done"] == export["bytes_total"], "{export}");

    let path = format!("/api/account/download-export/{}", export["file_name"].as_str().context("no name")?);
    ensure!(other.api.get(&path).await?.status == StatusCode::NOT_FOUND, "another tenant's");
    let download: Value = person.api.get(&path).await?.json()?;
    let folder = tempfile::tempdir()?;
    let archive =
        std::env::var_os("EXPORT_ARCHIVE").map_or_else(|| folder.path().join("export.zip"), PathBuf::from);
    archives += person.api.fetch(download["url"].as_str().context("no url")?, &archive).await?;
    ensure!(export["bytes_total"] == archives, "{archives} bytes: {export}");
    let script = repository_root().join("functions/tenant-export/tests/check_archive.py");
    let checked = Command::new("python3").arg(script).arg(&archive).output()?;
    ensure!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
    let said = String::from_utf8(checked.stdout)?;
    eprintln!("{said}");
    let files: usize = said.split(' ').next().context("nothing said")?.parse()?;
    ensure!(files == OBJECTS + OTHER_FILES, "{files} files");

    let mails = own.stack.mails_to(&person.email).await?;
    ensure!(mails.iter().any(|mail| mail.subject.contains("export")), "no mail");
    // The collected files are deleted: the archive is the only object left.
    let left = objects_below(&own, &format!("tenants/{}/exports/", person.signed_in.tenant)).await?;
    ensure!(left.len() == 1 && left[0].ends_with(".zip"), "{left:?}");
    Ok(())
}

fn is(call: &Call, method: &str) -> bool {
    call.operation.starts_with(method)
}

fn third_part() -> impl FnMut(&Call) -> bool + Send {
    let mut parts = 0;
    move |call| {
        parts += usize::from(call.operation.ends_with(".zip") && is(call, "PUT"));
        parts == 3
    }
}

/// The newest export.
async fn state(api: &Api) -> Result<Value> {
    let exports: Value = api.get("/api/account/exports").await?.json()?;
    Ok(exports["items"][0].clone())
}

/// The peak resident memory of a process (`VmHWM`), kB.
fn peak_memory_kb(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// Uploads objects from 100 bytes on, each larger than the one before.
async fn fill(own: &OwnStack, person: &TestUser) -> Result<()> {
    let bucket = Aws::of(&own.stack)?.bucket()?;
    let tenant: TenantId = person.signed_in.tenant.parse()?;
    let megabytes =
        std::env::var_os("EXPORT_MEGABYTES").and_then(|it| it.to_str()?.parse().ok()).unwrap_or(MEGABYTES);
    let put = |index: usize| {
        let (bucket, key) = (bucket.clone(), ObjectKey::upload(&tenant, uuid::Uuid::now_v7()));
        // The sizes add up to the total.
        let step = megabytes * 1_000_000 * 2 / (OBJECTS * OBJECTS);
        let pattern: Vec<u8> = (0..4093).map(|at| (at * (index + 7) / 3).to_le_bytes()[0]).collect();
        let bytes: Vec<u8> = pattern.iter().copied().cycle().take(100 + index * step).collect();
        async move { bucket.put(&key, bytes, "image/png").await }
    };
    stream::iter(0..OBJECTS).map(put).buffer_unordered(4).try_collect::<()>().await?;
    Ok(())
}

async fn objects_below(own: &OwnStack, prefix: &str) -> Result<Vec<String>> {
    let bucket = Aws::of(&own.stack)?.name("media_bucket")?;
    let url = format!("{}/{bucket}?list-type=2&prefix={prefix}", own.stack.outputs.endpoint);
    let listed = own.stack.api().get(&url).await?.success()?.text();
    let keys = listed.split("<Key>").skip(1).filter_map(|rest| rest.split('<').next());
    Ok(keys.map(str::to_owned).collect())
}
