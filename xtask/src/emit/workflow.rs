//! Rust module of one workflow: its function, inputs, outputs, builder and steps, and its implementation of the
//! runtime's `Workflow` trait.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::docs::{doc, prose, sentence, wrapped};
use super::file::RuntimePath;
use super::reads;
use super::ty::Types;
use super::workflows::{diagram_file, example_file};
use super::{flow, structs};
use crate::model::{Program, Step, Workflow};
use crate::names::bare;

/// Prints the module of one workflow.
pub fn module(runtime: &RuntimePath, program: &Program, workflow: &Workflow) -> TokenStream {
    let types = Types {
        apis: &program.apis,
        only: None,
        runtime: Some(runtime),
    };
    let function = function(runtime, program, workflow);
    let declared = structs::workflow(runtime, program, workflow, types);
    let steps = structs::steps(runtime, program, workflow, types);
    let implementation = implementation(runtime, program, workflow, types);
    quote!(#function #declared #steps #implementation)
}

/// Returns the types of the clients that a workflow calls, and their parameter names.
fn clients<'w>(program: &Program, workflow: &'w Workflow) -> (Vec<TokenStream>, Vec<&'w Ident>) {
    let clients = workflow.clients.iter().filter_map(|client| {
        let module = &program.apis.get(client.api)?.module;
        Some((quote!(crate::#module::Client), &client.name))
    });
    clients.unzip()
}

fn function(runtime: &RuntimePath, program: &Program, workflow: &Workflow) -> TokenStream {
    let names = &workflow.names;
    let (function, call) = (&names.function, &names.call);
    let (inputs, outputs, steps) = (&names.inputs, &names.outputs, &names.steps);
    let docs = function_docs(workflow);
    let (types, clients) = clients(program, workflow);
    let given = match clients.as_slice() {
        [only] => quote!(#only.clone()),
        several => quote!((#(#several.clone()),*)),
    };
    // Not an `async fn`: the crate of a public one compiles its body, with the whole workflow, for every user.
    quote! {
        #docs
        #[inline]
        pub fn #function(
            #(#clients: &#types,)*
            inputs: #inputs,
        ) -> impl ::std::future::Future<Output = Result<#outputs, #runtime::WorkflowError<#steps>>> + use<> {
            #runtime::WorkflowCall::<#call>::new(#given).inputs(inputs).run()
        }
    }
}

fn implementation(
    runtime: &RuntimePath,
    program: &Program,
    workflow: &Workflow,
    types: Types<'_>,
) -> TokenStream {
    let names = &workflow.names;
    let (call, inputs, outputs) = (&names.call, &names.inputs, &names.outputs);
    let (steps, step) = (&names.steps, &names.step);
    let (version, digest) = (&workflow.version, &workflow.digest);
    let (client_types, client_names) = clients(program, workflow);
    let (clients, client_pattern) = match (client_types.as_slice(), client_names.as_slice()) {
        ([ty], [name]) => (quote!(#ty), quote!(#name)),
        ([], _) => (quote!(()), quote!(_)),
        (types, names) => (quote!((#(#types),*)), quote!((#(#names),*))),
    };
    let given = workflow.inputs.iter().filter(|input| input.as_given);
    let given: Vec<_> = given.map(|input| &input.id).collect();
    let as_given = (!given.is_empty())
        .then(|| quote!(const AS_GIVEN: &'static [&'static str] = &[#(#given),*];));
    let arms = flow::arms(runtime, workflow, types);
    let collected = flow::outputs(runtime, workflow, types);
    let inputs_of_step = named(reads::steps_read_inputs(workflow), "inputs");
    let inputs_of_outputs = named(reads::outputs_read_inputs(workflow), "inputs");
    quote! {
        impl #runtime::Workflow for #call {
            type Clients = #clients;
            type Inputs = #inputs;
            type Outputs = #outputs;
            type Step = #step;
            type Steps = #steps;

            const VERSION: &'static str = #version;
            const DIGEST: &'static str = #digest;
            #as_given

            async fn step(
                #client_pattern: &Self::Clients,
                #inputs_of_step: &Self::Inputs,
                steps: &mut Self::Steps,
                at: &mut #runtime::StepContext<'_, Self::Step>,
            ) -> #runtime::StepResult<Self> {
                match at.step() {
                    #(#arms)*
                }
                Ok(())
            }

            fn outputs(
                #inputs_of_outputs: &Self::Inputs,
                steps: &mut Self::Steps,
            ) -> Result<Self::Outputs, #runtime::StepError<Self::Step>> {
                #collected
            }
        }
    }
}

/// Returns the name of a parameter, or `_` if nothing reads it.
fn named(is_read: bool, name: &str) -> TokenStream {
    match is_read {
        true => {
            let name = crate::names::ident(name);
            quote!(#name)
        }
        false => quote!(_),
    }
}

/// Returns the operation or workflow that a step calls. The route is in the documentation of the operation.
pub fn called(step: &Step) -> String {
    let operation = &step.call.operation;
    match &step.call.route {
        Some(_) => format!("`{operation}`"),
        None => format!("the workflow `{operation}`"),
    }
}

fn function_docs(workflow: &Workflow) -> TokenStream {
    // Without the summary, which the first sentence of the description repeats.
    let opening = workflow.description.as_ref().or(workflow.summary.as_ref());
    let text = prose(&sentence(opening.unwrap_or(&workflow.id)));
    let opening = doc(&text);
    let diagram = diagram_file(workflow);
    let mut text = "# Steps\n".to_owned();
    for (number, step) in workflow.steps.iter().enumerate() {
        let called = called(step);
        let (steps, variant) = (&workflow.names.step, &step.variant);
        let link = format!("[`{}`]({steps}::{})", step.id, bare(variant));
        let item = format!("{}. {link}: {called}", number + 1);
        text.push_str(&format!("\n{}", wrapped(&item, "   ")));
    }
    let names = &workflow.names;
    text.push_str(&format!(
        "\n\n# Errors\n\n{}",
        wrapped(
            &format!(
                "Returns an error if a step fails or if a value that its request requires is absent. The error contains \
                 the outputs of the finished steps ([`{}`]) and a record to resume from ([`{}::resume`]).",
                names.steps, names.call
            ),
            ""
        )
    ));
    let rest = doc(&text);
    let example = example_file(workflow);
    // Included without a condition: the documentation of a crate that exports the function has it from the compiled
    // crate. The picture is last, because editors show the text but not the picture.
    quote! {
        #opening
        #[doc = ""]
        #rest
        #[doc = ""]
        #[doc = include_str!(#example)]
        #[doc = ""]
        #[doc = " # Flow"]
        #[doc = include_str!(#diagram)]
    }
}
