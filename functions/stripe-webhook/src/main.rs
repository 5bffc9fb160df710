//! Hears Stripe's events: checks who signed them, and passes on whose affairs have changed.
//!
//! It knows nothing of Stripe's API and of tables, and so starts quickly: Stripe calls again when it has to wait.

mod request;
mod webhook;

use std::time::Duration;

use cloud::queue::Queue;
use cloud::secrets::Secret;
use cloud::settings::{QueueName, SecretName};
use cloud::{clock, correlation};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde::Deserialize;

use crate::request::{Request, Response};
use crate::webhook::{Verdict, judge};

/// As much as this function needs of the secret.
#[derive(Deserialize)]
struct StripeSecret {
    webhook_secrets: Vec<String>,
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    cloud::telemetry::init();
    let config = cloud::config().await;
    let secret = &Secret::<StripeSecret>::from_settings(&config, SecretName::Stripe)?;
    let queue = &Queue::from_settings(&config, QueueName::StripeSync)?;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Request>| {
        let id = event.context.request_id.clone();
        Ok::<_, Error>(correlation::scope(id, answer(secret, queue, event.payload)).await)
    }))
    .await
}

/// Reads: the secret, at most once in five minutes. Writes: one message; none where nothing follows.
async fn answer(secret: &Secret<StripeSecret>, queue: &Queue, request: Request) -> Response {
    let secrets = match secret.get().await {
        Ok(secrets) => secrets,
        Err(error) => {
            tracing::error!(%error, "the event is to come again: {error}");
            return Response::problem(http::StatusCode::SERVICE_UNAVAILABLE, "The secret cannot be read.");
        }
    };
    let hint = match judge(&request, &secrets.webhook_secrets, clock::now()) {
        Verdict::Heed(hint) => hint,
        Verdict::PassOver => return Response::heard(),
        Verdict::Refuse(status, reason) => {
            tracing::warn!(status = status.as_u16(), reason, "refused: {reason}");
            return Response::problem(status, reason);
        }
    };
    // One customer's events beside one another, so that many of one hold up nobody else's.
    let group = hint.customer.clone().unwrap_or_default();
    match queue.send(&hint, &group, Duration::ZERO).await {
        Ok(()) => {
            tracing::info!(event = hint.event, kind = hint.kind, "{} {}", hint.event, hint.kind);
            Response::heard()
        }
        Err(error) => {
            tracing::error!(event = hint.event, %error, "{} is to come again: {error}", hint.event);
            Response::problem(http::StatusCode::SERVICE_UNAVAILABLE, "The event cannot be kept now.")
        }
    }
}
