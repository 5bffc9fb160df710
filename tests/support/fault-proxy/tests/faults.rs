//! Every fault, as a client of an AWS service meets it.

use std::convert::Infallible;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use bytes::Bytes;
use fault_proxy::{Fault, FaultProxy, Phase};
use http::{Response, StatusCode};
use http_body_util::Full;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// What the service behind the proxy answers.
const ANSWER: &str = r#"{"Item":{"pk":{"S":"TENANT#1"}}}"#;

/// Longer than any answer on this machine takes.
const PATIENCE: Duration = Duration::from_millis(400);

/// A proxy before a service that answers every call with [`ANSWER`].
async fn proxy() -> Result<FaultProxy> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let service = format!("http://{}/", listener.local_addr()?);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service =
                service_fn(async |_| Ok::<_, Infallible>(Response::new(Full::<Bytes>::from(ANSWER))));
            http1::Builder::new()
                .keep_alive(false)
                .serve_connection(TokioIo::new(stream), service)
                .await
                .ok();
        }
    });
    let proxy = FaultProxy::start().await?;
    proxy.forward_to(&service);
    Ok(proxy)
}

/// Status and body of a read of one item.
async fn get_item(proxy: &FaultProxy) -> Result<(StatusCode, String), reqwest::Error> {
    call(proxy, "DynamoDB_20120810.GetItem").await
}

async fn call(proxy: &FaultProxy, target: &str) -> Result<(StatusCode, String), reqwest::Error> {
    let client = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build()?;
    let call = client.post(proxy.url()).header("x-amz-target", target);
    let answer = call.body(json!({"TableName": "identity", "Key": {}}).to_string()).send().await?;
    Ok((answer.status(), answer.text().await?))
}

#[tokio::test]
async fn without_a_fault_calls_go_through_and_are_counted() -> Result<()> {
    let proxy = proxy().await?;
    assert_eq!(get_item(&proxy).await?, (StatusCode::OK, ANSWER.to_owned()));
    assert_eq!(get_item(&proxy).await?, (StatusCode::OK, ANSWER.to_owned()));
    let calls = proxy.take_calls();
    assert_eq!(calls.iter().map(|call| call.operation.as_str()).collect::<Vec<_>>(), ["GetItem", "GetItem"]);
    assert!(calls.iter().all(|call| call.touches("identity") && call.reads() == 1));
    assert!(proxy.take_calls().is_empty(), "each is told once");
    Ok(())
}

#[tokio::test]
async fn a_refused_call_ends_at_once_and_a_hanging_one_never() -> Result<()> {
    let proxy = proxy().await?;
    proxy.inject(Fault::Refuse);
    let refused = get_item(&proxy).await.err().context("it went through")?;
    assert!(!refused.is_timeout(), "{refused:?}");
    proxy.inject(Fault::Hang);
    let hanging = get_item(&proxy).await.err().context("it went through")?;
    assert!(hanging.is_timeout(), "{hanging:?}");
    proxy.clear_fault();
    assert_eq!(get_item(&proxy).await?.0, StatusCode::OK);
    assert_eq!(proxy.take_calls().len(), 3, "failed calls are calls");
    Ok(())
}

#[tokio::test]
async fn a_delayed_call_goes_through_later() -> Result<()> {
    let proxy = proxy().await?;
    proxy.inject(Fault::Delay(PATIENCE / 4));
    let began = Instant::now();
    assert_eq!(get_item(&proxy).await?, (StatusCode::OK, ANSWER.to_owned()));
    assert!(began.elapsed() >= PATIENCE / 4);
    Ok(())
}

#[tokio::test]
async fn a_service_refuses_in_its_own_words() -> Result<()> {
    let proxy = proxy().await?;
    let kind = |body: &str| -> Result<String> {
        let body: Value = serde_json::from_str(body)?;
        Ok(body["__type"].as_str().context("no type")?.to_owned())
    };
    proxy.inject(Fault::ServerError);
    let (status, body) = get_item(&proxy).await?;
    assert_eq!((status, kind(&body)?.as_str()), (StatusCode::INTERNAL_SERVER_ERROR, "InternalServerError"));
    proxy.inject(Fault::Throttle);
    let (status, body) = get_item(&proxy).await?;
    let throttled = "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException";
    assert_eq!((status, kind(&body)?.as_str()), (StatusCode::BAD_REQUEST, throttled));
    let (status, body) = call(&proxy, "AmazonSQS.SendMessage").await?;
    assert_eq!((status, kind(&body)?.as_str()), (StatusCode::BAD_REQUEST, "ThrottlingException"));
    let get = reqwest::Client::builder().no_proxy().build()?.get(format!("{}/bucket/key", proxy.url()));
    let answer = get.send().await?;
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.text().await?.contains("<Code>SlowDown</Code>"));
    Ok(())
}

#[tokio::test]
async fn half_an_answer_is_none() -> Result<()> {
    let proxy = proxy().await?;
    proxy.inject(Fault::TruncateResponse);
    let cut = get_item(&proxy).await.err().context("the whole answer came")?;
    assert!(cut.is_body() || cut.is_decode(), "the headers come, and not the whole body: {cut:?}");
    Ok(())
}

#[tokio::test]
async fn a_fault_meets_the_chosen_calls_only() -> Result<()> {
    let proxy = proxy().await?;
    let mut reads = 0;
    proxy.inject_when(Fault::ServerError, move |call| {
        reads += call.reads();
        call.operation == "GetItem" && reads == 2
    });
    let mut statuses = Vec::new();
    for target in ["GetItem", "PutItem", "GetItem", "GetItem"] {
        statuses.push(call(&proxy, &format!("DynamoDB_20120810.{target}")).await?.0.as_u16());
    }
    assert_eq!(statuses, [200, 200, 500, 200]);
    Ok(())
}

#[tokio::test]
async fn a_watcher_sees_a_call_before_it_is_done_and_before_its_answer_is_known() -> Result<()> {
    let proxy = proxy().await?;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let told = seen.clone();
    proxy.watch(move |phase, call| {
        told.lock().unwrap().push((phase, call.operation.clone()));
        // One is ended before the service sees it, another after it was done.
        match (phase, call.operation.as_str()) {
            (Phase::Received, "PutItem") | (Phase::Answered(_), "UpdateItem") => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    });
    assert_eq!(get_item(&proxy).await?.0, StatusCode::OK);
    for operation in ["PutItem", "UpdateItem"] {
        let ended = call(&proxy, &format!("DynamoDB_20120810.{operation}")).await.err();
        assert!(ended.is_some_and(|error| !error.is_timeout()), "{operation}");
    }
    let moments = |operation: &str| -> Vec<Phase> {
        let seen = seen.lock().unwrap();
        seen.iter().filter(|(_, seen)| seen == operation).map(|(phase, _)| *phase).collect()
    };
    assert_eq!(moments("GetItem"), [Phase::Received, Phase::Answered(StatusCode::OK)]);
    assert_eq!(moments("PutItem"), [Phase::Received]);
    assert_eq!(moments("UpdateItem"), [Phase::Received, Phase::Answered(StatusCode::OK)]);
    Ok(())
}
