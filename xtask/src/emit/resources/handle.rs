//! The handles: one of all groups, and one of each group with the methods that return its builders.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::builder::{builder, is_taken_as_it_is};
use super::{Printer, text};
use crate::emit::docs::{doc, prose, sentence};
use crate::model::Ty;
use crate::model::resource::{Body, Builder, Constructed, Given, Group, Input, Place};

/// `resources/mod.rs`, without its macros and modules.
pub(super) fn resources(printer: &Printer<'_>) -> TokenStream {
    let (client, runtime) = (printer.client(), printer.runtime);
    let methods = printer.resources.groups.iter().map(|group| {
        let (method, handle) = (&group.method, &group.handle);
        let docs = doc(&about(group));
        quote! {
            #docs
            pub fn #method(&self) -> #handle {
                #handle::new(self.client.clone(), self.variables.clone())
            }
        }
    });
    quote! {
        type Call = #runtime::Call<#client::Client, #client::Variables>;

        /// All groups of operations.
        #[derive(Clone, Debug)]
        pub struct Resources {
            client: #client::Client,
            variables: #client::Variables,
        }

        impl Resources {
            /// Creates the handles that send their requests through a client and fill in these values.
            pub fn new(client: #client::Client, variables: #client::Variables) -> Self {
                Self { client, variables }
            }

            #(#methods)*
        }
    }
}

/// The documentation of a group.
fn about(group: &Group) -> String {
    match &group.description {
        Some(text) => prose(&sentence(text)),
        None => format!("Operations of the group `{}`.", group.name),
    }
}

/// A group: its handle and its builders.
pub(super) fn group(printer: &Printer<'_>, group: &Group) -> TokenStream {
    let handle = &group.handle;
    let docs = doc(&about(group));
    let methods = group
        .builders
        .iter()
        .map(|builder| method(printer, group, builder));
    let builders = group
        .builders
        .iter()
        .map(|each| builder(printer, group, each));
    quote! {
        handle! {
            #docs
            pub struct #handle;
        }

        impl #handle {
            #(#methods)*
        }

        #(#builders)*
    }
}

/// A method that returns a builder.
fn method(printer: &Printer<'_>, group: &Group, builder: &Builder) -> TokenStream {
    let (method, name) = (&builder.method, &builder.name);
    let docs = doc(&text::method(printer, group, builder));
    let client = printer.client();
    let mut parameters = Vec::new();
    let mut fields = Vec::new();
    for input in &builder.inputs {
        if input.given == Given::Argument {
            let ident = &input.ident;
            let (parameter, value) = taken(printer, input);
            parameters.push(quote!(#ident: #parameter));
            if let Place::Own(field) = &input.place {
                fields.push(member(field, &value));
            }
        } else if let Place::Own(field) = &input.place {
            fields.push(match input.given {
                Given::Default => quote!(#field: Default::default()),
                _ => quote!(#field: None),
            });
        }
    }
    if let Some(params) = &builder.params {
        fields.push(quote!(params: #client::params::#params::default()));
    }
    if let Some(Body::Struct { ty, required }) = &builder.body {
        let ty = printer.ty(ty);
        let required = required
            .iter()
            .map(|given| constructed(printer, builder, given));
        fields.push(quote!(body: #ty::new(#(#required),*)));
    }
    let many = (parameters.len() > 6).then(|| quote!(#[allow(clippy::too_many_arguments)]));
    quote! {
        #docs
        #many
        pub fn #method(&self, #(#parameters),*) -> #name {
            #name {
                call: self.call.clone(),
                #(#fields,)*
            }
        }
    }
}

/// How a method takes a value: the type of its parameter, and the value that is kept.
fn taken(printer: &Printer<'_>, input: &Input) -> (TokenStream, TokenStream) {
    let (ident, ty) = (&input.ident, printer.ty(&input.ty));
    match &input.ty {
        Ty::List(item) => {
            let item_type = printer.ty(item);
            match is_taken_as_it_is(item) {
                true => (
                    quote!(impl IntoIterator<Item = #item_type>),
                    quote!(#ident.into_iter().collect()),
                ),
                false => (
                    quote!(impl IntoIterator<Item = impl Into<#item_type>>),
                    quote!(#ident.into_iter().map(Into::into).collect()),
                ),
            }
        }
        own if is_taken_as_it_is(own) => (ty, quote!(#ident)),
        _ => (quote!(impl Into<#ty>), quote!(#ident.into())),
    }
}

/// An argument of the constructor of a body.
fn constructed(printer: &Printer<'_>, builder: &Builder, given: &Constructed) -> TokenStream {
    match given {
        Constructed::None => quote!(None),
        Constructed::PlaceholderText => quote!(""),
        Constructed::PlaceholderVariant(ty, variant) => {
            let ty = printer.ty(ty);
            quote!(#ty::#variant)
        }
        Constructed::Input(number) => match builder.inputs.get(*number) {
            // The constructor converts texts itself.
            Some(input) if matches!(input.ty, Ty::String | Ty::Secret | Ty::Text { .. }) => {
                let ident = &input.ident;
                quote!(#ident)
            }
            Some(input) => taken(printer, input).1,
            None => quote!(None),
        },
    }
}

/// A field of a struct that is made.
fn member(field: &Ident, value: &TokenStream) -> TokenStream {
    match *field == value.to_string() {
        true => quote!(#field),
        false => quote!(#field: #value),
    }
}
