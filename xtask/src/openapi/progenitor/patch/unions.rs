//! Patch of unions: decoding by discriminator, status or properties, with a variant for unknown JSON.
//!
//! typify tries one variant after the other, which is slow for many variants and fails on a new value. With a
//! discriminator, only the variants of its value are tried, in order, since several variants can have the same
//! value. JSON that none of them can decode is kept as a `Value`.
//!
//! Unions without a discriminator keep unknown JSON too if they occur in responses: one new element must not fail
//! the decoding of its list.

use proc_macro2::Span;
use quote::quote;
use syn::{Ident, Item, Type, parse_quote};

use super::overlapping_unions::Overlapping;
use super::schemas::Directions;
use super::{Purpose, Schemas, secrets, shared_properties};
use crate::names::folded;
use crate::openapi::description::ApiDescription;
use crate::openapi::extensions::{CONSTANT, STATUSES};
use crate::openapi::progenitor::types::{
    TypeItem, TypeKind, Types, Union, type_argument, type_name, without_options,
};

/// Rewrites every union.
pub(super) fn dispatch(
    types: &mut Types,
    schemas: &Schemas,
    directions: &Directions,
    api: ApiDescription<'_>,
    purpose: Purpose,
) {
    let names: Vec<String> = types.items.keys().cloned().collect();
    for name in names {
        let Some(TypeKind::Union(union)) = types.items.get(&name).map(|item| item.kind.clone())
        else {
            continue;
        };
        let tags = tags(&name, &union, types, schemas, api);
        let statuses = statuses(&name, &union, schemas, api);
        let union = match tags {
            Some(_) => union,
            None => enums_first(&name, union, types),
        };
        let mut union = union;
        let shared = match (&tags, &statuses) {
            (None, None) => Vec::new(),
            _ => shared_properties::shared(&union, types),
        };
        union.by_status = statuses.is_some();
        let overlapping = match &tags {
            None => Overlapping::find(&name, &union, types, schemas, api),
            Some(_) => None,
        };
        let is_open = tags.is_some()
            || (directions.in_responses(&name)
                && !union.variants.iter().any(|(_, ty)| is_any(ty, types)));
        union.shared = shared;
        union.unknown = is_open.then(|| free_name(&union));
        if purpose == Purpose::Print {
            print(&name, &union, tags, overlapping.as_ref(), statuses, types);
        }
        if let Some(item) = types.items.get_mut(&name) {
            item.kind = TypeKind::Union(union);
        }
    }
}

/// Returns a name for the variant of unknown JSON that no other variant has.
fn free_name(union: &Union) -> String {
    let mut variants = union.variants.iter();
    let is_taken = variants.any(|(variant, _)| variant == "Unknown");
    let name = if is_taken { "Unlisted" } else { "Unknown" };
    name.to_owned()
}

/// Replaces the code of a union.
fn print(
    name: &str,
    union: &Union,
    tags: Option<Tags>,
    overlapping: Option<&Overlapping>,
    statuses: Option<Item>,
    types: &mut Types,
) {
    let has_secrets = secrets::contains_secret(types, name);
    let accessors = shared_properties::accessors(name, union, types);
    let unknown = union.unknown.as_ref();
    let overlapping = overlapping.zip(unknown);
    let overlapping = overlapping.map(|(found, unknown)| found.decoding(name, union, unknown));
    if let Some(item) = types.items.get_mut(name) {
        rewrite(item, union, tags, overlapping, has_secrets);
        item.impls.extend(statuses);
        item.impls.extend(accessors);
    }
}

/// Returns `true` if a type accepts any JSON, so that no value is unknown.
fn is_any(ty: &Type, types: &Types) -> bool {
    let is_value = |ty: &Type| type_name(ty).as_deref() == Some("Value");
    let item = variant_type(ty).and_then(|name| types.items.get(&name));
    is_value(ty)
        || item.is_some_and(|it| matches!(&it.kind, TypeKind::Newtype(inner) if is_value(inner)))
}

