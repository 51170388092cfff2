//! Bodies of the media type `multipart/form-data`.

use std::collections::hash_map::RandomState;
use std::error::Error as StdError;
use std::fmt;
use std::hash::{BuildHasher as _, Hasher as _};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_core::Stream;
use futures_core::stream::BoxStream;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::Error;
use crate::error::message;

type StreamError = Box<dyn StdError + Send + Sync>;
type Chunks = BoxStream<'static, Result<Bytes, StreamError>>;

/// The body of a request of the media type `multipart/form-data`: fields and files, in the order in which they are
/// added.
///
/// An invalid name, file name or media type is an error of the call. A body with a stream is sent once; every other
/// body can be retried. Without parts, no body is sent.
///
/// ```
/// # use pipedream_sdk_runtime::Multipart;
/// let body = Multipart::new()
///     .text("title", "Report")
///     .json("tags", &["a", "b"])
///     .bytes("file", "1,2\n", "report.csv", "text/csv");
/// # assert_eq!(body.names().collect::<Vec<_>>(), ["title", "tags", "file"]);
/// ```
///
/// Decoded from a JSON object, it has a part for each member, as OpenAPI describes it: a string, number or boolean is
/// text, an array is a part for each item, any other value is JSON, and null is omitted.
#[derive(Clone, Default)]
pub struct Multipart {
    parts: Vec<Part>,
    error: Option<Arc<str>>,
}

#[derive(Clone)]
struct Part {
    name: String,
    file_name: Option<String>,
    media_type: Option<String>,
    content: Content,
}

#[derive(Clone)]
enum Content {
    Bytes(Bytes),
    Stream {
        /// The stream until it is sent, shared by the clones of the body.
        chunks: Arc<Mutex<Option<Chunks>>>,
        length: Option<u64>,
    },
}

/// The media type that a document declares for a part. For generated code.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct DeclaredPart {
    /// Name of the part.
    pub name: &'static str,
    /// Media type of the part, unless the part has its own.
    pub media_type: &'static str,
    /// Kind of the part.
    pub kind: PartKind,
}

/// The kind of a part. For generated code.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// A part without a file name.
    Field,
    /// A part that has a file name: its name, unless it has its own.
    File,
}

/// Media type and content of a body.
pub(crate) struct Encoded {
    pub content_type: String,
    /// Length of the body, if it is known but the body does not tell.
    pub length: Option<u64>,
    pub body: reqwest::Body,
}

impl Multipart {
    /// Creates a body without parts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a field.
    #[must_use]
    pub fn text(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.with(Part::new(name, Bytes::from(value.into())))
    }

    /// Adds a field that is sent as JSON, with the media type `application/json`.
    #[must_use]
    pub fn json<T: Serialize + ?Sized>(mut self, name: impl Into<String>, value: &T) -> Self {
        let name = name.into();
        match serde_json::to_vec(value) {
            Ok(json) => self.with(Part {
                media_type: Some("application/json".to_owned()),
                ..Part::new(name, Bytes::from(json))
            }),
            Err(error) => {
                let reason = message::without_values(&error);
                self.fail(format!("part {name:?}: {reason}"));
                self
            }
        }
    }

    /// Adds a file.
    #[must_use]
    pub fn bytes(
        self,
        name: impl Into<String>,
        content: impl Into<Bytes>,
        file_name: impl Into<String>,
        media_type: impl Into<String>,
    ) -> Self {
        self.with(Part {
            file_name: Some(file_name.into()),
            media_type: Some(media_type.into()),
            ..Part::new(name, content.into())
        })
    }

    /// Adds a file that is read from a stream while the request is sent.
    ///
    /// If the lengths of all streams are given, the request has a `content-length`. A stream of another length is an
    /// error. Clones of the body share the stream, so only one of them can be sent.
    #[must_use]
    pub fn stream<S, B, E>(
        self,
        name: impl Into<String>,
        content: S,
        length: Option<u64>,
        file_name: impl Into<String>,
        media_type: impl Into<String>,
    ) -> Self
    where
        S: Stream<Item = Result<B, E>> + Send + 'static,
        B: Into<Bytes> + 'static,
        E: Into<StreamError> + 'static,
    {
        let chunks = content.map_ok(Into::into).map_err(Into::into).boxed();
        self.with(Part {
            name: name.into(),
            file_name: Some(file_name.into()),
            media_type: Some(media_type.into()),
            content: Content::Stream {
                chunks: Arc::new(Mutex::new(Some(chunks))),
                length,
            },
        })
    }

