//! Servers of an OpenAPI document and of its operations.
//!
//! An operation is sent to the first entry of its own `servers`, or of its path's. Only servers that differ from
//! the document's first server are listed. Users override the URL of such a server by its name: `name`, as in
//! OpenAPI 3.2, or `x-name` in older documents. Without a name, the documented URL is the name.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, Span};

use super::{ApiDescription, Operation, Part};
use crate::openapi::extensions::SERVER_NAME;

/// Server of an operation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Server {
    pub name: String,
    /// The URL, with the defaults of its variables.
    pub url: String,
}

/// Servers of operations, each with the name of its constant in generated code.
#[derive(Clone, Debug, Default)]
pub struct Servers(BTreeMap<Server, Ident>);

impl Servers {
    /// Collects the servers of all operations that have their own.
    pub fn of(api: ApiDescription<'_>) -> Self {
        let mut servers = BTreeMap::new();
        let mut taken = BTreeSet::new();
        let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
        for server in api.operations().iter().filter_map(|it| own(api, it)) {
            if servers.contains_key(&server) {
                continue;
            }
            let base = constant(&server.name);
            let mut name = base.clone();
            let number = numbers.entry(base.clone()).or_insert(2);
            while !taken.insert(name.clone()) {
                name = format!("{base}_{number}");
                *number += 1;
            }
            servers.insert(server, Ident::new(&name, Span::call_site()));
        }
        Self(servers)
    }

    /// Returns `true` if every operation uses the document's server.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the servers, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&Server, &Ident)> {
        self.0.iter()
    }

    /// Returns the constant of a server.
    pub fn constant(&self, server: &Server) -> Option<&Ident> {
        self.0.get(server)
    }
}

/// Returns the server of an operation, if it differs from the document's server.
pub fn own(api: ApiDescription<'_>, operation: &Operation<'_>) -> Option<Server> {
    let first = |part: &Part<'_>| part.get("servers")?.elements().first().and_then(read);
    let server = first(&operation.part).or_else(|| first(&operation.path_item))?;
    let default = first(&api.root());
    (default.as_ref() != Some(&server)).then_some(server)
}

fn read(part: &Part<'_>) -> Option<Server> {
    let url = address(part)?;
    let name = part.text("name").or_else(|| part.text(SERVER_NAME));
    Some(Server {
        name: name.map_or_else(|| url.clone(), str::to_owned),
        url,
    })
}

/// Returns the URL of a server, with the defaults of its variables and without a trailing slash.
pub fn address(server: &Part<'_>) -> Option<String> {
    let mut url = server.text("url")?.to_owned();
    let variables = server.get("variables").map(|v| v.members());
    for (name, variable) in variables.unwrap_or_default() {
        let default = variable.text("default").unwrap_or_default();
        url = url.replace(&format!("{{{name}}}"), default);
    }
    Some(url.trim_end_matches('/').to_owned())
}

/// Returns the constant's name for a server name: `FILES_EXAMPLE_COM` for `https://files.example.com`.
fn constant(name: &str) -> String {
    let name = name.split_once("://").map_or(name, |(_, rest)| rest);
    let words: Vec<String> = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_uppercase)
        .collect();
    match words.join("_") {
        name if name.starts_with(|c: char| c.is_ascii_alphabetic()) => name,
        name => format!("SERVER_{name}").trim_end_matches('_').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_servers_that_differ_from_the_documents_server() {
        let other = json!([{ "url": "https://files.example.com/", "x-name": "files" }]);
        let document = json!({
            "servers": [{ "url": "https://{host}", "variables": { "host": { "default": "a.example" } } }],
            "paths": {
                "/a": { "get": { "operationId": "plain" } },
                "/b": { "servers": other, "get": { "operationId": "ofPath" },
                        "put": { "operationId": "back", "servers": [{ "url": "https://a.example/" }] } },
                "/c": { "get": { "operationId": "unnamed", "servers": [{ "url": "https://2.example.com" }] },
                        "put": { "operationId": "none", "servers": [] } },
            },
        });
        let api = ApiDescription::new(&document);
        let found: Vec<_> = api
            .operations()
            .iter()
            .map(|operation| {
                (
                    operation.id.unwrap_or_default(),
                    own(api, operation).map(|s| s.name),
                )
            })
            .collect();
        assert_eq!(
            found,
            [
                ("plain", None),
                ("ofPath", Some("files".to_owned())),
                ("back", None),
                ("unnamed", Some("https://2.example.com".to_owned())),
                ("none", None),
            ]
        );
        let constants: Vec<_> = Servers::of(api)
            .iter()
            .map(|(_, c)| c.to_string())
            .collect();
        assert_eq!(constants, ["FILES", "SERVER_2_EXAMPLE_COM"]);
    }

    #[test]
    fn servers_with_the_same_name_have_distinct_constants() {
        let server = |url: &str| json!([{ "url": url, "name": "files" }]);
        let document = json!({ "paths": {
            "/a": { "servers": server("https://a"), "get": { "operationId": "a" } },
            "/b": { "servers": server("https://b"), "get": { "operationId": "b" } },
        } });
        let servers = Servers::of(ApiDescription::new(&document));
        let constants: Vec<_> = servers
            .iter()
            .map(|(s, c)| (s.url.as_str(), c.to_string()))
            .collect();
        assert_eq!(
            constants,
            [
                ("https://a", "FILES".to_owned()),
                ("https://b", "FILES_2".to_owned())
            ]
        );
    }
}
