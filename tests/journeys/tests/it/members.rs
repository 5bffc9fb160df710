//! Members of a tenant: invitations, roles, removal.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result};
use client::{Api, ApiResponse, Browser, LocalStack, Method, SignedIn, StatusCode};
use cloud::table::{Key, Table};
use fault_proxy::{FaultProxy, Phase};
use harness::{Aws, TestUser, new_user, shared, text};
use identity::{IdentityStore, InvitationToken, Lifetimes};
use serde_json::{Value, json};
use tenancy::{ContentHash, TenantId, UserId};
use tokio::runtime::Handle;
use tokio::task::block_in_place;

#[tokio::test]
async fn only_the_invited_address_joins_and_only_once() -> Result<()> {
    let stack = shared()?;
    let (owner, stranger, guest) =
        (new_user(&stack).await?, new_user(&stack).await?, new_user(&stack).await?);
    let token = invite(&stack, &owner.api, &guest.email, "member").await?;

    let refusals = [
        accept(&stranger.api, &token).await?,
        accept(&guest.api, "x").await?,
        accept(&guest.api, &format!("{token}A")).await?,
    ];
    for refusal in refusals {
        assert_problem(&refusal, StatusCode::NOT_FOUND, "not_found");
    }
    assert_eq!(accept(stack.api(), &token).await?.status, StatusCode::UNAUTHORIZED);

    let open: Value = owner.api.get("/api/account/invitations").await?.json()?;
    let invitation = open["items"][0]["id"].as_str().context("no invitation")?;
    let joined: Value = accept(&guest.api, &token).await?.json()?;
    assert_eq!(joined["id"], owner.signed_in.tenant.as_str());
    assert_eq!(joined["role"], "member");
    let again: Value = accept(&guest.api, &token).await?.json()?;
    assert_eq!(again, joined, "accepting again is answered like the first time");
    let path = format!("/api/account/invitations/{invitation}");
    let withdrawn = owner.api.call(Method::DELETE, &path).send().await?;
    assert_problem(&withdrawn, StatusCode::NOT_FOUND, "not_found");
    assert_eq!(members(&owner.api).await?, [(owner.email.clone(), "owner"), (guest.email.clone(), "member")]);
    let standing: Value = owner.api.get("/api/account/invitations").await?.json()?;
    assert_eq!(standing["items"], json!([]));
    let again = send_invitation(&owner.api, &guest.email, "member").await?;
    assert_problem(&again, StatusCode::CONFLICT, "member_already");
    Ok(())
}

