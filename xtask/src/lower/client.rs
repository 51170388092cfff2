//! Metadata of a client: security, idempotency and secrets of its operations.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use proc_macro2::Ident;
use serde_json::Value;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::client::{Client, CredentialLocation, Operation, Scheme, Server};
use crate::names::ident;
use crate::openapi::description::servers::{Servers, address};
use crate::openapi::description::{self, ApiDescription, Part};
use crate::openapi::extensions::{IDEMPOTENT, SECRET};
use crate::openapi::progenitor::patch::{Method, PatchedClient, constants};
use crate::rustdoc;

/// The input of [`lower`].
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// The name of its module.
    pub module: &'a str,
    /// The document's name, for diagnostics.
    pub file: &'a Path,
    /// The document that the client was generated from.
    pub document: &'a Value,
    pub patched: &'a PatchedClient,
}

/// Reads the metadata of a client and its operations.
pub fn lower(source: Source<'_>, found: &mut Diagnostics) -> Client {
    let api = ApiDescription::new(source.document);
    let declared = api.operations();
    let declared: BTreeMap<&str, &description::Operation<'_>> = declared
        .iter()
        .filter_map(|operation| Some((operation.id?, operation)))
        .collect();
    let mut security = Security {
        file: source.file,
        api,
        constants: api.scheme_constants(),
        used: BTreeSet::new(),
        reported: BTreeSet::new(),
        found,
    };
    let constants = constants(&source.patched.methods, api);
    let mut operations: Vec<Operation> = Vec::new();
    for method in &source.patched.methods {
        let id = method.operation.as_str();
        let (Some(declared), Some(constant)) = (declared.get(id), constants.get(id)) else {
            continue;
        };
        if declared.variant_of().is_none() {
            operations.push(operation(declared, method, constant, api, &mut security));
        // A variant shares the constant of its operation.
        } else if let Some(of) = operations.iter_mut().find(|it| it.name == *constant) {
            of.secrets.extend(secrets(declared, api));
            of.secrets.sort();
            of.secrets.dedup();
        }
    }
    let info = api.root().get("info");
    let description = info.and_then(|info| info.text("description"));
    Client {
        module: source.module.to_owned(),
        title: title(api),
        description: description.map(str::to_owned),
        base_url: base_url(api),
        operations,
        schemes: security.schemes(),
        servers: Servers::of(api)
            .iter()
            .map(|(server, constant)| Server {
                constant: constant.clone(),
                name: server.name.clone(),
                url: server.url.clone(),
            })
            .collect(),
    }
}

/// Returns the document's title and version, for headings.
fn title(api: ApiDescription<'_>) -> String {
    let info = api.root().get("info");
    let text = |key: &str| {
        info.as_ref()
            .and_then(|info| info.text(key))
            .unwrap_or_default()
            .trim()
    };
    let title = if text("title").is_empty() {
        "The API"
    } else {
        text("title")
    };
    rustdoc::summary(format!("{title} {}", text("version")).trim())
}

/// Returns the URL of the document's first server.
fn base_url(api: ApiDescription<'_>) -> String {
    let server = api
        .root()
        .get("servers")
        .and_then(|servers| servers.elements().into_iter().next());
    server.as_ref().and_then(address).unwrap_or_default()
}

fn operation<'d>(
    declared: &description::Operation<'d>,
    method: &Method,
    constant: &Ident,
    api: ApiDescription<'d>,
    security: &mut Security<'d, '_>,
) -> Operation {
    let by_method = matches!(
        method.http.as_str(),
        "GET" | "HEAD" | "PUT" | "DELETE" | "OPTIONS" | "TRACE"
    );
    let declared_idempotent = IDEMPOTENT
        .iter()
        .find_map(|key| declared.part.value.get(key).and_then(Value::as_bool));
    Operation {
        name: constant.clone(),
        id: method.operation.clone(),
        http: ident(&method.http),
        path: method.path.clone(),
        security: security.of(declared),
        idempotent: declared_idempotent.unwrap_or(by_method),
        secrets: secrets(declared, api),
    }
}

/// Reads the security requirements of operations.
struct Security<'d, 'f> {
    file: &'d Path,
    api: ApiDescription<'d>,
    /// The constants of all schemes.
    constants: BTreeMap<&'d str, Ident>,
    /// The schemes that operations require.
    used: BTreeSet<&'d str>,
    /// The locations that were reported. The document's own requirements apply to many operations.
    reported: BTreeSet<String>,
    found: &'f mut Diagnostics,
}

