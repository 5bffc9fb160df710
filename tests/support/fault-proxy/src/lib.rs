//! An HTTP proxy between the functions and an AWS service: it forwards calls and records them, or makes them fail as
//! services and networks do. A watcher can act between the effect of a call and the client's knowledge of it.
//!
//! AWS clients find it by `AWS_ENDPOINT_URL_DYNAMODB`, the like for other services, or `AWS_ENDPOINT_URL` for all of
//! them. It reads the wire format of AWS alone, and must not depend on a crate of the product.
//!
//! # Example
//!
//! ```no_run
//! use fault_proxy::{Fault, FaultProxy};
//!
//! # async fn throttled_writes() -> std::io::Result<()> {
//! let proxy = FaultProxy::start().await?;
//! proxy.forward_to("http://127.0.0.1:4566");
//! // … start a stack with AWS_ENDPOINT_URL_DYNAMODB = proxy.url() …
//! proxy.inject_when(Fault::Throttle, |call| call.touches("StudioTable") && call.writes() > 0);
//! // … what the test does meanwhile …
//! proxy.clear_fault();
//! assert!(proxy.take_calls().iter().any(|call| call.operation == "PutItem"));
//! # Ok(())
//! # }
//! ```

mod call;
mod fault;
mod proxy;

pub use call::{Call, Endpoints, ItemKey};
pub use fault::Fault;
pub use proxy::{FaultProxy, Phase};
