//! Checks of expressions that read responses: status codes, headers and parts of bodies.

use serde_json::Value;

use super::comparisons::{excluded, sides};
use super::jsonpath::{self, Segment};
use super::report::Report;
use super::schema::{SchemaLookup, look_up, types};
use crate::arazzo::criterion::{Comparison, Condition, Criterion, Simple};
use crate::arazzo::document::{ActionKind, Description, Inputs, Step, Target};
use crate::arazzo::expression::{Expression, Part};
use crate::arazzo::pointer::Pointer;
use crate::arazzo::sources::Sources;
use crate::arazzo::template::{Text, TextPart};
use crate::diagnostic::suggestion::{did_you_mean, shorten};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, child};
use crate::openapi::description::{ApiDescription, Operation, members};

pub(crate) fn check(description: &Description, sources: &Sources<'_>, found: &mut Diagnostics) {
    let steps = description
        .workflows
        .iter()
        .flat_map(|workflow| workflow.steps.iter().map(move |step| (workflow, step)));
    for (workflow, step) in steps {
        let Target::Operation(reference) = &step.target else {
            continue;
        };
        let Ok((source, api, operation)) = sources.operation(reference) else {
            continue;
        };
        let mut checker = Checker {
            api,
            operation,
            inputs: &workflow.inputs,
            report: Report {
                declared: sources.declaration(source, operation),
                ..Report::new(&description.file, found)
            },
        };
        checker.outputs(step);
        checker.unhandled(step);
        let actions = step
            .on_success
            .iter()
            .chain(&step.on_failure)
            .filter(|action| !action.inherited);
        for criterion in step
            .success
            .iter()
            .chain(actions.flat_map(|action| &action.criteria))
        {
            checker.criterion(criterion);
        }
    }
}

/// The responses that an expression reads.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Responses {
    /// Responses of success, for outputs.
    Success,
    /// All responses, for criteria.
    Any,
}

struct Checker<'c, 'd> {
    api: ApiDescription<'d>,
    operation: &'c Operation<'d>,
    inputs: &'c Inputs,
    report: Report<'c>,
}

impl Checker<'_, '_> {
    fn outputs(&mut self, step: &Step) {
        // The criteria may accept a redirect or an error.
        let with_header = match step.success.is_empty() {
            true => Responses::Success,
            false => Responses::Any,
        };
        let of_body = match step.success.iter().any(accepts_error) {
            true => Responses::Any,
            false => Responses::Success,
        };
        let outputs = step.outputs.values().map(|it| (&it.value, &it.pointer));
        let actions = step.on_success.iter().filter(|action| !action.inherited);
        let passed_on = actions.flat_map(|action| &action.parameters);
        let passed_on = passed_on.map(|it| (&it.value, &it.value_pointer));
        for (value, pointer) in outputs.chain(passed_on) {
            value.visit(pointer, &mut |at, expression| match expression {
                Expression::Response(Part::Body(pointer)) => {
                    self.body(at, pointer, of_body);
                }
                Expression::Response(Part::Header(name)) => self.header(at, name, with_header),
                Expression::Response(Part::Query(_) | Part::Path(_)) => self.no_such_part(at),
                _ => {}
            });
        }
    }

    fn criterion(&mut self, criterion: &Criterion) {
        criterion.visit(&mut |at, expression| match expression {
            Expression::Response(Part::Body(pointer)) => {
                self.body(at, pointer, Responses::Any);
            }
            Expression::Response(Part::Header(name)) => self.header(at, name, Responses::Any),
            Expression::Response(Part::Query(_) | Part::Path(_)) => self.no_such_part(at),
            _ => {}
        });
        if let Condition::Simple(simple) = &criterion.condition {
            let at = child(&criterion.pointer, "condition");
            self.statuses(simple, &at);
            self.comparisons(simple, &at);
        }
        if let (Some(Expression::Response(Part::Body(context))), Condition::JsonPath(query)) =
            (&criterion.context, &criterion.condition)
            && self.is_declared(context, Responses::Any)
        {
            let at = child(&criterion.pointer, "condition");
            let segments = jsonpath::segments(known_start(query));
            self.query(&at, context.tokens.clone(), &segments);
        }
    }

