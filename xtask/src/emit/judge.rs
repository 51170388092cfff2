//! Code that judges a response: evaluates the success criteria, then selects an action.

use proc_macro2::TokenStream;
use quote::quote;

use super::borrowed::Borrowed;
use super::pattern;
use super::value::Values;
use crate::model::{
    Access, Callee, Comparison, Criterion, FailureAction, FailureOutcome, Next, Operand, Read,
    ReadFrom, ResponseBody, Step, SuccessAction, Test, TextPiece, Workflow,
};

/// Condition in the error of a step that declares no criterion.
const DOCUMENTED_SUCCESS: &str = "a documented success status";

/// Code that judges a response.
pub enum Judge {
    /// Path of a function of the runtime.
    Function(TokenStream),
    /// A closure.
    Closure(TokenStream),
}

/// Returns the code that judges the response of a step.
pub fn judge(values: &Values<'_>, step: &Step) -> Judge {
    let runtime = values.runtime;
    let rules = Rules::of(step);
    if rules.is_plain(values.workflow, step) {
        match step.criteria.as_slice() {
            [] => return Judge::Function(quote!(#runtime::expect_success)),
            [
                Criterion {
                    text,
                    test: Test::Status(Comparison::Equal, status),
                },
            ] if *text == format!("$statusCode == {status}") => {
                let status = proc_macro2::Literal::u16_unsuffixed(*status);
                return Judge::Function(quote!(#runtime::expect_status(#status)));
            }
            _ => {}
        }
    }
    let body = closure(values, step, &rules);
    let response = match rules.read_response() {
        true => quote!(response),
        false => quote!(_),
    };
    let ty = match rules.tests().any(reads_typed_body) {
        true => typed_body(values, step),
        false => quote!(_),
    };
    Judge::Closure(quote!(|#response: &#runtime::StepResponse<'_, #ty>| { #body }))
}

/// Returns the type of the decoded body, or of the outputs of the workflow that the step runs.
fn typed_body(values: &Values<'_>, step: &Step) -> TokenStream {
    let runtime = values.runtime;
    match (&step.call.callee, &step.call.response) {
        (Callee::Workflow(run), _) => {
            let (module, outputs) = (&run.names.module, &run.names.outputs);
            quote!(super::#module::#outputs)
        }
        (Callee::Request(_), ResponseBody::Value(ty)) => values.types.ty(ty),
        (Callee::Request(_), ResponseBody::MaybeAccepted(ty)) => {
            let ty = values.types.ty(ty);
            quote!(#runtime::Outcome<#ty>)
        }
        (Callee::Request(_), ResponseBody::Opaque | ResponseBody::Outputs) => quote!(_),
    }
}

/// Returns `true` if a test reads the typed value of the response.
fn reads_typed_body(test: &Test) -> bool {
    fn operand(value: &Operand) -> bool {
        match value {
            Operand::Read(read) => read.from == ReadFrom::Body,
            Operand::Length(list) => operand(list),
            Operand::Text(text) => pieces(text),
            Operand::Constant(_) | Operand::Status | Operand::Header(_) | Operand::Body(_) => false,
        }
    }
    fn pieces(pieces: &[TextPiece]) -> bool {
        let mut pieces = pieces.iter();
        pieces.any(|piece| matches!(piece, TextPiece::Read(read) if read.from == ReadFrom::Body))
    }
    match test {
        Test::Always | Test::Never | Test::Status(..) | Test::Present(_) => false,
        Test::Not(inner) => reads_typed_body(inner),
        Test::All(tests) | Test::Any(tests) => tests.iter().any(reads_typed_body),
        Test::Compare(_, left, right) => operand(left) || operand(right),
        Test::Truth(value) => operand(value),
        Test::Regex(context, pattern)
        | Test::JsonPath(context, pattern)
        | Test::XPath(context, pattern) => operand(context) || pieces(pattern),
    }
}

/// Criteria and actions of a step that can have an effect.
pub struct Rules<'s> {
    /// Criteria that are not always true.
    criteria: Vec<&'s Criterion>,
    /// `true` if the step declares no criterion and so requires a documented success status.
    is_implicit: bool,
    /// Success actions with criteria.
    successes: &'s [SuccessAction],
    /// Target of every other success.
    success: Option<Next>,
    /// Failure actions that do not always apply.
    failures: &'s [FailureAction],
    /// Outcome of every other failure.
    failure: Option<&'s FailureOutcome>,
}

impl<'s> Rules<'s> {
    /// Selects the criteria and actions of a step.
    ///
    /// Omits unreachable actions: those after an action without criteria, and failure actions of a step that always
    /// succeeds.
    pub fn of(step: &'s Step) -> Self {
        let is_implicit = step.criteria.is_empty();
        let criteria: Vec<_> = step
            .criteria
            .iter()
            .filter(|criterion| !matches!(criterion.test, Test::Always))
            .collect();
        let may_fail = is_implicit || !criteria.is_empty();
        let last = |action: &SuccessAction| action.criteria.is_empty();
        let (successes, success) = match step.on_success.iter().position(last) {
            Some(at) => {
                let (before, rest) = step.on_success.split_at(at);
                (before, rest.first().map(|action| action.to))
            }
            None => (step.on_success.as_slice(), None),
        };
        let last =
            |action: &FailureAction| action.criteria.is_empty() && !is_retry(&action.outcome);
        let (failures, failure) = match step.on_failure.iter().position(last) {
            _ if !may_fail => (&[][..], None),
            Some(at) => {
                let (before, rest) = step.on_failure.split_at(at);
                (before, rest.first().map(|action| &action.outcome))
            }
            None => (step.on_failure.as_slice(), None),
        };
        Self {
            criteria,
            is_implicit,
            successes,
            success,
            failures,
            failure,
        }
    }

    /// Iterates over all tests.
    pub fn tests(&self) -> impl Iterator<Item = &'s Test> {
        let criteria = self.criteria.iter().copied();
        let successes = self.successes.iter().flat_map(|action| &action.criteria);
        let failures = self.failures.iter().flat_map(|action| &action.criteria);
        criteria
            .chain(successes)
            .chain(failures)
            .map(|criterion| &criterion.test)
    }

    /// Returns `true` if the step either succeeds and continues, or fails the workflow.
    fn is_plain(&self, workflow: &Workflow, step: &Step) -> bool {
        let goes_on = match self.success {
            None => true,
            Some(to) => is_following(workflow, step, to),
        };
        self.successes.is_empty() && goes_on && self.failures.is_empty() && self.failure.is_none()
    }

    fn read_response(&self) -> bool {
        let retries = self.failures.iter().any(|action| is_retry(&action.outcome));
        self.is_implicit || retries || self.tests().any(reads_response)
    }

    /// Returns `true` if an outcome includes the unmet condition.
    fn names_condition(&self) -> bool {
        let ends = |outcome: &FailureOutcome| matches!(outcome, FailureOutcome::End);
        self.failures.iter().any(|action| ends(&action.outcome)) || self.failure.is_none_or(ends)
    }
}

fn is_retry(outcome: &FailureOutcome) -> bool {
    matches!(outcome, FailureOutcome::Retry { .. })
}

/// Returns `true` if a test reads the response.
fn reads_response(test: &Test) -> bool {
    let (operand, pieces) = (operand_reads_response, text_reads_response);
    match test {
        Test::Always | Test::Never => false,
        Test::Not(inner) => reads_response(inner),
        Test::All(tests) | Test::Any(tests) => tests.iter().any(reads_response),
        Test::Status(..) | Test::Present(_) => true,
        Test::Compare(_, left, right) => operand(left) || operand(right),
        Test::Truth(value) => operand(value),
        Test::Regex(context, pattern)
        | Test::JsonPath(context, pattern)
        | Test::XPath(context, pattern) => operand(context) || pieces(pattern),
    }
}

fn operand_reads_response(operand: &Operand) -> bool {
    match operand {
        Operand::Status | Operand::Header(_) | Operand::Body(_) => true,
        Operand::Read(read) => is_of_response(read),
        Operand::Constant(_) => false,
        Operand::Length(list) => operand_reads_response(list),
        Operand::Text(text) => text_reads_response(text),
    }
}

fn text_reads_response(pieces: &[TextPiece]) -> bool {
    pieces
        .iter()
        .any(|piece| matches!(piece, TextPiece::Read(read) if is_of_response(read)))
}

fn is_of_response(read: &Read) -> bool {
    match read.from {
        ReadFrom::Body | ReadFrom::RawBody | ReadFrom::Status | ReadFrom::Header => true,
        ReadFrom::Input(_) | ReadFrom::Given(_) | ReadFrom::Output { .. } | ReadFrom::Method(_) => {
            false
        }
    }
}

fn closure(values: &Values<'_>, step: &Step, rules: &Rules<'_>) -> TokenStream {
    let runtime = values.runtime;
    let (succeed, success) = success(values, step, rules);
    let mut unmet_criteria: Vec<(TokenStream, &str)> = rules
        .criteria
        .iter()
        .map(|criterion| {
            (
                unmet(values, &criterion.test, Position::Whole),
                criterion.text.as_str(),
            )
        })
        .collect();
    if rules.is_implicit {
        unmet_criteria.push((quote!(response.value.is_none()), DOCUMENTED_SUCCESS));
    }
    if unmet_criteria.is_empty() {
        return quote!(#(#succeed)* #success);
    }
    if rules.failures.is_empty() && rules.failure.is_none() {
        let stops = unmet_criteria
            .iter()
            .map(|(unmet, text)| quote!(if #unmet { return #runtime::StepOutcome::fail(#text); }));
        return quote!(#(#stops)* #(#succeed)* #success);
    }
    let failures = rules.failures.iter().enumerate().map(|(rule, action)| {
        let outcome = failed(values, rule, &action.outcome);
        // A retry is also conditional on the number of those before it.
        let position = match is_retry(&action.outcome) {
            true => Position::Operand,
            false => Position::Whole,
        };
        let holds = all(values, &action.criteria, position);
        match (&action.outcome, holds) {
            (FailureOutcome::Retry { limit, .. }, holds) => {
                let rule = proc_macro2::Literal::usize_unsuffixed(rule);
                let limit = proc_macro2::Literal::u32_unsuffixed(*limit);
                let holds = holds.map(|holds| quote!(#holds &&));
                quote!(if #holds response.may_retry(#rule, #limit) { return #outcome; })
            }
            (_, Some(holds)) => quote!(if #holds { return #outcome; }),
            // Only the last action has no criteria, see `Rules::of`.
            (_, None) => quote!(return #outcome;),
        }
    });
    let last = match rules.failure {
        Some(outcome) => failed(values, rules.failures.len(), outcome),
        None => quote!(#runtime::StepOutcome::fail(condition)),
    };
    let decided = match rules.names_condition() {
        true => {
            let choices = unmet_criteria
                .iter()
                .map(|(unmet, text)| quote!(if #unmet { #text } else));
            quote!(let condition = #(#choices)* { #(#succeed)* return #success; };)
        }
        false => {
            let holds = match rules.is_implicit {
                true => quote!(response.value.is_some()),
                false => conjunction(
                    rules.criteria.iter().map(|criterion| &criterion.test),
                    |test, position| self::test(values, test, position),
                ),
            };
            quote!(if #holds { #(#succeed)* return #success; })
        }
    };
    quote! {
        #decided
        #(#failures)*
        #last
    }
}

/// Returns the code for a success: statements of the guarded actions, and the outcome if none of them applies.
fn success(values: &Values<'_>, step: &Step, rules: &Rules<'_>) -> (Vec<TokenStream>, TokenStream) {
    let runtime = values.runtime;
    let guarded = rules.successes.iter().map(|action| {
        let outcome = succeeded(values, step, action.to);
        match all(values, &action.criteria, Position::Whole) {
            Some(holds) => quote!(if #holds { return #outcome; }),
            None => quote!(return #outcome;),
        }
    });
    let otherwise = match rules.success {
        Some(to) => succeeded(values, step, to),
        None => quote!(#runtime::StepOutcome::Success),
    };
    (guarded.collect(), otherwise)
}

fn is_following(workflow: &Workflow, step: &Step, to: Next) -> bool {
    let own = workflow.steps.iter().position(|other| other.id == step.id);
    matches!((own, to), (Some(own), Next::Step(to)) if own + 1 == to)
}

fn succeeded(values: &Values<'_>, step: &Step, to: Next) -> TokenStream {
    let runtime = values.runtime;
    match to {
        // A success continues with the next step by default.
        to if is_following(values.workflow, step, to) => quote!(#runtime::StepOutcome::Success),
        Next::End => quote!(#runtime::StepOutcome::SuccessEnd),
        Next::Step(to) => match step_name(values.workflow, to) {
            Some(to) => quote!(#runtime::StepOutcome::SuccessGoto(#to)),
            None => quote!(#runtime::StepOutcome::SuccessEnd),
        },
    }
}

fn failed(values: &Values<'_>, rule: usize, outcome: &FailureOutcome) -> TokenStream {
    let (runtime, workflow) = (values.runtime, values.workflow);
    match outcome {
        FailureOutcome::End => quote!(#runtime::StepOutcome::end(condition)),
        FailureOutcome::Goto(to) => {
            let to = step_name(workflow, *to);
            quote!(#runtime::StepOutcome::Goto(#to))
        }
        FailureOutcome::Retry { after, first, .. } => {
            let after = duration(*after);
            let rule = proc_macro2::Literal::usize_unsuffixed(rule);
            match first.and_then(|first| step_name(workflow, first)) {
                None => quote!(#runtime::StepOutcome::retry(#rule, #after)),
                Some(first) => quote!(#runtime::StepOutcome::retry_from(#first, #rule, #after)),
            }
        }
    }
}

fn duration(seconds: f64) -> TokenStream {
    match seconds {
        0.0 => quote!(::std::time::Duration::ZERO),
        whole if whole.fract() == 0.0 && whole < 1e15 => {
            let whole = proc_macro2::Literal::u64_unsuffixed(whole as u64);
            quote!(::std::time::Duration::from_secs(#whole))
        }
        _ => {
            let millis = proc_macro2::Literal::u64_unsuffixed((seconds * 1000.0).round() as u64);
            quote!(::std::time::Duration::from_millis(#millis))
        }
    }
}

/// Returns the path of a step, `Step::Name`.
fn step_name(workflow: &Workflow, step: usize) -> Option<TokenStream> {
    let (ty, step) = (&workflow.names.step, workflow.steps.get(step)?);
    let variant = &step.variant;
    Some(quote!(#ty::#variant))
}

/// Position of a boolean expression in the code around it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Position {
    /// A whole condition.
    Whole,
    /// An operand of `&&`, `||` or `!`, in parentheses where that is needed.
    Operand,
}

/// Returns the conjunction of the criteria, or `None` if there are none.
fn all(values: &Values<'_>, criteria: &[Criterion], position: Position) -> Option<TokenStream> {
    let tests = criteria.iter().map(|criterion| &criterion.test);
    (!criteria.is_empty()).then(|| {
        conjunction(tests, |test, among| {
            self::test(values, test, position.max(among))
        })
    })
}

fn conjunction<'t>(
    tests: impl Iterator<Item = &'t Test>,
    print: impl Fn(&Test, Position) -> TokenStream,
) -> TokenStream {
    let tests: Vec<&Test> = tests.collect();
    let position = match tests.len() {
        0 | 1 => Position::Whole,
        _ => Position::Operand,
    };
    let printed = tests.iter().map(|test| print(test, position));
    quote!(#(#printed)&&*)
}

/// Returns a negated test, with the negation moved inward. An operand gets parentheses.
fn unmet(values: &Values<'_>, tested: &Test, position: Position) -> TokenStream {
    let grouped = |tokens: TokenStream| {
        if position == Position::Operand {
            quote!((#tokens))
        } else {
            tokens
        }
    };
    match tested {
        Test::Always => quote!(false),
        Test::Never => quote!(true),
        Test::Not(inner) => test(values, inner, position),
        Test::All(tests) => {
            let parts = tests
                .iter()
                .map(|part| unmet(values, part, Position::Operand));
            grouped(quote!(#(#parts)||*))
        }
        Test::Any(tests) => {
            let parts = tests
                .iter()
                .map(|part| unmet(values, part, Position::Operand));
            grouped(quote!(#(#parts)&&*))
        }
        Test::Status(comparison, status) => {
            let operator = operator(comparison.opposite());
            let status = proc_macro2::Literal::u16_unsuffixed(*status);
            match comparison {
                Comparison::Equal => quote!(response.status != #status),
                _ => grouped(quote!(!response.is_received() || response.status #operator #status)),
            }
        }
        Test::Present(pointer) => quote!(response.pointer(#pointer).is_none()),
        Test::Compare(..)
        | Test::Truth(_)
        | Test::Regex(..)
        | Test::JsonPath(..)
        | Test::XPath(..) => {
            let holds = test(values, tested, Position::Operand);
            quote!(!#holds)
        }
    }
}

/// Returns a test as a boolean expression. An operand gets parentheses.
fn test(values: &Values<'_>, tested: &Test, position: Position) -> TokenStream {
    let runtime = values.runtime;
    match tested {
        Test::Always => quote!(true),
        Test::Never => quote!(false),
        Test::Not(inner) => unmet(values, inner, position),
        Test::All(tests) | Test::Any(tests) => {
            let parts: Vec<_> = tests
                .iter()
                .map(|part| test(values, part, Position::Operand))
                .collect();
            let tokens = match tested {
                Test::All(_) => quote!(#(#parts)&&*),
                _ => quote!(#(#parts)||*),
            };
            if position == Position::Operand {
                quote!((#tokens))
            } else {
                tokens
            }
        }
        Test::Status(comparison, status) => {
            let operator = operator(*comparison);
            let status = proc_macro2::Literal::u16_unsuffixed(*status);
            match comparison {
                Comparison::Equal => quote!(response.status == #status),
                _ if position == Position::Operand => {
                    quote!((response.is_received() && response.status #operator #status))
                }
                _ => quote!(response.is_received() && response.status #operator #status),
            }
        }
        Test::Present(pointer) => quote!(response.pointer(#pointer).is_some()),
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
            quote!(#runtime::criterion::#name(#left, #right))
        }
        Test::Truth(value) => {
            let value = operand(values, value);
            quote!(#runtime::criterion::holds(#value))
        }
        Test::Regex(context, pattern) => {
            let (context, pattern) = (operand(values, context), pattern::regex(values, pattern));
            quote!(#runtime::criterion::matches(#context, #pattern))
        }
        Test::JsonPath(context, query) => {
            let (context, query) = (operand(values, context), pattern::query(values, query));
            quote!(#runtime::criterion::selects(#context, #query))
        }
        Test::XPath(context, expression) => {
            let (context, expression) =
                (operand(values, context), pattern::xpath(values, expression));
            quote!(#runtime::criterion::xpath_holds(#context, #expression))
        }
    }
}

/// Returns an operand as `Option<Value>`.
fn operand(values: &Values<'_>, operand: &Operand) -> TokenStream {
    let runtime = values.runtime;
    match operand {
        Operand::Constant(value) => {
            let value = super::literal::constant_json(value);
            quote!(Some(#value))
        }
        Operand::Status => quote!(response.status_value()),
        Operand::Header(name) => quote!(#runtime::criterion::text(response.header(#name))),
        Operand::Body(pointer) => quote!(response.pointer(#pointer).cloned()),
        Operand::Read(read) => read_as_json(values, read),
        Operand::Text(pieces) => {
            let text = pattern::text_of(values, pieces, |read| read_as_json(values, read));
            quote!(Some(::serde_json::Value::String(#text)))
        }
        Operand::Length(list) => {
            let list = self::operand(values, list);
            quote!(#runtime::criterion::length(#list))
        }
    }
}

/// Returns a value as `Option<Value>`, for use inside the closure.
pub(super) fn read_as_json(values: &Values<'_>, read: &Read) -> TokenStream {
    let runtime = values.runtime;
    let value = match (read.from, read.path.as_slice()) {
        (ReadFrom::Status, _) => return quote!(response.status_value()),
        (ReadFrom::Header, [Access::Header(name), ..]) => {
            return quote!(#runtime::criterion::text(response.header(#name)));
        }
        (ReadFrom::Header, [Access::Url, ..]) => {
            return quote!(#runtime::criterion::text(response.url));
        }
        (ReadFrom::RawBody, [Access::RawBody(pointer), ..]) => {
            return quote!(response.pointer(#pointer).cloned());
        }
        // Outputs of a workflow. The body of a response is read as JSON instead.
        (ReadFrom::Body, path) => values.follow(Borrowed::Maybe(quote!(response.value)), path),
        _ => values.read(read),
    };
    let value = value.as_option();
    quote!(#runtime::criterion::json(#value))
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
