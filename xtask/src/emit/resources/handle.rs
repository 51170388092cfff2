//! The handles: one of all groups, one of each, and what they know.

use proc_macro2::TokenStream;
use quote::quote;

use super::Printer;
use super::builder::{builder, member, taking, uses_variables};
use super::input::Kind;
use super::plan::{Call, Group};
use super::text;
use crate::emit::docs::{doc, prose, sentence};

/// `variables.rs`
pub(super) fn variables(printer: &Printer<'_>) -> TokenStream {
    let fields = printer.plan.variables.iter().map(|variable| {
        let (field, ty) = (&variable.field, printer.types.ty(&variable.ty));
        let docs = doc(&format!(
            "Fills every place that is wired to `{}`.",
            variable.name
        ));
        quote!(#docs pub #field: Option<#ty>)
    });
    quote! {
        /// What a handle knows and fills in, by what a place is wired to and not by its name.
        #[derive(Clone, Debug, Default)]
        #[non_exhaustive]
        pub struct Variables { #(#fields,)* }
    }
}

/// `resources/mod.rs`, without its list of modules.
pub(super) fn resources(printer: &Printer<'_>) -> TokenStream {
    let methods = printer.plan.groups.iter().map(|group| {
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
        /// All groups of operations, with what is known filled in.
        #[derive(Clone, Debug)]
        pub struct Resources {
            client: Client,
            variables: Variables,
        }

        impl Resources {
            /// The operations through this client.
            pub fn new(client: Client, variables: Variables) -> Self {
                Self { client, variables }
            }

            #(#methods)*
        }
    }
}

/// The first paragraph on a group.
fn about(group: &Group<'_>) -> String {
    match &group.description {
        Some(text) => prose(&sentence(text)),
        None => format!("The operations of the group `{}`.", group.name),
    }
}

/// A group: its handle and the builders of its calls.
pub(super) fn group(printer: &Printer<'_>, group: &Group<'_>) -> TokenStream {
    let handle = &group.handle;
    let docs = doc(&about(group));
    let methods = group.calls.iter().map(|call| method(printer, group, call));
    let builders = group.calls.iter().map(|call| builder(printer, group, call));
    let names = group.calls.iter().map(|call| &call.builder);
    let knows = group.calls.iter().any(uses_variables);
    let (field, parameter, name) = match knows {
        true => (
            quote!(variables: Variables,),
            quote!(variables: Variables),
            quote!(variables,),
        ),
        false => (quote!(), quote!(_: Variables), quote!()),
    };
    quote! {
        #docs
        #[derive(Clone, Debug)]
        pub struct #handle {
            client: Client,
            #field
        }

        impl #handle {
            /// The group through this client.
            pub fn new(client: Client, #parameter) -> Self {
                Self { client, #name }
            }

            #(#methods)*
        }

        #(#builders)*

        impl_call_options!(#(#names),*);
    }
}

/// A method that begins a call.
fn method(printer: &Printer<'_>, group: &Group<'_>, call: &Call<'_>) -> TokenStream {
    let (name, builder) = (&call.method, &call.builder);
    let docs = doc(&text::method(printer, group, call));
    let mut parameters = Vec::new();
    let mut fields = Vec::new();
    for input in &call.inputs {
        let field = &input.field;
        match input.kind {
            Kind::Argument => {
                let (parameter, value) = taking(printer, &input.ty, field);
                parameters.push(quote!(#field: #parameter));
                fields.push(member(field, &value));
            }
            Kind::Optional => fields.push(quote!(#field: None)),
            Kind::Defaulted => fields.push(quote!(#field: Default::default())),
            Kind::Variable { .. } => {}
        }
    }
    let variables = uses_variables(call).then(|| quote!(variables: self.variables.clone(),));
    let many = (parameters.len() > 6).then(|| quote!(#[allow(clippy::too_many_arguments)]));
    quote! {
        #docs
        #many
        pub fn #name(&self, #(#parameters),*) -> #builder {
            #builder {
                client: self.client.clone(),
                #variables
                options: CallOptions::new(),
                #(#fields,)*
            }
        }
    }
}