#[tokio::test]
async fn an_invitation_that_was_replaced_or_withdrawn_is_void() -> Result<()> {
    let stack = shared()?;
    let (owner, guest) = (new_user(&stack).await?, new_user(&stack).await?);
    let first = invite(&stack, &owner.api, &guest.email, "member").await?;
    let second = invite(&stack, &owner.api, &guest.email, "owner").await?;
    assert_problem(&accept(&guest.api, &first).await?, StatusCode::NOT_FOUND, "not_found");

    let listed: Value = owner.api.get("/api/account/invitations").await?.json()?;
    let [invitation] = listed["items"].as_array().context("no list")?.as_slice() else {
        panic!("one invitation stands: {listed}");
    };
    assert_eq!((&invitation["email"], &invitation["role"]), (&json!(guest.email), &json!("owner")));
    assert!(!listed.to_string().contains(&second), "the token is in the mail alone");
    let path = format!("/api/account/invitations/{}", invitation["id"].as_str().context("no id")?);
    for status in [StatusCode::NO_CONTENT, StatusCode::NO_CONTENT] {
        assert_eq!(owner.api.call(Method::DELETE, &path).send().await?.status, status);
    }
    assert_problem(&accept(&guest.api, &second).await?, StatusCode::NOT_FOUND, "not_found");
    assert_eq!(members(&owner.api).await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn members_work_and_owners_manage() -> Result<()> {
    let stack = shared()?;
    let (mut owner, mut guest) = (new_user(&stack).await?, new_user(&stack).await?);
    let project = owner.api.create_project(&text("The LORD is my light.")).await?;
    let before = guest.api.get(&format!("/api/v1/projects/{}", project.id)).await?;
    assert_problem(&before, StatusCode::NOT_FOUND, "not_found");
    let member = join(&stack, &owner, &mut guest, "member").await?;

    assert_eq!(member.account().await?.user.role, "member");
    assert_eq!(member.project(&project.id).await?.id, project.id);
    member.create_project(&text("Whom shall I fear?")).await?;
    let user = owner.signed_in.user.clone();
    for (method, path, body) in [
        (Method::PATCH, "/api/account".to_owned(), json!({"name": "Moab"})),
        (Method::PATCH, format!("/api/account/members/{user}"), json!({"role": "member"})),
        (Method::DELETE, format!("/api/account/members/{user}"), Value::Null),
        (Method::POST, "/api/account/invitations".into(), json!({"email": "a@example.com", "role": "owner"})),
        (Method::POST, "/api/account/rotate-api-key".into(), json!({"name": "press", "scope": "read"})),
    ] {
        let refused = member.call(method, &path).json(&body).send().await?;
        assert_problem(&refused, StatusCode::FORBIDDEN, "role_required");
    }

    // The role is read from the table, not from the token, which is older than the change.
    let (guests, owners) = (unused_token(&stack, &mut guest).await?, unused_token(&stack, &mut owner).await?);
    let them = &guest.signed_in.user;
    set_role(&owner.api, them, "owner").await?.success()?;
    set_role(&guests, &user, "member").await?.success()?;
    let refused = set_role(&owners, them, "member").await?;
    assert_problem(&refused, StatusCode::FORBIDDEN, "role_required");
    Ok(())
}

/// API Gateway caches the authorizer's decision, and with it the role, for a minute: so every write has the condition
/// that its caller is still an owner.
#[tokio::test]
async fn a_demoted_owner_changes_nothing_with_a_token_that_was_an_owners() -> Result<()> {
    let stack = shared()?;
    let (owner, mut guest, invited) =
        (new_user(&stack).await?, new_user(&stack).await?, new_user(&stack).await?);
    let demoted = join(&stack, &owner, &mut guest, "owner").await?;
    let token = invite(&stack, &demoted, &invited.email, "owner").await?;
    let key: Value = rotate(&demoted, "theirs").await?.json()?;
    let listed: Value = demoted.get("/api/account/invitations").await?.json()?;
    let (me, them) = (&owner.signed_in.user, &guest.signed_in.user.clone());
    set_role(&owner.api, them, "member").await?.success()?;

    let id = |of: &Value| Ok::<_, anyhow::Error>(of["id"].as_str().context("no id")?.to_owned());
    let (key, invitation) = (id(&key)?, id(&listed["items"][0])?);
    let unseen = unused_token(&stack, &mut guest).await?;
    for (method, path, body) in [
        (Method::PATCH, format!("/api/account/members/{them}"), json!({"role": "owner"})),
        (Method::PATCH, format!("/api/account/members/{me}"), json!({"role": "member"})),
        (Method::DELETE, format!("/api/account/members/{me}"), Value::Null),
        (Method::PATCH, "/api/account".into(), json!({"name": "Moab"})),
        (Method::POST, "/api/account/invitations".into(), json!({"email": "a@example.com", "role": "owner"})),
        (Method::DELETE, format!("/api/account/invitations/{invitation}"), Value::Null),
        (Method::POST, "/api/account/rotate-api-key".into(), json!({"name": "press", "scope": "all"})),
        (Method::DELETE, format!("/api/account/api-keys/{key}"), Value::Null),
    ] {
        for api in [&demoted, &unseen] {
            let refused = api.call(method.clone(), &path).json(&body).send().await?;
            assert_problem(&refused, StatusCode::FORBIDDEN, "role_required");
        }
    }
    // Their invitations as an owner are void as well.
    assert_problem(&accept(&invited.api, &token).await?, StatusCode::NOT_FOUND, "not_found");
    let expected = [(owner.email.clone(), "owner"), (guest.email.clone(), "member")];
    assert_eq!(members(&owner.api).await?, expected);
    assert_eq!(leave(&demoted, them).await?.status, StatusCode::NO_CONTENT, "anybody may leave");
    Ok(())
}

#[tokio::test]
async fn a_removed_owners_invitations_are_void() -> Result<()> {
    let stack = shared()?;
    let (owner, mut guest, invited) =
        (new_user(&stack).await?, new_user(&stack).await?, new_user(&stack).await?);
    let removed = join(&stack, &owner, &mut guest, "owner").await?;
    let token = invite(&stack, &removed, &invited.email, "owner").await?;
    assert_eq!(leave(&owner.api, &guest.signed_in.user).await?.status, StatusCode::NO_CONTENT);
    assert_problem(&accept(&invited.api, &token).await?, StatusCode::NOT_FOUND, "not_found");
    assert_eq!(members(&owner.api).await?, [(owner.email.clone(), "owner")]);
    // Another owner can invite the same address again.
    let token = invite(&stack, &owner.api, &invited.email, "member").await?;
    accept(&invited.api, &token).await?.success()?;
    Ok(())
}

#[tokio::test]
async fn one_demotion_sent_several_times_is_one() -> Result<()> {
    let stack = shared()?;
    let (owner, mut guest) = (new_user(&stack).await?, new_user(&stack).await?);
    join(&stack, &owner, &mut guest, "owner").await?;
    let demoted = || set_role(&owner.api, &guest.signed_in.user, "member");
    let answers = tokio::try_join!(demoted(), demoted(), demoted(), demoted())?;
    for answer in [answers.0, answers.1, answers.2, answers.3] {
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    }
    Ok(())
}

#[tokio::test]
async fn of_several_invitations_of_one_address_at_once_one_stands() -> Result<()> {
    let stack = shared()?;
    let (owner, guest) = (new_user(&stack).await?, new_user(&stack).await?);
    let sent = || send_invitation(&owner.api, &guest.email, "member");
    let answers = tokio::try_join!(sent(), sent(), sent(), sent())?;
    for answer in [answers.0, answers.1, answers.2, answers.3] {
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    }
    let listed: Value = owner.api.get("/api/account/invitations").await?.json()?;
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1), "{listed}");
    Ok(())
}

