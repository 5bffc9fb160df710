//! The deployment's resources, each with the environment variable that names it.

use crate::settings::variable::Variable;

macro_rules! resources {
    ($(#[$about:meta])* $group:ident { $($resource:ident = $name:literal, $holds:literal;)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $group {
            $(#[doc = concat!("`", $name, "`: ", $holds, ".")] $resource,)+
        }

        impl $group {
            #[cfg(test)]
            const ALL: &'static [Self] = &[$(Self::$resource),+];

            /// The environment variable that names the resource.
            #[must_use]
            pub const fn variable(self) -> Variable {
                match self {
                    $(Self::$resource => Variable::new($name, $holds),)+
                }
            }
        }

        impl From<$group> for Variable {
            fn from(resource: $group) -> Self {
                resource.variable()
            }
        }
    };
}

resources! {
    /// The DynamoDB tables. Their variables hold the tables' names.
    TableName {
        Identity = "IDENTITY_TABLE", "the table of tenants, members, sessions, invitations and API keys";
        Metering = "METERING_TABLE", "the table of usage, holds and grants";
        Studio = "STUDIO_TABLE", "the table of projects, jobs, steps and films";
        Billing = "BILLING_TABLE", "the table of Stripe customers and their subscriptions";
        Audit = "AUDIT_TABLE", "the table of the audit log";
        Revocations = "REVOCATIONS_TABLE", "the table of revoked API keys, removed members and spent invitations";
        Rates = "RATES_TABLE", "the table of what is short-lived: the rate limiter's buckets, and mails until they are sent";
    }
}

resources! {
    /// The SQS queues. Their variables hold the queues' URLs.
    QueueName {
        Mail = "MAIL_QUEUE_URL", "the queue of mail to be sent";
        RenderSteps = "RENDER_STEPS_QUEUE_URL", "the queue of render steps that may run";
        StripeSync = "STRIPE_SYNC_QUEUE_URL", "the queue of Stripe events to be followed";
        Export = "EXPORT_QUEUE_URL", "the queue of tenant exports to be made";
        Erasure = "ERASURE_QUEUE_URL", "the queue of tenants to be erased";
    }
}

resources! {
    /// The S3 buckets. Their variables hold the buckets' names.
    BucketName {
        Media = "MEDIA_BUCKET", "the bucket of tenants' objects";
        Vault = "VAULT_BUCKET", "the bucket of backups, tombstones and the audit log's seals";
    }
}

resources! {
    /// The secrets in Secrets Manager. Their variables hold the secrets' names or ARNs.
    SecretName {
        SigningKeys = "SIGNING_KEYS_SECRET", "the secret of the keys that sign access tokens";
        Stripe = "STRIPE_SECRET", "the secret of Stripe's API key and webhook secrets";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::variable::{
        FRONTEND_ORIGIN, MAIL_FROM, STRIPE_PRICE_ENTERPRISE, STRIPE_PRICE_PRO, TOKEN_ISSUER,
    };

    #[test]
    fn the_template_sets_every_variable() {
        let template = include_str!("../../../../template.yaml");
        let resources = TableName::ALL.iter().map(|it| it.variable());
        let resources = resources.chain(QueueName::ALL.iter().map(|it| it.variable()));
        let resources = resources.chain(BucketName::ALL.iter().map(|it| it.variable()));
        let resources = resources.chain(SecretName::ALL.iter().map(|it| it.variable()));
        let texts = [FRONTEND_ORIGIN, MAIL_FROM, TOKEN_ISSUER, STRIPE_PRICE_PRO, STRIPE_PRICE_ENTERPRISE];
        for Variable { name, .. } in resources.chain(texts) {
            let is_set =
                template.lines().any(|line| line.trim_start().starts_with(&format!("{name}: !Ref ")));
            assert!(is_set, "template.yaml does not set {name}");
        }
    }
}
