//! Strangers who keep asking for sign-in links of somebody else's address cannot keep that person from signing in.
//!
//! Each test has a stack of its own with the template's limits. The emulator gives every request to the API the address
//! of this machine; strangers at other addresses therefore send API Gateway's event to the function itself.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use client::{Api, Browser, LocalStack, Method, SignedIn, StatusCode};
use harness::{OwnStack, new_user, repository_root, unused_email};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

const REQUEST: &str = "/api/auth/magic-link/request";

/// How many sign-in mails the template allows to one address from one IP address, and from all of them, an hour.
const PER_ADDRESS: usize = 6;
const PER_MAILBOX: usize = 24;

/// How many links of one network can be unused at once.
const UNUSED_LINKS: usize = 5;

#[tokio::test]
async fn a_stranger_who_asks_every_second_locks_nobody_out() -> Result<()> {
    let own = OwnStack::start("sign-in-flood", &[])?;
    let (stack, email) = (&own.stack, unused_email());
    // One that never stops, and others that together would ask for more mails than the mailbox gets in an hour.
    let stranger = Stranger::start(stack, &email, "203.0.113.9");
    for n in 1..=PER_MAILBOX / 4 {
        for _ in 0..PER_ADDRESS {
            ask_from(stack, &email, &format!("198.51.100.{n}")).await?;
        }
    }

    // A browser that was never here before.
    let mut fresh = Browser::new(stack);
    let asked = fresh.post(REQUEST, &json!({"email": email})).await?;
    assert_eq!(asked.status, StatusCode::ACCEPTED, "{}", asked.text());
    // The stranger goes on until the person has found the mail, and has met a limit of their own by then.
    while stranger.count(429) < 2 {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!((1..=PER_ADDRESS).contains(&stranger.count(202)), "{:?}", stranger.statuses);
    let first = follow_own_mail(stack, &mut fresh, &email).await?;
    stack.api().with_token(&first.access_token).account().await?;

    // A browser that signed in before, while nobody else gets a mail to the address any more.
    fresh.post("/api/auth/logout", &json!({})).await?.success()?;
    let another = Stranger::start(stack, &email, "203.0.113.10");
    let mut refused = 0;
    for n in 1..=2 * PER_MAILBOX {
        let status = ask_from(stack, &email, &format!("192.0.2.{n}")).await?;
        refused += usize::from(status == u64::from(StatusCode::TOO_MANY_REQUESTS.as_u16()));
    }
    assert!(refused >= PER_MAILBOX, "many addresses together cannot flood a mailbox: {refused}");
    let asked = fresh.post(REQUEST, &json!({"email": email})).await?;
    assert_eq!(asked.status, StatusCode::ACCEPTED, "{}", asked.text());
    let second = follow_own_mail(stack, &mut fresh, &email).await?;
    assert_eq!(second.user, first.user);
    assert_eq!(stranger.count(0) + another.count(0), 0, "every one of the strangers' requests was answered");

    // The mark helps with the address that signed in there only, and shows it to nobody.
    let mark = fresh.cookie("known-browser").context("no mark")?;
    assert!(!mark.contains(&email) && !mark.contains(&first.user), "{mark}");
    Ok(())
}

#[tokio::test]
async fn a_known_browser_has_limits_too() -> Result<()> {
    let own = OwnStack::start("sign-in-known", &[])?;
    let (stack, email) = (&own.stack, unused_email());
    let mut browser = Browser::new(stack);
    stack.sign_in_with(&mut browser, &email).await?;
    let mut statuses = Vec::new();
    for _ in 0..=PER_ADDRESS {
        statuses.push(browser.post(REQUEST, &json!({"email": email})).await?.status);
    }
    let last = statuses.pop();
    assert!(statuses.iter().all(|status| *status == StatusCode::ACCEPTED), "{statuses:?}");
    assert_eq!(last, Some(StatusCode::TOO_MANY_REQUESTS));
    // They are this browser's, not the address's, nor does the mark help with another address.
    let asked = Browser::new(stack).post(REQUEST, &json!({"email": email})).await?;
    assert_eq!(asked.status, StatusCode::ACCEPTED, "{}", asked.text());
    let asked = browser.post(REQUEST, &json!({"email": unused_email()})).await?;
    assert_eq!(asked.status, StatusCode::ACCEPTED, "{}", asked.text());
    refused_links_take_no_mails(stack).await?;
    no_tenant_uses_up_the_invitations_of_another(stack).await
}

/// Five links of one network are unused, the sixth is refused: the mail that is left is for the browser that gets a
/// link for it.
async fn refused_links_take_no_mails(stack: &LocalStack) -> Result<()> {
    let body = json!({"email": unused_email()});
    let mut first = Browser::new(stack);
    assert_eq!(first.post(REQUEST, &body).await?.status, StatusCode::ACCEPTED);
    let mut statuses = Vec::new();
    for _ in 0..2 * UNUSED_LINKS {
        statuses.push(Browser::new(stack).post(REQUEST, &body).await?.status);
    }
    let refused = statuses.split_off(UNUSED_LINKS - 1);
    assert!(statuses.iter().all(|status| *status == StatusCode::ACCEPTED), "{statuses:?}");
    assert!(refused.iter().all(|status| *status == StatusCode::TOO_MANY_REQUESTS), "{refused:?}");
    // A sixth link of the first browser replaces its oldest, with the sixth mail of the hour.
    let asked = first.post(REQUEST, &body).await?;
    assert_eq!(asked.status, StatusCode::ACCEPTED, "{}", asked.text());
    Ok(())
}

async fn no_tenant_uses_up_the_invitations_of_another(stack: &LocalStack) -> Result<()> {
    let (one, other) = (new_user(stack).await?, new_user(stack).await?);
    let invite = async |api: &Api, email: &str| {
        let body = json!({"email": email, "role": "member"});
        anyhow::Ok(api.call(Method::POST, "/api/account/invitations").json(&body).send().await?.status)
    };
    // A refused invitation takes none of the hour's.
    for _ in 0..=PER_ADDRESS {
        assert_eq!(invite(&one.api, &one.email).await?, StatusCode::CONFLICT);
    }
    let guest = unused_email();
    for _ in 0..PER_ADDRESS {
        assert_eq!(invite(&one.api, &guest).await?, StatusCode::CREATED);
    }
    assert_eq!(invite(&one.api, &guest).await?, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(invite(&other.api, &guest).await?, StatusCode::CREATED);
    Ok(())
}

/// Somebody who asks for a link every second from one IP address, until this value is dropped.
struct Stranger {
    task: JoinHandle<()>,
    /// The statuses of the answers so far.
    statuses: Arc<Mutex<Vec<u64>>>,
}

impl Stranger {
    fn start(stack: &LocalStack, email: &str, ip: &'static str) -> Self {
        let statuses = Arc::<Mutex<Vec<u64>>>::default();
        let (stack, email, seen) = (stack.clone(), email.to_owned(), Arc::clone(&statuses));
        let task = tokio::spawn(async move {
            loop {
                let status = ask_from(&stack, &email, ip).await.unwrap_or(0);
                seen.lock().unwrap_or_else(PoisonError::into_inner).push(status);
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        });
        Self { task, statuses }
    }

    /// How often an answer had this status.
    fn count(&self, status: u64) -> usize {
        let statuses = self.statuses.lock().unwrap_or_else(PoisonError::into_inner);
        statuses.iter().filter(|seen| **seen == status).count()
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Asks for a link from this IP address; gives the status of the answer.
async fn ask_from(stack: &LocalStack, email: &str, ip: &str) -> Result<u64> {
    let event = std::fs::read_to_string(repository_root().join("events/auth.json"))?;
    let mut event: Value = serde_json::from_str(&event)?;
    event["requestContext"]["http"]["sourceIp"] = json!(ip);
    event["headers"]["origin"] = json!(stack.outputs.frontend);
    event["body"] = json!(json!({"email": email}).to_string());
    let path = "/2015-03-31/functions/devotional-auth/invocations";
    let invoke = stack.api().call(Method::POST, &format!("{}{path}", stack.outputs.endpoint));
    let answer: Value = invoke.json(&event).send().await?.json()?;
    answer["statusCode"].as_u64().with_context(|| answer.to_string())
}

/// Opens the links in the mailbox, newest first, as a person would who finds several mails. The links that strangers
/// asked for want a code in this browser, and are left.
async fn follow_own_mail(stack: &LocalStack, browser: &mut Browser, email: &str) -> Result<SignedIn> {
    let mut tried = BTreeSet::new();
    for _ in 0..100 {
        for mail in stack.mails_to(email).await?.iter().rev() {
            let token = mail.token().context("a mail without a link")?;
            if !tried.insert(token.clone()) {
                continue;
            }
            match browser.verify(Some(&token), None).await {
                Ok(signed_in) => return Ok(signed_in),
                Err(refused) => {
                    let code = refused.problem().map(|problem| problem.code.as_str());
                    ensure!(matches!(code, Some("code_required" | "link_spent")), "{refused}");
                }
            }
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    anyhow::bail!("no link in the mailbox signs in")
}
