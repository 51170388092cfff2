//! Patch of optional properties: distinguishes absent, null and empty values.
//!
//! typify generates one `Option` for a property that is both optional and nullable: null decodes as absent and
//! cannot be sent. This patch makes it an `Option<Option<T>>`, whose outer `Option` is `None` if the property is
//! absent. If null is already a value of `T`, as for any JSON, one `Option` is enough.
//!
//! typify also decodes an absent list or map as empty, and never sends an empty one. This patch makes it an
//! `Option<Vec<T>>`.

use std::collections::BTreeMap;

use syn::punctuated::Punctuated;
use syn::{Attribute, Fields, Item, Meta, Token, Type, parse_quote};

use super::Schemas;
use crate::openapi::description::{ApiDescription, Part};
use crate::openapi::progenitor::types::{
    Field, TypeItem, TypeKind, Types, named_fields, type_argument, type_name,
};

/// Moves the boxes of recursive types into their `Option`s.
///
/// typify generates `Box<Option<T>>` for an optional property of a ring of types, which is sent as null if it is
/// absent.
pub(super) fn box_values(types: &mut Types) {
    let definitions = types.items.values_mut().map(|item| &mut item.definition);
    for field in definitions.flat_map(lists_of_fields).flatten() {
        let inner = type_argument(&field.ty, "Box").and_then(|ty| type_argument(ty, "Option"));
        let Some(inner) = inner.cloned() else {
            continue;
        };
        field.ty = parse_quote!(Option<Box<#inner>>);
        let is_setting = |attribute: &Attribute| attribute.path().is_ident("serde");
        let mut settings = settings(&field.attrs);
        let before = settings.len();
        settings.retain(|meta| !meta.path().is_ident("default"));
        settings.push(match settings.len() < before {
            true => parse_quote!(skip_serializing_if = "Option::is_none"),
            // A required property can be null, but not absent.
            false => parse_quote!(deserialize_with = "Option::deserialize"),
        });
        field.attrs.retain(|attribute| !is_setting(attribute));
        field.attrs.push(parse_quote!(#[serde(#(#settings),*)]));
    }
}

/// Rewrites the fields of every struct, and of the variants of enums.
pub(super) fn distinguish_null(types: &mut Types, schemas: &Schemas, api: ApiDescription<'_>) {
    let names: Vec<String> = types.items.keys().cloned().collect();
    for name in names {
        let Some(item) = types.items.get(&name) else {
            continue;
        };
        let forms = forms(item, types, schemas, api);
        let item = types.items.get_mut(&name);
        let lists = item.map(|item| lists_of_fields(&mut item.definition));
        for (fields, forms) in lists.into_iter().flatten().zip(forms) {
            for (field, form) in fields.iter_mut().zip(forms) {
                if let Some(form) = form {
                    rewrite(field, form);
                }
            }
        }
    }
}

/// Returns the fields of a struct, or those of each variant of an enum.
fn lists_of_fields(definition: &mut Item) -> Vec<&mut Fields> {
    match definition {
        Item::Struct(definition) => vec![&mut definition.fields],
        Item::Enum(definition) => {
            let variants = definition.variants.iter_mut();
            variants.map(|variant| &mut variant.fields).collect()
        }
        _ => Vec::new(),
    }
}

/// Returns the new forms of the fields of a struct, or of those of each variant of an enum.
fn forms(
    item: &TypeItem,
    types: &Types,
    schemas: &Schemas,
    api: ApiDescription<'_>,
) -> Vec<Vec<Option<Form>>> {
    let form_of = |fields: Vec<Field>, mut properties: BTreeMap<&str, Part<'_>>| {
        let forms = fields.iter().map(|field| {
            let property = properties.remove(field.name.as_str());
            form(field, property, types, api)
        });
        forms.collect()
    };
    match &item.definition {
        Item::Struct(_) => vec![form_of(item.fields(), schemas.properties(&item.name, api))],
        Item::Enum(definition) => {
            let alternatives = schemas
                .of(&item.name, api)
                .and_then(|schema| schema.get("oneOf"));
            let alternatives = alternatives.map(|it| it.elements()).unwrap_or_default();
            let alternatives = match alternatives.len() == definition.variants.len() {
                true => alternatives,
                false => Vec::new(),
            };
            let variants = definition.variants.iter().enumerate();
            let forms = variants.map(|(number, variant)| {
                let fields = match &variant.fields {
                    Fields::Named(_) => named_fields(&variant.fields),
                    _ => Vec::new(),
                };
                let properties = alternatives.get(number).map(|it| api.properties(it));
                form_of(fields, properties.into_iter().flatten().collect())
            });
            forms.collect()
        }
        _ => Vec::new(),
    }
}

/// New form of a field.
enum Form {
    /// `Option<T>` in place of a list or map that decodes as empty if absent.
    MaybeEmpty,
    /// `Option<Option<T>>`.
    MaybeNull,
    /// `Option<T>`, with null as a value of `T`.
    AnyJson,
}

/// Returns the new form of a field, or `None` if it stays unchanged.
fn form(
    field: &Field,
    property: Option<Part<'_>>,
    types: &Types,
    api: ApiDescription<'_>,
) -> Option<Form> {
    let skip_serializing_if = field.skip_serializing_if.as_deref()?;
    if skip_serializing_if != "Option::is_none" {
        return skip_serializing_if
            .ends_with("::is_empty")
            .then_some(Form::MaybeEmpty);
    }
    let inner = type_argument(&field.ty, "Option")?;
    let null = property
        .map(|property| null_in(property, api))
        .unwrap_or_default();
    match (null, has_null(inner, types)) {
        (Null::Forbidden, _) | (Null::Unspecified, false) => None,
        (Null::Allowed | Null::Unspecified, true) => Some(Form::AnyJson),
        (Null::Allowed, false) => Some(Form::MaybeNull),
    }
}

/// Value of `nullable` in the document.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Null {
    Allowed,
    Forbidden,
    #[default]
    Unspecified,
}

/// Reads `nullable` from a property, or from the schema that it references.
fn null_in(property: Part<'_>, api: ApiDescription<'_>) -> Null {
    let nullable = |part: &Part<'_>| {
        part.value
            .get("nullable")
            .and_then(serde_json::Value::as_bool)
    };
    match nullable(&property).or_else(|| nullable(&api.schema(property))) {
        Some(true) => Null::Allowed,
        Some(false) => Null::Forbidden,
        None => Null::Unspecified,
    }
}

