//! Sessions after the sign-in: refreshing, changing the tenant, ending and listing them.

use cloud::clock;
use cloud::table::TableError;
use tenancy::{SessionId, TenantId, UserId};

use super::identity_store::IdentityStore;
use super::keys;
use super::retry::{Attempt, Retries};
use crate::records::Member;
use crate::refresh_token_family::TokenStatus;
use crate::session::{Continuation, seconds_after};
use crate::session::{Device, RefreshToken, Session, SignIn};

/// Why a refresh token was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The session has ended, or the token was replaced too long ago or is forged.
    #[error("the session is over")]
    Over,
    /// The person does not belong to the tenant to change to.
    #[error("no tenant of this person's")]
    NoSuchTenant,
    /// The table did not answer, or refused the request.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// Which of a person's sessions to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogOut {
    /// The session that the refresh token belongs to.
    Local,
    /// All sessions but that one.
    Others,
    /// All sessions.
    Global,
}

/// The live session that a refresh token continues, its newest token, and the member who signed in.
struct AuthenticatedSession {
    session: Session,
    newest: RefreshToken,
    member: Member,
}

impl IdentityStore {
    /// Exchanges a refresh token for the next one. The previous token gets the newest one again until that has been used,
    /// and for 60 s after that: the response may have been lost, or two tabs may have refreshed at once. After that it
    /// was copied by somebody, like any earlier token, and ends the session (reuse detection). `device` is what asks.
    /// Cost: three reads (session, member and tenant), one write.
    ///
    /// # Errors
    /// [`SessionError::Over`] when the token is not accepted, [`SessionError::Table`] when the table does not answer.
    pub async fn refresh(&self, token: &RefreshToken, device: &Device) -> Result<SignIn, SessionError> {
        let mut retries = Retries::default();
        loop {
            if let Attempt::Done(done) = self.rotate(token, device).await? {
                return Ok(done);
            }
            retries.pause().await?;
        }
    }

    async fn rotate(&self, token: &RefreshToken, device: &Device) -> Result<Attempt<SignIn>, SessionError> {
        let AuthenticatedSession { session, newest, .. } = self.authenticate(token).await?;
        if (newest.session, newest.generation) != (token.session, token.generation) {
            return Ok(Attempt::Done(SignIn { tenant: newest.tenant, session, refresh: newest }));
        }
        let now = clock::now();
        let (family, secret) = session.family.rotated(&token.secret, now.as_millisecond());
        let expires_at = seconds_after(now, self.lifetimes.idle).min(session.ends_at);
        let update = self
            .table
            .update(&keys::session(&token.tenant, &token.session))
            .set("generation", family.generation)
            .set("digest", family.digest)
            .set("rotated_ms", &family.first_used_ms)
            .remove("used_ms")
            .set("used_at", now)
            .set("expires_at", expires_at)
            .when("digest", "=", session.family.digest);
        let update = [("ip", &device.ip), ("user_agent", &device.user_agent)].into_iter().fold(
            update,
            |update, (name, value)| match value {
                Some(value) => update.set(name, value),
                None => update.remove(name),
            },
        );
        match update.send::<Session>().await {
            Ok(session) => {
                let refresh = RefreshToken { generation: family.generation, secret, ..*token };
                Ok(Attempt::Done(SignIn { tenant: token.tenant, session, refresh }))
            }
            // Another request has refreshed or ended the session.
            Err(TableError::Condition { .. }) => Ok(Attempt::Retry),
            Err(error) => Err(error.into()),
        }
    }

