//! Tower layers around each attempt of a request.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use reqwest::{Body, Client, ResponseBuilderExt as _};
use tower::util::{BoxCloneSyncService, MapErrLayer, MapResponseLayer};
use tower::{Layer, Service, ServiceExt as _};

use crate::error::{Error, ErrorKind};

/// Error of a layer and of the service that it wraps.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Service that sends one attempt of a request. [`TransportBuilder::layer`] wraps layers around it.
///
/// The request has the credential and all headers of the SDK. The error is a `reqwest::Error` without the URL, or the
/// error of an inner layer.
///
/// [`TransportBuilder::layer`]: crate::TransportBuilder::layer
#[derive(Clone)]
pub struct AttemptService(BoxCloneSyncService<http::Request<Body>, http::Response<Body>, BoxError>);

impl AttemptService {
    /// Sends the request once, through the layers.
    pub(crate) async fn send(&self, request: reqwest::Request) -> Result<reqwest::Response, Error> {
        let url = request.url().clone();
        let request = http::Request::try_from(request)?;
        let response = self.clone().oneshot(request).await.map_err(error_of)?;
        let (head, body) = response.into_parts();
        let with_url = http::Response::builder().url(url).body(body);
        let mut response = with_url.map_err(|error| error_of(error.into()))?;
        *response.status_mut() = head.status;
        *response.version_mut() = head.version;
        *response.headers_mut() = head.headers;
        Ok(response.into())
    }
}

impl Service<http::Request<Body>> for AttemptService {
    type Response = http::Response<Body>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        self.0.call(request)
    }
}

impl fmt::Debug for AttemptService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttemptService").finish_non_exhaustive()
    }
}

/// Layers around each attempt, outermost first.
#[doc(hidden)]
#[derive(Clone, Default)]
pub struct Layers(Vec<Arc<dyn Fn(AttemptService) -> AttemptService + Send + Sync>>);

impl Layers {
    /// Adds a layer inside of the earlier ones.
    pub fn push<L, B>(&mut self, layer: L)
    where
        L: Layer<AttemptService> + Send + Sync + 'static,
        L::Service: Service<http::Request<Body>, Response = http::Response<B>>
            + Clone
            + Send
            + Sync
            + 'static,
        <L::Service as Service<http::Request<Body>>>::Error: Into<BoxError>,
        <L::Service as Service<http::Request<Body>>>::Future: Send + 'static,
        B: http_body::Body + Send + Sync + 'static,
        B::Data: Into<Bytes>,
        B::Error: Into<BoxError>,
    {
        self.0.push(Arc::new(move |inner| {
            let service = layer.layer(inner);
            let service = MapErrLayer::new(Into::into).layer(service);
            let wrap = |response: http::Response<B>| response.map(Body::wrap);
            let service = MapResponseLayer::new(wrap).layer(service);
            AttemptService(BoxCloneSyncService::new(service))
        }));
    }

    /// Adds layers inside of the earlier ones.
    pub(crate) fn append(&mut self, layers: Self) {
        self.0.extend(layers.0);
    }

    /// Wraps the layers around the HTTP client. `None` if there are none.
    pub(crate) fn around(&self, http: &Client) -> Option<AttemptService> {
        if self.0.is_empty() {
            return None;
        }
        let innermost = AttemptService(BoxCloneSyncService::new(Innermost(http.clone())));
        let layers = self.0.iter().rev();
        Some(layers.fold(innermost, |inner, layer| layer(inner)))
    }
}

impl fmt::Debug for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Layers")
            .field("len", &self.0.len())
            .finish()
    }
}

/// The HTTP client as a service.
#[derive(Clone)]
struct Innermost(Client);

impl Service<http::Request<Body>> for Innermost {
    type Response = http::Response<Body>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let http = self.0.clone();
        Box::pin(async move {
            let request = reqwest::Request::try_from(request);
            let request = request.map_err(reqwest::Error::without_url)?;
            let response = http.execute(request).await;
            // The path or query of the URL may contain a token.
            let response = response.map_err(reqwest::Error::without_url)?;
            Ok(response.into())
        })
    }
}

/// Converts the error of an attempt. An error of the HTTP client is the same as without layers.
fn error_of(error: BoxError) -> Error {
    let error = match error.downcast::<reqwest::Error>() {
        Ok(error) => return Error::from(*error),
        Err(error) => error,
    };
    let error: Arc<dyn std::error::Error + Send + Sync> = error.into();
    Error::of_layer(kind_of(&*error), error)
}

/// Returns the kind of an error that a layer made or wrapped. Without a cause in the HTTP client, the request may have
/// been carried out.
fn kind_of(error: &(dyn std::error::Error + 'static)) -> ErrorKind {
    let mut cause = Some(error);
    while let Some(error) = cause {
        match error.downcast_ref::<reqwest::Error>() {
            Some(error) if error.is_connect() => return ErrorKind::Connect,
            Some(error) if error.is_timeout() => return ErrorKind::Timeout,
            _ => cause = cause_of(error),
        }
    }
    ErrorKind::Interrupted
}

/// Returns the cause of an error. The `source` of an I/O error is not the error that it wraps, but the next one.
fn cause_of<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> Option<&'a (dyn std::error::Error + 'static)> {
    let wrapped = error.downcast_ref::<std::io::Error>();
    match wrapped.and_then(std::io::Error::get_ref) {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}

#[cfg(test)]
mod tests;
