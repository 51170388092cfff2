//! Requests: the operation a step calls, and what goes into its parameters and body.

use super::Checker;
use serde_json::Value;

use crate::arazzo::document::{self, Location, OperationRef};
use crate::arazzo::expression::Expression;
use crate::arazzo::pointer::Pointer;
use crate::arazzo::sources::same_path;
use crate::arazzo::template::{Template, Text, TextPart};
use crate::diagnostic::Code;
use crate::lint::literal::same_spelling;
use crate::lower::assign::{Filler, Slot, Use};
use crate::lower::callee::Target;
use crate::lower::convert::of_client;
use crate::lower::expand::form_body;
use crate::lower::read_expression::{Answer, Context, answer_kind, choices};
use crate::model::{
    Argument, Assignment, Callee, Credential, FieldAssignment, OptionalParameters, OtherFields,
    Pass, Request, ResponseBody, StepCall, Ty, ValueSource,
};
use crate::names::{bare, ident};
use crate::openapi::index;

/// A step's operation.
#[derive(Clone, Copy)]
pub(crate) struct Called<'a> {
    /// The number of the client.
    pub api: usize,
    pub operation: &'a index::Operation,
}

impl<'a> Called<'a> {
    /// What expressions can read of the answer.
    pub(crate) fn answer(&self) -> Answer<'a> {
        Answer::Response {
            api: self.api,
            kind: &self.operation.answer,
            method: method(&self.operation.http),
        }
    }

    /// What the client's method gives.
    pub(crate) fn kind(&self) -> ResponseBody {
        answer_kind(self.api, &self.operation.answer)
    }
}

