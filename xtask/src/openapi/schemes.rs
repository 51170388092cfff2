//! The security schemes of a document: the names of their constants, and what their credentials say by themselves.

use std::collections::BTreeMap;

use proc_macro2::{Ident, Span};

use super::index::VARIABLE;
use super::spec::{Operation, Spec};

/// The extension of a security scheme that lists the variables which its credentials imply: a token that was issued
/// for one project, for instance, says which. Paths may leave those variables out where such a credential is sent.
const IMPLIED: &str = "x-implied-variables";

/// The names of the schemes' constants, which no operation's can have.
pub fn constants(spec: Spec<'_>) -> BTreeMap<&str, Ident> {
    let declared = spec.at("/components/securitySchemes").map(|d| d.members());
    let mut names: BTreeMap<&str, Ident> = BTreeMap::new();
    for (name, _) in declared.unwrap_or_default() {
        let mut constant = String::from("SCHEME_");
        let mut before = '_';
        for c in name.chars() {
            if c.is_uppercase() && before.is_lowercase() {
                constant.push('_');
            }
            let fits = c.is_ascii_alphanumeric();
            constant.push(if fits { c.to_ascii_uppercase() } else { '_' });
            before = c;
        }
        while names.values().any(|taken| *taken == constant) {
            constant.push('_');
        }
        names.insert(name, Ident::new(&constant, Span::call_site()));
    }
    names
}

/// The path parameters of an operation that a credential can imply, with the schemes of those credentials, in the order
/// in which the operation accepts them.
pub fn implied_parameters<'d>(
    operation: &Operation<'d>,
    spec: Spec<'d>,
) -> BTreeMap<&'d str, Vec<&'d str>> {
    let root = spec.root();
    let accepted = operation
        .part
        .get("security")
        .or_else(|| root.get("security"));
    let declared = spec.at("/components/securitySchemes");
    let mut implied: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for parameter in spec.parameters(operation) {
        let (Some("path"), Some(name), Some(variable)) = (
            parameter.text("in"),
            parameter.text("name"),
            parameter.text(VARIABLE),
        ) else {
            continue;
        };
        for alternative in accepted.as_ref().map(|a| a.elements()).unwrap_or_default() {
            for (scheme, _) in alternative.members() {
                let says = declared
                    .as_ref()
                    .and_then(|declared| declared.get(scheme))
                    .and_then(|declared| spec.resolve(declared).get(IMPLIED))
                    .is_some_and(|variables| {
                        let mut variables = variables.elements().into_iter();
                        variables.any(|known| known.value.as_str() == Some(variable))
                    });
                let schemes = implied.entry(name).or_default();
                if says && !schemes.contains(&scheme) {
                    schemes.push(scheme);
                }
            }
        }
    }
    implied.retain(|_, schemes| !schemes.is_empty());
    implied
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_path_variable_is_implied_by_the_schemes_that_say_so_and_that_are_accepted() {
        let parameter = |name: &str, place: &str| {
            json!({ "name": name, "in": place, "required": true, "x-fern-sdk-variable": "shop",
                    "schema": { "type": "string" } })
        };
        let document = json!({
            "security": [{ "Key": [] }],
            "paths": {
                "/shops/{shop_id}/orders": {
                    "parameters": [parameter("shop_id", "path"), parameter("shop", "query")],
                    "get": { "operationId": "either", "security": [{ "Key": [] }, { "Token": [] }] },
                    "put": { "operationId": "keyOnly" },
                },
                "/orders/{order}": { "get": {
                    "operationId": "noVariable", "security": [{ "Token": [] }],
                    "parameters": [{ "name": "order", "in": "path", "required": true }],
                } },
            },
            "components": { "securitySchemes": {
                "Key": { "type": "http", "scheme": "bearer" },
                "Token": { "type": "http", "scheme": "bearer", "x-implied-variables": ["shop"] },
            } },
        });
        let spec = Spec::new(&document);
        let of = |id: &str| {
            let operations = spec.operations();
            let operation = operations.iter().find(|it| it.id == id).expect("declared");
            implied_parameters(operation, spec)
        };
        assert_eq!(of("either"), BTreeMap::from([("shop_id", vec!["Token"])]));
        assert!(of("keyOnly").is_empty() && of("noVariable").is_empty());
    }
}
