//! Expiry of outputs: the output that contains it, and the steps that read what is replaced after it.

use std::collections::BTreeSet;

use super::expand;
use super::report::Reported;
use super::workflow::Lowering;
use crate::arazzo::document;
use crate::arazzo::expression::{Expression, Field};
use crate::diagnostic::Code;
use crate::model::{Output, Step, Ty};

impl Lowering<'_> {
    /// Returns the index of the output that contains the expiry of a step's outputs.
    pub(crate) fn expiry(
        &self,
        step: &document::Step,
        outputs: &[Output],
    ) -> Result<Option<usize>, Reported> {
        let Some(expires) = &step.expires else {
            return Ok(None);
        };
        let at = self.reports.at(&expires.pointer);
        let number = |name: &str| outputs.iter().position(|output| output.id == name);
        let resolved = expires.output.resolve(|name| number(name).is_some());
        let found = resolved.and_then(|it| Some((number(it.name)?, it.pointer)));
        let Some((number, pointer)) = found else {
            let (id, name) = (&step.id, &expires.output.name);
            let message = format!("the step `{id}` has no output `{name}`");
            return Err(self
                .reports
                .error(at.diagnostic(Code::UnknownOutput, message)));
        };
        if !pointer.is_empty() {
            let message = "`x-expires` names a part of an output";
            let error = at.diagnostic(Code::InvalidExpression, message);
            let help = "declare an output that is the expiry";
            return Err(self.reports.error(error.help(help)));
        }
        match outputs.get(number).map(|output| output.ty.inner()) {
            Some(Ty::DateTime | Ty::Integer(_)) => Ok(Some(number)),
            _ => {
                let name = &expires.output.name;
                let message = format!("the output `{name}` is not a time");
                let error = at.diagnostic(Code::TypeMismatch, message);
                let help = "name an output of type `integer` (seconds since 1970), or a string \
                            with `format: date-time`";
                Err(self.reports.error(error.help(help)))
            }
        }
    }

    /// Sets the readers of the steps whose outputs expire, and the readers of these.
    pub(crate) fn set_readers(&self, steps: &mut [Step]) {
        let readers = self.readers();
        let expiring = steps.iter().enumerate();
        let expiring = expiring.filter(|(_, step)| step.expiry.is_some());
        let mut waiting: Vec<usize> = expiring.map(|(number, _)| number).collect();
        let mut replaced = BTreeSet::new();
        while let Some(number) = waiting.pop() {
            if replaced.insert(number) {
                waiting.extend(readers.get(number).into_iter().flatten());
            }
        }
        for ((number, step), readers) in steps.iter_mut().enumerate().zip(readers) {
            if replaced.contains(&number) {
                step.readers = readers.into_iter().collect();
            }
        }
    }

    /// Returns the steps that read the outputs of each step.
    fn readers(&self) -> Vec<BTreeSet<usize>> {
        let mut readers = vec![BTreeSet::new(); self.workflow.steps.len()];
        for (number, step) in self.workflow.steps.iter().enumerate() {
            visit(step, &mut |expression| {
                let source = match expression {
                    Expression::Step { step, .. } => self.workflow.step_index(step),
                    Expression::Workflow {
                        workflow,
                        field: Field::Outputs,
                        ..
                    } => expand::workflows::step_of(self.workflow, workflow),
                    _ => None,
                };
                let source = source.filter(|source| *source != number);
                if let Some(readers) = source.and_then(|source| readers.get_mut(source)) {
                    readers.insert(number);
                }
            });
        }
        readers
    }
}

/// Calls `visit` with every expression of the request, the criteria and the outputs of a step.
fn visit(step: &document::Step, visit: &mut impl FnMut(&Expression)) {
    let mut visit = |_: &str, expression: &Expression| visit(expression);
    let body = step.body.iter();
    let values = (step.parameters.iter().map(|parameter| &parameter.value))
        .chain(body.clone().filter_map(|body| body.payload.as_ref()))
        .chain(body.flat_map(|body| body.replacements.iter().map(|it| &it.value)))
        .chain(step.security.iter().flat_map(|it| it.values.values()))
        .chain(step.outputs.values().map(|output| &output.value));
    values.for_each(|value| value.visit("", &mut visit));
    let actions = step.on_success.iter().chain(&step.on_failure);
    let criteria = actions.flat_map(|action| &action.criteria);
    for criterion in step.success.iter().chain(criteria) {
        criterion.visit(&mut visit);
    }
}