impl<'d> Security<'d, '_> {
    /// Returns the alternatives of an operation. One that cannot be satisfied is omitted with a warning.
    fn of(&mut self, operation: &description::Operation<'d>) -> Vec<Vec<Ident>> {
        let required = self.api.requirement(operation);
        let mut alternatives = Vec::new();
        for alternative in required.map(|r| r.elements()).unwrap_or_default() {
            let mut needed = Vec::new();
            let mut is_usable = true;
            for (name, requirement) in alternative.members() {
                match self.declared(name).as_ref().map(credential_location) {
                    Some(Some(_)) => {
                        needed.extend(self.constants.get(name).cloned());
                        self.used.insert(name);
                    }
                    known => {
                        is_usable = false;
                        self.report(name, requirement.pointer, known.is_some());
                    }
                }
            }
            if is_usable {
                alternatives.push(needed);
            }
        }
        // An empty alternative makes the credential optional: it is still sent if available. If all alternatives
        // are empty, no credential is sent.
        match alternatives.iter().all(Vec::is_empty) {
            true => Vec::new(),
            false => alternatives,
        }
    }

    fn declared(&self, name: &str) -> Option<Part<'d>> {
        let scheme = self.api.at("/components/securitySchemes")?.get(name)?;
        Some(self.api.resolve(scheme))
    }

    fn report(&mut self, name: &str, pointer: String, is_declared: bool) {
        if !self.reported.insert(pointer.clone()) {
            return;
        }
        let reason = match is_declared {
            false => "is not declared",
            true => "has an unsupported type",
        };
        let message =
            format!("the security scheme `{name}` {reason}, so no credential is sent for it");
        let finding = Diagnostic::new(Code::UnknownSecurityScheme, self.file, pointer, message);
        let help = "declare it under `components.securitySchemes`";
        self.found.push(finding.help(help));
    }

    /// Returns the schemes that operations require.
    fn schemes(&self) -> Vec<Scheme> {
        let used = self.used.iter().filter_map(|name| {
            Some(Scheme {
                constant: self.constants.get(name)?.clone(),
                name: (*name).to_owned(),
                location: credential_location(&self.declared(name)?)?,
            })
        });
        used.collect()
    }
}

/// Returns the names of the secret parameters and of the secret top-level properties of the body.
fn secrets(operation: &description::Operation<'_>, api: ApiDescription<'_>) -> Vec<String> {
    let is_secret = |part: &Part<'_>| {
        let schema = part.get("schema");
        let schema = schema.map(|schema| api.schema(schema));
        part.is_true(SECRET)
            || api.schema(part.clone()).is_true(SECRET)
            || schema.is_some_and(|schema| schema.is_true(SECRET))
    };
    let parameters = operation.parameters.iter();
    let mut names: BTreeSet<&str> = parameters
        .filter(|parameter| is_secret(&parameter.part))
        .map(|parameter| parameter.name)
        .collect();
    if let Some(schema) = api.request_body(operation).and_then(|body| body.schema) {
        let properties = api.properties(&schema).into_iter();
        names.extend(
            properties
                .filter(|(_, p)| is_secret(p))
                .map(|(name, _)| name),
        );
    }
    names.into_iter().map(str::to_owned).collect()
}

/// Returns the location of the credential of a scheme; `None` for an unsupported type.
fn credential_location(scheme: &Part<'_>) -> Option<CredentialLocation> {
    let name = scheme.text("name").unwrap_or_default();
    Some(match (scheme.text("type")?, scheme.text("in")) {
        ("oauth2" | "openIdConnect", _) => CredentialLocation::Bearer,
        ("http", _) => match scheme.text("scheme")?.to_ascii_lowercase().as_str() {
            "basic" => CredentialLocation::Basic,
            "bearer" => CredentialLocation::Bearer,
            _ => CredentialLocation::Header("authorization".to_owned()),
        },
        ("apiKey", Some("header")) => CredentialLocation::Header(name.to_ascii_lowercase()),
        ("apiKey", Some("query")) => CredentialLocation::Query(name.to_owned()),
        ("apiKey", Some("cookie")) => CredentialLocation::Cookie(name.to_owned()),
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
