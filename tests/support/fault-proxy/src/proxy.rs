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

use crate::fault::{server_error, throttled};
use crate::{Call, Endpoints, Fault};

/// A proxy that listens until it is dropped.
#[derive(Debug)]
pub struct FaultProxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

/// Which calls a fault meets.
type Predicate = Box<dyn FnMut(&Call) -> bool + Send>;

/// When a [watcher](FaultProxy::watch) sees a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The service has not seen the call.
    Received,
    /// The service has done what it was asked, or refused, and the client has not learned it.
    Answered(StatusCode),
}

/// Who sees every call, and may end it.
type Watcher = Arc<dyn Fn(Phase, &Call) -> ControlFlow<()> + Send + Sync>;

/// What all connections know.
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

/// The connection is to end without a (whole) answer: hyper closes it when a service or a body fails.
#[derive(Debug)]
struct Disconnect;

type ProxyResponse = Response<BoxBody<Bytes, Disconnect>>;

impl FaultProxy {
    /// Listens on a free port of this machine. Until [`FaultProxy::forward_to`], every call is refused.
    ///
    /// # Errors
    /// When there is no port, or no HTTP client.
    pub async fn start() -> io::Result<Self> {
        // A proxy of the environment's is for the internet; a redirect is for the client to follow.
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        let client = client.build().map_err(io::Error::other)?;
        let shared = Arc::new(Shared { client, ..Shared::default() });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let accepting = tokio::spawn(accept(listener, address, shared.clone()));
        Ok(Self { address, shared, accepting })
    }

    /// Where AWS clients find it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on calls go to the service at this address, as `http://127.0.0.1:4566`.
    pub fn forward_to(&self, upstream: &str) {
        upstream.trim_end_matches('/').clone_into(&mut self.shared.state().upstream);
    }

    /// From now on every call fails so.
    pub fn inject(&self, fault: Fault) {
        self.inject_when(fault, |_| true);
    }

    /// From now on the calls that `choice` chooses fail so, and the others go through: the third write,
    /// all queries of one table.
    pub fn inject_when(&self, fault: Fault, choice: impl FnMut(&Call) -> bool + Send + 'static) {
        self.shared.state().fault = Some((fault, Box::new(choice)));
    }

    /// From now on every call goes through. One that hangs goes on hanging.
    pub fn clear_fault(&self) {
        self.shared.state().fault = None;
    }

    /// From now on `watcher` sees every call before it goes to the service, and again when the service has
    /// answered. The call waits meanwhile, so that the watcher can act between what was done and what is
    /// known: end the process that called, or hold it still. When it says [`ControlFlow::Break`], the
    /// connection ends there without an answer.
    pub fn watch(&self, watcher: impl Fn(Phase, &Call) -> ControlFlow<()> + Send + Sync + 'static) {
        self.shared.state().watcher = Some(Arc::new(watcher));
    }

    /// The calls since the beginning or since this was last asked, failed ones among them, in order.
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
        // Nothing that holds it leaves it half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes the call, and finds what becomes of it and where it goes.
    fn record(&self, call: &Call) -> (Option<Fault>, String) {
        let mut state = self.state();
        state.calls.push(call.clone());
        let fault = state.fault.as_mut().and_then(|(fault, choice)| choice(call).then_some(*fault));
        (fault, state.upstream.clone())
    }

    /// Shows the call to the watcher; outside of the lock, because watchers take their time.
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
    // Dropped with this task, and with it every connection.
    while let Ok((stream, client)) = listener.accept().await {
        number += 1;
        connections.spawn(serve(stream, ((client, proxy), number), shared.clone()));
        while connections.try_join_next().is_some() {}
    }
}

async fn serve(stream: TcpStream, client: (Endpoints, u64), shared: Arc<Shared>) {
    stream.set_nodelay(true).ok();
    let service = service_fn(|request| shared.answer(client, request));
    // Its error is the fault that was asked for, or a client that went away.
    http1::Builder::new().serve_connection(TokioIo::new(stream), service).await.ok();
}

/// Headers without those that belong to one connection or to the form in which the body was sent.
fn end_to_end(mut headers: HeaderMap) -> HeaderMap {
    for name in [header::CONNECTION, header::TRANSFER_ENCODING, header::CONTENT_LENGTH, header::EXPECT] {
        headers.remove(name);
    }
    headers
}

fn whole(response: Response<Bytes>) -> ProxyResponse {
    response.map(|body| Full::new(body).map_err(|never: Infallible| match never {}).boxed())
}

/// The headers and half of the body, and then the end of the connection.
fn half(mut response: Response<Bytes>) -> ProxyResponse {
    let length = response.body().len();
    // Of an empty body too, something is missing.
    response.headers_mut().insert(header::CONTENT_LENGTH, length.max(1).into());
    response.map(|body| {
        let beginning = Ok(Frame::data(body.slice(..length / 2)));
        let end = async {
            // hyper sends what it has while it waits for more, and nothing of it once the body has failed.
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
