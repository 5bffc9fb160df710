//! The client of Stripe's API. It reads only the fields that are used, so that a field which a version of the API adds
//! or leaves out breaks nothing.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use cloud::secrets::{Secret, SecretError};
use jiff::Timestamp;
use miniserde::Deserialize as Read;
use serde::{Deserialize, Serialize};
use stripe::{Client, ClientBuilder, StripeError as ClientError};
use stripe_client_core::{IdempotencyKey, RequestBuilder, RequestStrategy, StripeMethod};
use tenancy::TenantId;

use crate::prices::Prices;
use crate::stripe::{NewCheckout, RemoteSubscription, Stripe, StripeError};
use crate::stripe::{TENANT, tenant_of};
use crate::subscription::{Recurring, SubscriptionStatus};

/// Timeout of one request, its retries included.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(4);

/// Stripe's largest page of a list.
const PAGE: u32 = 100;

/// The JSON in the secret that `STRIPE_SECRET` names.
#[derive(Deserialize)]
pub struct StripeSecret {
    /// A secret key (`sk_…`) or a restricted key (`rk_…`).
    pub api_key: String,
    /// Signing secrets of the webhook (`whsec_…`): two during a rotation.
    #[serde(default)]
    pub webhook_secrets: Vec<String>,
}

/// A client of Stripe's API.
pub struct StripeClient {
    secret: Secret<StripeSecret>,
    base: Option<String>,
    portal_configuration: Option<String>,
    /// The prices by which a subscription's item is recognised as that of its plan.
    prices: Prices,
    /// The client with the API key that it was built with. It is kept for its open connections, and built anew when the
    /// key in the secret has changed.
    client: Mutex<Option<(String, Client)>>,
}

impl StripeClient {
    /// A client with the API key of `secret`. `base` is the URL of a mock server; `portal_configuration` (`bpc_…`) is
    /// for accounts that do not use the default one; `prices` are those of the plans.
    #[must_use]
    pub const fn new(
        secret: Secret<StripeSecret>,
        base: Option<String>,
        portal_configuration: Option<String>,
        prices: Prices,
    ) -> Self {
        Self { secret, base, portal_configuration, prices, client: Mutex::new(None) }
    }

