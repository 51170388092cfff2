//! Properties that need not be there: absent, null and empty are three things, where the document knows all three.
//!
//! typify makes one `Option` of a property that is both optional and nullable, so that null reads as absent and cannot
//! be sent; and a list or map that is optional becomes one that is empty where it is absent, so that an empty one is
//! never sent. Here the former is an `Option<Option<T>>`, whose outer `Option` says whether the property is there, and
//! the latter an `Option<Vec<T>>`. Where a type has a null of its own, as any JSON has, one `Option` tells both apart.

use syn::punctuated::Punctuated;
use syn::{Attribute, Fields, Item, Meta, Token, Type, parse_quote};

use super::Schemas;
use crate::openapi::description::{ApiDescription, Part};
use crate::openapi::progenitor::types::{Field, Kind, Types, inside, named};

/// Rewrites the fields of every structure.
pub(super) fn tell_apart(types: &mut Types, schemas: &Schemas, api: ApiDescription<'_>) {
    let names: Vec<String> = types.items.keys().cloned().collect();
    for name in names {
        let fields = types.fields(&name);
        let forms: Vec<Option<Form>> = fields
            .iter()
            .map(|field| {
                let property = schemas.property(&name, &field.name, api);
                form(field, property, types, api)
            })
            .collect();
        let Some(Item::Struct(definition)) =
            types.items.get_mut(&name).map(|item| &mut item.definition)
        else {
            continue;
        };
        if let Fields::Named(named) = &mut definition.fields {
            for (field, form) in named.named.iter_mut().zip(forms) {
                if let Some(form) = form {
                    rewrite(field, form);
                }
            }
        }
    }
}

/// What a field becomes.
enum Form {
    /// `Option<T>` of what was a list or map that is empty where it is absent.
    MaybeEmpty,
    /// `Option<Option<T>>`.
    MaybeNull,
    /// `Option<T>`, where null is a `T`.
    AnyJson,
}

/// What a field becomes; nothing where it is well as it is.
fn form(
    field: &Field,
    property: Option<Part<'_>>,
    types: &Types,
    api: ApiDescription<'_>,
) -> Option<Form> {
    let left_out_if = field.left_out_if.as_deref()?;
    if left_out_if != "Option::is_none" {
        return left_out_if
            .ends_with("::is_empty")
            .then_some(Form::MaybeEmpty);
    }
    let inner = inside(&field.ty, "Option")?;
    let null = property
        .map(|property| null_in(property, api))
        .unwrap_or_default();
    match (null, has_null(inner, types)) {
        (Null::Forbidden, _) | (Null::Unsaid, false) => None,
        (Null::Allowed | Null::Unsaid, true) => Some(Form::AnyJson),
        (Null::Allowed, false) => Some(Form::MaybeNull),
    }
}

/// What the document says of null in a place.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Null {
    Allowed,
    Forbidden,
    #[default]
    Unsaid,
}

/// A place says it itself, or what it refers to does.
fn null_in(property: Part<'_>, api: ApiDescription<'_>) -> Null {
    let said = |part: &Part<'_>| {
        part.value
            .get("nullable")
            .and_then(serde_json::Value::as_bool)
    };
    match said(&property).or_else(|| said(&api.schema(property))) {
        Some(true) => Null::Allowed,
        Some(false) => Null::Forbidden,
        None => Null::Unsaid,
    }
}

/// Whether null is one of a type's own values.
fn has_null(ty: &Type, types: &Types) -> bool {
    let Some(name) = named(ty) else {
        return false;
    };
    match (name.as_str(), types.items.get(&name).map(|item| &item.kind)) {
        ("Box", None) => inside(ty, "Box").is_some_and(|inner| has_null(inner, types)),
        ("Value", None) => true,
        (_, Some(Kind::Newtype(inner))) => {
            inside(inner, "Option").is_some() || has_null(inner, types)
        }
        _ => false,
    }
}

