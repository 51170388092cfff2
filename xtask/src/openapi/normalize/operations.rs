//! Pass that ensures a unique `operationId` per operation.
//!
//! Progenitor panics at a missing `operationId`. It defines a method twice if two of them differ only in spelling.

use crate::diagnostic::Code;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::naming::Numbers;
use super::{Context, OperationNotes, naming, walk};
use crate::openapi::description::route_name;

/// Methods that every client has: generated, added by a patch, or of `Into` and `TryInto`, which take the client by
/// value and therefore precede methods of the client.
const RESERVED: [&str; 12] = [
    "into",
    "try_into",
    "new",
    "new_with_client",
    "clone",
    "transport",
    "with_transport",
    "with_options",
    "api_version",
    "baseurl",
    "client",
    "inner",
];

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
    let default_security = document.get("security").cloned();
    let mut declared = BTreeSet::new();
    walk::each_operation(document, |_, operation| {
        if let Some(id) = operation.get("operationId").and_then(Value::as_str) {
            declared.insert(method_name(id));
        }
    });
    let (mut of_declared, mut of_generated) = (Numbers::default(), Numbers::default());
    // The operation of each method; `None` for the methods that every client has.
    let reserved = RESERVED.iter().map(|name| ((*name).to_owned(), None));
    let mut taken: BTreeMap<String, Option<String>> = reserved.collect();
    walk::each_operation(document, |location, operation| {
        let at = &location.pointer;
        let mut declared_id = None;
        let operation_id = operation.get("operationId").and_then(Value::as_str);
        let id = match operation_id.filter(|id| id.chars().any(char::is_alphanumeric)) {
            Some(id) => {
                let free = of_declared.unused(id, |id| taken.contains_key(&method_name(id)));
                if free != id {
                    let other = taken.get(&method_name(id)).cloned().flatten();
                    let reason = match other {
                        None => format!("every client already has a method `{}`", method_name(id)),
                        Some(_) => format!("another operation has the `operationId` `{id}`"),
                    };
                    let mut diagnostic = context
                        .diagnostic(
                            Code::DuplicateOperationId,
                            format!("{at}/operationId"),
                            format!("{reason}: this operation is renamed to `{free}`"),
                        )
                        .help("give each operation a unique `operationId`");
                    if let Some(other) = other {
                        let (file, label) = (diagnostic.file.clone(), "also used here");
                        diagnostic =
                            diagnostic.related(file, format!("{other}/operationId"), label);
                    }
                    context.report(diagnostic);
                    declared_id = Some(id.to_owned());
                }
                free
            }
            None => {
                let is_taken = |id: &str| {
                    let name = method_name(id);
                    taken.contains_key(&name) || declared.contains(&name)
                };
                let words = route_name(location.method, &location.path);
                let short = words.map(|words| lower_first(&naming::pascal(&words)));
                let generated = match short.filter(|short| !is_taken(short)) {
                    Some(short) => short,
                    None => {
                        let path = format!("{} {}", location.method, location.path);
                        of_generated.unused(&lower_first(&naming::pascal(&path)), is_taken)
                    }
                };
                let diagnostic = context.diagnostic(
                    Code::MissingOperationId,
                    at,
                    format!("the operation has no `operationId`: it is named `{generated}`"),
                );
                context.report(diagnostic);
                generated
            }
        };
        taken.insert(method_name(&id), Some(at.clone()));
        operation.insert("operationId".into(), json!(id));
        let security = operation.get("security").or(default_security.as_ref());
        context.notes.operations.insert(
            id,
            OperationNotes {
                declared_id,
                method: location.method.to_uppercase(),
                path: location.path.clone(),
                pointer: at.clone(),
                security: alternatives(security),
                ..OperationNotes::default()
            },
        );
    });
}

fn alternatives(security: Option<&Value>) -> Vec<Vec<String>> {
    security
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
        .map(|schemes| schemes.keys().cloned().collect())
        .collect()
}

/// Returns the method name that progenitor generates.
fn method_name(id: &str) -> String {
    naming::snake(id)
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{run as pass, with_operation};
    use super::*;

    #[test]
    fn generates_a_missing_id_from_method_and_path() {
        let mut document = with_operation(json!({}));
        document["paths"]["/x/{id}"]["get"]
            .as_object_mut()
            .unwrap()
            .remove("operationId");
        let (document, notes, codes) = pass(run, document);
        assert_eq!(codes, ["missing-operation-id"]);
        assert_eq!(document["paths"]["/x/{id}"]["get"]["operationId"], "getX");
        assert!(notes.operations.contains_key("getX"));
    }

    #[test]
    fn renames_ids_with_the_same_method_name() {
        let mut document = with_operation(json!({}));
        document["paths"]["/y"] = json!({"get": {"operationId": "get_x", "responses": {}}});
        let (document, _, codes) = pass(run, document);
        assert_eq!(codes, ["duplicate-operation-id"]);
        assert_eq!(document["paths"]["/y"]["get"]["operationId"], "get_x2");
    }

    #[test]
    fn renames_ids_that_clash_with_client_methods() {
        for (id, renamed) in [
            ("new", "new2"),
            ("Into", "Into2"),
            ("try-into", "try-into2"),
        ] {
            let (document, notes, codes) = pass(run, with_operation(json!({"operationId": id})));
            assert_eq!(codes, ["duplicate-operation-id"]);
            assert_eq!(document["paths"]["/x/{id}"]["get"]["operationId"], renamed);
            assert_eq!(notes.operations[renamed].declared_id.as_deref(), Some(id));
        }
    }

    #[test]
    fn operations_inherit_security_unless_overridden() {
        let mut document = with_operation(json!({}));
        document["security"] = json!([{"A": [], "B": []}, {"C": []}]);
        document["paths"]["/y"] =
            json!({"get": {"operationId": "open", "security": [], "responses": {}}});
        let (_, notes, _) = pass(run, document);
        assert_eq!(
            notes.operations["getX"].security,
            [vec!["A", "B"], vec!["C"]]
        );
        assert!(notes.operations["open"].security.is_empty());
    }
}
