//! Structs that are JSON objects, with the runtime's implementations of serde in place of derived ones.
//!
//! Derived implementations are most of the code that users of a client compile.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::{Attribute, Item, parse_quote};

use crate::openapi::progenitor::types::{
    Field, TypeItem, TypeKind, Types, serde_flag, serde_value, type_name,
};

/// Returns the definition and the implementations of a type as they are printed.
pub(super) fn printed(item: &TypeItem, types: &Types) -> Vec<Item> {
    match object(item, types) {
        Some((definition, implementation)) => [definition, implementation]
            .into_iter()
            .chain(item.impls.iter().cloned())
            .collect(),
        None => std::iter::once(&item.definition)
            .chain(&item.impls)
            .cloned()
            .collect(),
    }
}

/// Returns a struct without settings of serde, and the macro call that has the same meaning. `None` if the macro does not
/// support one of the settings.
fn object(item: &TypeItem, types: &Types) -> Option<(Item, Item)> {
    let Item::Struct(definition) = &item.definition else {
        return None;
    };
    let is_serde = |attribute: &Attribute| attribute.path().is_ident("serde");
    let derived = item.derived();
    let (serde, others): (Vec<_>, Vec<_>) = derived
        .into_iter()
        .partition(|path| path.starts_with("serde::"));
    if !matches!(item.kind, TypeKind::Struct)
        || serde.len() != 2
        || definition.attrs.iter().any(is_serde)
    {
        return None;
    }
    let mut properties = Vec::new();
    let mut rest = None;
    for (field, declared) in item.fields().into_iter().zip(&definition.fields) {
        let ident: Ident = declared.ident.clone()?;
        if field.flattened {
            // Only one field can hold what the others do not.
            if rest.replace(ident).is_some() {
                return None;
            }
            continue;
        }
        let kind = Ident::new(kind(&field, &declared.attrs, types)?, Span::call_site());
        let name = &field.name;
        properties.push(quote!(#kind #ident = #name));
    }
    let name = &definition.ident;
    let rest: Option<TokenStream> = rest.map(|rest| quote!(else #rest));
    let implementation = parse_quote!(runtime::impl_object!(#name { #(#properties),* } #rest););

    let mut printed = item.clone();
    printed.derive(&others);
    if let Item::Struct(definition) = &mut printed.definition {
        for field in &mut definition.fields {
            field.attrs.retain(|attribute| !is_serde(attribute));
        }
    }
    Some((printed.definition, implementation))
}

/// Returns the kind of a property for the macro, or `None` if its settings have another meaning.
fn kind(field: &Field, attrs: &[Attribute], types: &Types) -> Option<&'static str> {
    let is_option = type_name(&field.ty).as_deref() == Some("Option");
    let decoded_with = serde_value(attrs, "deserialize_with");
    let with = serde_value(attrs, "with");
    let is_default = serde_flag(attrs, "default");
    match (
        field.skip_serializing_if.as_deref(),
        with.as_deref(),
        decoded_with.as_deref(),
    ) {
        (Some("Option::is_none"), Some("runtime::nullable"), None) if is_option => Some("nullable"),
        (Some("Option::is_none"), None, None) if is_option && !is_default => Some("optional"),
        (None, None, Some("Option::deserialize")) if is_option => Some("required"),
        // Serde takes an absent property as null if the type allows null.
        (None, None, None) if !is_default && !allows_null(field, types) => Some("required"),
        _ => None,
    }
}

/// Returns `true` if the type of a field is an `Option`, or a wrapper around one.
fn allows_null(field: &Field, types: &Types) -> bool {
    let mut name = type_name(&field.ty);
    // A wrapper cannot contain itself without a `Box`, so the number of types limits the steps.
    for _ in 0..=types.items.len() {
        let Some(inner) = &name else {
            return true;
        };
        let kind = types.items.get(inner).map(|item| &item.kind);
        name = match (inner.as_str(), kind) {
            ("Option" | "Box", None) => return true,
            (_, Some(TypeKind::Newtype(wrapped))) => type_name(wrapped),
            _ => return false,
        };
    }
    true
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;

    use super::*;

    fn print(source: &str) -> String {
        let file = syn::parse_file(source).expect("Rust");
        let types = Types::read(file.items);
        let items = types.items.values().flat_map(|item| printed(item, &types));
        let texts = items.map(|item| item.to_token_stream().to_string());
        texts.collect::<Vec<_>>().join("").replace(' ', "")
    }

    const DERIVE: &str = "#[derive(Clone, serde::Deserialize, serde::Serialize)]";

    #[test]
    fn replaces_settings_of_serde_by_kinds() {
        let text = print(&format!(
            r#"{DERIVE} pub struct A {{
                pub id: String,
                #[serde(deserialize_with = "Option::deserialize")] pub until: Option<i64>,
                #[serde(skip_serializing_if = "Option::is_none")] pub app: Option<String>,
                #[serde(rename = "type")]
                #[serde(default, with = "runtime::nullable", skip_serializing_if = "Option::is_none")]
                pub type_: Option<Option<String>>,
                #[serde(flatten)] pub extra: Map<String, Value>,
            }}"#
        ));
        assert_eq!(
            text,
            "#[derive(Clone)]pubstructA{pubid:String,pubuntil:Option<i64>,pubapp:Option<String>,pubtype_:Option<Option<\
             String>>,pubextra:Map<String,Value>,}runtime::impl_object!(A{requiredid=\"id\",requireduntil=\"until\",optional\
             app=\"app\",nullabletype_=\"type\"}elseextra);"
        );
    }

    #[test]
    fn keeps_derived_implementations_that_the_macro_cannot_replace() {
        for fields in [
            r#"#[serde(default = "defaults::a")] pub a: i64"#,
            r#"#[serde(default, skip_serializing_if = "Vec::is_empty")] pub a: Vec<i64>"#,
            "#[serde(flatten)] pub a: B, #[serde(flatten)] pub b: B",
            "pub a: Nullable",
            "pub a: Option<i64>",
        ] {
            let source = format!(
                "{DERIVE} pub struct A {{ {fields} }} {DERIVE} pub struct Nullable(pub Option<i64>);"
            );
            assert!(
                print(&source).contains("Clone,serde::Deserialize"),
                "{fields}"
            );
            assert!(!print(&source).contains("impl_object"), "{fields}");
        }
        let denied =
            format!("{DERIVE} #[serde(deny_unknown_fields)] pub struct A {{ pub a: i64 }}");
        assert!(!print(&denied).contains("impl_object"));
        assert!(
            !print("#[derive(serde::Serialize)] pub struct A { pub a: i64 }")
                .contains("impl_object")
        );
    }
}
