//! What fills the places of a request: values checked against the types of the places they go to.

use std::cell::RefCell;

use serde_json::Value;

use super::Place;
use crate::arazzo::template::{Template, Text, TextPart};
use crate::diagnostic::{Code, Diagnostic, child};
use crate::lower::convert::{conversion, of_client};
use crate::lower::read_expression::{Answer, Context, Failed, choices};
use crate::model::{
    Assignment, Constant, Conversion, FieldAssignment, JsonTemplate, OtherFields, Read, ReadFrom,
    TextPiece, Ty, TypeName, ValueSource,
};
use crate::names::ident;
use crate::openapi::index;

/// Fills places, and notes which inputs go to which.
pub(crate) struct Filler<'a> {
    pub context: &'a Context<'a>,
    pub file: &'a std::path::Path,
    /// Where inputs go: which input, and the place.
    pub uses: RefCell<Vec<Use>>,
    pub diagnostics: RefCell<Vec<Diagnostic>>,
}

/// A place that an input goes to.
#[derive(Clone, Debug)]
pub(crate) struct Use {
    pub input: usize,
    pub ty: Ty,
    pub variable: Option<String>,
    /// The schema of the place.
    pub schema: Value,
}

/// A place of a request.
#[derive(Clone, Copy)]
pub(crate) struct Slot<'a> {
    pub ty: &'a Ty,
    pub about: &'a index::About,
}

impl<'a> Filler<'a> {
    pub(crate) fn new(context: &'a Context<'a>, file: &'a std::path::Path) -> Self {
        Self {
            context,
            file,
            uses: RefCell::default(),
            diagnostics: RefCell::default(),
        }
    }

    /// Says what is wrong.
    pub(crate) fn say(&self, diagnostic: Diagnostic) {
        self.diagnostics.borrow_mut().push(diagnostic);
    }

    /// Fills a place with a value.
    pub(crate) fn fill(&self, template: &Template, slot: Slot<'_>, pointer: &str) -> Assignment {
        let supply = self
            .supply(template, slot, pointer)
            .unwrap_or(ValueSource::Absent);
        Assignment {
            ty: slot.ty.clone(),
            source: supply,
        }
    }

    fn supply(&self, template: &Template, slot: Slot<'_>, pointer: &str) -> Option<ValueSource> {
        let at = Place {
            file: self.file,
            pointer,
        };
        let ty = slot.ty.inner();
        match template {
            Template::Expression(expression) => {
                if let crate::arazzo::expression::Expression::Input(named) = expression {
                    self.note(named, slot);
                }
                let (read, _) = self.reading(self.context.read(expression, None, at))?;
                match conversion(&read.ty, ty) {
                    Some(conversion) => Some(ValueSource::Read(read, conversion)),
                    None => {
                        let is = format!("`{}` is {}", read.expression, describe(&read.ty));
                        let error = mismatch(at, &is, ty);
                        self.say(match read.ty.is_scalar() {
                            true => error,
                            false => error.help(
                                "a JSON Pointer where it is read, `…#/NAME`, names a part of it",
                            ),
                        });
                        None
                    }
                }
            }
            Template::Text(text) => {
                let pieces = self.pieces(text, None, at)?;
                match conversion(&Ty::String, ty) {
                    Some(Conversion::ToJson) => Some(ValueSource::Json(JsonTemplate::Text(pieces))),
                    Some(conversion) => Some(ValueSource::Text(pieces, conversion)),
                    None => {
                        self.say(mismatch(at, "the value is a text", ty));
                        None
                    }
                }
            }
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
            Template::Literal(value) => self.literal(value, slot, at),
            Template::Array(items) => self.list(items, slot, at),
            Template::Object(members) => {
                let members: Vec<_> = members
                    .iter()
                    .map(|(key, value)| (key.as_str(), value))
                    .collect();
                self.object(&members, slot, at)
            }
            Template::Selector(_) => {
                self.say(at.unsupported("a selector"));
                None
            }
        }
    }

    pub(crate) fn note(&self, named: &crate::arazzo::expression::Named, slot: Slot<'_>) {
        let fields = &self.context.workflow.inputs.fields;
        let Some(resolved) = named.resolve(|name| fields.contains_key(name)) else {
            return;
        };
        let Some(input) = fields.get_index_of(resolved.name) else {
            return;
        };
        let whole = resolved.pointer.is_empty();
        self.uses.borrow_mut().push(Use {
            input,
            ty: if whole {
                slot.ty.inner().clone()
            } else {
                Ty::Json
            },
            variable: slot.about.variable.clone().filter(|_| whole),
            schema: if whole {
                slot.about.schema.clone()
            } else {
                Value::Null
            },
        });
    }

