//! Match arms of the steps of a workflow, and the outputs of the workflow.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::borrowed::{Borrowed, Duplication};
use super::file::RuntimePath;
use super::judge::{self, Judge, Rules};
use super::literal::constant_json;
use super::pattern;
use super::ty::Types;
use super::value::{Held, Values};
use crate::model::{
    Access, Assignment, BodyUse, Callee, Conversion, FieldAssignment, JsonTemplate, Output,
    OutputValue, ParameterLocation, Pass, Read, ReadFrom, Request, ResponseBody, Step, StepOrigin,
    Test, TransportRetries, ValueSource, Workflow, WorkflowRun,
};
use crate::names::{bare, ident, snake_text};

/// Returns the match arm of each step.
pub fn arms(runtime: &RuntimePath, workflow: &Workflow, types: Types<'_>) -> Vec<TokenStream> {
    let steps = workflow.steps.iter();
    steps
        .map(|step| arm(runtime, workflow, step, types))
        .collect()
}

fn arm(runtime: &RuntimePath, workflow: &Workflow, step: &Step, types: Types<'_>) -> TokenStream {
    let (step_type, variant, field) = (&workflow.names.step, &step.variant, &step.field);
    let mut values = Values::new(runtime, types, workflow);
    values.maybe_body = step.body == BodyUse::Maybe;
    values.held = held(step);
    let call = match &step.call.callee {
        Callee::Request(request) => {
            let client = client(&mut values, step, request);
            let method = &request.method;
            let arguments = arguments(&mut values, request);
            quote! {
                #client
                let call = client.#method(#(#arguments),*);
            }
        }
        Callee::Workflow(run) => {
            let inputs = inputs_of(&mut values, run);
            let given = run.given.iter().map(|(id, value)| {
                let value = values.owned(value);
                quote!(at.give(#id, #value);)
            });
            let given: Vec<_> = given.collect();
            let clients = clients_of(workflow, run);
            let (module, call) = (&run.names.module, &run.names.call);
            quote! {
                let given = #inputs;
                let call = super::#module::#call::new(#clients, given);
                #(#given)*
            }
        }
    };
    let before = std::mem::take(&mut values.before);
    let (define, judge) = match judge::judge(&values, step) {
        Judge::Function(function) => (None, function),
        Judge::Closure(closure) => (Some(quote!(let judge = #closure;)), quote!(judge)),
    };
    let reply = reply(&values, step, &judge);
    let outputs = step_outputs(&values, step);
    quote! {
        #step_type::#variant => {
            #(#before)*
            #call
            #define
            #reply
            steps.#field = Some(#outputs);
        }
    }
}

/// Returns the arguments of a request: required parameters, the struct of the optional ones, the body.
fn arguments(values: &mut Values<'_>, request: &Request) -> Vec<TokenStream> {
    let mut tokens = Vec::new();
    for argument in &request.arguments {
        tokens.push(values.argument(&argument.name, &argument.value, argument.pass));
    }
    let client = values.workflow.client_of(request);
    let module = client.and_then(|client| values.types.apis.get(client.api));
    if let (Some(params), Some(module)) = (&request.params, module) {
        let (module, ty) = (&module.module, &params.name);
        let ty = quote!(crate::#module::params::#ty);
        let value = values.structure(ty, &params.fields, &params.rest);
        let name = values.scope.snake("params");
        values.before.push(quote!(let #name = #value;));
        tokens.push(quote!(&#name));
    }
    if let Some(argument) = &request.body {
        tokens.push(values.argument(&argument.name, &argument.value, argument.pass));
    } else if request.omits_body {
        tokens.push(quote!(None));
    }
    tokens
}

/// Returns the form in which the outputs need the response.
fn held(step: &Step) -> Held {
    let is_accepted = matches!(step.call.response, ResponseBody::MaybeAccepted(_));
    match step.body {
        BodyUse::Certain if is_accepted || reads_reply(step) => Held::Response,
        BodyUse::Certain => Held::Value,
        BodyUse::Maybe | BodyUse::None => Held::AcceptedResponse,
    }
}

/// Returns the statements that run the call and bind its reply and body, if the outputs need them.
fn reply(values: &Values<'_>, step: &Step, judge: &TokenStream) -> TokenStream {
    let method = match (&step.call.callee, values.held) {
        (Callee::Request(_), Held::Value | Held::Response) => quote!(call),
        (Callee::Request(_), Held::AcceptedResponse) => quote!(call_any),
        (Callee::Workflow(_), Held::Value | Held::Response) => quote!(call_workflow),
        (Callee::Workflow(_), Held::AcceptedResponse) => quote!(call_any_workflow),
    };
    let context = match step.origin {
        StepOrigin::Dependency { .. } => quote!(at.as_dependency()),
        StepOrigin::Declared | StepOrigin::Action { .. } => quote!(at),
    };
    let made = quote!(#context.#method(call, #judge).await?);
    let is_accepted = matches!(step.call.response, ResponseBody::MaybeAccepted(_));
    match (values.held, step.body) {
        (Held::Value, _) => quote!(let body = #made.into_value();),
        (_, BodyUse::None) if !reads_reply(step) => quote!(#made;),
        (_, BodyUse::None) => quote!(let reply = #made;),
        (_, BodyUse::Certain) if is_accepted => quote! {
            let reply = #made;
            let body = at.finished(reply.value())?;
        },
        (_, BodyUse::Maybe) if is_accepted => quote! {
            let reply = #made;
            let body = reply.value().and_then(|outcome| outcome.as_ref().finished());
        },
        (_, BodyUse::Certain | BodyUse::Maybe) => quote! {
            let reply = #made;
            let body = reply.value();
        },
    }
}

/// Returns `true` if an output is read from the reply instead of its typed value.
fn reads_reply(step: &Step) -> bool {
    let is_reply = |read: &Read| {
        matches!(
            read.from,
            ReadFrom::RawBody | ReadFrom::Status | ReadFrom::Header
        )
    };
    step.outputs
        .iter()
        .any(|output| output.value.reads_any(is_reply))
}

/// Returns the statements that bind the client with the options of the step as `client`.
fn client(values: &mut Values<'_>, step: &Step, request: &Request) -> TokenStream {
    let runtime = values.runtime;
    let workflow = values.workflow;
    let Some(client) = workflow.client_of(request) else {
        return TokenStream::new();
    };
    let client = &client.name;
    let retries = retries(&step.retries);
    let mut credentials = TokenStream::new();
    for (number, credential) in request.credentials.iter().enumerate() {
        let scheme = &credential.scheme;
        let secret = secret(values, &credential.value);
        credentials.extend(match number {
            0 => quote!(#runtime::FixedSecret::new([#scheme], #secret)),
            _ => quote!(.and([#scheme], #secret)),
        });
    }
    let credential = (!request.credentials.is_empty()).then(|| quote!(.credentials(#credentials)));
    let undeclared: TokenStream = request
        .undeclared
        .iter()
        .map(|parameter| {
            let name = ident(&snake_text(&parameter.name));
            let value = values.argument(&name, &parameter.value, Pass::Text);
            let give = match parameter.location {
                ParameterLocation::Header => quote!(optional_header),
                ParameterLocation::Query => quote!(optional_query),
                ParameterLocation::Cookie => quote!(optional_cookie),
            };
            let name = &parameter.name;
            quote!(.#give(#name, #value))
        })
        .collect();
    let arguments: TokenStream = request
        .argument_values
        .iter()
        .map(|argument| {
            let (location, name) = (argument.location, &argument.name);
            let value = values.owned(&argument.value);
            quote!(.optional_argument(#location, #name, #value))
        })
        .collect();
    let properties: TokenStream = request
        .body_values
        .iter()
        .map(|property| {
            let (pointer, value) = (&property.pointer, values.owned(&property.value));
            quote!(.optional_json(#pointer, #value))
        })
        .collect();
    let given = request.given.iter().filter_map(|sent| {
        let (input, place, part) = (workflow.inputs.get(sent.input)?, &sent.pointer, &sent.part);
        let id = &input.id;
        Some(quote!(at.send_given(#place, #id, #part);))
    });
    let given: TokenStream = given.collect();
    let timeout = request.timeout.map(|milliseconds| {
        let milliseconds = proc_macro2::Literal::u64_unsuffixed(milliseconds);
        quote!(.timeout(::std::time::Duration::from_millis(#milliseconds)))
    });
    let redirects = expects_redirect(step).then(|| quote!(.follow_redirects(false)));
    let options = quote!(at.options() #timeout #retries #redirects #credential #arguments #undeclared #properties);
    let is_plain = request.timeout.is_none()
        && request.credentials.is_empty()
        && redirects.is_none()
        && request.argument_values.is_empty()
        && request.body_values.is_empty()
        && request.undeclared.is_empty();
    match is_plain {
        true => quote!(#given let client = #client.with_options(#options);),
        false => quote! {
            #given
            let options = #options;
            let client = #client.with_options(options);
        },
    }
}

/// Returns `true` if a redirect is a response that the step handles, by its status code or its `Location`.
fn expects_redirect(step: &Step) -> bool {
    let reads_location = |read: &Read| {
        let is_location = |access: &Access| matches!(access, Access::Header(name) if name.eq_ignore_ascii_case("location"));
        read.from == ReadFrom::Header && read.path.iter().any(is_location)
    };
    let mut outputs = step.outputs.iter();
    outputs.any(|output| output.value.reads_any(reads_location))
        || Rules::of(step).tests().any(Test::expects_redirect)
}

/// Returns the expression of a credential.
fn secret(values: &mut Values<'_>, assignment: &Assignment) -> TokenStream {
    match &assignment.source {
        ValueSource::Read(read, _) if read.ty.is_text() => {
            let source = ValueSource::Read(read.clone(), Conversion::Same);
            let assignment = Assignment {
                ty: read.ty.clone(),
                source,
            };
            values.argument(&ident("token"), &assignment, Pass::Text)
        }
        _ => values.owned(assignment),
    }
}

/// Returns the options that exclude the status codes retried by the workflow from the transport's retries.
fn retries(retries: &TransportRetries) -> TokenStream {
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
        let (together, others) = after.split_at(run);
        let last = together.last().copied().unwrap_or(first);
        let last = proc_macro2::Literal::u16_unsuffixed(last);
        let first = proc_macro2::Literal::u16_unsuffixed(first);
        tokens.extend(match run {
            0 => quote!(.without_retry_on([#first])),
            _ => quote!(.without_retry_on(#first..=#last)),
        });
        rest = others;
    }
    tokens
}

/// Returns the inputs of the workflow that a step runs.
fn inputs_of(values: &mut Values<'_>, run: &WorkflowRun) -> TokenStream {
    let (module, inputs) = (&run.names.module, &run.names.inputs);
    let fields: Vec<_> = run
        .fields
        .iter()
        .map(|FieldAssignment { field, value }| {
            let value = values.owned(value);
            quote!(#field: #value)
        })
        .collect();
    quote!(super::#module::#inputs { #(#fields),* })
}

/// Returns the clients of the workflow that a step runs.
fn clients_of(workflow: &Workflow, run: &WorkflowRun) -> TokenStream {
    let clients: Vec<&Ident> = run
        .clients
        .iter()
        .filter_map(|client| workflow.clients.get(*client))
        .map(|client| &client.name)
        .collect();
    match clients.as_slice() {
        [only] => quote!(#only.clone()),
        several => quote!((#(#several.clone()),*)),
    }
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

/// Returns the value of an output, read from the response, the inputs or the outputs of earlier steps.
fn output_value(values: &Values<'_>, output: &Output) -> TokenStream {
    match &output.value {
        OutputValue::Constant(constant) => values.constant(constant),
        OutputValue::Text { pieces, secret } => {
            let (runtime, text) = (values.runtime, pattern::text(values, pieces));
            match secret {
                true => quote!(#runtime::SecretString::from(#text)),
                false => text,
            }
        }
        OutputValue::Json(json) => output_json(values, json),
        OutputValue::Read(read) => {
            let value = values.read(read);
            let certain = value.is_certain();
            let value = value.cloned(Duplication::of(&read.ty));
            match (certain, output.ty.is_optional()) {
                (true, true) => quote!(Some(#value)),
                (false, _) => match &output.undecoded {
                    Some(pointer) if read.from == ReadFrom::Body => {
                        let text = &read.expression;
                        quote! {
                            match #value {
                                Some(value) => Some(value),
                                None => at.convert(reply.undecoded(#pointer), #text)?,
                            }
                        }
                    }
                    _ => value,
                },
                _ => value,
            }
        }
    }
}

/// Returns an output that is a list or an object, as a JSON value.
fn output_json(values: &Values<'_>, json: &JsonTemplate) -> TokenStream {
    let runtime = values.runtime;
    match json {
        JsonTemplate::Constant(value) => constant_json(value),
        JsonTemplate::Read(read) => {
            let value = values.read(read).as_option();
            quote!(#runtime::criterion::json(#value).unwrap_or_default())
        }
        JsonTemplate::Text(pieces) => {
            let text = pattern::text(values, pieces);
            quote!(::serde_json::Value::String(#text))
        }
        JsonTemplate::List(items) => {
            let items = items.iter().map(|item| output_json(values, item));
            quote!(::serde_json::Value::Array(vec![#(#items),*]))
        }
        JsonTemplate::Object(members) => {
            let members = members.iter().map(|(key, member)| {
                let value = match member {
                    JsonTemplate::Read(read) => {
                        let value = values.read(read).as_option();
                        quote!(#runtime::criterion::json(#value))
                    }
                    other => {
                        let value = output_json(values, other);
                        quote!(Some(#value))
                    }
                };
                quote!((#key, #value))
            });
            quote!(#runtime::criterion::object([#(#members),*]))
        }
    }
}

/// Returns the statements that collect the outputs of the workflow.
pub fn outputs(runtime: &RuntimePath, workflow: &Workflow, types: Types<'_>) -> TokenStream {
    let mut values = Values::new(runtime, types, workflow);
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
            let (field, id) = (&source.field, &source.id);
            before.push(quote!(let #name = #runtime::finished(&steps.#field, #id)?;));
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
                    collected(&values, read, held, *step, *number, output)
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

fn collected(
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
    let value = value.cloned(Duplication::of(&read.ty));
    match certain && output.ty.is_optional() {
        true => quote!(Some(#value)),
        false => value,
    }
}