    /// Finds the live session of a token: its own, or the one in another tenant that continues it. A token whose
    /// successor has been used for too long ends the session.
    async fn authenticate(&self, token: &RefreshToken) -> Result<AuthenticatedSession, SessionError> {
        let now = clock::now();
        let mut location = Continuation { tenant: token.tenant, session: token.session };
        let session = loop {
            let session: Option<Session> =
                self.table.get(&keys::session(&location.tenant, &location.session)).await?;
            let session = session.filter(|session| !session.has_expired(now)).ok_or(SessionError::Over)?;
            match session.continued_in {
                Some(next) => location = next,
                None => break session,
            }
        };
        let secret = match session.family.status_of(token.generation, &token.secret, now.as_millisecond()) {
            TokenStatus::Current => token.secret.clone(),
            TokenStatus::RecentlyReplaced(newest) => newest,
            TokenStatus::Reused => {
                tracing::warn!(
                    tenant = %location.tenant,
                    session = %location.session,
                    "an old refresh token was used: session {} is ended",
                    location.session
                );
                self.end_session(&location.tenant, &location.session).await?;
                return Err(SessionError::Over);
            }
            TokenStatus::Unknown => return Err(SessionError::Over),
        };
        // A removed member has no session, even if deleting its item failed.
        let member = self.member(&location.tenant, &session.user).await?.ok_or(SessionError::Over)?;
        // Nor has anybody in a tenant that is being erased.
        let tenant = self.tenant(&location.tenant).await?.filter(|tenant| tenant.erasing_since.is_none());
        tenant.ok_or(SessionError::Over)?;
        let generation = session.family.generation;
        let newest = RefreshToken { tenant: location.tenant, session: location.session, generation, secret };
        Ok(AuthenticatedSession { session, newest, member })
    }

    /// Continues a session in another of the person's tenants. The new session ends when this one would have ended, and
    /// its refresh tokens continue this one's family; this one has ended. Where the session is in that tenant already,
    /// as when a response was lost, its newest token is returned again. Cost: four reads, one transaction of five
    /// items.
    ///
    /// # Errors
    /// [`SessionError::Over`] when the token is not accepted, [`SessionError::NoSuchTenant`] when the person does not
    /// belong to `to`, [`SessionError::Table`] when the table does not answer.
    pub async fn switch_tenant(
        &self,
        token: &RefreshToken,
        to: TenantId,
        device: &Device,
    ) -> Result<SignIn, SessionError> {
        let mut retries = Retries::default();
        loop {
            if let Attempt::Done(done) = self.try_switch(token, to, device).await? {
                return Ok(done);
            }
            retries.pause().await?;
        }
    }

    async fn try_switch(
        &self,
        token: &RefreshToken,
        to: TenantId,
        device: &Device,
    ) -> Result<Attempt<SignIn>, SessionError> {
        let AuthenticatedSession { session, newest, member } = self.authenticate(token).await?;
        if newest.tenant == to {
            return Ok(Attempt::Done(SignIn { tenant: to, session, refresh: newest }));
        }
        let person = self.person(&member.email).await?.ok_or(SessionError::Over)?;
        if !person.tenants.contains(&to) {
            return Err(SessionError::NoSuchTenant);
        }
        let sign_in = SignIn::continued(&session, &newest.secret, to, device.clone(), self.lifetimes.idle);
        let family = &sign_in.session.family;
        // The old item stays for as long as the new session can last, so that a token that was stolen before is still
        // recognised. Its digest changes, so that the condition of a concurrent refresh fails.
        let old = self
            .table
            .update(&keys::session(&newest.tenant, &newest.session))
            .set("continued_in", Continuation { tenant: to, session: sign_in.session.id })
            .set("generation", family.generation)
            .set("digest", family.digest)
            .set("rotated_ms", &family.first_used_ms)
            .remove("used_ms")
            .set("expires_at", session.ends_at)
            .when("digest", "=", session.family.digest);
        let belongs = self.table.update(&keys::member(&to, &session.user));
        let is_there = self.table.update(&keys::tenant(&to)).when_present().when_absent("erasing_since");
        let writes = vec![
            old.build()?,
            self.table.put_new(&keys::session(&to, &sign_in.session.id), &sign_in.session)?,
            belongs.when_present().build_check()?,
            is_there.build_check()?,
            self.table.put_if_equals(
                &keys::person(&member.email.digest()),
                &person.using(to),
                ("version", person.version),
            )?,
        ];
        match self.table.transact(writes).await {
            Ok(()) => Ok(Attempt::Done(sign_in)),
            Err(TableError::Condition { .. } | TableError::Conflict) => Ok(Attempt::Retry),
            Err(error) => Err(error.into()),
        }
    }

