//! What the audit logs say of sessions that were ended: the log of each tenant names those that were signed in to it,
//! whichever tenant the request came from.

use audit::{Actor, Call};
use cloud::{clock, correlation};
use edge::Problem;
use http::StatusCode;
use identity::{EndedSession, LoggedOut, SessionError};
use tenancy::{SessionId, TenantId};

use crate::auth::{Auth, session_problem};

impl Auth {
    /// Records that a log-out, which is answered with `status`, ended sessions: one entry in the tenant of the session
    /// that asked for it, and one in each other tenant that a session was ended in.
    pub(crate) async fn record_log_out(&self, LoggedOut { by, ended }: &LoggedOut, status: StatusCode) {
        let (actor, action) = (Actor::User(by.user), "POST /api/auth/logout");
        for (tenant, sessions) in by_tenant(by.tenant, ended) {
            let subjects = sessions.iter().map(ToString::to_string).collect();
            self.record(&tenant, actor, by.session, action, subjects, status).await;
        }
    }

    /// Records that a session of the user of the session `by` was ended in another tenant than that of the request.
    pub(crate) async fn record_ended_elsewhere(&self, by: SessionId, ended: &EndedSession) {
        let (actor, action) = (Actor::User(ended.user), "DELETE /api/auth/sessions/{id}");
        let subjects = vec![ended.session.to_string()];
        self.record(&ended.tenant, actor, by, action, subjects, StatusCode::NO_CONTENT).await;
    }

    /// The problem for a session that could not be continued by `action`. That a token was used again is recorded in
    /// the log of the session's tenant.
    pub(crate) async fn refused(&self, error: SessionError, action: &'static str) -> Problem {
        if let SessionError::Reused(ended) = &error {
            self.record_reuse(ended, action, StatusCode::UNAUTHORIZED).await;
        }
        session_problem(error)
    }

    /// Records that a session was ended because one of its refresh tokens was used again.
    pub(crate) async fn record_reuse(&self, ended: &EndedSession, action: &'static str, status: StatusCode) {
        let subjects = vec![ended.session.to_string(), ended.user.to_string()];
        self.record(&ended.tenant, Actor::TokenReuse, ended.session, action, subjects, status).await;
    }

    /// Appends an entry to a tenant's log. A failure is only logged: the sessions have ended already.
    async fn record(
        &self,
        tenant: &TenantId,
        actor: Actor,
        credential: SessionId,
        action: &'static str,
        subjects: Vec<String>,
        status: StatusCode,
    ) {
        let call = Call {
            at: clock::now(),
            actor,
            credential: Some(credential.to_string()),
            action: action.to_owned(),
            subjects,
            request: correlation::current().unwrap_or_default(),
        };
        if let Err(error) = self.audit.append(tenant, call, status.as_u16()).await {
            tracing::error!(%tenant, session = %credential, reason = %error, "not in the audit log: {error}");
        }
    }
}

/// The sessions of each tenant: first of `home`, which may have none, and then of the others in the order in which
/// their sessions were ended.
fn by_tenant(home: TenantId, ended: &[EndedSession]) -> Vec<(TenantId, Vec<SessionId>)> {
    let mut tenants = vec![(home, Vec::new())];
    for session in ended {
        match tenants.iter_mut().find(|(tenant, _)| *tenant == session.tenant) {
            Some((_, sessions)) => sessions.push(session.session),
            None => tenants.push((session.tenant, vec![session.session])),
        }
    }
    tenants
}

#[cfg(test)]
mod tests {
    use tenancy::UserId;

    use super::*;

    #[test]
    fn each_tenant_is_told_of_its_own_sessions() {
        let (home, other, user) = (TenantId::new(), TenantId::new(), UserId::new());
        let ended: Vec<EndedSession> = [other, home, other]
            .map(|tenant| EndedSession { tenant, user, session: SessionId::new() })
            .into();
        let expected =
            vec![(home, vec![ended[1].session]), (other, vec![ended[0].session, ended[2].session])];
        assert_eq!(by_tenant(home, &ended), expected);
        assert_eq!(by_tenant(home, &[]), [(home, Vec::new())]);
    }
}