#[tokio::test]
async fn a_removed_member_and_their_keys_lose_access_at_once() -> Result<()> {
    joins_and_is_removed(&shared()?).await
}

/// From the invitation to the removal, with an API key in between; `policies` does the same with IAM enforced.
pub async fn joins_and_is_removed(stack: &LocalStack) -> Result<()> {
    let (owner, mut guest) = (new_user(stack).await?, new_user(stack).await?);
    let member = join(stack, &owner, &mut guest, "owner").await?;
    let made: Value = rotate(&member, "theirs").await?.json()?;
    let key = stack.api().with_token(made["key"].as_str().context("no key")?);
    let token = unused_token(stack, &mut guest).await?;

    assert_eq!(leave(&owner.api, &guest.signed_in.user).await?.status, StatusCode::NO_CONTENT);
    for theirs in [&token, &key] {
        assert!(theirs.account().await.is_err_and(|error| error.is_unauthorized()));
        assert!(theirs.projects().await.is_err_and(|error| error.is_unauthorized()));
    }
    assert!(guest.browser.refresh().await.is_err_and(|error| error.is_unauthorized()));
    let keys: Value = owner.api.get("/api/account/api-keys").await?.json()?;
    assert_eq!(keys["items"], json!([]), "no key of theirs waits for their return");

    let (back, signed_in) = stack.sign_in(&guest.email).await?;
    assert_ne!(signed_in.tenant, owner.signed_in.tenant, "they have their own tenant still");
    assert_eq!(back.account().await?.user.email, guest.email);
    assert_eq!(members(&owner.api).await?, [(owner.email.clone(), "owner")]);
    Ok(())
}

/// A removal deletes the member first and then their credentials. When it was broken off in between, they are not valid
/// again once the person is invited again.
#[tokio::test]
async fn what_a_broken_removal_left_is_not_revived_by_an_invitation() -> Result<()> {
    let stack = shared()?;
    let (owner, mut guest) = (new_user(&stack).await?, new_user(&stack).await?);
    join(&stack, &owner, &mut guest, "member").await?;
    let left = guest.browser.refresh().await?;
    let tenant: TenantId = left.tenant.parse()?;
    let key = Key::of(&tenant.partition(), format!("SESSION#{}", left.session));
    let table = Aws::of(&stack)?.table("identity_table")?;
    let session: Value = table.get(&key).await?.context("no session")?;
    assert_eq!(leave(&owner.api, &guest.signed_in.user).await?.status, StatusCode::NO_CONTENT);
    assert!(table.get::<Value>(&key).await?.is_none(), "a removal that is complete leaves nothing");
    table.put(&key, &session).await?;

    let mut again = Browser::new(&stack);
    let (api, _) = stack.sign_in_with(&mut again, &guest.email).await?;
    let token = invite(&stack, &owner.api, &guest.email, "member").await?;
    accept(&api, &token).await?.success()?;
    assert!(guest.browser.refresh().await.is_err_and(|error| error.is_unauthorized()));
    assert!(table.get::<Value>(&key).await?.is_none());
    Ok(())
}

