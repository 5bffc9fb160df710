//! The restore drill: two tenants lose items and objects, which are restored from a nightly backup; a third tenant,
//! which was erased, is not restored.

mod backups;
mod ended;
mod snapshot;

use std::ops::ControlFlow;
use std::process::{Output, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use client::Method;
use cloud::clock;
use cloud::table::Key;
use fault_proxy::{Call, FaultProxy, ItemKey, Phase};
use harness::{
    Aws, OwnStack, StackOption, TestUser, UNLIMITED, minutes, new_user, render_film, target_folder,
};
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use snapshot::{StackData, TABLES};
use tempfile::TempDir;
use tenancy::{ContentHash, TenantId};
use tokio::process::Command;
use tokio::sync::Notify;
use tokio::task::block_in_place;
use tokio::time::timeout;

/// The file size above which a backup compresses a file, bytes: chosen so that some are compressed and some are not.
const COMPRESSED_ABOVE: &str = "4000";

/// The credentials that are given back, because the drill compares every item.
const KEYS: &str = "api-keys,invitations";

struct Drill {
    own: OwnStack,
    aws: Aws,
    data: StackData,
    people: Vec<TestUser>,
    date: String,
}

impl Drill {
    /// Signs up three users, renders a film for each, and makes a backup.
    async fn prepare(name: &str) -> Result<Self> {
        let small = [StackOption::Environment("BACKUP_COMPRESSED_ABOVE_BYTES", COMPRESSED_ABOVE)];
        let own = OwnStack::start(name, &[UNLIMITED, &small].concat())?;
        let aws = Aws::of(&own.stack)?;
        let mut people = Vec::new();
        for scene in ["The LORD is my light.", "He restoreth my soul.", "Amen."] {
            let person = new_user(&own.stack).await?;
            render_film(&person.api, &[scene]).await?;
            let key = json!({"name": "press", "scope": "read"});
            let key = person.api.call(Method::POST, "/api/account/rotate-api-key").json(&key).send().await?;
            key.success()?;
            people.push(person);
        }
        aws.invoke("backup").await?;
        let date = clock::now().to_zoned(TimeZone::UTC).date().to_string();
        let data = StackData::of(&own.stack)?;
        Ok(Self { own, aws, data, people, date })
    }

    fn tenant(&self, person: usize) -> &str {
        &self.people[person].signed_in.tenant
    }

    /// Erases the third tenant: it has a tombstone, no item, and no object in any version. Its backup still exists.
    async fn erase_third_tenant(&self) -> Result<()> {
        let tenant = self.tenant(2);
        self.write_tombstone(tenant).await?;
        self.data.erase(tenant).await
    }

    async fn write_tombstone(&self, tenant: &str) -> Result<()> {
        let now = clock::now();
        let tombstone = json!({"tenant": tenant, "requested_at": now, "erased_at": now, "counts": {}});
        self.data
            .put_object("vault_bucket", &format!("tombstones/{tenant}.json"), tombstone.to_string())
            .await
    }

    /// What is said to be left of a tenant in copies of tables.
    async fn found_in_copies(&self, person: usize) -> Result<String> {
        let verified = self.aws.run_operator(&["erasure", "verify", "--tenant", self.tenant(person)]).await?;
        let said = String::from_utf8(verified.stdout)?;
        Ok(said.lines().filter(|line| line.contains("in the copy")).collect())
    }

    fn source(&self) -> String {
        format!("backup:{}", self.date)
    }

    async fn restore(&self, arguments: &[&str]) -> Result<String> {
        self.aws.operator_stdout(&[&["restore"], arguments].concat()).await
    }
}

#[tokio::test]
async fn lost_data_is_restored_and_an_erased_tenant_is_not() -> Result<()> {
    let drill = Drill::prepare("restore-drill").await?;
    let from = drill.source();

    for (table, _) in TABLES {
        drill.data.change_settings(table).await?;
    }
    // A point-in-time restore beside the live tables: it must have the settings that DynamoDB does not restore.
    drill.write_tombstone(drill.tenant(2)).await?;
    let at = format!("point-in-time:{}", clock::now().strftime("%Y-%m-%dT%H:%M:%SZ"));
    tokio::time::sleep(Duration::from_secs(1)).await;
    let planned = drill.restore(&["--all", "--from", &at]).await?;
    ensure!(planned.contains("nothing was written"), "{planned}");
    let made = drill.restore(&["--all", "--from", &at, "--apply"]).await?;
    // Copies that are left are found, with what of an erased tenant is in them.
    let copy = drill.data.copy_of("identity_table", &at)?;
    ensure!(!made.contains("TableName:") && made.contains("operator copies"), "{made}");
    let listed = drill.aws.operator_stdout(&["copies"]).await?;
    ensure!(listed.contains(&format!("delete-table --table-name {copy}")), "{listed}");
    ensure!(drill.found_in_copies(2).await?.contains(&copy), "a copy is not searched");
    let made = drill.restore(&["--all", "--from", &at, "--apply", "--writes-stopped"]).await?;
    eprintln!("{made}");
    ensure!(!drill.found_in_copies(2).await?.contains(&copy), "an erased tenant is in the copy");
    for (table, _) in TABLES {
        let (live, copy) = drill.data.settings_beside(table, &at).await?;
        ensure!(live == copy, "{table}: {live} became {copy}");
        ensure!(live["point_in_time"] == "ENABLED", "{table}: {live}");
        let theirs = drill.data.items_beside(table, &at, drill.tenant(2)).await?;
        ensure!(theirs == 0, "{table}: {theirs} items of an erased tenant");
    }

    drill.erase_third_tenant().await?;
    let before = drill.data.snapshot().await?;
    ensure!(before.items.len() > 30 && before.objects.len() > 15, "{}", before.sizes());
    ensure!(!before.names(drill.tenant(2)), "the erased tenant is still there");

    let damaged = drill.data.damage(&before).await?;
    let lost = drill.data.snapshot().await?;
    ensure!(damaged > 45 && lost != before, "{damaged} were damaged");

    let planned = drill.restore(&["--all", "--from", &from]).await?;
    ensure!(planned.contains("nothing was written"), "{planned}");
    ensure!(drill.data.snapshot().await? == lost, "a plan has changed something");

    let began = Instant::now();
    let done = drill.restore(&["--all", "--from", &from, "--credentials", KEYS, "--apply"]).await?;
    let took = began.elapsed();
    let after = drill.data.snapshot().await?;
    after.same_as(&before)?;
    ensure!(!after.names(drill.tenant(2)), "the erased tenant is back");
    eprintln!("{done}");
    eprintln!(
        "restore drill: {damaged} of {} damaged, given back in {:.1} s; every hash is equal",
        before.sizes(),
        took.as_secs_f64()
    );
    // The API works with the restored data.
    let shown = drill.people[0].api.get("/api/v1/videos").await?;
    let shown: Value = shown.json()?;
    let video = shown["items"][0]["id"].as_str().context("no video")?.to_owned();
    let folder = tempfile::tempdir()?;
    let download = drill.people[0].api.download(&video).await?;
    drill.people[0].api.fetch(&download.url, &folder.path().join("film.mp4")).await?;

    // One tenant alone, from the tables restored beside.
    drill.data.damage_items_of(&before, drill.tenant(1)).await?;
    let done = drill
        .restore(&["--tenant", drill.tenant(1), "--from", &at, "--credentials", KEYS, "--apply"])
        .await?;
    eprintln!("{done}");
    drill.data.snapshot().await?.same_as(&before)?;
    let refused = drill.aws.run_operator(&["restore", "--tenant", drill.tenant(2), "--from", &from]).await?;
    ensure!(!refused.status.success(), "an erased tenant is restored");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restore_that_was_broken_off_goes_on_and_a_damaged_backup_is_refused() -> Result<()> {
    let drill = Drill::prepare("restore-broken").await?;
    drill.erase_third_tenant().await?;
    let from = drill.source();
    let before = drill.data.snapshot().await?;
    drill.data.damage(&before).await?;
    let lost = drill.data.snapshot().await?;

    // One byte of a file is changed: in a compressed one and in a plain one.
    let folder = format!("backups/{}/{}", drill.date, drill.tenant(0));
    let manifest: Value = serde_json::from_slice(
        &drill.data.object("vault_bucket", &format!("{folder}/manifest.json")).await?,
    )?;
    let files = manifest["files"].as_array().context("no files")?;
    let packed = files.iter().filter(|file| file["packing"] == "zstd").count();
    ensure!(packed > 0 && packed < files.len(), "{packed} of {} files are compressed", files.len());
    for packing in ["zstd", "none"] {
        let holds = |file: &&Value| file["packing"] == packing && file["bytes"].as_u64() > Some(0);
        let name = files.iter().find(holds).and_then(|file| file["file"].as_str()).context(packing)?;
        let key = format!("{folder}/{name}");
        let intact = drill.data.object("vault_bucket", &key).await?;
        let mut damaged = intact.clone();
        let middle = damaged.len() / 2;
        damaged[middle] ^= 1;
        drill.data.put_object("vault_bucket", &key, damaged).await?;
        let refused = drill.aws.run_operator(&["restore", "--all", "--from", &from, "--apply"]).await?;
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        ensure!(!refused.status.success() && said.contains(&key), "{said}");
        ensure!(drill.data.snapshot().await? == lost, "a damaged backup was used");
        eprintln!("{}", said.trim_end());
        drill.data.put_object("vault_bucket", &key, intact).await?;
    }

    // Killed after its first writes, then run again.
    let killed = killed_half_way(&drill, &from).await?;
    ensure!(!killed.status.success(), "it was through before it was killed");
    let half = drill.data.snapshot().await?;
    ensure!(half != lost && half != before, "it was not half-way: {}", half.sizes());
    drill.restore(&["--all", "--from", &from, "--credentials", KEYS, "--apply"]).await?;
    drill.data.snapshot().await?.same_as(&before)?;
    let again = drill.restore(&["--all", "--from", &from, "--credentials", KEYS, "--apply"]).await?;
    ensure!(!again.contains("lost:"), "{again}");
    drill.data.snapshot().await?.same_as(&before)?;

    // What ends while a restore runs does not come back: a key, between its judgement and its write.
    let keys = async || {
        let items = drill.data.identity_items(None, drill.tenant(0)).await?;
        let ids =
            items.iter().filter(|item| item["pk"]["S"].as_str().is_some_and(|pk| pk.starts_with("API_KEY#")));
        anyhow::Ok(ids.filter_map(|item| item["id"]["S"].as_str().map(str::to_owned)).collect::<Vec<_>>())
    };
    let key = keys().await?.pop().context("no key")?;
    let tenant: TenantId = drill.tenant(0).parse()?;
    drill.data.erase(drill.tenant(0)).await?;
    let arguments =
        ["restore", "--tenant", drill.tenant(0), "--from", &from, "--credentials", KEYS, "--apply"];
    let is_write = |call: &Call| call.operation == "BatchWriteItem" && call.touches("IdentityTable");
    let ended = async {
        let revocation = json!({"revoked_at": clock::now(), "expires_at": i64::MAX});
        let revoked = Key::of(&tenant.partition(), format!("API_KEY#{key}"));
        Ok(drill.aws.table("revocations_table")?.put(&revoked, &revocation).await?)
    };
    let done = while_it_waits(&drill, &arguments, is_write, ended).await?;
    ensure!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    ensure!(keys().await?.is_empty(), "a key is back that was revoked meanwhile");

    keeps_what_changes_meanwhile(&drill, &tenant, &arguments).await?;

    // Nor does a tenant that is erased while the tables are made, which takes hours.
    drill.data.erase(drill.tenant(1)).await?;
    let gone = drill.data.snapshot().await?;
    let at = format!("point-in-time:{}", clock::now().strftime("%Y-%m-%dT%H:%M:%SZ"));
    let arguments = ["restore", "--tenant", drill.tenant(1), "--from", &at, "--apply"];
    let is_made = |call: &Call| call.operation == "RestoreTableToPointInTime";
    let refused = while_it_waits(&drill, &arguments, is_made, drill.write_tombstone(drill.tenant(1))).await?;
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    ensure!(!refused.status.success() && said.contains("stays away"), "{said}");
    drill.data.snapshot().await?.same_as(&gone)
}

/// What changes between its judgement and its write is judged again: a person keeps the tenant that they join, and a
/// tenant that is to be erased stays marked.
async fn keeps_what_changes_meanwhile(drill: &Drill, tenant: &TenantId, arguments: &[&str]) -> Result<()> {
    let table = drill.aws.table("identity_table")?;
    let address = Key::global("EMAIL", &ContentHash::of(drill.people[0].email.as_bytes()));
    let (other, joined) = (drill.tenant(1), TenantId::new());
    drill.data.erase(drill.tenant(0)).await?;
    let user = &drill.people[0].signed_in.user;
    table.put(&address, &json!({"user": user, "version": 7, "tenants": [other]})).await?;
    let is_person = |call: &Call| call.operation == "PutItem" && names(call, |key| key.sk == "EMAIL");
    let joins = async {
        let person = table.update(&address).append("tenants", joined).add("version", 1);
        person.send::<Value>().await?;
        Ok(())
    };
    let done = while_it_waits(drill, arguments, is_person, joins).await?;
    ensure!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let person: Value = table.get(&address).await?.context("no person")?;
    ensure!(person["tenants"] == json!([tenant, other, joined]) && person["version"] == 9, "{person}");

    let home = Key::of(&tenant.partition(), "TENANT");
    table.update(&home).set("name", "damaged").send::<Value>().await?;
    let is_home = |call: &Call| call.operation == "PutItem" && names(call, |key| key.sk == "TENANT");
    let is_asked_for = async {
        table.update(&home).set("erasing_since", clock::now()).send::<Value>().await?;
        Ok(())
    };
    let refused = while_it_waits(drill, arguments, is_home, is_asked_for).await?;
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    ensure!(!refused.status.success() && said.contains("stays away"), "{said}");
    let home: Value = table.get(&home).await?.context("no tenant")?;
    ensure!(home["erasing_since"].is_string(), "{home}");
    Ok(())
}

/// Whether a call names an item of the `identity` table with such a key.
fn names(call: &Call, is_such: impl Fn(&ItemKey) -> bool) -> bool {
    call.touches("IdentityTable") && call.keys.iter().any(is_such)
}

/// Runs the operator's command, and does something else while its first call of this kind waits.
async fn while_it_waits(
    drill: &Drill,
    arguments: &[&str],
    is_the_call: impl Fn(&Call) -> bool + Send + Sync + 'static,
    meanwhile: impl Future<Output = Result<()>>,
) -> Result<Output> {
    let proxy = FaultProxy::start().await?;
    proxy.forward_to(&drill.own.stack.outputs.endpoint);
    let (go, waits) = std::sync::mpsc::channel();
    let (reached, waits) = (Arc::new(Notify::new()), Mutex::new(Some(waits)));
    let signal = reached.clone();
    proxy.watch(move |phase, call| {
        if phase == Phase::Received && is_the_call(call) {
            let first = waits.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(waits) = first {
                signal.notify_one();
                // When the other thing fails, the command goes on, and the error of that thing is the test's.
                block_in_place(|| waits.recv_timeout(minutes(1))).ok();
            }
        }
        ControlFlow::Continue(())
    });
    let (_folder, mut command) = through(&proxy, drill, arguments)?;
    let running = command.spawn()?;
    timeout(minutes(1), reached.notified()).await.context("the call is never made")?;
    meanwhile.await?;
    go.send(())?;
    Ok(running.wait_with_output().await?)
}

/// The operator's command, which reaches AWS through a proxy; and the folder of its settings, which must stay
/// meanwhile.
fn through(proxy: &FaultProxy, drill: &Drill, arguments: &[&str]) -> Result<(TempDir, Command)> {
    let outputs = std::fs::read_to_string(drill.own.stack.outputs.data.join("outputs.json"))?;
    let mut outputs: Value = serde_json::from_str(&outputs)?;
    outputs["endpoint"] = proxy.url().into();
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("outputs.json");
    std::fs::write(&file, outputs.to_string())?;
    let mut command = Command::new(target_folder()?.join("operator"));
    command.env("STACK_OUTPUTS", &file).args(arguments).stdout(Stdio::null()).stderr(Stdio::piped());
    Ok((folder, command))
}

/// Kills a restore after its second write.
async fn killed_half_way(drill: &Drill, from: &str) -> Result<Output> {
    let proxy = FaultProxy::start().await?;
    proxy.forward_to(&drill.own.stack.outputs.endpoint);
    let (reached, writes) = (Arc::new(Notify::new()), std::sync::atomic::AtomicUsize::new(0));
    let signal = reached.clone();
    proxy.watch(move |phase, call| {
        if call.operation != "BatchWriteItem" || !matches!(phase, Phase::Received) {
            return ControlFlow::Continue(());
        }
        if writes.fetch_add(1, std::sync::atomic::Ordering::SeqCst) < 2 {
            return ControlFlow::Continue(());
        }
        signal.notify_one();
        ControlFlow::Break(())
    });
    let arguments = ["restore", "--all", "--from", from, "--credentials", KEYS, "--apply"];
    let (_folder, mut restore) = through(&proxy, drill, &arguments)?;
    let mut restore = restore.spawn()?;
    let is_reached = timeout(minutes(1), reached.notified()).await.is_ok();
    // A process that has ended by itself cannot be killed; its error is in the message below.
    restore.start_kill().ok();
    let ended = restore.wait_with_output().await?;
    ensure!(is_reached, "it wrote less than that: {}", String::from_utf8_lossy(&ended.stderr));
    Ok(ended)
}
