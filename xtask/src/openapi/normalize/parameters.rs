//! Pass that removes parameters that cannot be sent: those with invalid names, locations and styles, and path
//! parameters that are missing from the path. The pass also gives parameters with a media type a schema, and
//! declares missing path parameters.

use std::collections::BTreeSet;

use crate::diagnostic::suggestion::did_you_mean;
use crate::diagnostic::{Code, child};
use serde_json::{Map, Value, json};

use super::{Context, walk};
use crate::openapi::description::is_json;

/// Headers that parameters cannot set, by the specification. The client sets them.
const RESERVED: [&str; 3] = ["accept", "content-type", "authorization"];

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
    let mut broken = BTreeSet::new();
    walk::retain_operations(document, |location, operation| {
        let id = operation
            .get("operationId")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        let Some(template) = template(&location.path) else {
            // All operations of the path have the same defect.
            if broken.insert(location.path.clone()) {
                let diagnostic = context.diagnostic(
                    Code::PathTemplate,
                    child("/paths", &location.path),
                    format!("the braces of the path `{}` do not match", location.path),
                );
                context.report(diagnostic);
            }
            return true;
        };
        let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
        let Some(parameters) = parameters.as_array_mut() else {
            return true;
        };
        // A path parameter that the path does not contain is reported itself.
        let mut spare = spare(parameters, &template).into_iter();
        for name in &template {
            let is_named = |parameter: &Value| parameter["name"] == name.as_str();
            let declared = parameters.iter().any(|p| p["in"] == "path" && is_named(p));
            if let (false, Some(index)) = (declared, parameters.iter().position(is_named)) {
                let at = format!("{}/parameters/{index}/in", location.pointer);
                misplaced(&mut parameters[index], &at, context);
            } else if !declared {
                if spare.next().is_none() {
                    let message = format!(
                        "the path parameter `{name}` is not declared: it is treated as a required string"
                    );
                    let diagnostic = context
                        .diagnostic(Code::UndeclaredPathParameter, &location.pointer, message)
                        .help("declare it under `parameters` of the path or the operation");
                    context.report(diagnostic);
                }
                parameters.push(json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}));
            }
        }
        let mut unsupported = None;
        let mut index = 0;
        parameters.retain_mut(|parameter| {
            let at = format!("{}/parameters/{index}", location.pointer);
            index += 1;
            let Some(parameter) = parameter.as_object_mut() else {
                return false;
            };
            if let Some(segment) = colon_segment(parameter, &location.path) {
                // All operations of the path have the same defect.
                if broken.insert(location.path.clone()) {
                    let name = text(parameter, "name");
                    let message =
                        format!("the path has `{segment}` instead of the parameter `{name}`");
                    let at = child("/paths", &location.path);
                    let finding = context.diagnostic(Code::PathTemplate, at, message);
                    let finding = finding
                        .label("sent as it is")
                        .help(format!("write `{{{name}}}`"));
                    context.report(finding);
                }
                return false;
            }
            match keep(parameter, &template, &at, context) {
                Decision::Keep => {}
                Decision::Drop => return false,
                Decision::Unsupported(reason) => {
                    unsupported.get_or_insert(reason);
                    return true;
                }
            }
            true
        });
        if let Some(reason) = unsupported {
            context.leave_out(&id, &location.pointer, reason);
            return false;
        }
        true
    });
}

/// Makes a parameter that the path contains a path parameter, and reports its location.
fn misplaced(parameter: &mut Value, at: &str, context: &mut Context<'_>) {
    let name = parameter["name"].as_str().unwrap_or_default();
    let location = parameter["in"].as_str().unwrap_or_default();
    let message =
        format!("the path contains the parameter `{name}`, which is declared `in: {location}`");
    let finding = context.diagnostic(Code::UndeclaredPathParameter, at, message);
    let finding = finding.label("treated as a path parameter");
    context.report(finding.help("write `in: path`"));
    parameter["in"] = json!("path");
    parameter["required"] = json!(true);
}

/// Returns the segment of a path that stands for a path parameter in the notation of other tools: `:id` or `<id>`.
fn colon_segment(parameter: &Map<String, Value>, path: &str) -> Option<String> {
    let name = text(parameter, "name");
    if text(parameter, "in") != "path" || name.is_empty() {
        return None;
    }
    let forms = [format!(":{name}"), format!("<{name}>")];
    let mut segments = path.split('/');
    let found = segments.find(|segment| forms.iter().any(|form| form == segment))?;
    Some(found.to_owned())
}

enum Decision {
    Keep,
    Drop,
    /// A required parameter is not supported, for this reason.
    Unsupported(String),
}

