//! Patch of string types with constraints, such as IDs and tokens: any string decodes, and only `parse()` is
//! strict.
//!
//! typify checks the pattern on decoding, so one ID in a new format fails a full page. Escaping of paths prevents
//! injection, so the pattern is not needed for it.

use proc_macro2::Span;
use quote::quote;
use syn::{Ident, Item, parse_quote};

use crate::openapi::progenitor::types::{StringConstraints, TypeItem, TypeKind, Types};

/// Replaces the implementations of every string type.
pub(super) fn accept_any(types: &mut Types) {
    for item in types.items.values_mut() {
        if let TypeKind::StringNewtype(constraints) = item.kind.clone() {
            rewrite(item, &constraints);
        }
    }
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
}
