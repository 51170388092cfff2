//! Workflows grouped by the Cargo features that they need.

use std::collections::BTreeSet;

use proc_macro2::Ident;

use super::Program;

/// Workflows that need the same features.
#[derive(Clone, Debug)]
pub struct WorkflowGroup {
    /// The features; empty for workflows that need none.
    pub features: BTreeSet<String>,
    /// The module below `workflows`; `None` for workflows that require no feature.
    pub module: Option<Ident>,
    /// Paths, from this group's module, of the modules of other groups' workflows that these workflows run.
    pub imports: Vec<String>,
    /// The workflows of the group, with the variables that they use.
    pub program: Program,
}

impl WorkflowGroup {
    /// Returns the `#[cfg]` attribute of the group's items; empty for workflows that need no feature.
    pub fn attribute(&self) -> String {
        cfg_attribute(&self.features)
    }
}

/// Returns `#[cfg(…)]` for these features, on a line of its own.
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
