use aws_config::SdkConfig;
use cloud::secrets::Secret;
use cloud::settings::{
    self, FRONTEND_ORIGIN, STRIPE_PRICE_ENTERPRISE, STRIPE_PRICE_PRO, SecretName, SettingError, TableName,
};
use cloud::table::Table;
use cloud::tenant_role;

use crate::client::StripeClient;
use crate::prices::Prices;
use crate::return_urls::{Origins, ReturnUrls};
use crate::store::BillingTable;

/// What a function needs to talk to Stripe and to keep accounts.
pub struct Billing {
    /// The billing table: customers and their subscriptions.
    pub table: BillingTable,
    /// The client of Stripe's API.
    pub stripe: StripeClient,
    /// The price of each paid plan.
    pub prices: Prices,
    /// Where Stripe's pages send people back to.
    pub pages: ReturnUrls,
}

impl Billing {
    /// From `BILLING_TABLE`, `IDENTITY_TABLE`, `STRIPE_SECRET`, `STRIPE_PRICE_PRO`, `STRIPE_PRICE_ENTERPRISE` and
    /// `FRONTEND_ORIGIN`; `STRIPE_PORTAL_CONFIGURATION` and `STRIPE_API_BASE` are set where they are not Stripe's
    /// defaults, `RETURN_ORIGINS` where Stripe's pages may also send people back to other origins than the frontend's.
    ///
    /// # Errors
    /// [`SettingError::Missing`] when one of the first six is not set, [`SettingError::Invalid`] when
    /// `RETURN_ORIGINS` is not a list of origins.
    pub fn from_settings(config: &SdkConfig) -> Result<Self, SettingError> {
        let scoped = tenant_role::config(config);
        let table = BillingTable::new(
            Table::from_settings(&scoped, TableName::Billing)?,
            Table::from_settings(&scoped, TableName::Identity)?,
            Table::from_settings(config, TableName::Billing)?,
        );
        let prices = Prices {
            pro: settings::text(STRIPE_PRICE_PRO)?,
            enterprise: settings::text(STRIPE_PRICE_ENTERPRISE)?,
        };
        let stripe = StripeClient::new(
            Secret::from_settings(config, SecretName::Stripe)?,
            settings::optional_text("STRIPE_API_BASE"),
            settings::optional_text("STRIPE_PORTAL_CONFIGURATION"),
            prices.clone(),
        );
        let others: Option<Origins> = settings::optional_parsed("RETURN_ORIGINS")?;
        let pages = ReturnUrls::new(settings::text(FRONTEND_ORIGIN)?, others.unwrap_or_default());
        Ok(Self { table, stripe, prices, pages })
    }
}
