//! Credentials that reach one tenant's data and no other tenant's.
//!
//! A function that reads or writes tenants' data assumes a role with the session tag `tenant_id`, and the role's policy
//! allows only keys that contain that tag: when a fault in this code builds another tenant's key, AWS denies the
//! access. The tenant is bound to the task that handles a request or a message; a call outside of such a task gets no
//! credentials.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use aws_config::SdkConfig;
use aws_config::identity::IdentityCache;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_sdk_sts::Client;
use aws_sdk_sts::types::Tag;
use tenancy::TenantId;

use crate::cause::sdk_cause;
use crate::{clock, settings};

tokio::task_local! {
    static TENANT: TenantId;
}

/// The session tag that the role's policy compares keys with.
const TAG: &str = "tenant_id";

/// How long before they expire credentials are no longer used: longer than a presigned URL is valid, because a URL
/// expires with the credentials that signed it.
const MARGIN: Duration = Duration::from_secs(360);

/// How many tenants' credentials a process caches, some 2 KB each.
const KEPT: usize = 1000;

/// Runs `work` as this tenant: AWS calls of clients made from [`config`] reach this tenant's data only.
pub async fn acting_for<F: Future>(tenant: TenantId, work: F) -> F::Output {
    TENANT.scope(tenant, work).await
}

/// `config` with credentials for the tenant that the calling task [acts for](acting_for), from the role in
/// `TENANT_ROLE_ARN`. Where that is unset, in emulators that enforce no policies, `config` itself.
///
/// Cost: one call of STS for each tenant that the process has not served within the last hour.
#[must_use]
pub fn config(config: &SdkConfig) -> SdkConfig {
    let Some(role) = settings::optional_text("TENANT_ROLE_ARN") else { return config.clone() };
    let provider = TenantCredentials { sts: Client::new(config), role, kept: Mutex::default() };
    // The SDK's own cache would use the first tenant's credentials for all the others.
    let builder = config.to_builder().identity_cache(IdentityCache::no_cache());
    builder.credentials_provider(SharedCredentialsProvider::new(provider)).build()
}

struct TenantCredentials {
    sts: Client,
    role: String,
    kept: Mutex<HashMap<TenantId, Credentials>>,
}

/// Leaves the credentials out.
impl fmt::Debug for TenantCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TenantCredentials").field("role", &self.role).finish_non_exhaustive()
    }
}

impl ProvideCredentials for TenantCredentials {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.current())
    }
}

impl TenantCredentials {
    async fn current(&self) -> Result<Credentials, CredentialsError> {
        let tenant = TENANT.try_with(|tenant| *tenant);
        let tenant = tenant.map_err(|_| CredentialsError::not_loaded("the task acts for no tenant"))?;
        if let Some(credentials) = self.kept(&tenant, clock::now().into()) {
            return Ok(credentials);
        }
        let fresh = self.assume(&tenant).await?;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(tenant, fresh.clone());
        Ok(fresh)
    }

    fn kept(&self, tenant: &TenantId, now: SystemTime) -> Option<Credentials> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let lasting = |c: &&Credentials| c.expiry().is_some_and(|end| end > now + MARGIN);
        kept.get(tenant).filter(lasting).cloned()
    }

    async fn assume(&self, tenant: &TenantId) -> Result<Credentials, CredentialsError> {
        let tag = Tag::builder().key(TAG).value(tenant.to_string()).build();
        let tag = tag.map_err(CredentialsError::invalid_configuration)?;
        // The session's name is what CloudTrail shows for every call made with it.
        let request = self.sts.assume_role().role_arn(&self.role).role_session_name(tenant.to_string());
        let answer = request.tags(tag).send().await;
        let answer = answer.map_err(|error| {
            CredentialsError::provider_error(format!("role {}: {}", self.role, sdk_cause(&error)))
        })?;
        let given =
            answer.credentials.ok_or_else(|| CredentialsError::unhandled("STS gave no credentials"))?;
        let expiry = SystemTime::try_from(given.expiration).map_err(CredentialsError::unhandled)?;
        let (key, secret, token) = (given.access_key_id, given.secret_access_key, given.session_token);
        Ok(Credentials::new(key, secret, Some(token), Some(expiry), "TenantRole"))
    }
}

#[cfg(test)]
mod tests {
    use aws_config::{BehaviorVersion, Region};

    use super::*;

    fn provider() -> TenantCredentials {
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("us-east-1"))
            .endpoint_url("http://127.0.0.1:1")
            .build();
        TenantCredentials { sts: Client::new(&config), role: "role".into(), kept: Mutex::default() }
    }

    fn credentials(key: &str, expiry: SystemTime) -> Credentials {
        Credentials::new(key, "secret", None, Some(expiry), "test")
    }

    #[tokio::test]
    async fn a_task_gets_its_own_tenants_credentials_and_without_a_tenant_none() {
        let provider = provider();
        let (one, two) = (TenantId::new(), TenantId::new());
        let later = SystemTime::from(clock::now()) + 2 * MARGIN;
        provider
            .kept
            .lock()
            .unwrap()
            .extend([(one, credentials("one", later)), (two, credentials("two", later))]);
        for (tenant, key) in [(one, "one"), (two, "two"), (one, "one")] {
            let given = acting_for(tenant, provider.provide_credentials()).await.unwrap();
            assert_eq!(given.access_key_id(), key);
        }
        let nobody = provider.provide_credentials().await.unwrap_err();
        assert!(matches!(nobody, CredentialsError::CredentialsNotLoaded(_)), "{nobody:?}");
    }

    #[test]
    fn credentials_are_not_used_until_their_last_minute() {
        let provider = provider();
        let (tenant, now) = (TenantId::new(), SystemTime::from(clock::now()));
        provider
            .kept
            .lock()
            .unwrap()
            .insert(tenant, credentials("key", now + MARGIN + Duration::from_secs(1)));
        assert!(provider.kept(&tenant, now).is_some());
        assert!(provider.kept(&tenant, now + Duration::from_secs(1)).is_none());
        assert!(provider.kept(&TenantId::new(), now).is_none());
    }
}
