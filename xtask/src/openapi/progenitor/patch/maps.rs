//! Patch of maps: `HashMap` becomes `OrderedMap`, which keeps insertion order.
//!
//! Serialization is then deterministic, and requests keep the caller's order.

use syn::visit_mut::VisitMut;
use syn::{ImplItemFn, Path, PathArguments, parse_quote};

use crate::openapi::progenitor::patch::shorten_paths::rewrite_serde_paths;
use crate::openapi::progenitor::types::{TypeKind, Types};

/// Replaces the hash maps in all definitions and implementations.
pub(super) fn preserve_order(types: &mut Types) {
    for item in types.items.values_mut() {
        Maps.visit_item_mut(&mut item.definition);
        item.impls
            .iter_mut()
            .for_each(|item| Maps.visit_item_mut(item));
        match &mut item.kind {
            TypeKind::Newtype(inner) => Maps.visit_type_mut(inner),
            TypeKind::Union(union) => union
                .variants
                .iter_mut()
                .for_each(|(_, ty)| Maps.visit_type_mut(ty)),
            _ => {}
        }
    }
}

/// Replaces the hash maps in a signature.
pub(super) fn preserve_order_in_signature(function: &mut ImplItemFn) {
    Maps.visit_signature_mut(&mut function.sig);
}

struct Maps;

impl VisitMut for Maps {
    fn visit_path_mut(&mut self, path: &mut Path) {
        syn::visit_mut::visit_path_mut(self, path);
        if let Some(last) = path.segments.last()
            && last.ident == "HashMap"
        {
            // JSON keys are always strings.
            let value = match &last.arguments {
                PathArguments::AngleBracketed(arguments) => arguments.args.last().cloned(),
                _ => None,
            };
            *path = parse_quote!(runtime::OrderedMap<#value>);
        }
    }

    fn visit_attribute_mut(&mut self, attribute: &mut syn::Attribute) {
        rewrite_serde_paths(attribute, |path| {
            let path = path.replace(' ', "");
            let path = path.trim_start_matches("::");
            let method = path.strip_prefix("std::collections::HashMap::")?;
            Some(format!("runtime::OrderedMap::{method}"))
        });
    }
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;

    use super::*;

    #[test]
    fn replaces_the_map_type_and_its_serde_attribute() {
        let source = r#"pub struct A {
            #[serde(default, skip_serializing_if = "::std::collections::HashMap::is_empty")]
            pub a: ::std::collections::HashMap<String, i64>,
        }"#;
        let mut types = Types::read(syn::parse_file(source).expect("parses").items);
        preserve_order(&mut types);
        let text = types.items["A"]
            .definition
            .to_token_stream()
            .to_string()
            .replace(' ', "");
        assert!(text.contains("runtime::OrderedMap<i64>"), "{text}");
        assert!(
            text.contains(r#""runtime::OrderedMap::is_empty""#),
            "{text}"
        );
    }
}
