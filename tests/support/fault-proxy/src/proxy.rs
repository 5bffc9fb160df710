//! The proxy itself: connections, forwarding, and what happens to a call on its way.

use std::convert::Infallible;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use futures_util::stream::{self, StreamExt as _};
use http::{HeaderMap, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full, StreamBody, combinators::BoxBody};
use hyper::body::{Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::call::{Call, Endpoints};
use crate::fault::{Fault, server_error, throttled};

/// A proxy that listens on a port of this machine until it is dropped.
#[derive(Debug)]
pub struct FaultProxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

/// Whether a fault applies to a call.
type Predicate = Box<dyn FnMut(&Call) -> bool + Send>;

/// How far a call has come when a [watcher](FaultProxy::watch) sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The proxy has received the call and not forwarded it.
    Received,
    /// The service has answered with this status, and the client has not received the answer.
    Answered(StatusCode),
}

/// A callback that sees every call, and may close its connection.
type Watcher = Arc<dyn Fn(Phase, &Call) -> ControlFlow<()> + Send + Sync>;

/// What all connections share.
#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    client: reqwest::Client,
}

#[derive(Default)]
struct State {
    upstream: String,
    fault: Option<(Fault, Predicate)>,
    watcher: Option<Watcher>,
    calls: Vec<Call>,
}

/// Closes the connection without a (whole) response: hyper does so when a service or a body fails.
#[derive(Debug)]
struct Disconnect;

type ProxyResponse = Response<BoxBody<Bytes, Disconnect>>;

impl FaultProxy {
    /// Listens on a free port of this machine. Until [`FaultProxy::forward_to`] every call fails.
    ///
    /// # Errors
    /// When no port can be bound, or no HTTP client be made.
    pub async fn start() -> io::Result<Self> {
        // `HTTP_PROXY` is meant for the internet; redirects are the client's to follow.
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        let client = client.build().map_err(io::Error::other)?;
        let shared = Arc::new(Shared { client, ..Shared::default() });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let accepting = tokio::spawn(accept(listener, address, shared.clone()));
        Ok(Self { address, shared, accepting })
    }

    /// The endpoint URL for AWS clients.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Forwards calls from now on to the service at this URL: `http://127.0.0.1:4566`.
    pub fn forward_to(&self, upstream: &str) {
        upstream.trim_end_matches('/').clone_into(&mut self.shared.state().upstream);
    }

    /// From now on every call meets this fault.
    pub fn inject(&self, fault: Fault) {
        self.inject_when(fault, |_| true);
    }

    /// From now on the calls for which the predicate is true meet this fault, and the others are forwarded: the third
    /// write, all queries of one table.
    pub fn inject_when(&self, fault: Fault, predicate: impl FnMut(&Call) -> bool + Send + 'static) {
        self.shared.state().fault = Some((fault, Box::new(predicate)));
    }

    /// From now on every call is forwarded. A call that hangs already goes on hanging.
    pub fn clear_fault(&self) {
        self.shared.state().fault = None;
    }

    /// From now on `watcher` sees every call before it is forwarded, and again when the service has answered. The call
    /// waits meanwhile, so that the watcher can kill or pause the calling process between the effect of the call and its
    /// answer. With [`ControlFlow::Break`] the connection closes there without a response.
    pub fn watch(&self, watcher: impl Fn(Phase, &Call) -> ControlFlow<()> + Send + Sync + 'static) {
        self.shared.state().watcher = Some(Arc::new(watcher));
    }