    /// Notes that the access token which was issued with refresh token number `generation` of a session is in use. From
    /// then on, and after a grace period, the token before that is no longer accepted. Cost: one write at the first use
    /// after a refresh, otherwise none.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time.
    pub async fn note_use(
        &self,
        tenant: &TenantId,
        session: &Session,
        generation: u64,
    ) -> Result<(), TableError> {
        if !session.family.is_unused(generation) {
            return Ok(());
        }
        let key = keys::session(tenant, &session.id);
        let update = self.table.update(&key).set_if_absent("used_ms", clock::now().as_millisecond());
        match update.when("generation", "=", generation).send::<Session>().await {
            // The session was refreshed or has ended meanwhile.
            Ok(_) | Err(TableError::Condition { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Ends a session: its refresh token is refused from then on, and its access tokens within the authorizer's cache
    /// lifetime (60 s). Cost: one write.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time.
    pub async fn end_session(&self, tenant: &TenantId, session: &SessionId) -> Result<(), TableError> {
        self.table.delete(&keys::session(tenant, session)).await
    }

    /// Ends sessions of the person who presents a refresh token, and returns the token's session with its tenant. Does
    /// nothing and returns `None` when the token is not accepted. Cost: three reads and one write for the session
    /// itself; for others also two reads, one query for each of the person's tenants, and one write for each session.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time.
    pub async fn log_out(
        &self,
        token: &RefreshToken,
        which: LogOut,
    ) -> Result<Option<(TenantId, Session)>, TableError> {
        let AuthenticatedSession { session, newest, .. } = match self.authenticate(token).await {
            Ok(held) => held,
            // The session has ended already, or the token is not valid. The caller gets the same response for both.
            Err(SessionError::Over | SessionError::NoSuchTenant) => return Ok(None),
            Err(SessionError::Table(error)) => return Err(error),
        };
        if which != LogOut::Local {
            for (tenant, other) in self.sessions(&newest.tenant, &session.user).await? {
                if other.id != session.id {
                    self.end_session(&tenant, &other.id).await?;
                }
            }
        }
        if which != LogOut::Others {
            self.end_session(&newest.tenant, &session.id).await?;
        }
        Ok(Some((newest.tenant, session)))
    }

    /// The live sessions of a member of `tenant` in all of their tenants, oldest first. Cost: two reads, one query for
    /// each of the person's tenants.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time, [`TableError::Shape`] when an item cannot be
    /// parsed.
    pub async fn sessions(
        &self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<Vec<(TenantId, Session)>, TableError> {
        let Some(member) = self.member(tenant, user).await? else { return Ok(Vec::new()) };
        let Some(person) = self.person(&member.email).await? else { return Ok(Vec::new()) };
        let now = clock::now();
        let mut live = Vec::new();
        for tenant in person.tenants {
            let sessions = self.sessions_in(&tenant, user).await?;
            let sessions = sessions.into_iter().filter(|session| !session.has_ended(now));
            live.extend(sessions.map(|session| (tenant, session)));
        }
        live.sort_by_key(|(_, session)| session.id);
        Ok(live)
    }

    /// Every session of a person in one tenant, including those that have ended.
    pub(super) async fn sessions_in(
        &self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<Vec<Session>, TableError> {
        let all: Vec<Session> = self.table.query_all(&tenant.partition(), keys::SESSIONS).await?;
        Ok(all.into_iter().filter(|session| session.user == *user).collect())
    }
}
