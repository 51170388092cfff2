//! Assignment of values to the slots of a request, checked against the types of the slots.

use std::borrow::Cow;
use std::cell::RefCell;

use serde_json::Value;

use super::convert::{conversion, describe, of_client};
use super::expand::form_body;
use super::read_expression::{Context, Scope, TypedRead, Untyped};
use super::received::{Received, may_differ};
use super::report::{DocumentLocation, Reported, Reports, all, choices};
use super::sink::describe_sink;
use super::slot::{JsonKind, Shape, Slot, excludes_text};
use super::workflow::Lowering;
use crate::arazzo::document::InputField;
use crate::arazzo::expression::Expression;
use crate::arazzo::template::{Selector, Template, Text, TextPart};
use crate::diagnostic::suggestion::shorten;
use crate::diagnostic::{Code, Diagnostic, child};
use crate::lint::defaults;
use crate::lower::plan::Planned;
use crate::model::{
    Assignment, BodyValue, Constant, Conversion, FieldAssignment, InputDefault, JsonTemplate,
    OtherFields, Read, TextPiece, Ty, TypeName, ValueSource,
};
use crate::names::ident;
use crate::openapi::index;

/// Assigns values of one workflow.
#[derive(Clone, Copy)]
pub(crate) struct Assigner<'l, 'a> {
    pub lowering: &'l Lowering<'a>,
    pub context: &'l Context<'a>,
    /// Collects the outputs that are sent as they were received.
    pub received: &'l Received,
    /// `true` for the values of a JSON body, where a number and its string are different values.
    pub in_json: bool,
    /// Collects the values of a JSON body that its type does not have or keep, and the location of the body.
    pub body_values: Option<(&'l RefCell<Vec<BodyValue>>, &'l str)>,
}

impl<'l, 'a> Assigner<'l, 'a> {
    pub(crate) fn reports(&self) -> &'l Reports<'a> {
        &self.lowering.reports
    }

    pub(super) fn error(&self, diagnostic: Diagnostic) -> Reported {
        self.reports().error(diagnostic)
    }

    /// Assigns a value to its slot.
    pub(crate) fn planned(&self, planned: &Planned<'_>) -> Result<Assignment, Reported> {
        self.assign(&planned.value, &planned.slot, &planned.pointer)
    }

    /// Assigns a body of this media type. Returns the values that its type does not have or keep.
    pub(crate) fn body(
        &self,
        planned: &Planned<'_>,
        media_type: &str,
    ) -> Result<(Assignment, Vec<BodyValue>), Reported> {
        let body_values = RefCell::default();
        let in_json = media_type.contains("json");
        let in_body = Assigner {
            in_json,
            body_values: (in_json || form_body::is_form(media_type))
                .then_some((&body_values, planned.pointer.as_str())),
            ..*self
        };
        let body = in_body.planned(planned)?;
        Ok((body, body_values.into_inner()))
    }

    /// Assigns the default of an input, if it has one, to the type of the input.
    pub(crate) fn default(&self, field: &InputField, ty: &Ty) -> Option<InputDefault> {
        let default = field.schema.get("default");
        let json = default.filter(|value| !value.is_null())?;
        let pointer = child(&field.pointer, "default");
        let findings = self.reports().len();
        let template = Template::Literal(json.clone());
        match self.assign(&template, &Slot::of(ty.clone()), &pointer) {
            Ok(value) => Some(InputDefault {
                json: json.clone(),
                value,
            }),
            // The type of the input is that of its use, which the default contradicts.
            // `lint` reports a default that contradicts its own schema.
            Err(_) if !defaults::fits(&field.schema, json) => {
                self.reports().forget_since(findings);
                None
            }
            Err(_) => {
                self.reports()
                    .soften_since(findings, "the default is not applied");
                None
            }
        }
    }