    /// Returns the names of the parts.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().map(|part| part.name.as_str())
    }

    /// Adds the parts of a JSON value.
    fn value(self, name: &str, value: &Value) -> Self {
        match value {
            Value::Null => self,
            Value::Array(items) => items.iter().fold(self, |body, item| body.item(name, item)),
            other => self.item(name, other),
        }
    }

    fn item(self, name: &str, value: &Value) -> Self {
        match value {
            Value::Null => self,
            Value::String(text) => self.text(name, text),
            Value::Number(_) | Value::Bool(_) => self.text(name, value.to_string()),
            Value::Array(_) | Value::Object(_) => self.json(name, value),
        }
    }

    fn with(mut self, part: Part) -> Self {
        match part.problem() {
            Some(problem) => self.fail(problem),
            None => self.parts.push(part),
        }
        self
    }

    /// Keeps the first problem.
    fn fail(&mut self, problem: String) {
        self.error.get_or_insert_with(|| problem.into());
    }

    /// Encodes the body, with the media types that the document declares. Returns `None` without parts.
    pub(crate) fn encode(self, declared: &[DeclaredPart]) -> Result<Option<Encoded>, Error> {
        let invalid = |problem: &str| Error::invalid_argument("body", problem.to_owned());
        if let Some(problem) = self.error {
            return Err(invalid(&problem));
        }
        if self.parts.is_empty() {
            return Ok(None);
        }
        let boundary = boundary();
        let mut pieces = Pieces::default();
        for mut part in self.parts {
            if let Some(declared) = declared.iter().find(|it| it.name == part.name) {
                part.complete(declared);
            }
            pieces.text(&part.head(&boundary));
            match part.content {
                Content::Bytes(content) => pieces.text.extend_from_slice(&content),
                Content::Stream { chunks, length } => {
                    let chunks = chunks
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .take()
                        .ok_or_else(|| {
                            invalid(&format!(
                                "the stream of the part `{}` was already sent",
                                part.name
                            ))
                        })?;
                    pieces.stream(chunks, length);
                }
            }
            pieces.text("\r\n");
        }
        pieces.text(&format!("--{boundary}--\r\n"));
        let (body, length) = pieces.body();
        Ok(Some(Encoded {
            content_type: format!("multipart/form-data; boundary={boundary}"),
            length,
            body,
        }))
    }
}

impl Part {
    fn new(name: impl Into<String>, content: Bytes) -> Self {
        Self {
            name: name.into(),
            file_name: None,
            media_type: None,
            content: Content::Bytes(content),
        }
    }

    /// Describes an invalid name, file name or media type. A control character could end the header of the part.
    fn problem(&self) -> Option<String> {
        let name = &self.name;
        let file_name = self.file_name.as_deref().unwrap_or_default();
        if name.is_empty() {
            return Some("a part has an empty name".to_owned());
        }
        if name.contains(char::is_control) {
            return Some(format!(
                "the name of the part {name:?} has a control character"
            ));
        }
        if file_name.contains(char::is_control) {
            return Some(format!(
                "the file name of the part `{name}` has a control character"
            ));
        }
        let media_type = self.media_type.as_deref();
        (!media_type.is_none_or(is_media_type))
            .then(|| format!("the media type of the part `{name}` is invalid"))
    }

    /// Adds what the document declares about the part.
    fn complete(&mut self, declared: &DeclaredPart) {
        if declared.kind == PartKind::File && self.file_name.is_none() {
            self.file_name = Some(self.name.clone());
        }
        self.media_type
            .get_or_insert_with(|| declared.media_type.to_owned());
    }

