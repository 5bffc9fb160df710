//! Webhook bodies of many versions of Stripe's API, where `DEVOTIONAL_VECTORS` names a folder that has them.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::PathBuf;

use billing::WebhookNotification;

#[test]
#[allow(clippy::disallowed_methods, reason = "where the vectors are is the environment's to say")]
fn every_version_of_an_event_gives_a_hint() {
    let Some(folder) = std::env::var_os("DEVOTIONAL_VECTORS") else {
        eprintln!("passed over: DEVOTIONAL_VECTORS is not set");
        return;
    };
    let mut read = 0;
    for file in std::fs::read_dir(PathBuf::from(folder).join("stripe-events")).unwrap() {
        let file = file.unwrap().path();
        if file.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let body = std::fs::read(&file).unwrap();
        let whole: serde_json::Value = serde_json::from_slice(&body).unwrap();
        let notification = WebhookNotification::read(&body).unwrap();
        assert_eq!(whole["id"], notification.event, "{}", file.display());
        assert_eq!(whole["type"], notification.kind, "{}", file.display());
        let object = &whole["data"]["object"];
        assert_eq!(object["id"].as_str().unwrap_or_default(), notification.object, "{}", file.display());
        if let Some(customer) = object["customer"].as_str() {
            assert_eq!(notification.customer.as_deref(), Some(customer), "{}", file.display());
        }
        read += 1;
    }
    eprintln!("{read} bodies");
    assert!(read >= 70, "{read}");
}