fn rewrite(field: &mut syn::Field, form: Form) {
    let ty = &field.ty;
    if !matches!(form, Form::AnyJson) {
        field.ty = parse_quote!(Option<#ty>);
    }
    let others = other_settings(&field.attrs);
    let is_setting = |attribute: &Attribute| attribute.path().is_ident("serde");
    field.attrs.retain(|attribute| !is_setting(attribute));
    if let Form::MaybeEmpty = form {
        field
            .attrs
            .push(parse_quote!(#[serde(#(#others,)* skip_serializing_if = "Option::is_none")]));
        return;
    }
    // By itself it fits in a line.
    if !others.is_empty() {
        field.attrs.push(parse_quote!(#[serde(#(#others),*)]));
    }
    field.attrs.push(parse_quote! {
        #[serde(default, with = "runtime::nullable", skip_serializing_if = "Option::is_none")]
    });
}

/// What serde is told of a field beside when it is there.
fn other_settings(attrs: &[Attribute]) -> Vec<Meta> {
    let settings = attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"));
    let settings = settings.filter_map(|attribute| {
        let parse = Punctuated::<Meta, Token![,]>::parse_terminated;
        attribute.parse_args_with(parse).ok()
    });
    let rewritten = ["default", "skip_serializing_if"];
    settings
        .flatten()
        .filter(|meta| !rewritten.iter().any(|name| meta.path().is_ident(name)))
        .collect()
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;
    use serde_json::json;

    use super::*;

    /// The fields of `A`, each with its attribute, by the schemas of its properties.
    fn told_apart(properties: serde_json::Value, fields: &str) -> String {
        let document = json!({ "components": { "schemas": {
            "A": { "properties": properties },
            "Anything": { "description": "No type is stated." },
            "Kind": { "type": "string", "nullable": true },
        } } });
        let source = format!(
            "pub struct A {{ {fields} }}
            #[derive(Deserialize)] pub struct Anything(pub serde_json::Value);
            pub struct Kind(String);"
        );
        let mut types = Types::read(syn::parse_file(&source).expect("parses").items);
        let api = ApiDescription::new(&document);
        let schemas = Schemas::pair(&types, &[], api);
        tell_apart(&mut types, &schemas, api);
        let text = types.items["A"].definition.to_token_stream().to_string();
        text.replace(' ', "")
    }

    const OPTIONAL: &str = r#"#[serde(skip_serializing_if = "Option::is_none")]"#;

    #[test]
    fn an_optional_property_that_may_be_null_has_an_option_for_each() {
        let nullable = json!({ "type": "string", "nullable": true });
        let referring = json!({ "allOf": [{ "$ref": "#/components/schemas/Kind" }] });
        for (schema, ty) in [(nullable, "String"), (referring, "Kind")] {
            let text = told_apart(
                json!({ "a": schema }),
                &format!("{OPTIONAL} pub a: Option<{ty}>"),
            );
            let expected = r#"#[serde(default,with="runtime::nullable",skip_serializing_if="Option::is_none")]"#;
            assert!(
                text.contains(&format!("{expected}puba:Option<Option<{ty}>>")),
                "{text}"
            );
        }
    }

    #[test]
    fn what_cannot_be_null_or_cannot_be_absent_stays_as_it_is() {
        let text = told_apart(
            json!({ "a": { "type": "string" }, "b": { "type": "string", "nullable": true } }),
            &format!(
                r#"{OPTIONAL} pub a: Option<String>, #[serde(deserialize_with = "Option::deserialize")] pub b: Option<String>"#
            ),
        );
        assert!(text.contains("puba:Option<String>"), "{text}");
        assert!(
            text.contains(r#"(deserialize_with="Option::deserialize")]pubb:Option<String>"#),
            "{text}"
        );
        assert!(!text.contains("present"), "{text}");
    }

    #[test]
    fn null_of_a_type_that_has_one_is_a_value_of_it() {
        let anything = json!({ "$ref": "#/components/schemas/Anything" });
        for (schema, ty) in [
            (json!({}), "serde_json::Value"),
            (json!({ "nullable": true }), "serde_json::Value"),
            (anything, "Anything"),
        ] {
            let text = told_apart(
                json!({ "a": schema }),
                &format!("{OPTIONAL} pub a: Option<{ty}>"),
            );
            assert!(text.contains(&format!("puba:Option<{ty}>")), "{text}");
            assert!(text.contains(r#"with="runtime::nullable""#), "{text}");
        }
        let text = told_apart(
            json!({ "a": { "nullable": false } }),
            &format!("{OPTIONAL} pub a: Option<serde_json::Value>"),
        );
        assert!(!text.contains("present"), "{text}");
    }

    #[test]
    fn an_empty_list_is_not_an_absent_one() {
        let text = told_apart(
            json!({ "a-b": { "type": "array", "items": { "type": "string" } } }),
            r#"#[serde(rename = "a-b", default, skip_serializing_if = "Vec::is_empty")] pub a_b: Vec<String>"#,
        );
        assert!(
            text.contains(r#"#[serde(rename="a-b",skip_serializing_if="Option::is_none")]puba_b:Option<Vec<String>>"#),
            "{text}"
        );
    }

    #[test]
    fn a_list_that_may_be_null_too_has_both() {
        let text = told_apart(
            json!({ "a": { "type": "array", "nullable": true, "items": { "type": "string" } } }),
            &format!("{OPTIONAL} pub a: Option<Vec<String>>"),
        );
        assert!(text.contains("puba:Option<Option<Vec<String>>>"), "{text}");
    }
}
