//! References of components that no part of the document refers to, which normalization leaves out.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Checker;
use crate::diagnostic::child;
use crate::openapi::description::members;

/// Sections of the components that normalization resolves where they are used. Schemas are always read.
const SECTIONS: &[&str] = &["parameters", "requestBodies", "responses", "headers"];

impl<'d> Checker<'d, '_> {
    /// Reports references without a target in unused components.
    pub(super) fn unused_components(&mut self) {
        let root = self.api.root().value;
        let mut used = BTreeSet::new();
        references(root, "", &mut |reference, _| {
            used.insert(reference);
        });
        for section in SECTIONS {
            let at = child("/components", section);
            for (name, component) in members(root.pointer(&at)) {
                let at = child(&at, name);
                if !used.contains(format!("#{at}").as_str()) {
                    let mut inside = Vec::new();
                    references(component, &at, &mut |reference, at| {
                        inside.push((reference, at.to_owned()));
                    });
                    for (reference, at) in inside {
                        self.target(reference, &at);
                    }
                }
            }
        }
    }
}

/// Calls `visit` for each reference in a part of a document, with the location of the object that has it.
fn references<'d>(part: &'d Value, at: &str, visit: &mut impl FnMut(&'d str, &str)) {
    match part {
        Value::Object(object) => {
            for (key, value) in object {
                match value.as_str() {
                    Some(reference) if key == "$ref" => visit(reference, at),
                    // Examples are data of the API.
                    _ if ["example", "examples", "default", "enum", "const"]
                        .contains(&key.as_str()) => {}
                    _ => references(value, &child(at, key), visit),
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                references(item, &child(at, index), visit);
            }
        }
        _ => {}
    }
}
