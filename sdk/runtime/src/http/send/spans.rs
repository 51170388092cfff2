//! Tests of the tracing spans of requests.

use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::*;
use crate::auth::credentials::FixedSecret;
use crate::http::loopback::{Behavior, Loopback, response};
use crate::http::operation::CredentialLocation;

/// Subscriber that records all spans and events of all levels, one line each.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Vec<String>>>);

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.push_str(&format!(" {}={value:?}", field.name()));
    }
}

impl Recorder {
    fn line(&self, name: &str, record: impl FnOnce(&mut Fields<'_>)) -> u64 {
        let mut line = name.to_owned();
        record(&mut Fields(&mut line));
        let mut lines = self.0.lock().unwrap();
        lines.push(line);
        lines.len() as u64
    }

    /// Returns the lines of the spans of this crate, without those of dependencies.
    fn request_spans(&self) -> Vec<String> {
        let lines = self.0.lock().unwrap();
        let mut spans: Vec<String> = Vec::new();
        for line in lines.iter() {
            if line.starts_with("attempt ") {
                spans.push(line.clone());
            } else if let (Some(values), Some(last)) =
                (line.strip_prefix("record"), spans.last_mut())
            {
                last.push_str(values);
            }
        }
        spans
    }
}

impl Subscriber for Recorder {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        Id::from_u64(self.line(span.metadata().name(), |fields| span.record(fields)))
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        self.line("record", |fields| values.record(fields));
    }

    fn event(&self, event: &Event<'_>) {
        self.line("event", |fields| event.record(fields));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

static OAUTH: Scheme = Scheme {
    name: "OAuth2",
    place: CredentialLocation::Bearer,
};
static KEY: Scheme = Scheme {
    name: "Key",
    place: CredentialLocation::Query("key"),
};
static OPERATION: Operation = Operation {
    id: "getThing",
    method: "GET",
    path: "/things/{id}",
    security: &[&[&OAUTH, &KEY]],
    idempotent: true,
    secrets: &[],
};

async fn spans_of(behaviors: Vec<Behavior>) -> (Recorder, Result<RawResponse, Error>) {
    let recorder = Recorder::default();
    let guard = tracing::subscriber::set_default(recorder.clone());
    let server = Loopback::serving(behaviors).await;
    let credentials = FixedSecret::new(["OAuth2", "Key"], "marked-secret");
    let options = CallOptions::new().credentials(credentials);
    let options = options.header("x-mine", "marked-secret").unwrap();
    let transport = server.transport().with_options(options);
    let url = server.url("/things/marked-secret?token=marked-secret");
    let request = transport
        .http()
        .get(url)
        .body("marked-secret")
        .build()
        .unwrap();
    let result = transport.send(request, &OPERATION).await;
    drop(guard);
    (recorder, result)
}

#[tokio::test]
async fn each_attempt_has_a_span_with_opentelemetry_attributes() {
    let (recorder, _) = spans_of(vec![response(503, &[], ""), response(200, &[], "{}")]).await;
    let spans = recorder.request_spans();
    assert_eq!(spans.len(), 2, "{spans:#?}");
    for span in &spans {
        for part in [
            "otel.name=GET /things/{id}",
            "otel.kind=\"client\"",
            "http.request.method=\"GET\"",
            "server.address=\"127.0.0.1\"",
            "server.port=",
            "url.scheme=\"http\"",
            "url.template=\"/things/{id}\"",
        ] {
            assert!(span.contains(part), "{part} in {span}");
        }
    }
    assert!(
        spans[0].contains("http.response.status_code=503"),
        "{}",
        spans[0]
    );
    assert!(spans[0].contains("error.type=\"503\""), "{}", spans[0]);
    assert!(spans[0].contains("otel.status_code=\"ERROR\""));
    assert!(!spans[0].contains("resend_count="), "{}", spans[0]);
    assert!(
        spans[1].contains("http.response.status_code=200"),
        "{}",
        spans[1]
    );
    assert!(
        spans[1].contains("http.request.resend_count=1"),
        "{}",
        spans[1]
    );
    assert!(!spans[1].contains("error.type="), "{}", spans[1]);
    assert!(!spans[1].contains("otel.status_code="), "{}", spans[1]);
}

#[tokio::test]
async fn a_span_without_a_response_has_the_error_kind() {
    let (recorder, result) = spans_of(vec![Behavior::Disconnect]).await;
    assert!(result.is_err());
    for span in recorder.request_spans() {
        assert!(span.contains("error.type=Interrupted"), "{span}");
        assert!(span.contains("otel.status_code=\"ERROR\""), "{span}");
        assert!(!span.contains("http.response.status_code="), "{span}");
    }
}

#[tokio::test]
async fn spans_and_events_do_not_contain_secrets() {
    let rejected = response(
        400,
        &["set-cookie: marked-secret"],
        r#"{"error":"marked-secret"}"#,
    );
    for behaviors in [
        vec![Behavior::Disconnect],
        vec![rejected],
        vec![response(200, &[], "marked-secret")],
    ] {
        let (recorder, result) = spans_of(behaviors).await;
        let lines = recorder.0.lock().unwrap().join("\n");
        assert!(lines.contains("attempt "));
        assert!(!lines.contains("marked-secret"), "{lines}");
        if let Err(error) = result {
            let shown = format!("{error} {error:?} {error:#?}");
            assert!(!shown.contains("marked-secret"), "{shown}");
        }
    }
}
