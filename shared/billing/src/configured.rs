use aws_config::SdkConfig;
use cloud::secrets::Secret;
use cloud::settings::{self, SettingError};
use cloud::table::Table;
use cloud::tenant_role;

use crate::{BillingTable, Pages, Prices, StripeClient};

/// What a function needs that deals with Stripe.
pub struct Billing {
    /// What is known of subscriptions.
    pub table: BillingTable,
    /// Stripe.
    pub stripe: StripeClient,
    /// Which price stands for which plan.
    pub prices: Prices,
    /// Where Stripe's pages lead.
    pub pages: Pages,
}

impl Billing {
    /// As the environment says: `BILLING_TABLE`, `IDENTITY_TABLE`, `STRIPE_SECRET`, `STRIPE_PRICE_PRO`,
    /// `STRIPE_PRICE_ENTERPRISE`, `FRONTEND_ORIGIN`; `STRIPE_PORTAL_CONFIGURATION` and `STRIPE_API_BASE` where
    /// they are not Stripe's defaults.
    ///
    /// # Errors
    /// [`SettingError`].
    pub fn configured(config: &SdkConfig) -> Result<Self, SettingError> {
        let scoped = tenant_role::config(config);
        let billing = settings::text("BILLING_TABLE")?;
        let table = BillingTable::new(
            Table::new(&scoped, billing.clone()),
            Table::new(&scoped, settings::text("IDENTITY_TABLE")?),
            Table::new(config, billing),
        );
        let stripe = StripeClient::new(
            Secret::new(config, settings::text("STRIPE_SECRET")?),
            settings::optional_text("STRIPE_API_BASE"),
            settings::optional_text("STRIPE_PORTAL_CONFIGURATION"),
        );
        let prices = Prices {
            pro: settings::text("STRIPE_PRICE_PRO")?,
            enterprise: settings::text("STRIPE_PRICE_ENTERPRISE")?,
        };
        Ok(Self { table, stripe, prices, pages: Pages { frontend: settings::text("FRONTEND_ORIGIN")? } })
    }
}
