//! Pass that removes security requirements with an undeclared scheme, because it is unknown how to send its
//! credential.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Context, walk};
use crate::diagnostic::suggestion::did_you_mean;
use crate::diagnostic::{Code, child};

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
    let known: BTreeSet<String> = document
        .get("components")
        .and_then(|components| components.get("securitySchemes"))
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(name, _)| name.clone())
        .collect();
    let mut reported = BTreeSet::new();
    if let Some(root) = document.as_object_mut() {
        keep_known(root, "", &known, &mut reported, context);
    }
    walk::each_operation(document, |location, operation| {
        keep_known(operation, &location.pointer, &known, &mut reported, context);
    });
}

/// Removes the alternatives that require an undeclared scheme.
fn keep_known(
    holder: &mut Map<String, Value>,
    pointer: &str,
    known: &BTreeSet<String>,
    reported: &mut BTreeSet<String>,
    context: &mut Context<'_>,
) {
    let Some(Value::Array(alternatives)) = holder.get_mut("security") else {
        return;
    };
    let at = child(pointer, "security");
    let mut index = 0;
    alternatives.retain(|alternative| {
        let alternative_pointer = child(&at, index);
        index += 1;
        let Some(schemes) = alternative.as_object() else {
            return false;
        };
        let missing = schemes.keys().find(|name| !known.contains(*name));
        if let Some(name) = missing
            && reported.insert(name.clone())
        {
            let diagnostic =
                context
                    .diagnostic(
                        Code::UnknownSecurityScheme,
                        child(&alternative_pointer, name),
                        format!("the security scheme `{name}` is not declared"),
                    )
                    .label("no credential is sent for it")
                    .help(did_you_mean(name, known).unwrap_or_else(|| {
                        "declare it under `components.securitySchemes`".to_owned()
                    }));
            context.report(diagnostic);
        }
        missing.is_none()
    });
}

#[cfg(test)]
mod tests {
    use super::super::testing::{run as pass, with_operation};
    use super::*;
    use serde_json::json;

    #[test]
    fn removes_requirements_with_an_undeclared_scheme() {
        let mut document =
            with_operation(json!({"security": [{"Known": []}, {"Known": [], "Unknown": []}]}));
        document["security"] = json!([{"Unknown": []}]);
        document["components"]["securitySchemes"] =
            json!({"Known": {"type": "http", "scheme": "bearer"}});
        let (document, _, codes) = pass(run, document);
        assert_eq!(codes, ["unknown-security-scheme"]);
        assert_eq!(document["security"], json!([]));
        assert_eq!(
            document["paths"]["/x/{id}"]["get"]["security"],
            json!([{"Known": []}])
        );
    }
}