/// Of two acceptances of one invitation at once, the slower one finds the session that the person has made in the
/// meantime, and leaves it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_acceptance_that_stalls_ends_no_session_that_was_made_meanwhile() -> Result<()> {
    let stack = shared()?;
    let (owner, guest) = (new_user(&stack).await?, new_user(&stack).await?);
    let (aws, proxy) = (Aws::of(&stack)?, FaultProxy::start().await?);
    proxy.forward_to(&stack.outputs.endpoint);
    let config = aws.config.to_builder().endpoint_url(proxy.url()).build();
    let table = Table::new(&config, aws.name("identity_table")?);
    let slow = IdentityStore::new(table, aws.table("revocations_table")?, Lifetimes::DEFAULT);
    let token = invite(&stack, &owner.api, &guest.email, "member").await?;
    let parsed = InvitationToken::parse(&token).context("no token")?;
    let own: TenantId = guest.signed_in.tenant.parse()?;
    let user: UserId = guest.signed_in.user.parse()?;

    // The first query looks for what an earlier membership has left.
    let path = format!("/api/auth/tenants/{}/session", owner.signed_in.tenant);
    let made: Arc<Mutex<Option<Result<Browser>>>> = Arc::default();
    let kept = made.clone();
    proxy.watch(move |phase, call| {
        let mut made = kept.lock().unwrap_or_else(PoisonError::into_inner);
        if phase == Phase::Received && call.operation == "Query" && made.is_none() {
            let mut browser = guest.browser.clone();
            let joins = async {
                accept(&guest.api, &token).await?.success()?;
                browser.post_as(&guest.api, &path, &json!({})).await?.success()?;
                anyhow::Ok(browser)
            };
            *made = Some(block_in_place(|| Handle::current().block_on(joins)));
        }
        ControlFlow::Continue(())
    });
    slow.accept_invitation(&parsed, &own, &user).await?;
    let made = made.lock().unwrap_or_else(PoisonError::into_inner).take();
    let there = made.context("it has looked for nothing")??.refresh().await?;
    assert_eq!(there.tenant, owner.signed_in.tenant);
    Ok(())
}

#[tokio::test]
async fn nothing_is_kept_of_the_address_of_somebody_who_belongs_nowhere() -> Result<()> {
    let stack = shared()?;
    let (owner, mut guest, heir) =
        (new_user(&stack).await?, new_user(&stack).await?, new_user(&stack).await?);
    let table = Aws::of(&stack)?.table("identity_table")?;
    let address = Key::global("EMAIL", &ContentHash::of(guest.email.as_bytes()));
    join(&stack, &owner, &mut guest, "member").await?;
    // They give their own tenant to somebody else and leave it; then they are removed from the other one.
    let token = invite(&stack, &guest.api, &heir.email, "owner").await?;
    accept(&heir.api, &token).await?.success()?;
    let user = guest.signed_in.user.clone();
    assert_eq!(leave(&guest.api, &user).await?.status, StatusCode::NO_CONTENT);
    assert!(table.get::<Value>(&address).await?.is_some(), "they belong to one tenant");
    assert_eq!(leave(&owner.api, &user).await?.status, StatusCode::NO_CONTENT);
    assert!(table.get::<Value>(&address).await?.is_none());

    let (_, back) = stack.sign_in(&guest.email).await?;
    assert!(back.user != user && back.tenant != owner.signed_in.tenant, "they are somebody new");
    Ok(())
}

#[tokio::test]
async fn the_last_owner_stays() -> Result<()> {
    let stack = shared()?;
    let (owner, mut guest) = (new_user(&stack).await?, new_user(&stack).await?);
    let me = owner.signed_in.user.as_str();
    let member = join(&stack, &owner, &mut guest, "member").await?;
    let them = guest.signed_in.user.as_str();
    for refused in [set_role(&owner.api, me, "member").await?, leave(&owner.api, me).await?] {
        assert_problem(&refused, StatusCode::CONFLICT, "last_owner");
    }
    // Of the last two owners who leave at once only one succeeds.
    set_role(&owner.api, them, "owner").await?.success()?;
    let (one, other) = tokio::try_join!(leave(&owner.api, me), leave(&member, them))?;
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 409], "{} {}", one.text(), other.text());
    Ok(())
}

