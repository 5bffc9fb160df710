use serde::{Deserialize, Serialize};

/// What is taken from an event: which it is, and whose affairs have changed. What it says of them is not
/// believed, because events come in any order and any number of times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hint {
    /// The event: `evt_…`.
    pub event: String,
    /// Its type: `customer.subscription.updated`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it is about: `sub_…`, `in_…`, `cs_…`, `cus_…`.
    pub object: String,
    /// Whose; none where the event is nobody's.
    pub customer: Option<String>,
}

/// The body is no event.
#[derive(Debug, thiserror::Error)]
#[error("the body is no event: {0}")]
pub struct MalformedEvent(#[from] serde_json::Error);

/// Types that tell of a subscription, by how they begin. Not that a page was closed: opening another one does that,
/// and a sync between the two would make it begin again.
const TELLING: [&str; 5] = [
    "customer.subscription.",
    "invoice.",
    "checkout.session.completed",
    "checkout.session.async_payment_",
    "customer.deleted",
];

/// As much of an event as every version of Stripe's API has.
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
    /// Some have none: a balance.
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    customer: Option<Reference>,
}

/// An id, or where Stripe was asked to expand it, the whole thing.
#[derive(Deserialize)]
#[serde(untagged)]
enum Reference {
    Id(String),
    Whole { id: String },
}

impl Hint {
    /// Reads an event's body.
    ///
    /// # Errors
    /// [`MalformedEvent`].
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

    /// Whether it may tell of a subscription.
    #[must_use]
    pub fn tells(&self) -> bool {
        self.customer.is_some() && TELLING.iter().any(|kind| self.kind.starts_with(kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &serde_json::Value) -> Hint {
        Hint::read(body.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn an_event_tells_whose_affairs_have_changed() {
        let subscription = serde_json::json!({
            "id": "evt_1", "type": "customer.subscription.updated", "livemode": false,
            "data": {"object": {"id": "sub_1", "customer": "cus_1", "status": "active"}, "previous_attributes": {}},
        });
        let hint = read(&subscription);
        assert_eq!((hint.event.as_str(), hint.object.as_str()), ("evt_1", "sub_1"));
        assert_eq!(hint.customer.as_deref(), Some("cus_1"));
        assert!(hint.tells());

        let expanded = serde_json::json!({
            "id": "evt_2", "type": "invoice.paid", "data": {"object": {"id": "in_1", "customer": {"id": "cus_2"}}},
        });
        assert_eq!(read(&expanded).customer.as_deref(), Some("cus_2"));
        let deleted = serde_json::json!({
            "id": "evt_3", "type": "customer.deleted", "data": {"object": {"id": "cus_3", "deleted": true}},
        });
        assert_eq!(read(&deleted).customer.as_deref(), Some("cus_3"));
        assert!(read(&deleted).tells());
    }

    #[test]
    fn what_tells_of_no_subscription_is_passed_over() {
        let payout =
            serde_json::json!({"id": "evt_4", "type": "payout.paid", "data": {"object": {"id": "po_1"}}});
        assert!(!read(&payout).tells());
        let renamed = serde_json::json!({
            "id": "evt_5", "type": "customer.updated", "data": {"object": {"id": "cus_1"}},
        });
        assert!(!read(&renamed).tells());
        let closed = serde_json::json!({
            "id": "evt_6", "type": "checkout.session.expired",
            "data": {"object": {"id": "cs_1", "customer": "cus_1"}},
        });
        assert!(!read(&closed).tells());
        for body in ["", "[]", "{}", r#"{"id":"evt_1","type":"invoice.paid"}"#] {
            assert!(Hint::read(body.as_bytes()).is_err(), "{body}");
        }
    }
}
