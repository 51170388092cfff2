//! Types of inputs: the types of their uses, or of their schemas if they are not used.

use serde_json::Value;

use super::convert::{common_type, describe, of_client};
use super::infer::Use;
use super::sink::describe_sink;
use super::workflow::Lowering;
use crate::arazzo::document::InputField;
use crate::diagnostic::Code;
use crate::model::{Integer, Ty, TypeName};
use crate::openapi::extensions::SECRET;

/// Returns the type of an input with these uses.
pub(crate) fn ty(field: &InputField, uses: &[Use], lowering: &Lowering<'_>) -> Ty {
    let is_secret = field.schema.get(SECRET) == Some(&Value::Bool(true));
    match of_uses(field, uses, lowering) {
        // A secret can be passed wherever a string is taken.
        Ty::String if is_secret => Ty::Secret,
        Ty::Json if is_secret && field.schema.get("type").is_none() => Ty::Secret,
        ty => ty,
    }
}

fn of_uses(field: &InputField, uses: &[Use], lowering: &Lowering<'_>) -> Ty {
    let declared = of_schema(&field.schema);
    let Some(fit) = best_fit(field, uses) else {
        return declared;
    };
    for odd in uses
        .iter()
        .enumerate()
        .filter(|(number, _)| !fit.uses.contains(number))
    {
        let kept = fit.uses.first().and_then(|number| uses.get(*number));
        report_conflict(field, &fit.ty, odd.1, kept, lowering);
    }
    // A value with parts is not a single one, even if another step takes it whole as a string.
    if fit.ty.is_single() && uses.iter().any(|input_use| input_use.is_part) {
        return Ty::Json;
    }
    // The schema is more precise than a use as any JSON.
    if fit.ty == Ty::Json {
        return match declared {
            Ty::List(_) => Ty::Json,
            declared => declared,
        };
    }
    if let Ty::Struct(name) = &fit.ty
        && declares_more(field, name, lowering)
    {
        return Ty::Json;
    }
    let has_conflict = fit.uses.len() < uses.len();
    if let Some(declared) =
        declared_type(field).filter(|declared| !has_conflict && !is_compatible(declared, &fit.ty))
    {
        // A number or boolean has one text, and is sent as it.
        if fit.ty == Ty::String && matches!(declared, "integer" | "number" | "boolean") {
            return of_schema(&field.schema);
        }
        let contradicting = uses
            .iter()
            .find(|it| !is_compatible(declared, &it.ty))
            .or(uses.first());
        let pointer = contradicting.map_or(field.pointer.as_str(), |it| &it.pointer);
        let message = format!(
            "the input is declared as `{declared}`, but {} takes {}",
            sink(lowering, pointer),
            describe(&fit.ty)
        );
        // Only a warning: the compiler enforces the type in calls.
        let help = match (declared, &fit.ty) {
            ("string", Ty::Integer(_) | Ty::Number | Ty::Bool) => {
                "declare the type of its use, or pass a text with such a value"
            }
            _ => OF_USE,
        };
        report_contradiction(field, pointer, message, help, lowering);
    } else if !has_conflict
        && let Some(first) = uses.first()
        && let Some(part) = contradiction(&field.schema, &fit.ty, lowering)
    {
        let message = format!(
            "{} of the input is declared as `{}`, but it is {} in {}",
            part.name,
            part.declared,
            describe(&part.ty),
            sink(lowering, &first.pointer)
        );
        report_contradiction(field, &first.pointer, message, OF_USE, lowering);
    }
    match (declared_type(field), &fit.ty) {
        // The text is parsed where it is sent.
        (Some("string"), Ty::Integer(_) | Ty::Number | Ty::Bool) if !has_conflict => {
            of_schema(&field.schema)
        }
        _ => fit.ty,
    }
}

/// Help for an input that is declared with another type than that of its use.
const OF_USE: &str = "declare the type of its use, which the generated input has";

/// Reports a declared type that is not that of the use. Only a warning: the compiler enforces the type in calls.
fn report_contradiction(
    field: &InputField,
    pointer: &str,
    message: String,
    help: &str,
    lowering: &Lowering<'_>,
) {
    let at = lowering.reports.at(pointer);
    let warning = at.diagnostic(Code::TypeMismatch, message).help(help);
    let declaration = "the input is declared here";
    lowering
        .reports
        .warn(warning.related(at.file, &field.pointer, declaration));
}

