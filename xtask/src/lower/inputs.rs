//! Types of inputs: the types of their uses, or of their schemas if they are not used.

use serde_json::Value;

use super::convert::{common_type, describe};
use super::infer::Use;
use super::report::Reports;
use crate::arazzo::document::InputField;
use crate::diagnostic::Code;
use crate::model::{Integer, Ty};
use crate::openapi::extensions::SECRET;

/// Returns the type of an input with these uses.
pub(crate) fn ty(field: &InputField, uses: &[Use], reports: &Reports<'_>) -> Ty {
    let at = reports.at(&field.pointer);
    let types: Vec<&Ty> = uses.iter().map(|input_use| &input_use.ty).collect();
    let declared = of_schema(&field.schema);
    let Some(ty) = common_type(&types) else {
        if !types.is_empty() {
            let descriptions: Vec<_> = types.iter().map(|ty| describe(ty)).collect();
            let error = at.diagnostic(
                Code::ConflictingTypes,
                "the input is used as values of incompatible types",
            );
            reports.error(error.help(format!("it is used as {}", descriptions.join(" and "))));
        }
        return declared;
    };
    // The schema is more precise than a use as any JSON.
    if ty == Ty::Json {
        return match declared {
            Ty::List(_) => Ty::Json,
            declared => declared,
        };
    }
    let declared_type = field.schema.get("type").and_then(Value::as_str);
    match declared_type {
        Some(declared_type) if !is_compatible(declared_type, &ty) => {
            let message = format!(
                "the input is declared as `{declared_type}`, but used as {}",
                describe(&ty)
            );
            // Only a warning: the compiler enforces the type in calls.
            let warning = at.diagnostic(Code::TypeMismatch, message);
            reports.warn(warning.help("the type of the input is that of its use"));
        }
        _ => {}
    }
    ty
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
    use std::path::Path;

    use serde_json::json;

    use super::*;

    fn typed(schema: Value, types: &[Ty]) -> (Ty, Vec<&'static str>) {
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
            })
            .collect();
        let reports = Reports::new(Path::new("a.yml"));
        let ty = ty(&field, &uses, &reports);
        let findings = reports.into_findings();
        (
            ty,
            findings.into_iter().map(|it| it.code.as_str()).collect(),
        )
    }

    #[test]
    fn an_input_has_the_type_of_its_use() {
        let integer = Ty::Integer(Integer::I64);
        assert_eq!(
            typed(json!({ "type": "integer" }), std::slice::from_ref(&integer)),
            (integer, vec![])
        );
    }

    #[test]
    fn an_unused_input_has_the_type_of_its_schema() {
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
    fn reports_a_declared_type_that_contradicts_the_use() {
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
