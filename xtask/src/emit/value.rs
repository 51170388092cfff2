//! Rust expressions for values: reads of inputs, outputs and responses, and the values of a request.

use std::collections::BTreeMap;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::borrowed::{Borrowed, Duplication, text_of};
use super::file::RuntimePath;
use super::literal::{constant_json, integer_tokens, number_tokens};
use super::ty::Types;
use crate::model::{
    Access, Assignment, Constant, Conversion, FieldAssignment, Input, InputDefault, JsonTemplate,
    OtherFields, Pass, Read, ReadFrom, Step, TextPiece, Ty, ValueSource, Workflow,
};
use crate::names::{Scope, bare, ident};

/// Variables and functions in the code of a step that no other variable may shadow.
const VARIABLES: &[&str] = &[
    "at",
    "body",
    "call",
    "client",
    "condition",
    "expect_status",
    "expect_success",
    "finished",
    "given",
    "header_text",
    "inputs",
    "judge",
    "options",
    "reply",
    "response",
    "steps",
];

/// Form in which a step holds its response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// As its typed value, under the name `body`.
    Value,
    /// As a `Response`.
    Response,
    /// As an `AcceptedResponse`, whose typed value may be absent.
    AcceptedResponse,
}

/// Printer of the values of one function.
pub struct Values<'p> {
    pub runtime: &'p RuntimePath,
    pub types: Types<'p>,
    pub workflow: &'p Workflow,
    /// Statements that precede the expression.
    pub before: Vec<TokenStream>,
    /// Names of variables in scope.
    pub scope: Scope,
    /// Variables of values that were already required, by runtime expression and source.
    required: BTreeMap<(String, ReadFrom), Ident>,
    /// `true` if the typed value of the response may be absent.
    pub maybe_body: bool,
    /// Form in which the response is held.
    pub held: Held,
}

impl<'p> Values<'p> {
    /// Creates a printer with the names of the parameters in scope.
    pub fn new(runtime: &'p RuntimePath, types: Types<'p>, workflow: &'p Workflow) -> Self {
        let mut scope = Scope::with(VARIABLES);
        for client in &workflow.clients {
            scope.snake(&client.name.to_string());
        }
        Self {
            runtime,
            types,
            workflow,
            before: Vec::new(),
            scope,
            required: BTreeMap::new(),
            maybe_body: false,
            held: Held::AcceptedResponse,
        }
    }

