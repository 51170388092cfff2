//! Checks of request bodies.

mod union;

use std::collections::BTreeSet;

use serde_json::Value;

use self::union::Union;
use super::literal::{is, mismatch_as_string, mismatch_in_body};
use super::requests::{Checker, take_meant};
use super::schema::{SchemaLookup, look_up, types};
use crate::arazzo::document::{Body, Step};
use crate::arazzo::expression::{Expression, Named};
use crate::arazzo::pointer::Pointer;
use crate::arazzo::template::Template;
use crate::diagnostic::suggestion::{did_you_mean, shorten};
use crate::diagnostic::{Code, Diagnostic, child};
use crate::names::is_same_text;
use crate::openapi::description::{ApiDescription, Operation, members};

/// Maximum depth to which a payload is compared with its schema.
const MAX_DEPTH: usize = 32;
/// Maximum number of schemas that are searched for required properties.
const MAX_SCHEMAS: usize = 500;

impl Checker<'_> {
    pub(crate) fn body<'d>(
        &mut self,
        step: &Step,
        api: ApiDescription<'d>,
        operation: &Operation<'d>,
    ) {
        let Some(declared) = api.request_body_object(operation) else {
            if let Some(body) = &step.body {
                let message = format!("{} takes no request body", operation.title());
                self.report.add(
                    Code::UnexpectedBody,
                    &body.pointer,
                    message,
                    "not declared",
                    Some("remove the `requestBody`".to_owned()),
                );
            }
            return;
        };
        let Some(body) = &step.body else {
            if declared.is_true("required") {
                let message = format!("missing request body of {}", operation.title());
                self.report.add(
                    Code::MissingBody,
                    &step.pointer,
                    message,
                    "required",
                    Some("add a `requestBody`".to_owned()),
                );
            }
            return;
        };
        if matches!(operation.method, "get" | "head") {
            let message = format!(
                "a {} request has a body",
                operation.method.to_ascii_uppercase()
            );
            self.report.add_as_warning(
                Code::UnexpectedBody,
                &body.pointer,
                message,
                "servers may ignore it",
                None,
            );
        }
        let offered: Vec<&str> = members(declared.value.get("content"))
            .map(|(kind, _)| kind.as_str())
            .collect();
        let Some(kind) = self.content_type(body, &offered, operation) else {
            return;
        };
        let schema = declared
            .value
            .get("content")
            .and_then(|content| content.get(kind)?.get("schema"));
        if let (Some(schema), Some(payload)) = (schema, &body.payload)
            && (kind.contains("form-urlencoded") || kind.contains("multipart/form-data"))
        {
            self.form(api, schema, payload, &child(&body.pointer, "payload"));
        }
        if let (Some(schema), Some(payload)) = (schema, &body.payload)
            && kind.contains("json")
        {
            let replaced = body.replacements.iter().filter_map(|replacement| {
                Pointer::parse(replacement.target.trim_start_matches('#'))
                    .ok()?
                    .tokens
                    .into_iter()
                    .next()
            });
            self.payload(
                api,
                schema,
                payload,
                &child(&body.pointer, "payload"),
                &replaced.collect(),
                MAX_DEPTH,
            );
            self.replacements(api, schema, body);
        }
    }

    /// Checks the fields of a form, whose values are sent as strings.
    fn form<'d>(
        &mut self,
        api: ApiDescription<'d>,
        schema: &'d Value,
        payload: &Template,
        at: &str,
    ) {
        let fields: Vec<(&String, Option<&Value>)> = match payload {
            Template::Object(fields) => fields
                .iter()
                .map(|(name, value)| match value {
                    Template::Literal(value) => (name, Some(value)),
                    _ => (name, None),
                })
                .collect(),
            Template::Literal(Value::Object(fields)) => {
                let fields = fields.iter();
                fields.map(|(name, value)| (name, Some(value))).collect()
            }
            _ => return,
        };
        let names = fields.iter().map(|(name, _)| *name);
        self.members(api, schema, names, at, &BTreeSet::new());
        for (name, value) in fields {
            if let (SchemaLookup::Found(inner), Some(value)) = (
                look_up(Some(api), schema, std::slice::from_ref(name)),
                value,
            ) && let Some(problem) = mismatch_as_string(api, inner, value)
            {
                self.mismatch(&child(at, name), &problem);
            }
        }
    }

    /// Returns the declared media type that matches the body.
    fn content_type<'o>(
        &mut self,
        body: &Body,
        offered: &[&'o str],
        operation: &Operation<'_>,
    ) -> Option<&'o str> {
        let Some(wanted) = &body.content_type else {
            return offered
                .iter()
                .find(|kind| kind.contains("json"))
                .or(offered.first())
                .copied();
        };
        let essence = |kind: &str| {
            kind.split(';')
                .next()
                .unwrap_or(kind)
                .trim()
                .to_ascii_lowercase()
        };
        // Media types of several versions differ in a parameter only.
        let exact = offered.iter().find(|kind| is_same_text(kind, wanted));
        let wanted = essence(wanted);
        let fits = |kind: &&&str| {
            let kind = essence(kind);
            kind == wanted
                || kind == "*/*"
                || kind
                    .strip_suffix("/*")
                    .is_some_and(|group| wanted.starts_with(group))
        };
        let kind = exact.or_else(|| offered.iter().find(fits)).copied();
        if kind.is_none() {
            let message = format!(
                "{} does not accept the media type `{}`",
                operation.title(),
                shorten(&wanted)
            );
            let help = match offered {
                [] => "declare the media type in the API description".to_owned(),
                offered => format!("write one of {}", offered.join(", ")),
            };
            self.report.add(
                Code::ContentType,
                &child(&body.pointer, "contentType"),
                message,
                "not declared",
                Some(help),
            );
        }
        kind
    }

    fn payload<'d>(
        &mut self,
        api: ApiDescription<'d>,
        schema: &'d Value,
        value: &Template,
        at: &str,
        replaced: &BTreeSet<String>,
        depth: usize,
    ) {
        if depth == 0 || self.alternative(api, schema, value, at, replaced, depth) {
            return;
        }
        match value {
            // A string payload is the serialized body.
            Template::Literal(Value::String(_)) if depth == MAX_DEPTH => {}
            Template::Literal(value) => {
                self.constant_members(api, schema, value, at, replaced, depth);
                self.constant(api, schema, value, at);
            }
            Template::Object(object) => {
                self.members(api, schema, object.keys(), at, replaced);
                for (name, member) in object {
                    if let SchemaLookup::Found(inner) =
                        look_up(Some(api), schema, std::slice::from_ref(name))
                    {
                        self.payload(
                            api,
                            inner,
                            member,
                            &child(at, name),
                            &BTreeSet::new(),
                            depth - 1,
                        );
                    }
                }
            }
            Template::Array(items) => {
                let SchemaLookup::Found(inner) = look_up(Some(api), schema, &["0".to_owned()])
                else {
                    return;
                };
                for (index, item) in items.iter().enumerate() {
                    self.payload(
                        api,
                        inner,
                        item,
                        &child(at, index),
                        &BTreeSet::new(),
                        depth - 1,
                    );
                }
            }
            // The value of the expression, whatever its type, where a string does not fit.
            Template::Text(_) if value.embedded().is_some() => {}
            Template::Text(_) => {
                let kinds = types(api.resolve_value(schema));
                if depth != MAX_DEPTH && !kinds.is_empty() && !kinds.contains(&"string") {
                    self.mismatch(
                        at,
                        &format!(
                            "expected {}, found a string with embedded expressions",
                            kinds.join(" or ")
                        ),
                    );
                }
            }
            Template::Expression(Expression::Input(named)) if self.in_union => {
                self.input(api, schema, named, at);
            }
            Template::Expression(_) | Template::Selector(_) => {}
        }
    }

    /// Reports an input of another type than its property, in an alternative. Lowering checks the others.
    fn input<'d>(&mut self, api: ApiDescription<'d>, schema: &'d Value, named: &Named, at: &str) {
        let field = self.inputs.fields.get(&named.name);
        let Some(SchemaLookup::Found(declared)) =
            field.map(|field| look_up(None, &field.schema, &named.pointer.tokens))
        else {
            return;
        };
        let (declared, expected) = (types(declared), types(api.resolve_value(schema)));
        let is_expected = |kind: &&str| {
            expected.contains(kind) || *kind == "integer" && expected.contains(&"number")
        };
        if declared.is_empty() || expected.is_empty() || declared.iter().any(is_expected) {
            return;
        }
        let message = format!(
            "the input `{}` is declared as {}, but the property takes {}",
            shorten(&named.name),
            declared.join(" or "),
            expected.join(" or ")
        );
        self.report
            .add(Code::TypeMismatch, at, message, "another type", None);
    }

    /// Compares the members of a constant, and of the objects in it, with the properties of their schemas.
    fn constant_members<'d>(
        &mut self,
        api: ApiDescription<'d>,
        schema: &'d Value,
        value: &Value,
        at: &str,
        replaced: &BTreeSet<String>,
        depth: usize,
    ) {
        let kinds = types(api.resolve_value(schema));
        if depth == 0 || !kinds.is_empty() && !kinds.iter().any(|kind| is(value, kind)) {
            return;
        }
        if let Value::Object(object) = value {
            self.members(api, schema, object.keys(), at, replaced);
        }
        for (name, member) in containers(value) {
            let SchemaLookup::Found(inner) =
                look_up(Some(api), schema, std::slice::from_ref(&name))
            else {
                continue;
            };
            let (at, none) = (child(at, &name), BTreeSet::new());
            let value = Template::Literal(member.clone());
            // Alternatives without known values of the discriminator may be any schema.
            if !self.alternative(api, inner, &value, &at, &none, depth - 1)
                && api.resolve_value(inner).get("discriminator").is_none()
            {
                self.constant_members(api, inner, member, &at, &none, depth - 1);
            }
        }
    }

    /// Checks a value with the alternative that its discriminator selects. Returns `false` if there is none.
    fn alternative<'d>(
        &mut self,
        api: ApiDescription<'d>,
        schema: &'d Value,
        value: &Template,
        at: &str,
        replaced: &BTreeSet<String>,
        depth: usize,
    ) -> bool {
        let Some(union) = Union::read(api, schema) else {
            return false;
        };
        let (is_present, tag) = match value {
            Template::Object(members) => (
                members.contains_key(union.property),
                match members.get(union.property) {
                    Some(Template::Literal(Value::String(tag))) => Some(tag),
                    _ => None,
                },
            ),
            Template::Literal(Value::Object(members)) => (
                members.contains_key(union.property),
                match members.get(union.property) {
                    Some(Value::String(tag)) => Some(tag),
                    _ => None,
                },
            ),
            _ => return false,
        };
        let property = union.property;
        if !is_present && !replaced.contains(property) {
            let message = format!(
                "missing required property `{property}` of the request body, which selects the alternative"
            );
            let help = format!("add `{property}`: {}", union.tags().join(" or "));
            self.report
                .add(Code::MissingProperty, at, message, "required", Some(help));
            return true;
        }
        let Some(tag) = tag else {
            return false;
        };
        match union.alternatives.iter().find(|(known, _)| known == tag) {
            Some((_, alternative)) => {
                let outer = std::mem::replace(&mut self.in_union, true);
                self.payload(api, alternative, value, at, replaced, depth - 1);
                self.in_union = outer;
            }
            None => {
                let message = format!(
                    "`{}` is not a value of `{property}`, which selects the alternative",
                    shorten(tag)
                );
                let tags = union.tags();
                let help = did_you_mean(tag, &tags)
                    .unwrap_or_else(|| format!("write {}", tags.join(" or ")));
                let at = child(at, property);
                let label = "selects no alternative";
                self.report
                    .add(Code::InvalidBodyValue, &at, message, label, Some(help));
            }
        }
        true
    }

    /// Compares a constant with its schema.
    fn constant<'d>(
        &mut self,
        api: ApiDescription<'d>,
        schema: &'d Value,
        value: &Value,
        at: &str,
    ) {
        if let Some(problem) = mismatch_in_body(api, schema, value) {
            self.mismatch(&format!("{at}{}", problem.pointer), &problem.text);
        }
    }

    fn mismatch(&mut self, at: &str, problem: &str) {
        self.report.add(
            Code::InvalidBodyValue,
            at,
            format!("invalid value in the request body: {problem}"),
            "rejected by the schema",
            None,
        );
    }

    /// Records a property that is not declared. `candidates` are those that are.
    fn add_undeclared(&mut self, name: &str, candidates: &[String], at: &str) {
        let message = format!("the request body has no property `{}`", shorten(name));
        let location = child(at, name);
        let finding = Diagnostic::new(Code::UnknownProperty, self.report.file, location, message)
            .as_warning()
            .label("not declared");
        let finding = self.report.with_declaration(finding);
        self.undeclared.add(match did_you_mean(name, candidates) {
            Some(help) => finding.help(help),
            None => finding,
        });
    }

    /// Compares the members of an object with the properties of its schema.
    fn members<'d, 'n>(
        &mut self,
        api: ApiDescription<'d>,
        schema: &'d Value,
        names: impl Iterator<Item = &'n String> + Clone,
        at: &str,
        replaced: &'n BTreeSet<String>,
    ) {
        let mut mandatory = BTreeSet::new();
        required(api, schema, &mut mandatory, &mut { MAX_SCHEMAS });
        // A required property without a declaration can be sent; it is reported for the API description.
        let is_declared = |name: &&String| mandatory.contains(name.as_str());
        let present: BTreeSet<&String> = names.clone().chain(replaced).collect();
        let mut missing: Vec<&str> = mandatory.iter().copied().collect();
        missing.retain(|name| !present.iter().any(|present| present == name));
        for name in names.filter(|name| !is_declared(name)) {
            let SchemaLookup::Missing { candidates, .. } =
                look_up(Some(api), schema, std::slice::from_ref(name))
            else {
                continue;
            };
            let message = format!("the request body has no property `{}`", shorten(name));
            let location = child(at, name);
            // A misspelled required property is one defect.
            if let Some(meant) = take_meant(name, &mut missing) {
                let help = format!("did you mean `{meant}`? It is required");
                self.report.add(
                    Code::UnknownProperty,
                    &location,
                    message,
                    "not declared",
                    Some(help),
                );
                continue;
            }
            self.add_undeclared(name, &candidates, at);
        }
        // A property that is required and not declared is reported for the API description.
        missing.retain(|name| {
            let found = look_up(Some(api), schema, &[(*name).to_owned()]);
            !matches!(found, SchemaLookup::Missing { .. })
        });
        for name in missing {
            let message = format!("missing required property `{name}` of the request body");
            self.report.add(
                Code::MissingProperty,
                at,
                message,
                "required",
                Some(format!(
                    "add `{name}`, or make it optional with an overlay if the API does not require it"
                )),
            );
        }
    }

    fn replacements<'d>(&mut self, api: ApiDescription<'d>, schema: &'d Value, body: &Body) {
        for replacement in body.replacements.iter().filter(|replacement| {
            replacement
                .kind
                .as_deref()
                .is_none_or(|kind| kind == "jsonpointer")
        }) {
            let Ok(pointer) = Pointer::parse(replacement.target.trim_start_matches('#')) else {
                continue;
            };
            match look_up(Some(api), schema, &pointer.tokens) {
                SchemaLookup::Missing {
                    token, candidates, ..
                } => {
                    let message = format!(
                        "the target `{}` does not exist: no property `{}`",
                        shorten(&replacement.target),
                        shorten(&token)
                    );
                    let help = did_you_mean(&token, &candidates);
                    let at = child(&replacement.pointer, "target");
                    if help.is_none() && pointer.tokens.last() == Some(&token) {
                        let finding =
                            Diagnostic::new(Code::UnknownProperty, self.report.file, at, message);
                        let finding = finding.as_warning().label("not declared");
                        let finding = self.report.with_declaration(finding);
                        let added = format!("{}/payload{pointer}", body.pointer);
                        self.undeclared.add_at(added, finding);
                        continue;
                    }
                    self.report
                        .add(Code::UnknownProperty, &at, message, "not declared", help);
                }
                SchemaLookup::Found(inner) => self.payload(
                    api,
                    inner,
                    &replacement.value,
                    &child(&replacement.pointer, "value"),
                    &BTreeSet::new(),
                    MAX_DEPTH - 1,
                ),
                SchemaLookup::Unknown => {}
            }
        }
    }
}