/// Moves closed enums before the other variants of a union without a discriminator.
///
/// A string variant accepts every string, so an enum after it would never be decoded.
fn enums_first(name: &str, mut union: Union, types: &mut Types) -> Union {
    let is_closed = |ty: &Type| {
        let item = variant_type(ty).and_then(|name| types.items.get(&name));
        item.is_some_and(
            |item| matches!(&item.kind, TypeKind::Enum(values) if values.unknown.is_none()),
        )
    };
    union.variants.sort_by_key(|(_, ty)| !is_closed(ty));
    let position = |ident: &Ident| {
        union
            .variants
            .iter()
            .position(|(variant, _)| ident == variant)
    };
    if let Some(Item::Enum(definition)) = types.items.get_mut(name).map(|item| &mut item.definition)
    {
        let mut variants: Vec<_> = std::mem::take(&mut definition.variants)
            .into_iter()
            .collect();
        variants.sort_by_key(|variant| position(&variant.ident));
        definition.variants = variants.into_iter().collect();
    }
    union
}

/// Returns the implementation that selects the variant by the status of a response, if the union is one of responses.
fn statuses(name: &str, union: &Union, schemas: &Schemas, api: ApiDescription<'_>) -> Option<Item> {
    let declared = schemas.of(name, api)?.get(STATUSES)?;
    let members = declared.elements();
    if members.len() != union.variants.len() {
        return None;
    }
    let members = members.iter().zip(&union.variants);
    let pairs = members.flat_map(|(member, (variant, _))| {
        let statuses = member.value.as_array().into_iter().flatten();
        statuses.filter_map(move |status| Some((status.as_str()?, variant)))
    });
    // A range matches the statuses that are not listed.
    let (exact, ranges): (Vec<_>, Vec<_>) =
        pairs.partition(|(status, _)| status.parse::<u16>().is_ok());
    let arms = exact.into_iter().chain(ranges).map(|(status, variant)| {
        let variant = Ident::new(variant, Span::call_site());
        match status.parse::<u16>() {
            Ok(status) => {
                let status = proc_macro2::Literal::u16_unsuffixed(status);
                quote!(#status => #variant)
            }
            Err(_) => quote!(200..=299 => #variant),
        }
    });
    let ident = Ident::new(name, Span::call_site());
    Some(parse_quote!(runtime::impl_from_status!(#ident { #(#arms),* });))
}

/// Property of a discriminator, and the candidate variants of each of its values.
struct Tags {
    property: String,
    values: Vec<(String, Vec<String>)>,
    /// Variants in which the property is optional or missing, and their properties.
    untagged: Vec<(String, Vec<String>)>,
}

fn tags(
    name: &str,
    union: &Union,
    types: &Types,
    schemas: &Schemas,
    api: ApiDescription<'_>,
) -> Option<Tags> {
    let discriminator = schemas.of(name, api)?.get("discriminator")?;
    let property = discriminator.text("propertyName")?.to_owned();
    let mapping = discriminator
        .get("mapping")
        .map(|m| m.members())
        .unwrap_or_default();
    let mut values: Vec<(String, Vec<String>)> = Vec::new();
    let mut untagged = Vec::new();
    let mut add = |value: &str, variant: &str| {
        let known = values.iter().position(|(known, _)| known == value);
        let at = known.unwrap_or_else(|| {
            values.push((value.to_owned(), Vec::new()));
            values.len() - 1
        });
        if !values[at].1.iter().any(|known| known == variant) {
            values[at].1.push(variant.to_owned());
        }
    };
    // Variants in the mapping come first among the candidates of a value.
    for (value, target) in &mapping {
        let target = target
            .value
            .as_str()
            .and_then(|t| t.rsplit('/').next())
            .unwrap_or_default();
        for (variant, ty) in &union.variants {
            if variant_type(ty).is_some_and(|ty| folded(&ty) == folded(target)) {
                add(value, variant);
            }
        }
    }
    for (variant, ty) in &union.variants {
        let Some(ty) = variant_type(ty) else {
            continue;
        };
        let fields = types.fields(&ty);
        let tag = fields.iter().find(|field| field.name == property);
        if tag
            .as_ref()
            .is_none_or(|field| type_argument(&field.ty, "Option").is_some())
        {
            let declared = fields.iter().filter(|field| !field.flattened);
            let declared = declared.map(|field| field.name.clone());
            untagged.push((variant.clone(), declared.collect()));
        }
        let schema = schemas.of(&ty, api);
        let constant = schema
            .as_ref()
            .and_then(|schema| schema.get("properties")?.get(&property)?.get(CONSTANT));
        let constant = constant.map(|constant| constant.value.to_string());
        let single = tag.and_then(|field| {
            let of = type_name(without_options(&field.ty).0)?;
            match &types.items.get(&of)?.kind {
                TypeKind::Enum(values) if values.listed.len() == 1 => {
                    Some(values.listed[0].1.clone())
                }
                _ => None,
            }
        });
        match single.or(constant) {
            Some(value) => add(&value, variant),
            // Without a mapping, the name of the schema is the value.
            None if mapping.is_empty() => {
                let schema = schema?;
                add(schema.pointer.rsplit('/').next().unwrap_or(&ty), variant);
            }
            None => {}
        }
    }
    (!values.is_empty()).then_some(Tags {
        property,
        values,
        untagged,
    })
}

pub(super) fn variant_type(ty: &Type) -> Option<String> {
    type_name(type_argument(ty, "Box").unwrap_or(ty))
}

fn rewrite(
    item: &mut TypeItem,
    union: &Union,
    tags: Option<Tags>,
    overlapping: Option<Item>,
    has_secrets: bool,
) {
    let ident = Ident::new(&item.name, Span::call_site());
    let docs = item.docs();
    let conversions: Vec<_> = union
        .variants
        .iter()
        .filter(|(_, ty)| has_conversion(item, ty))
        .map(|(variant, ty)| {
            let variant = Ident::new(variant, Span::call_site());
            quote!(#variant(#ty))
        })
        .collect();
    item.retain_impls(|name| !matches!(name, "From" | "FromStr" | "TryFrom" | "Display"));
    if union.unknown.is_none() {
        item.add_attribute(parse_quote!(#[non_exhaustive]));
    }
    let mut implement: Vec<Item> = Vec::new();
    if !conversions.is_empty() {
        implement.push(parse_quote!(runtime::impl_from_variants!(#ident { #(#conversions),* });));
    }
    if let Some(unknown) = &union.unknown {
        let unknown = Ident::new(unknown, Span::call_site());
        let variants = union.variants.iter().map(|(variant, ty)| {
            let variant = Ident::new(variant, Span::call_site());
            quote!(#variant(#ty),)
        });
        // Unknown JSON can contain values that are secret in known variants.
        let debug = (!has_secrets).then(|| quote!(Debug,));
        let is_derived = tags.is_none() && overlapping.is_none();
        let decode = is_derived.then(|| quote!(serde::Deserialize,));
        item.definition = parse_quote! {
            #(#docs)*
            #[derive(Clone, #debug #decode serde::Serialize)]
            #[serde(untagged)]
            #[non_exhaustive]
            pub enum #ident {
                #(#variants)*
                #[doc = " JSON that none of the other variants can decode."]
                #unknown(serde_json::Value),
            }
        };
        if let Some(tags) = tags {
            let property = &tags.property;
            let arms = tags.values.iter().map(|(value, variants)| {
                let variants = variants.iter().map(|v| Ident::new(v, Span::call_site()));
                quote!(#value => #(#variants)|*)
            });
            let untagged = tags.untagged.iter().map(|(variant, properties)| {
                let variant = Ident::new(variant, Span::call_site());
                // They choose among several variants.
                let properties = (tags.untagged.len() > 1).then(|| quote!([#(#properties),*]));
                quote!(#variant #properties)
            });
            implement.push(parse_quote! {
                runtime::impl_tagged_union!(#ident by #property { #(#arms),* } or [#(#untagged),*] else #unknown);
            });
        }
        implement.extend(overlapping);
        if has_secrets {
            let variants = union
                .variants
                .iter()
                .map(|(v, _)| Ident::new(v, Span::call_site()));
            implement.push(parse_quote! {
                runtime::impl_union_debug!(#ident { #(#variants),* } else #unknown);
            });
        }
    }
    implement.append(&mut item.impls);
    item.impls = implement;
}

/// Returns `true` if typify generated a conversion, which it does for types that occur in only one variant.
fn has_conversion(item: &TypeItem, ty: &Type) -> bool {
    let expected: syn::PathSegment = parse_quote!(From<#ty>);
    item.impls.iter().any(|item| match item {
        Item::Impl(item) => {
            let path = item.trait_.as_ref().map(|(path, _)| path);
            path.and_then(|path| path.segments.last()) == Some(&expected)
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;
    use serde_json::json;

    use super::*;

    const SOURCE: &str = r#"
        #[serde(untagged)] pub enum Pet { Cat(Cat), Lion(Lion), Dog(Dog) }
        impl ::std::convert::From<Dog> for Pet { }
        pub struct Cat { pub id: CatId, pub name: Option<String>, #[serde(rename = "type")] pub type_: CatType, pub age: i64 }
        pub struct Lion { pub id: String, pub name: String, #[serde(rename = "type")] pub type_: CatType, pub age: Option<i64> }
        pub struct Dog { pub id: String, pub name: Option<Option<String>>, #[serde(rename = "type")] pub type_: DogType, pub age: Option<Option<i64>>, pub tail: bool }
        pub struct CatId(String);
        pub enum CatType { #[serde(rename = "cat")] Cat }
        impl FromStr for CatType {}
        pub enum DogType { #[serde(rename = "dog")] Dog, #[serde(rename = "wolf")] Wolf }
        impl FromStr for DogType {}
    "#;

    fn dispatched(discriminator: serde_json::Value) -> String {
        let document = json!({ "components": { "schemas": {
            "Pet": { "oneOf": [
                { "$ref": "#/components/schemas/Cat" },
                { "$ref": "#/components/schemas/Lion" },
                { "$ref": "#/components/schemas/Dog" },
            ], "discriminator": discriminator },
            "Cat": {}, "Lion": {}, "Dog": {},
        } } });
        let source = SOURCE.replace("::std::convert::From", "From");
        let mut types = Types::read(syn::parse_file(&source).expect("parses").items);
        let api = ApiDescription::new(&document);
        let schemas = Schemas::pair(&types, &[], api);
        dispatch(
            &mut types,
            &schemas,
            &Directions::default(),
            api,
            Purpose::Print,
        );
        let items: String = types
            .into_items()
            .iter()
            .map(|item| item.to_token_stream().to_string())
            .collect();
        items.replace(' ', "")
    }

    #[test]
    fn variants_with_the_same_value_are_all_candidates() {
        let text = dispatched(json!({ "propertyName": "type", "mapping": {
            "dog": "#/components/schemas/Dog", "cat": "#/components/schemas/Cat",
        } }));
        assert!(
            text.contains(r#"runtime::impl_tagged_union!(Petby"type"{"dog"=>Dog,"cat"=>Cat|Lion}or[]elseUnknown);"#),
            "{text}"
        );
        assert!(
            text.contains("impl_from_variants!(Pet{Dog(Dog)});"),
            "{text}"
        );
    }

    #[test]
    fn debug_hides_unknown_json_that_can_contain_a_secret() {
        let source = "
            #[serde(untagged)] pub enum Hook { Plain(Plain), Signed(Signed) }
            pub struct Plain { pub kind: Option<String> }
            pub struct Signed { pub kind: String, pub key: Key }
            pub struct Key(String);
        ";
        let document = json!({ "components": { "schemas": {
            "Hook": { "oneOf": [
                { "$ref": "#/components/schemas/Plain" }, { "$ref": "#/components/schemas/Signed" },
            ], "discriminator": { "propertyName": "kind" } },
            "Plain": {}, "Signed": {},
        } } });
        let mut types = Types::read(syn::parse_file(source).expect("parses").items);
        if let Some(key) = types.items.get_mut("Key") {
            key.kind =
                TypeKind::StringNewtype(crate::openapi::progenitor::types::StringConstraints {
                    secret: true,
                    ..Default::default()
                });
        }
        let api = ApiDescription::new(&document);
        let schemas = Schemas::pair(&types, &[], api);
        dispatch(
            &mut types,
            &schemas,
            &Directions::default(),
            api,
            Purpose::Print,
        );
        assert_eq!(types.items["Hook"].derived(), ["Clone", "serde::Serialize"]);
        let hook = &types.items["Hook"];
        let text: String = hook
            .impls
            .iter()
            .map(|i| i.to_token_stream().to_string())
            .collect();
        let text = text.replace(' ', "");
        assert!(
            text.contains("impl_union_debug!(Hook{Plain,Signed}elseUnknown);"),
            "{text}"
        );
        assert!(text.contains("or[Plain]else"), "{text}");
    }

    #[test]
    fn adds_accessors_for_properties_of_all_variants() {
        let text = dispatched(json!({ "propertyName": "type" }));
        assert!(text.contains("pubfnid(&self)->Option<&str>"), "{text}");
        assert!(
            text.contains("Self::Cat(value)=>Some(value.id.as_str())"),
            "{text}"
        );
        assert!(
            text.contains("Self::Cat(value)=>value.name.as_deref()"),
            "{text}"
        );
        assert!(
            text.contains("Self::Dog(value)=>value.name.as_ref()?.as_deref()"),
            "{text}"
        );
        assert!(text.contains("pubfnage(&self)->Option<i64>"), "{text}");
        assert!(
            text.contains("Self::Dog(value)=>value.age.flatten()"),
            "{text}"
        );
        assert!(
            text.contains(
                r#"Self::Unknown(value)=>value.get("age").and_then(serde_json::Value::as_i64)"#
            ),
            "{text}"
        );
        assert!(!text.contains("fntail"), "{text}");
    }

    #[test]
    fn tries_enums_before_strings() {
        let source = "
            #[serde(untagged)] pub enum Where { Id(Id), Word(Word), Flag(bool) }
            pub struct Id(String);
            pub enum Word { New }
            impl FromStr for Word {}
        ";
        let mut types = Types::read(syn::parse_file(source).expect("parses").items);
        let document = json!({});
        let (schemas, directions) = (Schemas::default(), Directions::default());
        dispatch(
            &mut types,
            &schemas,
            &directions,
            ApiDescription::new(&document),
            Purpose::Print,
        );
        let text = types.items["Where"]
            .definition
            .to_token_stream()
            .to_string();
        assert!(
            text.replace(' ', "")
                .contains("{Word(Word),Id(Id),Flag(bool)}"),
            "{text}"
        );
    }

    #[test]
    fn a_union_in_responses_keeps_unknown_json_unless_a_variant_accepts_any() {
        let source = "
            #[serde(untagged)] pub enum Choice { Word(String), Number(i64) }
            #[serde(untagged)] pub enum Setting { Flag(bool), Any(Any) }
            #[serde(untagged)] pub enum Sent { Flag(bool), Number(i64) }
            #[derive(serde::Deserialize)] pub struct Any(pub serde_json::Value);
        ";
        let mut types = Types::read(syn::parse_file(source).expect("parses").items);
        let directions = Directions::of_responses(["Choice", "Setting", "Any"]);
        let (schemas, document) = (Schemas::default(), json!({}));
        dispatch(
            &mut types,
            &schemas,
            &directions,
            ApiDescription::new(&document),
            Purpose::Print,
        );
        let text = |name: &str| {
            let definition = types.items[name].definition.to_token_stream();
            definition.to_string().replace(' ', "")
        };
        assert!(
            text("Choice").contains("Unknown(serde_json::Value)"),
            "{}",
            text("Choice")
        );
        for closed in ["Setting", "Sent"] {
            assert!(!text(closed).contains("Unknown"), "{}", text(closed));
        }
    }

    #[test]
    fn does_not_dispatch_without_a_discriminator() {
        let text = dispatched(json!(null));
        assert!(!text.contains("impl_tagged_union"), "{text}");
    }
}