/// A part of an input whose declared type is not that of its use.
struct Part<'s> {
    /// What the part is called in a message, such as "each item".
    name: String,
    declared: &'s str,
    ty: Ty,
}

/// Returns the first part of a list or of an object whose declared type is not that of its use.
fn contradiction<'s>(schema: &'s Value, ty: &Ty, lowering: &Lowering<'_>) -> Option<Part<'s>> {
    let of_part = |name: String, schema: &'s Value, ty: &Ty| {
        let ty = ty.inner();
        match declared(schema).filter(|declared| !is_compatible(declared, ty)) {
            Some(declared) => Some(Part {
                name,
                declared,
                ty: ty.clone(),
            }),
            None => contradiction(schema, ty, lowering),
        }
    };
    match ty {
        Ty::List(item) => of_part("each item".to_owned(), schema.get("items")?, item),
        Ty::Struct(name) => {
            let index = lowering.clients.get(name.api)?.index;
            let declared = schema.get("properties")?.as_object()?;
            let mut properties = index.properties(&name.name).iter();
            properties.find_map(|property| {
                let part = format!("the property `{}`", property.name);
                of_part(
                    part,
                    declared.get(&property.name)?,
                    &of_client(name.api, &property.ty),
                )
            })
        }
        _ => None,
    }
}

/// Returns `true` if an input declares a property that the type of its use does not have.
fn declares_more(field: &InputField, ty: &TypeName, lowering: &Lowering<'_>) -> bool {
    let Some(index) = lowering.clients.get(ty.api).map(|client| client.index) else {
        return false;
    };
    let declared = field.schema.get("properties").and_then(Value::as_object);
    let properties = index.properties(&ty.name);
    let is_known = |name: &str| properties.iter().any(|property| property.name == name);
    !index.is_flattened(&ty.name)
        && declared.is_some_and(|it| it.keys().any(|name| !is_known(name)))
}

/// The type that fits the most uses of an input, and the indices of these uses.
struct Fit {
    ty: Ty,
    uses: Vec<usize>,
}

/// Returns the type that fits the most uses; among several, the one that the input declares, then the first one.
fn best_fit(field: &InputField, uses: &[Use]) -> Option<Fit> {
    let fits = (0..uses.len()).filter_map(|start| {
        let mut fit = Fit {
            ty: uses.get(start)?.ty.inner().clone(),
            uses: vec![start],
        };
        for (number, other) in uses
            .iter()
            .enumerate()
            .filter(|(number, _)| *number != start)
        {
            if let Some(ty) = common_type(&[&fit.ty, &other.ty]) {
                fit.ty = ty;
                fit.uses.push(number);
            }
        }
        fit.uses.sort_unstable();
        Some(fit)
    });
    let declared = declared_type(field);
    let agrees = |fit: &Fit| declared.is_some_and(|declared| is_compatible(declared, &fit.ty));
    let mut best: Option<Fit> = None;
    for fit in fits {
        // All uses fit: the order of the uses does not matter.
        if fit.uses.len() == uses.len() {
            return Some(fit);
        }
        let rank = |fit: &Fit| (fit.uses.len(), agrees(fit));
        if best.as_ref().is_none_or(|best| rank(&fit) > rank(best)) {
            best = Some(fit);
        }
    }
    best
}

fn report_conflict(
    field: &InputField,
    ty: &Ty,
    odd: &Use,
    kept: Option<&Use>,
    lowering: &Lowering<'_>,
) {
    let at = lowering.reports.at(&odd.pointer);
    let message = format!(
        "{} takes {}, but the input is {} in other places",
        sink(lowering, &odd.pointer),
        describe(&odd.ty),
        describe(ty)
    );
    let mut error = at
        .diagnostic(Code::ConflictingTypes, message)
        .help("use one input per type")
        .related(at.file, &field.pointer, "the input is declared here");
    if let Some(kept) = kept {
        let label = format!(
            "{} takes {}",
            sink(lowering, &kept.pointer),
            describe(&kept.ty)
        );
        error = error.related(at.file, &kept.pointer, label);
    }
    lowering.reports.error(error);
}

