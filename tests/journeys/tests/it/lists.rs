//! Lists that are read one page at a time.

use anyhow::{Context as _, Result, ensure};
use client::Api;
use harness::{DRAFT, new_user, shared, text};
use serde_json::Value;

#[tokio::test]
async fn the_last_page_of_every_list_has_no_next() -> Result<()> {
    let person = new_user(&shared()?).await?;
    let api = &person.api;
    let mut project = String::new();
    for verse in ["The LORD is my light.", "Whom shall I fear?", "Be still.", "Rejoice."] {
        project = api.create_project(&text(verse)).await?.id;
    }
    for _ in 0..4 {
        let job = api.render(&project, Some(DRAFT), None).await?;
        api.cancel(&job.id).await?;
    }
    // Four projects, four jobs, and an entry for each of these requests.
    for (list, cursor) in [
        ("/api/v1/projects?", "after"),
        ("/api/v1/jobs?", "after"),
        ("/api/account/audit?action=POST%20/api/v1/jobs&", "before"),
        ("/api/account/audit?", "before"),
    ] {
        let all = pages(api, list, cursor, 100).await?;
        let [all] = all.as_slice() else { panic!("{list}: {} pages of 100", all.len()) };
        ensure!(all.len() >= 4, "{list}: {} items", all.len());
        for limit in [all.len(), all.len() / 2, all.len() / 4, all.len() - 1] {
            let parts = pages(api, list, cursor, limit).await?;
            assert_eq!(parts.len(), all.len().div_ceil(limit), "{list} in pages of {limit}");
            assert_eq!(&parts.concat(), all, "{list} in pages of {limit}");
        }
    }
    Ok(())
}

/// The ids or numbers of all items of a list, page by page, as its `next` leads on.
async fn pages(api: &Api, list: &str, cursor: &str, limit: usize) -> Result<Vec<Vec<Value>>> {
    let mut pages = Vec::new();
    let mut next = String::new();
    loop {
        let page: Value = api.get(&format!("{list}limit={limit}{next}")).await?.json()?;
        let items = page["items"].as_array().context("no items")?;
        ensure!(!items.is_empty() && items.len() <= limit, "{list}: a page of {} items", items.len());
        pages.push(
            items
                .iter()
                .map(|item| item.get("id").or(item.get("seq")).cloned().unwrap_or_default())
                .collect(),
        );
        match &page["next"] {
            Value::Null => return Ok(pages),
            Value::String(after) => next = format!("&{cursor}={after}"),
            other => next = format!("&{cursor}={other}"),
        }
    }
}
