//! The closure that judges an answer: success criteria, then the actions.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::borrowed::Borrowed;
use super::value::Values;
use crate::model::{
    Comparison, Criterion, FailureOutcome, Next, Operand, Read, ReadFrom, Step, SuccessAction,
    Test, TextPiece, Workflow,
};

/// What stands in an error for a step that states no criterion.
const DOCUMENTED_SUCCESS: &str = "a documented success status";

/// Writes the closure.
pub fn closure(values: &Values<'_>, step: &Step) -> TokenStream {
    let workflow = values.workflow;
    let success = success(values, step);
    let mut criteria: Vec<(TokenStream, &str)> = Vec::new();
    for criterion in &step.criteria {
        // What always holds needs no test.
        if !matches!(criterion.test, Test::Always) {
            criteria.push((unmet(values, &criterion.test, false), &criterion.text));
        }
    }
    if step.criteria.is_empty() {
        criteria.push((quote!(seen.value.is_none()), DOCUMENTED_SUCCESS));
    }
    if step.on_failure.is_empty() {
        let breaks = criteria
            .iter()
            .map(|(unmet, text)| quote!(if #unmet { return Verdict::Break(#text); }));
        return typed(quote!(#(#breaks)* #success));
    }
    let choices = criteria
        .iter()
        .map(|(unmet, text)| quote!(if #unmet { #text } else));
    let failing = step.on_failure.iter().enumerate().map(|(rule, action)| {
        let act = act(workflow, rule, &action.outcome);
        let rule = proc_macro2::Literal::usize_unsuffixed(rule);
        let holds = all(values, &action.criteria, is_retry(&action.outcome));
        match (&action.outcome, holds) {
            (FailureOutcome::Retry { limit, .. }, None) => {
                let limit = proc_macro2::Literal::u32_unsuffixed(*limit);
                quote!(if seen.may_retry(#rule, #limit) { return #act; })
            }
            (FailureOutcome::Retry { limit, .. }, Some(holds)) => {
                let limit = proc_macro2::Literal::u32_unsuffixed(*limit);
                quote!(if #holds && seen.may_retry(#rule, #limit) { return #act; })
            }
            (_, Some(holds)) => quote!(if #holds { return #act; }),
            // Nothing after an action without criteria is ever looked at.
            (_, None) => quote!(if true { return #act; }),
        }
    });
    // An unconditional last action is the value of the closure, not a guarded return.
    let (guarded, last) = match step
        .on_failure
        .iter()
        .position(|a| a.criteria.is_empty() && !is_retry(&a.outcome))
    {
        Some(at) => (
            at,
            step.on_failure
                .get(at)
                .map(|action| act(workflow, at, &action.outcome)),
        ),
        None => (step.on_failure.len(), None),
    };
    let failing: Vec<_> = failing.take(guarded).collect();
    let last = last.unwrap_or_else(|| quote!(Verdict::Break(condition)));
    let condition = if last.to_string().contains("condition")
        || failing.iter().any(|f| f.to_string().contains("condition"))
    {
        quote!(condition)
    } else {
        quote!(_condition)
    };
    typed(quote! {
        let #condition = #(#choices)* { #success };
        #(#failing)*
        #last
    })
}

/// The closure, with the type of what it looks at.
fn typed(body: TokenStream) -> TokenStream {
    match super::workflow::words(&body).contains("seen") {
        true => quote!(|seen: &Seen<'_, _>| { #body }),
        false => quote!(|_: &Seen<'_, _>| { #body }),
    }
}

fn is_retry(act: &FailureOutcome) -> bool {
    matches!(act, FailureOutcome::Retry { .. })
}

/// What follows when every criterion holds. It is an expression, or returns.
fn success(values: &Values<'_>, step: &Step) -> TokenStream {
    let workflow = values.workflow;
    let mut guarded = Vec::new();
    for SuccessAction { criteria, to } in &step.on_success {
        let verdict = pass_to(workflow, step, *to);
        match all(values, criteria, false) {
            Some(holds) => guarded.push(quote!(if #holds { return #verdict; })),
            None => return finish(step, guarded, verdict),
        }
    }
    finish(step, guarded, quote!(Verdict::Pass))
}

fn finish(step: &Step, guarded: Vec<TokenStream>, verdict: TokenStream) -> TokenStream {
    match step.on_failure.is_empty() {
        true => quote!(#(#guarded)* #verdict),
        false => quote!(#(#guarded)* return #verdict;),
    }
}

fn pass_to(workflow: &Workflow, step: &Step, to: Next) -> TokenStream {
    let own = workflow.steps.iter().position(|other| other.id == step.id);
    match to {
        // The next step is where a success leads by itself.
        Next::Step(to) if own.is_some_and(|own| own + 1 == to) => quote!(Verdict::Pass),
        Next::Step(to) => {
            let to = to_step(workflow, to);
            quote!(Verdict::PassTo(#to))
        }
        Next::End => quote!(Verdict::PassTo(To::End)),
    }
}

fn act(workflow: &Workflow, rule: usize, act: &FailureOutcome) -> TokenStream {
    match act {
        FailureOutcome::End => quote!(Verdict::End(condition)),
        FailureOutcome::Goto(to) => {
            let to = to_step(workflow, *to);
            quote!(Verdict::Recover(#to))
        }
        FailureOutcome::Retry { after, first, .. } => {
            let after = duration(*after);
            let rule = proc_macro2::Literal::usize_unsuffixed(rule);
            match first {
                None => quote!(Verdict::Retry { rule: #rule, after: #after }),
                Some(first) => {
                    let first = to_step(workflow, *first);
                    quote!(Verdict::RetryFrom { rule: #rule, after: #after, first: #first })
                }
            }
        }
    }
}

fn duration(seconds: f64) -> TokenStream {
    match seconds {
        0.0 => quote!(Duration::ZERO),
        whole if whole.fract() == 0.0 && whole < 1e15 => {
            let whole = proc_macro2::Literal::u64_unsuffixed(whole as u64);
            quote!(Duration::from_secs(#whole))
        }
        _ => {
            let millis = proc_macro2::Literal::u64_unsuffixed((seconds * 1000.0).round() as u64);
            quote!(Duration::from_millis(#millis))
        }
    }
}

/// `To::Step(Step::Name)`
pub fn to_step(workflow: &Workflow, step: usize) -> TokenStream {
    match workflow.steps.get(step) {
        Some(to) => {
            let (ty, variant): (&Ident, &Ident) = (&workflow.names.step, &to.variant);
            quote!(To::Step(#ty::#variant))
        }
        None => quote!(To::End),
    }
}

/// All of the criteria; nothing where there is none.
fn all(values: &Values<'_>, criteria: &[Criterion], joined: bool) -> Option<TokenStream> {
    let tests: Vec<_> = criteria
        .iter()
        .map(|criterion| test(values, &criterion.test, joined || criteria.len() > 1))
        .collect();
    match tests.as_slice() {
        [] => None,
        [only] => Some(only.clone()),
        _ => Some(quote!(#(#tests)&&*)),
    }
}

/// The opposite of a test, with the negation where it is easiest to read; in parentheses where others are joined to it.
fn unmet(values: &Values<'_>, tested: &Test, joined: bool) -> TokenStream {
    let grouped = |tokens: TokenStream| if joined { quote!((#tokens)) } else { tokens };
    match tested {
        Test::Always => quote!(false),
        Test::Never => quote!(true),
        Test::Not(inner) => test(values, inner, joined),
        Test::All(tests) => {
            let parts = tests.iter().map(|part| unmet(values, part, true));
            grouped(quote!(#(#parts)||*))
        }
        Test::Any(tests) => {
            let parts = tests.iter().map(|part| unmet(values, part, true));
            grouped(quote!(#(#parts)&&*))
        }
        Test::Status(comparison, status) => {
            let operator = operator(comparison.opposite());
            let status = proc_macro2::Literal::u16_unsuffixed(*status);
            match comparison {
                Comparison::Equal => quote!(seen.status != #status),
                _ => grouped(quote!(!seen.answered() || seen.status #operator #status)),
            }
        }
        Test::Present(pointer) => quote!(seen.pointer(#pointer).is_none()),
        Test::Compare(..) | Test::Truth(_) | Test::Regex(..) | Test::JsonPath(..) => {
            let holds = test(values, tested, true);
            quote!(!#holds)
        }
    }
}

/// A test as a boolean expression; in parentheses where others are joined to it.
fn test(values: &Values<'_>, tested: &Test, joined: bool) -> TokenStream {
    match tested {
        Test::Always => quote!(true),
        Test::Never => quote!(false),
        Test::Not(inner) => unmet(values, inner, joined),
        Test::All(tests) | Test::Any(tests) => {
            let parts: Vec<_> = tests.iter().map(|part| test(values, part, true)).collect();
            let tokens = match tested {
                Test::All(_) => quote!(#(#parts)&&*),
                _ => quote!(#(#parts)||*),
            };
            if joined { quote!((#tokens)) } else { tokens }
        }
        Test::Status(comparison, status) => {
            let operator = operator(*comparison);
            let status = proc_macro2::Literal::u16_unsuffixed(*status);
            match comparison {
                Comparison::Equal => quote!(seen.status == #status),
                _ if joined => quote!((seen.answered() && seen.status #operator #status)),
                _ => quote!(seen.answered() && seen.status #operator #status),
            }
        }
        Test::Present(pointer) => quote!(seen.pointer(#pointer).is_some()),
        Test::Compare(comparison, left, right) => {
            let (left, right) = (operand(values, left), operand(values, right));
            let name = match comparison {
                Comparison::Equal => quote!(equal),
                Comparison::NotEqual => quote!(not_equal),
                Comparison::Less => quote!(less),
                Comparison::LessOrEqual => quote!(less_or_equal),
                Comparison::Greater => quote!(greater),
                Comparison::GreaterOrEqual => quote!(greater_or_equal),
            };
            quote!(criterion::#name(#left, #right))
        }
        Test::Truth(value) => {
            let value = operand(values, value);
            quote!(criterion::holds(#value))
        }
        Test::Regex(context, pattern) => {
            let (context, pattern) = (operand(values, context), pattern_text(values, pattern));
            quote!(criterion::matches(#context, #pattern))
        }
        Test::JsonPath(context, query) => {
            let (context, query) = (operand(values, context), pattern_text(values, query));
            quote!(criterion::selects(#context, #query))
        }
    }
}

/// An operand as `Option<Value>`.
fn operand(values: &Values<'_>, operand: &Operand) -> TokenStream {
    match operand {
        Operand::Constant(value) => {
            let value = super::value::constant_json(value);
            quote!(Some(#value))
        }
        Operand::Status => quote!(seen.status_value()),
        Operand::Header(name) => quote!(criterion::text(seen.header(#name))),
        Operand::Body(pointer) => quote!(seen.pointer(#pointer).cloned()),
        Operand::Read(read) => read_as_json(values, read),
    }
}

fn read_as_json(values: &Values<'_>, read: &Read) -> TokenStream {
    let value = match read.from {
        // The outputs of a workflow; the body of an answer is read as JSON.
        ReadFrom::Body => values.follow(Borrowed::Maybe(quote!(seen.value)), &read.path),
        _ => values.read(read),
    };
    let value = value.as_option();
    quote!(criterion::json(#value))
}

fn pattern_text(values: &Values<'_>, pieces: &[TextPiece]) -> TokenStream {
    if let [TextPiece::Constant(text)] = pieces {
        return quote!(#text);
    }
    let read = |read: &Read| read_as_json(values, read);
    let text = put_together(pieces, read);
    quote!(&#text)
}

/// A text put together from what is there, outside of the closure.
pub fn text(values: &Values<'_>, pieces: &[TextPiece]) -> TokenStream {
    put_together(pieces, |read| {
        let value = values.read(read).as_option();
        quote!(criterion::json(#value))
    })
}

fn put_together(pieces: &[TextPiece], json: impl Fn(&Read) -> TokenStream) -> TokenStream {
    let mut format = String::new();
    let mut arguments = Vec::new();
    for piece in pieces {
        match piece {
            TextPiece::Constant(text) => {
                format.push_str(&text.replace('{', "{{").replace('}', "}}"))
            }
            TextPiece::Read(read) => {
                format.push_str("{}");
                let value = json(read);
                arguments.push(quote!(criterion::plain(#value)));
            }
        }
    }
    quote!(format!(#format, #(#arguments),*))
}

fn operator(comparison: Comparison) -> TokenStream {
    match comparison {
        Comparison::Equal => quote!(==),
        Comparison::NotEqual => quote!(!=),
        Comparison::Less => quote!(<),
        Comparison::LessOrEqual => quote!(<=),
        Comparison::Greater => quote!(>),
        Comparison::GreaterOrEqual => quote!(>=),
    }
}
