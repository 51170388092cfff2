//! Security of an OpenAPI document: schemes, requirements of operations, and parameters implied by credentials.

use std::collections::BTreeMap;

use proc_macro2::{Ident, Span};
use serde_json::Value;

use super::{ApiDescription, Location, Operation, Part, members};
use crate::openapi::extensions::{IMPLIED_VARIABLES, VARIABLE};

impl<'d> ApiDescription<'d> {
    /// Returns the declared security schemes, with references resolved.
    pub fn schemes(&self) -> impl Iterator<Item = (&'d str, &'d Value)> {
        let api = *self;
        members(self.root.pointer("/components/securitySchemes"))
            .map(move |(name, scheme)| (name.as_str(), api.resolve_value(scheme)))
    }

    /// Returns the security requirements of an operation, by default those of the document.
    pub fn requirement(&self, operation: &Operation<'d>) -> Option<Part<'d>> {
        let own = operation.part.get("security");
        own.or_else(|| self.root().get("security"))
    }

    /// Returns the alternative sets of schemes that an operation accepts.
    ///
    /// An alternative requires all of its schemes. Alternatives with an undeclared scheme are left out, since no
    /// request can satisfy them.
    pub fn alternatives(&self, operation: &Operation<'d>) -> Vec<Vec<&'d str>> {
        let required = self.requirement(operation);
        let alternatives = required.and_then(|it| it.value.as_array());
        let names = |it| members(Some(it)).map(|(name, _)| name.as_str()).collect();
        let alternatives = alternatives.into_iter().flatten().map(names);
        let is_declared = |name: &&str| self.schemes().any(|(known, _)| known == *name);
        alternatives
            .filter(|names: &Vec<&str>| names.iter().all(is_declared))
            .collect()
    }

    /// Returns the alternative sets of schemes that satisfy an operation, or `None` if it requires no credential.
    ///
    /// An alternative requires all of its schemes.
    pub fn security(&self, operation: &Operation<'d>) -> Option<Vec<Vec<&'d str>>> {
        let required = self.requirement(operation)?;
        let alternatives: Vec<Vec<&str>> = required
            .value
            .as_array()?
            .iter()
            .map(|it| members(Some(it)).map(|(name, _)| name.as_str()).collect())
            .collect();
        let is_required = !alternatives.is_empty() && !alternatives.iter().any(Vec::is_empty);
        is_required.then_some(alternatives)
    }

    /// Returns the security schemes whose credential is sent as this parameter.
    ///
    /// These are the API keys of that name and location, and for the header `Authorization` all other schemes.
    pub fn schemes_sent_as(&self, name: &str, location: Location) -> impl Iterator<Item = &'d str> {
        let is_header = location == Location::Header;
        let is_sent_here = move |scheme: &'d Value| {
            let text = |key: &str| scheme.get(key).and_then(Value::as_str);
            match text("type") {
                Some("apiKey") => {
                    text("in") == Some(location.as_str())
                        && text("name").is_some_and(|key| {
                            key == name || is_header && key.eq_ignore_ascii_case(name)
                        })
                }
                _ => is_header && name.eq_ignore_ascii_case("authorization"),
            }
        };
        let schemes = self
            .schemes()
            .filter(move |(_, scheme)| is_sent_here(scheme));
        schemes.map(|(name, _)| name)
    }

    /// Returns the path parameters of an operation that a credential can imply.
    ///
    /// The value lists the schemes of those credentials, in the order of the operation's security requirements.
    pub fn implied_parameters(&self, operation: &Operation<'d>) -> BTreeMap<&'d str, Vec<&'d str>> {
        let accepted = self.requirement(operation).map(|it| it.elements());
        let accepted = accepted.unwrap_or_default();
        let schemes: BTreeMap<&str, &Value> = self.schemes().collect();
        let implies = |scheme: &str, variable: &str| {
            let variables = schemes.get(scheme).and_then(|it| it.get(IMPLIED_VARIABLES));
            let variables = variables.and_then(Value::as_array);
            let mut variables = variables.into_iter().flatten();
            variables.any(|known| known.as_str() == Some(variable))
        };
        let mut implied: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let in_path = operation
            .parameters
            .iter()
            .filter(|it| it.location == Location::Path);
        for parameter in in_path {
            let Some(variable) = parameter.part.text(VARIABLE) else {
                continue;
            };
            for (scheme, _) in accepted
                .iter()
                .flat_map(|alternative| alternative.members())
            {
                if implies(scheme, variable) {
                    let schemes = implied.entry(parameter.name).or_default();
                    if !schemes.contains(&scheme) {
                        schemes.push(scheme);
                    }
                }
            }
        }
        implied
    }

    /// Returns the names of the schemes' constants in generated code.
    pub fn scheme_constants(&self) -> BTreeMap<&'d str, Ident> {
        let mut names: BTreeMap<&str, Ident> = BTreeMap::new();
        for (name, _) in self.schemes() {
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn accepted_schemes_imply_their_path_variables() {
        let parameter = |name: &str, location: &str| {
            json!({ "name": name, "in": location, "required": true, "x-fern-sdk-variable": "shop",
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
        let api = ApiDescription::new(&document);
        let of = |id: &str| api.implied_parameters(&api.operation(id).expect("declared"));
        assert_eq!(of("either"), BTreeMap::from([("shop_id", vec!["Token"])]));
        assert!(of("keyOnly").is_empty() && of("noVariable").is_empty());
    }

    #[test]
    fn finds_schemes_by_the_parameter_that_carries_the_credential() {
        let document = json!({ "components": { "securitySchemes": {
            "Key": { "type": "apiKey", "in": "header", "name": "X-Key" },
            "Session": { "type": "apiKey", "in": "cookie", "name": "session" },
            "Token": { "$ref": "#/components/bearer" },
        }, "bearer": { "type": "http", "scheme": "bearer" } } });
        let api = ApiDescription::new(&document);
        let of = |name, location| api.schemes_sent_as(name, location).collect::<Vec<_>>();
        assert_eq!(of("x-key", Location::Header), ["Key"]);
        assert_eq!(of("authorization", Location::Header), ["Token"]);
        assert_eq!(of("session", Location::Cookie), ["Session"]);
        assert_eq!(of("Session", Location::Cookie), [""; 0]);
        assert_eq!(of("session", Location::Query), [""; 0]);
    }
}