/// Returns the objects and arrays that a value directly contains, and their names.
fn containers(value: &Value) -> Vec<(String, &Value)> {
    let all: Vec<(String, &Value)> = match value {
        Value::Object(object) => object.iter().map(|(key, it)| (key.clone(), it)).collect(),
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.map(|(index, it)| (index.to_string(), it)).collect()
        }
        _ => Vec::new(),
    };
    let is_container = |(_, it): &(String, &Value)| it.is_object() || it.is_array();
    all.into_iter().filter(is_container).collect()
}

/// Collects the properties that every value of a schema must have.
fn required<'d>(
    api: ApiDescription<'d>,
    schema: &'d Value,
    names: &mut BTreeSet<&'d str>,
    budget: &mut usize,
) {
    if *budget == 0 {
        return;
    }
    *budget -= 1;
    let schema = api.resolve_value(schema);
    let properties = schema.get("properties");
    for name in schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
    {
        let property = properties
            .and_then(|properties| properties.get(name))
            .map(|property| api.resolve_value(property));
        let has = |key: &str| property.is_some_and(|property| property.get(key).is_some());
        // Read-only properties and properties with a default are optional in a request.
        if !has("default")
            && property.and_then(|property| property.get("readOnly")) != Some(&Value::Bool(true))
        {
            names.insert(name);
        }
    }
    for part in schema
        .get("allOf")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        required(api, part, names, budget);
    }
}