    /// Assigns a value to a parameter that the API description does not declare. It is sent as a string.
    pub(crate) fn undeclared(&self, planned: &Planned<'_>) -> Result<Assignment, Reported> {
        let at = self.reports().at(&planned.pointer);
        let source = match planned.value.as_ref() {
            Template::Expression(expression) => {
                self.read_as(expression, &Slot::of(Ty::String), at)?
            }
            Template::Text(text) => {
                ValueSource::Text(self.pieces(text, Scope::NoResponse, at)?, Conversion::Same)
            }
            Template::Literal(Value::Null) => ValueSource::Absent,
            Template::Literal(Value::String(text)) => {
                ValueSource::Constant(Constant::String(text.clone()))
            }
            // Lists and objects have no standard form as a string, so they are sent as JSON.
            Template::Literal(value) => ValueSource::Constant(Constant::String(value.to_string())),
            Template::Selector(selector) => self.selected_as(selector, &Ty::String, at)?,
            Template::Array(_) | Template::Object(_) => {
                let construct = "a list or object of values for an undeclared parameter";
                return Err(self.error(at.unsupported(construct)));
            }
        };
        Ok(Assignment {
            ty: Ty::String.optional(),
            source,
        })
    }

    fn assign(
        &self,
        template: &Template,
        slot: &Slot<'_>,
        pointer: &str,
    ) -> Result<Assignment, Reported> {
        let at = self.reports().at(pointer);
        let embedded = template.embedded().filter(|_| excludes_text(&slot.ty));
        let source = match template {
            Template::Expression(expression) => self.read_as(expression, slot, at),
            Template::Text(text) => match embedded {
                Some(expression) => self.read_as(expression, slot, at),
                None => self.text(text, slot.ty.inner(), at),
            },
            Template::Literal(Value::Array(items)) => {
                let items: Vec<_> = items.iter().cloned().map(Template::Literal).collect();
                self.list(&items, slot, at)
            }
            Template::Literal(Value::Object(members)) => {
                let members: Vec<_> = members
                    .iter()
                    .map(|(key, value)| (key.as_str(), Template::Literal(value.clone())))
                    .collect();
                let members: Vec<_> = members.iter().map(|(key, value)| (*key, value)).collect();
                self.object(&members, slot, at)
            }
            Template::Literal(value) => self.literal(value, &slot.ty, at),
            Template::Array(items) => self.list(items, slot, at),
            Template::Object(members) => {
                let members: Vec<_> = members
                    .iter()
                    .map(|(key, value)| (key.as_str(), value))
                    .collect();
                self.object(&members, slot, at)
            }
            Template::Selector(selector) => self.selected_as(selector, slot.ty.inner(), at),
        };
        Ok(Assignment {
            ty: slot.ty.clone(),
            source: source?,
        })
    }

    /// Reads the value that a query selects as a value of a type.
    fn selected_as(
        &self,
        selector: &Selector,
        ty: &Ty,
        at: DocumentLocation<'_>,
    ) -> Result<ValueSource, Reported> {
        let read = self.selected(selector, at)?;
        if may_differ(ty) {
            self.send_unchanged(read.clone(), false, at);
        }
        self.converted(read, ty, at)
    }

    pub(crate) fn converted(
        &self,
        read: Read,
        ty: &Ty,
        at: DocumentLocation<'_>,
    ) -> Result<ValueSource, Reported> {
        if let Some(conversion) = conversion(&read.ty, ty) {
            return Ok(ValueSource::Read(read, conversion));
        }
        let actual = format!("`{}` is {}", read.expression, describe(&read.ty));
        // The definition of an output that no use can take is one defect.
        let is_output = read.expression.to_string().contains(".outputs.");
        let error = self.mismatch(at, &actual, ty);
        let error = error.about(is_output.then_some(actual.as_str()));
        Err(self.error(match read.ty.is_single() {
            true => error,
            false => error
                .help("to select a part of it, add a JSON Pointer to the expression: `…#/NAME`"),
        }))
    }

    fn text(
        &self,
        text: &Text,
        ty: &Ty,
        at: DocumentLocation<'_>,
    ) -> Result<ValueSource, Reported> {
        let pieces = self.pieces(text, Scope::NoResponse, at)?;
        match conversion(&Ty::String, ty) {
            Some(Conversion::ToJson) => Ok(ValueSource::Json(JsonTemplate::Text(pieces))),
            Some(conversion) if *ty == Ty::DateTime => {
                self.send_at(ValueSource::Json(JsonTemplate::Text(pieces.clone())), at);
                Ok(ValueSource::Text(pieces, conversion))
            }
            Some(conversion) => Ok(ValueSource::Text(pieces, conversion)),
            None => Err(self.error(self.mismatch(at, "the value is a string", ty))),
        }
    }

