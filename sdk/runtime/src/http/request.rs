//! Request builder of generated clients.

use std::fmt::Display;
use std::pin::{Pin, pin};

use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde::de::DeserializeOwned;
use serde::{Serialize, ser};
use serde_json::Value;

use crate::error::Error;
use crate::error::message;
use crate::http::decode::{self, ByteStream, FromStatus, FullResponse, RawResponse};
use crate::http::form::form_body;
use crate::http::header::header_value;
use crate::http::multipart::{DeclaredPart, Encoded, Multipart};
use crate::http::observe;
use crate::http::operation::{Operation, Scheme};
use crate::http::parameter::{self, ParameterStyle};
use crate::http::query::pairs;
use crate::http::response::{Outcome, Response};
use crate::http::segment::{encode, whole_segment};
use crate::http::send::{BodyHandling, RequestSender};
use crate::http::server::Server;
use crate::http::transport::Transport;

/// A request that is being sent.
type Sent<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;

/// Builder for the request of one operation, used by generated clients.
///
/// An invalid value does not interrupt the chain of setters. Sending returns the error of the first invalid value.
#[doc(hidden)]
#[must_use = "nothing is sent until a response method is called"]
pub struct RequestBuilder {
    transport: Transport,
    operation: &'static Operation,
    /// Percent-encoded values of the path template by name; `None` if the credential implies the value.
    path: Vec<(&'static str, Option<String>)>,
    query: Vec<(String, String)>,
    /// Percent-encoded pairs of the query, in styles other than the default.
    styled_query: Vec<String>,
    cookies: Vec<String>,
    headers: HeaderMap,
    body: Option<reqwest::Body>,
    follows_redirects: bool,
    accepts_not_modified: bool,
    error: Option<Error>,
}

impl Transport {
    /// Starts building the request of an operation. All parameters of its path template are required. For generated
    /// code.
    #[doc(hidden)]
    pub fn request(&self, operation: &'static Operation) -> RequestBuilder {
        RequestBuilder {
            transport: self.clone(),
            operation,
            path: Vec::new(),
            query: Vec::new(),
            styled_query: Vec::new(),
            cookies: Vec::new(),
            headers: HeaderMap::new(),
            body: None,
            follows_redirects: false,
            accepts_not_modified: false,
            error: None,
        }
    }
}

impl RequestBuilder {
    /// Sends the request to another server of the API.
    pub fn server(mut self, server: &Server) -> Self {
        let transport = self.transport.server(server);
        if let Some(transport) = self.checked(transport) {
            self.transport = transport;
        }
        self
    }

    /// Sets a path parameter.
    pub fn path(mut self, name: &'static str, value: impl Display) -> Self {
        let value = match self.argument_text("path", name) {
            Some(text) => encode(text),
            None => encode(value),
        };
        self.path.push((name, Some(value)));
        self
    }

