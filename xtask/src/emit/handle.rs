//! Handle of a program, with a method for each workflow and known values filled in.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::docs::{doc, prose, sentence};
use super::file::RuntimePath;
use super::ty::Types;
use crate::model::{Input, Program, Variable, Workflow};
use crate::names::bare;

/// Prints `handle.rs`: the handle and the variables.
pub fn module(runtime: &RuntimePath, program: &Program) -> TokenStream {
    let types = Types {
        apis: &program.apis,
        only: None,
        runtime: Some(runtime),
    };
    let called = |api: &usize| {
        program
            .workflows
            .iter()
            .any(|workflow| workflow.clients.iter().any(|own| own.api == *api))
    };
    let modules: Vec<_> = (0..program.apis.len())
        .filter(called)
        .filter_map(|api| Some(&program.apis.get(api)?.module))
        .collect();
    let methods = program
        .workflows
        .iter()
        .map(|workflow| method(program, workflow, types));
    let variables = variables(program, types);
    let by_id = by_id(runtime, program);
    quote! {
        #variables

        /// Handle that runs the workflows with known values filled into their inputs.
        #[derive(Clone, Debug)]
        pub struct Workflows {
            #(#modules: crate::#modules::Client,)*
            variables: Variables,
        }

        impl Workflows {
            /// Creates a handle that runs workflows with these clients.
            pub fn new(#(#modules: crate::#modules::Client,)* variables: Variables) -> Self {
                Self { #(#modules,)* variables }
            }

            /// Returns the values that are filled into inputs.
            pub fn variables(&self) -> &Variables {
                &self.variables
            }

            #(#methods)*
        }

        #by_id
    }
}

/// Prints the struct of the variables, or re-exports that of a client's resources if it has all of them.
fn variables(program: &Program, types: Types<'_>) -> TokenStream {
    let shared = program.variables_of.and_then(|api| program.apis.get(api));
    if let Some(api) = shared {
        let module = &api.module;
        return quote!(pub use crate::#module::Variables;);
    }
    let fields = program.variables.iter().map(|variable: &Variable| {
        let (field, ty) = (&variable.field, types.ty(&variable.ty));
        let docs = doc(&format!(
            "Value of every input wired to `{}`.",
            variable.name
        ));
        quote!(#docs pub #field: Option<#ty>)
    });
    quote! {
        /// Values that a handle fills into the inputs wired to them; the names of the inputs do not matter.
        #[derive(Clone, Debug, Default)]
        #[non_exhaustive]
        pub struct Variables { #(#fields,)* }
    }
}

/// Returns the first sentence of a description.
pub fn first_sentence(text: &str) -> &str {
    let text = text.trim();
    let end = text.find(". ").or_else(|| text.find(".\n"));
    end.and_then(|end| text.get(..=end)).unwrap_or(text)
}

fn method(program: &Program, workflow: &Workflow, types: Types<'_>) -> TokenStream {
    let names = &workflow.names;
    let (name, module, call) = (&names.method, &names.module, &names.call);
    let start = start(program, workflow);
    // The full description is on the function.
    let description = workflow.description.as_ref().or(workflow.summary.as_ref());
    let opening = first_sentence(description.unwrap_or(&workflow.id));
    let (function, file) = (bare(&names.function), bare(module));
    let text = format!(
        "{}\n\nFor its steps and errors, see [`{function}`]({file}::{function}).",
        prose(&sentence(opening))
    );
    let docs = doc(&text);
    let required: Vec<&Input> = workflow
        .inputs
        .iter()
        .filter(|input| input.variable.is_none() && input.required)
        .collect();
    let parameters = required.iter().map(|input| {
        let (field, ty) = (&input.field, types.ty(&input.ty));
        quote!(#field: impl Into<#ty>)
    });
    let setters = required.iter().map(|input| {
        let field = &input.field;
        quote!(.#field(#field))
    });
    let many = (required.len() > 6).then(|| quote!(#[allow(clippy::too_many_arguments)]));
    quote! {
        #docs
        #many
        pub fn #name(&self, #(#parameters),*) -> super::#module::#call {
            #start #(#setters)*
        }
    }
}

/// Prints the builder of a workflow with clients and variables.
fn start(program: &Program, workflow: &Workflow) -> TokenStream {
    let (module, call) = (&workflow.names.module, &workflow.names.call);
    let clients = client_fields(program, workflow);
    let clients = match clients.as_slice() {
        [only] => quote!(self.#only.clone()),
        several => quote!((#(self.#several.clone()),*)),
    };
    let variables = has_variables(workflow).then(|| quote!(.with_variables(&self.variables)));
    quote!(super::#module::#call::with_clients(#clients) #variables)
}

/// Returns the fields of the handle with the clients of a workflow.
fn client_fields<'p>(program: &'p Program, workflow: &Workflow) -> Vec<&'p Ident> {
    let clients = workflow.clients.iter();
    let fields = clients.filter_map(|client| Some(&program.apis.get(client.api)?.module));
    fields.collect()
}

/// Returns `true` if the handle fills in an input of a workflow.
fn has_variables(workflow: &Workflow) -> bool {
    let mut inputs = workflow.inputs.iter();
    inputs.any(|input| input.variable.is_some())
}

/// Prints the implementation of the trait that finds workflows by their id.
fn by_id(runtime: &RuntimePath, program: &Program) -> TokenStream {
    let entries = program.workflows.iter().map(|workflow| {
        let (module, call) = (&workflow.names.module, &workflow.names.call);
        let (id, clients) = (&workflow.id, client_fields(program, workflow));
        let with = has_variables(workflow).then(|| quote!(with variables));
        quote!(#id: super::#module::#call(#(#clients),*) #with)
    });
    quote!(#runtime::impl_workflow_set!(Workflows, super::CATALOG { #(#entries),* });)
}