    /// Reads the value of an expression.
    pub(crate) fn read(
        &self,
        expression: &Expression,
        scope: Scope<'_>,
        at: DocumentLocation<'_>,
    ) -> Result<TypedRead, Reported> {
        let read = self.context.read(expression, scope, at);
        let mut read = read.map_err(|untyped| self.untyped(untyped, at))?;
        // The typed input may lack the part.
        if let (Scope::NoResponse, Ty::Json, Expression::Input(_)) =
            (scope, &read.read.ty, expression)
            && let Some(given) = (self.received).read(self.context, expression, &read.read, false)
        {
            read.read = given;
        }
        Ok(read)
    }

    /// Lowers the pieces of a string.
    pub(crate) fn pieces(
        &self,
        text: &Text,
        scope: Scope<'_>,
        at: DocumentLocation<'_>,
    ) -> Result<Vec<TextPiece>, Reported> {
        let pieces = self.context.pieces(text, scope, at);
        let mut pieces = pieces.map_err(|untyped| self.untyped(untyped, at))?;
        for (piece, part) in pieces.iter_mut().zip(&text.parts) {
            if let (
                TextPiece::Read(read) | TextPiece::Xml(read),
                TextPart::Expression(expression) | TextPart::Xml(expression),
            ) = (piece, part)
                && let Some(received) = self.received.read(self.context, expression, read, true)
            {
                *read = received;
            }
        }
        Ok(pieces)
    }

    pub(crate) fn untyped(&self, untyped: Untyped, at: DocumentLocation<'_>) -> Reported {
        self.lowering.reported(untyped, at)
    }

    fn list(
        &self,
        items: &[Template],
        slot: &Slot<'_>,
        at: DocumentLocation<'_>,
    ) -> Result<ValueSource, Reported> {
        let ty = slot.ty.inner();
        match Shape::of(ty, self.context.clients) {
            Shape::List(inner) => {
                let slot = Slot::of(inner.clone());
                let items = items
                    .iter()
                    .enumerate()
                    .map(|(number, item)| self.assign(item, &slot, &child(at.pointer, number)));
                all(items).map(ValueSource::List)
            }
            Shape::Boxed(inner) => self.boxed(inner, |slot| self.list(items, slot, at)),
            Shape::Wrapper(inner) => self.wrapped(ty, inner, |slot| self.list(items, slot, at)),
            Shape::Json(JsonKind::Any) => {
                let within = self.within(ty);
                let items = items
                    .iter()
                    .enumerate()
                    .map(|(number, item)| within.json(item, &child(at.pointer, number)));
                Ok(as_json(JsonTemplate::List(all(items)?), ty))
            }
            Shape::Struct(_) | Shape::Map(_) | Shape::Json(JsonKind::Object) | Shape::None => {
                Err(self.error(self.mismatch(at, "the value is a list", ty)))
            }
        }
    }

