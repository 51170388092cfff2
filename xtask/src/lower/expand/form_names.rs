//! Fields of a form whose names are paths, such as `items[0][price]`, as objects and lists.

use indexmap::IndexMap;
use serde_json::{Map, Value};

use crate::arazzo::template::Template;

/// Maximum number of names in a path.
const MAX_DEPTH: usize = 32;

/// Value of a field, or the fields that a path continues with.
enum Node {
    Value(Template),
    Fields(IndexMap<String, Node>),
}

/// Returns a form in which a path whose first name is declared is an object or a list of that name.
///
/// A form with a field that the API declares under the whole path keeps that field, and so does one with a path that
/// contradicts another field.
pub(crate) fn nested(payload: Template, is_declared: impl Fn(&str) -> bool) -> Template {
    let fields: IndexMap<String, Template> = match payload {
        Template::Object(fields) => fields,
        Template::Literal(Value::Object(fields)) => fields
            .into_iter()
            .map(|(name, value)| (name, Template::Literal(value)))
            .collect(),
        other => return other,
    };
    let mut found: IndexMap<String, Node> = IndexMap::new();
    for (name, value) in fields {
        let path = match is_declared(&name) {
            true => None,
            false => path(&name).filter(|path| path.first().is_some_and(|it| is_declared(it))),
        };
        let rest = match path {
            Some(path) => insert(&mut found, &path, value),
            None => Some(value),
        };
        if let Some(value) = rest {
            found.insert(name, Node::Value(value));
        }
    }
    object(found)
}

/// Returns the names of a path; `None` for another name.
fn path(name: &str) -> Option<Vec<String>> {
    let (first, rest) = name.split_once('[')?;
    let rest = rest.strip_suffix(']')?;
    let names = std::iter::once(first).chain(rest.split("]["));
    let names: Vec<String> = names.map(str::to_owned).collect();
    let is_plain = |name: &String| !name.contains(['[', ']']);
    (names.len() <= MAX_DEPTH && names.iter().all(is_plain)).then_some(names)
}

/// Adds a value at a path. Returns it if a part of the path has a value already.
fn insert(
    fields: &mut IndexMap<String, Node>,
    path: &[String],
    value: Template,
) -> Option<Template> {
    let Some((name, rest)) = path.split_first() else {
        return Some(value);
    };
    // `tags[]` is the next element.
    let name = match name.is_empty() {
        true => fields.len().to_string(),
        false => name.clone(),
    };
    if rest.is_empty() {
        if fields.contains_key(&name) {
            return Some(value);
        }
        fields.insert(name, Node::Value(value));
        return None;
    }
    let inner = fields
        .entry(name)
        .or_insert_with(|| Node::Fields(IndexMap::new()));
    match inner {
        Node::Fields(inner) => insert(inner, rest, value),
        Node::Value(_) => Some(value),
    }
}

fn template(node: Node) -> Template {
    let fields = match node {
        Node::Value(value) => return value,
        Node::Fields(fields) => fields,
    };
    let number = |name: &String| name.parse::<usize>().ok();
    let numbers: Option<Vec<usize>> = fields.keys().map(number).collect();
    let Some(numbers) = numbers else {
        return object(fields);
    };
    let mut items: Vec<(usize, Template)> = numbers
        .into_iter()
        .zip(fields.into_values().map(template))
        .collect();
    items.sort_by_key(|(number, _)| *number);
    let items: Vec<Template> = items.into_iter().map(|(_, item)| item).collect();
    let literals: Option<Vec<Value>> = items.iter().map(literal).collect();
    match literals {
        Some(literals) => Template::Literal(Value::Array(literals)),
        None => Template::Array(items),
    }
}

fn object(fields: IndexMap<String, Node>) -> Template {
    let fields: IndexMap<String, Template> = fields
        .into_iter()
        .map(|(name, node)| (name, template(node)))
        .collect();
    let literals: Option<Map<String, Value>> = fields
        .iter()
        .map(|(name, value)| Some((name.clone(), literal(value)?)))
        .collect();
    match literals {
        Some(literals) => Template::Literal(Value::Object(literals)),
        None => Template::Object(fields),
    }
}

fn literal(template: &Template) -> Option<Value> {
    match template {
        Template::Literal(value) => Some(value.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::arazzo::template::Reader;

    /// Compares the form with the expected one, for an API that declares `items`, `tags`, `shop` and `a[b]`.
    fn check(form: Value, expected: Value) {
        let template = |value| Reader::default().template(&value, "");
        let declared = ["items", "tags", "shop", "a", "a[b]"];
        let found = nested(template(form), |name| declared.contains(&name));
        assert_eq!(found, template(expected));
    }

    #[test]
    fn paths_become_objects_and_lists() {
        check(
            json!({ "items[0][price]": "$inputs.price", "items[1][price]": "p", "items[0][count]": 2,
                    "tags[]": "new", "shop[owner][name]": "Ida" }),
            json!({ "items": [{ "price": "$inputs.price", "count": 2 }, { "price": "p" }],
                    "tags": ["new"], "shop": { "owner": { "name": "Ida" } } }),
        );
    }

    #[test]
    fn other_names_are_kept() {
        for form in [
            json!({ "a[b]": 1 }),
            json!({ "other[0]": 1 }),
            json!({ "shop[": 1, "shop]": 2, "shop[a]b": 3, "shop[[a]]": 4 }),
            json!({ "shop": "s", "shop[name]": "Ida" }),
        ] {
            check(form.clone(), form);
        }
        let deep = format!("shop{}", "[a]".repeat(10_000));
        check(json!({ &*deep: 1 }), json!({ &*deep: 1 }));
    }
}
