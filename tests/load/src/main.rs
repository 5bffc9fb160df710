//! `make load`: 100 people, 20 more every second, for a minute; the reports lie in `out`.

use anyhow::{Result, ensure};
use harness::{OwnStack, UNLIMITED, repository_root};
use load::{LoadProfile, REQUESTS};

#[tokio::main]
async fn main() -> Result<()> {
    let out = repository_root().join("out");
    std::fs::create_dir_all(&out)?;
    let own = OwnStack::start("load", UNLIMITED)?;
    let crowd = LoadProfile { people: 100, per_second: 20, seconds: 60 };
    let reports = ["html", "json"].map(|ending| out.join(format!("load.{ending}")));
    let metrics = load::attack(&own.stack, crowd, &reports).await?;
    let failed = load::failed(&metrics);
    ensure!(failed == 0, "{failed} requests failed: see {}", reports[0].display());
    for name in REQUESTS {
        let request = metrics.requests.values().find(|request| request.path == name);
        let served = request.map_or(0, |request| request.success_count);
        ensure!(served >= crowd.people, "{served} of {} could {name}", crowd.people);
    }
    Ok(())
}
