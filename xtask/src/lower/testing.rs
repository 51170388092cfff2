//! Workflows over one small API, lowered for the tests of this stage and of the next one.

use std::path::Path;
use std::rc::Rc;

use super::{Client, LinkedDocument, program, schemas};
use crate::arazzo::document::Description;
use crate::diagnostic::Diagnostics;
use crate::lint::UndeclaredProperties;
use crate::load;
use crate::model::Program;
use crate::openapi::index::Index;
use crate::openapi::normalize;
use crate::openapi::progenitor::{patch, run};

/// Lowers these workflows over the API `shop`. Returns the findings as well.
pub(crate) fn lowered(workflows: &str) -> (Program, Diagnostics) {
    lowered_with(&[("shop", None)], workflows)
}

/// Like [`lowered`], with a source and a client of each name, and the Cargo feature of the client.
pub(crate) fn lowered_with(
    clients: &[(&'static str, Option<&'static str>)],
    workflows: &str,
) -> (Program, Diagnostics) {
    let mut found = Diagnostics::new();
    let sources: String = clients
        .iter()
        .map(|(name, _)| format!("  - {{ name: {name}, url: {name}.yml, type: openapi }}\n"))
        .collect();
    let text = format!(
        "arazzo: 1.1.0\ninfo: {{ title: Test, version: 1.0.0 }}\n\
         sourceDescriptions:\n{sources}workflows:\n{workflows}"
    );
    let document = load::parse("flow.yml", text).unwrap();
    let description = Description::read(&document, &mut found).unwrap();
    let names = clients.iter().map(|(name, _)| (*name).to_owned());
    let linked = LinkedDocument {
        description: &description,
        sources: names.zip(0..).collect(),
        documents: Default::default(),
    };
    let index = index();
    let clients: Vec<Client<'_>> = clients
        .iter()
        .map(|(module, feature)| Client {
            module,
            feature: *feature,
            index: &index,
        })
        .collect();
    let undeclared = UndeclaredProperties::default();
    let mut program = program(&[linked], &clients, &undeclared, &mut found);
    schemas::add_outputs(&mut program, &clients);
    (program, found)
}

fn index() -> Index {
    let mut document = load::parse("shop.yml", include_str!("testing/shop.yml"))
        .unwrap()
        .value;
    let file = Path::new("shop.yml");
    let notes = normalize::normalize(&mut document, file, &mut Diagnostics::new());
    let client = run::generate(&document, file).unwrap();
    let source = patch::Source {
        file,
        document: &document,
        notes: &notes,
    };
    let patched = patch::patch(client, source).unwrap();
    Index::read(&patched, &Rc::new(document.clone()), &notes)
}
