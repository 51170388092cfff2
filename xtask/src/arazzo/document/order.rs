//! Order of the steps of a workflow by their `dependsOn` (Arazzo 1.1).

use super::Step;
use super::reader::Reader;
use crate::diagnostic::{Code, child};
use crate::graph::{in_cycles, topological_order};

impl Reader<'_> {
    /// Moves each step after the steps it depends on. Steps that do not depend on each other keep their order.
    ///
    /// Reports steps that depend on themselves, which keep their order too.
    pub(super) fn in_order(&mut self, steps: Vec<Step>) -> Vec<Step> {
        let position = |id: &String| steps.iter().position(|step| step.id == *id);
        let needs: Vec<Vec<usize>> = steps
            .iter()
            .map(|step| step.depends_on.iter().filter_map(position).collect())
            .collect();
        let is_ordered =
            |(number, needs): (usize, &Vec<usize>)| needs.iter().all(|need| *need < number);
        if needs.iter().enumerate().all(is_ordered) {
            return steps;
        }
        let cycles = in_cycles(&needs);
        // One report for all steps of the cycle.
        if let Some(number) = cycles.first() {
            let step = &steps[*number];
            let message = format!(
                "the step `{}` depends on itself, directly or through others",
                step.id
            );
            let at = child(&step.pointer, "dependsOn");
            self.report(
                Code::CircularDependency,
                &at,
                message,
                "never starts",
                Some("remove one of the references between the steps"),
            );
        }
        if !cycles.is_empty() {
            return steps;
        }
        let mut unordered: Vec<Option<Step>> = steps.into_iter().map(Some).collect();
        // Without cycles, the order has all steps.
        topological_order(&needs)
            .into_iter()
            .filter_map(|number| unordered.get_mut(number)?.take())
            .collect()
    }
}
