//! Patch of string types with constraints, such as IDs and tokens: any string decodes, and only `parse()` is
//! strict.
//!
//! typify checks the pattern on decoding, so one ID in a new format fails a full page. Escaping of paths prevents
//! injection, so the pattern is not needed for it.

use std::collections::BTreeMap;

use proc_macro2::Span;
use quote::quote;
use syn::{Ident, Item, parse_quote};

use super::Schemas;
use crate::openapi::description::ApiDescription;
use crate::openapi::extensions::CONVERTS_FROM;
use crate::openapi::progenitor::types::{StringConstraints, TypeItem, TypeKind, Types};

/// Replaces the implementations of every string type.
pub(super) fn accept_any(types: &mut Types) {
    for item in types.items.values_mut() {
        if let TypeKind::StringNewtype(constraints) = item.kind.clone() {
            rewrite(item, &constraints);
        }
    }
}

/// Adds the conversions that the document declares. Returns the JSON Pointers of references to anything but a string
/// type of the same secrecy.
pub(super) fn convert(
    types: &mut Types,
    schemas: &Schemas,
    api: ApiDescription<'_>,
) -> Vec<(String, String)> {
    let strings: BTreeMap<String, (Ident, bool)> = types
        .items
        .values()
        .filter_map(|item| {
            let TypeKind::StringNewtype(constraints) = &item.kind else {
                return None;
            };
            let pointer = schemas.of(&item.name, api)?.pointer;
            let name = Ident::new(&item.name, Span::call_site());
            Some((format!("#{pointer}"), (name, constraints.secret)))
        })
        .collect();
    let mut unknown = Vec::new();
    for item in types.items.values_mut() {
        let Some(schema) = schemas.of(&item.name, api) else {
            continue;
        };
        let sources = schema.value.get(CONVERTS_FROM).and_then(|it| it.as_array());
        for (number, source) in sources.into_iter().flatten().enumerate() {
            let reference = source.as_str().unwrap_or_default();
            let target = strings.get(&format!("#{}", schema.pointer));
            match (target, strings.get(reference)) {
                (Some((to, hides)), Some((from, secret))) if hides == secret && to != from => {
                    let conversion = match secret {
                        true => quote!(runtime::impl_secret_conversion!(#to, #from);),
                        false => quote!(runtime::impl_string_conversion!(#to, #from);),
                    };
                    item.impls.push(parse_quote!(#conversion));
                }
                _ => {
                    let pointer = format!("{}/{CONVERTS_FROM}/{number}", schema.pointer);
                    unknown.push((pointer, source.to_string()));
                }
            }
        }
    }
    unknown
}

fn rewrite(item: &mut TypeItem, constraints: &StringConstraints) {
    let ident = Ident::new(&item.name, Span::call_site());
    let docs = item.docs();
    let mut rules = quote!(runtime::Rules::new());
    if let Some(pattern) = &constraints.pattern {
        rules = quote!(#rules.pattern(#pattern));
    }
    if let Some(min) = constraints.min {
        let min = proc_macro2::Literal::usize_unsuffixed(min);
        rules = quote!(#rules.min(#min));
    }
    if let Some(max) = constraints.max {
        let max = proc_macro2::Literal::usize_unsuffixed(max);
        rules = quote!(#rules.max(#max));
    }
    let derives = match constraints.secret {
        true => quote!(Clone, Eq, Hash, PartialEq),
        false => quote!(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd),
    };
    item.definition = parse_quote! {
        #(#docs)*
        #[derive(#derives)]
        pub struct #ident(String);
    };
    item.retain_impls(|name| name == "Default");
    let implement: Item = match constraints.secret {
        true => parse_quote!(runtime::impl_secret_newtype!(#ident, #rules);),
        false => parse_quote!(runtime::impl_string_newtype!(#ident, #rules);),
    };
    item.impls.insert(0, implement);
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;
    use serde_json::json;

    use super::*;

    #[test]
    fn checks_constraints_only_when_parsing() {
        let source = r#"
            /// An id.
            #[derive(::serde::Serialize, Clone, Debug)]
            pub struct Id(String);
            impl ::std::str::FromStr for Id { fn from_str(value: &str) { Regex::new("^a_").unwrap(); } }
            impl<'de> ::serde::Deserialize<'de> for Id {}
        "#;
        let mut types = Types::read(syn::parse_file(source).expect("parses").items);
        accept_any(&mut types);
        let text: String = types
            .into_items()
            .iter()
            .map(|i| i.to_token_stream().to_string())
            .collect();
        let text = text.replace(' ', "");
        assert!(
            text.contains(
                r#"runtime::impl_string_newtype!(Id,runtime::Rules::new().pattern("^a_"));"#
            ),
            "{text}"
        );
        assert!(!text.contains("impl<'de>"), "{text}");
        assert!(text.contains("Anid."), "{text}");
    }

    #[test]
    fn converts_only_between_declared_string_types() {
        let schema = |more| json!({ "type": "string", "x-converts-from": more });
        let document = json!({ "components": { "schemas": {
            "Any": schema(json!(["#/components/schemas/One", "#/components/schemas/Thing", 7])),
            "One": { "type": "string" },
            "Token": schema(json!(["#/components/schemas/One"])),
            "Thing": { "type": "object", "properties": {} },
        } } });
        let source = "pub struct Any(String); pub struct One(String); pub struct Token(String);
            pub struct Thing { pub a: bool }";
        let mut types = Types::read(syn::parse_file(source).expect("parses").items);
        let api = ApiDescription::new(&document);
        let schemas = Schemas::pair(&types, &[], api);
        if let Some(item) = types.items.get_mut("Token")
            && let TypeKind::StringNewtype(constraints) = &mut item.kind
        {
            constraints.secret = true;
        }
        let unknown = convert(&mut types, &schemas, api);
        let pointers: Vec<&str> = unknown
            .iter()
            .map(|(pointer, _)| pointer.as_str())
            .collect();
        let expected = [
            "/components/schemas/Any/x-converts-from/1",
            "/components/schemas/Any/x-converts-from/2",
            "/components/schemas/Token/x-converts-from/0",
        ];
        assert_eq!(pointers, expected);
        let [conversion] = types.items["Any"].impls.as_slice() else {
            panic!("one conversion");
        };
        let text = conversion.to_token_stream().to_string().replace(' ', "");
        assert_eq!(text, "runtime::impl_string_conversion!(Any,One);");
        assert!(types.items["Token"].impls.is_empty());
    }
}