    fn boxed(
        &self,
        inner: &Ty,
        source: impl Fn(&Slot<'_>) -> Result<ValueSource, Reported>,
    ) -> Result<ValueSource, Reported> {
        Ok(ValueSource::Boxed(Box::new(Assignment {
            ty: inner.clone(),
            source: source(&Slot::of(inner.clone()))?,
        })))
    }

    fn wrapped(
        &self,
        ty: &Ty,
        inner: &Ty,
        source: impl Fn(&Slot<'_>) -> Result<ValueSource, Reported>,
    ) -> Result<ValueSource, Reported> {
        let inner = Assignment {
            ty: inner.clone(),
            source: source(&Slot::of(inner.clone()))?,
        };
        Ok(ValueSource::Wrapped(ty.clone(), Box::new(inner)))
    }

    /// Returns the assigner of the values in a list or an object that becomes JSON of a type. Any JSON keeps them.
    fn within(&self, ty: &Ty) -> Self {
        let body_values = match ty {
            Ty::Json | Ty::JsonMap => None,
            _ => self.body_values,
        };
        Self {
            body_values,
            ..*self
        }
    }

    pub(crate) fn json(
        &self,
        template: &Template,
        pointer: &str,
    ) -> Result<JsonTemplate, Reported> {
        let at = self.reports().at(pointer);
        Ok(match template {
            Template::Literal(value) => JsonTemplate::Constant(value.clone()),
            Template::Expression(expression) => {
                let read = self.read(expression, Scope::NoResponse, at)?.read;
                if conversion(&read.ty, &Ty::Json).is_none() {
                    let actual = format!("`{}` is {}", read.expression, describe(&read.ty));
                    return Err(self.error(self.mismatch(at, &actual, &Ty::Json)));
                }
                let received = self.received.read(self.context, expression, &read, true);
                if let Some(received) = &received {
                    self.send_unchanged(received.clone(), true, at);
                }
                JsonTemplate::Read(received.unwrap_or(read))
            }
            Template::Text(text) => JsonTemplate::Text(self.pieces(text, Scope::NoResponse, at)?),
            Template::Array(items) => {
                let items = items
                    .iter()
                    .enumerate()
                    .map(|(number, item)| self.json(item, &child(pointer, number)));
                JsonTemplate::List(all(items)?)
            }
            Template::Object(members) => {
                let members = members
                    .iter()
                    .map(|(key, value)| Ok((key.clone(), self.json(value, &child(pointer, key))?)));
                JsonTemplate::Object(all(members)?)
            }
            Template::Selector(selector) => JsonTemplate::Read(self.selected(selector, at)?),
        })
    }

    fn object(
        &self,
        members: &[(&str, &Template)],
        slot: &Slot<'_>,
        at: DocumentLocation<'_>,
    ) -> Result<ValueSource, Reported> {
        let ty = slot.ty.inner();
        match Shape::of(ty, self.context.clients) {
            Shape::Struct(name) => self.structure(name, members, at),
            Shape::Map(inner) => {
                let slot = Slot::of(inner.clone());
                let entries = members.iter().map(|(key, value)| {
                    let value = self.assign(value, &slot, &child(at.pointer, key))?;
                    Ok(((*key).to_owned(), value))
                });
                all(entries).map(ValueSource::Map)
            }
            Shape::Boxed(inner) => self.boxed(inner, |slot| self.object(members, slot, at)),
            Shape::Wrapper(inner) => self.wrapped(ty, inner, |slot| self.object(members, slot, at)),
            Shape::Json(_) => {
                let within = self.within(ty);
                let members = members.iter().map(|(key, value)| {
                    let value = within.json(value, &child(at.pointer, key))?;
                    Ok(((*key).to_owned(), value))
                });
                Ok(as_json(JsonTemplate::Object(all(members)?), ty))
            }
            Shape::List(_) | Shape::None => {
                Err(self.error(self.mismatch(at, "the value is an object", ty)))
            }
        }
    }

    fn structure(
        &self,
        name: &TypeName,
        members: &[(&str, &Template)],
        at: DocumentLocation<'_>,
    ) -> Result<ValueSource, Reported> {
        let index = self.index(name, at)?;
        let properties = index.properties(&name.name);
        for (key, value) in members {
            if !properties.iter().any(|property| property.name == *key) {
                if self.further(key, value, at)? {
                    continue;
                }
                let known: Vec<_> = properties.iter().map(|it| it.name.as_str()).collect();
                // Only a warning: the request is valid without it.
                let message =
                    format!("the request body has no property `{key}`, so it is not sent");
                let pointer = child(at.pointer, key);
                let at = self.reports().at(&pointer);
                self.lowering.undeclared.take(at.file, &pointer);
                let warning = at.diagnostic(Code::PropertyNotSent, message);
                self.reports()
                    .warn(warning.help(choices("its properties are", &known)));
            }
        }
        let others = other_fields(index, &name.name);
        let mut rest = OtherFields::None;
        let mut fields = Vec::new();
        for property in properties {
            let provided = members.iter().find(|(key, _)| *key == property.name);
            let field = ident(&property.ident);
            let is_filled = match &others {
                OtherFields::None => false,
                OtherFields::Default => true,
                OtherFields::Constructor(required) => !required.contains(&field),
            };
            if provided.is_none() && !is_needed(name, property) && is_filled {
                rest = others.clone();
                continue;
            }
            fields.push(self.field(name, property, provided.map(|(_, value)| *value), at));
        }
        Ok(ValueSource::Struct {
            ty: Ty::Struct(name.clone()),
            fields: all(fields)?,
            rest,
        })
    }

    /// Collects a property that the schema of the body does not declare. Returns `false` for one that cannot be sent.
    fn further(
        &self,
        key: &str,
        value: &Template,
        at: DocumentLocation<'_>,
    ) -> Result<bool, Reported> {
        let pointer = child(at.pointer, key);
        let Some((values, body)) = self.body_values else {
            return Ok(false);
        };
        // A property that the schema declares is missing in the type because it is only part of responses.
        let is_undeclared = self.lowering.undeclared.contains(at.file, &pointer);
        let Some(within) = pointer.strip_prefix(body).filter(|_| is_undeclared) else {
            return Ok(false);
        };
        let value = self.assign(value, &Slot::of(Ty::Json.optional()), &pointer)?;
        let mut values = values.borrow_mut();
        if !values.iter().any(|known| known.pointer == within) {
            values.push(BodyValue {
                pointer: within.to_owned(),
                value,
            });
        }
        Ok(true)
    }

    fn field(
        &self,
        name: &TypeName,
        property: &index::Property,
        provided: Option<&Template>,
        at: DocumentLocation<'_>,
    ) -> Result<FieldAssignment, Reported> {
        let is_needed = is_needed(name, property);
        let ty = of_client(name.api, &property.ty);
        let value = match provided {
            Some(template) => {
                let slot = Slot {
                    ty,
                    declaration: Some(Cow::Borrowed(&property.declaration)),
                };
                self.assign(template, &slot, &child(at.pointer, &property.name))?
            }
            None if is_needed => {
                let message = format!(
                    "missing required property `{}` in the request body",
                    property.name
                );
                let help = format!(
                    "add `{}`, or declare it as optional with an overlay if the API does not require it",
                    property.name
                );
                let error = at.diagnostic(Code::MissingProperty, message);
                return Err(self.error(error.help(help)));
            }
            None => Assignment {
                ty,
                source: ValueSource::Absent,
            },
        };
        Ok(FieldAssignment {
            field: ident(&property.ident),
            value,
        })
    }

    fn literal(
        &self,
        value: &Value,
        ty: &Ty,
        at: DocumentLocation<'_>,
    ) -> Result<ValueSource, Reported> {
        let (options, optional) = (ty.options(), ty.is_optional());
        let ty = ty.inner();
        if value.is_null() && options > 1 {
            return Ok(ValueSource::Null);
        }
        if value.is_null() && optional && *ty != Ty::Json {
            return Ok(ValueSource::Absent);
        }
        if let Value::String(text) = value
            && let Some(unquoted) = unquoted(text, ty)
        {
            let (text, ty_text) = (shorten(text), describe(ty));
            let message =
                format!("the value is the string `{text}`, but {ty_text} is declared here");
            let warning = at
                .diagnostic(Code::TypeMismatch, message)
                .label("sent without quotes");
            self.reports()
                .warn(warning.help(format!("write `{unquoted}`")));
            return self.literal(&unquoted, ty, at);
        }
        let whole = match ty {
            Ty::Integer(_) => whole_number(value),
            _ => None,
        };
        let value = whole.as_ref().unwrap_or(value);
        if *ty == Ty::String && self.in_json && (value.is_number() || value.is_boolean()) {
            let message = format!("the value is `{value}`, but a string is declared here");
            let warning = at
                .diagnostic(Code::TypeMismatch, message)
                .label("sent as a string");
            self.reports()
                .warn(warning.help(format!("write '{value}', in quotes")));
        }
        if *ty == Ty::DateTime {
            // The type has times in UTC.
            self.send_at(ValueSource::Constant(Constant::Json(value.clone())), at);
        }
        let constant = match (ty, value) {
            (Ty::Json, value) => Constant::Json(value.clone()),
            (Ty::Bool, Value::Bool(value)) => Constant::Bool(*value),
            (Ty::Integer(integer), Value::Number(number)) if integer.holds(number) => {
                Constant::Integer(number.clone(), *integer)
            }
            (Ty::Number, Value::Number(number)) => Constant::Number(number.clone()),
            (Ty::String, Value::String(text)) => Constant::String(text.clone()),
            // A number or boolean is sent as its JSON representation.
            (Ty::String, Value::Number(_) | Value::Bool(_)) => Constant::String(value.to_string()),
            (Ty::Secret | Ty::Text { .. } | Ty::Bytes, Value::String(text)) => {
                Constant::Text(ty.clone(), text.clone())
            }
            (Ty::Enum { name, .. }, Value::String(text)) => {
                return self.variant(ty, name, text, at);
            }
            (Ty::Boxed(inner), _) => {
                return self.boxed(inner, |slot| self.literal(value, &slot.ty, at));
            }
            (Ty::Wrapper(_, inner), _) => {
                return self.wrapped(ty, inner, |slot| self.literal(value, &slot.ty, at));
            }
            (
                Ty::DateTime | Ty::Date | Ty::Uuid | Ty::Ip(_) | Ty::JsonFields(_),
                Value::String(_),
            )
            | (Ty::Union(_) | Ty::Opaque(_) | Ty::Foreign(_), _) => {
                return Ok(ValueSource::Decoded(JsonTemplate::Constant(value.clone())));
            }
            (ty, value) => {
                return Err(self.error(self.mismatch(at, &format!("the value is `{value}`"), ty)));
            }
        };
        Ok(ValueSource::Constant(constant))
    }

    fn variant(
        &self,
        ty: &Ty,
        name: &TypeName,
        text: &str,
        at: DocumentLocation<'_>,
    ) -> Result<ValueSource, Reported> {
        let values = self.index(name, at)?.values(&name.name);
        let listed = values.map(|values| values.listed.as_slice());
        let listed = listed.unwrap_or_default();
        if let Some((variant, _)) = listed.iter().find(|(_, listed)| listed == text) {
            let variant = Constant::Variant(ty.clone(), variant.clone());
            return Ok(ValueSource::Constant(variant));
        }
        let known: Vec<_> = listed.iter().map(|(_, text)| text.as_str()).collect();
        let error = at.diagnostic(
            Code::UnknownValue,
            format!("`{text}` is not an allowed value"),
        );
        Err(self.error(error.help(choices("the allowed values are", &known))))
    }

    pub(super) fn mismatch(
        &self,
        at: DocumentLocation<'_>,
        actual: &str,
        expected: &Ty,
    ) -> Diagnostic {
        let expected = describe(expected);
        let sink = describe_sink(self.lowering.workflow, at.pointer);
        let message = match sink {
            Some(sink) => format!("{actual}, but {sink} takes {expected}"),
            None => format!("{actual}, but {expected} is required here"),
        };
        at.diagnostic(Code::TypeMismatch, message)
    }

    /// Returns the index of the client of a type.
    fn index(
        &self,
        name: &TypeName,
        at: DocumentLocation<'_>,
    ) -> Result<&'a index::Index, Reported> {
        let client = self.context.clients.get(name.api);
        client.map(|client| client.index).ok_or_else(|| {
            let construct = format!("a value of the type `{}` of an unknown client", name.name);
            self.error(at.unsupported(&construct))
        })
    }
}

/// Returns an integer for a number such as `5.0`.
fn whole_number(value: &Value) -> Option<Value> {
    let number = value.as_f64().filter(|_| value.is_f64())?;
    // Above it, not every integer is a floating point number.
    let is_exact = number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0;
    is_exact.then(|| Value::from(number as i64))
}

/// Returns the number or boolean of the type `ty` that a string contains.
fn unquoted(text: &str, ty: &Ty) -> Option<Value> {
    let value: Value = serde_json::from_str(text).ok()?;
    let fits = match (ty, &value) {
        (Ty::Integer(integer), Value::Number(number)) => integer.holds(number),
        (Ty::Number, Value::Number(_)) | (Ty::Bool, Value::Bool(_)) => true,
        _ => false,
    };
    fits.then_some(value)
}

/// Returns the source of the fields of a struct that have no value.
fn other_fields(index: &index::Index, name: &str) -> OtherFields {
    if index.has_default(name) {
        return OtherFields::Default;
    }
    match index.constructor(name) {
        Some(required) => OtherFields::Constructor(required.iter().map(|it| ident(it)).collect()),
        None => OtherFields::None,
    }
}

/// Returns `true` if a property needs a value in the document.
fn is_needed(name: &TypeName, property: &index::Property) -> bool {
    property.required && !of_client(name.api, &property.ty).is_optional()
}

fn as_json(json: JsonTemplate, ty: &Ty) -> ValueSource {
    match (ty, json) {
        (Ty::Json, JsonTemplate::Constant(value)) => ValueSource::Constant(Constant::Json(value)),
        (Ty::Json, json) => ValueSource::Json(json),
        (_, json) => ValueSource::Decoded(json),
    }
}
