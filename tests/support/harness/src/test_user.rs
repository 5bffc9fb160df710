//! Users who have just signed up.

use anyhow::{Context as _, Result};
use client::{Api, Browser, LocalStack, MetricUsage, SignedIn};

/// A user who has signed in for the first time, and so owns a new tenant.
#[derive(Debug)]
pub struct TestUser {
    /// The API with this user's access token.
    pub api: Api,
    /// What the sign-in answered: tenant, user, session and token.
    pub signed_in: SignedIn,
    /// The user's mail address.
    pub email: String,
    /// The browser that they signed in with.
    pub browser: Browser,
}

/// Signs up a user with an address of their own.
///
/// # Errors
/// When a request of the sign-in is refused, or the mail does not come.
pub async fn new_user(stack: &LocalStack) -> Result<TestUser> {
    let email = unused_email();
    let mut browser = Browser::new(stack);
    let (api, signed_in) = stack.sign_in_with(&mut browser, &email).await?;
    Ok(TestUser { api, signed_in, email, browser })
}

/// A mail address that nobody has signed in with.
#[must_use]
pub fn unused_email() -> String {
    format!("user-{}@example.com", uuid::Uuid::now_v7().simple())
}

impl TestUser {
    /// What the user's tenant has used of a metric this month.
    ///
    /// # Errors
    /// When the request fails, or there is no such metric.
    pub async fn usage(&self, metric: &str) -> Result<MetricUsage> {
        let metrics = self.api.usage().await?.metrics;
        metrics
            .into_iter()
            .find(|usage| usage.metric == metric)
            .with_context(|| format!("no metric {metric}"))
    }

    /// What running jobs hold in reserve, summed over all metrics.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn held(&self) -> Result<f64> {
        Ok(self.api.usage().await?.metrics.iter().map(|usage| usage.held).sum())
    }

    /// Used and held of every metric, to be compared with a later state.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn usage_totals(&self) -> Result<Vec<(String, f64, f64)>> {
        let metrics = self.api.usage().await?.metrics;
        Ok(metrics.into_iter().map(|usage| (usage.metric, usage.used, usage.held)).collect())
    }
}