    fn reading<T>(&self, result: Result<T, Failed>) -> Option<T> {
        match result {
            Ok(read) => Some(read),
            Err(Failed::Wrong(diagnostic)) => {
                self.say(diagnostic);
                None
            }
            Err(Failed::Later) => None,
        }
    }

    /// A text in pieces.
    pub(crate) fn pieces(
        &self,
        text: &Text,
        answer: Option<Answer<'_>>,
        at: Place<'_>,
    ) -> Option<Vec<TextPiece>> {
        let piece = |part: &TextPart| match part {
            TextPart::Literal(text) => Some(TextPiece::Constant(text.clone())),
            TextPart::Expression(expression) => {
                let (read, _) = self.reading(self.context.read(expression, answer, at))?;
                Some(match read.from {
                    ReadFrom::Method(method) => TextPiece::Constant(method.to_owned()),
                    _ => TextPiece::Read(read),
                })
            }
        };
        text.parts.iter().map(piece).collect()
    }

    /// What an expression reads, with what is wrong with it said.
    pub(crate) fn read(
        &self,
        expression: &crate::arazzo::expression::Expression,
        answer: Option<Answer<'_>>,
        at: Place<'_>,
    ) -> Option<(Read, Option<(usize, index::Ty)>)> {
        self.reading(self.context.read(expression, answer, at))
    }

    fn list(&self, items: &[Template], slot: Slot<'_>, at: Place<'_>) -> Option<ValueSource> {
        match slot.ty.inner() {
            Ty::List(inner) => {
                let about = index::About::default();
                let items = items.iter().enumerate().map(|(number, item)| {
                    self.fill(
                        item,
                        Slot {
                            ty: inner,
                            about: &about,
                        },
                        &child(at.pointer, number),
                    )
                });
                Some(ValueSource::List(items.collect()))
            }
            Ty::Boxed(inner) => self.boxed(inner, |slot| self.list(items, slot, at)),
            Ty::Wrapper(_, inner) => {
                self.wrapped(slot.ty.inner(), inner, |slot| self.list(items, slot, at))
            }
            Ty::Json
            | Ty::Union(_)
            | Ty::Opaque(_)
            | Ty::Foreign(_)
            | Ty::DateTime
            | Ty::Date
            | Ty::Uuid
            | Ty::Ip(_)
            | Ty::Bytes => {
                let items: Option<_> = items
                    .iter()
                    .enumerate()
                    .map(|(number, item)| self.json(item, &child(at.pointer, number)))
                    .collect();
                Some(self.as_json(JsonTemplate::List(items?), slot.ty.inner()))
            }
            ty => {
                self.say(mismatch(at, "the value is a list", ty));
                None
            }
        }
    }

