//! A worker that kills itself at a given point. The test starts it again.
//!
//! Arguments: address to listen on, address of the shop, and optionally a point and its number, such as `begun 2`.

#[rustfmt::skip]
#[allow(dead_code, missing_docs, unreachable_pub, unused_imports)]
#[path = "../../../../tests/fixtures/durable/src/openapi/mod.rs"]
mod openapi;
#[rustfmt::skip]
#[allow(dead_code, missing_docs, unreachable_pub, unused_imports)]
#[path = "../../../../tests/fixtures/durable/src/workflows/mod.rs"]
mod workflows;

use std::fmt;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};

use pipedream_sdk_runtime::{CallOptions, Transport};
use restate_sdk::endpoint::Endpoint;
use restate_sdk::http_server::HttpServer;
use tracing::field::{Field, Visit};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next();
    let (Some(address), Some(shop)) = (next(), next()) else {
        panic!("usage: kill_worker ADDRESS SHOP [POINT NUMBER]");
    };
    if let (Some(point), Some(number)) = (next(), next()) {
        let number = number.parse().expect("a number");
        tracing_subscriber::registry()
            .with(KillAt {
                point,
                left: AtomicUsize::new(number),
            })
            .init();
    }
    let address: SocketAddr = address.parse().expect("an address");
    let transport = Transport::builder(&shop)
        .options(CallOptions::new().max_retries(0))
        .build()
        .expect("a transport");
    let set = workflows::Workflows::new(openapi::Client::new(transport), Default::default());
    let service = pipedream_sdk_restate::workflows(set)
        .name("shop")
        .expect("a name");
    HttpServer::new(Endpoint::builder().bind(service).build())
        .listen_and_serve(address)
        .await;
}

/// Kills this process at an event of the handler.
struct KillAt {
    point: String,
    /// Number of such events before.
    left: AtomicUsize,
}

impl<S: tracing::Subscriber> Layer<S> for KillAt {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if !event
            .metadata()
            .target()
            .starts_with("pipedream_sdk_restate")
        {
            return;
        }
        let mut message = Message(String::new());
        event.record(&mut message);
        if message.0 == self.point && self.left.fetch_sub(1, Ordering::Relaxed) == 0 {
            let this = rustix::process::getpid();
            rustix::process::kill_process(this, rustix::process::Signal::KILL).expect("a signal");
        }
    }
}

struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}
