use std::time::Duration;

use cloud::clock;
use cloud::table::{Key, Table, TableError};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenancy::{Plan, Role, SessionId, SignInMethod, TenantId, UserId};

use crate::{EmailAddress, RefreshToken, Secret, Session};

/// People, tenants, links and sessions, in the `identity` table.
#[derive(Clone)]
pub struct Directory {
    table: Table,
    link_lifetime: Duration,
    session_lifetime: Duration,
}

/// A tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenant {
    /// Its id.
    pub id: TenantId,
    /// What people call it.
    pub name: String,
    /// What it pays for.
    pub plan: Plan,
    /// Since when it is here.
    pub created_at: Timestamp,
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// Where mail reaches them.
    pub email: EmailAddress,
    /// What they may do in their tenant.
    pub role: Role,
    /// Since when they are here.
    pub created_at: Timestamp,
}

/// A completed sign-in.
#[derive(Debug)]
pub struct SignIn {
    /// Where the person belongs.
    pub tenant: TenantId,
    /// The new session.
    pub session: Session,
    /// For the cookie; exists nowhere else.
    pub refresh: RefreshToken,
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The link or the refresh token was used, replaced or has expired, or never was.
    #[error("the link or session is no longer valid")]
    Spent,
    /// The table.
    #[error(transparent)]
    Table(#[from] TableError),
}

#[derive(Serialize, Deserialize)]
struct Link {
    email: EmailAddress,
    expires_at: i64,
}

#[derive(Clone, Serialize, Deserialize)]
struct Belonging {
    tenant: TenantId,
    user: UserId,
    role: Role,
}

impl Directory {
    /// Over the `identity` table. Links work for `link_lifetime`, sessions for `session_lifetime`.
    #[must_use]
    pub fn new(table: Table, link_lifetime: Duration, session_lifetime: Duration) -> Self {
        Self { table, link_lifetime, session_lifetime }
    }

    /// How long a link works.
    #[must_use]
    pub fn link_lifetime(&self) -> Duration {
        self.link_lifetime
    }

    /// Makes a sign-in link for an address, known or not: the two cannot be told apart. Cost: one write.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn make_link(&self, email: EmailAddress) -> Result<Secret, TableError> {
        let token = Secret::random();
        let link = Link { email, expires_at: after(self.link_lifetime) };
        self.table.put(&link_key(&token), &link).await?;
        Ok(token)
    }

