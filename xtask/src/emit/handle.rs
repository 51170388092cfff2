//! The handle: all workflows of a program with what it knows filled in, one method each, and the builders they return.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::docs::{doc, prose, sentence};
use super::structs::input_docs;
use super::ty::Types;
use super::workflow::{common_imports, words};
use crate::model::{Input, Program, Variable, Workflow};
use crate::names::bare;

/// The builder of one workflow's call, for its module.
pub fn call(program: &Program, workflow: &Workflow, types: Types<'_>) -> TokenStream {
    let names = &workflow.names;
    let (name, function, resume) = (&names.call, &names.function, &names.resume);
    let (inputs, outputs, steps, step) = (&names.inputs, &names.outputs, &names.steps, &names.step);
    let (client_fields, client_names) = clients(program, workflow);
    let uses_variables = workflow.inputs.iter().any(|input| input.variable.is_some());
    let variables = uses_variables.then(|| quote!(variables: Variables,));
    let variables_name = uses_variables.then(|| quote!(variables,));

    let own = |input: &&Input| input.variable.is_none();
    let fields = workflow.inputs.iter().filter(own).map(|input| {
        let (field, ty) = (&input.field, types.ty(&input.ty));
        if input.required {
            quote!(#field: #ty)
        } else {
            quote!(#field: Option<#ty>)
        }
    });
    let required: Vec<&Input> = workflow
        .inputs
        .iter()
        .filter(own)
        .filter(|input| input.required)
        .collect();
    let parameters: Vec<_> = required
        .iter()
        .map(|input| {
            let (field, ty) = (&input.field, types.ty(&input.ty));
            quote!(#field: #ty)
        })
        .collect();
    let given = workflow.inputs.iter().filter(own).map(|input| {
        let field = &input.field;
        if input.required {
            quote!(#field)
        } else {
            quote!(#field: None)
        }
    });
    let setters = workflow
        .inputs
        .iter()
        .filter(|input| !input.required || input.variable.is_some())
        .map(|input| {
            let (docs, field, ty) = (input_docs(input), &input.field, types.ty(&input.ty));
            let place = match input
                .variable
                .and_then(|variable| program.variables.get(variable))
            {
                Some(variable) => {
                    let variable = &variable.field;
                    quote!(self.variables.#variable)
                }
                None => quote!(self.#field),
            };
            quote! {
                #docs
                pub fn #field(mut self, #field: impl Into<#ty>) -> Self {
                    #place = Some(#field.into());
                    self
                }
            }
        });
    let known = workflow
        .inputs
        .iter()
        .filter(|input| input.required)
        .filter_map(|input| {
            let variable = &program.variables.get(input.variable?)?.field;
            let field = &input.field;
            let name = bare(field);
            Some(quote! {
                let Some(#field) = self.variables.#variable else {
                    return Err(WorkflowError::unset(#name, self.steps).into());
                };
            })
        });
    let collected = workflow.inputs.iter().map(|input| {
        let field = &input.field;
        match input
            .variable
            .and_then(|variable| program.variables.get(variable))
        {
            Some(_) if input.required => quote!(#field),
            Some(variable) => {
                let variable = &variable.field;
                quote!(#field: self.variables.#variable)
            }
            None => quote!(#field: self.#field),
        }
    });
    let arguments = client_names.iter().map(|client| quote!(&self.#client));
    let many = (client_names.len() + usize::from(uses_variables) + required.len() > 7)
        .then(|| quote!(#[allow(clippy::too_many_arguments)]));
    let docs = doc(&format!(
        "A call of [`{function}`] that is being put together; [`run`](Self::run) makes it."
    ));
    quote! {
        #docs
        #[derive(Clone, Debug)]
        #[must_use = "nothing is sent until `run` is called"]
        pub struct #name {
            #(#client_fields,)*
            #variables
            #(#fields,)*
            steps: #steps,
            options: RunOptions<#step>,
        }

        impl #name {
            /// A call through these clients, with what the workflow cannot do without.
            #many
            pub fn new(#(#client_fields,)* #variables #(#parameters),*) -> Self {
                Self {
                    #(#client_names,)*
                    #variables_name
                    #(#given,)*
                    steps: #steps::default(),
                    options: RunOptions::default(),
                }
            }

            #(#setters)*

            /// Limits, options of single steps, and who is told about the progress.
            pub fn options(mut self, options: RunOptions<#step>) -> Self {
                self.options = options;
                self
            }

            /// Goes on from what an earlier run has reached: a step whose outputs are there is not called again.
            pub fn resume(mut self, steps: #steps) -> Self {
                self.steps = steps;
                self
            }

            /// Runs the workflow. The error holds the outputs of the finished steps:
            /// [`workflow_error`](Error::workflow_error).
            pub async fn run(self) -> Result<#outputs, Error> {
                #(#known)*
                let inputs = #inputs { #(#collected),* };
                Ok(#resume(#(#arguments,)* inputs, self.steps, &self.options).await?)
            }
        }
    }
}

fn clients(program: &Program, workflow: &Workflow) -> (Vec<TokenStream>, Vec<Ident>) {
    let fields = workflow.clients.iter().filter_map(|client| {
        let (api, name) = (client.api, &client.name);
        let module = &program.apis.get(api)?.module;
        Some((quote!(#name: #module::Client), name.clone()))
    });
    fields.unzip()
}

/// `handle.rs`: the handle and the variables.
pub fn module(program: &Program) -> TokenStream {
    let called = |api: &usize| {
        program
            .workflows
            .iter()
            .any(|workflow| workflow.clients.iter().any(|own| own.api == *api))
    };
    let called: Vec<usize> = (0..program.apis.len()).filter(called).collect();
    let only = match called.as_slice() {
        [api] => Some(*api),
        _ => (program.apis.len() == 1).then_some(0),
    };
    let types = Types {
        apis: &program.apis,
        only,
    };
    let modules: Vec<_> = called
        .iter()
        .filter_map(|api| Some(&program.apis.get(*api)?.module))
        .collect();
    let methods: Vec<_> = program
        .workflows
        .iter()
        .map(|workflow| method(program, workflow, types))
        .collect();
    let variable = |variable: &Variable| {
        let (field, ty) = (&variable.field, types.ty(&variable.ty));
        let docs = doc(&format!(
            "Fills every input that is wired to `{}`.",
            variable.name
        ));
        quote!(#docs pub #field: Option<#ty>)
    };
    // Where the resources of a client know all of it, one value fills both.
    let shared = program.variables_of.and_then(|api| {
        let module = &program.apis.get(api)?.module;
        Some(quote!(pub use crate::#module::Variables;))
    });
    let struct_of_variables = match shared {
        Some(_) => quote!(),
        None => {
            let variables = program.variables.iter().map(variable);
            quote! {
                /// What a handle knows and fills into inputs, by what an input is wired to and not by its name.
                #[derive(Clone, Debug, Default)]
                #[non_exhaustive]
                pub struct Variables { #(#variables,)* }
            }
        }
    };
    let used = words(&quote!(#(#methods)* #struct_of_variables));
    let common = common_imports(&used);
    let uses_types = only.is_some() && used.contains("types");
    let imports = match (modules.as_slice(), uses_types) {
        ([module], true) => quote!(use crate::#module::{self, types};),
        _ => quote!(#(use crate::#modules;)*),
    };
    let calls = program.workflows.iter().map(|workflow| {
        let (module, call) = (&workflow.names.module, &workflow.names.call);
        quote!(use super::#module::#call;)
    });
    quote! {
        #common
        #imports
        #(#calls)*
        #shared

        /// The workflows, called through clients that are there already, with what is known filled into their inputs.
        #[derive(Clone, Debug)]
        pub struct Workflows {
            #(#modules: #modules::Client,)*
            variables: Variables,
        }

        #struct_of_variables

        impl Workflows {
            /// The workflows through these clients.
            pub fn new(#(#modules: #modules::Client,)* variables: Variables) -> Self {
                Self { #(#modules,)* variables }
            }

            /// What is filled into inputs.
            pub fn variables(&self) -> &Variables {
                &self.variables
            }

            #(#methods)*
        }
    }
}

fn method(program: &Program, workflow: &Workflow, types: Types<'_>) -> TokenStream {
    let (name, call) = (&workflow.names.method, &workflow.names.call);
    let mut text = prose(&sentence(
        workflow.summary.as_deref().unwrap_or(&workflow.id),
    ));
    if let Some(description) = &workflow.description {
        text.push_str(&format!("\n\n{}", prose(description)));
    }
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
    let given = required.iter().map(|input| {
        let field = &input.field;
        quote!(#field.into())
    });
    let many = (required.len() > 6).then(|| quote!(#[allow(clippy::too_many_arguments)]));
    let clients = workflow.clients.iter().filter_map(|client| {
        let module = &program.apis.get(client.api)?.module;
        Some(quote!(self.#module.clone()))
    });
    let variables = workflow
        .inputs
        .iter()
        .any(|input| input.variable.is_some())
        .then(|| quote!(self.variables.clone(),));
    quote! {
        #docs
        #many
        pub fn #name(&self, #(#parameters),*) -> #call {
            #call::new(#(#clients,)* #variables #(#given),*)
        }
    }
}