    fn boxed(
        &self,
        inner: &Ty,
        supply: impl Fn(Slot<'_>) -> Option<ValueSource>,
    ) -> Option<ValueSource> {
        let about = index::About::default();
        let supply = supply(Slot {
            ty: inner,
            about: &about,
        })?;
        Some(ValueSource::Boxed(Box::new(Assignment {
            ty: inner.clone(),
            source: supply,
        })))
    }

    fn wrapped(
        &self,
        ty: &Ty,
        inner: &Ty,
        supply: impl Fn(Slot<'_>) -> Option<ValueSource>,
    ) -> Option<ValueSource> {
        let about = index::About::default();
        let supply = supply(Slot {
            ty: inner,
            about: &about,
        })?;
        Some(ValueSource::Wrapped(
            ty.clone(),
            Box::new(Assignment {
                ty: inner.clone(),
                source: supply,
            }),
        ))
    }

    fn as_json(&self, json: JsonTemplate, ty: &Ty) -> ValueSource {
        match (ty, json) {
            (Ty::Json, JsonTemplate::Constant(value)) => {
                ValueSource::Constant(Constant::Json(value))
            }
            (Ty::Json, json) => ValueSource::Json(json),
            (_, json) => ValueSource::Decoded(json),
        }
    }

    fn json(&self, template: &Template, pointer: &str) -> Option<JsonTemplate> {
        let at = Place {
            file: self.file,
            pointer,
        };
        Some(match template {
            Template::Literal(value) => JsonTemplate::Constant(value.clone()),
            Template::Expression(expression) => {
                if let crate::arazzo::expression::Expression::Input(named) = expression {
                    self.note(
                        named,
                        Slot {
                            ty: &Ty::Json,
                            about: &index::About::default(),
                        },
                    );
                }
                JsonTemplate::Read(self.reading(self.context.read(expression, None, at))?.0)
            }
            Template::Text(text) => JsonTemplate::Text(self.pieces(text, None, at)?),
            Template::Array(items) => {
                let items = items
                    .iter()
                    .enumerate()
                    .map(|(number, item)| self.json(item, &child(pointer, number)));
                JsonTemplate::List(items.collect::<Option<_>>()?)
            }
            Template::Object(members) => {
                let members = members.iter().map(|(key, value)| {
                    Some((key.clone(), self.json(value, &child(pointer, key))?))
                });
                JsonTemplate::Object(members.collect::<Option<_>>()?)
            }
            Template::Selector(_) => {
                self.say(at.unsupported("a selector"));
                return None;
            }
        })
    }

    fn object(
        &self,
        members: &[(&str, &Template)],
        slot: Slot<'_>,
        at: Place<'_>,
    ) -> Option<ValueSource> {
        let json = || {
            let members: Option<Vec<_>> = members
                .iter()
                .map(|(key, value)| {
                    Some((
                        (*key).to_owned(),
                        self.json(value, &child(at.pointer, key))?,
                    ))
                })
                .collect();
            Some(JsonTemplate::Object(members?))
        };
        match slot.ty.inner() {
            Ty::Struct(name) => {
                let index = self.context.clients.get(name.api)?.index;
                if index.is_flattened(&name.name) {
                    return Some(ValueSource::Decoded(json()?));
                }
                self.structure(name, index, members, at)
            }
            Ty::Map(inner) => {
                let about = index::About::default();
                let entry = |(key, value): &(&str, &Template)| {
                    let filling = self.fill(
                        value,
                        Slot {
                            ty: inner,
                            about: &about,
                        },
                        &child(at.pointer, key),
                    );
                    ((*key).to_owned(), filling)
                };
                Some(ValueSource::Map(members.iter().map(entry).collect()))
            }
            Ty::Boxed(inner) => self.boxed(inner, |slot| self.object(members, slot, at)),
            Ty::Wrapper(_, inner) => self.wrapped(slot.ty.inner(), inner, |slot| {
                self.object(members, slot, at)
            }),
            ty @ (Ty::Json
            | Ty::JsonMap
            | Ty::Union(_)
            | Ty::Opaque(_)
            | Ty::Foreign(_)
            | Ty::DateTime
            | Ty::Date
            | Ty::Uuid
            | Ty::Ip(_)
            | Ty::Bytes) => Some(self.as_json(json()?, ty)),
            ty => {
                self.say(mismatch(at, "the value is an object", ty));
                None
            }
        }
    }

    fn structure(
        &self,
        name: &TypeName,
        index: &index::Index,
        members: &[(&str, &Template)],
        at: Place<'_>,
    ) -> Option<ValueSource> {
        let properties = index.properties(&name.name);
        let mut complete = true;
        for (key, _) in members {
            if !properties.iter().any(|property| property.name == *key) {
                let known: Vec<_> = properties
                    .iter()
                    .map(|property| property.name.as_str())
                    .collect();
                let pointer = child(at.pointer, key);
                let at = Place {
                    pointer: &pointer,
                    ..at
                };
                // A document may be wrong about what its API takes; the typed body cannot carry it either way.
                let message =
                    format!("the request body has no property `{key}`, and it is not sent");
                self.say(
                    at.diagnostic(Code::PropertyNotSent, message)
                        .help(choices("it has", &known)),
                );
            }
        }
        let constructor = index.constructor(&name.name).filter(|required| {
            // With a default, a constructor of nothing says no more.
            !required.is_empty() || !index.has_default(&name.name)
        });
        let is_constructed = |field: &String| {
            let required = constructor.as_ref();
            required.is_some_and(|all| !all.contains(field))
        };
        let mut fields = Vec::new();
        let mut rest = OtherFields::None;
        for property in &properties {
            let ty = of_client(name.api, &property.ty);
            match members.iter().find(|(key, _)| *key == property.name) {
                Some((key, template)) => {
                    let slot = Slot {
                        ty: &ty,
                        about: &property.about,
                    };
                    let filling = self.fill(template, slot, &child(at.pointer, key));
                    fields.push(FieldAssignment {
                        field: ident(&property.ident),
                        value: filling,
                    });
                }
                None if property.required && !ty.is_optional() => {
                    let message = format!(
                        "the request body lacks the property `{}`, which is required",
                        property.name
                    );
                    let help = format!(
                        "add `{}`; where the API does without it, say so with an overlay",
                        property.name
                    );
                    self.say(at.diagnostic(Code::MissingProperty, message).help(help));
                    complete = false;
                }
                None if index.has_default(&name.name) => rest = OtherFields::Default,
                None if is_constructed(&property.ident) => {
                    let required = constructor.iter().flatten();
                    rest = OtherFields::Constructor(required.map(|field| ident(field)).collect());
                }
                None => fields.push(FieldAssignment {
                    field: ident(&property.ident),
                    value: Assignment {
                        ty,
                        source: ValueSource::Absent,
                    },
                }),
            }
        }
        complete.then(|| ValueSource::Struct {
            ty: Ty::Struct(name.clone()),
            fields,
            rest,
        })
    }

    fn literal(&self, value: &Value, slot: Slot<'_>, at: Place<'_>) -> Option<ValueSource> {
        let ty = slot.ty.inner();
        if value.is_null() && slot.ty.options() > 1 {
            return Some(ValueSource::Null);
        }
        if value.is_null() && slot.ty.is_optional() && *ty != Ty::Json {
            return Some(ValueSource::Absent);
        }
        let constant = match (ty, value) {
            (Ty::Json, value) => Constant::Json(value.clone()),
            (Ty::Bool, Value::Bool(value)) => Constant::Bool(*value),
            (Ty::Integer(_), Value::Number(number)) if number.is_i64() || number.is_u64() => {
                Constant::Integer(value.clone(), ty.clone())
            }
            (Ty::Number, Value::Number(_)) => Constant::Number(value.clone()),
            (Ty::String, Value::String(text)) => Constant::String(text.clone()),
            // A number or boolean where a text goes is written as it stands.
            (Ty::String, Value::Number(_) | Value::Bool(_)) => Constant::String(value.to_string()),
            (Ty::Secret | Ty::Text { .. }, Value::String(text)) => {
                Constant::Text(ty.clone(), text.clone())
            }
            (Ty::Enum { name, .. }, Value::String(text)) => {
                return self.variant(ty, name, text, at);
            }
            (Ty::Boxed(inner), _) => {
                return self.boxed(inner, |slot| self.literal(value, slot, at));
            }
            (Ty::Wrapper(_, inner), _) => {
                return self.wrapped(ty, inner, |slot| self.literal(value, slot, at));
            }
            (
                Ty::Union(_)
                | Ty::Opaque(_)
                | Ty::Foreign(_)
                | Ty::DateTime
                | Ty::Date
                | Ty::Uuid
                | Ty::Ip(_)
                | Ty::Bytes,
                value,
            ) => {
                return Some(ValueSource::Decoded(JsonTemplate::Constant(value.clone())));
            }
            (ty, value) => {
                self.say(mismatch(at, &format!("the value is `{value}`"), ty));
                return None;
            }
        };
        Some(ValueSource::Constant(constant))
    }

    fn variant(&self, ty: &Ty, name: &TypeName, text: &str, at: Place<'_>) -> Option<ValueSource> {
        let values = self
            .context
            .clients
            .get(name.api)?
            .index
            .values(&name.name)?;
        if let Some((variant, _)) = values.listed.iter().find(|(_, listed)| listed == text) {
            return Some(ValueSource::Constant(Constant::Variant(
                ty.clone(),
                variant.clone(),
            )));
        }
        let known: Vec<_> = values
            .listed
            .iter()
            .map(|(_, text)| text.as_str())
            .collect();
        let error = at.diagnostic(
            Code::UnknownValue,
            format!("`{text}` is none of the values that are allowed here"),
        );
        self.say(error.help(choices("allowed are", &known)));
        None
    }
}

fn mismatch(at: Place<'_>, what: &str, place: &Ty) -> Diagnostic {
    at.diagnostic(
        Code::TypeMismatch,
        format!("{what}, but {} is needed here", describe(place)),
    )
}

/// A type in words.
pub(crate) fn describe(ty: &Ty) -> String {
    match ty {
        Ty::Bool => "a boolean".to_owned(),
        Ty::Integer(_) => "an integer".to_owned(),
        Ty::Number => "a number".to_owned(),
        Ty::String | Ty::Secret => "a text".to_owned(),
        Ty::Json => "any JSON".to_owned(),
        Ty::JsonMap => "an object".to_owned(),
        Ty::Text { name, .. } => format!("a text of the type `{}`", name.name),
        Ty::Enum { name, .. } => format!("a value of the enumeration `{}`", name.name),
        Ty::Struct(name) | Ty::Union(name) | Ty::Wrapper(name, _) | Ty::Opaque(name) => {
            format!("a value of the type `{}`", name.name)
        }
        Ty::DateTime => "a date and time".to_owned(),
        Ty::Date => "a date".to_owned(),
        Ty::Uuid => "a UUID".to_owned(),
        Ty::Ip(_) => "an IP address".to_owned(),
        Ty::Bytes => "bytes".to_owned(),
        Ty::Foreign(ty) => format!("a value of the type `{}`", quote::quote!(#ty)),
        Ty::List(inner) => format!("a list, each element {},", describe(inner)),
        Ty::Map(inner) => format!("an object, each member {},", describe(inner)),
        Ty::Boxed(inner) | Ty::Option(inner) => describe(inner),
    }
}
