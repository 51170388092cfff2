use std::error::Error as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::HeaderValue;
use tower::layer::layer_fn;
use tower::util::{MapRequestLayer, ThenLayer};

use super::*;
use crate::auth::credentials::FixedSecret;
use crate::decode;
use crate::http::loopback::{Behavior, Loopback, ONCE, OPEN, response};
use crate::http::operation::{CredentialLocation, Operation, Scheme};
use crate::http::options::CallOptions;
use crate::http::transport::{Transport, TransportBuilder};

static OAUTH: Scheme = Scheme {
    name: "OAuth2",
    place: CredentialLocation::Bearer,
};
static GUARDED: Operation = Operation {
    id: "guardedThing",
    method: "GET",
    path: "/guarded",
    security: &[&[&OAUTH]],
    idempotent: true,
    secrets: &[],
};

#[derive(Debug)]
struct Denied;

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the circuit is open")
    }
}

impl std::error::Error for Denied {}

fn builder(server: &Loopback) -> TransportBuilder {
    let options = CallOptions::new().first_delay(Duration::from_millis(1));
    Transport::builder(server.url("")).options(options)
}

async fn send(transport: &Transport, operation: &'static Operation) -> Result<String, Error> {
    let url = format!("{}/things/1", transport.base_url());
    let method = operation.method.parse().unwrap();
    let request = transport.http().request(method, url).build()?;
    let received = transport.send(request, operation).await?;
    Ok(decode::text(received).await?.into_value())
}

/// A layer that fails the first attempts without sending them.
fn failing(
    attempts: usize,
) -> impl Layer<AttemptService, Service = impl AttemptLike> + Send + Sync + 'static {
    let made = Arc::new(AtomicUsize::new(0));
    layer_fn(move |inner: AttemptService| {
        let made = Arc::clone(&made);
        tower::service_fn(move |request: http::Request<Body>| {
            let fails = made.fetch_add(1, Ordering::SeqCst) < attempts;
            let inner = inner.clone();
            async move {
                match fails {
                    true => Err(BoxError::from(Denied)),
                    false => inner.oneshot(request).await,
                }
            }
        })
    })
}

/// The bounds of [`Layers::push`].
trait AttemptLike:
    Service<
        http::Request<Body>,
        Response = http::Response<Body>,
        Error = BoxError,
        Future: Send + 'static,
    > + Clone
    + Send
    + Sync
    + 'static
{
}

impl<S> AttemptLike for S where
    S: Service<
            http::Request<Body>,
            Response = http::Response<Body>,
            Error = BoxError,
            Future: Send + 'static,
        > + Clone
        + Send
        + Sync
        + 'static
{
}

#[tokio::test]
async fn a_layer_sees_and_changes_the_authenticated_request() {
    let server = Loopback::serving([response(200, &[], "fine")]).await;
    let add = MapRequestLayer::new(|mut request: http::Request<Body>| {
        let authorized = request.headers().contains_key("authorization");
        let value = HeaderValue::from_static(if authorized { "yes" } else { "no" });
        request.headers_mut().insert("x-authorized", value);
        request
    });
    let transport = builder(&server).layer(add).build().unwrap();
    let options = CallOptions::new().credentials(FixedSecret::new(["OAuth2"], "s"));
    let transport = transport.with_options(options);
    assert_eq!(send(&transport, &GUARDED).await.unwrap(), "fine");
    let request = &server.requests()[0];
    assert!(request.contains("x-authorized: yes"), "{request}");
}

#[tokio::test]
async fn every_attempt_passes_the_layers_in_the_order_they_were_added() {
    let server = Loopback::serving([
        response(503, &[], ""),
        Behavior::Disconnect,
        response(200, &[], "fine"),
    ])
    .await;
    let passed = Arc::new(std::sync::Mutex::new(String::new()));
    let note = |name: char| {
        let passed = Arc::clone(&passed);
        MapRequestLayer::new(move |request: http::Request<Body>| {
            passed.lock().unwrap().push(name);
            request
        })
    };
    let layered = builder(&server).layer(note('a')).layer(note('b'));
    let transport = layered.build().unwrap();
    assert_eq!(send(&transport, &OPEN).await.unwrap(), "fine");
    assert_eq!(*passed.lock().unwrap(), "ababab");
    // A transport to another host has the same layers.
    let other = transport.other_host(server.url("")).build().unwrap();
    send(&other, &OPEN).await.unwrap();
    assert_eq!(*passed.lock().unwrap(), "abababab");
}

#[tokio::test]
async fn an_error_of_a_layer_is_retried_if_the_request_is_idempotent() {
    let server = Loopback::serving([response(200, &[], "fine")]).await;
    let transport = builder(&server).layer(failing(2)).build().unwrap();
    assert_eq!(send(&transport, &OPEN).await.unwrap(), "fine");
    assert_eq!(server.requests().len(), 1);

    let transport = builder(&server).layer(failing(1)).build().unwrap();
    let error = send(&transport, &ONCE).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert!(error.may_have_run() && error.is_transient());
    assert_eq!(error.attempts(), 1);
    assert_eq!(
        error.to_string(),
        "doThing: a layer around the request failed: the circuit is open"
    );
    assert!(error.source().is_some_and(|cause| cause.is::<Denied>()));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_failed_connection_behind_a_layer_is_retried_and_keeps_its_kind() {
    let unused = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", unused.local_addr().unwrap());
    drop(unused);
    let options = CallOptions::new().first_delay(Duration::from_millis(1));
    let plain = Transport::builder(&*url).options(options);
    // The second layer hides the error of the HTTP client in one of its own.
    let attempts = Arc::new(AtomicUsize::new(0));
    let wrapped = Arc::clone(&attempts);
    let wrap = ThenLayer::new(move |result: Result<http::Response<Body>, BoxError>| {
        wrapped.fetch_add(1, Ordering::SeqCst);
        async move { result.map_err(|error| BoxError::from(std::io::Error::other(error))) }
    });
    let transport = plain.layer(wrap).build().unwrap();
    let error = send(&transport, &ONCE).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(!error.may_have_run());
    assert_eq!((error.attempts(), attempts.load(Ordering::SeqCst)), (3, 3));
    assert!(!format!("{error:?}").contains("things/1"), "{error:?}");
}

#[tokio::test]
async fn a_layer_can_answer_without_sending_and_change_the_body() {
    let server = Loopback::serving([response(200, &[], "unused")]).await;
    let answer = layer_fn(|_: AttemptService| {
        tower::service_fn(|_: http::Request<Body>| async {
            Ok::<_, std::convert::Infallible>(http::Response::new(String::from("cached")))
        })
    });
    let transport = builder(&server).layer(answer).build().unwrap();
    assert_eq!(send(&transport, &OPEN).await.unwrap(), "cached");
    assert!(server.requests().is_empty());
}
