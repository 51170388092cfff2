//! The structs of a workflow: what it takes, what it gives, what its steps gave, and the names of its steps.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::docs::{doc, one_line, prose, sentence};
use super::ty::Types;
use crate::model::{FlowForm, Input, Output, OutputValue, ReadFrom, Step, Ty, Workflow};

/// The inputs, with a constructor and setters.
pub fn inputs(workflow: &Workflow, types: Types<'_>) -> TokenStream {
    let (name, function) = (&workflow.names.inputs, &workflow.names.function);
    let docs = doc(&format!("What [`{function}`] is given."));
    let fields = workflow.inputs.iter().map(|input| {
        let (docs, field, ty) = (input_docs(input), &input.field, input_type(input, types));
        quote!(#docs pub #field: #ty)
    });
    let required: Vec<&Input> = workflow
        .inputs
        .iter()
        .filter(|input| input.required)
        .collect();
    let default = required.is_empty().then(|| quote!(, Default));
    let parameters = required.iter().map(|input| {
        let (field, ty) = (&input.field, types.ty(&input.ty));
        quote!(#field: impl Into<#ty>)
    });
    let given = workflow.inputs.iter().map(|input| {
        let field = &input.field;
        if input.required {
            quote!(#field: #field.into())
        } else {
            quote!(#field: None)
        }
    });
    let many = (required.len() > 7).then(|| quote!(#[allow(clippy::too_many_arguments)]));
    let new_docs = doc(if required.is_empty() {
        "Nothing given."
    } else {
        "What is required; the rest is set on top."
    });
    let setters = workflow
        .inputs
        .iter()
        .filter(|input| !input.required)
        .map(|input| {
            let (docs, field, ty) = (input_docs(input), &input.field, types.ty(&input.ty));
            quote! {
                #docs
                #[must_use]
                pub fn #field(mut self, #field: impl Into<#ty>) -> Self {
                    self.#field = Some(#field.into());
                    self
                }
            }
        });
    quote! {
        #docs
        #[derive(Clone, Debug #default)]
        #[non_exhaustive]
        pub struct #name { #(#fields,)* }

        impl #name {
            #new_docs
            #many
            pub fn new(#(#parameters),*) -> Self {
                Self { #(#given),* }
            }
            #(#setters)*
        }
    }
}

/// The documentation of an input.
pub fn input_docs(input: &Input) -> TokenStream {
    match &input.description {
        Some(text) => doc(&prose(&sentence(text))),
        None => doc(&format!("The input `{}`.", input.id)),
    }
}

fn input_type(input: &Input, types: Types<'_>) -> TokenStream {
    let ty = types.ty(&input.ty);
    if input.required {
        ty
    } else {
        quote!(Option<#ty>)
    }
}

/// The outputs.
pub fn outputs(workflow: &Workflow, types: Types<'_>) -> TokenStream {
    let (name, steps, function) = (
        &workflow.names.outputs,
        &workflow.names.steps,
        &workflow.names.function,
    );
    let docs = doc(&format!("What [`{function}`] gives."));
    let fields = workflow.outputs.iter().map(|output| {
        let docs = output_docs(output, &workflow.steps);
        let (field, ty) = (&output.field, types.ty(&output.ty));
        quote!(#docs pub #field: #ty)
    });
    quote! {
        #docs
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        pub struct #name {
            #(#fields,)*
            /// The outputs of each step.
            pub steps: #steps,
        }
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
                    format!("The output `{id}` of the step `{}`.", step.id)
                }
                None => format!("`{}`", read.expression),
            },
            ReadFrom::Status => "The status of the answer.".to_owned(),
            _ => format!("`{}`", read.expression),
        },
        _ => format!("The output `{}`.", output.id),
    };
    doc(&text)
}

/// What makes a struct one that can be kept outside of the program.
fn record() -> TokenStream {
    quote!(, ::serde::Serialize, ::serde::Deserialize)
}

/// Any JSON may be null, which is not the same as that there was none.
fn present(ty: &Ty) -> Option<TokenStream> {
    matches!(ty, Ty::Option(inner) if **inner == Ty::Json).then(|| {
        quote! {
            #[serde(default, with = "::pipedream_sdk_runtime::nullable", skip_serializing_if = "Option::is_none")]
        }
    })
}

/// In a record, things are called what the document calls them.
fn spelled(field: &Ident, id: &str) -> Option<TokenStream> {
    (field != id).then(|| quote!(#[serde(rename = #id)]))
}

/// The outputs of the steps, and their names.
pub fn steps(workflow: &Workflow, types: Types<'_>) -> TokenStream {
    let names = &workflow.names;
    let (name, step_type, function) = (&names.steps, &names.step, &names.function);
    let docs = doc(&format!(
        "The outputs of the finished steps of [`{function}`].\n\n\
         It can be serialized, to go on from it in another process. The record holds the secrets that the\n\
         steps gave, in clear: it is a secret itself."
    ));
    let record = record();
    let fields = workflow.steps.iter().map(|step| {
        let (field, ty) = (&step.field, &step.outputs_type);
        let docs = doc(&format!("The outputs of `{}`.", step.id));
        let spelled = spelled(field, &step.id);
        quote!(#docs #spelled pub #field: Option<#ty>)
    });
    // No step is called so: `$` is for expressions.
    let at = (workflow.flow == FlowForm::Loop)
        .then(|| quote!(#[serde(rename = "$next")] at: To<#step_type>,));
    let structs = workflow.steps.iter().map(|step| {
        let ty = &step.outputs_type;
        let docs = doc(&format!("The outputs of the step `{}`.", step.id));
        let fields = step.outputs.iter().map(|output| {
            let spelled = spelled(&output.field, &output.id);
            let (docs, field, ty) = (
                output_docs(output, &[]),
                &output.field,
                types.ty(&output.ty),
            );
            let present = present(&output.ty);
            quote!(#docs #spelled #present pub #field: #ty)
        });
        quote! {
            #docs
            #[derive(Clone, Debug #record)]
            #[non_exhaustive]
            pub struct #ty { #(#fields),* }
        }
    });
    let finished = workflow.steps.iter().map(|step| {
        let (variant, field) = (&step.variant, &step.field);
        quote!(#step_type::#variant => self.#field.is_some())
    });
    let step_docs = doc(&format!("The steps of [`{function}`]."));
    let variants = workflow.steps.iter().map(|step| {
        let variant = &step.variant;
        let text = step.description.as_deref().map_or_else(
            || format!("The step `{}`.", step.id),
            |d| prose(&sentence(&one_line(d))),
        );
        let docs = doc(&text);
        quote!(#docs #variant)
    });
    let all = workflow.steps.iter().map(|step| &step.variant);
    let ids = workflow.steps.iter().map(|step| {
        let (variant, id) = (&step.variant, &step.id);
        quote!(Self::#variant => #id)
    });
    let operations = workflow.steps.iter().map(|step| {
        let (variant, operation) = (&step.variant, &step.call.operation);
        quote!(Self::#variant => #operation)
    });
    let id = &workflow.id;
    quote! {
        #docs
        #[derive(Clone, Debug, Default #record)]
        #[serde(default)]
        #[non_exhaustive]
        pub struct #name { #(#fields,)* #at }

        impl Steps for #name {
            type Step = #step_type;

            fn is_finished(&self, step: #step_type) -> bool {
                match step { #(#finished,)* }
            }
        }

        #(#structs)*

        #step_docs
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #step_type { #(#variants,)* }

        impl StepId for #step_type {
            const WORKFLOW: &'static str = #id;
            const ALL: &'static [Self] = &[#(Self::#all),*];

            fn id(self) -> &'static str {
                match self { #(#ids,)* }
            }

            fn operation(self) -> &'static str {
                match self { #(#operations,)* }
            }
        }
    }
}