    /// The calls since the start or since the last time this was called, in order and failed ones included.
    pub fn take_calls(&self) -> Vec<Call> {
        std::mem::take(&mut self.shared.state().calls)
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // No holder of the lock leaves the state half changed, so a poisoned lock is as good as any.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records the call; gives the fault that it meets, and the URL to forward it to.
    fn record(&self, call: &Call) -> (Option<Fault>, String) {
        let mut state = self.state();
        state.calls.push(call.clone());
        let fault = state.fault.as_mut().and_then(|(fault, predicate)| predicate(call).then_some(*fault));
        (fault, state.upstream.clone())
    }

    /// Calls the watcher. The lock is not held meanwhile, because watchers take their time.
    fn notify_watcher(&self, phase: Phase, call: &Call) -> Result<(), Disconnect> {
        let watcher = self.state().watcher.clone();
        match watcher.map(|watcher| watcher(phase, call)) {
            None | Some(ControlFlow::Continue(())) => Ok(()),
            Some(ControlFlow::Break(())) => Err(Disconnect),
        }
    }

    async fn answer(
        &self,
        client: (Endpoints, u64),
        request: Request<Incoming>,
    ) -> Result<ProxyResponse, Disconnect> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map_err(|_| Disconnect)?.to_bytes();
        let call = Call::of(client, &head, &body);
        let (fault, upstream) = self.record(&call);
        self.notify_watcher(Phase::Received, &call)?;
        let forward = async {
            let answer = self.forward(&upstream, head, body).await?;
            self.notify_watcher(Phase::Answered(answer.status()), &call)?;
            Ok(answer)
        };
        match fault {
            None => forward.await.map(whole),
            Some(Fault::Refuse) => Err(Disconnect),
            Some(Fault::Hang) => std::future::pending().await,
            Some(Fault::Delay(time)) => {
                tokio::time::sleep(time).await;
                forward.await.map(whole)
            }
            Some(Fault::ServerError) => Ok(whole(server_error(&call))),
            Some(Fault::Throttle) => Ok(whole(throttled(&call))),
            Some(Fault::TruncateResponse) => forward.await.map(half),
        }
    }

    async fn forward(
        &self,
        upstream: &str,
        head: http::request::Parts,
        body: Bytes,
    ) -> Result<Response<Bytes>, Disconnect> {
        let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
        let call = self.client.request(head.method, format!("{upstream}{path}"));
        let answer = call.headers(end_to_end(head.headers)).body(body).send().await;
        let answer = answer.map_err(|_| Disconnect)?;
        let (status, headers) = (answer.status(), end_to_end(answer.headers().clone()));
        let mut response = Response::new(answer.bytes().await.map_err(|_| Disconnect)?);
        (*response.status_mut(), *response.headers_mut()) = (status, headers);
        Ok(response)
    }
}

async fn accept(listener: TcpListener, proxy: SocketAddr, shared: Arc<Shared>) {
    let mut connections = tokio::task::JoinSet::new();
    let mut number = 0;
    // The task owns the connections: they close when the proxy is dropped.
    while let Ok((stream, client)) = listener.accept().await {
        number += 1;
        connections.spawn(serve(stream, ((client, proxy), number), shared.clone()));
        while connections.try_join_next().is_some() {}
    }
}

async fn serve(stream: TcpStream, client: (Endpoints, u64), shared: Arc<Shared>) {
    stream.set_nodelay(true).ok();
    let service = service_fn(|request| shared.answer(client, request));
    // An error is an injected fault, or a client that closed the connection.
    http1::Builder::new().serve_connection(TokioIo::new(stream), service).await.ok();
}

/// The headers without those that belong to a single connection or to the framing of the body.
fn end_to_end(mut headers: HeaderMap) -> HeaderMap {
    for name in [header::CONNECTION, header::TRANSFER_ENCODING, header::CONTENT_LENGTH, header::EXPECT] {
        headers.remove(name);
    }
    headers
}

fn whole(response: Response<Bytes>) -> ProxyResponse {
    response.map(|body| Full::new(body).map_err(|never: Infallible| match never {}).boxed())
}

/// A response whose connection closes after half of the body.
fn half(mut response: Response<Bytes>) -> ProxyResponse {
    let length = response.body().len();
    // At least one byte is announced, so that an empty body is incomplete too.
    response.headers_mut().insert(header::CONTENT_LENGTH, length.max(1).into());
    response.map(|body| {
        let beginning = Ok(Frame::data(body.slice(..length / 2)));
        let end = async {
            // hyper flushes what it has when the body is pending, and drops it when the body fails: so it has to be
            // pending once.
            tokio::task::yield_now().await;
            Err(Disconnect)
        };
        BoxBody::new(StreamBody::new(stream::iter([beginning]).chain(stream::once(end))))
    })
}

impl fmt::Display for Disconnect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection ends here")
    }
}

impl std::error::Error for Disconnect {}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct("Shared")
            .field("upstream", &state.upstream)
            .field("fault", &state.fault.as_ref().map(|(fault, _)| fault))
            .field("watched", &state.watcher.is_some())
            .field("calls", &state.calls.len())
            .finish_non_exhaustive()
    }
}
