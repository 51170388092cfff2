//! Capture of the spans and events of the runtime.

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::Registry;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

/// Captured spans and events, in the order of their beginning.
#[derive(Clone, Debug, Default)]
pub struct Captured(Arc<Mutex<Vec<Entry>>>);

/// A span or an event.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Name of the span, or `event`.
    pub name: &'static str,
    /// Names and values of the fields, in the order in which they were recorded.
    pub fields: Vec<(&'static str, String)>,
    /// Number of spans around it.
    pub depth: usize,
    /// `true` once the span has ended.
    pub is_closed: bool,
}

/// Index of a span in the list.
struct Index(usize);

struct Fields<'a>(&'a mut Vec<(&'static str, String)>);

impl Visit for Fields<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.push((field.name(), value.to_owned()));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.push((field.name(), format!("{value:?}")));
    }
}

impl Captured {
    /// Captures what the runtime emits on this thread until the guard is dropped.
    pub fn start() -> (Self, DefaultGuard) {
        let captured = Self::default();
        let subscriber = Registry::default().with(captured.clone());
        (captured, tracing::subscriber::set_default(subscriber))
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the captured spans and events.
    pub fn entries(&self) -> Vec<Entry> {
        self.lock().clone()
    }

    /// Returns one line per span and event, indented by depth, with the values of these fields.
    pub fn tree(&self, fields: &[&str]) -> String {
        let mut tree = String::new();
        for entry in self.entries() {
            let indent = "  ".repeat(entry.depth);
            let _ = write!(tree, "{indent}{}", entry.name);
            for (name, value) in &entry.fields {
                if fields.contains(name) {
                    let _ = write!(tree, " {name}={value}");
                }
            }
            tree.push('\n');
        }
        tree
    }
}

impl Entry {
    /// Returns the last value of a field.
    pub fn field(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter().rev();
        let found = fields.find(|(other, _)| *other == name);
        found.map(|(_, value)| value.as_str())
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Captured {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        metadata.target().starts_with("pipedream_sdk_runtime")
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else {
            return;
        };
        let mut fields = Vec::new();
        attributes.record(&mut Fields(&mut fields));
        let mut entries = self.lock();
        span.extensions_mut().insert(Index(entries.len()));
        entries.push(Entry {
            name: attributes.metadata().name(),
            fields,
            depth: span.scope().skip(1).count(),
            is_closed: false,
        });
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let span = context.span(id);
        let extensions = span.as_ref().map(|span| span.extensions());
        if let Some(index) = extensions.as_ref().and_then(|it| it.get::<Index>())
            && let Some(entry) = self.lock().get_mut(index.0)
        {
            values.record(&mut Fields(&mut entry.fields));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Vec::new();
        event.record(&mut Fields(&mut fields));
        let depth = context.event_scope(event).map_or(0, |scope| scope.count());
        self.lock().push(Entry {
            name: "event",
            fields,
            depth,
            is_closed: true,
        });
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let span = context.span(&id);
        let extensions = span.as_ref().map(|span| span.extensions());
        if let Some(index) = extensions.as_ref().and_then(|it| it.get::<Index>())
            && let Some(entry) = self.lock().get_mut(index.0)
        {
            entry.is_closed = true;
        }
    }
}
