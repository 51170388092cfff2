//! Unions without a discriminator in which one object can fit several variants.
//!
//! serde decodes the first variant that fits. If all properties of that variant are optional, or a later variant has
//! all of them, the properties of the later variant would be lost. An object of an `anyOf` can have the properties of
//! several variants; it is kept as JSON. Variants that a number or a boolean tells apart have types that accept any.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::{Item, Type, parse_quote};

use super::Schemas;
use super::shared_properties::fields_of_variants;
use super::unions::variant_type;
use crate::openapi::description::ApiDescription;
use crate::openapi::extensions::{ANY_OF, CONSTANT};
use crate::openapi::progenitor::types::{Field, Types, Union, type_argument};

/// Union without a discriminator.
pub(super) struct Overlapping {
    /// Properties of each variant.
    properties: Vec<BTreeSet<String>>,
    /// Constants that tell variants apart: property and value as JSON.
    constants: Vec<Vec<(String, String)>>,
}

impl Overlapping {
    /// Returns the properties and constants of the variants, if an object can fit several of them.
    pub(super) fn find(
        name: &str,
        union: &Union,
        types: &Types,
        schemas: &Schemas,
        api: ApiDescription<'_>,
    ) -> Option<Self> {
        let fields = fields_of_variants(union, types);
        let properties: Vec<BTreeSet<String>> = fields.iter().map(|it| names(it)).collect();
        let constants: Vec<BTreeMap<String, String>> = union
            .variants
            .iter()
            .map(|(_, ty)| constants(ty, schemas, api))
            .collect();
        let schema = schemas.of(name, api);
        let is_any_of = schema.is_some_and(|schema| schema.get(ANY_OF).is_some());
        let distinguishes = |property: &str| {
            let values = constants.iter().filter_map(|it| it.get(property));
            values.collect::<BTreeSet<_>>().len() > 1
        };
        let is_lossy = |earlier: usize, later: usize| {
            let mut required = fields[earlier].iter().filter(|field| is_required(field));
            let fits = is_any_of || required.all(|it| properties[later].contains(&it.name));
            fits && !properties[later].is_subset(&properties[earlier])
        };
        let objects = (0..fields.len()).filter(|number| !fields[*number].is_empty());
        let objects: Vec<usize> = objects.collect();
        let mut pairs = objects.iter().flat_map(|earlier| {
            let later = objects.iter().filter(move |later| *later > earlier);
            later.map(move |later| (*earlier, *later))
        });
        let is_found = pairs.any(|(earlier, later)| is_lossy(earlier, later))
            || constants
                .iter()
                .flat_map(BTreeMap::keys)
                .any(|property| distinguishes(property));
        let constants = constants
            .iter()
            .map(|it| {
                it.clone()
                    .into_iter()
                    .filter(|(it, _)| distinguishes(it))
                    .collect()
            })
            .collect();
        is_found.then_some(Self {
            properties,
            constants,
        })
    }

    /// Returns the implementation that decodes the variant with most of the properties.
    pub(super) fn decoding(&self, name: &str, union: &Union, unknown: &str) -> Item {
        let variants = union
            .variants
            .iter()
            .zip(&self.properties)
            .zip(&self.constants);
        let variants = variants.map(|(((variant, _), names), constants)| {
            let variant = Ident::new(variant, Span::call_site());
            let constants = constants.iter().map(|(name, json)| quote!(#name = #json));
            let constants: Vec<TokenStream> = constants.collect();
            let constants = (!constants.is_empty()).then(|| quote!(if #(#constants),*));
            quote!(#variant [#(#names),*] #constants)
        });
        let ident = |name| Ident::new(name, Span::call_site());
        let (name, unknown) = (ident(name), ident(unknown));
        parse_quote! {
            runtime::impl_overlapping_union!(#name { #(#variants),* } else #unknown);
        }
    }
}

fn names(fields: &[Field]) -> BTreeSet<String> {
    let declared = fields.iter().filter(|field| !field.flattened);
    declared.map(|field| field.name.clone()).collect()
}

/// Returns the numbers and booleans that are the only values of properties of a variant.
fn constants(ty: &Type, schemas: &Schemas, api: ApiDescription<'_>) -> BTreeMap<String, String> {
    let schema = variant_type(ty).and_then(|name| schemas.of(&name, api));
    let properties = schema.and_then(|schema| schema.get("properties"));
    let properties = properties.map(|it| it.members()).unwrap_or_default();
    let constants = properties.into_iter().filter_map(|(name, property)| {
        let value = api.schema(property).value.get(CONSTANT)?;
        Some((name.to_owned(), value.to_string()))
    });
    constants.collect()
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
        let (schemas, document) = (Schemas::default(), serde_json::json!({}));
        let api = ApiDescription::new(&document);
        let found = Overlapping::find("Either", &union, &types, &schemas, api)?;
        let item = found.decoding("Either", &union, "Unknown");
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
