//! Removes parameters that progenitor panics at or cannot write: cookies, styles other than the usual ones, parameters
//! described by a media type, and path parameters that are not those of the path.

use crate::diagnostic::Code;
use serde_json::{Map, Value, json};

use super::{Context, naming, walk};

/// Headers that a parameter cannot set, by the specification; the client sets them itself.
const RESERVED: [&str; 3] = ["accept", "content-type", "authorization"];

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
    walk::retain_operations(document, |site, operation| {
        let id = operation
            .get("operationId")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        let Some(template) = template(&site.path) else {
            let diagnostic = context.diagnostic(
                Code::PathTemplate,
                &site.pointer,
                format!("`{}` has unbalanced braces", site.path),
            );
            context.report(diagnostic);
            return true;
        };
        let has_body = operation.contains_key("requestBody");
        let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
        let Some(parameters) = parameters.as_array_mut() else {
            return true;
        };
        for name in &template {
            let declared = parameters
                .iter()
                .any(|p| p["in"] == "path" && p["name"] == name.as_str());
            if !declared {
                let diagnostic = context
                    .diagnostic(
                        Code::UndeclaredPathParameter,
                        &site.pointer,
                        format!(
                            "`{{{name}}}` of the path is declared nowhere; it is taken as a text"
                        ),
                    )
                    .help("add it to the `parameters` of the path or of the operation");
                context.report(diagnostic);
                parameters.push(json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}));
            }
        }
        let mut why_not = None;
        // What progenitor calls variables of its own.
        let mut idents = vec!["header_map".to_owned()];
        if has_body {
            idents.push("body".into());
        }
        let mut index = 0;
        parameters.retain_mut(|parameter| {
            let at = format!("{}/parameters/{index}", site.pointer);
            index += 1;
            let Some(parameter) = parameter.as_object_mut() else {
                return false;
            };
            match keep(parameter, &template, &at, context) {
                Verdict::Keep => {}
                Verdict::Drop => return false,
                Verdict::Impossible(why) => {
                    why_not.get_or_insert(why);
                    return true;
                }
            }
            let name = text(parameter, "name").to_owned();
            let ident = naming::snake(&name);
            if idents.contains(&ident) {
                let why = format!("something else is called `{ident}` already");
                if parameter.get("required") == Some(&json!(true)) {
                    why_not.get_or_insert(format!("it needs `{name}`, and {why}"));
                    return true;
                }
                return set_aside(context, &at, &name, &why);
            }
            idents.push(ident);
            true
        });
        if let Some(why) = why_not {
            context.leave_out(&id, &site.pointer, why);
            return false;
        }
        true
    });
}

enum Verdict {
    Keep,
    Drop,
    Impossible(String),
}

/// Says that a parameter is left out, and that it is not kept.
fn set_aside(context: &mut Context<'_>, at: &str, name: &str, why: &str) -> bool {
    let message = format!("the parameter `{name}` is left out: {why}");
    let diagnostic = context.diagnostic(Code::ParameterLeftOut, at, message);
    context.report(diagnostic);
    false
}

fn text<'v>(parameter: &'v Map<String, Value>, key: &str) -> &'v str {
    parameter
        .get(key)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn keep(
    parameter: &mut Map<String, Value>,
    template: &[String],
    at: &str,
    context: &mut Context<'_>,
) -> Verdict {
    let name = text(parameter, "name").to_owned();
    let place = text(parameter, "in").to_owned();
    let required = parameter.get("required") == Some(&json!(true));
    let set_aside = |context: &mut Context<'_>, why: &str| {
        set_aside(context, at, &name, why);
        Verdict::Drop
    };
    match place.as_str() {
        "path" => {
            if !template.contains(&name) {
                return set_aside(context, "the path has no such part");
            }
            if !required {
                parameter.insert("required".into(), json!(true));
                context.changed(
                    at,
                    "marked the path parameter as required, which it is anyhow",
                );
            }
        }
        "header" if RESERVED.contains(&name.to_ascii_lowercase().as_str()) => {
            context.changed(at, "took away a header that the client sets itself");
            return Verdict::Drop;
        }
        "header" if !is_header_name(&name) => {
            let why = format!("`{name}` is no name of a header");
            return if required {
                Verdict::Impossible(why)
            } else {
                set_aside(context, "this is no name of a header")
            };
        }
        "query" | "header" => {}
        "cookie" if required => {
            return Verdict::Impossible(format!(
                "it needs the cookie `{name}`, and cookies are not sent"
            ));
        }
        "cookie" => return set_aside(context, "cookies are not sent"),
        other => return set_aside(context, &format!("`{other}` is no place for a parameter")),
    }
    if !naming::snake(&name).chars().any(char::is_alphanumeric) {
        let why = format!("the parameter `{name}` has no letters to name it by");
        return if required {
            Verdict::Impossible(why)
        } else {
            set_aside(context, "it has no letters to name it by")
        };
    }
    // Described by a media type: the value is text in that format, made by the caller.
    if parameter.shift_remove("content").is_some() {
        parameter.insert("schema".into(), json!({"type": "string"}));
        context.changed(
            at,
            "took the parameter as the text that its media type writes",
        );
    }
    if !parameter.contains_key("schema") {
        parameter.insert("schema".into(), json!({"type": "string"}));
        context.changed(at, "took a parameter without a schema as a text");
    }
    let usual = if place == "query" { "form" } else { "simple" };
    let style = parameter
        .get("style")
        .and_then(Value::as_str)
        .unwrap_or(usual);
    if style != usual {
        let style = style.to_owned();
        if required {
            return Verdict::Impossible(format!(
                "it needs `{name}` in the style `{style}`, which is not supported"
            ));
        }
        return set_aside(context, &format!("its style `{style}` is not supported"));
    }
    Verdict::Keep
}