#[tokio::test]
async fn a_tenant_invites_only_so_many_an_hour() -> Result<()> {
    const AN_HOUR: usize = 20;
    let stack = shared()?;
    let (owner, neighbour) = (new_user(&stack).await?, new_user(&stack).await?);
    let name = &owner.signed_in.user;
    for number in 0..AN_HOUR {
        let sent = send_invitation(&owner.api, &format!("{name}-{number}@example.com"), "member").await?;
        assert_eq!(sent.status, StatusCode::CREATED, "{number}: {}", sent.text());
    }
    let refused = send_invitation(&owner.api, &format!("{name}-more@example.com"), "member").await?;
    assert_problem(&refused, StatusCode::TOO_MANY_REQUESTS, "rate_limited");
    let wait: u32 = refused.header("retry-after").context("no Retry-After")?.parse()?;
    assert!((1..=3600).contains(&wait), "{wait}");
    let mails = stack.mails_to(&format!("{name}-more@example.com")).await?;
    assert!(mails.is_empty(), "{mails:?}");
    let sent = send_invitation(&neighbour.api, &format!("{name}-other@example.com"), "member").await?;
    assert_eq!(sent.status, StatusCode::CREATED, "{}", sent.text());
    Ok(())
}

/// The API with a fresh access token, for which API Gateway has no cached decision.
async fn unused_token(stack: &LocalStack, person: &mut TestUser) -> Result<Api> {
    Ok(stack.api().with_token(&person.browser.refresh().await?.access_token))
}

async fn send_invitation(owner: &Api, email: &str, role: &str) -> Result<ApiResponse> {
    let body = json!({ "email": email, "role": role });
    Ok(owner.call(Method::POST, "/api/account/invitations").json(&body).send().await?)
}

/// Invites an address, and gives the token in the mail.
pub async fn invite(stack: &LocalStack, owner: &Api, email: &str, role: &str) -> Result<String> {
    let known = stack.mails_to(email).await?.len();
    send_invitation(owner, email, role).await?.success()?;
    Ok(stack.token_after(email, known).await?)
}

pub async fn accept(guest: &Api, token: &str) -> Result<ApiResponse> {
    let body = json!({ "token": token });
    Ok(guest.call(Method::POST, "/api/auth/invitations/accept").json(&body).send().await?)
}

/// Makes a guest a member of the owner's tenant, and gives the API as the guest there.
pub async fn join(stack: &LocalStack, owner: &TestUser, guest: &mut TestUser, role: &str) -> Result<Api> {
    let token = invite(stack, &owner.api, &guest.email, role).await?;
    accept(&guest.api, &token).await?.success()?;
    let path = format!("/api/auth/tenants/{}/session", owner.signed_in.tenant);
    let there: SignedIn = guest.browser.post_as(&guest.api, &path, &json!({})).await?.json()?;
    assert_eq!(there.tenant, owner.signed_in.tenant);
    Ok(stack.api().with_token(&there.access_token))
}

async fn members(api: &Api) -> Result<Vec<(String, &'static str)>> {
    let listed: Value = api.get("/api/account/members").await?.json()?;
    let items = listed["items"].as_array().context("no list")?;
    let member = |item: &Value| {
        let role = if item["role"] == "owner" { "owner" } else { "member" };
        Some((item["email"].as_str()?.to_owned(), role))
    };
    items.iter().map(|item| member(item).context("no member")).collect()
}

pub async fn set_role(api: &Api, user: &str, role: &str) -> Result<ApiResponse> {
    let call = api.call(Method::PATCH, &format!("/api/account/members/{user}"));
    Ok(call.json(&json!({ "role": role })).send().await?)
}

pub async fn leave(api: &Api, user: &str) -> Result<ApiResponse> {
    Ok(api.call(Method::DELETE, &format!("/api/account/members/{user}")).send().await?)
}

async fn rotate(api: &Api, name: &str) -> Result<ApiResponse> {
    let body = json!({ "name": name, "scope": "all" });
    Ok(api.call(Method::POST, "/api/account/rotate-api-key").json(&body).send().await?)
}

fn assert_problem(answer: &ApiResponse, status: StatusCode, code: &str) {
    let problem = answer.problem().map(|problem| problem.code);
    assert_eq!((answer.status, problem.as_deref()), (status, Some(code)), "{}", answer.text());
}
