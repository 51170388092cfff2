//! Inputs that the code of a workflow reads, so that an unused parameter is printed as `_`.

use super::judge::Rules;
use crate::model::{Assignment, Callee, Operand, Read, ReadFrom, Step, Test, TextPiece, Workflow};

/// Returns `true` if a step reads an input.
pub fn steps_read_inputs(workflow: &Workflow) -> bool {
    workflow.steps.iter().any(step)
}

/// Returns `true` if an output of the workflow is read from an input.
pub fn outputs_read_inputs(workflow: &Workflow) -> bool {
    let mut outputs = workflow.outputs.iter();
    outputs.any(|output| output.value.reads_any(is_input))
}

fn step(step: &Step) -> bool {
    let called = match &step.call.callee {
        Callee::Request(request) => request.assignments().any(assignment),
        Callee::Workflow(run) => run.fields.iter().any(|field| assignment(&field.value)),
    };
    called
        || Rules::of(step).tests().any(test)
        || step
            .outputs
            .iter()
            .any(|output| output.value.reads_any(is_input))
}

fn is_input(read: &Read) -> bool {
    matches!(read.from, ReadFrom::Input(_) | ReadFrom::Given(_))
}

fn assignment(assigned: &Assignment) -> bool {
    let mut found = false;
    assigned.visit(&mut |read| found |= is_input(read));
    found
}

fn pieces(pieces: &[TextPiece]) -> bool {
    let mut found = false;
    TextPiece::visit(pieces, &mut |read| found |= is_input(read));
    found
}

fn operand(value: &Operand) -> bool {
    match value {
        Operand::Read(value) => is_input(value),
        Operand::Length(list) => operand(list),
        Operand::Text(text) => pieces(text),
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
        Test::Regex(context, pattern)
        | Test::JsonPath(context, pattern)
        | Test::XPath(context, pattern) => operand(context) || pieces(pattern),
    }
}
