//! Sessions after the sign-in: refreshing them, and continuing them in another tenant.

use cloud::clock;
use cloud::table::{TableError, Update};
use tenancy::{TenantId, UserId};

use super::identity_store::IdentityStore;
use super::keys;
use super::retry::{Attempt, Retries};
use crate::records::Member;
use crate::refresh_token_family::{RefreshTokenFamily, StoredFamily, TokenStatus};
use crate::secret::Secret;
use crate::session::{Continuation, EndedSession, seconds_after};
use crate::session::{Device, RefreshToken, Session, SignIn};

/// Why a refresh token was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The session has ended, or the token is forged.
    #[error("the session is over")]
    Over,
    /// The token was replaced too long ago, so somebody has copied it. That ended the session.
    #[error("a refresh token was used again")]
    Reused(EndedSession),
    /// The person does not belong to the tenant to change to.
    #[error("no tenant of this person's")]
    NoSuchTenant,
    /// The table did not answer, or refused the request.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// The live session that a refresh token continues, its newest token, and the member who signed in.
pub(super) struct AuthenticatedSession {
    pub(super) session: Session,
    pub(super) newest: RefreshToken,
    member: Member,
    presented: Presented,
}

/// Which token of its session was presented.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Presented {
    /// The newest one.
    Newest,
    /// One that was replaced a moment ago: its holder gets the newest one.
    RecentlyReplaced,
    /// The one whose successors nobody has used for longer: its holder gets the next one.
    AnswerLost,
}

impl AuthenticatedSession {
    /// The session's family as it goes on, and the secret that its holder gets.
    fn next_family(&self, now_ms: i64) -> (RefreshTokenFamily, Secret) {
        let (family, newest) = (&self.session.family, &self.newest.secret);
        match self.presented {
            Presented::AnswerLost => family.skipping(newest),
            Presented::Newest => family.rotated(newest, now_ms),
            Presented::RecentlyReplaced => family.carried_over(newest, now_ms),
        }
    }

    /// Replaces the family in the session's item, on the condition that the session is still as it was read.
    fn replace_family(&self, update: Update, family: &RefreshTokenFamily) -> Update {
        let is_newest_unused = self.session.family.used_ms.is_none();
        let StoredFamily { generation, digest, first_uses, rotated_ms, .. } = family.clone().into();
        let update = update
            .set("generation", generation)
            .set("digest", digest)
            .set("first_uses", first_uses)
            .set("rotated_ms", rotated_ms)
            .remove("used_generations")
            .remove("used_ms")
            .when("digest", "=", self.session.family.digest)
            .when_absent("ended_at")
            // A switch of tenant may leave the digest as it is.
            .when_absent("continued_in");
        match self.presented {
            // A use that shows just now that somebody got the answer must not be lost.
            Presented::AnswerLost => update.when_absent("used_ms"),
            Presented::RecentlyReplaced if is_newest_unused => update.when_absent("used_ms"),
            Presented::Newest | Presented::RecentlyReplaced => update,
        }
    }
}

