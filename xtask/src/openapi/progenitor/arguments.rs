//! Parameters in the form in which progenitor receives them, and their way back.
//!
//! progenitor serializes the default styles only, takes only scalars in paths and headers, has no cookies, and names
//! an argument after its parameter, so that two parameters of one name collide. Each other parameter is passed to it
//! as a query parameter with a name of its own. Its argument then has the full type, and the patch of the method
//! body sends it where it belongs.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::names::folded;
use crate::openapi::description::{ApiDescription, Location, Operation, Parameter};
use crate::openapi::normalize::argument_name;

/// Maximum number of references and compositions on the way to the type of a schema.
const MAX_DEPTH: usize = 32;

/// Parameter of an operation, as progenitor receives it.
#[derive(Clone, Debug)]
pub struct Passed<'o, 'd> {
    pub parameter: &'o Parameter<'d>,
    /// Name that progenitor derives the argument from.
    pub name: String,
    /// `true` if it is passed as a query parameter although it is not one, or has another name or style.
    pub is_replaced: bool,
    /// Variant of the runtime's `ParameterStyle`; `None` for a query parameter in the default style.
    pub style: Option<&'static str>,
}

/// Returns the parameters of an operation, each with a unique name.
pub fn passed<'o, 'd>(
    operation: &'o Operation<'d>,
    api: ApiDescription<'d>,
) -> Vec<Passed<'o, 'd>> {
    // Names of variables in the methods that progenitor generates.
    let mut taken = BTreeSet::from(["headermap".to_owned(), "body".to_owned()]);
    // The names of path parameters also occur in the path, so they are the first to be assigned.
    let mut order: Vec<usize> = (0..operation.parameters.len()).collect();
    order.sort_by_key(|index| operation.parameters[*index].location != Location::Path);
    let mut found: Vec<(usize, Passed<'o, 'd>)> = order
        .into_iter()
        .map(|index| {
            let parameter = &operation.parameters[index];
            let name = unique_name(parameter, index, &taken);
            taken.insert(folded(&argument_name(&name)));
            let style = style(parameter, api);
            let is_renamed = name != parameter.name;
            let is_replaced = match parameter.location {
                Location::Query | Location::QueryString => is_renamed || style.is_some(),
                Location::Path | Location::Header => is_renamed || !is_plain(parameter, api),
                Location::Cookie => true,
            };
            let passed = Passed {
                parameter,
                name,
                is_replaced,
                style,
            };
            (index, passed)
        })
        .collect();
    found.sort_by_key(|(index, _)| *index);
    found.into_iter().map(|(_, passed)| passed).collect()
}

/// Parameters of an operation by the arguments that are generated from them.
#[derive(Clone, Debug)]
pub struct ByArgument<'o, 'd>(BTreeMap<String, &'o Parameter<'d>>);

impl<'o, 'd> ByArgument<'o, 'd> {
    /// Pairs the parameters of an operation with their arguments.
    pub fn of(operation: &'o Operation<'d>, api: ApiDescription<'d>) -> Self {
        let mut found = BTreeMap::new();
        for passed in passed(operation, api) {
            let argument = folded(&argument_name(&passed.name));
            found.entry(argument).or_insert(passed.parameter);
        }
        Self(found)
    }

    /// Returns the parameter that an argument is generated from.
    pub fn get(&self, argument: &str) -> Option<&'o Parameter<'d>> {
        self.0.get(&folded(argument)).copied()
    }
}

/// Returns the path that is passed to progenitor: the number of the operation, and each parameter of the URL once.
///
/// The path of the document is in none of the code that is kept, so progenitor does not have to accept it.
pub fn path(operation: &Operation<'_>, api: ApiDescription<'_>, number: usize) -> String {
    let passed = passed(operation, api);
    let is_passed = |name: &String| {
        let mut passed = passed.iter();
        !passed.any(|passed| passed.parameter.is(name, Location::Path) && passed.is_replaced)
    };
    let mut names = parameter_names(operation.path);
    names.retain(is_passed);
    let names = names.iter().map(|name| format!("/{{{name}}}"));
    format!("/{number}{}", names.collect::<String>())
}

/// Returns the parameter names of a path template, each once, in order.
pub fn parameter_names(path: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for part in path.split('{').skip(1) {
        if let Some((name, _)) = part.split_once('}')
            && !names.iter().any(|known| known == name)
        {
            names.push(name.to_owned());
        }
    }
    names
}

