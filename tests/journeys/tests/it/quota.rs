//! Renders that the plan does not allow: refused with a problem that says why, and nothing is charged.

use anyhow::{Context as _, Result};
use client::SceneEdit;
use harness::{Aws, DRAFT, new_user, shared};

/// The free plan's quota of pictures a month.
const PICTURES: usize = 500;

#[tokio::test]
async fn what_does_not_fit_is_refused_and_costs_nothing() -> Result<()> {
    let stack = shared()?;
    let person = new_user(&stack).await?;
    let api = &person.api;
    let words: Vec<String> = (0..=PICTURES).map(|_| "Hosanna!".to_owned()).collect();
    let project = api.create_project(&harness::text(&words.join(" "))).await?;
    // A picture of its own for every word: one more than the plan has.
    let scenes: Vec<SceneEdit> = (0..)
        .zip(words)
        .map(|(seed, text)| SceneEdit { text, seed: Some(seed), ..SceneEdit::default() })
        .collect();
    api.put_storyboard(&project.id, project.revision, &scenes).await?;
    assert!(!api.quote(&project.id, Some(DRAFT)).await?.fits);

    let refused = api.render(&project.id, Some(DRAFT), None).await;
    let error = refused.err().context("the render was accepted")?;
    let problem = error.problem().with_context(|| error.to_string())?;
    assert_eq!((problem.status, problem.code.as_str()), (402, "quota_exceeded"));
    let number = |name: &str| problem.members.get(name).and_then(serde_json::Value::as_u64);
    assert_eq!(problem.members["metric"], "images_count");
    assert_eq!((number("limit"), number("used"), number("asked")), (Some(500), Some(0), Some(501)));
    assert!(problem.members["resets_at"].as_str().is_some_and(|at| at.contains("-01")), "{problem:?}");
    assert!(problem.members["upgrade_url"].as_str().is_some_and(|url| url.starts_with("http")));

    assert!(person.usage_totals().await?.iter().all(|(_, used, held)| *used == 0.0 && *held == 0.0));
    assert_eq!(api.jobs().await?.items.len(), 0);
    let objects = Aws::of(&stack)?.bucket()?.objects(&person.signed_in.tenant.parse()?, None).await?.objects;
    assert!(objects.is_empty(), "not even a plan is stored: {objects:?}");
    Ok(())
}

#[tokio::test]
async fn four_k_is_part_of_the_paid_plans() -> Result<()> {
    let person = new_user(&shared()?).await?;
    let project = person.api.create_project(&harness::text("The LORD is my light.")).await?;
    let refused = person.api.render(&project.id, Some("4k"), None).await;
    let error = refused.err().context("the render was accepted")?;
    let problem = error.problem().with_context(|| error.to_string())?;
    assert_eq!((problem.status, problem.code.as_str()), (402, "plan_required"));
    assert_eq!(person.held().await?, 0.0);
    Ok(())
}

/// Clips and film share one disk when they are stitched: a film that does not fit is refused before any scene is rendered.
#[tokio::test]
async fn a_film_too_large_to_be_joined_is_refused_when_it_is_quoted() -> Result<()> {
    let person = new_user(&shared()?).await?;
    let words = "The heavens declare the glory of God, and the firmament sheweth his handywork. ";
    let project = person.api.create_project(&harness::text(&words.repeat(460))).await?;
    let quote = person.api.quote(&project.id, None).await?;
    assert!((33.0 * 60.0..90.0 * 60.0).contains(&quote.film_seconds), "{} s", quote.film_seconds);
    let refused = person.api.quote(&project.id, Some("4k")).await;
    let error = refused.err().context("4K was quoted")?;
    let problem = error.problem().with_context(|| error.to_string())?;
    assert_eq!((problem.status, problem.code.as_str()), (422, "invalid"));
    assert_eq!(problem.members["errors"][0]["pointer"], "#/resolution");
    let number = |name: &str| problem.members.get(name).and_then(serde_json::Value::as_f64);
    assert_eq!(number("film_seconds"), Some(quote.film_seconds));
    assert!(number("limit_seconds").is_some_and(|limit| limit < quote.film_seconds));
    Ok(())
}