/// Reports a parameter that is left out.
fn report_left_out(context: &mut Context<'_>, at: &str, name: &str, reason: &str) -> bool {
    let message = format!("the parameter `{name}` is left out: {reason}");
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
) -> Decision {
    let name = text(parameter, "name").to_owned();
    let location = text(parameter, "in").to_owned();
    let required = parameter.get("required") == Some(&json!(true));
    let leave_out = |context: &mut Context<'_>, reason: &str| {
        report_left_out(context, at, &name, reason);
        Decision::Drop
    };
    match location.as_str() {
        "path" => {
            if !template.contains(&name) {
                let message =
                    format!("the parameter `{name}` is left out: the path does not contain it");
                let finding = context.diagnostic(Code::ParameterLeftOut, at, message);
                let help = did_you_mean(&name, template).unwrap_or_else(|| {
                    "add it to the path, or declare the parameter that the path contains".to_owned()
                });
                context.report(finding.help(help));
                return Decision::Drop;
            }
            if !required {
                parameter.insert("required".into(), json!(true));
                context.changed(at, "marked the path parameter as required");
            }
        }
        "header" if RESERVED.contains(&name.to_ascii_lowercase().as_str()) => {
            context.changed(at, "removed a header that the client sets");
            return Decision::Drop;
        }
        "header" if !is_header_name(&name) => {
            let reason = format!("`{name}` is not a valid header name");
            return if required {
                Decision::Unsupported(reason)
            } else {
                leave_out(context, "this is not a valid header name")
            };
        }
        "query" | "header" | "cookie" => {}
        // A reference to another kind of component.
        "" => {
            let message = "a parameter has no `in`: it is left out";
            let finding = context.diagnostic(Code::ParameterLeftOut, at, message);
            context.report(finding.help("refer to a parameter, or add `name` and `in`"));
            return Decision::Drop;
        }
        other => {
            let reason = format!("`{other}` is not a parameter location");
            report_left_out(context, &child(at, "in"), &name, &reason);
            return Decision::Drop;
        }
    }
    if let Some(content) = parameter.shift_remove("content") {
        let media_types = content.as_object().into_iter().flatten();
        let json = media_types
            .into_iter()
            .find(|(media_type, _)| is_json(media_type));
        match json.map(|(_, media_type)| media_type.get("schema")) {
            Some(schema) => {
                let schema = schema.cloned().unwrap_or_else(|| json!({}));
                parameter.insert("schema".into(), schema);
                parameter.insert("style".into(), json!("json"));
            }
            // The caller passes the serialized value.
            None => {
                parameter.insert("schema".into(), json!({"type": "string"}));
                context.changed(at, "replaced the media type of the parameter with a string");
            }
        }
    }
    if !parameter.contains_key("schema") {
        parameter.insert("schema".into(), json!({"type": "string"}));
        context.changed(at, "treated a parameter without a schema as a string");
    }
    let styles: &[&str] = match location.as_str() {
        "path" => &["simple", "label", "matrix", "json"],
        "header" => &["simple", "json"],
        "cookie" => &["form", "json"],
        _ => &[
            "form",
            "spaceDelimited",
            "pipeDelimited",
            "deepObject",
            "json",
        ],
    };
    let style = parameter.get("style").and_then(Value::as_str);
    if let Some(style) = style
        .filter(|style| !styles.contains(style))
        .map(str::to_owned)
    {
        if required {
            return Decision::Unsupported(format!(
                "it requires `{name}` in the style `{style}`, which is not a style of its location"
            ));
        }
        let reason = format!("`{style}` is not a style of its location");
        return leave_out(context, &reason);
    }
    Decision::Keep
}

/// Returns the path parameters that the path does not contain.
fn spare(parameters: &[Value], template: &[String]) -> Vec<String> {
    let in_path = parameters.iter().filter(|it| it["in"] == "path");
    let names = in_path.filter_map(|it| it["name"].as_str());
    let spare = names.filter(|name| !template.iter().any(|known| known == name));
    spare.map(str::to_owned).collect()
}