/// Replaces the parameters of an operation for progenitor.
pub fn replace(operation: &Operation<'_>, api: ApiDescription<'_>, kept: &mut Map<String, Value>) {
    let parameters = passed(operation, api).into_iter().map(|passed| {
        let mut parameter = passed.parameter.part.value.clone();
        if let (true, Some(map)) = (passed.is_replaced, parameter.as_object_mut()) {
            map.insert("name".into(), passed.name.into());
            map.insert("in".into(), "query".into());
            map.insert("required".into(), passed.parameter.required.into());
        }
        parameter
    });
    kept.insert("parameters".into(), parameters.collect());
}

fn unique_name(parameter: &Parameter<'_>, index: usize, taken: &BTreeSet<String>) -> String {
    let is_free = |name: &String| {
        let argument = argument_name(name);
        argument.chars().any(char::is_alphanumeric) && !taken.contains(&folded(&argument))
    };
    let (name, location) = (parameter.name, parameter.location.as_str());
    let candidates = [
        name.to_owned(),
        format!("{name}_{location}"),
        format!("{location}_{index}"),
    ];
    let numbered = (2_usize..).map(|number| format!("{location}_{index}_{number}"));
    let mut candidates = candidates.into_iter().chain(numbered);
    candidates.find(is_free).unwrap_or_default()
}

/// Returns the style in which a parameter is sent, unless it is a query parameter in the default style.
fn style(parameter: &Parameter<'_>, api: ApiDescription<'_>) -> Option<&'static str> {
    let declared = parameter.part.text("style");
    let explode = parameter.part.value.get("explode").and_then(Value::as_bool);
    let exploded = |default: bool| explode.unwrap_or(default);
    let pick = |exploded: bool, style: &'static str, other: &'static str| match exploded {
        true => style,
        false => other,
    };
    Some(match (parameter.location, declared) {
        (_, Some("json")) => "Json",
        (Location::Path, Some("label")) => pick(exploded(false), "LabelExploded", "Label"),
        (Location::Path, Some("matrix")) => pick(exploded(false), "MatrixExploded", "Matrix"),
        (Location::Path | Location::Header, _) => pick(exploded(false), "SimpleExploded", "Simple"),
        (Location::Cookie, _) => pick(exploded(true), "FormExploded", "Form"),
        (_, Some("deepObject")) => "DeepObject",
        (_, Some("spaceDelimited")) => pick(exploded(false), "FormExploded", "SpaceDelimited"),
        (_, Some("pipeDelimited")) => pick(exploded(false), "FormExploded", "PipeDelimited"),
        (_, _) if exploded(true) || is_scalar(parameter, api) => {
            return parameter
                .part
                .is_true("allowReserved")
                .then_some("FormExploded");
        }
        _ => "Form",
    })
}

/// Returns `true` for a path or header parameter that progenitor can serialize by its `Display`.
fn is_plain(parameter: &Parameter<'_>, api: ApiDescription<'_>) -> bool {
    matches!(parameter.part.text("style"), None | Some("simple")) && is_scalar(parameter, api)
}

/// Returns `true` if the string form of a parameter's type is the one that is sent.
fn is_scalar(parameter: &Parameter<'_>, api: ApiDescription<'_>) -> bool {
    parameter
        .schema()
        .is_none_or(|schema| has_string_form(schema.value, api, MAX_DEPTH))
}

fn has_string_form<'d>(schema: &'d Value, api: ApiDescription<'d>, depth: usize) -> bool {
    if depth == 0 {
        return false;
    }
    let is_named = schema.get("$ref").is_some();
    let schema = api.resolve_value(schema);
    if let Some(Value::Array(parts)) = schema.get("allOf") {
        return parts
            .iter()
            .all(|part| has_string_form(part, api, depth - 1));
    }
    schema.get("oneOf").is_none()
        && schema.get("anyOf").is_none()
        // The `Display` of a time is not the form in JSON.
        && schema.get("format").and_then(Value::as_str) != Some("date-time")
        && match schema.get("type").and_then(Value::as_str) {
            Some("string") => true,
            // A type of its own has no `Display`.
            Some("integer" | "number" | "boolean") => !is_named,
            _ => false,
        }
}
