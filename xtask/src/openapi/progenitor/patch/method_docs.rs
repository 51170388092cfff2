//! Patch of method documentation: description, request and arguments, in separate sections.
//!
//! progenitor puts all of them into one comment, without the descriptions of shared parameters. The documentation
//! is generated from the document instead.

use super::type_docs::attributes;
use super::{Method, remark_on, schemas};
use crate::names::{bare, folded};
use crate::openapi::description::servers;
use crate::openapi::description::{ApiDescription, Operation};
use crate::openapi::progenitor::arguments::ByArgument;
use crate::rustdoc;

/// Rewrites the documentation of a method.
pub(super) fn write(
    method: &mut Method,
    operation: &Operation<'_>,
    api: ApiDescription<'_>,
    error_bodies: Option<String>,
) {
    let mut lines = Vec::new();
    let text = |key: &str| {
        operation
            .part
            .text(key)
            .filter(|text| !text.trim().is_empty())
    };
    if let Some(description) = text("description") {
        lines.extend(rustdoc::lines(description));
        lines.push(String::new());
    } else if let Some(summary) = text("summary") {
        let summary = rustdoc::summary(summary);
        let end = if summary.ends_with(['.', '!', '?']) {
            ""
        } else {
            "."
        };
        lines.extend([format!("{summary}{end}"), String::new()]);
    }
    let request = match servers::own(api, operation) {
        Some(server) => format!(
            "`{} {}` on the server `{}`",
            method.http, method.path, server.name
        ),
        None => format!("`{} {}`", method.http, method.path),
    };
    let documentation = operation.part.get("externalDocs");
    let url = documentation.and_then(|documentation| documentation.text("url"));
    lines.extend(rustdoc::with_reference(&request, url));
    if let Some(error_bodies) = error_bodies {
        lines.push(String::new());
        lines.extend(rustdoc::lines(&error_bodies));
    }
    if operation.part.is_true("deprecated") {
        lines.extend([
            String::new(),
            "Deprecated: the service may stop offering it.".to_owned(),
        ]);
    }

    let implied = api.implied_parameters(operation);
    let parameters = ByArgument::of(operation, api);
    let mut described = Vec::new();
    for (ident, _) in schemas::arguments_of(&method.function) {
        let group = method.parameters.as_ref();
        if group.is_some_and(|group| group.argument == ident) {
            continue;
        }
        let description = match ident.as_str() {
            "body" => {
                let body = api.request_body_object(operation);
                body.and_then(|body| body.text("description"))
            }
            _ => {
                let parameter = parameters.get(&ident);
                parameter.and_then(|parameter| {
                    let schema = parameter.schema().map(|schema| api.schema(schema));
                    let of_schema = schema.and_then(|schema| schema.text("description"));
                    parameter.part.text("description").or(of_schema)
                })
            }
        };
        if let Some(description) = description {
            let ident = bare(ident);
            let schemes = implied
                .iter()
                .find(|(name, _)| folded(name) == folded(&ident));
            let remark = schemes.map(|(_, schemes)| format!(" {}", remark_on(schemes)));
            let remark = remark.unwrap_or_default();
            described.extend(rustdoc::lines(&format!(
                "- `{ident}`: {}{remark}",
                prose_of_item(description)
            )));
        }
    }
    if !described.is_empty() {
        lines.extend([String::new(), "# Arguments".to_owned(), String::new()]);
        lines.extend(described);
    }
    let function = &mut method.function;
    function
        .attrs
        .retain(|attribute| !attribute.path().is_ident("doc"));
    function.attrs.splice(0..0, attributes(&lines));
}

/// Returns the first paragraph of a description on one line, for a list item.
fn prose_of_item(description: &str) -> String {
    let paragraph = description.trim().split("\n\n").next().unwrap_or_default();
    paragraph.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;
    use serde_json::json;
    use syn::parse_quote;

    use super::*;

    #[test]
    fn documents_the_description_the_request_and_the_arguments() {
        let document = json!({ "paths": { "/a/{a-id}": { "get": {
            "operationId": "readA",
            "summary": "Read one",
            "description": "Reads [one].",
            "externalDocs": { "url": "https://a.example/docs" },
            "parameters": [
                { "name": "a-id", "in": "path", "schema": { "type": "string", "description": "Which one.\n\nMore." } },
            ],
        } } } });
        let mut method = Method {
            operation: "readA".into(),
            http: "GET".into(),
            path: "/a/{a-id}".into(),
            pointer: String::new(),
            function: parse_quote!(
                #[doc = "old"]
                pub async fn read_a(&self, a_id: &str) {}
            ),
            parameters: None,
        };
        let api = ApiDescription::new(&document);
        let errors = Some("Error bodies: `types::E` (404).".to_owned());
        write(&mut method, &api.operations()[0], api, errors);
        let docs: Vec<String> = method
            .function
            .attrs
            .iter()
            .filter_map(super::super::type_docs::text)
            .collect();
        assert_eq!(
            docs,
            [
                " Reads \\[one\\].",
                "",
                " `GET /a/{a-id}` ([API reference](https://a.example/docs))",
                "",
                " Error bodies: `types::E` (404).",
                "",
                " # Arguments",
                "",
                " - `a_id`: Which one.",
            ]
        );
        assert!(
            !method
                .function
                .to_token_stream()
                .to_string()
                .contains("old")
        );
    }
}