/// Returns `true` for a valid HTTP header name. The client would panic at others.
fn is_header_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// Returns the names between braces. `None` if the braces do not match.
fn template(path: &str) -> Option<Vec<String>> {
    let mut names = Vec::new();
    let mut rest = path;
    while let Some(brace) = rest.find(['{', '}']) {
        let after = rest[brace..].strip_prefix('{')?;
        let end = after.find(['{', '}', '/'])?;
        let name = &after[..end];
        rest = after[end..].strip_prefix('}')?;
        if name.is_empty() {
            return None;
        }
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    Some(names)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::Notes;
    use super::super::testing::{run as pass, with_operation};
    use super::*;
    use crate::diagnostic::Diagnostics;

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
    fn keeps_cookies_and_parameters_with_the_same_rust_name() {
        let (left, codes) = with(json!([
            {"name": "c", "in": "cookie", "required": true, "schema": {}},
            {"name": "Id", "in": "query", "schema": {}},
            {"name": "id", "in": "header", "required": true, "schema": {}}
        ]));
        assert_eq!((left.as_array().unwrap().len(), codes.len()), (4, 0));
    }

    #[test]
    fn leaves_out_parameters_with_a_style_of_another_location() {
        for (location, style) in [
            ("query", "matrix"),
            ("header", "form"),
            ("cookie", "simple"),
        ] {
            let parameter = |required: bool| json!([{"name": "f", "in": location, "style": style, "required": required, "schema": {}}]);
            let (left, codes) = with(parameter(false));
            assert_eq!(
                (left.as_array().unwrap().len(), codes),
                (1, vec!["parameter-left-out"]),
                "{location}"
            );
            assert_eq!(
                with(parameter(true)).1,
                ["operation-left-out"],
                "{location}"
            );
        }
        let styled = json!([{"name": "f", "in": "query", "style": "deepObject", "schema": {}}]);
        assert!(with(styled).1.is_empty());
    }

    #[test]
    fn a_parameter_of_the_path_with_another_location_is_a_path_parameter() {
        let mut document = with_operation(
            json!({"parameters": [{"name": "id", "in": "query", "schema": {"type": "integer"}}]}),
        );
        let mut found = Diagnostics::new();
        let mut context = Context {
            file: Path::new("api.yml"),
            diagnostics: &mut found,
            notes: Notes::default(),
        };
        run(&mut document, &mut context);
        let found: Vec<_> = found.iter().collect();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].code, Code::UndeclaredPathParameter);
        assert_eq!(found[0].pointer, "/paths/~1x~1{id}/get/parameters/0/in");
        assert_eq!(
            document["paths"]["/x/{id}"]["get"]["parameters"],
            json!([{"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}}])
        );
    }

    #[test]
    fn parameters_in_the_notation_of_other_tools_are_reported_at_the_path() {
        let parameter = json!([{"name": "id", "in": "path", "required": true, "schema": {}}]);
        for path in ["/x/:id", "/x/<id>/y"] {
            let operation = json!({"operationId": "a", "parameters": parameter});
            let paths = json!({path: {"get": operation, "put": operation}});
            let (_, _, codes) = pass(run, json!({"paths": paths}));
            assert_eq!(codes, ["path-template"], "{path}");
        }
    }

    #[test]
    fn declares_a_missing_path_parameter_as_a_string() {
        let (document, _, codes) = pass(run, with_operation(json!({"parameters": []})));
        assert_eq!(codes, ["undeclared-path-parameter"]);
        assert_eq!(
            document["paths"]["/x/{id}"]["get"]["parameters"],
            json!([{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}])
        );
    }

    #[test]
    fn leaves_out_a_path_parameter_that_is_not_in_the_path() {
        let (left, codes) =
            with(json!([{"name": "other", "in": "path", "required": true, "schema": {}}]));
        assert_eq!(
            (left.as_array().unwrap().len(), codes),
            (1, vec!["parameter-left-out"])
        );
    }

    #[test]
    fn a_parameter_with_a_media_type_has_its_schema_or_is_a_string() {
        let schema = json!({"type": "object"});
        let (left, codes) = with(
            json!([{"name": "f", "in": "query", "content": {"application/json": {"schema": schema}}}]),
        );
        assert!(codes.is_empty());
        assert_eq!(
            (&left[1]["schema"], &left[1]["style"]),
            (&schema, &json!("json"))
        );
        let (left, codes) =
            with(json!([{"name": "f", "in": "query", "content": {"application/xml": {}}}]));
        assert!(codes.is_empty());
        assert_eq!(left[1]["schema"], json!({"type": "string"}));
    }

    #[test]
    fn removes_headers_that_the_client_sets() {
        let (left, codes) =
            with(json!([{"name": "Authorization", "in": "header", "required": true}]));
        assert_eq!((left.as_array().unwrap().len(), codes.len()), (1, 0));
    }

    #[test]
    fn leaves_out_invalid_header_names() {
        let (left, codes) = with(json!([{"name": "X Foo", "in": "header", "schema": {}}]));
        assert_eq!(
            (left.as_array().unwrap().len(), codes),
            (1, vec!["parameter-left-out"])
        );
    }

    #[test]
    fn braces_must_match() {
        assert_eq!(template("/a/{b}/{c}.json").unwrap(), ["b", "c"]);
        assert_eq!(template("/{a}/{b}/{a}").unwrap(), ["a", "b"]);
        for bad in ["/a/{b", "/a}/b", "/{a{b}}", "/{}", "/{a/b}"] {
            assert!(template(bad).is_none(), "{bad}");
        }
    }
}
