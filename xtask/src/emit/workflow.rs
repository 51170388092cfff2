//! One workflow as a Rust module: its inputs, the outputs of its steps, its own outputs, the function that runs it, and
//! the builder with which a handle calls it.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::docs::{doc, one_line, prose, sentence, wrapped};
use super::ty::Types;
use super::{flow, handle, structs};
use crate::model::{Program, Workflow};
use crate::names::{ident, reserved};
use crate::rustdoc::summary;

/// The module of one workflow.
pub fn module(program: &Program, workflow: &Workflow) -> TokenStream {
    let types = types_of(program, workflow);
    let function = functions(program, workflow, types);
    let inputs = structs::inputs(workflow, types);
    let outputs = structs::outputs(workflow, types);
    let steps = structs::steps(workflow, types);
    let call = handle::call(program, workflow, types);
    let items = quote!(#function #inputs #outputs #steps #call);
    let imports = imports(program, workflow, &items);
    quote!(#imports #items)
}

/// How the module of a workflow writes its types.
pub fn types_of<'p>(program: &'p Program, workflow: &Workflow) -> Types<'p> {
    let only = match workflow.clients.as_slice() {
        [client] => Some(client.api),
        _ => None,
    };
    Types {
        apis: &program.apis,
        only,
    }
}

fn imports(program: &Program, workflow: &Workflow, items: &TokenStream) -> TokenStream {
    let used = words(items);
    let common = common_imports(&used);
    let variables = used.contains("Variables").then(|| {
        quote!(
            use super::Variables;
        )
    });
    let clients = workflow.clients.iter().filter_map(|client| {
        let module = &program.apis.get(client.api)?.module;
        Some(
            match workflow.clients.len() == 1 && used.contains("types") {
                true => quote!(use crate::#module::{self, types};),
                false => quote!(use crate::#module;),
            },
        )
    });
    quote! {
        #common
        #variables
        #(#clients)*
    }
}

/// The imports of what is used of the runtime, the standard library and `serde_json`.
pub fn common_imports(used: &BTreeSet<String>) -> TokenStream {
    let of = |names: &[&str]| -> Vec<Ident> {
        names
            .iter()
            .filter(|name| used.contains(**name))
            .map(|name| ident(name))
            .collect()
    };
    let (runtime, json) = (of(reserved::RUNTIME), of(reserved::JSON));
    let duration = used.contains("Duration").then(|| {
        quote!(
            use ::std::time::Duration;
        )
    });
    let runtime =
        (!runtime.is_empty()).then(|| quote!(use ::pipedream_sdk_runtime::{#(#runtime),*};));
    let bytes = used.contains("Bytes").then(|| {
        quote!(
            use ::bytes::Bytes;
        )
    });
    let json = (!json.is_empty()).then(|| quote!(use ::serde_json::{#(#json),*};));
    quote!(#duration #bytes #runtime #json)
}

/// Every identifier that stands in the code.
pub fn words(tokens: &TokenStream) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    collect(tokens.clone(), &mut used);
    used
}

fn collect(tokens: TokenStream, used: &mut BTreeSet<String>) {
    for token in tokens {
        match token {
            proc_macro2::TokenTree::Ident(ident) => {
                used.insert(ident.to_string());
            }
            proc_macro2::TokenTree::Group(group) => collect(group.stream(), used),
            _ => {}
        }
    }
}

/// The parameters for the clients, and the same as arguments.
pub fn client_parameters(
    program: &Program,
    workflow: &Workflow,
) -> (Vec<TokenStream>, Vec<TokenStream>) {
    let parameters = workflow.clients.iter().filter_map(|client| {
        let name = &client.name;
        let module = &program.apis.get(client.api)?.module;
        Some((quote!(#name: &#module::Client), quote!(#name)))
    });
    parameters.unzip()
}

fn functions(program: &Program, workflow: &Workflow, types: Types<'_>) -> TokenStream {
    let names = &workflow.names;
    let (function, resume) = (&names.function, &names.resume);
    let (inputs, outputs, steps, step) = (&names.inputs, &names.outputs, &names.steps, &names.step);
    let (parameters, arguments) = client_parameters(program, workflow);
    let function_docs = function_docs(workflow);
    let resume_docs = doc(&format!(
        "[`{function}`] with options, going on from what an earlier run has reached.\n\n\
         A step whose outputs are in `steps` is not called again. Hand in what [`WorkflowError::into_steps`] gave,\n\
         or `{steps}::default()` to begin at the beginning."
    ));
    let body = flow::body(workflow, types);
    // The workflow itself may be called so.
    let run = ident(if *function == "run" {
        "run_steps"
    } else {
        "run"
    });
    let read = if words(&body).contains("inputs") {
        quote!(inputs)
    } else {
        quote!(_)
    };
    quote! {
        #function_docs
        pub async fn #function(#(#parameters,)* inputs: #inputs) -> Result<#outputs, WorkflowError<#steps>> {
            #resume(#(#arguments,)* inputs, #steps::default(), &RunOptions::default()).await
        }

        #resume_docs
        pub async fn #resume(
            #(#parameters,)*
            inputs: #inputs,
            mut steps: #steps,
            options: &RunOptions<#step>,
        ) -> Result<#outputs, WorkflowError<#steps>> {
            let outputs = #run(#(#arguments,)* &inputs, &mut steps, &mut Run::new(options)).await;
            outputs.map_err(|stop| WorkflowError::new(stop, steps))
        }

        async fn #run(
            #(#parameters,)*
            #read: &#inputs,
            steps: &mut #steps,
            run: &mut Run<'_, #step>,
        ) -> Result<#outputs, Stop<#step>> {
            #body
        }
    }
}

fn function_docs(workflow: &Workflow) -> TokenStream {
    let mut text = prose(&sentence(
        workflow.summary.as_deref().unwrap_or(&workflow.id),
    ));
    if let Some(description) = &workflow.description {
        text.push_str(&format!("\n\n{}", prose(description)));
    }
    text.push_str("\n\n# Steps\n");
    for (number, step) in workflow.steps.iter().enumerate() {
        let description = step
            .description
            .as_deref()
            .or(step.call.summary.as_deref())
            .unwrap_or_default();
        let description = match one_line(description) {
            text if text.is_empty() => String::new(),
            text => format!(": {}", summary(&sentence(&text))),
        };
        let operation = &step.call.operation;
        let called = match &step.call.route {
            Some(line) => format!("`{operation}`, `{line}`"),
            None => format!("the workflow `{operation}`"),
        };
        let item = format!("{}. `{}` ({called}){description}", number + 1, step.id);
        text.push_str(&format!("\n{}", wrapped(&item, "   ")));
    }
    text.push_str(&format!("\n\n# Errors\n\n{}", wrapped(&format!(
        "When a step fails, or a value that its request needs is missing: a [`WorkflowError`] with the step, \
         the reason, and the outputs of the steps that had finished ([`{}`]).",
        workflow.names.steps
    ), "")));
    doc(&text)
}