    /// Checks the properties that a JSONPath query reads. Returns `false` after a finding.
    fn query(&mut self, at: &str, mut tokens: Vec<String>, segments: &[Segment]) -> bool {
        for (index, segment) in segments.iter().enumerate() {
            match segment {
                Segment::Name(name) => tokens.push(name.clone()),
                Segment::Index => tokens.push("0".to_owned()),
                Segment::Children(reads) => {
                    let list = Pointer { tokens };
                    if !self.body(at, &list, Responses::Any) {
                        return false;
                    }
                    if !self.is_list(&list) {
                        return true;
                    }
                    tokens = list.tokens;
                    tokens.push("0".to_owned());
                    let rest = &segments[index + 1..];
                    let mut paths = reads.iter().map(|read| read.path.as_slice()).chain([rest]);
                    let is_found = paths.all(|path| self.query(at, tokens.clone(), path));
                    return is_found && reads.iter().all(|read| self.constant(at, &tokens, read));
                }
            }
        }
        self.body(at, &Pointer { tokens }, Responses::Any)
    }

    /// Reports a string that a filter compares with a value of another enumeration. Returns `false` after a finding.
    fn constant(&mut self, at: &str, child: &[String], read: &jsonpath::Read) -> bool {
        let names: Option<Vec<String>> = read
            .path
            .iter()
            .map(|segment| match segment {
                Segment::Name(name) => Some(name.clone()),
                Segment::Index => Some("0".to_owned()),
                Segment::Children(_) => None,
            })
            .collect();
        let (Some(names), Some((operator, constant))) = (names, &read.constant) else {
            return true;
        };
        let tokens = [child, &names].concat();
        let value = Expression::Response(Part::Body(Pointer { tokens }));
        let integer = Value::Null;
        let found = self.schemas(&value, &integer).and_then(|schemas| {
            let shown = Value::from(constant.as_str());
            excluded(&schemas, (*operator, &value, &shown))
        });
        let Some(found) = found.filter(|found| found.is_value) else {
            return true;
        };
        let finding = Diagnostic::new(Code::UnknownValue, self.report.file, at, found.message);
        let finding = finding.as_warning().label("has always the same result");
        self.report.push(finding, found.help);
        false
    }

    /// Returns `true` if all responses that have a value at a location have an array there.
    fn is_list(&self, pointer: &Pointer) -> bool {
        let mut lists = 0;
        for response in self.responses(Responses::Any) {
            for (_, media) in members(response.get("content")) {
                let schema = media.get("schema");
                let found = schema.map(|schema| look_up(Some(self.api), schema, &pointer.tokens));
                match found {
                    Some(SchemaLookup::Found(schema)) if types(schema) == ["array"] => lists += 1,
                    Some(SchemaLookup::Missing { .. }) => {}
                    _ => return false,
                }
            }
        }
        lists > 0
    }

    fn no_such_part(&mut self, at: &str) {
        self.report.add(
            Code::InvalidExpression,
            at,
            "a response has no query and no path parameters",
            "never available",
            Some("did you mean `$request`?".to_owned()),
        );
    }

    /// Returns the declared responses.
    fn responses(&self, of: Responses) -> impl Iterator<Item = &Value> {
        let all = self.api.responses(self.operation);
        let success = of == Responses::Success;
        let counts = move |status: &str| !success || status.starts_with('2') || status == "default";
        let ok = all.iter().any(|(status, _)| status.starts_with('2'));
        all.into_iter()
            // If a 2XX response is declared, `default` describes errors.
            .filter(move |(status, _)| counts(status) && !(success && ok && *status == "default"))
            .map(|(_, response)| response)
    }

    /// Returns `true` if a response may have a value at a location.
    fn is_declared(&self, pointer: &Pointer, of: Responses) -> bool {
        self.responses(of)
            .flat_map(|response| members(response.get("content")))
            .any(|(_, media)| {
                let schema = media.get("schema");
                let found = schema.map(|schema| look_up(Some(self.api), schema, &pointer.tokens));
                !matches!(found, Some(SchemaLookup::Missing { .. }))
            })
    }

