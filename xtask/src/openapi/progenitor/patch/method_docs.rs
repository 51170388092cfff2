//! Documentation of the methods: what the document says, then what goes into the call.
//!
//! progenitor puts summary, description, request and arguments into one comment; it is written anew from the document,
//! which also has descriptions where they are shared by several operations.

use super::type_docs::attributes;
use super::{Method, implied_parameters, schemas};
use crate::names::{bare, folded};
use crate::openapi::description::servers;
use crate::openapi::description::{ApiDescription, Operation};
use crate::rustdoc;

/// Rewrites the documentation of a method.
pub(super) fn write(method: &mut Method, operation: &Operation<'_>, api: ApiDescription<'_>) {
    let mut lines = Vec::new();
    if let Some(summary) = operation.part.text("summary") {
        let summary = rustdoc::summary(summary);
        let end = if summary.ends_with(['.', '!', '?']) {
            ""
        } else {
            "."
        };
        lines.push(format!("{summary}{end}"));
        lines.push(String::new());
    }
    if let Some(description) = operation.part.text("description") {
        lines.extend(rustdoc::lines(description));
        lines.push(String::new());
    }
    lines.push(match servers::own(api, operation) {
        Some(server) => format!(
            "`{} {}` on the server `{}`",
            method.http, method.path, server.name
        ),
        None => format!("`{} {}`", method.http, method.path),
    });
    if operation.part.is_true("deprecated") {
        lines.extend([
            String::new(),
            "Deprecated: the service may stop offering it.".to_owned(),
        ]);
    }

    let implied = api.implied_parameters(operation);
    let mut described = Vec::new();
    for (ident, _) in schemas::arguments_of(&method.function) {
        let description = match ident.as_str() {
            "body" => {
                let body = api.request_body_object(operation);
                body.and_then(|body| body.text("description"))
            }
            _ => {
                let mut parameters = operation.parameters.iter();
                let parameter = parameters.find(|it| folded(it.name) == folded(&ident));
                parameter.and_then(|parameter| {
                    let schema = parameter.schema().map(|schema| api.schema(schema));
                    let of_schema = schema.and_then(|schema| schema.text("description"));
                    parameter.part.text("description").or(of_schema)
                })
            }
        };
        if let Some(description) = description {
            let ident = bare(ident);
            let parameter = implied.keys().find(|name| folded(name) == folded(&ident));
            let remark = parameter.and_then(|name| implied_parameters::remark(&implied, name));
            let remark = remark.map(|it| format!(" {it}")).unwrap_or_default();
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
    if let Some(url) = operation
        .part
        .get("externalDocs")
        .and_then(|docs| docs.text("url"))
    {
        lines.push(String::new());
        lines.extend(rustdoc::lines(&format!("More: {url}")));
    }
    let function = &mut method.function;
    function
        .attrs
        .retain(|attribute| !attribute.path().is_ident("doc"));
    function.attrs.splice(0..0, attributes(&lines));
}

/// A description as the text of a list item: one paragraph.
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
    fn a_method_says_what_it_does_what_it_sends_and_what_its_arguments_are() {
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
        };
        let api = ApiDescription::new(&document);
        write(&mut method, &api.operations()[0], api);
        let docs: Vec<String> = method
            .function
            .attrs
            .iter()
            .filter_map(super::super::type_docs::text)
            .collect();
        assert_eq!(
            docs,
            [
                " Read one.",
                "",
                " Reads \\[one\\].",
                "",
                " `GET /a/{a-id}`",
                "",
                " # Arguments",
                "",
                " - `a_id`: Which one.",
                "",
                " More: <https://a.example/docs>",
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