fn sink(lowering: &Lowering<'_>, pointer: &str) -> String {
    describe_sink(lowering.workflow, pointer).unwrap_or_else(|| "a request".to_owned())
}

fn declared_type(field: &InputField) -> Option<&str> {
    declared(&field.schema)
}

fn declared(schema: &Value) -> Option<&str> {
    const TYPES: [&str; 6] = ["string", "number", "integer", "boolean", "array", "object"];
    let declared = schema.get("type").and_then(Value::as_str);
    // Another type is reported where it is declared.
    declared.filter(|declared| TYPES.contains(declared))
}

fn is_compatible(declared_type: &str, ty: &Ty) -> bool {
    match ty {
        Ty::Json | Ty::Union(_) | Ty::Opaque(_) | Ty::Foreign(_) => true,
        Ty::DateTime | Ty::Date | Ty::Uuid | Ty::Ip(_) | Ty::Bytes | Ty::JsonFields(_) => {
            declared_type == "string"
        }
        Ty::Boxed(inner) | Ty::Wrapper(_, inner) => is_compatible(declared_type, inner.inner()),
        ty if ty.is_text() => declared_type == "string",
        Ty::Bool => declared_type == "boolean",
        Ty::Integer(_) => matches!(declared_type, "integer" | "number"),
        Ty::Number => matches!(declared_type, "integer" | "number"),
        Ty::List(_) => declared_type == "array",
        _ => declared_type == "object",
    }
}

/// Returns the type that a schema declares, for inputs that are not used.
fn of_schema(schema: &Value) -> Ty {
    match schema.get("type").and_then(Value::as_str) {
        Some("string") if schema.get(SECRET) == Some(&Value::Bool(true)) => Ty::Secret,
        Some("string") => Ty::String,
        Some("integer") => Ty::Integer(Integer::I64),
        Some("number") => Ty::Number,
        Some("boolean") => Ty::Bool,
        Some("array") => Ty::List(Box::new(schema.get("items").map_or(Ty::Json, of_schema))),
        _ => Ty::Json,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Returns the type with the best fit, and the number of uses that do not fit.
    fn typed(schema: Value, types: &[Ty]) -> Option<(Ty, usize)> {
        let field = InputField {
            pointer: String::new(),
            schema,
            required: true,
        };
        let uses: Vec<_> = types
            .iter()
            .map(|ty| Use {
                ty: ty.clone(),
                variable: None,
                schema: Value::Null,
                pointer: String::new(),
                is_part: false,
            })
            .collect();
        let fit = best_fit(&field, &uses)?;
        Some((fit.ty, uses.len() - fit.uses.len()))
    }

    #[test]
    fn an_input_has_the_type_that_fits_most_uses() {
        let integer = Ty::Integer(Integer::I64);
        let list = Ty::List(Box::new(Ty::String));
        let of = |types: &[&Ty]| {
            let types: Vec<Ty> = types.iter().map(|ty| (*ty).clone()).collect();
            typed(json!({}), &types)
        };
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[&integer]), Some((integer.clone(), 0)));
        assert_eq!(of(&[&list, &integer, &integer]), Some((integer.clone(), 1)));
        assert_eq!(
            of(&[&integer, &Ty::String, &list]),
            Some((integer.clone(), 1))
        );
        assert_eq!(of(&[&integer, &list]), Some((integer.clone(), 1)));
        let declared = typed(json!({ "type": "array" }), &[integer, list.clone()]);
        assert_eq!(declared, Some((list, 1)));
    }

    #[test]
    fn an_unused_input_has_the_type_of_its_schema() {
        assert_eq!(of_schema(&json!({ "type": "boolean" })), Ty::Bool);
        assert_eq!(
            of_schema(&json!({ "type": "array", "items": { "type": "string" } })),
            Ty::List(Box::new(Ty::String))
        );
        assert_eq!(of_schema(&json!({})), Ty::Json);
    }

    #[test]
    fn compares_declared_types_with_uses() {
        let list = Ty::List(Box::new(Ty::String));
        assert!(!is_compatible("string", &Ty::Integer(Integer::I64)));
        assert!(!is_compatible("string", &list));
        assert!(is_compatible("array", &list));
        assert!(is_compatible("string", &Ty::DateTime));
    }
}
