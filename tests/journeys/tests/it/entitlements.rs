//! Grants and feature switches, as the operator sets them by command (the runbook's soft and hard reset).

use anyhow::{Context as _, Result};
use client::Api;
use cloud::table::Key;
use harness::{Aws, DRAFT, OwnStack, UNLIMITED, new_user, shared, text};
use serde_json::json;
use tenancy::{Month, TenantId};

#[tokio::test]
async fn a_grant_makes_room_for_its_tenant_alone_until_it_expires() -> Result<()> {
    let stack = shared()?;
    let (aws, lucky, other) = (Aws::of(&stack)?, new_user(&stack).await?, new_user(&stack).await?);
    let mut projects = Vec::new();
    for person in [&lucky, &other] {
        let tenant: TenantId = person.api.account().await?.tenant.id.parse()?;
        let month = Month::of(cloud::clock::now());
        let full = json!({"images_total": 500, "images_used": 500});
        let usage = Key::of(&tenant.partition(), format!("USAGE#{month}"));
        aws.table("metering_table")?.put(&usage, &full).await?;
        projects.push(person.api.create_project(&text("The LORD is my light.")).await?.id);
        assert_eq!(person.usage("images_count").await?.warning.as_deref(), Some("at_limit"));
    }
    let tenant = lucky.api.account().await?.tenant.id;
    // Grants end on whole seconds.
    let soon = cloud::clock::now() + jiff::SignedDuration::from_secs(4);
    let brief = format!("{soon:.0}");
    aws.operator_stdout(&["grant", "--tenant", &tenant, "--percent", "10", "--until", &brief]).await?;
    let granted = lucky.api.usage().await?;
    assert_eq!(granted.grants.iter().map(|grant| grant.percent).collect::<Vec<_>>(), [10]);
    let pictures = lucky.usage("images_count").await?;
    assert_eq!((pictures.limit, pictures.percent), (Some(550.0), Some(90)));
    assert_eq!(pictures.warning.as_deref(), Some("near_limit"));
    assert!(lucky.api.quote(&projects[0], Some(DRAFT)).await?.fits);
    let shown = aws.operator_stdout(&["grants", "--tenant", &tenant]).await?;
    assert!(shown.contains("10 % more of everything") && !shown.contains("no longer"), "{shown}");
    let shown = aws.operator_stdout(&["usage", "--tenant", &tenant]).await?;
    assert!(shown.contains("images_count") && shown.contains("granted: 10 %"), "{shown}");

    assert_eq!(other.usage("images_count").await?.limit, Some(500.0));
    assert!(!other.api.quote(&projects[1], Some(DRAFT)).await?.fits);
    while cloud::clock::now() < soon {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    assert_eq!(lucky.usage("images_count").await?.limit, Some(500.0), "it has expired");
    let refused = lucky.api.render(&projects[0], Some(DRAFT), None).await;
    let error = refused.err().context("it was accepted beyond the limit")?;
    assert_eq!(error.problem().map(|problem| problem.status), Some(402));

    for mistaken in [
        ["grant", "--tenant", &TenantId::new().to_string(), "--percent", "10", "--until", "2100-01-01"],
        ["grant", "--tenant", &tenant, "--percent", "10", "--until", "2020-01-01"],
    ] {
        assert!(!aws.run_operator(&mistaken).await?.status.success(), "{mistaken:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_feature_that_is_switched_off_is_refused_until_it_is_on_again() -> Result<()> {
    let own = OwnStack::start("entitlements", UNLIMITED)?;
    let (aws, person) = (Aws::of(&own.stack)?, new_user(&own.stack).await?);
    let account = person.api.account().await?.tenant;
    let project = person.api.create_project(&text("The LORD is my light.")).await?.id;
    assert_eq!(refusal_of_4k(&person.api, &project).await?, Some((402, "plan_required".to_owned())));
    let tenant: TenantId = account.id.parse()?;
    upgrade(&aws, &tenant).await?;
    let api = person.api;
    let disabled = Some((403, "feature_disabled".to_owned()));
    for scope in [vec!["--all"], vec!["--tenant", &account.id]] {
        assert_eq!(refusal_of_4k(&api, &project).await?, None);
        for (position, outcome) in [("off", &disabled), ("on", &None)] {
            let said = aws.operator_stdout(&[&["features", position], scope.as_slice()].concat()).await?;
            assert!(
                said.contains(&format!("4k is switched {position}")) && said.contains("publish"),
                "{said}"
            );
            assert_eq!(&refusal_of_4k(&api, &project).await?, outcome, "{scope:?} {position}");
        }
    }
    aws.operator_stdout(&["features", "off", "--all", "--feature", "publish"]).await?;
    assert_eq!(refusal_of_4k(&api, &project).await?, None, "another feature");

    // A grant to all tenants raises the limit of each.
    aws.operator_stdout(&[
        "grant",
        "--all",
        "--percent",
        "10",
        "--metric",
        "images_count",
        "--until",
        "2100-01-01",
    ])
    .await?;
    let usage = api.usage().await?;
    let limit = |name: &str| usage.metrics.iter().find(|it| it.metric == name).and_then(|it| it.limit);
    assert_eq!((limit("images_count"), limit("tts_seconds")), (Some(2_750.0), Some(300_000.0)));
    Ok(())
}

/// Status and code with which a 4K render is refused; an accepted one is cancelled.
async fn refusal_of_4k(api: &Api, project: &str) -> Result<Option<(u16, String)>> {
    match api.render(project, Some("4k"), None).await {
        Ok(job) => {
            api.cancel(&job.id).await?;
            Ok(None)
        }
        Err(error) => {
            let problem = error.problem().with_context(|| error.to_string())?;
            Ok(Some((problem.status, problem.code.clone())))
        }
    }
}

/// Sets the plan in the tenant's item, without Stripe.
async fn upgrade(aws: &Aws, tenant: &TenantId) -> Result<()> {
    let table = aws.table("identity_table")?;
    let update = table.update(&Key::of(&tenant.partition(), "TENANT")).set("plan", "pro").when_present();
    update.send::<serde_json::Value>().await?;
    Ok(())
}
