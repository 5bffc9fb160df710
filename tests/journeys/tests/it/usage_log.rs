//! What the hourly function writes and measures.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use cloud::clock;
use cloud::table::Table;
use journeys::{Aws, OwnStack, UNLIMITED, reader, shared};
use metering::{Amounts, UsageCounter};
use serde_json::Value;
use tenancy::{Month, ObjectKey, TenantId};
use uuid::Uuid;

/// More steps than a shard's page of the index has.
const STEPS: u64 = 600;

#[tokio::test]
async fn every_event_stands_in_the_log_once_whatever_runs_how_often() -> Result<()> {
    let own = OwnStack::start("usage-log", UNLIMITED)?;
    let aws = Aws::of(&own.stack)?;
    let (table, month) = (aws.table("metering_table")?, Month::of(clock::now()));
    let counter = UsageCounter::new(table.clone());
    let tenants = [TenantId::new(), TenantId::new()];
    let mut recorded: BTreeMap<(String, String), u64> = BTreeMap::new();
    // One job's events lie in one shard; the other jobs' all over the index.
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
    // Told a second time, as a worker does that never got its answer.
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
        let amount = amount.with_context(|| format!("not the guide's form: {line}"))?;
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
    let (aws, person, empty) = (Aws::of(&own.stack)?, reader(&own.stack).await?, reader(&own.stack).await?);
    let (bucket, tenant) = (aws.bucket()?, person.api.account().await?.tenant.id.parse()?);
    // More than a list shows at once.
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

    bucket.delete(&keys[1_049]).await?;
    aws.invoke("usage").await?;
    assert_eq!(person.usage("storage_bytes").await?.used, f64::from(all - 1_049));
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
