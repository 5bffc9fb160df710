//! What was ended between a backup and a restore stays ended: revoked keys, ended sessions, removed members, demoted
//! owners and spent invitations, from a backup and from a point in time. What was not stays: keys within their overlap,
//! and members who have joined again.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use client::{Api, Browser, LocalStack, Method, StatusCode};
use cloud::clock;
use harness::{Aws, OwnStack, TestUser, UNLIMITED, is_authorized, minutes, new_user, unused_email};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::snapshot::StackData;
use crate::api_keys::rotate;
use crate::members::{accept, invite, join, leave, set_role};

/// An account whose owner ends something of every kind.
struct Account {
    stack: LocalStack,
    aws: Aws,
    data: StackData,
    owner: TestUser,
    /// A second session of the owner's, which they end.
    left: Browser,
    removed: TestUser,
    /// Somebody who was removed and invited again, before the backup.
    rejoined: TestUser,
    /// An owner who is removed and joins again as a member, after the backup.
    returned: TestUser,
    /// The owner of another account, which is being erased.
    leaving: TestUser,
    demoted: TestUser,
    /// Secret and id of the key that nobody ends.
    kept: (String, String),
    /// Of one that is replaced, and good for an hour after that.
    overlapping: (String, String),
    revoked: (String, String),
    leaked: (String, String),
    replaced: (String, String),
    guest: TestUser,
    /// The tokens of an invitation that stands, and of one that is withdrawn.
    standing: String,
    withdrawn: String,
}

impl Account {
    async fn create(stack: &LocalStack) -> Result<Self> {
        let (owner, guest) = (new_user(stack).await?, new_user(stack).await?);
        let (mut removed, mut rejoined, mut demoted) =
            (new_user(stack).await?, new_user(stack).await?, new_user(stack).await?);
        let (mut returned, leaving) = (new_user(stack).await?, new_user(stack).await?);
        join(stack, &owner, &mut removed, "member").await?;
        join(stack, &owner, &mut demoted, "owner").await?;
        join(stack, &owner, &mut returned, "owner").await?;
        join(stack, &owner, &mut rejoined, "member").await?;
        leave(&owner.api, &rejoined.signed_in.user).await?.success()?;
        accept_anew(stack, &owner, &mut rejoined).await?;
        let mut left = Browser::new(stack);
        stack.sign_in_with(&mut left, &owner.email).await?;
        let key = async |name| rotate(&owner.api, name, "all", 0).await;
        let (kept, overlapping) = (key("kept").await?, key("overlapping").await?);
        let (revoked, leaked, replaced) =
            (key("revoked").await?, key("leaked").await?, key("replaced").await?);
        let standing = invite(stack, &owner.api, &guest.email, "member").await?;
        let withdrawn = invite(stack, &owner.api, &unused_email(), "member").await?;
        let (aws, data) = (Aws::of(stack)?, StackData::of(stack)?);
        let stack = stack.clone();
        Ok(Self {
            stack,
            aws,
            data,
            owner,
            left,
            removed,
            rejoined,
            returned,
            leaving,
            demoted,
            kept,
            overlapping,
            revoked,
            leaked,
            replaced,
            guest,
            standing,
            withdrawn,
        })
    }

    /// Ends something of every kind.
    async fn end(&mut self) -> Result<()> {
        let owner = &self.owner.api;
        leave(owner, &self.removed.signed_in.user).await?.success()?;
        set_role(owner, &self.demoted.signed_in.user, "member").await?.success()?;
        let delete = async |path: String| owner.call(Method::DELETE, &path).send().await?.success().map(drop);
        delete(format!("/api/account/api-keys/{}", self.revoked.1)).await?;
        let report = json!({ "credentials": [self.leaked.0] });
        let reported = self.stack.api().call(Method::POST, "/api/auth/api-keys/revoke").json(&report);
        reported.send().await?.success()?;
        rotate(owner, "replaced", "all", 0).await?;
        rotate(owner, "overlapping", "all", 60).await?;
        leave(owner, &self.returned.signed_in.user).await?.success()?;
        accept_anew(&self.stack, &self.owner, &mut self.returned).await?;
        let erased = self.leaving.api.call(Method::POST, "/api/account/delete?confirm=true").send().await?;
        erased.success()?;
        let invitation = self.withdrawn.split('.').nth(1).context("no invitation")?;
        delete(format!("/api/account/invitations/{invitation}")).await?;
        // The browser that leaves loses its cookie, and a copy of it stays.
        self.left.clone().post("/api/auth/logout", &json!({})).await?.success()?;
        Ok(())
    }

