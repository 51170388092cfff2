//! One workflow as a Rust module: its inputs, the outputs of its steps, its own outputs, the function that runs it, and
//! the builder with which a handle calls it.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::docs::{doc, one_line, prose, sentence, wrapped};
use super::judge::{self, to_step};
use super::ty::Types;
use super::value::{Borrowed, Values};
use crate::check::flow::transport_retries;
use crate::ir::{
    AnswerKind, BodyUse, Conversion, Failing, Filling, Form, Input, Next, Output, OutputValue,
    Pass, Piece, Program, Read, Root, Step, Supply, Workflow,
};
use crate::names::ident;
use crate::openapi::prose::summary;

/// What a workflow's module can need of the runtime.
const RUNTIME: &[&str] = &[
    "FixedSecret",
    "Number",
    "Outcome",
    "Run",
    "RunOptions",
    "SecretString",
    "Seen",
    "StepId",
    "Steps",
    "Stop",
    "To",
    "Verdict",
    "Visit",
    "Why",
    "WorkflowError",
    "criterion",
    "header_text",
];

/// Names that a module uses from elsewhere, so that no type of it may be called so.
pub const RESERVED_TYPES: &[&str] = &[
    "FixedSecret",
    "Number",
    "Outcome",
    "Run",
    "RunOptions",
    "SecretString",
    "Seen",
    "StepId",
    "Steps",
    "Stop",
    "To",
    "Verdict",
    "Visit",
    "Why",
    "WorkflowError",
    "Variables",
    "BTreeMap",
    "Duration",
    "Map",
    "Value",
    "Box",
    "Default",
    "Err",
    "From",
    "Into",
    "None",
    "Ok",
    "Option",
    "Result",
    "Self",
    "Some",
    "String",
    "Vec",
];

