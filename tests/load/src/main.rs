//! `make load`: 100 users, 20 more every second, for a minute. The reports are written to `out/load.html` and
//! `out/load.json`.

use anyhow::{Result, ensure};
use harness::{OwnStack, UNLIMITED, repository_root};
use load::{LoadProfile, REQUESTS};

#[tokio::main]
async fn main() -> Result<()> {
    let out = repository_root().join("out");
    std::fs::create_dir_all(&out)?;
    let own = OwnStack::start("load", UNLIMITED)?;
    let profile = LoadProfile { users: 100, users_per_second: 20, run_seconds: 60 };
    let reports = ["html", "json"].map(|ending| out.join(format!("load.{ending}")));
    let metrics = load::run_load(&own.stack, profile, &reports).await?;
    let failed = load::failed(&metrics);
    ensure!(failed == 0, "{failed} requests failed: see {}", reports[0].display());
    for name in REQUESTS {
        let request = metrics.requests.values().find(|request| request.path == name);
        let served = request.map_or(0, |request| request.success_count);
        ensure!(served >= profile.users, "{served} of {} could {name}", profile.users);
    }
    Ok(())
}