impl<'a> Checker<'a> {
    /// The operation or workflow that a step calls.
    pub(crate) fn called(&mut self, step: &document::Step) -> Option<Target<'a>> {
        match &step.target {
            document::Target::Operation(operation) => {
                self.operation(operation, step).map(Target::Operation)
            }
            // What is not there was reported with the document, or has errors of its own.
            document::Target::Workflow(wanted) => self.nested(wanted).map(Target::Workflow),
            document::Target::Unreadable => None,
        }
    }

    fn operation(&mut self, wanted: &OperationRef, step: &document::Step) -> Option<Called<'a>> {
        let field = match wanted {
            OperationRef::Id { .. } => "operationId",
            OperationRef::Path { .. } => "operationPath",
        };
        let pointer = format!("{}/{field}", step.pointer);
        let apis: Vec<usize> = match wanted.source() {
            Some(name) => match self.linked.sources.get(name) {
                Some(api) => vec![*api],
                None => {
                    let known: Vec<_> = self.linked.sources.keys().map(String::as_str).collect();
                    let message = format!("no API description is known under the name `{name}`");
                    self.found.push(
                        self.at(&pointer)
                            .diagnostic(Code::UnknownSource, message)
                            .help(choices("known are", &known)),
                    );
                    return None;
                }
            },
            None => {
                let mut apis: Vec<_> = self.linked.sources.values().copied().collect();
                apis.sort_unstable();
                apis.dedup();
                apis
            }
        };
        let matches = |operation: &index::Operation| match wanted {
            OperationRef::Id { id, .. } => {
                *operation.declared_id.as_ref().unwrap_or(&operation.id) == *id
            }
            OperationRef::Path { path, method, .. } => {
                same_path(&operation.path, path)
                    && method
                        .as_ref()
                        .is_none_or(|method| operation.http.eq_ignore_ascii_case(method))
            }
        };
        let find = |matches: &dyn Fn(&index::Operation) -> bool| -> Vec<Called<'a>> {
            let mut found = Vec::new();
            for api in &apis {
                if let Some(client) = self.clients.get(*api) {
                    let operations = client.index.operations.values();
                    let operations = operations.filter(|operation| matches(operation));
                    found.extend(operations.map(|operation| Called {
                        api: *api,
                        operation,
                    }));
                }
            }
            found
        };
        let mut found = find(&matches);
        if let (OperationRef::Id { id, .. }, true) = (wanted, found.len() > 1) {
            // Of several with one id, one has kept it.
            found.retain(|called| called.operation.id == *id);
        }
        if let (OperationRef::Id { id, .. }, true) = (wanted, found.is_empty()) {
            // Said with the document: what else the name can only mean.
            let (source, short) = match id.split_once('.') {
                Some((source, short)) => (self.linked.sources.get(source), short),
                None => (None, ""),
            };
            found = find(&|operation| operation.id.eq_ignore_ascii_case(id));
            if let (Some(source), true) = (source, found.is_empty()) {
                found = find(&|operation| {
                    *operation.declared_id.as_ref().unwrap_or(&operation.id) == short
                });
                found.retain(|called| called.api == *source);
            }
        }
        let name = match wanted {
            OperationRef::Id { id, .. } => id.clone(),
            OperationRef::Path { path, method, .. } => format!(
                "{} {path}",
                method.as_deref().unwrap_or_default().to_uppercase()
            )
            .trim()
            .to_owned(),
        };
        match found.as_slice() {
            [only] => Some(*only),
            [] => {
                let diagnostic = self.at(&pointer).diagnostic(
                    Code::UnknownOperation,
                    format!("there is no operation `{name}`"),
                );
                // What the API description has not, either, was said with the document.
                let left_out = "one that its API description has was left out of the client: see the warnings about it";
                self.found.push(diagnostic.help(match self.nearest(&name) {
                    Some(meant) => format!("{left_out}; or is `{meant}` meant?"),
                    None => left_out.to_owned(),
                }));
                None
            }
            _ => {
                let message = format!("`{name}` names several operations");
                let help = "write `$sourceDescriptions.NAME.OPERATION-ID`";
                self.found.push(
                    self.at(&pointer)
                        .diagnostic(Code::AmbiguousOperation, message)
                        .help(help),
                );
                None
            }
        }
    }

    /// The operation whose name is most like the one that was not found.
    fn nearest(&self, name: &str) -> Option<&'a str> {
        let ids = self
            .linked
            .sources
            .values()
            .filter_map(|api| self.clients.get(*api));
        let ids = ids.flat_map(|client| client.index.operations.keys());
        let close = |id: &&'a String| similar::TextDiff::from_chars(id.as_str(), name).ratio();
        let best = ids.max_by(|a, b| close(a).total_cmp(&close(b)).then_with(|| b.cmp(a)))?;
        (close(&best) > 0.6).then_some(best.as_str())
    }

    /// Where the inputs of the workflow go.
    pub(crate) fn uses(&self, context: &Context<'_>, called: &[Target<'_>]) -> Vec<Use> {
        let filler = Filler::new(context, &self.description().file);
        for (step, called) in self.workflow.steps.iter().zip(called) {
            match called {
                Target::Operation(called) => drop(self.call(step, *called, 0, &filler)),
                Target::Workflow(nested) => drop(self.run(step, nested, Vec::new(), &filler)),
            }
        }
        // The types of inputs and outputs are not known yet: what is wrong is said in the second pass.
        filler.uses.into_inner()
    }

    /// What a step sends.
    pub(crate) fn call(
        &self,
        step: &document::Step,
        called: Called<'_>,
        client: usize,
        filler: &Filler<'_>,
    ) -> StepCall {
        let operation = called.operation;
        let mut arguments = Vec::new();
        let mut fields = Vec::new();
        for argument in &operation.arguments {
            let Argument { name, pass, value } = self.argument(step, called, argument, filler);
            match argument.in_params {
                false => arguments.push(Argument { name, pass, value }),
                // A parameter that is left out is not written.
                true if matches!(value.source, ValueSource::Absent) => {}
                true => fields.push(FieldAssignment { field: name, value }),
            }
        }
        let params = operation.params.as_deref().map(|name| OptionalParameters {
            name: ident(name),
            rest: match operation.arguments.len() == arguments.len() + fields.len() {
                true => OtherFields::None,
                false => OtherFields::Default,
            },
            fields,
        });
        let credentials = self.credentials(step, filler);
        let undeclared = self.undeclared(step, called, filler);
        let mut sent = None;
        if let Some(body) = &operation.body {
            sent = Some(Argument {
                name: ident("request"),
                pass: pass(body.pass),
                value: self.body(step, called, body, filler),
            });
        } else if let Some(body) = &step.body {
            let message = format!("the operation `{}` takes no request body", operation.id);
            filler.say(
                self.at(&body.pointer)
                    .diagnostic(Code::UnexpectedBody, message),
            );
        }
        if let Some(client) = self.clients.get(called.api) {
            for security in &step.security {
                if !accepts(client.index.document(), operation, &security.scheme) {
                    self.not_sent(operation, security, filler);
                }
            }
        }
        StepCall {
            operation: operation.id.clone(),
            summary: operation.summary.clone(),
            route: Some(format!("{} {}", operation.http, operation.path)),
            response: called.kind(),
            callee: Callee::Request(Box::new(Request {
                client,
                method: ident(&bare(&operation.method)),
                arguments,
                params,
                body: sent,
                credentials,
                undeclared,
                timeout: step.timeout,
            })),
        }
    }

    fn argument(
        &self,
        step: &document::Step,
        called: Called<'_>,
        argument: &index::Argument,
        filler: &Filler<'_>,
    ) -> Argument {
        let ty = of_client(called.api, &argument.ty);
        let ty = if argument.required { ty } else { ty.optional() };
        let given = step
            .parameters
            .iter()
            .find(|parameter| fits(parameter, argument));
        let filling = match given {
            Some(parameter) => {
                let slot = Slot {
                    ty: &ty,
                    about: &argument.about,
                };
                filler.fill(&parameter.value, slot, &parameter.value_pointer)
            }
            None => {
                if argument.required {
                    let message = format!(
                        "the operation `{}` requires the parameter `{}`",
                        called.operation.id, argument.name
                    );
                    filler.say(
                        self.at(&step.pointer)
                            .diagnostic(Code::MissingParameter, message),
                    );
                }
                Assignment {
                    ty: ty,
                    source: ValueSource::Absent,
                }
            }
        };
        Argument {
            name: ident(&bare(&argument.ident)),
            pass: pass(argument.pass),
            value: filling,
        }
    }

    fn body(
        &self,
        step: &document::Step,
        called: Called<'_>,
        body: &index::Body,
        filler: &Filler<'_>,
    ) -> Assignment {
        let ty = of_client(called.api, &body.ty);
        let empty = Template::Literal(serde_json::json!({}));
        let slot = Slot {
            ty: &ty,
            about: &body.about,
        };
        let Some(given) = &step.body else {
            if body.required {
                let message = format!(
                    "the operation `{}` requires a request body",
                    called.operation.id
                );
                filler.say(
                    self.at(&step.pointer)
                        .diagnostic(Code::MissingBody, message),
                );
            }
            return filler.fill(&empty, slot, &step.pointer);
        };
        let at = self.at(&given.pointer);
        if let Some(content_type) = &given.content_type
            && !same_media_type(content_type, &body.media_type)
        {
            let message = format!(
                "the operation `{}` takes no body of the type `{content_type}`",
                called.operation.id
            );
            filler.say(
                at.diagnostic(Code::ContentType, message)
                    .help(format!("it takes `{}`", body.media_type)),
            );
        }
        let mut payload = self.replaced(given, filler);
        if same_media_type(&body.media_type, "application/x-www-form-urlencoded") {
            payload = payload.map(form_body::fields);
        }
        match &payload {
            Some(payload) => filler.fill(payload, slot, &format!("{}/payload", given.pointer)),
            None => filler.fill(&empty, slot, &given.pointer),
        }
    }

    /// The payload with its replacements in place.
    fn replaced(&self, body: &document::Body, filler: &Filler<'_>) -> Option<Template> {
        let mut payload = body.payload.clone();
        for replacement in &body.replacements {
            let at = self.at(&replacement.pointer);
            let pointer = match replacement.kind.as_deref() {
                None | Some("jsonpointer") => {
                    Pointer::parse(replacement.target.trim_start_matches('#')).ok()
                }
                Some(_) => None,
            };
            let Some(pointer) = pointer else {
                filler.say(at.unsupported("a replacement whose target is no JSON Pointer"));
                continue;
            };
            let whole = payload.take().unwrap_or(Template::Literal(Value::Null));
            match whole.with(&pointer.tokens, &replacement.value) {
                Some(with) => payload = Some(with),
                None => {
                    filler.say(at.unsupported("a replacement in what is no object or list here"));
                    return body.payload.clone();
                }
            }
        }
        payload
    }

    fn not_sent(
        &self,
        operation: &index::Operation,
        security: &document::Security,
        filler: &Filler<'_>,
    ) {
        let message = format!(
            "the operation `{}` does not accept `{}`, and the credential is not sent",
            operation.id, security.scheme
        );
        let help = "an overlay can add the scheme to the `security` of the operation";
        let pointer = format!("{}/schemeName", security.pointer);
        let warning = self
            .at(&pointer)
            .diagnostic(Code::CredentialNotSent, message);
        filler.say(warning.help(help));
    }

    /// The credentials that a step alone has.
    fn credentials(&self, step: &document::Step, filler: &Filler<'_>) -> Vec<Credential> {
        let about = index::About::default();
        let slot = Slot {
            ty: &Ty::Secret,
            about: &about,
        };
        let mut credentials = Vec::new();
        for security in &step.security {
            let parts: Vec<(&str, &Template)> = security
                .values
                .iter()
                .map(|(name, value)| (name.as_str(), value))
                .collect();
            let filling = match parts.as_slice() {
                [(name, value)] => {
                    let pointer = format!("{}/values/{name}", security.pointer);
                    filler.fill(value, slot, &pointer)
                }
                // In whichever order they stand.
                [("username", user), ("password", password)]
                | [("password", password), ("username", user)] => {
                    for value in [user, password] {
                        if let Template::Expression(Expression::Input(named)) = value {
                            filler.note(named, slot);
                        }
                    }
                    let Some(both) = joined(user, password) else {
                        filler.say(
                            self.at(&security.pointer)
                                .unsupported("a name or password that is no text"),
                        );
                        continue;
                    };
                    filler.fill(&both, slot, &format!("{}/values", security.pointer))
                }
                _ => {
                    let what = "a credential of other parts than `username` and `password`";
                    filler.say(self.at(&security.pointer).unsupported(what));
                    continue;
                }
            };
            credentials.push(Credential {
                scheme: security.scheme.clone(),
                value: filling,
            });
        }
        credentials
    }
}