/// Returns `true` if null is a value of the type itself.
fn has_null(ty: &Type, types: &Types) -> bool {
    let Some(name) = type_name(ty) else {
        return false;
    };
    match (name.as_str(), types.items.get(&name).map(|item| &item.kind)) {
        ("Box", None) => type_argument(ty, "Box").is_some_and(|inner| has_null(inner, types)),
        ("Value", None) => true,
        (_, Some(TypeKind::Newtype(inner))) => {
            type_argument(inner, "Option").is_some() || has_null(inner, types)
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
    // A separate attribute fits in one line.
    if !others.is_empty() {
        field.attrs.push(parse_quote!(#[serde(#(#others),*)]));
    }
    field.attrs.push(parse_quote! {
        #[serde(default, with = "runtime::nullable", skip_serializing_if = "Option::is_none")]
    });
}

/// Returns the serde attributes of a field except those that this patch sets.
fn other_settings(attrs: &[Attribute]) -> Vec<Meta> {
    let rewritten = ["default", "skip_serializing_if"];
    let mut others = settings(attrs);
    others.retain(|meta| !rewritten.iter().any(|name| meta.path().is_ident(name)));
    others
}

/// Returns the serde attributes of a field.
fn settings(attrs: &[Attribute]) -> Vec<Meta> {
    let settings = attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"));
    let settings = settings.filter_map(|attribute| {
        let parse = Punctuated::<Meta, Token![,]>::parse_terminated;
        attribute.parse_args_with(parse).ok()
    });
    settings.flatten().collect()
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;
    use serde_json::json;

    use super::*;

    /// Returns the patched definition of `A`.
    fn patched(properties: serde_json::Value, fields: &str) -> String {
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
        distinguish_null(&mut types, &schemas, api);
        let text = types.items["A"].definition.to_token_stream().to_string();
        text.replace(' ', "")
    }

    #[test]
    fn fields_of_variants_distinguish_absent_null_and_empty_values_too() {
        let document = json!({ "components": { "schemas": { "A": { "oneOf": [
            { "properties": { "a": { "nullable": true }, "b": {} } },
            { "properties": { "c": {} } },
        ] } } } });
        let source = r#"pub enum A {
            B {
                #[serde(skip_serializing_if = "Option::is_none")] a: Option<String>,
                #[serde(default, skip_serializing_if = "Vec::is_empty")] b: Vec<String>,
            },
            C(String),
        }"#;
        let mut types = Types::read(syn::parse_file(source).expect("parses").items);
        let api = ApiDescription::new(&document);
        let schemas = Schemas::pair(&types, &[], api);
        distinguish_null(&mut types, &schemas, api);
        let text = types.items["A"].definition.to_token_stream().to_string();
        let text = text.replace(' ', "");
        assert!(text.contains("a:Option<Option<String>>"), "{text}");
        assert!(text.contains("b:Option<Vec<String>>"), "{text}");
        assert!(text.contains("C(String)"), "{text}");
    }

    #[test]
    fn an_absent_property_of_a_ring_of_types_is_not_null() {
        let source = r#"pub struct A {
            #[serde(rename = "b-b", default)] pub b: Box<Option<B>>,
            pub required: Box<Option<B>>,
            pub other: Box<B>,
        }
        pub struct B { pub a: Option<A> }"#;
        let mut types = Types::read(syn::parse_file(source).expect("parses").items);
        box_values(&mut types);
        let text = types.items["A"].definition.to_token_stream().to_string();
        let text = text.replace(' ', "");
        for expected in [
            r#"#[serde(rename="b-b",skip_serializing_if="Option::is_none")]pubb:Option<Box<B>>"#,
            r#"#[serde(deserialize_with="Option::deserialize")]pubrequired:Option<Box<B>>"#,
            "pubother:Box<B>",
        ] {
            assert!(text.contains(expected), "{text}");
        }
    }

    const OPTIONAL: &str = r#"#[serde(skip_serializing_if = "Option::is_none")]"#;

    #[test]
    fn an_optional_nullable_property_has_two_options() {
        let nullable = json!({ "type": "string", "nullable": true });
        let reference = json!({ "allOf": [{ "$ref": "#/components/schemas/Kind" }] });
        for (schema, ty) in [(nullable, "String"), (reference, "Kind")] {
            let text = patched(
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
    fn properties_that_are_only_optional_or_only_nullable_stay_unchanged() {
        let text = patched(
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
        assert!(!text.contains("nullable"), "{text}");
    }

    #[test]
    fn null_is_a_value_of_types_that_accept_any_json() {
        let anything = json!({ "$ref": "#/components/schemas/Anything" });
        for (schema, ty) in [
            (json!({}), "serde_json::Value"),
            (json!({ "nullable": true }), "serde_json::Value"),
            (anything, "Anything"),
        ] {
            let text = patched(
                json!({ "a": schema }),
                &format!("{OPTIONAL} pub a: Option<{ty}>"),
            );
            assert!(text.contains(&format!("puba:Option<{ty}>")), "{text}");
            assert!(text.contains(r#"with="runtime::nullable""#), "{text}");
        }
        let text = patched(
            json!({ "a": { "nullable": false } }),
            &format!("{OPTIONAL} pub a: Option<serde_json::Value>"),
        );
        assert!(!text.contains("nullable"), "{text}");
    }

    #[test]
    fn an_empty_list_differs_from_an_absent_one() {
        let text = patched(
            json!({ "a-b": { "type": "array", "items": { "type": "string" } } }),
            r#"#[serde(rename = "a-b", default, skip_serializing_if = "Vec::is_empty")] pub a_b: Vec<String>"#,
        );
        assert!(
            text.contains(r#"#[serde(rename="a-b",skip_serializing_if="Option::is_none")]puba_b:Option<Vec<String>>"#),
            "{text}"
        );
    }

    #[test]
    fn an_optional_nullable_list_has_two_options() {
        let text = patched(
            json!({ "a": { "type": "array", "nullable": true, "items": { "type": "string" } } }),
            &format!("{OPTIONAL} pub a: Option<Vec<String>>"),
        );
        assert!(text.contains("puba:Option<Option<Vec<String>>>"), "{text}");
    }
}
