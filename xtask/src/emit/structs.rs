//! Types of a workflow: inputs, outputs, outputs of its steps, and the enum of the steps.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::docs::{doc, one_line, prose, sentence};
use super::file::RuntimePath;
use super::ty::Types;
use super::value::Values;
use super::workflows::example_file;
use crate::model::{
    Callee, Input, Output, OutputValue, Program, ReadFrom, Step, Ty, Variable, Workflow,
};
use crate::names::bare;

/// Prints inputs, outputs and builder as a call of the runtime's macro.
pub fn workflow(
    runtime: &RuntimePath,
    program: &Program,
    workflow: &Workflow,
    types: Types<'_>,
) -> TokenStream {
    let names = &workflow.names;
    let (inputs, outputs, call) = (&names.inputs, &names.outputs, &names.call);
    let (step, steps) = (&names.step, &names.steps);
    let function = &names.function;
    let inputs_docs = doc(&format!("Inputs of [`{function}`]."));
    let outputs_docs = doc(&format!("Outputs of [`{function}`]."));
    let call_docs = doc(&format!(
        "Builder for [`{function}`]. Call [`run`](Self::run) or `.await` it to start the workflow."
    ));
    let values = Values::new(runtime, types, workflow);
    let declared = workflow.inputs.iter();
    let example = example_file(workflow);
    let input_fields = declared.map(|input| input_field(&values, input));
    let output_fields = workflow.outputs.iter().map(|output| {
        let docs = output_docs(output, &workflow.steps);
        let serde = serde(&output.field, &output.id, nullable(runtime, &output.ty));
        let (field, ty) = (&output.field, types.ty(&output.ty));
        quote!(#docs #serde pub #field: #ty)
    });
    let filled: Vec<_> = workflow
        .inputs
        .iter()
        .filter_map(|input| {
            let Variable { field, .. } = program.variables.get(input.variable?)?;
            let input = &input.field;
            Some(match input == field {
                true => quote!(#input),
                false => quote!(#input = #field),
            })
        })
        .collect();
    let variables =
        (!filled.is_empty()).then(|| quote!(#[variables(super::Variables, #(#filled),*)]));
    quote! {
        #runtime::impl_workflow! {
            #inputs_docs
            pub struct #inputs { #(#input_fields,)* }

            #outputs_docs
            pub struct #outputs { #(#output_fields,)* }

            #call_docs
            #[example(#example)]
            #[steps(#step, #steps)]
            #variables
            pub struct #call;
        }
    }
}

fn input_field(values: &Values<'_>, input: &Input) -> TokenStream {
    let (runtime, types) = (values.runtime, values.types);
    let (docs, field, ty) = (input_docs(input), &input.field, types.ty(&input.ty));
    if input.required {
        // The macro treats an input of type `Option` as optional.
        let required = input.ty.is_optional().then(|| quote!(#[required]));
        let serde = serde(field, &input.id, None);
        return quote!(#docs #required #serde pub #field: #ty);
    }
    let null = (input.ty == Ty::Json).then(|| nullable_module(runtime));
    let null = null.map(|module| quote!(with = #module));
    let serde = serde(field, &input.id, null);
    let default = input.default.as_ref().map(|default| {
        let value = values.default(default);
        quote!(#[default(#value)])
    });
    quote!(#docs #default #serde pub #field: Option<#ty>)
}

/// Returns the documentation of an input.
pub fn input_docs(input: &Input) -> TokenStream {
    let text = match &input.description {
        Some(text) => prose(&sentence(text)),
        None => format!("Input `{}`.", input.id),
    };
    match &input.default {
        Some(default) => doc(&format!("{text}\n\nDefault: `{}`.", default.json)),
        None => doc(&text),
    }
}

fn output_docs(output: &Output, steps: &[Step]) -> TokenStream {
    let text = match &output.value {
        _ if output.description.is_some() => {
            prose(&sentence(output.description.as_deref().unwrap_or_default()))
        }
        OutputValue::Read(read) => match read.from {
            ReadFrom::Output {
                step,
                output: number,
            } if read.path.is_empty() => match steps.get(step) {
                Some(step) => {
                    let id = step.outputs.get(number).map_or("", |output| &output.id);
                    format!("Output `{id}` of the step `{}`.", step.id)
                }
                None => format!("Value of `{}`.", read.expression),
            },
            ReadFrom::Status => "Status code of the response.".to_owned(),
            _ => format!("Value of `{}`.", read.expression),
        },
        _ => format!("Output `{}`.", output.id),
    };
    doc(&text)
}

/// Returns the serde attribute that distinguishes null from an absent value.
fn nullable(runtime: &RuntimePath, ty: &Ty) -> Option<TokenStream> {
    matches!(ty, Ty::Option(inner) if **inner == Ty::Json).then(|| {
        let module = nullable_module(runtime);
        quote!(default, with = #module, skip_serializing_if = "Option::is_none")
    })
}

fn nullable_module(runtime: &RuntimePath) -> String {
    format!("{}::nullable", runtime.text())
}

/// Returns the serde attribute that gives a field its name from the document.
///
/// The runtime's macros already rename all fields to camel case.
fn serde(field: &Ident, id: &str, more: Option<TokenStream>) -> Option<TokenStream> {
    let rename = (camel_case(&bare(field)).as_deref() != Some(id)).then(|| quote!(rename = #id));
    match (rename, more) {
        (None, None) => None,
        (Some(rename), Some(more)) => Some(quote!(#[serde(#rename, #more)])),
        (Some(only), None) | (None, Some(only)) => Some(quote!(#[serde(#only)])),
    }
}

/// Returns the camel-case name that serde derives from a field, or `None` if serde fails on it.
fn camel_case(field: &str) -> Option<String> {
    let mut name = String::with_capacity(field.len());
    for word in field.split('_') {
        let mut letters = word.chars();
        let first = letters.next().map(|first| match name.is_empty() {
            true => first.to_ascii_lowercase(),
            false => first.to_ascii_uppercase(),
        });
        name.extend(first);
        name.push_str(letters.as_str());
    }
    name.starts_with(|first: char| first.is_ascii())
        .then_some(name)
}

/// Prints the steps and their outputs as a call of the runtime's macro.
pub fn steps(
    runtime: &RuntimePath,
    program: &Program,
    workflow: &Workflow,
    types: Types<'_>,
) -> TokenStream {
    let names = &workflow.names;
    let (record, step_type, id) = (&names.steps, &names.step, &workflow.id);
    let fields = workflow.steps.iter().map(|step| {
        let (field, ty) = (&step.field, &step.outputs_type);
        let (docs, attribute) = step_attributes(program, workflow, step);
        quote!(#docs #attribute pub #field: Option<#ty>)
    });
    let structs = workflow.steps.iter().map(|step| {
        let ty = &step.outputs_type;
        let docs = doc(&format!("Outputs of the step `{}`.", step.id));
        let fields = step.outputs.iter().map(|output| {
            let serde = serde(&output.field, &output.id, nullable(runtime, &output.ty));
            let (docs, field, ty) = (
                output_docs(output, &[]),
                &output.field,
                types.ty(&output.ty),
            );
            quote!(#docs #serde pub #field: #ty)
        });
        quote!(#docs pub struct #ty { #(#fields),* })
    });
    quote! {
        #runtime::impl_steps! {
            #[workflow(#id, step = #step_type)]
            pub struct #record { #(#fields,)* }

            #(#structs)*
        }
    }
}

fn step_attributes(
    program: &Program,
    workflow: &Workflow,
    step: &Step,
) -> (TokenStream, TokenStream) {
    let (variant, id) = (&step.variant, &step.id);
    let description = step.description.as_deref().unwrap_or_default().trim();
    let docs = match description {
        "" => format!("Step `{id}`."),
        description => prose(&sentence(&one_line(description))),
    };
    // The description that the macro derives from the doc comment.
    let documented: Vec<&str> = docs.lines().collect();
    let other = (documented.join(" ") != description).then(|| quote!(, description = #description));
    let callee = match &step.call.callee {
        Callee::Request(request) => {
            let client = workflow.client_of(request);
            let api = client.and_then(|client| program.apis.get(client.api));
            let module = api.map(|api| &api.module);
            let operation = &request.constant;
            quote!(calls crate::#module::operations::#operation)
        }
        Callee::Workflow(run) => {
            let (module, step) = (&run.names.module, &run.names.step);
            quote!(runs super::#module::#step)
        }
    };
    let expiry = step.expiry.and_then(|number| step.outputs.get(number));
    let expires = expiry.map(|output| {
        let field = &output.field;
        quote!(, expires = #field)
    });
    let readers = step
        .readers
        .iter()
        .filter_map(|reader| workflow.steps.get(*reader));
    let readers: Vec<_> = readers.map(|reader| &reader.variant).collect();
    let readers = (!readers.is_empty()).then(|| quote!(, readers = [#(#readers),*]));
    let attribute = quote!(#[step(#variant, #id, #callee #other #expires #readers)]);
    (doc(&docs), attribute)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn converts_field_names_to_camel_case_as_serde_does() {
        for (field, name) in [
            ("project_id", Some("projectId")),
            ("a", Some("a")),
            ("cfmap_json_2", Some("cfmapJson2")),
            ("x_1a", Some("x1a")),
            ("größe", Some("größe")),
            ("ñ_a", None),
            ("", None),
        ] {
            assert_eq!(camel_case(field).as_deref(), name, "{field}");
        }
    }
}