/// The secret of HTTP's basic authentication.
fn joined(user: &Template, password: &Template) -> Option<Template> {
    let parts = |value: &Template| match value {
        Template::Expression(expression) => Some(vec![TextPart::Expression(expression.clone())]),
        Template::Literal(Value::String(text)) => Some(vec![TextPart::Literal(text.clone())]),
        Template::Text(text) => Some(text.parts.clone()),
        _ => None,
    };
    let mut all = parts(user)?;
    all.push(TextPart::Literal(":".to_owned()));
    all.extend(parts(password)?);
    Some(Template::Text(Text { parts: all }))
}

/// Whether an operation's security, its own or that of the whole document, names a scheme.
fn accepts(document: &Value, operation: &index::Operation, scheme: &str) -> bool {
    let own = document.pointer(&format!("{}/security", operation.pointer));
    let alternatives = own
        .or_else(|| document.get("security"))
        .and_then(Value::as_array);
    alternatives.is_some_and(|alternatives| {
        alternatives
            .iter()
            .any(|alternative| alternative.get(scheme).is_some())
    })
}

/// The methods that an API description can have.
fn method(name: &str) -> &'static str {
    const METHODS: [&str; 8] = [
        "GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE",
    ];
    let known = METHODS
        .iter()
        .find(|known| known.eq_ignore_ascii_case(name));
    known.copied().unwrap_or_default()
}

fn pass(pass: index::Pass) -> Pass {
    match pass {
        index::Pass::Reference => Pass::Reference,
        index::Pass::Text => Pass::Text,
        index::Pass::Value => Pass::Value,
    }
}

pub(crate) fn fits(parameter: &document::Parameter, argument: &index::Argument) -> bool {
    let place = match argument.place {
        index::Place::Path => Location::Path,
        index::Place::Query => Location::Query,
        index::Place::Header => Location::Header,
    };
    let name = match place {
        Location::Header => parameter.name.eq_ignore_ascii_case(&argument.name),
        Location::Path => same_spelling(&parameter.name, &argument.name),
        _ => parameter.name == argument.name,
    };
    name && parameter.location.is_none_or(|location| location == place)
}

/// Media types without their parameters, in any case.
fn same_media_type(a: &str, b: &str) -> bool {
    let plain = |text: &str| {
        text.split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase()
    };
    plain(a) == plain(b)
}
