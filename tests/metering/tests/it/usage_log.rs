//! The hourly function: the usage log, the measured storage, the deletion of orphans.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use client::Totals;
use cloud::clock;
use cloud::table::Table;
use harness::{
    Aws, DRAFT, OwnStack, StackOption, UNLIMITED, minutes, new_user, render_film, shared, text, wait_for_job,
};
use metering::{Amounts, Metric, UsageCounter};
use serde_json::Value;
use tenancy::{ArtefactVersion, AttemptId, ContentHash, Extension, Month, ObjectKey, TenantId};
use uuid::Uuid;

/// More steps than a page of the usage log's index has entries.
const STEPS: u64 = 600;

#[tokio::test]
async fn every_event_stands_in_the_log_once_whatever_runs_how_often() -> Result<()> {
    let own = OwnStack::start("usage-log", UNLIMITED)?;
    let aws = Aws::of(&own.stack)?;
    let (table, month) = (aws.table("metering_table")?, Month::of(clock::now()));
    let counter = UsageCounter::new(table.clone());
    let tenants = [TenantId::new(), TenantId::new()];
    let mut recorded: BTreeMap<(String, String), u64> = BTreeMap::new();
    // All events of one job are in one shard of the index; those of other jobs spread over all shards.
    let long = Uuid::now_v7();
    for number in 1..=STEPS {
        let job = if number % 10 == 0 { Uuid::now_v7() } else { long };
        let tenant = tenants[usize::from(number % 3 == 0)];
        let used =
            Amounts { images: number % 2, speech_ms: number * 7, render_ms: number * 11, stored_bytes: 5 };
        record(&table, &counter, &tenant, job, number, used).await?;
        for (metric, counted) in [
            ("images_count", used.images),
            ("tts_seconds", used.speech_ms),
            ("render_minutes", used.render_ms),
        ] {
            *recorded.entry((tenant.to_string(), metric.to_owned())).or_default() += counted;
        }
    }
    // Recorded a second time, as by a worker whose first answer was lost.
    let again = Amounts { images: 1, ..Amounts::default() };
    assert!(record(&table, &counter, &tenants[0], long, 1, again).await.is_err());

    aws.invoke("usage").await?;
    let (bucket, key) = (aws.bucket()?, ObjectKey::usage_log(month));
    let log = bucket.get(&key).await?;
    let mut sums: BTreeMap<(String, String), u64> = BTreeMap::new();
    let mut times = Vec::new();
    for line in std::str::from_utf8(&log)?.lines() {
        let entry: Value = serde_json::from_str(line)?;
        let text = |name: &str| entry[name].as_str().map(str::to_owned).context(name.to_owned());
        let (at, tenant, metric) = (text("timestamp")?, text("tenant_id")?, text("metric")?);
        let form = format!(r#"{{"timestamp":"{at}","tenant_id":"{tenant}","metric":"{metric}","amount":"#);
        let amount = line.strip_prefix(&form).and_then(|rest| rest.strip_suffix('}'));
        let amount = amount.with_context(|| format!("not the documented form: {line}"))?;
        let unit: metering::Metric = metric.parse()?;
        let counted = amount.parse::<f64>()? * unit.counted_per_shown() as f64;
        *sums.entry((tenant, metric)).or_default() += counted.round() as u64;
        assert!(at.len() == 19 && at.starts_with(&month.to_string()), "{at}");
        times.push(at);
    }
    assert_eq!(sums, recorded);
    assert!(times.is_sorted());
    assert_eq!(times.len() as u64, STEPS * 2 + STEPS / 2);

    aws.invoke("usage").await?;
    assert_eq!(bucket.get(&key).await?, log, "written again it is the same");
    let later = Amounts { images: 1, ..Amounts::default() };
    record(&table, &counter, &tenants[0], Uuid::now_v7(), 1, later).await?;
    aws.invoke("usage").await?;
    let longer = bucket.get(&key).await?;
    assert!(longer.len() > log.len() && longer.starts_with(&log), "what was written stays as it was");
    Ok(())
}

async fn record(
    table: &Table,
    counter: &UsageCounter,
    tenant: &TenantId,
    job: Uuid,
    step: u64,
    used: Amounts,
) -> Result<()> {
    let writes = counter.record(tenant, job, &format!("clip-{step:04}"), clock::now(), used)?;
    Ok(table.transact(writes).await?)
}

#[tokio::test]
async fn what_is_stored_is_what_lies_in_the_bucket() -> Result<()> {
    let own = OwnStack::start("storage", UNLIMITED)?;
    let (aws, person, empty) =
        (Aws::of(&own.stack)?, new_user(&own.stack).await?, new_user(&own.stack).await?);
    let (bucket, tenant) = (aws.bucket()?, person.api.account().await?.tenant.id.parse()?);
    // More objects than S3 lists in one page.
    let mut keys = Vec::new();
    for size in 0..1_050_usize {
        let key = ObjectKey::upload(&tenant, Uuid::now_v7());
        bucket.put(&key, vec![0; size], "image/png").await?;
        keys.push(key);
    }
    let all: u32 = (0..1_050).sum();
    aws.invoke("usage").await?;
    let stored = person.usage("storage_bytes").await?;
    assert_eq!((stored.used, stored.held, stored.limit), (f64::from(all), 0.0, Some(100e9)));
    assert_eq!(stored.resets_at, None);
    assert_eq!(empty.usage("storage_bytes").await?.used, 0.0);

    // Of an upload every version counts, and so what was deleted without them.
    bucket.delete(&keys[1_049]).await?;
    aws.invoke("usage").await?;
    assert_eq!(person.usage("storage_bytes").await?.used, f64::from(all));
    let versions = bucket.versions(keys[1_049].as_str(), None).await?.versions;
    bucket.delete_versions(&versions).await?;
    aws.invoke("usage").await?;
    assert_eq!(person.usage("storage_bytes").await?.used, f64::from(all - 1_049));
    Ok(())
}

#[tokio::test]
async fn the_log_is_the_sum_of_the_receipts_and_orphans_are_deleted() -> Result<()> {
    let at_once =
        [StackOption::Environment("ORPHANS_AFTER_H", "0"), StackOption::Environment("ORPHANS_EVERY_H", "1")];
    let own = OwnStack::start("receipts", &[UNLIMITED, &at_once].concat())?;
    let (aws, person) = (Aws::of(&own.stack)?, new_user(&own.stack).await?);
    let (api, tenant) = (&person.api, person.api.account().await?.tenant.id.parse()?);
    let (project, film, video) = render_film(api, &["The LORD is my light.", "Whom shall I fear?"]).await?;
    let again = api.render(&project.id, Some(DRAFT), None).await?;
    let again = wait_for_job(api, &again, minutes(3)).await?;
    let other = api.create_project(&text("He leadeth me beside the still waters.")).await?;
    let cancelled = api.render(&other.id, Some(DRAFT), None).await?;
    while api.job(&cancelled.id).await?.progress.kinds.iter().all(|kind| kind.done == 0) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    api.cancel(&cancelled.id).await?;

    let mut receipts = Amounts::default();
    for job in [&film.id, &again.id, &cancelled.id] {
        let totals = api.receipt(job).await?.totals;
        let Totals { images, speech_ms, render_ms, .. } = totals;
        receipts = receipts + Amounts { images, speech_ms, render_ms, stored_bytes: 0 };
    }
    assert!(receipts.images >= 2 && receipts.speech_ms > 0 && receipts.render_ms > 0, "{receipts:?}");

    // An orphan of an attempt that was never recorded, and an upload, which is no artefact.
    let bucket = aws.bucket()?;
    let stray = ArtefactVersion { made_from: ContentHash::of(b"stray"), attempt: AttemptId::new() };
    let orphan = ObjectKey::video(&tenant, &stray, Extension::MP4);
    let upload = ObjectKey::upload(&tenant, Uuid::now_v7());
    for key in [&orphan, &upload] {
        bucket.put(key, vec![0; 4711], "video/mp4").await?;
    }
    aws.invoke("usage").await?;
    assert_eq!(bucket.head(&orphan).await?, None);
    assert!(bucket.head(&upload).await?.is_some(), "a person's own");
    let film = tempfile::NamedTempFile::new()?;
    assert!(api.fetch(&api.download(&video.id).await?.url, film.path()).await? > 0, "what counts is there");

    let log = bucket.get(&ObjectKey::usage_log(Month::of(clock::now()))).await?;
    let mut logged = Amounts::default();
    for line in std::str::from_utf8(&log)?.lines() {
        let entry: Value = serde_json::from_str(line)?;
        let metric: Metric = entry["metric"].as_str().context("metric")?.parse()?;
        let amount = entry["amount"].as_f64().context("amount")?;
        let counted = (amount * metric.counted_per_shown() as f64).round() as u64;
        match metric {
            Metric::ImagesCount => logged.images += counted,
            Metric::TtsSeconds => logged.speech_ms += counted,
            Metric::RenderMinutes => logged.render_ms += counted,
            Metric::StorageBytes => bail!("what is stored is no event"),
        }
    }
    assert_eq!(logged, receipts);
    for (metric, of) in [(Metric::ImagesCount, receipts.images), (Metric::TtsSeconds, receipts.speech_ms)] {
        let counted = person.usage(metric.as_str()).await?;
        assert_eq!(
            (counted.used.to_string(), counted.held),
            (metric.shown(of).as_f64().unwrap_or(-1.0).to_string(), 0.0)
        );
    }
    Ok(())
}

#[tokio::test]
async fn an_object_of_several_parts_arrives_as_it_was_written() -> Result<()> {
    let bucket = Aws::of(&shared()?)?.bucket()?;
    let key = ObjectKey::upload(&TenantId::new(), Uuid::now_v7());
    let line: Vec<u8> = (0..=255).collect();
    let lines = (20 << 20) / line.len();
    let mut object = bucket.upload(key.clone(), "application/x-ndjson");
    for _ in 0..lines {
        object.write(&line).await?;
    }
    object.finish().await?;
    assert!(bucket.get(&key).await? == line.repeat(lines), "parts are missing, or in another order");
    Ok(())
}