    /// Signs in whoever holds the link's token. Of any number of concurrent calls one succeeds. An
    /// address that nobody had used becomes the owner of a new tenant. Cost: two reads, one
    /// transaction of two items (five for a new tenant).
    ///
    /// # Errors
    /// [`SignInError::Spent`] or [`SignInError::Table`].
    pub async fn redeem_link(&self, token: &Secret) -> Result<SignIn, SignInError> {
        let link_key = link_key(token);
        loop {
            let link: Link = self.table.get(&link_key).await?.ok_or(SignInError::Spent)?;
            if clock::now().as_second() >= link.expires_at {
                return Err(SignInError::Spent);
            }
            let email_key = Key::global("EMAIL", &link.email.digest());
            let known: Option<Belonging> = self.table.get(&email_key).await?;
            let is_new = known.is_none();
            let who = known.unwrap_or_else(|| Belonging {
                tenant: TenantId::new(),
                user: UserId::new(),
                role: Role::Owner,
            });
            let sign_in = self.new_session(&who);

            let session_key = session_key(&who.tenant, &sign_in.session.id);
            let mut writes = vec![
                self.table.update(&link_key).when_present().build_delete()?,
                self.table.put_new(&session_key, &sign_in.session)?,
            ];
            if is_new {
                writes.extend(self.new_tenant(&email_key, &who, &link.email)?);
            }
            match self.table.transact(writes).await {
                Ok(()) => return Ok(sign_in),
                Err(TableError::Condition { failed }) if failed.first() == Some(&true) => {
                    return Err(SignInError::Spent);
                }
                // Somebody else's transaction was at the link or made the tenant first: look again.
                Err(TableError::Condition { .. } | TableError::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn new_session(&self, who: &Belonging) -> SignIn {
        let secret = Secret::random();
        let session = Session {
            id: SessionId::new(),
            user: who.user,
            role: who.role,
            method: SignInMethod::MagicLink,
            created_at: clock::now(),
            refresh_digest: secret.digest(),
            expires_at: after(self.session_lifetime),
        };
        let refresh = RefreshToken { tenant: who.tenant, session: session.id, secret };
        SignIn { tenant: who.tenant, session, refresh }
    }

    fn new_tenant(
        &self,
        email_key: &Key,
        who: &Belonging,
        email: &EmailAddress,
    ) -> Result<Vec<cloud::table::types::TransactWriteItem>, TableError> {
        let created_at = clock::now();
        let name = email.as_str().split('@').next().unwrap_or_default().to_owned();
        let tenant = Tenant { id: who.tenant, name, plan: Plan::Free, created_at };
        let user = User { id: who.user, email: email.clone(), role: who.role, created_at };
        Ok(vec![
            self.table.put_new(email_key, who)?,
            self.table.put_new(&tenant_key(&who.tenant), &tenant)?,
            self.table.put_new(&user_key(&who.tenant, &who.user), &user)?,
        ])
    }

    /// Exchanges a refresh token for the next one. Cost: one read, one write.
    ///
    /// # Errors
    /// [`SignInError::Spent`] when the token is not the session's current one.
    pub async fn rotate(&self, token: &RefreshToken) -> Result<SignIn, SignInError> {
        let key = session_key(&token.tenant, &token.session);
        let session: Session = self.table.get(&key).await?.ok_or(SignInError::Spent)?;
        let current = token.secret.digest();
        if session.is_over(clock::now()) || session.refresh_digest != current {
            return Err(SignInError::Spent);
        }
        let secret = Secret::random();
        let update = self.table.update(&key).set("refresh_digest", secret.digest()).when(
            "refresh_digest",
            "=",
            current,
        );
        match update.send::<Session>().await {
            Ok(session) => {
                let refresh = RefreshToken { tenant: token.tenant, session: token.session, secret };
                Ok(SignIn { tenant: token.tenant, session, refresh })
            }
            Err(TableError::Condition { .. }) => Err(SignInError::Spent),
            Err(error) => Err(error.into()),
        }
    }

    /// Ends a session: its refresh token and its access tokens are refused from now on (access tokens
    /// within the authorizer's cache lifetime). Cost: one write.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn end_session(&self, tenant: &TenantId, session: &SessionId) -> Result<(), TableError> {
        self.table.delete(&session_key(tenant, session)).await
    }

    /// Logs out whoever holds a session's current refresh token; with any other token nothing happens.
    /// Cost: one transaction of one item.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn log_out(&self, token: &RefreshToken) -> Result<(), TableError> {
        let session = self.table.update(&session_key(&token.tenant, &token.session));
        let session = session.when("refresh_digest", "=", token.secret.digest());
        match self.table.transact(vec![session.build_delete()?]).await {
            // Over already, or not the holder's to end: to the caller the two look alike.
            Err(TableError::Condition { .. }) => Ok(()),
            done => done,
        }
    }

    /// The live sessions of one person, oldest first. Cost: one query.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn sessions(&self, tenant: &TenantId, user: &UserId) -> Result<Vec<Session>, TableError> {
        let all: Vec<Session> = self.table.query_all(&tenant.partition(), "SESSION#").await?;
        let now = clock::now();
        Ok(all.into_iter().filter(|s| s.user == *user && !s.is_over(now)).collect())
    }

    /// Session and tenant in one batch read, as the authorizer needs them; none when either is gone
    /// or over.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn standing(
        &self,
        tenant: &TenantId,
        session: &SessionId,
    ) -> Result<Option<(Session, Tenant)>, TableError> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either {
            Session(Session),
            Tenant(Tenant),
        }
        let keys = [session_key(tenant, session), tenant_key(tenant)];
        let mut found = self.table.get_all::<Either>(&keys).await?.into_iter().flatten();
        let (Some(Either::Session(session)), Some(Either::Tenant(tenant))) = (found.next(), found.next())
        else {
            return Ok(None);
        };
        Ok((!session.is_over(clock::now())).then_some((session, tenant)))
    }

    /// The tenant. Cost: one read.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn tenant(&self, tenant: &TenantId) -> Result<Option<Tenant>, TableError> {
        self.table.get(&tenant_key(tenant)).await
    }

    /// A person of the tenant. Cost: one read.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn user(&self, tenant: &TenantId, user: &UserId) -> Result<Option<User>, TableError> {
        self.table.get(&user_key(tenant, user)).await
    }

    /// Gives the tenant another name. Cost: one write.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn rename_tenant(&self, tenant: &TenantId, name: &str) -> Result<Tenant, TableError> {
        self.table.update(&tenant_key(tenant)).set("name", name).when_present().send().await
    }
}

fn after(lifetime: Duration) -> i64 {
    clock::now().as_second().saturating_add_unsigned(lifetime.as_secs())
}

fn link_key(token: &Secret) -> Key {
    Key::global("LINK", &token.digest())
}

fn tenant_key(tenant: &TenantId) -> Key {
    Key::of(&tenant.partition(), "TENANT")
}

fn user_key(tenant: &TenantId, user: &UserId) -> Key {
    Key::of(&tenant.partition(), format!("USER#{user}"))
}

fn session_key(tenant: &TenantId, session: &SessionId) -> Key {
    Key::of(&tenant.partition(), format!("SESSION#{session}"))
}
