//! Handles: one for all groups, and one per group with the methods that return its builders.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::builder::{builder, is_passed_directly};
use super::{Printer, text};
use crate::emit::docs::{doc, prose, sentence};
use crate::model::Ty;
use crate::model::resource::{
    Body, Builder, ConstructorArgument, FieldLocation, Group, Input, InputMode,
};

/// Prints `resources/mod.rs`, without its macros and modules.
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

        /// Handles of all groups of operations.
        #[derive(Clone, Debug)]
        pub struct Resources {
            client: #client::Client,
            variables: #client::Variables,
        }

        impl Resources {
            /// Creates handles that send requests through `client` and fill in `variables`.
            pub fn new(client: #client::Client, variables: #client::Variables) -> Self {
                Self { client, variables }
            }

            #(#methods)*
        }
    }
}

/// Returns the documentation of a group.
fn about(group: &Group) -> String {
    match &group.description {
        Some(text) => prose(&sentence(text)),
        None => format!("Operations of the group `{}`.", group.name),
    }
}

/// Prints the handle and the builders of a group.
pub(super) fn group(printer: &Printer<'_>, group: &Group) -> TokenStream {
    let handle = &group.handle;
    let docs = doc(&about(group));
    let methods = group
        .builders
        .iter()
        .map(|builder| method(printer, group, builder));
    let builders = group.builders.iter().map(|each| {
        let required = required(printer, group, each);
        let builder = builder(printer, group, each);
        quote!(#required #builder)
    });
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

/// Prints a method that returns a builder.
fn method(printer: &Printer<'_>, group: &Group, builder: &Builder) -> TokenStream {
    let (method, name) = (&builder.method, &builder.name);
    let docs = doc(&text::method(printer, builder));
    let example = text::example_attributes(group, builder);
    let aliases = &builder.operation.aliases;
    let client = printer.client();
    let mut parameters = Vec::new();
    let mut fields = Vec::new();
    for input in &builder.inputs {
        if matches!(input.mode, InputMode::Argument | InputMode::Field) {
            let ident = &input.ident;
            let (parameter, value) = parameter_and_value(printer, input);
            if input.mode == InputMode::Argument {
                parameters.push(quote!(#ident: #parameter));
            }
            if let FieldLocation::Own(field) = &input.location {
                fields.push(struct_field(field, &value));
            }
        } else if let FieldLocation::Own(field) = &input.location {
            fields.push(match input.mode {
                InputMode::Default => quote!(#field: Default::default()),
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
            .map(|argument| constructor_argument(printer, builder, argument));
        fields.push(quote!(body: #ty::new(#(#required),*)));
    }
    let unpacked = builder.required.as_ref().map(|ty| {
        parameters.push(quote!(required: #ty));
        let names = required_inputs(builder).map(|input| &input.ident);
        quote!(let #ty { #(#names),* } = required;)
    });
    let many = (parameters.len() > 6).then(|| quote!(#[allow(clippy::too_many_arguments)]));
    quote! {
        #docs
        #example
        #(#[doc(alias = #aliases)])*
        #many
        pub fn #method(&self, #(#parameters),*) -> #name {
            #unpacked
            #name {
                call: self.call.clone(),
                #(#fields,)*
            }
        }
    }
}

/// Returns the inputs that are fields of the struct of required values.
fn required_inputs(builder: &Builder) -> impl Iterator<Item = &Input> {
    let inputs = builder.inputs.iter();
    inputs.filter(|input| input.mode == InputMode::Field)
}

/// Prints the struct of required values.
fn required(printer: &Printer<'_>, group: &Group, builder: &Builder) -> Option<TokenStream> {
    let ty = builder.required.as_ref()?;
    let docs = doc(&format!(
        "Required values of [`{}::{}`].",
        group.handle, builder.method
    ));
    let fields = required_inputs(builder).map(|input| {
        let (docs, ident, ty) = (
            doc(&text::input(input)),
            &input.ident,
            printer.ty(&input.ty),
        );
        quote!(#docs pub #ident: #ty)
    });
    // Its `Debug` would print a secret whose type does not redact it.
    let derived = match required_inputs(builder).any(|input| input.is_hidden) {
        true => quote!(#[derive(Clone)] #[allow(missing_debug_implementations)]),
        false => quote!(#[derive(Clone, Debug)]),
    };
    Some(quote! {
        #docs
        #derived
        pub struct #ty { #(#fields),* }
    })
}

/// Returns the type of a parameter and the value that is stored.
fn parameter_and_value(printer: &Printer<'_>, input: &Input) -> (TokenStream, TokenStream) {
    let (ident, ty) = (&input.ident, printer.ty(&input.ty));
    if input.mode == InputMode::Field {
        return (ty, quote!(#ident));
    }
    match &input.ty {
        Ty::List(item) => {
            let item_type = printer.ty(item);
            match is_passed_directly(item) {
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
        _ if input.is_in_seconds => {
            let runtime = printer.runtime;
            let seconds = quote!(#runtime::Seconds);
            (
                quote!(impl Into<#seconds>),
                quote!(Into::<#seconds>::into(#ident).into()),
            )
        }
        own if is_passed_directly(own) => (ty, quote!(#ident)),
        _ => (quote!(impl Into<#ty>), quote!(#ident.into())),
    }
}

/// Returns an argument of the constructor of a body.
fn constructor_argument(
    printer: &Printer<'_>,
    builder: &Builder,
    argument: &ConstructorArgument,
) -> TokenStream {
    match argument {
        ConstructorArgument::None => quote!(None),
        ConstructorArgument::PlaceholderText => quote!(""),
        ConstructorArgument::PlaceholderVariant(ty, variant) => {
            let ty = printer.ty(ty);
            quote!(#ty::#variant)
        }
        ConstructorArgument::Input(number) => match builder.inputs.get(*number) {
            // The constructor converts strings itself.
            Some(input) if matches!(input.ty, Ty::String | Ty::Secret | Ty::Text { .. }) => {
                let ident = &input.ident;
                quote!(#ident)
            }
            Some(input) => parameter_and_value(printer, input).1,
            None => quote!(None),
        },
    }
}

/// Returns a field of a struct expression.
fn struct_field(field: &Ident, value: &TokenStream) -> TokenStream {
    match *field == value.to_string() {
        true => quote!(#field),
        false => quote!(#field: #value),
    }
}
