use anyhow::{Context as _, Result};
use client::{Api, Browser, LocalStack, MetricUsage, SignedIn};

/// A person who has just signed in for the first time, with a tenant of their own.
#[derive(Debug)]
pub struct TestUser {
    /// The API as this person.
    pub api: Api,
    /// Who they are.
    pub signed_in: SignedIn,
    /// Their address.
    pub email: String,
    /// Where they signed in.
    pub browser: Browser,
}

/// Signs in somebody new.
///
/// # Errors
/// When the sign-in fails.
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
    /// What this person's tenant has used of a metric this month.
    ///
    /// # Errors
    /// When the API does not say.
    pub async fn usage(&self, metric: &str) -> Result<MetricUsage> {
        let metrics = self.api.usage().await?.metrics;
        metrics
            .into_iter()
            .find(|usage| usage.metric == metric)
            .with_context(|| format!("no metric {metric}"))
    }

    /// What is set aside for jobs that run, over all metrics.
    ///
    /// # Errors
    /// When the API does not say.
    pub async fn held(&self) -> Result<f64> {
        Ok(self.api.usage().await?.metrics.iter().map(|usage| usage.held).sum())
    }

    /// Everything used and held, to be compared with later.
    ///
    /// # Errors
    /// When the API does not say.
    pub async fn usage_totals(&self) -> Result<Vec<(String, f64, f64)>> {
        let metrics = self.api.usage().await?.metrics;
        Ok(metrics.into_iter().map(|usage| (usage.metric, usage.used, usage.held)).collect())
    }
}