    /// Returns the root of a value, without its path.
    fn root(&self, read: &Read) -> Borrowed {
        match read.from {
            ReadFrom::Input(index) => match self.workflow.inputs.get(index) {
                Some(Input {
                    field,
                    required: true,
                    ..
                }) => Borrowed::Place(quote!(inputs.#field)),
                Some(Input { field, .. }) => Borrowed::MaybePlace(quote!(inputs.#field)),
                None => Borrowed::Maybe(quote!(None)),
            },
            ReadFrom::Given(index) => match self.workflow.inputs.get(index) {
                Some(Input { id, .. }) => {
                    let typed = ReadFrom::Input(index);
                    let value = self
                        .root(&Read {
                            from: typed,
                            ..read.clone()
                        })
                        .as_option();
                    Borrowed::MaybeOwned(quote!(at.given(#id, #value)))
                }
                None => Borrowed::Maybe(quote!(None)),
            },
            ReadFrom::Output { step, output } => self.output(step, output),
            ReadFrom::Body if self.maybe_body => Borrowed::Maybe(quote!(body)),
            ReadFrom::Body if self.held == Held::Value => Borrowed::Place(quote!(body)),
            ReadFrom::Body => Borrowed::Reference(quote!(body)),
            ReadFrom::Status if self.held == Held::Response => {
                Borrowed::Owned(quote!(reply.status().as_u16()))
            }
            ReadFrom::Status => Borrowed::Owned(quote!(reply.status_code())),
            ReadFrom::Method(method) => Borrowed::Owned(quote!(#method.to_owned())),
            ReadFrom::RawBody | ReadFrom::Header => Borrowed::Place(quote!(reply)),
        }
    }

    fn output(&self, step: usize, output: usize) -> Borrowed {
        let Some((Step { field, .. }, output)) = self
            .workflow
            .steps
            .get(step)
            .and_then(|step| Some((step, step.outputs.get(output)?)))
        else {
            return Borrowed::Maybe(quote!(None));
        };
        let name = &output.field;
        Borrowed::MaybeField(
            quote!(steps.#field.as_ref()),
            quote!(#name),
            output.ty.is_optional(),
        )
    }

    /// Returns a borrowed value of the flow.
    pub fn read(&self, read: &Read) -> Borrowed {
        self.follow(self.root(read), &read.path)
    }

    /// Follows a path into a value.
    pub fn follow(&self, root: Borrowed, path: &[Access]) -> Borrowed {
        path.iter()
            .fold(root, |value, access| value.step(access, self.runtime))
    }

    /// Returns an assigned value as an argument.
    pub fn argument(&mut self, name: &Ident, assignment: &Assignment, pass: Pass) -> TokenStream {
        let optional = assignment.ty.is_optional();
        let target = assignment.ty.inner();
        if matches!(assignment.source, ValueSource::Absent) {
            return quote!(None);
        }
        if let ValueSource::Constant(Constant::String(text)) = &assignment.source
            && pass.is_text()
        {
            return if optional {
                quote!(Some(#text))
            } else {
                quote!(#text)
            };
        }
        if let ValueSource::Constant(constant) = &assignment.source
            && pass == Pass::Value
        {
            let value = self.constant(constant);
            return if optional {
                quote!(Some(#value))
            } else {
                value
            };
        }
        if let ValueSource::Read(read, conversion @ (Conversion::Same | Conversion::ToText)) =
            &assignment.source
            && (*conversion == Conversion::Same || pass.is_text())
        {
            let value = self.read(read);
            let value = if optional {
                value
            } else {
                self.required(value, read)
            };
            return value.pass(pass, target, &read.ty, optional);
        }
        // Every other value is computed once, before the call, and borrowed.
        let filled = self.owned(assignment);
        let name = self.scope.snake(&name.to_string());
        self.before.push(quote!(let #name = #filled;));
        let value = if optional {
            Borrowed::MaybePlace(quote!(#name))
        } else {
            Borrowed::Place(quote!(#name))
        };
        value.pass(pass, target, target, optional)
    }

    /// Requires a value before the request is sent. A value that is used several times is checked once.
    fn required(&mut self, value: Borrowed, read: &Read) -> Borrowed {
        let (value, owned) = match value {
            Borrowed::Maybe(value) => (value, false),
            Borrowed::MaybeOwned(value) => (value, true),
            maybe @ (Borrowed::MaybePlace(_)
            | Borrowed::MaybeNull(_)
            | Borrowed::MaybeField(..)) => (maybe.as_option(), false),
            certain => return certain,
        };
        let text = &read.expression;
        // A value and its JSON as received have the same expression.
        let key = (text.clone(), read.from);
        let name = match self.required.get(&key) {
            Some(name) => name.clone(),
            None => {
                let name = self.scope.snake(&self.name_of(read));
                self.before
                    .push(quote!(let #name = at.require(#value, #text)?;));
                self.required.insert(key, name.clone());
                name
            }
        };
        match owned {
            true => Borrowed::Place(quote!(#name)),
            false => Borrowed::Reference(quote!(#name)),
        }
    }

    /// Returns the name for the variable of a value: that of its input or output.
    fn name_of(&self, read: &Read) -> String {
        let name = match read.from {
            ReadFrom::Input(input) | ReadFrom::Given(input) => {
                self.workflow.inputs.get(input).map(|input| &input.field)
            }
            ReadFrom::Output { step, output } => {
                let step = self.workflow.steps.get(step);
                step.and_then(|step| step.outputs.get(output))
                    .map(|output| &output.field)
            }
            ReadFrom::Body
            | ReadFrom::RawBody
            | ReadFrom::Status
            | ReadFrom::Header
            | ReadFrom::Method(_) => None,
        };
        let name = name.map_or_else(|| "value".to_owned(), ToString::to_string);
        bare(name)
    }

    /// Returns an assigned value, owned and of exactly its type.
    pub fn owned(&mut self, assignment: &Assignment) -> TokenStream {
        let options = assignment.ty.options();
        let target = assignment.ty.inner();
        let some = |value: TokenStream| in_options(value, options);
        match &assignment.source {
            ValueSource::Absent if options > 0 => quote!(None),
            ValueSource::Absent => quote!(Default::default()),
            ValueSource::Null => in_options(quote!(None), options.saturating_sub(1)),
            ValueSource::Constant(constant) => {
                let value = self.constant(constant);
                some(value)
            }
            ValueSource::Read(read, conversion) => {
                self.owned_read(read, *conversion, target, options)
            }
            ValueSource::Text(pieces, conversion) => {
                let text = self.text(pieces);
                if *conversion == Conversion::Same {
                    return some(text);
                }
                let value = self.converted(
                    Borrowed::Owned(text),
                    *conversion,
                    &Ty::String,
                    target,
                    "a string in the document",
                );
                some(value)
            }
            ValueSource::List(items) => {
                let items: Vec<_> = items.iter().map(|item| self.owned(item)).collect();
                some(quote!(vec![#(#items),*]))
            }
            ValueSource::Map(entries) => {
                let map = self.map(entries);
                some(map)
            }
            ValueSource::Wrapped(ty, inner) => {
                let (ty, inner) = (self.types.ty(ty), self.owned(inner));
                some(quote!(#ty(#inner)))
            }
            ValueSource::Boxed(inner) => {
                let inner = self.owned(inner);
                some(quote!(Box::new(#inner)))
            }
            ValueSource::Struct { ty, fields, rest } => {
                let ty = self.types.ty(ty);
                let value = self.structure(ty, fields, rest);
                some(value)
            }
            ValueSource::Json(json) => {
                let json = self.json(json);
                some(json)
            }
            ValueSource::Serialized(inner) => {
                let inner = self.owned(inner);
                quote! {
                    match #inner {
                        Some(value) => Some(at.convert(::serde_json::to_value(value), "a value in the document")?),
                        None => None,
                    }
                }
            }
            ValueSource::Decoded(JsonTemplate::Object(members)) if *target == Ty::JsonMap => {
                let map = self.json_object(members);
                some(quote!(#map))
            }
            ValueSource::Decoded(json) => {
                let (ty, json) = (self.types.ty(target), self.json(json));
                some(
                    quote!(at.convert(::serde_json::from_value::<#ty>(#json), "a value in the document")?),
                )
            }
        }
    }

    /// Returns a struct expression with the assigned fields and the defaults of the rest.
    pub fn structure(
        &mut self,
        ty: TokenStream,
        fields: &[FieldAssignment],
        rest: &OtherFields,
    ) -> TokenStream {
        let values: Vec<(&Ident, TokenStream)> = fields
            .iter()
            .map(|FieldAssignment { field, value }| (field, self.owned(value)))
            .collect();
        let constructed = match rest {
            OtherFields::Constructor(required) => required.as_slice(),
            OtherFields::None | OtherFields::Default => &[],
        };
        let (required, set): (Vec<_>, Vec<_>) = values
            .into_iter()
            .partition(|(name, _)| constructed.contains(name));
        let set: Vec<_> = set
            .iter()
            .map(|(name, value)| quote!(#name: #value))
            .collect();
        let required = constructed.iter().filter_map(|name| {
            let (_, value) = required.iter().find(|(known, _)| *known == name)?;
            Some(value)
        });
        let rest = match rest {
            OtherFields::None => None,
            OtherFields::Default => Some(quote!(Default::default())),
            OtherFields::Constructor(_) => Some(quote!(#ty::new(#(#required),*))),
        };
        match (set.is_empty(), rest) {
            (true, Some(rest)) if !constructed.is_empty() => rest,
            (true, Some(_)) => quote!(#ty::default()),
            (false, Some(rest)) => quote!(#ty { #(#set,)* ..#rest }),
            (_, None) => quote!(#ty { #(#set),* }),
        }
    }

    fn owned_read(
        &mut self,
        read: &Read,
        conversion: Conversion,
        target: &Ty,
        options: usize,
    ) -> TokenStream {
        let optional = options > 0;
        // A value that is present is wrapped in every `Option` except the outermost.
        let present = |value: TokenStream| in_options(value, options.saturating_sub(1));
        let value = self.read(read);
        let collection = matches!(target, Ty::List(_) | Ty::Map(_) | Ty::JsonMap);
        // A required collection is sent empty if its value is absent.
        let lenient = collection && !optional && conversion == Conversion::Same;
        if !value.is_certain() && (optional || lenient) {
            if conversion == Conversion::Same {
                let value = value.cloned(Duplication::of(&read.ty));
                return match options {
                    0 => quote!(#value.unwrap_or_default()),
                    1 => value,
                    _ => quote!(#value.map(Some)),
                };
            }
            let held = match &value {
                Borrowed::MaybeOwned(_) => Borrowed::Owned(quote!(value)),
                _ => Borrowed::Reference(quote!(value)),
            };
            let is_owned = matches!(value, Borrowed::MaybeOwned(_));
            let value = value.as_option();
            if (conversion, target, options) == (Conversion::FromJson, &Ty::Json, 1) {
                let cloned = (!is_owned).then(|| quote!(.cloned()));
                return quote!(#value.filter(|value| !value.is_null()) #cloned);
            }
            // Null leaves an optional value out.
            let value = match (conversion, options) {
                (Conversion::Scalar | Conversion::FromJson, 1) => {
                    quote!(#value.filter(|value| !value.is_null()))
                }
                _ => value,
            };
            let inner =
                present(self.converted(held, conversion, &read.ty, target, &read.expression));
            let fallible = matches!(
                conversion,
                Conversion::Parse
                    | Conversion::Integer
                    | Conversion::ToJson
                    | Conversion::Scalar
                    | Conversion::FromJson
                    | Conversion::ThroughJson
            );
            return match fallible {
                // `?` does not work in a closure, so the `Option` is matched.
                true => quote!(match #value { Some(value) => Some(#inner), None => None }),
                false => quote!(#value.map(|value| #inner)),
            };
        }
        let value = self.required(value, read);
        let value = match conversion {
            Conversion::Same => value.cloned(Duplication::of(&read.ty)),
            _ => self.converted(value, conversion, &read.ty, target, &read.expression),
        };
        in_options(value, options)
    }

    /// Converts a borrowed value to another type.
    fn converted(
        &self,
        value: Borrowed,
        conversion: Conversion,
        from: &Ty,
        to: &Ty,
        text: &str,
    ) -> TokenStream {
        let (target, runtime) = (self.types.ty(to), self.runtime);
        let (receiver, reference) = (value.clone().receiver(), value.clone().reference());
        let copy = value.cloned(Duplication::Copy);
        let plain = text_of(&receiver, from);
        match conversion {
            Conversion::Same => quote!(#receiver.clone()),
            Conversion::ToText => quote!(#plain.to_owned()),
            Conversion::FromText | Conversion::TextToText => quote!(#target::from(#plain)),
            Conversion::Parse => quote!(at.convert(#plain.parse::<#target>(), #text)?),
            Conversion::Print => quote!(#receiver.to_string()),
            Conversion::PrintToText => quote!(#target::from(#receiver.to_string())),
            Conversion::PrintTime => time_text(&receiver),
            Conversion::ToBytes => quote!(#target::from(#plain.to_owned())),
            Conversion::Integer if widens(from, to) => quote!(#target::from(#copy)),
            Conversion::Integer => quote!(at.convert(#target::try_from(#copy), #text)?),
            Conversion::Number => quote!(#target::from(#copy)),
            Conversion::Collect => quote!(#receiver.clone().into_iter().collect()),
            Conversion::ToJson => quote!(at.convert(::serde_json::to_value(#reference), #text)?),
            Conversion::Scalar if *to == Ty::String => {
                quote!(at.convert(#runtime::criterion::scalar(#reference), #text)?)
            }
            Conversion::Scalar => {
                quote!(#target::from(at.convert(#runtime::criterion::scalar(#reference), #text)?))
            }
            Conversion::ThroughJson => quote! {
                at.convert(::serde_json::to_value(#reference).and_then(::serde_json::from_value::<#target>), #text)?
            },
            Conversion::FromJson => {
                quote!(at.convert(::serde_json::from_value::<#target>(#receiver.clone()), #text)?)
            }
        }
    }

    /// Returns a string formatted from pieces.
    pub fn text(&mut self, pieces: &[TextPiece]) -> TokenStream {
        let mut format = String::new();
        let mut arguments = Vec::new();
        for piece in pieces {
            match piece {
                TextPiece::Constant(text) => {
                    format.push_str(&text.replace('{', "{{").replace('}', "}}"))
                }
                TextPiece::Read(read) | TextPiece::Xml(read) => {
                    format.push_str("{}");
                    let value = self.read(read);
                    let value = self.required(value, read);
                    let argument = match &read.ty {
                        ty if ty.is_text() => text_of(&value.receiver(), ty),
                        Ty::DateTime => time_text(&value.receiver()),
                        Ty::Date | Ty::Uuid | Ty::Ip(_) => value.receiver(),
                        ty if ty.is_scalar() => value.receiver(),
                        _ => {
                            let (value, runtime) = (value.reference(), self.runtime);
                            let text = quote!(at.convert(#runtime::criterion::embedded(#value), "a part of a string")?);
                            if pieces.len() == 1 {
                                return text;
                            }
                            text
                        }
                    };
                    let runtime = self.runtime;
                    arguments.push(match piece {
                        TextPiece::Xml(_) => {
                            quote!(#runtime::criterion::xml_text(format_args!("{}", #argument)))
                        }
                        _ => argument,
                    });
                }
            }
        }
        quote!(format!(#format, #(#arguments),*))
    }

    fn json(&mut self, json: &JsonTemplate) -> TokenStream {
        match json {
            JsonTemplate::Constant(value) => constant_json(value),
            JsonTemplate::Text(pieces) => {
                let text = self.text(pieces);
                quote!(::serde_json::Value::String(#text))
            }
            JsonTemplate::Read(read) => {
                let value = self.read(read);
                let value = self.required(value, read);
                let value = match read.ty.is_copy() {
                    true => value.cloned(Duplication::Copy),
                    false => value.reference(),
                };
                let text = &read.expression;
                quote!(at.convert(::serde_json::to_value(#value), #text)?)
            }
            JsonTemplate::List(items) => {
                let items: Vec<_> = items.iter().map(|item| self.json(item)).collect();
                quote!(::serde_json::Value::Array(vec![#(#items),*]))
            }
            JsonTemplate::Object(members) => {
                let map = self.json_object(members);
                quote!(::serde_json::Value::Object(#map))
            }
        }
    }

    /// Builds a JSON object, without members whose values are absent, and returns its variable.
    fn json_object(&mut self, members: &[(String, JsonTemplate)]) -> Ident {
        let map = self.scope.snake("object");
        self.before
            .push(quote!(let mut #map = ::serde_json::Map::new();));
        for (key, member) in members {
            if let JsonTemplate::Read(read) = member
                && let value = self.read(read)
                && !value.is_certain()
            {
                let value = value.as_option();
                let text = &read.expression;
                self.before.push(quote! {
                    if let Some(value) = #value {
                        #map.insert(#key.to_owned(), at.convert(::serde_json::to_value(value), #text)?);
                    }
                });
                continue;
            }
            let value = self.json(member);
            self.before
                .push(quote!(#map.insert(#key.to_owned(), #value);));
        }
        map
    }

    /// Returns a map, without entries whose values are absent.
    fn map(&mut self, entries: &[(String, Assignment)]) -> TokenStream {
        let absent = |assignment: &Assignment| match &assignment.source {
            ValueSource::Read(read, _) => !self.read(read).is_certain(),
            _ => false,
        };
        let gaps = entries.iter().any(|(_, assignment)| absent(assignment));
        let mut written = Vec::new();
        for (key, assignment) in entries {
            let target = if gaps {
                Ty::Option(Box::new(assignment.ty.clone()))
            } else {
                assignment.ty.clone()
            };
            let value = self.owned(&Assignment {
                ty: target,
                source: assignment.source.clone(),
            });
            written.push(quote!((#key.to_owned(), #value)));
        }
        match gaps {
            true => {
                quote!([#(#written),*].into_iter().filter_map(|(key, value)| Some((key, value?))).collect())
            }
            false => quote!([#(#written),*].into_iter().collect()),
        }
    }

    /// Returns the default of an input as an `Option`.
    ///
    /// It is `None` for a value that the generator cannot check and the type rejects, such as a string that does not
    /// match a pattern. A run without this input is then an error.
    pub fn default(&self, default: &InputDefault) -> TokenStream {
        let target = default.value.ty.inner();
        match &default.value.source {
            ValueSource::Constant(Constant::Integer(number, integer)) if integer.is_non_zero() => {
                let (ty, value) = (integer.tokens(), integer_tokens(number));
                quote!(#ty::new(#value))
            }
            ValueSource::Constant(Constant::Number(number)) if number.is_f64() => {
                let (runtime, value) = (self.runtime, number_tokens(number));
                quote!(#runtime::Number::try_from(#value).ok())
            }
            ValueSource::Constant(constant) => {
                let value = self.constant(constant);
                quote!(Some(#value))
            }
            _ => {
                let (ty, json) = (self.types.ty(target), constant_json(&default.json));
                quote!(::serde_json::from_value::<#ty>(#json).ok())
            }
        }
    }

    /// Returns a constant as a value of its type.
    pub fn constant(&self, constant: &Constant) -> TokenStream {
        match constant {
            Constant::Bool(value) => quote!(#value),
            Constant::Integer(number, integer) => {
                let value = integer_tokens(number);
                match integer.is_non_zero() {
                    true => {
                        let ty = integer.tokens();
                        quote!(at.convert(#ty::try_from(#value), "a number of the document")?)
                    }
                    false => value,
                }
            }
            Constant::Number(number) => {
                let (runtime, value) = (self.runtime, number_tokens(number));
                match number.is_f64() {
                    true => {
                        quote!(at.convert(#runtime::Number::try_from(#value), "a number of the document")?)
                    }
                    false => quote!(#runtime::Number::from(#value)),
                }
            }
            Constant::String(text) => quote!(#text.to_owned()),
            Constant::Text(ty, text) => {
                let ty = self.types.ty(ty);
                quote!(#ty::from(#text))
            }
            Constant::Variant(ty, variant) => {
                let ty = self.types.ty(ty);
                let variant = ident(variant);
                quote!(#ty::#variant)
            }
            Constant::Json(value) => constant_json(value),
        }
    }
}

/// Wraps a value in this many `Option`s.
fn in_options(value: TokenStream, options: usize) -> TokenStream {
    (0..options).fold(value, |value, _| quote!(Some(#value)))
}

/// Formats a time by RFC 3339, as in JSON.
fn time_text(value: &TokenStream) -> TokenStream {
    quote!(#value.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
}

/// Returns `true` if the second integer type can hold every value of the first.
fn widens(from: &Ty, to: &Ty) -> bool {
    match (from, to) {
        (Ty::Integer(from), Ty::Integer(to)) => from.widens_to(*to),
        _ => false,
    }
}