/// The module of one workflow.
pub fn module(program: &Program, workflow: &Workflow) -> TokenStream {
    let types = types_of(program, workflow);
    let function = functions(program, workflow, types);
    let inputs = inputs(workflow, types);
    let outputs = outputs(workflow, types);
    let steps = steps(workflow, types);
    let call = super::handle::call(program, workflow, types);
    let items = quote!(#function #inputs #outputs #steps #call);
    let imports = imports(program, workflow, &items);
    quote!(#imports #items)
}

/// How the module of a workflow writes its types.
pub fn types_of<'p>(program: &'p Program, workflow: &Workflow) -> Types<'p> {
    let only = match workflow.clients.as_slice() {
        [(api, _)] => Some(*api),
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
    let clients = workflow.clients.iter().filter_map(|(api, _)| {
        let module = &program.apis.get(*api)?.module;
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
    let (runtime, json) = (of(RUNTIME), of(&["Map", "Value"]));
    let map = used.contains("BTreeMap").then(|| {
        quote!(
            use ::std::collections::BTreeMap;
        )
    });
    let duration = used.contains("Duration").then(|| {
        quote!(
            use ::std::time::Duration;
        )
    });
    let runtime =
        (!runtime.is_empty()).then(|| quote!(use ::pipedream_sdk_runtime::{#(#runtime),*};));
    let json = (!json.is_empty()).then(|| quote!(use ::serde_json::{#(#json),*};));
    quote!(#map #duration #runtime #json)
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
    let parameters = workflow.clients.iter().filter_map(|(api, name)| {
        let module = &program.apis.get(*api)?.module;
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
    let body = body(workflow, types);
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
        let (operation, line) = (&step.call.operation, &step.call.line);
        let item = format!(
            "{}. `{}` (`{operation}`, `{line}`){description}",
            number + 1,
            step.id
        );
        text.push_str(&format!("\n{}", wrapped(&item, "   ")));
    }
    text.push_str(&format!("\n\n# Errors\n\n{}", wrapped(&format!(
        "When a step fails, or a value that its request needs is missing: a [`WorkflowError`] with the step, \
         the reason, and the outputs of the steps that had finished ([`{}`]).",
        workflow.names.steps
    ), "")));
    doc(&text)
}

/// The inner function's body: the steps, then the outputs.
fn body(workflow: &Workflow, types: Types<'_>) -> TokenStream {
    let outputs = collected(workflow, types);
    match workflow.form {
        Form::Straight => {
            let steps = workflow
                .steps
                .iter()
                .map(|step| straight(workflow, step, types));
            quote!(#(#steps)* #outputs)
        }
        Form::Loop => {
            let arms = workflow
                .steps
                .iter()
                .enumerate()
                .map(|(at, step)| arm(workflow, at, step, types));
            quote! {
                loop {
                    match steps.at {
                        #(#arms)*
                        To::End => break,
                    }
                }
                #outputs
            }
        }
    }
}

fn straight(workflow: &Workflow, step: &Step, types: Types<'_>) -> TokenStream {
    let parts = Parts::of(workflow, step, types);
    let (field, enter) = (&step.field, &parts.enter);
    let (request, call) = (&parts.request, &parts.call);
    let (waited, outputs) = (parts.waited(step), &parts.outputs);
    quote! {
        if steps.#field.is_none() {
            #enter
            #request
            #call
            #waited
            steps.#field = Some(#outputs);
        }
    }
}

fn arm(workflow: &Workflow, at: usize, step: &Step, types: Types<'_>) -> TokenStream {
    let parts = Parts::of(workflow, step, types);
    let (step_type, variant, field) = (&workflow.names.step, &step.variant, &step.field);
    let (enter, request, call, outputs) =
        (&parts.enter, &parts.request, &parts.call, &parts.outputs);
    let next = to_step(workflow, at + 1);
    let goes_elsewhere = step
        .on_failure
        .iter()
        .any(|action| matches!(action.act, Failing::Goto(_)))
        || step
            .on_success
            .iter()
            .any(|action| action.to != Next::Step(at + 1));
    let made = match goes_elsewhere {
        false => {
            let waited = parts.waited(step);
            quote! {
                #waited
                steps.#field = Some(#outputs);
                steps.at = #next;
            }
        }
        true => {
            let (body, answer) = (&parts.body, &parts.answer);
            let typed = (step.body == BodyUse::Certain)
                .then(|| quote!(let reply = answer.typed(#step_type::#variant)?;));
            quote! {
                steps.at = match at.visit(call, judge).await? {
                    Visit::Passed(#answer, to) => {
                        #typed
                        #body
                        steps.#field = Some(#outputs);
                        to.unwrap_or(#next)
                    }
                    Visit::Recovered(to) => to,
                };
            }
        }
    };
    quote! {
        To::Step(#step_type::#variant) => {
            #enter
            #request
            #call
            #made
        }
    }
}

/// The pieces that a step is made of in either form.
struct Parts {
    /// Enters the step, and works out what the request needs.
    enter: TokenStream,
    /// The client with the options of this step.
    request: TokenStream,
    /// The closures that make the call and judge its answer.
    call: TokenStream,
    /// The variable that holds the answer.
    answer: TokenStream,
    /// `let body = …;`
    body: TokenStream,
    outputs: TokenStream,
}

impl Parts {
    fn of(workflow: &Workflow, step: &Step, types: Types<'_>) -> Self {
        let mut values = Values::new(types, workflow);
        values.maybe_body = step.body == BodyUse::Maybe;
        values.replied = step.body == BodyUse::Certain;
        let (step_type, variant) = (&workflow.names.step, &step.variant);
        let request = request(&mut values, step);
        let call = call(&mut values, step);
        let judge = judge::closure(&values, step);
        let before = std::mem::take(&mut values.before);
        let answered = |read: &Read| matches!(read.root, Root::Status | Root::Header);
        let reads_answer = step.outputs.iter().any(|output| match &output.value {
            OutputValue::Read(read) => answered(read),
            OutputValue::Constant(_) => false,
            OutputValue::Text(pieces) => pieces
                .iter()
                .any(|piece| matches!(piece, Piece::Read(read) if answered(read))),
        });
        Self {
            enter: quote! {
                let at = run.enter(#step_type::#variant)?;
                #(#before)*
            },
            request,
            call: quote! {
                let call = || #call;
                let judge = #judge;
            },
            answer: match reads_answer || step.body != BodyUse::None {
                true => quote!(answer),
                false => quote!(_),
            },
            body: body_of(workflow, step),
            outputs: step_outputs(&values, step),
        }
    }

    /// Waits for an answer of a step that goes nowhere else.
    fn waited(&self, step: &Step) -> TokenStream {
        let (body, answer) = (&self.body, &self.answer);
        match (step.body, answer.to_string().as_str()) {
            (BodyUse::Certain, _) => quote! {
                let reply = at.call(call, judge).await?;
                #body
            },
            (_, "_") => quote!(at.answer(call, judge).await?;),
            _ => quote! {
                let #answer = at.answer(call, judge).await?;
                #body
            },
        }
    }
}

/// The typed value of the answer, under the name `body`.
fn body_of(workflow: &Workflow, step: &Step) -> TokenStream {
    let (step_type, variant) = (&workflow.names.step, &step.variant);
    match (step.body, &step.call.answer) {
        (BodyUse::None, _) => TokenStream::new(),
        (BodyUse::Certain, AnswerKind::MaybeAccepted(_)) => quote! {
            let Outcome::Finished(body) = reply.value() else {
                return Err(Stop::at(#step_type::#variant, Why::missing("$response.body")));
            };
        },
        (BodyUse::Certain, _) => quote!(let body = reply.value();),
        (BodyUse::Maybe, AnswerKind::MaybeAccepted(_)) => {
            quote!(let body = answer.value().and_then(|outcome| outcome.as_ref().finished());)
        }
        (BodyUse::Maybe, _) => quote!(let body = answer.value();),
    }
}

/// The client with the options of this step.
fn request(values: &mut Values<'_>, step: &Step) -> TokenStream {
    let Some((_, client)) = values.workflow.client_of(step) else {
        return TokenStream::new();
    };
    let handled = handled(&step.handled);
    let credential = step.call.credential.as_ref().map(|(scheme, filling)| {
        let secret = secret(values, filling);
        quote!(.credentials(FixedSecret::new([#scheme], #secret)))
    });
    quote!(let #client = &#client.with_options(at.options()#handled #credential);)
}

/// The text of a credential.
fn secret(values: &mut Values<'_>, filling: &Filling) -> TokenStream {
    match &filling.supply {
        Supply::Read(read, _) if read.ty.is_text() => {
            let supply = Supply::Read(read.clone(), Conversion::Same);
            let filling = Filling {
                place: read.ty.clone(),
                supply,
            };
            values.argument(&ident("token"), &filling, Pass::Text)
        }
        _ => values.owned(filling),
    }
}

/// The statuses that the transport leaves to the workflow.
fn handled(statuses: &[u16]) -> TokenStream {
    // All of them: then nothing is left for the transport to repeat.
    if transport_retries().eq(statuses.iter().copied()) {
        return quote!(.max_retries(0));
    }
    let mut tokens = TokenStream::new();
    let mut rest = statuses;
    while let Some((&first, after)) = rest.split_first() {
        let run = after
            .iter()
            .zip(first + 1..)
            .take_while(|(status, expected)| **status == *expected)
            .count();
        let last = proc_macro2::Literal::u16_unsuffixed(first + run as u16);
        let first = proc_macro2::Literal::u16_unsuffixed(first);
        tokens.extend(match run {
            0 => quote!(.without_retry_on([#first])),
            _ => quote!(.without_retry_on(#first..=#last)),
        });
        rest = &after[run..];
    }
    tokens
}

fn call(values: &mut Values<'_>, step: &Step) -> TokenStream {
    let Some((_, client)) = values.workflow.client_of(step) else {
        return TokenStream::new();
    };
    let method = &step.call.method;
    let arguments: Vec<_> = step
        .call
        .arguments
        .iter()
        .map(|argument| values.argument(&argument.name, &argument.filling, argument.pass))
        .collect();
    quote!(#client.#method(#(#arguments),*))
}

fn step_outputs(values: &Values<'_>, step: &Step) -> TokenStream {
    let ty = &step.outputs_type;
    let fields = step.outputs.iter().map(|output| {
        let name = &output.field;
        let value = output_value(values, output);
        quote!(#name: #value)
    });
    quote!(#ty { #(#fields),* })
}

/// An output of a step: it is read from the answer, or from what was there before.
fn output_value(values: &Values<'_>, output: &Output) -> TokenStream {
    match &output.value {
        OutputValue::Constant(constant) => values.constant(constant),
        OutputValue::Text(pieces) => {
            let mut values = Values::new(values.types, values.workflow);
            values.text(pieces)
        }
        OutputValue::Read(read) => {
            let value = values.read(read);
            let certain = value.is_certain();
            let copy = read.ty.is_copy();
            let value = value.cloned(copy);
            match (certain, output.ty.is_optional()) {
                (true, true) => quote!(Some(#value)),
                _ => value,
            }
        }
    }
}

/// The workflow's outputs at its end.
fn collected(workflow: &Workflow, types: Types<'_>) -> TokenStream {
    let mut values = Values::new(types, workflow);
    let mut certain: Vec<(usize, Ident)> = Vec::new();
    let mut before = Vec::new();
    for output in &workflow.outputs {
        if let OutputValue::Read(Read {
            root: Root::Output(step, _),
            ..
        }) = &output.value
            && !output.ty.is_optional()
            && !certain.iter().any(|(known, _)| known == step)
            && let Some(source) = workflow.steps.get(*step)
        {
            let name = values.scope.snake(&source.id);
            let (field, id) = (&source.field, format!("$steps.{}.outputs", source.id));
            before.push(quote!(let #name = run.finished(steps.#field.as_ref(), #id)?;));
            certain.push((*step, name));
        }
    }
    let fields: Vec<_> = workflow
        .outputs
        .iter()
        .map(|output| {
            let name = &output.field;
            let value = match &output.value {
                OutputValue::Read(
                    read @ Read {
                        root: Root::Output(step, number),
                        ..
                    },
                ) => {
                    let held = certain
                        .iter()
                        .find(|(known, _)| known == step)
                        .map(|(_, name)| name);
                    collected_read(&values, read, held, *step, *number, output)
                }
                _ => output_value(&values, output),
            };
            quote!(#name: #value)
        })
        .collect();
    let ty = &workflow.names.outputs;
    quote! {
        #(#before)*
        Ok(#ty { #(#fields,)* steps: ::std::mem::take(steps) })
    }
}

fn collected_read(
    values: &Values<'_>,
    read: &Read,
    held: Option<&Ident>,
    step: usize,
    number: usize,
    output: &Output,
) -> TokenStream {
    let source = values
        .workflow
        .steps
        .get(step)
        .and_then(|step| step.outputs.get(number));
    let value = match (held, source) {
        (Some(held), Some(source)) => {
            let field = &source.field;
            let root = match source.ty.is_optional() {
                true => Borrowed::MaybePlace(quote!(#held.#field)),
                false => Borrowed::Place(quote!(#held.#field)),
            };
            values.follow(root, &read.path)
        }
        _ => values.read(read),
    };
    let certain = value.is_certain();
    let value = value.cloned(read.ty.is_copy());
    match certain && output.ty.is_optional() {
        true => quote!(Some(#value)),
        false => value,
    }
}

fn inputs(workflow: &Workflow, types: Types<'_>) -> TokenStream {
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

fn outputs(workflow: &Workflow, types: Types<'_>) -> TokenStream {
    let (name, steps, function) = (
        &workflow.names.outputs,
        &workflow.names.steps,
        &workflow.names.function,
    );
    let docs = doc(&format!("What [`{function}`] gives."));
    let fields = output_fields(&workflow.outputs, types, &workflow.steps);
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

fn output_fields(outputs: &[Output], types: Types<'_>, steps: &[Step]) -> Vec<TokenStream> {
    let field = |output: &Output| {
        let (field, ty) = (&output.field, types.ty(&output.ty));
        let text = match &output.value {
            _ if output.description.is_some() => {
                prose(&sentence(output.description.as_deref().unwrap_or_default()))
            }
            OutputValue::Read(read) => match read.root {
                Root::Output(step, number) if read.path.is_empty() => match steps.get(step) {
                    Some(step) => {
                        let id = step.outputs.get(number).map_or("", |output| &output.id);
                        format!("The output `{id}` of the step `{}`.", step.id)
                    }
                    None => format!("`{}`", read.text),
                },
                Root::Status => "The status of the answer.".to_owned(),
                _ => format!("`{}`", read.text),
            },
            _ => format!("The output `{}`.", output.id),
        };
        let docs = doc(&text);
        quote!(#docs pub #field: #ty)
    };
    outputs.iter().map(field).collect()
}

fn steps(workflow: &Workflow, types: Types<'_>) -> TokenStream {
    let names = &workflow.names;
    let (name, step_type, function) = (&names.steps, &names.step, &names.function);
    let docs = doc(&format!(
        "The outputs of the finished steps of [`{function}`]."
    ));
    let fields = workflow.steps.iter().map(|step| {
        let (field, ty) = (&step.field, &step.outputs_type);
        let docs = doc(&format!("The outputs of `{}`.", step.id));
        quote!(#docs pub #field: Option<#ty>)
    });
    let at = (workflow.form == Form::Loop).then(|| quote!(at: To<#step_type>,));
    let structs = workflow.steps.iter().map(|step| {
        let ty = &step.outputs_type;
        let docs = doc(&format!("The outputs of the step `{}`.", step.id));
        let fields = output_fields(&step.outputs, types, &[]);
        quote! {
            #docs
            #[derive(Clone, Debug)]
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
        #[derive(Clone, Debug, Default)]
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
