//! Unions without a discriminator in which one object can fit several variants.
//!
//! serde decodes the first variant that fits. If all properties of that variant are optional, or a later variant has
//! all of them, the properties of the later variant would be lost.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span};
use quote::quote;
use syn::{Item, parse_quote};

use super::shared_properties::fields_of_variants;
use crate::openapi::progenitor::types::{Field, Types, Union, type_argument};

/// Returns the implementation that decodes the variant with most of the properties, if variants can overlap.
pub(super) fn decoding(name: &str, union: &Union, types: &Types, unknown: &str) -> Option<Item> {
    let fields = fields_of_variants(union, types);
    let names = |fields: &'_ [Field]| -> BTreeSet<String> {
        let declared = fields.iter().filter(|field| !field.flattened);
        declared.map(|field| field.name.clone()).collect()
    };
    let is_lossy = |earlier: &[Field], later: &[Field]| {
        let mut required = earlier.iter().filter(|field| is_required(field));
        let later = names(later);
        required.all(|field| later.contains(&field.name)) && !later.is_subset(&names(earlier))
    };
    let mut pairs = fields.iter().enumerate().flat_map(|(number, earlier)| {
        let later = fields[number + 1..].iter();
        later.map(move |later| (earlier, later))
    });
    let overlaps = pairs.any(|(earlier, later)| {
        !earlier.is_empty() && !later.is_empty() && is_lossy(earlier, later)
    });
    let variants = union
        .variants
        .iter()
        .zip(&fields)
        .map(|((variant, _), fields)| {
            let variant = Ident::new(variant, Span::call_site());
            let names = names(fields);
            quote!(#variant [#(#names),*])
        });
    let ident = |name| Ident::new(name, Span::call_site());
    let (name, unknown) = (ident(name), ident(unknown));
    overlaps.then(|| {
        parse_quote! {
            runtime::impl_overlapping_union!(#name { #(#variants),* } else #unknown);
        }
    })
}

fn is_required(field: &Field) -> bool {
    !field.flattened
        && field.skip_serializing_if.is_none()
        && type_argument(&field.ty, "Option").is_none()
}

#[cfg(test)]
mod tests {
    use quote::ToTokens as _;

    use super::*;
    use crate::openapi::progenitor::types::TypeKind;

    fn decoding_of(variants: &str) -> Option<String> {
        let source = format!(
            "#[serde(untagged)] pub enum Either {{ {variants} }}
            pub struct A {{ pub a: Option<String> }}
            pub struct B {{ pub b: Option<String> }}
            pub struct Id {{ pub id: String }}
            pub struct Full {{ pub id: String, pub size: Option<i64> }}
            pub struct Other {{ pub other: String }}"
        );
        let types = Types::read(syn::parse_file(&source).expect("parses").items);
        let TypeKind::Union(union) = types.items["Either"].kind.clone() else {
            panic!("a union");
        };
        let item = decoding("Either", &union, &types, "Unknown")?;
        Some(item.to_token_stream().to_string().replace(' ', ""))
    }

    #[test]
    fn variants_that_fit_the_same_object_are_compared_by_their_properties() {
        let found = |variants| decoding_of(variants).unwrap_or_default();
        assert_eq!(
            found("A(A), B(Box<B>), Text(String)"),
            r#"runtime::impl_overlapping_union!(Either{A["a"],B["b"],Text[]}elseUnknown);"#
        );
        assert_eq!(
            found("Id(Id), Full(Full)"),
            r#"runtime::impl_overlapping_union!(Either{Id["id"],Full["id","size"]}elseUnknown);"#
        );
    }

    #[test]
    fn variants_that_exclude_each_other_or_lose_nothing_are_decoded_in_order() {
        for variants in [
            "Full(Full), Id(Id)",
            "Id(Id), Other(Other)",
            "A(A), Text(String)",
        ] {
            assert_eq!(decoding_of(variants), None, "{variants}");
        }
    }
}
