//! What is read of a webhook event.

use serde::{Deserialize, Serialize};

/// The parts of a webhook event that are used: its id, its type, and the customer that it concerns. This is also the
/// body of the message on the queue `stripe-sync`. What the event says of the subscription is not used, because events
/// arrive in any order and any number of times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookNotification {
    /// The event's id: `evt_…`.
    pub event: String,
    /// The event's type, such as `customer.subscription.updated`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The id of the object that the event carries: `sub_…`, `in_…`, `cs_…` or `cus_…`; empty where it has none.
    pub object: String,
    /// The customer's id (`cus_…`); none where the event concerns no customer.
    pub customer: Option<String>,
}

/// The body is not JSON, or lacks what every Stripe event has.
#[derive(Debug, thiserror::Error)]
#[error("the body is no event: {0}")]
pub struct MalformedEvent(#[from] serde_json::Error);

/// Prefixes of the event types after which a subscription may have changed. `checkout.session.expired` is not among
/// them: opening a checkout page expires the earlier one, and a sync between the two would make checkout begin again.
const SUBSCRIPTION_EVENTS: [&str; 5] = [
    "customer.subscription.",
    "invoice.",
    "checkout.session.completed",
    "checkout.session.async_payment_",
    "customer.deleted",
];

/// The fields that an event has in every version of Stripe's API.
#[derive(Deserialize)]
struct Event {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    object: Object,
}

#[derive(Deserialize)]
struct Object {
    /// Some objects have no id, such as a balance.
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    customer: Option<Reference>,
}

/// A reference in Stripe's JSON: an id, or the whole object where the account asked for it to be expanded.
#[derive(Deserialize)]
#[serde(untagged)]
enum Reference {
    Id(String),
    Whole { id: String },
}

impl WebhookNotification {
    /// Parses an event's body. Verify its signature first ([`verify`](crate::verify)).
    ///
    /// # Errors
    /// [`MalformedEvent`] when the body is not JSON or lacks the event's id, type or object.
    pub fn read(body: &[u8]) -> Result<Self, MalformedEvent> {
        let Event { id, kind, data: Data { object } } = serde_json::from_slice(body)?;
        let customer = object.customer.map(|reference| match reference {
            Reference::Id(id) | Reference::Whole { id } => id,
        });
        let object = object.id.unwrap_or_default();
        let is_customer = object.starts_with("cus_");
        Ok(Self {
            event: id,
            kind,
            customer: customer.or_else(|| is_customer.then(|| object.clone())),
            object,
        })
    }

    /// Whether a customer's subscription may have changed; other events are ignored.
    #[must_use]
    pub fn concerns_subscription(&self) -> bool {
        self.customer.is_some() && SUBSCRIPTION_EVENTS.iter().any(|kind| self.kind.starts_with(kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &serde_json::Value) -> WebhookNotification {
        WebhookNotification::read(body.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn an_event_names_the_customer_that_it_concerns() {
        let subscription = serde_json::json!({
            "id": "evt_1", "type": "customer.subscription.updated", "livemode": false,
            "data": {"object": {"id": "sub_1", "customer": "cus_1", "status": "active"}, "previous_attributes": {}},
        });
        let notification = read(&subscription);
        assert_eq!((notification.event.as_str(), notification.object.as_str()), ("evt_1", "sub_1"));
        assert_eq!(notification.customer.as_deref(), Some("cus_1"));
        assert!(notification.concerns_subscription());

        let expanded = serde_json::json!({
            "id": "evt_2", "type": "invoice.paid", "data": {"object": {"id": "in_1", "customer": {"id": "cus_2"}}},
        });
        assert_eq!(read(&expanded).customer.as_deref(), Some("cus_2"));
        let deleted = serde_json::json!({
            "id": "evt_3", "type": "customer.deleted", "data": {"object": {"id": "cus_3", "deleted": true}},
        });
        assert_eq!(read(&deleted).customer.as_deref(), Some("cus_3"));
        assert!(read(&deleted).concerns_subscription());
    }

    #[test]
    fn an_event_that_concerns_no_subscription_is_ignored() {
        let payout =
            serde_json::json!({"id": "evt_4", "type": "payout.paid", "data": {"object": {"id": "po_1"}}});
        assert!(!read(&payout).concerns_subscription());
        let renamed = serde_json::json!({
            "id": "evt_5", "type": "customer.updated", "data": {"object": {"id": "cus_1"}},
        });
        assert!(!read(&renamed).concerns_subscription());
        let closed = serde_json::json!({
            "id": "evt_6", "type": "checkout.session.expired",
            "data": {"object": {"id": "cs_1", "customer": "cus_1"}},
        });
        assert!(!read(&closed).concerns_subscription());
        for body in ["", "[]", "{}", r#"{"id":"evt_1","type":"invoice.paid"}"#] {
            assert!(WebhookNotification::read(body.as_bytes()).is_err(), "{body}");
        }
    }
}