/// What HTTP allows; the client would panic at anything else.
fn is_header_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// The names between braces, or nothing where the braces do not match.
fn template(path: &str) -> Option<Vec<String>> {
    let mut names = Vec::new();
    let mut rest = path;
    while let Some(brace) = rest.find(['{', '}']) {
        let after = rest[brace..].strip_prefix('{')?;
        let end = after.find(['{', '}', '/'])?;
        let name = &after[..end];
        rest = after[end..].strip_prefix('}')?;
        if name.is_empty() || names.iter().any(|n| n == name) {
            return None;
        }
        names.push(name.to_owned());
    }
    Some(names)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{run as pass, with_operation};
    use super::*;

    fn with(parameters: Value) -> (Value, Vec<&'static str>) {
        let mut all = vec![
            json!({"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}),
        ];
        all.extend(parameters.as_array().unwrap().clone());
        let (document, _, codes) = pass(run, with_operation(json!({"parameters": all})));
        (
            document["paths"]["/x/{id}"]["get"]["parameters"].clone(),
            codes,
        )
    }

    #[test]
    fn an_optional_cookie_is_set_aside_and_a_required_one_costs_the_operation() {
        let (left, codes) = with(json!([{"name": "c", "in": "cookie", "schema": {}}]));
        assert_eq!(
            (left.as_array().unwrap().len(), codes),
            (1, vec!["parameter-left-out"])
        );
        let (left, codes) =
            with(json!([{"name": "c", "in": "cookie", "required": true, "schema": {}}]));
        assert_eq!((left, codes), (Value::Null, vec!["operation-left-out"]));
    }

    #[test]
    fn unusual_styles_are_set_aside() {
        let (left, codes) =
            with(json!([{"name": "f", "in": "query", "style": "deepObject", "schema": {}}]));
        assert_eq!(
            (left.as_array().unwrap().len(), codes),
            (1, vec!["parameter-left-out"])
        );
    }

    #[test]
    fn a_parameter_of_the_path_that_is_not_declared_is_a_text() {
        let (document, _, codes) = pass(run, with_operation(json!({"parameters": []})));
        assert_eq!(codes, ["undeclared-path-parameter"]);
        assert_eq!(
            document["paths"]["/x/{id}"]["get"]["parameters"],
            json!([{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}])
        );
    }

    #[test]
    fn a_path_parameter_that_the_path_lacks_is_set_aside() {
        let (left, codes) =
            with(json!([{"name": "other", "in": "path", "required": true, "schema": {}}]));
        assert_eq!(
            (left.as_array().unwrap().len(), codes),
            (1, vec!["parameter-left-out"])
        );
    }

    #[test]
    fn a_parameter_with_a_media_type_is_a_text() {
        let (left, codes) =
            with(json!([{"name": "f", "in": "query", "content": {"application/json": {}}}]));
        assert!(codes.is_empty());
        assert_eq!(left[1]["schema"], json!({"type": "string"}));
    }

    #[test]
    fn headers_that_the_client_sets_are_taken_away() {
        let (left, codes) =
            with(json!([{"name": "Authorization", "in": "header", "required": true}]));
        assert_eq!((left.as_array().unwrap().len(), codes.len()), (1, 0));
    }

    #[test]
    fn a_header_needs_the_name_of_one() {
        let (left, codes) = with(json!([{"name": "X Foo", "in": "header", "schema": {}}]));
        assert_eq!(
            (left.as_array().unwrap().len(), codes),
            (1, vec!["parameter-left-out"])
        );
    }

    #[test]
    fn of_parameters_that_would_share_a_name_the_first_is_kept() {
        let (left, codes) = with(json!([{"name": "Id", "in": "query", "schema": {}}]));
        assert_eq!(
            (left.as_array().unwrap().len(), codes),
            (1, vec!["parameter-left-out"])
        );
        let (_, codes) =
            with(json!([{"name": "Id", "in": "query", "required": true, "schema": {}}]));
        assert_eq!(codes, ["operation-left-out"]);
    }

    #[test]
    fn braces_have_to_match() {
        assert_eq!(template("/a/{b}/{c}.json").unwrap(), ["b", "c"]);
        for bad in ["/a/{b", "/a}/b", "/{a{b}}", "/{}", "/{a}/{a}", "/{a/b}"] {
            assert!(template(bad).is_none(), "{bad}");
        }
    }
}
