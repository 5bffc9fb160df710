//! A mock of an AWS service for tests: HTTP/1.1 on a free local port, with replies in the shape that AWS documents.

use std::sync::{Arc, Mutex};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_polly::config::{Credentials, SharedCredentialsProvider};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A request that the server received.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) path: String,
    /// Request line and headers, unparsed.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

/// What the server does with a request.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// Status, content type, `x-amzn-errortype` if any, body.
    Answer(u16, &'static str, Option<&'static str>, Vec<u8>),
    /// Sends headers with a content length of which only a part follows, and leaves the connection open.
    Stall,
    /// Accepts the request and never replies.
    Hang,
}

impl Reply {
    pub(crate) fn json(status: u16, body: &str) -> Self {
        Self::Answer(status, "application/json", None, body.as_bytes().to_vec())
    }

    /// An error in the form of AWS's JSON protocols.
    pub(crate) fn aws_error(status: u16, code: &'static str) -> Self {
        let body = br#"{"message":"words of the service"}"#.to_vec();
        Self::Answer(status, "application/json", Some(code), body)
    }
}

/// A running server; it stops with the test's runtime.
pub(crate) struct MockServer {
    address: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl MockServer {
    pub(crate) async fn serve(reply: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (seen, reply) = (requests.clone(), Arc::new(reply));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (seen, reply) = (seen.clone(), reply.clone());
                tokio::spawn(async move { answer(stream, &seen, &*reply).await });
            }
        });
        Self { address, requests }
    }

    /// An address that refuses connections.
    pub(crate) async fn unreachable() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        Self { address, requests: Arc::default() }
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

/// An SDK configuration with dummy credentials and the server as its endpoint.
pub(crate) fn sdk_config(server: &MockServer) -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(SharedCredentialsProvider::new(Credentials::new(
            "id", "key", None, None, "test",
        )))
        .endpoint_url(&server.address)
        .build()
}

/// Serves one request and closes the connection.
async fn answer(
    mut stream: TcpStream,
    seen: &Mutex<Vec<Request>>,
    reply: &(impl Fn(&Request) -> Reply + ?Sized),
) {
    let Some(request) = read(&mut stream).await else { return };
    let reply = reply(&request);
    seen.lock().unwrap().push(request);
    match reply {
        Reply::Answer(status, kind, error, body) => {
            let error = error.map(|code| format!("x-amzn-errortype: {code}\r\n")).unwrap_or_default();
            let head = format!(
                "HTTP/1.1 {status} x\r\ncontent-type: {kind}\r\n{error}content-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            // The client may have closed the connection after its own timeout.
            let _ = stream.write_all(&[head.as_bytes(), &body].concat()).await;
        }
        Reply::Stall => {
            let _ = stream.write_all(b"HTTP/1.1 200 x\r\ncontent-length: 100\r\n\r\nfew").await;
            std::future::pending::<()>().await;
        }
        Reply::Hang => std::future::pending().await,
    }
}

async fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    let end = loop {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok()).flatten()
    });
    let mut body = bytes.split_off(end);
    while body.len() < length.unwrap_or(0) {
        if stream.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    let path = head.split(' ').nth(1)?.to_owned();
    Some(Request { path, head, body })
}
