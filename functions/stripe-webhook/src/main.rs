//! Receives Stripe's webhook events at a function URL, verifies their signature, and puts a notification on the queue.
//!
//! It links neither Stripe's client nor DynamoDB, so that it starts quickly: Stripe times out and retries slow endpoints.

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
use crate::webhook::{Verdict, verify_request};

/// The part of the Stripe secret that this function needs.
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
    let notification = match verify_request(&request, &secrets.webhook_secrets, clock::now()) {
        Verdict::Enqueue(notification) => notification,
        Verdict::Ignore => return Response::accepted(),
        Verdict::Reject(status, reason) => {
            tracing::warn!(status = status.as_u16(), reason, "refused: {reason}");
            return Response::problem(status, reason);
        }
    };
    // The customer is the message group (SQS fair queues), so that many events of one customer delay no other's.
    let group = notification.customer.clone().unwrap_or_default();
    match queue.send(&notification, &group, Duration::ZERO).await {
        Ok(()) => {
            tracing::info!(
                event = notification.event,
                kind = notification.kind,
                "{} {}",
                notification.event,
                notification.kind
            );
            Response::accepted()
        }
        Err(error) => {
            tracing::error!(event = notification.event, %error, "{} is to come again: {error}", notification.event);
            Response::problem(http::StatusCode::SERVICE_UNAVAILABLE, "The event cannot be kept now.")
        }
    }
}
