//! Patch of unions whose members stand inline, with a tag or a single key: those of responses keep unknown JSON.
//!
//! typify generates an enum that serde tags. One new element must not fail the decoding of its list.

use syn::{Item, ItemEnum, parse_quote};

use super::schemas::Directions;
use super::secrets;
use crate::openapi::progenitor::types::{TypeKind, Types};

/// Adds a variant for unknown JSON to the inline unions of responses.
pub(super) fn open(types: &mut Types, directions: &Directions) {
    let is_open = |name: &&String| {
        let item = types.items.get(*name);
        directions.in_responses(name)
            && item.is_some_and(|item| match (&item.kind, &item.definition) {
                (TypeKind::Other, Item::Enum(definition)) => is_inline_union(definition),
                _ => false,
            })
            // Unknown JSON can contain values that are secret in known variants, and `Debug` is derived.
            && !secrets::contains_secret(types, name)
    };
    let names: Vec<String> = types.items.keys().filter(is_open).cloned().collect();
    for name in names {
        let Some(item) = types.items.get_mut(&name) else {
            continue;
        };
        if let Item::Enum(definition) = &mut item.definition {
            let is_taken = |ident: &str| definition.variants.iter().any(|it| it.ident == ident);
            let unknown: syn::Variant = match is_taken("Unknown") {
                true => parse_quote!(Unlisted(serde_json::Value)),
                false => parse_quote!(Unknown(serde_json::Value)),
            };
            definition.variants.push(parse_quote! {
                #[doc = " JSON that none of the other variants can decode."]
                #[serde(untagged)]
                #unknown
            });
            item.add_attribute(parse_quote!(#[non_exhaustive]));
        }
    }
}

fn is_inline_union(definition: &ItemEnum) -> bool {
    let has = |name: &str| {
        let mut found = false;
        for attribute in definition
            .attrs
            .iter()
            .filter(|a| a.path().is_ident("serde"))
        {
            // An attribute of another form has no such key.
            let _ = attribute.parse_nested_meta(|meta| {
                found |= meta.path.is_ident(name);
                if meta.input.peek(syn::Token![=]) {
                    meta.value()?.parse::<syn::Lit>()?;
                }
                Ok(())
            });
        }
        found
    };
    let derives = definition.attrs.iter().any(|attribute| {
        let text = quote::ToTokens::to_token_stream(attribute).to_string();
        attribute.path().is_ident("derive") && text.contains("Deserialize")
    });
    let has_fields = definition
        .variants
        .iter()
        .any(|variant| !variant.fields.is_empty());
    derives && has_fields && !has("untagged")
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;

    use super::*;

    fn opened(source: &str) -> String {
        let mut types = Types::read(syn::parse_file(source).expect("parses").items);
        open(&mut types, &Directions::of_responses(["A"]));
        types.items["A"]
            .definition
            .to_token_stream()
            .to_string()
            .replace(' ', "")
    }

    #[test]
    fn inline_unions_of_responses_keep_unknown_json() {
        let unknown = "#[serde(untagged)]Unknown(serde_json::Value)}";
        for (source, is_open) in [
            (
                "#[derive(serde::Deserialize)] #[serde(tag = \"kind\")] pub enum A { B { c: i64 }, D }",
                true,
            ),
            (
                "#[derive(serde::Deserialize)] pub enum A { B(i64), C(String) }",
                true,
            ),
            (
                "#[derive(serde::Deserialize)] #[serde(tag = \"kind\")] pub enum B { B { c: i64 } } pub struct A { b: i64 }",
                false,
            ),
            (
                "#[derive(serde::Deserialize)] #[serde(untagged)] pub enum A { B { c: i64 } }",
                false,
            ),
        ] {
            let text = opened(source);
            assert_eq!(text.contains(unknown), is_open, "{text}");
        }
        let taken = opened("#[derive(serde::Deserialize)] pub enum A { B(i64), Unknown(i64) }");
        assert!(taken.contains("Unlisted(serde_json::Value)"), "{taken}");
    }
}
