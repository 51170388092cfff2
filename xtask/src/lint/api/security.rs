//! Security of an OpenAPI document: incomplete schemes, and scopes that no scheme declares.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::fields::has_similar;
use super::{Checker, help_for};
use crate::diagnostic::{Code, child};
use crate::openapi::description::{METHODS, Part, members};
use crate::openapi::extensions::is_extension;

/// Types of security schemes, with the fields that each requires.
const TYPES: &[(&str, &[&str])] = &[
    ("apiKey", &["name", "in"]),
    ("http", &["scheme"]),
    ("oauth2", &["flows"]),
    ("openIdConnect", &["openIdConnectUrl"]),
    ("mutualTLS", &[]),
];

/// Flows, with the fields that each requires.
const FLOWS: &[(&str, &[&str])] = &[
    ("implicit", &["authorizationUrl"]),
    ("password", &["tokenUrl"]),
    ("clientCredentials", &["tokenUrl"]),
    ("authorizationCode", &["authorizationUrl", "tokenUrl"]),
];

impl<'d> Checker<'d, '_> {
    /// Checks the type of a security scheme, and the fields that the type requires.
    pub(super) fn scheme(&mut self, scheme: &'d Map<String, Value>, at: &str) {
        let Some(kind) = scheme.get("type").and_then(Value::as_str) else {
            return;
        };
        let Some((_, required)) = TYPES.iter().find(|(name, _)| *name == kind) else {
            let message = format!("`{kind}` is not a type of security scheme");
            let known = TYPES.iter().map(|(name, _)| *name);
            let help = help_for(
                kind,
                known,
                "write `apiKey`, `http`, `oauth2` or `openIdConnect`",
            );
            let at = child(at, "type");
            self.warn(
                Code::InvalidSecurityScheme,
                &at,
                message,
                "no credential is sent for it",
                Some(help),
            );
            return;
        };
        self.incomplete(
            scheme,
            required,
            &format!("a security scheme of the type `{kind}`"),
            at,
        );
        if let Some(location) = scheme.get("in").and_then(Value::as_str)
            && kind == "apiKey"
            && !["query", "header", "cookie"].contains(&location)
        {
            let message = format!("an API key is not sent in `{location}`");
            let known = ["query", "header", "cookie"];
            let help = help_for(location, known, "write `query`, `header` or `cookie`");
            let at = child(at, "in");
            self.warn(
                Code::InvalidSecurityScheme,
                &at,
                message,
                "not a location",
                Some(help),
            );
        }
        let flows = child(at, "flows");
        for (name, flow) in members(scheme.get("flows")) {
            let required = FLOWS.iter().find(|(known, _)| known == name);
            if let (Some((_, required)), Some(flow)) = (required, flow.as_object()) {
                let kind = format!("the flow `{name}`");
                self.incomplete(flow, required, &kind, &child(&flows, name));
            }
        }
    }

    fn incomplete(&mut self, object: &Map<String, Value>, required: &[&str], name: &str, at: &str) {
        for field in required
            .iter()
            .filter(|field| !object.contains_key(**field))
        {
            if !has_similar(object, field) {
                let message = format!("{name} has no `{field}`");
                let label = "incomplete";
                self.warn(Code::InvalidSecurityScheme, at, message, label, None);
            }
        }
    }

    /// Reports scopes of security requirements that the scheme does not declare.
    pub(super) fn requirements(&mut self) {
        let root = self.api.root();
        let mut places: Vec<Part<'d>> = root.get("security").into_iter().collect();
        let paths = root.get("paths").map(|paths| paths.members());
        for (_, item) in paths.unwrap_or_default() {
            let operations = METHODS.iter().filter_map(|method| item.get(method));
            places.extend(operations.filter_map(|it| it.get("security")));
        }
        for place in places {
            for alternative in place.elements() {
                for (name, scopes) in alternative.members() {
                    self.scopes(name, &scopes);
                }
            }
        }
    }

    fn scopes(&mut self, name: &str, scopes: &Part<'d>) {
        if !scopes.value.is_array() {
            self.warn(
                Code::Malformed,
                &scopes.pointer,
                format!("malformed document: the scopes of `{name}` must be an array"),
                "ignored",
                Some("write `[]` for a scheme without scopes".to_owned()),
            );
        }
        let schemes = self.api.root().value.pointer("/components/securitySchemes");
        let Some(scheme) = schemes.and_then(|schemes| schemes.get(name)) else {
            return;
        };
        let scheme = self.api.resolve_value(scheme);
        if scheme.get("type").is_none_or(|kind| kind != "oauth2") {
            return;
        }
        let flows = members(scheme.get("flows"));
        let declared: BTreeSet<&str> = flows
            .filter(|(name, _)| !is_extension(name))
            .flat_map(|(_, flow)| members(flow.get("scopes")))
            .map(|(scope, _)| scope.as_str())
            .collect();
        // Without any scope, the list is left out on purpose.
        if declared.is_empty() {
            return;
        }
        for scope in scopes.elements() {
            let Some(text) = scope.value.as_str().filter(|it| !declared.contains(it)) else {
                continue;
            };
            let message = format!("the scheme `{name}` does not declare the scope `{text}`");
            let known = declared.iter().copied();
            let help = help_for(text, known, "declare it under `scopes` of the flow");
            self.warn(
                Code::UnknownScope,
                &scope.pointer,
                message,
                "not declared",
                Some(help),
            );
        }
    }
}