    /// Waits until nothing of the other account is left but its erasure, which waits a quarter of an hour then.
    async fn wait_for_erasure(&self) -> Result<()> {
        let began = Instant::now();
        loop {
            let left = self.data.identity_items(None, &self.leaving.signed_in.tenant).await?;
            if left.iter().all(|item| item["sk"]["S"] == "ERASURE" && item["clean_since"].is_object()) {
                return Ok(());
            }
            ensure!(began.elapsed() < minutes(1), "{left:?} are left");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// The erasure of the other account goes on in the copies: it is marked, and has its items.
    async fn check_erasure(&self, at: &str) -> Result<()> {
        let items = self.data.identity_items(Some(at), &self.leaving.signed_in.tenant).await?;
        let of = |sort: &str| items.iter().find(|item| item["sk"]["S"] == sort);
        ensure!(of("TENANT").is_some_and(|home| home["erasing_since"].is_object()), "no mark: {items:?}");
        let erasure = of("ERASURE").context("nothing goes on with the erasure")?;
        ensure!(erasure["clean_since"].is_null() && erasure["owners"]["L"][0].is_object(), "{erasure}");
        ensure!(of("EMAIL").is_some(), "the erasure could not find the person: {items:?}");
        Ok(())
    }

    fn tenant(&self) -> &str {
        &self.owner.signed_in.tenant
    }

    async fn restore(&self, arguments: &[&str]) -> Result<String> {
        let tenant = ["restore", "--tenant", self.tenant()];
        self.aws.operator_stdout(&[&tenant, arguments].concat()).await
    }

    /// The sort keys of the tenant's own items.
    async fn own_items(&self, at: Option<&str>) -> Result<BTreeSet<String>> {
        let own = format!("TENANT#{}", self.tenant());
        let items = self.data.identity_items(at, self.tenant()).await?;
        let items = items.iter().filter(|item| item["pk"]["S"] == own.as_str());
        Ok(items.filter_map(|item| item["sk"]["S"].as_str().map(str::to_owned)).collect())
    }

    /// The members are those who were not removed, with the roles that they had in the end.
    async fn check_members(&self, at: Option<&str>) -> Result<()> {
        let items = self.data.identity_items(at, self.tenant()).await?;
        let roles: BTreeSet<(&str, &str)> = items
            .iter()
            .filter_map(|item| {
                Some((item["sk"]["S"].as_str()?.strip_prefix("USER#")?, item["role"]["S"].as_str()?))
            })
            .collect();
        let user = |user: &TestUser| user.signed_in.user.clone();
        let (owner, demoted, rejoined) = (user(&self.owner), user(&self.demoted), user(&self.rejoined));
        let returned = user(&self.returned);
        let expected =
            [(&*owner, "owner"), (&*demoted, "member"), (&*rejoined, "member"), (&*returned, "member")];
        ensure!(roles == BTreeSet::from(expected), "{roles:?} are the members, not {expected:?}");
        let of = |sort: &'static str| items.iter().filter(move |item| item["sk"]["S"] == sort);
        ensure!(of("TENANT").all(|item| item["owners"]["N"] == "1"), "the count of owners is wrong");
        // The tenant is in the item of nobody else.
        let people: BTreeSet<&str> = of("EMAIL").filter_map(|item| item["user"]["S"].as_str()).collect();
        let expected = BTreeSet::from([&*owner, &*demoted, &*rejoined, &*returned]);
        ensure!(people == expected, "{people:?} know the tenant, not {expected:?}");
        Ok(())
    }

    /// No session, invitation or key is there but these.
    async fn check_credentials(&self, at: Option<&str>, expected: &[&str]) -> Result<()> {
        let items = self.own_items(at).await?;
        let is_credential = |sort: &&str| !sort.starts_with("USER#") && *sort != "TENANT";
        let credentials: Vec<&str> = items.iter().map(String::as_str).filter(is_credential).collect();
        ensure!(credentials == expected, "{credentials:?}, not {expected:?}");
        let looked_up = self.data.identity_items(at, self.tenant()).await?;
        let keys = looked_up.iter().filter(|item| item["sk"]["S"] == "API_KEY").count();
        ensure!(keys == expected.iter().filter(|sort| sort.starts_with("API_KEY#")).count(), "{keys} keys");
        Ok(())
    }

    /// The key that was replaced ends with its overlap.
    async fn check_overlap(&self, at: Option<&str>) -> Result<()> {
        let items = self.data.identity_items(at, self.tenant()).await?;
        let theirs: Vec<_> =
            items.iter().filter(|item| item["id"]["S"] == self.overlapping.1.as_str()).collect();
        ensure!(theirs.len() == 2, "{} items of a key within its overlap", theirs.len());
        ensure!(theirs.iter().all(|item| item["expires_at"]["N"].is_string()), "it has no end: {theirs:?}");
        Ok(())
    }

    /// Nothing that was ended gives access.
    async fn check_access(&mut self) -> Result<()> {
        for (secret, _) in [&self.revoked, &self.leaked, &self.replaced] {
            ensure!(!is_authorized(&self.stack, secret).await?, "a key that was ended works");
        }
        let refreshed = self.left.post("/api/auth/refresh", &json!({})).await?;
        ensure!(refreshed.status == StatusCode::UNAUTHORIZED, "{}", refreshed.text());
        let refused = accept(&self.guest.api, &self.withdrawn).await?;
        ensure!(refused.status == StatusCode::NOT_FOUND, "{}", refused.text());
        let path = format!("/api/auth/tenants/{}/session", self.tenant());
        let mut browser = Browser::new(&self.stack);
        let (api, _) = self.stack.sign_in_with(&mut browser, &self.removed.email).await?;
        let switched = browser.post_as(&api, &path, &json!({})).await?;
        ensure!(!switched.status.is_success(), "a removed member is back: {}", switched.text());
        Ok(())
    }

    /// Signs in anew as the owner, and as the member who was invited again.
    async fn check_others(&self) -> Result<()> {
        let (owner, signed_in) = self.stack.sign_in(&self.owner.email).await?;
        ensure!(signed_in.tenant == self.tenant(), "the owner is somewhere else");
        let listed: Value = owner.get("/api/account/members").await?.json()?;
        ensure!(listed["items"].as_array().map(Vec::len) == Some(4), "{listed}");
        let mut browser = Browser::new(&self.stack);
        let (api, _) = self.stack.sign_in_with(&mut browser, &self.rejoined.email).await?;
        let path = format!("/api/auth/tenants/{}/session", self.tenant());
        browser.post_as(&api, &path, &json!({})).await?.success()?;
        Ok(())
    }
}

async fn accept_anew(stack: &LocalStack, owner: &TestUser, guest: &mut TestUser) -> Result<Api> {
    let token = invite(stack, &owner.api, &guest.email, "member").await?;
    let (api, _) = stack.sign_in_with(&mut guest.browser, &guest.email).await?;
    accept(&api, &token).await?.success()?;
    Ok(api)
}

fn named(said: &str, what: &str) -> BTreeSet<String> {
    let lines = said.lines().filter_map(|line| line.trim().strip_prefix(what)?.split(' ').nth(2));
    lines.map(str::to_owned).collect()
}

#[tokio::test]
async fn what_was_ended_since_stays_ended() -> Result<()> {
    let own = OwnStack::start("restore-ended", UNLIMITED)?;
    let mut account = Account::create(&own.stack).await?;
    let tenant = account.tenant().to_owned();
    account.aws.invoke("backup").await?;
    let backup = format!("backup:{}", clock::now().to_zoned(TimeZone::UTC).date());
    // Two copies of the same state: one to put in the place of the tables, one to copy the tenant's items out of.
    let time = |seconds| {
        let at = clock::now() + SignedDuration::from_secs(seconds);
        format!("point-in-time:{}", at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    };
    let (whole, single) = (time(0), time(1));
    for at in [&whole, &single] {
        account.data.copy_tables(at).await?;
    }
    tokio::time::sleep(Duration::from_secs(1)).await;

    // What ends until writes are stopped must not come back: nothing is purged before, and no step is shown.
    let swap = ["restore", "--all", "--from", &whole, "--apply"];
    let copied = account.data.identity_items(Some(&whole), &tenant).await?;
    let said = account.aws.operator_stdout(&swap).await?;
    ensure!(said.contains("Stop writes") && said.contains("--writes-stopped"), "{said}");
    ensure!(!said.contains("template.yaml"), "the tables are not ready: {said}");
    let still = account.data.identity_items(Some(&whole), &tenant).await?;
    ensure!(still == copied, "something was purged too early");

    account.end().await?;
    account.wait_for_erasure().await?;

    // The whole tables of the point in time: credentials stay that nobody has ended, except sessions.
    let said = account.aws.operator_stdout(&[&swap[..], &["--writes-stopped"]].concat()).await?;
    eprintln!("{said}");
    ensure!(said.contains("template.yaml") && said.contains("leave writes stopped"), "{said}");
    let go_on = format!("operator erasure resume --tenant {}", account.leaving.signed_in.tenant);
    ensure!(said.contains(&go_on), "{said}");
    account.check_erasure(&whole).await?;
    account.check_overlap(Some(&whole)).await?;
    let overlapping = format!("API_KEY#{}", account.overlapping.1);
    let kept = format!("API_KEY#{}", account.kept.1);
    let standing = account.standing.split('.').nth(1).context("no invitation")?;
    let standing = format!("INVITATION#{standing}");
    account.check_members(Some(&whole)).await?;
    account.check_credentials(Some(&whole), &[&kept, &overlapping, &standing]).await?;

    for from in [&backup, &single] {
        account.data.erase(&tenant).await?;
        let lost = account.data.snapshot().await?;
        let planned = account.restore(&["--from", from]).await?;
        ensure!(account.data.snapshot().await? == lost, "a plan has changed something");
        let back = named(&planned, "brought back:");
        let left_out = named(&planned, "left out (--credentials):");
        let ended = named(&planned, "ended since, and stays so:");
        let user = |user: &TestUser| format!("USER#{}", user.signed_in.user);
        let returned = user(&account.returned);
        for item in [
            "TENANT",
            "EMAIL",
            &user(&account.owner),
            &user(&account.rejoined),
            &user(&account.demoted),
            &returned,
        ] {
            ensure!(back.contains(item), "{item} is not named: {planned}");
        }
        let unnamed = ["API_KEY".to_owned(), kept.clone(), overlapping.clone(), standing.clone()];
        ensure!(left_out == BTreeSet::from(unnamed), "{planned}");
        for (_, key) in [&account.revoked, &account.leaked, &account.replaced] {
            ensure!(ended.contains(&format!("API_KEY#{key}")), "{planned}");
        }
        ensure!(
            ended.contains(&user(&account.removed)) && !back.contains(&user(&account.removed)),
            "{planned}"
        );

        let done = account.restore(&["--from", from, "--apply"]).await?;
        ensure!(named(&done, "brought back:") == back, "the plan said something else: {planned} {done}");
        account.check_members(None).await?;
        account.check_credentials(None, &[]).await?;
        ensure!(!is_authorized(&own.stack, &account.kept.0).await?, "a key is back that was not named");
        account.check_access().await?;
        account.check_others().await?;

        // Only what is named, and nothing that was ended.
        account.restore(&["--from", from, "--credentials", &account.kept.1, "--apply"]).await?;
        ensure!(is_authorized(&own.stack, &account.kept.0).await?, "a key that was named is not back");
        account.restore(&["--from", from, "--credentials", "api-keys,invitations", "--apply"]).await?;
        account.check_access().await?;
        account.check_members(None).await?;
        account.check_overlap(None).await?;
        ensure!(is_authorized(&own.stack, &account.overlapping.0).await?, "its overlap is not over");
        let items = account.own_items(None).await?;
        ensure!(items.contains(&standing), "the invitation that stood is not back: {items:?}");
    }
    accept(&account.guest.api, &account.standing).await?.success()?;
    Ok(())
}
