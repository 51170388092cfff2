//! Workflows by the Cargo features that they need.

use std::collections::BTreeSet;

use proc_macro2::Ident;

use super::Program;

/// The workflows that need the same features.
#[derive(Clone, Debug)]
pub struct WorkflowGroup {
    /// Empty for workflows that need none.
    pub features: BTreeSet<String>,
    /// The module of the workflows below `workflows`; `None` for workflows that need no feature.
    pub module: Option<Ident>,
    /// The modules of workflows of other groups that these run, by their paths from here.
    pub imports: Vec<String>,
    /// These workflows alone, with the variables that they use.
    pub program: Program,
}

impl WorkflowGroup {
    /// The condition of what belongs to the group, as an attribute; empty for workflows that need no feature.
    pub fn attribute(&self) -> String {
        cfg_attribute(&self.features)
    }
}

/// `#[cfg(…)]` for these features, on a line of its own.
pub fn cfg_attribute(features: &BTreeSet<String>) -> String {
    let each: Vec<String> = features
        .iter()
        .map(|feature| format!("feature = \"{feature}\""))
        .collect();
    match each.as_slice() {
        [] => String::new(),
        [one] => format!("#[cfg({one})]\n"),
        several => format!("#[cfg(all({}))]\n", several.join(", ")),
    }
}
