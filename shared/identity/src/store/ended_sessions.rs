//! Ending sessions: one's own, those of the person who presents a refresh token, and those of a removed member.

use std::time::Duration;

use cloud::clock;
use cloud::table::{Key, TableError};
use tenancy::{SessionId, TenantId, UserId};

use super::identity_store::IdentityStore;
use super::keys;
use super::sessions::SessionError;
use crate::session::{Continuation, EndedSession, RefreshToken, Session, seconds_after};

/// How long the item of a session is kept after it was ended: as long as the answer to a request that is repeated with
/// an `Idempotency-Key`.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

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

/// What a log-out has done.
#[derive(Clone, Debug)]
pub struct LoggedOut {
    /// The session whose refresh token was presented.
    pub by: EndedSession,
    /// The sessions that were ended, in the order in which they were. That of the token is among them, but for
    /// [`LogOut::Others`].
    pub ended: Vec<EndedSession>,
}

/// Why a log-out did not end the sessions that it was to end.
#[derive(Debug, thiserror::Error)]
pub enum LogOutError {
    /// None was ended, but where a token was used again that of the token.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// The table failed after some sessions had been ended. The log-out can be repeated: the session of the token is
    /// ended last.
    #[error("some of the sessions are not ended: {source}")]
    Partial {
        /// What was done before.
        done: LoggedOut,
        /// What failed.
        source: TableError,
    },
}

impl IdentityStore {
    /// Ends a session: its refresh token is refused from then on, and its access tokens within the authorizer's cache
    /// lifetime (60 s). Where it was continued in another tenant meanwhile, the session that continues it is ended.
    /// Gives the session that was ended; none when that was done before. Cost: one write, and where the session has
    /// changed since it was read up to two reads and a write for each tenant that it went on in.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time.
    pub(super) async fn end_session(
        &self,
        tenant: &TenantId,
        session: &Session,
    ) -> Result<Option<EndedSession>, TableError> {
        let now = clock::now();
        let (mut tenant, mut id) = (*tenant, session.id);
        loop {
            let key = keys::session(&tenant, &id);
            let update = self.table.update(&key).when_present().when_absent("ended_at");
            let update = update.when_absent("continued_in").set("ended_at", now);
            let update = update.set("expires_at", seconds_after(now, KEPT)).remove("ip").remove("user_agent");
            match update.send::<Session>().await {
                Ok(_) => return Ok(Some(EndedSession { tenant, user: session.user, session: id })),
                Err(TableError::Condition { .. }) => {}
                Err(error) => return Err(error),
            }
            let Some(found) = self.table.get::<Session>(&key).await? else { return Ok(None) };
            match found.continued_in {
                Some(next) => (tenant, id) = (next.tenant, next.session),
                // The SDK repeats a write whose answer was lost, and then the condition fails by that write itself.
                None if found.ended_at == Some(now) => {
                    return Ok(Some(EndedSession { tenant, user: session.user, session: id }));
                }
                None => return Ok(None),
            }
        }
    }

    /// Ends a session of `user`, a member of `tenant`, in any of their tenants, or the one that continues it. Gives the
    /// sessions that were ended by this call: none where it had ended already, within about a day; or `None` when the
    /// user has no such session, whether somebody else has or not. Cost: two reads, one for each of the person's
    /// tenants, one write.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time, [`TableError::Shape`] when an item cannot be
    /// parsed.
    pub async fn end_own_session(
        &self,
        tenant: &TenantId,
        user: &UserId,
        session: &SessionId,
    ) -> Result<Option<Vec<EndedSession>>, TableError> {
        let Some(member) = self.member(tenant, user).await? else { return Ok(None) };
        let Some(person) = self.person(&member.email).await? else { return Ok(None) };
        let keys: Vec<Key> = person.tenants.iter().map(|tenant| keys::session(tenant, session)).collect();
        let found: Vec<Option<Session>> = self.table.get_all(&keys).await?;
        let own = person.tenants.iter().zip(found).find_map(|(tenant, session)| {
            let session = session.filter(|session| session.user == *user)?;
            Some((*tenant, session))
        });
        let Some((mut tenant, mut session)) = own else { return Ok(None) };
        while let Some(Continuation { tenant: next, session: id }) = session.continued_in {
            match self.table.get(&keys::session(&next, &id)).await? {
                Some(continuing) => (tenant, session) = (next, continuing),
                None => return Ok(Some(Vec::new())),
            }
        }
        if session.is_over(clock::now()) {
            return Ok(Some(Vec::new()));
        }
        Ok(Some(self.end_session(&tenant, &session).await?.into_iter().collect()))
    }

    /// Ends sessions of the person who presents a refresh token. Does nothing and returns `None` when the token is not
    /// accepted. Cost: three reads and one write for the session itself; for others also two reads, one query for each
    /// of the person's tenants, and one write for each session.
    ///
    /// # Errors
    /// [`SessionError::Reused`] when the token must have been copied, which ended its session alone;
    /// [`SessionError::Table`] when the table does not answer; [`LogOutError::Partial`] when it does not answer after
    /// some of the sessions were ended.
    pub async fn log_out(
        &self,
        token: &RefreshToken,
        which: LogOut,
    ) -> Result<Option<LoggedOut>, LogOutError> {
        let held = match self.authenticate(token).await {
            Ok(held) => held,
            // The session has ended already, or the token is not valid. The caller gets the same response for both.
            Err(SessionError::Over) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let (tenant, session) = (held.newest.tenant, held.session);
        let by = EndedSession { tenant, user: session.user, session: session.id };
        let mut done = LoggedOut { by, ended: Vec::new() };
        match self.end_sessions(&tenant, &session, which, &mut done.ended).await {
            Ok(()) => Ok(Some(done)),
            Err(source) if done.ended.is_empty() => Err(SessionError::Table(source).into()),
            Err(source) => Err(LogOutError::Partial { done, source }),
        }
    }

    /// Ends sessions of the person who is signed in with `own`, that session last, and adds each to `ended`.
    async fn end_sessions(
        &self,
        tenant: &TenantId,
        own: &Session,
        which: LogOut,
        ended: &mut Vec<EndedSession>,
    ) -> Result<(), TableError> {
        if which != LogOut::Local {
            for (tenant, other) in self.sessions(tenant, &own.user).await? {
                if other.id != own.id {
                    ended.extend(self.end_session(&tenant, &other).await?);
                }
            }
        }
        if which != LogOut::Others {
            ended.extend(self.end_session(tenant, own).await?);
        }
        Ok(())
    }

    /// Deletes sessions of a tenant. Cost: one write for each.
    pub(super) async fn delete_sessions(
        &self,
        tenant: &TenantId,
        sessions: &[Session],
    ) -> Result<(), TableError> {
        for session in sessions {
            self.table.delete(&keys::session(tenant, &session.id)).await?;
        }
        Ok(())
    }
}
