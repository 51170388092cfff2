//! Request builders: their fields, their setters, and the method that sends the request.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Printer, text};
use crate::emit::docs::doc;
use crate::model::resource::{
    Argument, Body, Builder, Cursor, FieldLocation, Fill, Group, Input, InputMode, Optionality,
    Paging, ResponseKind, Step,
};
use crate::model::{Integer, Pass, Ty};
use crate::names::{bare, ident};

/// Prints the struct and its methods.
pub(super) fn builder(printer: &Printer<'_>, group: &Group, builder: &Builder) -> TokenStream {
    let (name, runtime, client) = (&builder.name, printer.runtime, printer.client());
    let docs = doc(&format!(
        "Request builder for [`{}::{}`].",
        group.handle, builder.method
    ));
    let example = text::example_attributes(group, builder);
    let own = builder.inputs.iter().filter_map(|input| {
        let FieldLocation::Own(field) = &input.location else {
            return None;
        };
        let ty = printer.ty(&input.ty);
        Some(match input.mode {
            InputMode::Nullable(_) => quote!(#field: Option<Option<#ty>>),
            InputMode::Optional => quote!(#field: Option<#ty>),
            InputMode::Argument | InputMode::Field | InputMode::Default => quote!(#field: #ty),
        })
    });
    let params = builder
        .params
        .as_ref()
        .map(|params| quote!(params: #client::params::#params,));
    let body = match &builder.body {
        Some(Body::Struct { ty, .. }) => {
            let ty = printer.ty(ty);
            Some(quote!(body: #ty,))
        }
        _ => None,
    };
    let is_hidden = builder.inputs.iter().any(is_redacted);
    let debug = is_hidden.then(|| debug(printer, builder));
    let derived = match is_hidden {
        true => quote!(#[derive(Clone)]),
        false => quote!(#[derive(Clone, Debug)]),
    };
    let output = output(printer, builder);
    let variables = variables(printer, builder);
    let setters = [SetterTarget::Own, SetterTarget::Params, SetterTarget::Body]
        .map(|target| setters(printer, builder, target));
    let paging = builder
        .paging
        .as_ref()
        .map(|paging| pages(printer, builder, paging));
    let send = send(printer, builder);
    quote! {
        #docs
        #example
        #derived
        #[must_use = "nothing is sent until `send` is called"]
        pub struct #name {
            call: super::Call,
            #(#own,)*
            #params
            #body
        }
        #runtime::impl_call!(#name -> #output);
        #paging
        #variables
        #(#setters)*

        #debug

        impl #name {
            #send
        }
    }
}

/// Returns `true` if a field of the builder holds a secret that its type does not redact.
fn is_redacted(input: &Input) -> bool {
    input.is_hidden && matches!(input.location, FieldLocation::Own(_))
}

/// Prints an implementation of `Debug` that redacts secrets.
fn debug(printer: &Printer<'_>, builder: &Builder) -> TokenStream {
    let (name, runtime) = (&builder.name, printer.runtime);
    let text = name.to_string();
    let own = builder.inputs.iter().filter_map(|input| {
        let FieldLocation::Own(field) = &input.location else {
            return None;
        };
        let text = bare(field);
        Some(match is_redacted(input) {
            true => quote!(.field(#text, &#runtime::Redacted)),
            false => quote!(.field(#text, &self.#field)),
        })
    });
    let params = builder
        .params
        .is_some()
        .then(|| quote!(.field("params", &self.params)));
    let body = matches!(builder.body, Some(Body::Struct { .. }))
        .then(|| quote!(.field("body", &self.body)));
    quote! {
        impl ::std::fmt::Debug for #name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_struct(#text)
                    .field("call", &self.call)
                    #(#own)*
                    #params
                    #body
                    .finish()
            }
        }
    }
}

/// Returns `true` if `impl Into` is of no use, or makes the type of a literal ambiguous.
pub(super) fn is_passed_directly(ty: &Ty) -> bool {
    match ty {
        Ty::Bool | Ty::Enum { open: false, .. } => true,
        Ty::DateTime | Ty::Date | Ty::Uuid | Ty::Ip(_) | Ty::Opaque(_) | Ty::Foreign(_) => true,
        Ty::JsonFields(_) | Ty::Multipart => true,
        Ty::Integer(integer) => *integer != Integer::I64,
        _ => false,
    }
}

/// Prints the setters of values that the handle fills in.
fn variables(printer: &Printer<'_>, builder: &Builder) -> Option<TokenStream> {
    let name = &builder.name;
    let filled = builder.variable_uses.iter().filter_map(|filled| {
        let known = printer.variable(filled.variable)?;
        let field = &known.variable.field;
        let docs = (filled.description != known.description)
            .then(|| doc(&text::described(&known.variable.name, &filled.description)));
        Some(quote!(#docs #field))
    });
    let filled: Vec<TokenStream> = filled.collect();
    (!filled.is_empty()).then(|| quote!(variables!(#name { #(#filled),* });))
}

/// Struct that contains the fields of setters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SetterTarget {
    Own,
    Params,
    Body,
}

/// Prints the setters of the fields of one struct.
fn setters(printer: &Printer<'_>, builder: &Builder, target: SetterTarget) -> Option<TokenStream> {
    let (name, runtime) = (&builder.name, printer.runtime);
    let entries = builder.inputs.iter().filter_map(|input| {
        let field = match (&input.location, target) {
            (FieldLocation::Own(field), SetterTarget::Own)
            | (FieldLocation::Params(field), SetterTarget::Params)
            | (FieldLocation::Body(field), SetterTarget::Body) => field,
            _ => return None,
        };
        let (kind, null) = match &input.mode {
            InputMode::Argument | InputMode::Field => return None,
            InputMode::Optional => ("optional", None),
            InputMode::Nullable(null) => ("nullable", Some(quote!((#null)))),
            InputMode::Default => ("plain", None),
        };
        let (kind, item) = match &input.ty {
            Ty::List(item) => (format!("{kind}_list"), &**item),
            ty if input.is_in_seconds => (format!("{kind}_seconds"), ty),
            ty => (kind.to_owned(), ty),
        };
        let (kind, setter, ty) = (ident(&kind), &input.ident, printer.ty(item));
        let ty = match is_passed_directly(item) {
            _ if input.is_in_seconds => quote!(impl Into<#runtime::Seconds>),
            true => ty,
            false => quote!(impl Into<#ty>),
        };
        let other = (field != setter).then(|| quote!((#field)));
        let docs = doc(&text::input(input));
        Some(quote!(#docs #kind #null #setter #other: #ty))
    });
    let entries: Vec<TokenStream> = entries.collect();
    if entries.is_empty() {
        return None;
    }
    let place = match target {
        SetterTarget::Own => quote!(),
        SetterTarget::Params => quote!(.params),
        SetterTarget::Body => quote!(.body),
    };
    Some(quote!(#runtime::impl_setters!(#name #place { #(#entries),* });))
}

/// Returns the output type of a request.
fn output(printer: &Printer<'_>, builder: &Builder) -> TokenStream {
    let runtime = printer.runtime;
    let value = builder.response.value();
    let value = value.map_or_else(|| quote!(()), |ty| printer.ty(ty));
    match builder.response.kind {
        ResponseKind::Value(_) | ResponseKind::Empty => value,
        ResponseKind::MaybeAccepted(_) => quote!(#runtime::Outcome<#value>),
        ResponseKind::Stream => quote!(#runtime::ByteStream),
    }
}

/// Prints `send_raw`.
fn send(printer: &Printer<'_>, builder: &Builder) -> TokenStream {
    let (runtime, client) = (printer.runtime, printer.client());
    let output = output(printer, builder);
    let (constant, method) = (&builder.operation.constant, &builder.operation.method);
    let credential = builder.credential.as_ref().and_then(|(scheme, number)| {
        let input = builder.inputs.get(*number)?;
        let secret = field_of(&input.location);
        let secret = match &input.ty {
            ty if ty.is_secret() => quote!(#secret.expose()),
            _ => quote!(#secret.as_str()),
        };
        Some(quote! {
            let credential = #runtime::FixedSecret::new([#scheme], #secret);
            self.call.authenticate(credential);
        })
    });
    let fills = builder
        .fills
        .iter()
        .map(|each| fill(printer, each))
        .collect::<TokenStream>();
    let uses_variables = !builder.variable_uses.is_empty();
    let arguments: Vec<TokenStream> = builder
        .arguments
        .iter()
        .map(|each| argument(printer, builder, each))
        .collect();
    let known = match uses_variables {
        true => quote!(known),
        false => quote!(_),
    };
    let operation = quote!(&#client::operations::#constant);
    let (operation, begun) = match (builder.checks_credential, reads_operation(printer, builder)) {
        (true, _) => (
            Some(quote!(let operation = #operation;)),
            quote!(begin_checked(operation)?),
        ),
        (false, true) => (Some(quote!(let operation = #operation;)), quote!(begin())),
        (false, false) => (None, quote!(begin())),
    };
    let unwrapped =
        builder
            .response
            .unwraps
            .as_ref()
            .map(|(field, _)| match builder.response.kind {
                ResponseKind::MaybeAccepted(_) => {
                    quote!(.map(|reply| reply.map(|outcome| outcome.map(|value| value.#field))))
                }
                _ => quote!(.map(|reply| reply.map(|value| value.#field))),
            });
    let this = match credential.is_some() || !builder.fills.is_empty() {
        true => quote!(mut self),
        false => quote!(self),
    };
    quote! {
        /// Sends the request and returns the decoded value with the status code, headers and raw body of the
        /// response.
        pub async fn send_raw(#this) -> Result<#runtime::Response<#output>, #runtime::Error> {
            #credential
            #operation
            let (client, #known) = self.call.#begun;
            #fills
            client.#method(#(#arguments),*).await #unwrapped
        }
    }
}

/// Returns `true` if a value of the handle is checked: the error of the check names the operation.
fn reads_operation(printer: &Printer<'_>, builder: &Builder) -> bool {
    let mut slots = builder.variable_slots().into_iter();
    slots.any(|(number, optional)| {
        let known = printer.variable(number);
        !optional || known.is_some_and(|known| is_text(&known.variable.ty))
    })
}

fn is_text(ty: &Ty) -> bool {
    matches!(ty, Ty::String | Ty::Text { .. })
}

/// Returns a value of the handle, or an `Option` of it.
fn variable(printer: &Printer<'_>, number: usize, optional: bool) -> TokenStream {
    let Some(known) = printer.variable(number) else {
        return quote!(None);
    };
    let field = &known.variable.field;
    match (optional, is_text(&known.variable.ty)) {
        (false, _) => quote!(known.#field(operation)?),
        (true, true) => {
            let given = ident(&format!("given_{}", bare(field)));
            quote!(known.#given(operation)?)
        }
        (true, false) if known.variable.ty.is_copy() => quote!(known.#field),
        (true, false) => quote!(known.#field.clone()),
    }
}

/// Prints the statement that fills a value of the handle into the optional parameters or the body.
fn fill(printer: &Printer<'_>, fill: &Fill) -> TokenStream {
    let place = field_of(&fill.location);
    let value = variable(
        printer,
        fill.variable,
        fill.optionality != Optionality::Required,
    );
    let value = match fill.optionality {
        Optionality::Required | Optionality::Optional => value,
        // The values of a handle are never null.
        Optionality::Nullable => quote!(#value.map(Some)),
        Optionality::Default => quote!(#value.unwrap_or_default()),
    };
    quote!(#place = #value;)
}

/// Returns the field that holds a value.
fn field_of(place: &FieldLocation) -> TokenStream {
    match place {
        FieldLocation::Own(field) => quote!(self.#field),
        FieldLocation::Params(field) => quote!(self.params.#field),
        FieldLocation::Body(field) => quote!(self.body.#field),
    }
}

/// Returns an argument of the client's method.
fn argument(printer: &Printer<'_>, builder: &Builder, argument: &Argument) -> TokenStream {
    let (value, pass, optional) = match argument {
        Argument::Params => return quote!(&self.params),
        Argument::Body => return quote!(&self.body),
        Argument::OptionalBody => {
            return quote!((self.body != Default::default()).then_some(&self.body));
        }
        Argument::Constant(ty, variant, pass) => {
            let ty = printer.ty(ty);
            (quote!(#ty::#variant), *pass, false)
        }
        Argument::Input(number, pass, optional) => match builder.inputs.get(*number) {
            Some(input) => (field_of(&input.location), *pass, *optional),
            None => return quote!(),
        },
        Argument::Variable(number, pass, optional) => {
            (variable(printer, *number, *optional), *pass, *optional)
        }
    };
    match (pass, optional) {
        (Pass::Value, _) => value,
        (Pass::Reference, true) => quote!(#value.as_ref()),
        (Pass::Text | Pass::OptionalText, true) => quote!(#value.as_deref()),
        (Pass::OptionalText, false) => quote!(#value.as_str()),
        (Pass::Reference | Pass::Text, false) => quote!(&#value),
    }
}

/// Prints the pagination of a list.
fn pages(printer: &Printer<'_>, builder: &Builder, paging: &Paging) -> TokenStream {
    let (name, runtime) = (&builder.name, printer.runtime);
    let (page, item) = (output(printer, builder), printer.ty(&paging.item));
    let items = &paging.items;
    let forward = cursor("Forward", &paging.forward);
    let backward = paging
        .backward
        .as_ref()
        .map(|backward| cursor("Backward", backward));
    let cursors = [Some(forward), backward].into_iter().flatten();
    quote! {
        #runtime::impl_paginated!(#name -> #page, #(#items).*: [#item] { #(#cursors),* });
    }
}

fn cursor(direction: &str, cursor: &Cursor) -> TokenStream {
    let direction = ident(direction);
    let place = match &cursor.location {
        FieldLocation::Own(field) => quote!(#field),
        FieldLocation::Params(field) => quote!(params.#field),
        FieldLocation::Body(field) => quote!(body.#field),
    };
    let steps = cursor.next.iter().map(|Step { field, options }| {
        let options = (0..*options).map(|_| quote!(?));
        quote!(#field #(#options)*)
    });
    quote!(#direction(#place) = (#(#steps).*))
}
