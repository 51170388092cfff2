//! Inputs that the code of a workflow reads, so that an unused parameter is printed as `_`.

use super::judge::Rules;
use crate::model::{
    Assignment, Callee, JsonTemplate, Operand, OutputValue, Read, ReadFrom, Step, Test, TextPiece,
    ValueSource, Workflow,
};

/// Returns `true` if a step reads an input.
pub fn steps_read_inputs(workflow: &Workflow) -> bool {
    workflow.steps.iter().any(step)
}

/// Returns `true` if an output of the workflow is read from an input.
pub fn outputs_read_inputs(workflow: &Workflow) -> bool {
    workflow.outputs.iter().any(|output| value(&output.value))
}

fn step(step: &Step) -> bool {
    let called = match &step.call.callee {
        Callee::Request(request) => request.assignments().any(assignment),
        Callee::Workflow(run) => run.fields.iter().any(|field| assignment(&field.value)),
    };
    called
        || Rules::of(step).tests().any(test)
        || step.outputs.iter().any(|output| value(&output.value))
}

fn read(read: &Read) -> bool {
    matches!(read.from, ReadFrom::Input(_))
}

fn assignment(assigned: &Assignment) -> bool {
    match &assigned.source {
        ValueSource::Absent | ValueSource::Null | ValueSource::Constant(_) => false,
        ValueSource::Read(value, _) => read(value),
        ValueSource::Text(text, _) => pieces(text),
        ValueSource::List(items) => items.iter().any(assignment),
        ValueSource::Struct { fields, .. } => fields.iter().any(|field| assignment(&field.value)),
        ValueSource::Wrapped(_, inner) | ValueSource::Boxed(inner) => assignment(inner),
        ValueSource::Map(entries) => entries.iter().any(|(_, entry)| assignment(entry)),
        ValueSource::Json(template) | ValueSource::Decoded(template) => json(template),
    }
}

fn json(template: &JsonTemplate) -> bool {
    match template {
        JsonTemplate::Constant(_) => false,
        JsonTemplate::Read(value) => read(value),
        JsonTemplate::Text(text) => pieces(text),
        JsonTemplate::List(items) => items.iter().any(json),
        JsonTemplate::Object(members) => members.iter().any(|(_, member)| json(member)),
    }
}

fn pieces(pieces: &[TextPiece]) -> bool {
    let is_input = |piece: &TextPiece| matches!(piece, TextPiece::Read(value) if read(value));
    pieces.iter().any(is_input)
}

fn value(value: &OutputValue) -> bool {
    match value {
        OutputValue::Read(value) => read(value),
        OutputValue::Constant(_) => false,
        OutputValue::Text { pieces: text, .. } => pieces(text),
    }
}

fn operand(value: &Operand) -> bool {
    match value {
        Operand::Read(value) => read(value),
        Operand::Length(list) => operand(list),
        Operand::Constant(_) | Operand::Status | Operand::Header(_) | Operand::Body(_) => false,
    }
}

fn test(tested: &Test) -> bool {
    match tested {
        Test::Always | Test::Never | Test::Status(..) | Test::Present(_) => false,
        Test::Not(inner) => test(inner),
        Test::All(tests) | Test::Any(tests) => tests.iter().any(test),
        Test::Compare(_, left, right) => operand(left) || operand(right),
        Test::Truth(value) => operand(value),
        Test::Regex(context, pattern) | Test::JsonPath(context, pattern) => {
            operand(context) || pieces(pattern)
        }
    }
}