impl IdentityStore {
    /// Exchanges a refresh token for the next one, or for the newest one if it was replaced a moment ago. A token that
    /// must have been copied ends the session instead (reuse detection), by the rule at the head of
    /// `refresh_token_family.rs`. `device` is what asks. Cost: three reads (session, member and tenant), one write.
    ///
    /// # Errors
    /// [`SessionError::Over`] when the token is not accepted, [`SessionError::Reused`] when that has ended the session,
    /// [`SessionError::Table`] when the table does not answer.
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
        let held = self.authenticate(token).await?;
        if held.presented == Presented::RecentlyReplaced {
            let AuthenticatedSession { session, newest, .. } = held;
            return Ok(Attempt::Done(SignIn { tenant: newest.tenant, session, refresh: newest }));
        }
        let now = clock::now();
        let (family, secret) = held.next_family(now.as_millisecond());
        let AuthenticatedSession { session, newest, .. } = &held;
        let expires_at = seconds_after(now, self.lifetimes.idle).min(session.ends_at);
        let update = self.table.update(&keys::session(&newest.tenant, &newest.session));
        let update = held.replace_family(update, &family).set("used_at", now).set("expires_at", expires_at);
        let update = [("ip", &device.ip), ("user_agent", &device.user_agent)].into_iter().fold(
            update,
            |update, (name, value)| match value {
                Some(value) => update.set(name, value),
                None => update.remove(name),
            },
        );
        match update.send::<Session>().await {
            Ok(session) => {
                let refresh = RefreshToken { generation: family.generation, secret, ..*newest };
                Ok(Attempt::Done(SignIn { tenant: newest.tenant, session, refresh }))
            }
            // Another request has refreshed or ended the session.
            Err(TableError::Condition { .. }) => Ok(Attempt::Retry),
            Err(error) => Err(error.into()),
        }
    }

    /// Finds the live session of a token: its own, or the one in another tenant that continues it. A token that must
    /// have been copied ends the session.
    pub(super) async fn authenticate(
        &self,
        token: &RefreshToken,
    ) -> Result<AuthenticatedSession, SessionError> {
        let now = clock::now();
        let mut location = Continuation { tenant: token.tenant, session: token.session };
        let session = loop {
            let session: Option<Session> =
                self.table.get(&keys::session(&location.tenant, &location.session)).await?;
            let session = session.filter(|session| !session.is_over(now)).ok_or(SessionError::Over)?;
            match session.continued_in {
                Some(next) => location = next,
                None => break session,
            }
        };
        let (presented, secret) = match session.status_of(token, now) {
            TokenStatus::Current => (Presented::Newest, token.secret.clone()),
            TokenStatus::RecentlyReplaced(newest) => (Presented::RecentlyReplaced, newest),
            TokenStatus::AnswerLost(newest) => (Presented::AnswerLost, newest),
            TokenStatus::Reused => {
                tracing::warn!(
                    tenant = %location.tenant,
                    session = %location.session,
                    "an old refresh token was used: session {} is ended",
                    location.session
                );
                return Err(match self.end_session(&location.tenant, &session).await? {
                    Some(ended) => SessionError::Reused(ended),
                    None => SessionError::Over,
                });
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
        Ok(AuthenticatedSession { session, newest, member, presented })
    }

    /// Continues a session in another of the person's tenants. The new session ends when this one would have ended, and
    /// its refresh tokens continue this one's family; this one has ended. Where the session is in that tenant already,
    /// as when a response was lost, its newest token is returned again. Cost: four reads, one transaction of five
    /// items; where the session is in that tenant three reads, and one write for an answer that was lost longer ago.
    /// One read more for each switch since the token was issued.
    ///
    /// # Errors
    /// As [`refresh`](Self::refresh); [`SessionError::NoSuchTenant`] when the person does not belong to `to`.
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
        let held = self.authenticate(token).await?;
        if held.newest.tenant == to {
            return match held.presented {
                // Whoever asks again so much later gets the next token, as for a refresh.
                Presented::AnswerLost => self.rotate(token, device).await,
                Presented::Newest | Presented::RecentlyReplaced => {
                    let AuthenticatedSession { session, newest, .. } = held;
                    Ok(Attempt::Done(SignIn { tenant: to, session, refresh: newest }))
                }
            };
        }
        let AuthenticatedSession { session, newest, member, .. } = &held;
        let person = self.person(&member.email).await?.ok_or(SessionError::Over)?;
        if !person.tenants.contains(&to) {
            return Err(SessionError::NoSuchTenant);
        }
        let next = held.next_family(clock::now().as_millisecond());
        let sign_in = SignIn::continued(session, next, to, device.clone(), self.lifetimes.idle);
        // The old item stays for as long as the new session can last, so that a token that was stolen before is still
        // recognised.
        let old = self.table.update(&keys::session(&newest.tenant, &newest.session));
        let old = held
            .replace_family(old, &sign_in.session.family)
            .set("continued_in", Continuation { tenant: to, session: sign_in.session.id })
            .set("expires_at", session.ends_at)
            .remove("ip")
            .remove("user_agent");
        let belongs = self.table.update(&keys::member(&to, &session.user));
        let is_there = self.table.update(&keys::tenant(&to)).when_present().when_absent("erasing_since");
        let writes = vec![
            old.build()?,
            self.table.put_new(&keys::session(&to, &sign_in.session.id), &sign_in.session)?,
            belongs.when_present().build_check()?,
            is_there.build_check()?,
            self.change_person(&member.email.digest(), &person, &person.using(to))?,
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

#[cfg(test)]
mod tests {
    use aws_config::{BehaviorVersion, Region};
    use cloud::SdkConfig;
    use cloud::table::Table;
    use tenancy::{Role, SignInMethod};

    use super::*;
    use crate::lifetimes::Lifetimes;

    fn authenticated(presented: Presented, used_ms: Option<i64>) -> AuthenticatedSession {
        let (tenant, user, method) = (TenantId::new(), UserId::new(), SignInMethod::MagicLink);
        let sign_in = SignIn::begin(tenant, user, method, Device::default(), &Lifetimes::DEFAULT);
        let SignIn { mut session, refresh, .. } = sign_in;
        session.family.used_ms = used_ms;
        let email = "ruth@example.org".parse().unwrap();
        let member = Member { id: user, email, role: Role::Owner, created_at: session.created_at };
        AuthenticatedSession { session, newest: refresh, member, presented }
    }

    /// Of two requests that go on with one session at once, the second one must not find its condition true: the first
    /// one has replaced the digest, or has continued the session elsewhere. And a use of the newest secret that is
    /// stored meanwhile must not be lost.
    #[test]
    fn a_family_goes_on_as_it_was_read() {
        let config = SdkConfig::builder().behavior_version(BehaviorVersion::latest());
        let table = Table::new(&config.region(Region::from_static("us-east-1")).build(), "identity".into());
        for (presented, used_ms, is_unused) in [
            (Presented::Newest, None, false),
            (Presented::AnswerLost, None, true),
            (Presented::RecentlyReplaced, None, true),
            (Presented::RecentlyReplaced, Some(1), false),
        ] {
            let held = authenticated(presented, used_ms);
            let (family, secret) = held.next_family(2);
            let is_the_same = presented == Presented::RecentlyReplaced && is_unused;
            assert_eq!(family == held.session.family, is_the_same);
            assert_eq!(secret.digest(), family.digest);
            let update = table.update(&keys::session(&held.newest.tenant, &held.newest.session));
            let write = held.replace_family(update, &family).build().unwrap();
            let condition = write.update().and_then(|update| update.condition_expression()).unwrap();
            for name in ["#ended_at", "#continued_in"] {
                assert!(condition.contains(&format!("attribute_not_exists({name})")), "{condition}");
            }
            assert!(condition.contains("#digest = "), "{condition}");
            assert_eq!(condition.contains("attribute_not_exists(#used_ms)"), is_unused, "{condition}");
        }
    }
}