    /// Returns the text that the options have in place of the value of a parameter.
    fn argument_text(&self, location: &str, name: &str) -> Option<String> {
        match self.transport.options().argument(location, name)? {
            Value::String(text) => Some(text.clone()),
            value @ (Value::Number(_) | Value::Bool(_)) => Some(value.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// Returns the JSON of a parameter: that of the options, or else that of the argument.
    fn argument<T: Serialize + ?Sized>(
        &self,
        location: &str,
        name: &str,
        value: &T,
    ) -> Result<Value, serde_json::Error> {
        match self.transport.options().argument(location, name) {
            Some(value) => Ok(value.clone()),
            None => serde_json::to_value(value),
        }
    }

    /// Sets a path parameter whose value is implied by a credential for one of the schemes `implied_by`.
    ///
    /// Without a value, the path segment is omitted if the request uses such a credential. With another credential,
    /// sending returns an error.
    pub fn variable<T: Display>(
        mut self,
        name: &'static str,
        value: impl Into<Option<T>>,
        implied_by: &[&'static Scheme],
    ) -> Self {
        let Some(value) = value.into() else {
            let implied = self
                .transport
                .check_implied(name, implied_by, self.operation);
            self.checked(implied);
            self.path.push((name, None));
            return self;
        };
        self.path(name, value)
    }

    /// Adds a query parameter in the style `form`, exploded. `null` and empty arrays are omitted.
    pub fn query<T: Serialize + ?Sized>(mut self, name: &'static str, value: &T) -> Self {
        let value = self
            .argument("query", name, value)
            .map_err(|error| Error::invalid_argument(name, message::without_values(&error)))
            .and_then(|value| pairs(name, value).map_err(Error::invalid_request));
        let pairs = self.checked(value);
        self.query.extend(pairs.unwrap_or_default());
        self
    }

    /// Sets a path parameter in a style.
    pub fn path_as<T: Serialize + ?Sized>(
        mut self,
        name: &'static str,
        style: ParameterStyle,
        value: &T,
    ) -> Self {
        let value = self.serialized(("path", name), value, |value| {
            let text = parameter::text(name, value, style, parameter::escaped)?;
            text.ok_or_else(|| "it is empty, and a path segment cannot be empty".to_owned())
        });
        self.path.push((name, Some(value.unwrap_or_default())));
        self
    }

    /// Adds a query parameter in a style. `null` and empty arrays are omitted.
    pub fn query_as<T: Serialize + ?Sized>(
        mut self,
        name: &'static str,
        style: ParameterStyle,
        value: &T,
    ) -> Self {
        let pairs = self.pairs(("query", name), style, value, parameter::escaped);
        self.styled_query.extend(pairs);
        self
    }

    /// Adds a query parameter in a style, whose reserved characters are not encoded. `null` and empty arrays are
    /// omitted.
    pub fn query_reserved<T: Serialize + ?Sized>(
        mut self,
        name: &'static str,
        style: ParameterStyle,
        value: &T,
    ) -> Self {
        let pairs = self.pairs(("query", name), style, value, parameter::reserved);
        self.styled_query.extend(pairs);
        self
    }

    /// Sets a header in a style, unless the value is `null` or an empty array.
    pub fn header_as<T: Serialize + ?Sized>(
        mut self,
        name: &'static str,
        style: ParameterStyle,
        value: &T,
    ) -> Self {
        let text = self.serialized(("header", name), value, |value| {
            parameter::text(name, value, style, parameter::verbatim)
        });
        match text.flatten() {
            Some(text) => self.header(name, text),
            None => self,
        }
    }

    /// Adds a cookie in a style. `null` and empty arrays are omitted.
    pub fn cookie<T: Serialize + ?Sized>(
        mut self,
        name: &'static str,
        style: ParameterStyle,
        value: &T,
    ) -> Self {
        let pairs = self.pairs(("cookie", name), style, value, parameter::escaped);
        self.cookies.extend(pairs);
        self
    }

    /// Serializes a parameter of a query or a cookie.
    fn pairs<T: Serialize + ?Sized>(
        &mut self,
        (location, name): (&str, &'static str),
        style: ParameterStyle,
        value: &T,
        encode: parameter::Encode,
    ) -> Vec<String> {
        let pairs = self.serialized((location, name), value, |value| {
            parameter::pairs(name, value, style, encode)
        });
        pairs.unwrap_or_default()
    }

    /// Serializes a parameter, or keeps the error that names it.
    fn serialized<T: Serialize + ?Sized, U>(
        &mut self,
        (location, name): (&str, &'static str),
        value: &T,
        serialize: impl FnOnce(&Value) -> Result<U, String>,
    ) -> Option<U> {
        let serialized = self
            .argument(location, name, value)
            .map_err(|error| Error::invalid_argument(name, message::without_values(&error)))
            .and_then(|value| {
                serialize(&value).map_err(|reason| Error::invalid_argument(name, reason))
            });
        self.checked(serialized)
    }

    /// Sets a header, replacing `content-type` or `accept` of the builder if it has that name.
    pub fn header(mut self, name: &'static str, value: impl Display) -> Self {
        let header = HeaderName::from_bytes(name.as_bytes())
            .map_err(|error| {
                Error::invalid_argument(name, "it is not a header name").caused_by(error)
            })
            .and_then(|header| {
                let value = match self.argument_text("header", name) {
                    Some(text) => header_value(name, text)?,
                    None => header_value(name, value)?,
                };
                Ok((header, value))
            });
        if let Some((name, value)) = self.checked(header) {
            self.headers.insert(name, value);
        }
        self
    }

    /// Sets a header if there is a value.
    pub fn optional_header(self, name: &'static str, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.header(name, value),
            None => self,
        }
    }

    /// Sets the body to a value as JSON.
    pub fn json_body<T: Serialize + ?Sized>(mut self, body: &T) -> Self {
        let bytes = match self.transport.options().json() {
            [] => serde_json::to_vec(body),
            further => with_properties(body, further).and_then(|body| serde_json::to_vec(&body)),
        };
        let bytes =
            bytes.map_err(|error| Error::invalid_argument("body", message::without_values(&error)));
        match self.checked(bytes) {
            Some(bytes) => self.body("application/json", bytes),
            None => self,
        }
    }

    /// Sets the body to a value as JSON, if there is one.
    pub fn optional_json_body<'a, T: Serialize + ?Sized + 'a>(
        self,
        media_type: &'static str,
        body: impl Into<Option<&'a T>>,
    ) -> Self {
        match body.into() {
            Some(body) => self.json_body(body).content_type(media_type),
            None => self,
        }
    }

    /// Sets the body to the properties of a value, encoded as a form, if there is one. `styles` are those of properties
    /// that do not have the default.
    pub fn optional_form_body<'a, T: Serialize + ?Sized + 'a>(
        self,
        body: impl Into<Option<&'a T>>,
        styles: &[(&str, ParameterStyle)],
    ) -> Self {
        match body.into() {
            Some(body) => self.form_body_as(body, styles),
            None => self,
        }
    }

    /// Sets the body to the properties of a value, encoded as a form.
    pub fn form_body<T: Serialize + ?Sized>(self, body: &T) -> Self {
        self.form_body_as(body, &[])
    }

    /// Sets the body to the properties of a value, encoded as a form. `styles` are those of properties that do not have
    /// the default.
    pub fn form_body_as<T: Serialize + ?Sized>(
        mut self,
        body: &T,
        styles: &[(&str, ParameterStyle)],
    ) -> Self {
        let form = match self.transport.options().json() {
            [] => form_body(body, styles),
            further => with_properties(body, further)
                .map_err(|error| Error::invalid_argument("body", message::without_values(&error)))
                .and_then(|body| form_body(&body, styles)),
        };
        match self.checked(form) {
            Some(form) => self.body("application/x-www-form-urlencoded", form),
            None => self,
        }
    }

    /// Sets the body and its media type.
    pub fn body(mut self, media_type: &'static str, body: impl Into<reqwest::Body>) -> Self {
        self.headers
            .insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        self.body = Some(body.into());
        self
    }

    /// Sets the body to parts. `declared` are the media types of parts that do not have their own. Without parts, no
    /// body is sent.
    pub fn multipart_body(mut self, body: Multipart, declared: &[DeclaredPart]) -> Self {
        let encoded = body.encode(declared);
        let Some(Some(Encoded {
            content_type,
            length,
            body,
        })) = self.checked(encoded)
        else {
            return self;
        };
        if let Some(length) = length {
            self.headers
                .insert(CONTENT_LENGTH, HeaderValue::from(length));
        }
        self.body = Some(body);
        self.header("content-type", content_type)
    }

    /// Replaces the media type of the body, such as `application/merge-patch+json` for a JSON body.
    pub fn content_type(mut self, media_type: &'static str) -> Self {
        self.headers
            .insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        self
    }

    /// Requests JSON under other names than `application/json`.
    pub fn accept(mut self, media_types: &'static str) -> Self {
        self.headers
            .insert(ACCEPT, HeaderValue::from_static(media_types));
        self
    }

    /// Follows a redirect of the response, without the credential.
    pub fn follow_redirects(mut self) -> Self {
        self.follows_redirects = true;
        self
    }

    /// Takes a 304 as a success.
    pub fn not_modified(mut self) -> Self {
        self.accepts_not_modified = true;
        self
    }

    /// Sends the request and decodes the JSON body of the response by its status.
    pub fn json_response_by_status<T: FromStatus>(
        self,
    ) -> impl Future<Output = Result<Response<T>, Error>> {
        let sent = self.accepting_json().send();
        async { sent.await?.json_by_status() }
    }

    /// Sends the request and decodes the JSON body of the response by its status, unless it is empty.
    pub fn outcome_response_by_status<T: FromStatus>(
        self,
    ) -> impl Future<Output = Result<Response<Outcome<T>>, Error>> {
        let sent = self.accepting_json().send();
        async { sent.await?.outcome_by_status() }
    }

    /// Sends the request and decodes the JSON body of the response.
    pub fn json_response<T: DeserializeOwned>(
        self,
    ) -> impl Future<Output = Result<Response<T>, Error>> {
        let sent = self.accepting_json().send();
        async { sent.await?.json() }
    }

    /// Sends the request and decodes the JSON body of the response, unless the status is 202.
    pub fn outcome_response<T: DeserializeOwned>(
        self,
    ) -> impl Future<Output = Result<Response<Outcome<T>>, Error>> {
        let sent = self.accepting_json().send();
        async { sent.await?.outcome() }
    }

    /// Sends the request and returns a reply without a value.
    pub fn empty_response(self) -> impl Future<Output = Result<Response<()>, Error>> {
        let sent = self.send();
        async { Ok(sent.await?.empty()) }
    }

    /// Sends the request and returns the body of the response as a stream.
    pub fn stream_response(self) -> impl Future<Output = Result<Response<ByteStream>, Error>> {
        let sent = self.send_handling(BodyHandling::Leave, |received| received);
        async { decode::stream(sent.await?).await }
    }

    /// Sends the request and returns the body of the response as a string, which must be UTF-8.
    pub fn text_response(self) -> impl Future<Output = Result<Response<String>, Error>> {
        let sent = self.send();
        async { sent.await?.text() }
    }

    fn accepting_json(mut self) -> Self {
        if !self.headers.contains_key(ACCEPT) {
            self.headers
                .insert(ACCEPT, HeaderValue::from_static("application/json"));
        }
        self
    }

    /// Returns the value of a result, or keeps its error if it is the first.
    fn checked<T>(&mut self, result: Result<T, Error>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                self.error.get_or_insert(error);
                None
            }
        }
    }

    /// Builds the request without sending it, for example to add undeclared headers.
    pub fn build(mut self) -> Result<reqwest::Request, Error> {
        let operation = self.operation;
        self.assemble()
            .map_err(|error| error.for_operation(operation))
    }

    /// Sends the request and collects the body of the response.
    fn send(self) -> Sent<FullResponse> {
        self.send_handling(BodyHandling::Collect, RawResponse::into_full)
    }

    /// Builds the request, and returns the future that sends it. The builder is no part of that future, because many
    /// futures may wait at the same time.
    fn send_handling<T: 'static>(
        self,
        body: BodyHandling,
        finish: fn(RawResponse) -> T,
    ) -> Sent<T> {
        let (transport, operation) = (self.transport.clone(), self.operation);
        let (follows_redirects, accepts_not_modified) =
            (self.follows_redirects, self.accepts_not_modified);
        let request = self.build().map(Box::new);
        Box::pin(async move {
            let mut sender = RequestSender::new(&transport, operation).handling_body(body);
            if accepts_not_modified {
                sender = sender.accepting_not_modified();
            }
            let deadline = sender.deadline();
            let call = pin!(async {
                match sender.send(request?).await {
                    Err(error) if follows_redirects => {
                        transport.follow_until(error, deadline, body).await
                    }
                    sent => sent,
                }
            });
            let received = observe::in_call_span(&transport, operation, call).await;
            received.map(finish)
        })
    }

    fn assemble(&mut self) -> Result<reqwest::Request, Error> {
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        let url = format!("{}{}", self.transport.base_url(), self.expand_path()?);
        let method = Method::from_bytes(self.operation.method.as_bytes()).map_err(|error| {
            Error::invalid_request(format!("invalid HTTP method `{}`", self.operation.method))
                .caused_by(error)
        })?;
        let mut request = self
            .transport
            .http()
            .request(method, url)
            .query(&self.query)
            .headers(std::mem::take(&mut self.headers));
        if !self.cookies.is_empty() {
            request = request.header(COOKIE, self.cookies.join("; "));
        }
        if let Some(body) = self.body.take() {
            request = request.body(body);
        }
        let mut request = request.build()?;
        if !self.styled_query.is_empty() {
            let url = request.url_mut();
            let before = url.query().filter(|query| !query.is_empty());
            let pairs = before
                .into_iter()
                .chain(self.styled_query.iter().map(String::as_str));
            let query = pairs.collect::<Vec<_>>().join("&");
            url.set_query(Some(&query));
        }
        Ok(request)
    }

    /// Expands the path template. Checks each segment after joining its values, because it may have several.
    fn expand_path(&self) -> Result<String, Error> {
        let mut path = String::with_capacity(self.operation.path.len());
        for (number, segment) in self.operation.path.split('/').enumerate() {
            let expanded = match segment.contains('{') {
                true => self.expand_segment(segment)?,
                false => Some(segment.to_owned()),
            };
            let Some(expanded) = expanded else {
                continue;
            };
            if number > 0 {
                path.push('/');
            }
            path.push_str(&expanded);
        }
        Ok(path)
    }

    /// Expands a segment of the path template. Returns `None` if the credential implies it.
    fn expand_segment(&self, segment: &str) -> Result<Option<String>, Error> {
        let mut parts = segment.split('{');
        let mut text = parts.next().unwrap_or_default().to_owned();
        let mut names = Vec::new();
        for part in parts {
            let (name, literal) = part.split_once('}').unwrap_or((part, ""));
            let value = self.path.iter().find(|(known, _)| *known == name);
            match value {
                Some((_, Some(value))) => text.push_str(value),
                Some((_, None)) => return Ok(None),
                None => {
                    let missing = format!("missing path parameter `{name}`: set it on the request");
                    return Err(Error::invalid_request(missing));
                }
            }
            text.push_str(literal);
            names.push(name);
        }
        whole_segment(&names.join(", "), text).map(Some)
    }
}

/// Serializes a body and sets the values at their JSON Pointers: properties that its type does not have, and values
/// that are sent as they were received. The objects and lists that have them are part of the body.
fn with_properties<T: Serialize + ?Sized>(
    body: &T,
    properties: &[(String, Value)],
) -> Result<Value, serde_json::Error> {
    let mut body = serde_json::to_value(body)?;
    for (pointer, value) in properties {
        if !set(&mut body, pointer, value) {
            let message = format!("it has no place for `{pointer}`");
            return Err(ser::Error::custom(message));
        }
    }
    Ok(body)
}

/// Sets the value at a JSON Pointer. Returns `false` if nothing in the body can have it.
fn set(body: &mut Value, pointer: &str, value: &Value) -> bool {
    let Some((parent, name)) = pointer.rsplit_once('/') else {
        *body = value.clone();
        return true;
    };
    match body.pointer_mut(parent) {
        Some(Value::Object(members)) => {
            let name = name.replace("~1", "/").replace("~0", "~");
            members.insert(name, value.clone());
            true
        }
        Some(Value::Array(items)) => {
            let item = name.parse().ok().and_then(|at: usize| items.get_mut(at));
            item.map(|item| *item = value.clone()).is_some()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
