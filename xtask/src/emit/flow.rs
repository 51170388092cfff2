//! The inner function of a workflow: its steps in their order, and its outputs at the end.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::borrowed::Borrowed;
use super::judge::{self, to_step};
use super::ty::Types;
use super::value::Values;
use crate::model::{
    Assignment, BodyUse, Callee, Conversion, FieldAssignment, FlowForm, Next, Output, OutputValue,
    ParameterLocation, Pass, Read, ReadFrom, ResponseBody, Step, StepOrigin, TextPiece,
    TransportRetries, ValueSource, Workflow, WorkflowRun,
};
use crate::names::{bare, ident, snake_text};

/// The inner function's body: the steps, then the outputs.
pub fn body(workflow: &Workflow, types: Types<'_>) -> TokenStream {
    let outputs = collected(workflow, types);
    match workflow.flow {
        FlowForm::Straight => {
            let steps = workflow
                .steps
                .iter()
                .map(|step| straight(workflow, step, types));
            quote!(#(#steps)* #outputs)
        }
        FlowForm::Loop => {
            let arms = workflow
                .steps
                .iter()
                .enumerate()
                .map(|(at, step)| arm(workflow, at, step, types));
            let aside = (0..workflow.steps.len()).any(|step| workflow.runs_before_retry(step));
            let at = match aside {
                true => quote!(run.place(steps.at)),
                false => quote!(steps.at),
            };
            quote! {
                loop {
                    match #at {
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
        .any(|action| action.outcome.leads_elsewhere())
        || workflow.runs_before_retry(at)
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
        let answered = |read: &Read| {
            matches!(
                read.from,
                ReadFrom::RawBody | ReadFrom::Status | ReadFrom::Header
            )
        };
        let reads_answer = step.outputs.iter().any(|output| match &output.value {
            OutputValue::Read(read) => answered(read),
            OutputValue::Constant(_) => false,
            OutputValue::Text { pieces, .. } => pieces
                .iter()
                .any(|piece| matches!(piece, TextPiece::Read(read) if answered(read))),
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
    match (step.body, &step.call.response) {
        (BodyUse::None, _) => TokenStream::new(),
        (BodyUse::Certain, ResponseBody::MaybeAccepted(_)) => quote! {
            let Outcome::Finished(body) = reply.value() else {
                return Err(Stop::at(#step_type::#variant, Why::missing("$response.body")));
            };
        },
        (BodyUse::Certain, _) => quote!(let body = reply.value();),
        (BodyUse::Maybe, ResponseBody::MaybeAccepted(_)) => {
            quote!(let body = answer.value().and_then(|outcome| outcome.as_ref().finished());)
        }
        (BodyUse::Maybe, _) => quote!(let body = answer.value();),
    }
}

/// The client with the options of this step.
fn request(values: &mut Values<'_>, step: &Step) -> TokenStream {
    let Callee::Request(request) = &step.call.callee else {
        return TokenStream::new();
    };
    let Some(client) = values
        .workflow
        .client_of(request)
        .map(|client| &client.name)
    else {
        return TokenStream::new();
    };
    let handled = handled(&step.retries);
    let mut credentials = TokenStream::new();
    for (number, credential) in request.credentials.iter().enumerate() {
        let scheme = &credential.scheme;
        let secret = secret(values, &credential.value);
        credentials.extend(match number {
            0 => quote!(FixedSecret::new([#scheme], #secret)),
            _ => quote!(.and([#scheme], #secret)),
        });
    }
    let credential = (!credentials.is_empty()).then(|| quote!(.credentials(#credentials)));
    let undeclared: TokenStream = request
        .undeclared
        .iter()
        .map(|parameter| {
            let name = ident(&snake_text(&parameter.name));
            let value = values.argument(&name, &parameter.value, Pass::Text);
            let give = match parameter.location {
                ParameterLocation::Header => quote!(given_header),
                ParameterLocation::Query => quote!(given_query),
                ParameterLocation::Cookie => quote!(given_cookie),
            };
            let name = &parameter.name;
            quote!(.#give(#name, #value))
        })
        .collect();
    let timeout = request.timeout.map(|milliseconds| {
        let milliseconds = proc_macro2::Literal::u64_unsuffixed(milliseconds);
        quote!(.timeout(Duration::from_millis(#milliseconds)))
    });
    quote! {
        let #client = &#client.with_options(at.options()#timeout #handled #credential #undeclared);
    }
}

/// The text of a credential.
fn secret(values: &mut Values<'_>, filling: &Assignment) -> TokenStream {
    match &filling.source {
        ValueSource::Read(read, _) if read.ty.is_text() => {
            let source = ValueSource::Read(read.clone(), Conversion::Same);
            let filling = Assignment {
                ty: read.ty.clone(),
                source,
            };
            values.argument(&ident("token"), &filling, Pass::Text)
        }
        _ => values.owned(filling),
    }
}

/// The statuses that the transport leaves to the workflow.
fn handled(retries: &TransportRetries) -> TokenStream {
    let mut rest = match retries {
        TransportRetries::Never => return quote!(.max_retries(0)),
        TransportRetries::Except(statuses) => statuses.as_slice(),
    };
    let mut tokens = TokenStream::new();
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
    let request = match &step.call.callee {
        Callee::Request(request) => request,
        Callee::Workflow(nested) => return run_of(values, nested),
    };
    let Some(client) = values
        .workflow
        .client_of(request)
        .map(|client| &client.name)
    else {
        return TokenStream::new();
    };
    let method = &request.method;
    let arguments: Vec<_> = request
        .arguments
        .iter()
        .map(|argument| values.argument(&argument.name, &argument.value, argument.pass))
        .collect();
    quote!(#client.#method(#(#arguments),*))
}

/// The run of another workflow.
fn run_of(values: &mut Values<'_>, nested: &WorkflowRun) -> TokenStream {
    let (module, function, inputs) = (&nested.module, &nested.function, &nested.inputs);
    let fields: Vec<_> = nested
        .fields
        .iter()
        .map(|FieldAssignment { field: name, value }| {
            let value = values.owned(value);
            quote!(#name: #value)
        })
        .collect();
    let given = values.scope.snake("given");
    values
        .before
        .push(quote!(let #given = super::#module::#inputs { #(#fields),* };));
    let clients = nested
        .clients
        .iter()
        .filter_map(|client| values.workflow.clients.get(*client))
        .map(|client| &client.name);
    quote!(nested(super::#module::#function(#(#clients,)* #given.clone())))
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
        OutputValue::Text { pieces, secret } => {
            let text = judge::text(values, pieces);
            match secret {
                true => quote!(SecretString::from(#text)),
                false => text,
            }
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
            from: ReadFrom::Output { step, .. },
            ..
        }) = &output.value
            && !output.ty.is_optional()
            && !certain.iter().any(|(known, _)| known == step)
            && let Some(source) = workflow.steps.get(*step)
        {
            let name = values.scope.snake(&bare(&source.field));
            let (field, id) = (&source.field, outputs_of(source));
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
                        from:
                            ReadFrom::Output {
                                step,
                                output: number,
                            },
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

/// The expression for the outputs of a step.
fn outputs_of(step: &Step) -> String {
    match step.origin {
        StepOrigin::Declared => format!("$steps.{}.outputs", step.id),
        StepOrigin::Dependency { .. } | StepOrigin::Action { .. } => format!("{}.outputs", step.id),
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