    async fn client(&self) -> Result<Client, StripeError> {
        let secret = self.secret.get().await.map_err(|error: SecretError| unavailable(&error))?;
        let mut kept = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, client)) = kept.as_ref().filter(|(key, _)| *key == secret.api_key) {
            return Ok(client.clone());
        }
        let builder = ClientBuilder::new(&secret.api_key);
        let builder = match &self.base {
            Some(base) => builder.url(format!("{}/", base.trim_end_matches('/'))),
            None => builder,
        };
        let client = builder.build().map_err(|error| unavailable(&error))?;
        *kept = Some((secret.api_key.clone(), client.clone()));
        Ok(client)
    }

    async fn get<T: Read>(&self, path: &str, query: &impl Serialize) -> Result<T, StripeError> {
        let request = RequestBuilder::new(StripeMethod::Get, path).query(query);
        // One retry, for a connection that broke.
        self.send(path, request, RequestStrategy::Retry(2)).await
    }

    async fn post<T: Read>(
        &self,
        path: &str,
        form: &impl Serialize,
        idempotency_key: Option<&str>,
    ) -> Result<T, StripeError> {
        let request = RequestBuilder::new(StripeMethod::Post, path).form(form);
        let strategy = match idempotency_key {
            None => RequestStrategy::Once,
            Some(key) => {
                let key = IdempotencyKey::new(key)
                    .map_err(|_| StripeError::Refused("no idempotency key".to_owned()))?;
                RequestStrategy::Idempotent(key)
            }
        };
        self.send(path, request, strategy).await
    }

    /// Deletes an object. One that is not there any more is no error.
    async fn delete(&self, path: &str, query: &impl Serialize) -> Result<(), StripeError> {
        let request = RequestBuilder::new(StripeMethod::Delete, path).query(query);
        match self.send::<Object>(path, request, RequestStrategy::Once).await {
            Ok(_) | Err(StripeError::NotFound(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn send<T: Read>(
        &self,
        what: &str,
        request: RequestBuilder,
        strategy: RequestStrategy,
    ) -> Result<T, StripeError> {
        let client = self.client().await?;
        let sent = request.customize::<T>().request_strategy(strategy).send(&client);
        // Boxed, because the nested future types exceed the compiler's recursion limit otherwise.
        let answered = tokio::time::timeout(REQUEST_TIMEOUT, Box::pin(sent)).await;
        answered
            .map_err(|_| StripeError::Unavailable("no answer in time".to_owned()))?
            .map_err(|e| stripe_error(what, &e))
    }

    async fn list(&self, mut query: ListSubscriptions<'_>) -> Result<Vec<RemoteSubscription>, StripeError> {
        let mut all: Vec<RemoteSubscription> = Vec::new();
        loop {
            let page: List<SubscriptionObject> = self.get("/subscriptions", &query).await?;
            for object in page.data {
                let mut subscription = object.read(&self.prices)?;
                if subscription.status == SubscriptionStatus::PastDue {
                    let since = self.unpaid_since(&subscription.id).await?;
                    subscription.unpaid_since = since.or(subscription.unpaid_since);
                }
                all.push(subscription);
            }
            if !page.has_more {
                return Ok(all);
            }
            query.starting_after = all.last().map(|last| last.id.clone());
        }
    }
}

impl StripeClient {
    /// Since when a subscription has an unpaid invoice: Stripe first tries to charge when it finalises the invoice.
    async fn unpaid_since(&self, subscription: &str) -> Result<Option<Timestamp>, StripeError> {
        let query = serde_json::json!({ "subscription": subscription, "status": "open", "limit": PAGE });
        let open: List<InvoiceObject> = self.get("/invoices", &query).await?;
        let since = open
            .data
            .iter()
            .map(|invoice| invoice.status_transitions.finalized_at.unwrap_or(invoice.created));
        Ok(since.min().map(time))
    }
}

#[derive(Serialize)]
struct ListSubscriptions<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<&'a str>,
    status: &'static str,
    limit: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    starting_after: Option<String>,
}

impl<'a> ListSubscriptions<'a> {
    const fn of(customer: Option<&'a str>) -> Self {
        Self { customer, status: "all", limit: PAGE, starting_after: None }
    }
}

#[derive(Serialize)]
struct Nothing {}

impl Stripe for StripeClient {
    async fn create_customer(&self, tenant: TenantId, idempotency_key: &str) -> Result<String, StripeError> {
        let form = serde_json::json!({ "metadata": { TENANT: tenant } });
        let customer: Object = self.post("/customers", &form, Some(idempotency_key)).await?;
        Ok(customer.id)
    }

    async fn subscriptions_of(&self, customer: &str) -> Result<Vec<RemoteSubscription>, StripeError> {
        self.list(ListSubscriptions::of(Some(customer))).await
    }

    async fn subscriptions(&self) -> Result<Vec<RemoteSubscription>, StripeError> {
        self.list(ListSubscriptions::of(None)).await
    }

    async fn cancel(&self, subscription: &str) -> Result<(), StripeError> {
        let path = format!("/subscriptions/{subscription}");
        self.delete(&path, &serde_json::json!({ "prorate": true })).await
    }

    async fn delete_customer(&self, customer: &str) -> Result<(), StripeError> {
        self.delete(&format!("/customers/{customer}"), &Nothing {}).await
    }

    async fn create_checkout(&self, checkout: &NewCheckout<'_>) -> Result<(String, String), StripeError> {
        let NewCheckout { tenant, customer, price, success_url, cancel_url, idempotency_key } = checkout;
        let form = serde_json::json!({
            "mode": "subscription",
            "customer": customer,
            "client_reference_id": tenant,
            "line_items": [{ "price": price, "quantity": 1 }],
            "subscription_data": { "metadata": { TENANT: tenant } },
            "success_url": success_url,
            "cancel_url": cancel_url,
        });
        let page: Page = self.post("/checkout/sessions", &form, Some(idempotency_key)).await?;
        let url = page.url.ok_or_else(|| StripeError::Refused(format!("{} has no address", page.id)))?;
        Ok((page.id, url))
    }

    async fn open_checkouts(&self, customer: &str) -> Result<Vec<String>, StripeError> {
        let query = serde_json::json!({ "customer": customer, "status": "open", "limit": PAGE });
        let page: List<Object> = self.get("/checkout/sessions", &query).await?;
        Ok(page.data.into_iter().map(|session| session.id).collect())
    }

    async fn expire_checkout(&self, checkout: &str) -> Result<bool, StripeError> {
        let path = format!("/checkout/sessions/{checkout}/expire");
        match self.post::<Object>(&path, &Nothing {}, None).await {
            Ok(_) => Ok(true),
            Err(StripeError::NotFound(_) | StripeError::Refused(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn create_portal(
        &self,
        customer: &str,
        return_url: &str,
        change_to: Option<(&str, &str)>,
    ) -> Result<String, StripeError> {
        let mut form = serde_json::json!({ "customer": customer, "return_url": return_url });
        if let Some(configuration) = &self.portal_configuration {
            form["configuration"] = configuration.as_str().into();
        }
        if let Some((subscription, price)) = change_to {
            // The portal asks for the id of the subscription's item, not of the price.
            let path = format!("/subscriptions/{subscription}");
            let object: SubscriptionObject = self.get(&path, &Nothing {}).await?;
            if let [item] = object.items.data.as_slice() {
                form["flow_data"] = serde_json::json!({
                    "type": "subscription_update_confirm",
                    "subscription_update_confirm": {
                        "subscription": subscription,
                        "items": [{ "id": item.id, "price": price, "quantity": 1 }],
                    },
                });
            }
        }
        let page: Page = self.post("/billing_portal/sessions", &form, None).await?;
        page.url.ok_or_else(|| StripeError::Refused(format!("{} has no address", page.id)))
    }
}

fn unavailable(error: &impl std::fmt::Display) -> StripeError {
    StripeError::Unavailable(error.to_string())
}

/// Converts the client's error. Stripe's messages name parameters and ids only, so they may be logged.
fn stripe_error(what: &str, error: &ClientError) -> StripeError {
    match error {
        ClientError::Stripe(errors, status @ 400..=499) if *status != 429 && *status != 409 => {
            let message = errors.message.as_deref().unwrap_or("no reason given");
            match &errors.code {
                // Stripe reports a deleted customer as an invalid parameter of the request that names it.
                Some(code) if code.as_str() == "resource_missing" => {
                    StripeError::NotFound(errors.param.as_deref().unwrap_or(what).to_owned())
                }
                _ if *status == 404 => StripeError::NotFound(what.to_owned()),
                _ => StripeError::Refused(format!("{status}: {message}")),
            }
        }
        ClientError::Stripe(_, status) => StripeError::Unavailable(format!("status {status}")),
        other => unavailable(other),
    }
}

#[derive(Read)]
struct Object {
    id: String,
}

#[derive(Read)]
struct Page {
    id: String,
    url: Option<String>,
}

#[derive(Read)]
struct List<T> {
    data: Vec<T>,
    has_more: bool,
}

#[derive(Read)]
struct SubscriptionObject {
    id: String,
    customer: String,
    status: String,
    created: i64,
    start_date: i64,
    ended_at: Option<i64>,
    cancel_at_period_end: bool,
    cancel_at: Option<i64>,
    metadata: HashMap<String, String>,
    items: Items,
}

#[derive(Read)]
struct Items {
    data: Vec<Item>,
}

#[derive(Read)]
struct Item {
    id: String,
    quantity: Option<i64>,
    current_period_start: i64,
    current_period_end: i64,
    price: Price,
}

impl Item {
    fn recurring(&self) -> Recurring {
        let every = self.price.recurring.as_ref();
        Recurring {
            amount: self.price.unit_amount.unwrap_or(0) * self.quantity.unwrap_or(1),
            currency: self.price.currency.clone(),
            interval: every.map(|every| every.interval.clone()).unwrap_or_default(),
            interval_count: every.map_or(1, |every| every.interval_count),
        }
    }
}

#[derive(Read)]
struct Price {
    id: String,
    currency: String,
    unit_amount: Option<i64>,
    recurring: Option<Every>,
}

#[derive(Read)]
struct Every {
    interval: String,
    interval_count: u32,
}

impl SubscriptionObject {
    fn read(mut self, prices: &Prices) -> Result<RemoteSubscription, StripeError> {
        let (tenant, status) = (tenant_of(&self.metadata), SubscriptionStatus::named(&self.status));
        if self.items.data.is_empty() {
            return Err(StripeError::Refused(format!("{} has no item", self.id)));
        }
        // Subscriptions that this product sells have one item. People add others in the Dashboard, in any order.
        let of_a_plan = self.items.data.iter().position(|item| prices.plan(&item.price.id).is_some());
        let item = self.items.data.remove(of_a_plan.unwrap_or(0));
        let period_end = time(item.current_period_end);
        Ok(RemoteSubscription {
            tenant,
            status,
            recurring: item.recurring(),
            add_ons: self.items.data.iter().map(Item::recurring).collect(),
            price: item.price.id,
            current_period_end: period_end,
            // The portal cancels at the period's end by setting a date.
            cancel_at_period_end: self.cancel_at_period_end
                || self.cancel_at.is_some_and(|at| time(at) <= period_end),
            // The subscription does not say since when it is unpaid: until its invoices are read, the period's start.
            unpaid_since: Some(time(item.current_period_start)),
            created_at: time(self.created),
            started_at: time(self.start_date),
            ended_at: self.ended_at.map(time),
            id: self.id,
            customer: self.customer,
        })
    }
}

#[derive(Read)]
struct InvoiceObject {
    created: i64,
    status_transitions: Transitions,
}

#[derive(Read)]
struct Transitions {
    finalized_at: Option<i64>,
}

fn time(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use tenancy::Plan;

    use super::*;

    fn item(price: &str, cents: i64, period_end: i64) -> Value {
        json!({
            "id": format!("si_{price}"), "quantity": 2,
            "current_period_start": 1_800_000_000, "current_period_end": period_end,
            "price": {
                "id": price, "currency": "usd", "unit_amount": cents,
                "recurring": { "interval": "month", "interval_count": 1 },
            },
        })
    }

    fn read(items: &[Value]) -> RemoteSubscription {
        let object = json!({
            "id": "sub_1", "customer": "cus_1", "status": "active", "created": 1_800_000_000,
            "start_date": 1_800_000_000, "ended_at": null, "cancel_at_period_end": false, "cancel_at": null,
            "metadata": {}, "items": { "data": items },
        });
        let object: SubscriptionObject = miniserde::json::from_str(&object.to_string()).unwrap();
        let prices = Prices { pro: "price_pro".into(), enterprise: "price_enterprise".into() };
        object.read(&prices).unwrap()
    }

    #[test]
    fn of_several_items_the_first_with_a_plans_price_counts() {
        let (seats, support) =
            (item("price_seats", 500, 1_801_000_000), item("price_support", 900, 1_801_000_000));
        let (pro, enterprise) =
            (item("price_pro", 2_900, 1_802_592_000), item("price_enterprise", 19_900, 1_803_000_000));
        let found = read(&[seats.clone(), pro.clone(), support.clone()]);
        assert_eq!((found.price.as_str(), found.recurring.amount), ("price_pro", 5_800));
        assert_eq!(found.current_period_end, time(1_802_592_000), "the period of the plan's item");
        assert_eq!(found.add_ons.iter().map(|it| it.amount).collect::<Vec<_>>(), [1_000, 1_800]);
        assert_eq!(
            read(&[seats.clone(), enterprise, pro]).price,
            "price_enterprise",
            "the first of two plans"
        );
        let unknown = read(&[seats, support]);
        assert_eq!(unknown.price, "price_seats");
        let prices = Prices { pro: "price_pro".into(), enterprise: "price_enterprise".into() };
        assert_eq!(prices.plan(&unknown.price), None::<Plan>);
    }
}