    /// Reports a part of the body that no response declares. Returns `false` after a finding.
    fn body(&mut self, at: &str, pointer: &Pointer, of: Responses) -> bool {
        let mut missing = None;
        let mut bodies = 0;
        for response in self.responses(of) {
            for (kind, media) in members(response.get("content")) {
                bodies += 1;
                let Some(schema) = media.get("schema") else {
                    return true;
                };
                if !self.api.is_json_response(kind, Some(schema)) && !pointer.is_empty() {
                    continue;
                }
                match look_up(Some(self.api), schema, &pointer.tokens) {
                    SchemaLookup::Found(_) | SchemaLookup::Unknown => return true,
                    SchemaLookup::Missing {
                        token,
                        candidates,
                        list,
                    } => missing = Some((token, candidates, list)),
                }
            }
        }
        let title = self.operation.title();
        let (message, help) = match missing {
            Some((token, _, true)) => (
                format!(
                    "no property in the response of {title} at `{}`: `{}` selects from an array",
                    pointer,
                    shorten(&token)
                ),
                Some("select an element by its index, such as `/0`".to_owned()),
            ),
            Some((token, candidates, false)) => (
                format!(
                    "the response of {title} has no `{pointer}`: no property `{}`",
                    shorten(&token)
                ),
                did_you_mean(&token, &candidates),
            ),
            None if bodies == 0 => (format!("the response of {title} has no body"), None),
            None => (
                format!("the response of {title} is not JSON, so `{pointer}` selects nothing"),
                None,
            ),
        };
        // API descriptions can be incomplete: the value is looked up in the raw body at run time.
        let diagnostic =
            Diagnostic::new(Code::UnknownResponseProperty, self.report.file, at, message).label(
                match of {
                    Responses::Success => "not declared: any JSON value, or absent",
                    Responses::Any => "not declared",
                },
            );
        self.report.push(diagnostic, help);
        false
    }

    fn header(&mut self, at: &str, name: &str, of: Responses) {
        let mut declared: Vec<&str> = Vec::new();
        for response in self.responses(of) {
            declared.extend(members(response.get("headers")).map(|(name, _)| name.as_str()));
        }
        // OpenAPI declares this header with `content`.
        if name.eq_ignore_ascii_case("content-type")
            || declared
                .iter()
                .any(|known| known.eq_ignore_ascii_case(name))
        {
            return;
        }
        let help = did_you_mean(name, &declared);
        let message = format!(
            "no response of {} declares the header `{}`",
            self.operation.title(),
            shorten(name)
        );
        let diagnostic = Diagnostic::new(Code::UndeclaredHeader, self.report.file, at, message)
            .label("may be absent");
        self.report.push(diagnostic, help);
    }

    fn statuses(&mut self, simple: &Simple, at: &str) {
        match simple {
            Simple::And(parts) | Simple::Or(parts) => {
                parts.iter().for_each(|part| self.statuses(part, at))
            }
            Simple::Not(inner) => self.statuses(inner, at),
            Simple::Compare(Comparison::Equal, left, right) => {
                if let (Simple::Expression(Expression::StatusCode), Simple::Literal(status))
                | (Simple::Literal(status), Simple::Expression(Expression::StatusCode)) =
                    (left.as_ref(), right.as_ref())
                {
                    self.status(status, at);
                }
            }
            Simple::Compare(..)
            | Simple::Literal(_)
            | Simple::Expression(_)
            | Simple::Text(_)
            | Simple::Length(_) => {}
        }
    }

    /// Reports comparisons with constants that the type of the other side excludes.
    fn comparisons(&mut self, simple: &Simple, at: &str) {
        match simple {
            Simple::And(parts) | Simple::Or(parts) => {
                parts.iter().for_each(|part| self.comparisons(part, at))
            }
            Simple::Not(inner) => self.comparisons(inner, at),
            Simple::Compare(operator, left, right) => {
                let Some((expression, constant)) = sides(left, right) else {
                    return;
                };
                let integer = serde_json::json!({"type": "integer"});
                let found = match self.schemas(expression, &integer) {
                    Some(schemas) => excluded(&schemas, (*operator, expression, constant)),
                    None => None,
                };
                let Some(found) = found else {
                    return;
                };
                let code = match found.is_value {
                    true => Code::UnknownValue,
                    false => Code::InvalidCriterion,
                };
                let finding = Diagnostic::new(code, self.report.file, at, found.message);
                self.report.push(
                    finding.as_warning().label("has always the same result"),
                    found.help,
                );
            }
            Simple::Literal(_) | Simple::Expression(_) | Simple::Text(_) | Simple::Length(_) => {}
        }
    }

