//! A few people for a few seconds: the load scenario does what it says.

use anyhow::{Context as _, Result, ensure};
use harness::{OwnStack, UNLIMITED};
use load::{LoadProfile, REQUESTS, failed, run_load};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_few_people_get_what_they_ask_for() -> Result<()> {
    let own = OwnStack::start("load", UNLIMITED)?;
    let reports = ["html", "json"].map(|ending| own.stack.outputs.data.join(format!("load.{ending}")));
    let metrics =
        run_load(&own.stack, LoadProfile { users: 5, users_per_second: 5, run_seconds: 12 }, &reports)
            .await?;
    for name in REQUESTS {
        let request = metrics.requests.values().find(|request| request.path == name);
        let request =
            request.with_context(|| format!("nobody came to {name}: {:?}", metrics.requests.keys()))?;
        ensure!(request.success_count >= 5, "{name}: {request:?}");
    }
    ensure!(failed(&metrics) == 0, "{:?}", metrics.requests);
    for report in reports {
        ensure!(std::fs::metadata(&report)?.len() > 1000, "{} is empty", report.display());
    }
    Ok(())
}