    /// Returns the delimiter and the headers of the part.
    fn head(&self, boundary: &str) -> String {
        let mut head = format!(
            "--{boundary}\r\ncontent-disposition: form-data; name=\"{}\"",
            quoted(&self.name)
        );
        if let Some(file_name) = &self.file_name {
            head += &format!("; filename=\"{}\"", quoted(file_name));
        }
        if let Some(media_type) = &self.media_type {
            head += &format!("\r\ncontent-type: {media_type}");
        }
        head + "\r\n\r\n"
    }
}

/// Escapes a name as browsers do.
fn quoted(name: &str) -> String {
    name.replace('"', "%22")
}

/// Returns `true` for `type/subtype`, possibly with parameters.
fn is_media_type(text: &str) -> bool {
    let essence = text.split(';').next().unwrap_or_default().trim();
    let is_token = |part: &str| {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&byte);
        !part.is_empty() && part.bytes().all(is_part)
    };
    let parts = essence.split_once('/');
    parts.is_some_and(|(kind, name)| is_token(kind) && is_token(name))
        && text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

/// Returns a delimiter that no content has: it is random.
fn boundary() -> String {
    let random = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", random(), random())
}

/// The pieces of a body that is being encoded.
#[derive(Default)]
struct Pieces {
    /// Streams, each after the text before it.
    streams: Vec<Chunks>,
    /// Length of everything in `streams`; `None` if a stream does not tell its own.
    length: Length,
    text: Vec<u8>,
}

/// A length that may be unknown.
#[derive(Clone, Copy)]
struct Length(Option<u64>);

impl Default for Length {
    fn default() -> Self {
        Self(Some(0))
    }
}

impl Length {
    fn add(&mut self, more: Option<u64>) {
        self.0 = self
            .0
            .zip(more)
            .and_then(|(length, more)| length.checked_add(more));
    }
}

impl Pieces {
    fn text(&mut self, text: &str) {
        self.text.extend_from_slice(text.as_bytes());
    }

    fn stream(&mut self, chunks: Chunks, length: Option<u64>) {
        self.end_text();
        self.length.add(length);
        self.streams.push(match length {
            Some(length) => exactly(chunks, length),
            None => chunks,
        });
    }

    fn end_text(&mut self) {
        let text = Bytes::from(std::mem::take(&mut self.text));
        self.length.add(u64::try_from(text.len()).ok());
        let text = stream::once(std::future::ready(Ok(text)));
        self.streams.push(text.boxed());
    }

    /// Returns the body, and its length if the body does not tell. Without a stream, the body can be sent repeatedly.
    fn body(mut self) -> (reqwest::Body, Option<u64>) {
        if self.streams.is_empty() {
            return (reqwest::Body::from(self.text), None);
        }
        self.end_text();
        let chunks = stream::iter(self.streams).flatten();
        (reqwest::Body::wrap_stream(chunks), self.length.0)
    }
}

/// Returns a stream that fails if it is shorter or longer than its declared length.
fn exactly(chunks: Chunks, length: u64) -> Chunks {
    let differs = move || -> StreamError {
        format!("the stream of a part does not have its declared length of {length} bytes").into()
    };
    let end = stream::once(std::future::ready(Ok(None)));
    let counted = chunks.map_ok(Some).chain(end);
    counted
        .scan(length, move |left, chunk| {
            let checked = match chunk {
                Ok(Some(chunk)) => {
                    let size = u64::try_from(chunk.len()).unwrap_or(u64::MAX);
                    match left.checked_sub(size) {
                        Some(rest) => {
                            *left = rest;
                            Ok(chunk)
                        }
                        None => Err(differs()),
                    }
                }
                Ok(None) if *left == 0 => Ok(Bytes::new()),
                Ok(None) => Err(differs()),
                Err(error) => Err(error),
            };
            std::future::ready(Some(checked))
        })
        .try_filter(|chunk| std::future::ready(!chunk.is_empty()))
        .boxed()
}

/// Prints the names of the parts, without contents.
impl fmt::Debug for Multipart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

impl<'de> Deserialize<'de> for Multipart {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Multipart;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with the parts of a body")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Multipart, A::Error> {
                let mut body = Multipart::new();
                while let Some((name, value)) = members.next_entry::<String, Value>()? {
                    body = body.value(&name, &value);
                }
                Ok(body)
            }
        }

        deserializer.deserialize_map(Members)
    }
}

#[cfg(test)]
mod tests;
