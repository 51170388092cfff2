//! The types of inputs: those of the places they go to, and of their schemas where they go nowhere.

use serde_json::Value;

use super::Place;
use crate::arazzo::document::InputField;
use crate::diagnostic::{Code, Diagnostic};
use crate::lower::assign::{Use, describe};
use crate::lower::convert::shared;
use crate::model::{Integer, Ty};
use crate::openapi::extensions::SECRET;

/// The type of an input.
pub(crate) fn ty(
    field: &InputField,
    uses: &[&Use],
    at: Place<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Ty {
    let places: Vec<&Ty> = uses.iter().map(|place| &place.ty).collect();
    let declared = of_schema(&field.schema);
    let Some(ty) = shared(&places) else {
        if !places.is_empty() {
            let kinds: Vec<_> = places.iter().map(|ty| describe(ty)).collect();
            diagnostics.push(
                at.diagnostic(
                    Code::ConflictingTypes,
                    "the input goes to places whose types have nothing in common",
                )
                .help(format!("they are {}", kinds.join(" and "))),
            );
        }
        return declared;
    };
    // Where any JSON goes, the schema says more.
    if ty == Ty::Json {
        return match declared {
            Ty::List(_) => Ty::Json,
            declared => declared,
        };
    }
    let stated = field.schema.get("type").and_then(Value::as_str);
    match stated {
        Some(stated) if !agrees(stated, &ty) => {
            let message = format!(
                "the input is declared as `{stated}`, but goes to a place for {}",
                describe(&ty)
            );
            // Whoever calls the function is told by the compiler what is needed.
            diagnostics.push(
                at.diagnostic(Code::TypeMismatch, message)
                    .as_warning()
                    .help("the type of the place is used"),
            );
        }
        _ => {}
    }
    ty
}

fn agrees(stated: &str, ty: &Ty) -> bool {
    match ty {
        Ty::Json
        | Ty::Union(_)
        | Ty::Opaque(_)
        | Ty::Foreign(_)
        | Ty::DateTime
        | Ty::Date
        | Ty::Uuid
        | Ty::Ip(_)
        | Ty::Bytes => true,
        Ty::Boxed(inner) | Ty::Wrapper(_, inner) => agrees(stated, inner.inner()),
        ty if ty.is_text() => stated == "string",
        Ty::Bool => stated == "boolean",
        Ty::Integer(_) => matches!(stated, "integer" | "number"),
        Ty::Number => matches!(stated, "integer" | "number"),
        Ty::List(_) => stated == "array",
        _ => stated == "object",
    }
}

/// The type that a schema says, for inputs that go nowhere.
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
    use std::path::Path;

    use serde_json::json;

    use super::*;

    fn typed(schema: Value, places: &[Ty]) -> (Ty, Vec<&'static str>) {
        let field = InputField {
            pointer: String::new(),
            schema,
            required: true,
        };
        let uses: Vec<_> = places
            .iter()
            .map(|ty| Use {
                input: 0,
                ty: ty.clone(),
                variable: None,
                schema: Value::Null,
            })
            .collect();
        let mut diagnostics = Vec::new();
        let at = Place {
            file: Path::new("a.yml"),
            pointer: "",
        };
        let ty = ty(
            &field,
            &uses.iter().collect::<Vec<_>>(),
            at,
            &mut diagnostics,
        );
        (
            ty,
            diagnostics
                .into_iter()
                .map(|diagnostic| diagnostic.code.as_str())
                .collect(),
        )
    }

    #[test]
    fn an_input_has_the_type_of_its_place() {
        let integer = Ty::Integer(Integer::I64);
        assert_eq!(
            typed(json!({ "type": "integer" }), std::slice::from_ref(&integer)),
            (integer, vec![])
        );
    }

    #[test]
    fn an_input_that_goes_nowhere_has_the_type_of_its_schema() {
        assert_eq!(typed(json!({ "type": "boolean" }), &[]), (Ty::Bool, vec![]));
        assert_eq!(
            typed(
                json!({ "type": "array", "items": { "type": "string" } }),
                &[]
            )
            .0,
            Ty::List(Box::new(Ty::String))
        );
        assert_eq!(typed(json!({}), &[]).0, Ty::Json);
        assert_eq!(
            typed(json!({ "type": "string" }), &[Ty::Json]).0,
            Ty::String
        );
    }

    #[test]
    fn a_declared_type_that_contradicts_the_place_is_reported() {
        let integer = Ty::Integer(Integer::I64);
        assert_eq!(
            typed(json!({ "type": "string" }), std::slice::from_ref(&integer)),
            (integer.clone(), vec!["type-mismatch"])
        );
        let list = Ty::List(Box::new(Ty::String));
        assert_eq!(
            typed(json!({ "type": "string" }), std::slice::from_ref(&list)).1,
            ["type-mismatch"]
        );
        assert_eq!(
            typed(json!({ "type": "string" }), &[list, integer]).1,
            ["conflicting-types"]
        );
    }
}