    /// Returns all schemas that a value can have; `None` if one of them is unknown.
    fn schemas<'v>(&'v self, expression: &Expression, status: &'v Value) -> Option<Vec<&'v Value>> {
        match expression {
            Expression::StatusCode => Some(vec![status]),
            Expression::Input(named) => {
                let field = self.inputs.fields.get(&named.name)?;
                match look_up(None, &field.schema, &named.pointer.tokens) {
                    SchemaLookup::Found(schema) => Some(vec![schema]),
                    _ => None,
                }
            }
            Expression::Response(Part::Body(pointer)) => {
                let mut schemas = Vec::new();
                for response in self.responses(Responses::Any) {
                    for (kind, media) in members(response.get("content")) {
                        let schema = media.get("schema");
                        if !self.api.is_json_response(kind, schema) {
                            continue;
                        }
                        match look_up(Some(self.api), schema?, &pointer.tokens) {
                            SchemaLookup::Found(schema) => schemas.push(schema),
                            SchemaLookup::Unknown => return None,
                            SchemaLookup::Missing { .. } => {}
                        }
                    }
                }
                Some(schemas)
            }
            _ => None,
        }
    }

    /// Notes documented responses that the criteria of the step reject and no action handles.
    fn unhandled(&mut self, step: &Step) {
        let retries = step
            .on_failure
            .iter()
            .any(|action| matches!(action.kind, ActionKind::Retry { .. }));
        let actions = step.on_success.iter().chain(&step.on_failure);
        let criteria = step
            .success
            .iter()
            .chain(actions.flat_map(|action| &action.criteria));
        let texts: Vec<&str> = criteria.map(|criterion| criterion.text.as_str()).collect();
        // Only equality decides about one status; a range may include others.
        let decides =
            |text: &&str| text.contains("$statusCode ==") || text.contains("$statusCode==");
        let exact = step
            .success
            .iter()
            .any(|criterion| decides(&criterion.text.as_str()))
            && !texts.iter().any(|text| text.contains(['<', '>']));
        for (status, consequence) in [
            ("202", "it counts as a failure"),
            ("429", "the step does not retry"),
        ] {
            let declared = self.api.responses(self.operation);
            let is_handled = texts.iter().any(|text| text.contains(status))
                || status == "429" && retries
                || status == "202" && !exact;
            if is_handled || !declared.iter().any(|(known, _)| *known == status) {
                continue;
            }
            let message = format!(
                "{} declares the status {status}, which the step `{}` does not handle: {consequence}",
                self.operation.title(),
                step.id
            );
            let help = "accept it in `successCriteria`, or handle it with an action";
            self.report.add(
                Code::UnhandledStatus,
                &step.pointer,
                message,
                "",
                Some(help.to_owned()),
            );
        }
    }

    fn status(&mut self, status: &Value, at: &str) {
        let text = status
            .as_str()
            .map_or_else(|| status.to_string(), str::to_owned);
        let declared: Vec<&str> = self
            .api
            .responses(self.operation)
            .iter()
            .map(|(status, _)| *status)
            .collect();
        let fits = |known: &str| {
            known == text
                || known == "default"
                || known
                    .strip_suffix("XX")
                    .or_else(|| known.strip_suffix("xx"))
                    .is_some_and(|class| text.len() == 3 && text.starts_with(class))
        };
        if !declared.iter().any(|known| fits(known)) {
            let message = format!(
                "{} declares no response with status {}",
                self.operation.title(),
                shorten(&text)
            );
            let diagnostic = Diagnostic::new(Code::UndeclaredStatus, self.report.file, at, message)
                .label("not declared");
            self.report.push(
                diagnostic,
                Some(match declared.is_empty() {
                    true => "declare the response in the API description".to_owned(),
                    false => format!("it declares {}", declared.join(", ")),
                }),
            );
        }
    }
}

/// Returns the query up to the first embedded expression.
fn known_start(query: &Text) -> &str {
    match query.parts.first() {
        Some(TextPart::Literal(text)) => text,
        _ => "",
    }
}

/// Returns `true` if a criterion compares the status code with that of an error.
fn accepts_error(criterion: &Criterion) -> bool {
    match &criterion.condition {
        Condition::Simple(simple) => equals_error(simple),
        Condition::Regex(_) | Condition::JsonPath(_) | Condition::XPath(_) | Condition::Never => {
            false
        }
    }
}

fn equals_error(simple: &Simple) -> bool {
    match simple {
        Simple::And(parts) | Simple::Or(parts) => parts.iter().any(equals_error),
        Simple::Compare(Comparison::Equal, left, right) => {
            matches!(
                (left.as_ref(), right.as_ref()),
                (Simple::Expression(Expression::StatusCode), Simple::Literal(status))
                    | (Simple::Literal(status), Simple::Expression(Expression::StatusCode))
                    if status.as_u64().is_some_and(|status| status >= 300)
            )
        }
        _ => false,
    }
}
