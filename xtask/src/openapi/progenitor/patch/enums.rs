//! Patch of enums: open if the service can return values that the document does not list.
//!
//! typify's enums are closed, so one new value fails the decoding of a full page. An enum in responses gets a
//! variant for unlisted values; its `parse()` stays strict. Two enums stay closed:
//!
//! - An enum that is only sent: an unlisted value is an error of the caller.
//! - The only value of a required property that distinguishes a union's variants: another value is another variant.
//!
//! Variant names follow `x-fern-enum` if the document declares it.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::Span;
use quote::quote;
use syn::visit_mut::VisitMut;
use syn::{Ident, Item, Path, parse_quote};

use super::Schemas;
use super::schemas::Directions;
use crate::openapi::description::{ApiDescription, Part};
use crate::openapi::extensions::ENUM;
use crate::openapi::progenitor::types::{EnumValues, TypeItem, TypeKind, Types, type_argument};

/// Rewrites every string enum.
pub(super) fn open(
    types: &mut Types,
    schemas: &Schemas,
    directions: &Directions,
    api: ApiDescription<'_>,
) {
    let mut renamed = Renames(BTreeMap::new());
    let tags = tags(types, schemas, api);
    for item in types.items.values_mut() {
        let TypeKind::Enum(values) = &mut item.kind else {
            continue;
        };
        capitalize(&item.name, values, &mut renamed);
        if let Some(names) = schemas.of(&item.name, api).and_then(|s| s.get(ENUM)) {
            rename(&item.name, values, &names, &mut renamed);
        }
        let is_tag = values.listed.len() == 1 && tags.contains(&item.name);
        let is_open = directions.in_responses(&item.name) && !is_tag;
        values.unknown = is_open.then(|| free_name(values));
        let values = values.clone();
        rewrite(item, &values);
    }
    for item in types.items.values_mut() {
        item.impls
            .iter_mut()
            .for_each(|item| renamed.visit_item_mut(item));
    }
    types
        .others
        .iter_mut()
        .for_each(|item| renamed.visit_item_mut(item));
}

/// Returns the types that distinguish the variants of unions.
///
/// With a discriminator, these are the types of its property where it is required. Without one, these are all types
/// reachable from the variants, since any of them can make the wrong variants fail to decode.
fn tags(types: &Types, schemas: &Schemas, api: ApiDescription<'_>) -> BTreeSet<String> {
    let discriminator = |name: &str| {
        let discriminator = schemas.of(name, api)?.get("discriminator")?;
        discriminator.text("propertyName").map(str::to_owned)
    };
    let mut found = BTreeSet::new();
    let mut open: Vec<String> = Vec::new();
    for (name, item) in &types.items {
        let TypeKind::Union(union) = &item.kind else {
            continue;
        };
        let variants = union
            .variants
            .iter()
            .flat_map(|(_, ty)| types.mentioned(ty));
        match discriminator(name) {
            Some(property) => {
                let fields = variants.flat_map(|variant| types.fields(&variant));
                let fields = fields.filter(|field| {
                    field.name == property && type_argument(&field.ty, "Option").is_none()
                });
                found.extend(fields.flat_map(|field| types.mentioned(&field.ty)));
            }
            None => open.extend(variants),
        }
    }
    while let Some(name) = open.pop() {
        // A union with a discriminator accepts any value, so it does not distinguish variants.
        if discriminator(&name).is_none()
            && found.insert(name.clone())
            && let Some(item) = types.items.get(&name)
        {
            open.extend(item.inner_types().iter().flat_map(|ty| types.mentioned(ty)));
        }
    }
    found
}

/// Returns a name for the variant of unlisted values that no listed value has.
fn free_name(values: &EnumValues) -> String {
    let taken = |name: &str| values.listed.iter().any(|(ident, _)| ident == name);
    let names = ["Unknown", "Unlisted", "UnlistedValue"];
    names
        .into_iter()
        .find(|name| !taken(name))
        .unwrap_or("UnlistedValue")
        .to_owned()
}

/// Capitalizes the variants of `+1` and `-1`, which typify calls `plus1` and `minus1`.
fn capitalize(name: &str, values: &mut EnumValues, renamed: &mut Renames) {
    for (from, to) in [("plus1", "Plus1"), ("minus1", "Minus1")] {
        let is_taken = values.listed.iter().any(|(ident, _)| ident == to);
        let found = values.listed.iter_mut().find(|(ident, _)| ident == from);
        if let (Some((ident, _)), false) = (found, is_taken) {
            renamed
                .0
                .insert((name.to_owned(), ident.clone()), to.to_owned());
            *ident = to.to_owned();
        }
    }
}

fn rename(name: &str, values: &mut EnumValues, names: &Part<'_>, renamed: &mut Renames) {
    for i in 0..values.listed.len() {
        let (ident, value) = values.listed[i].clone();
        let new_name = names
            .value
            .get(&value)
            .and_then(|entry| entry.get("name"))
            .and_then(|n| n.as_str());
        let Some(new_name) = new_name
            .map(pascal)
            .filter(|name| syn::parse_str::<Ident>(name).is_ok())
        else {
            continue;
        };
        if new_name != ident && values.listed.iter().all(|(other, _)| *other != new_name) {
            renamed.0.insert((name.to_owned(), ident), new_name.clone());
            values.listed[i].0 = new_name;
        }
    }
}

/// Converts `DISCORD_CHANNEL`, `discord channel` and `discordChannel` to `DiscordChannel`.
fn pascal(name: &str) -> String {
    let is_upper_case = !name.chars().any(char::is_lowercase);
    let words = name
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    words
        .map(|word| {
            let mut letters = word.chars();
            let first = letters.next().map(char::to_uppercase).into_iter().flatten();
            let rest = letters.as_str();
            let rest = if is_upper_case {
                rest.to_lowercase()
            } else {
                rest.to_owned()
            };
            first.chain(rest.chars()).collect::<String>()
        })
        .collect()
}

fn rewrite(item: &mut TypeItem, values: &EnumValues) {
    let ident = Ident::new(&item.name, Span::call_site());
    let docs = item.docs();
    let variants: Vec<Ident> = values
        .listed
        .iter()
        .map(|(ident, _)| Ident::new(ident, Span::call_site()))
        .collect();
    let strings: Vec<&String> = values.listed.iter().map(|(_, value)| value).collect();
    let variant_docs = strings.iter().map(|value| format!(" `{value}`"));
    let listed = quote!(#(#[doc = #variant_docs] #variants,)*);
    item.retain_impls(|name| name == "Default");
    let implement: Item = match &values.unknown {
        Some(unknown) => {
            let unknown = Ident::new(unknown, Span::call_site());
            item.definition = parse_quote! {
                #(#docs)*
                #[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
                #[non_exhaustive]
                pub enum #ident {
                    #listed
                    #[doc = " A value that the document does not list."]
                    #unknown(runtime::UnlistedValue),
                }
            };
            parse_quote!(runtime::impl_open_enum!(#ident { #(#variants = #strings),* } else #unknown);)
        }
        None => {
            // A later document can list more values; a single value is a constant.
            let may_grow = (values.listed.len() > 1).then(|| quote!(#[non_exhaustive]));
            item.definition = parse_quote! {
                #(#docs)*
                #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
                #may_grow
                pub enum #ident { #listed }
            };
            parse_quote!(runtime::impl_closed_enum!(#ident { #(#variants = #strings),* });)
        }
    };
    item.impls.insert(0, implement);
}

/// New names of variants, by type name and variant name.
struct Renames(BTreeMap<(String, String), String>);

impl VisitMut for Renames {
    fn visit_path_mut(&mut self, path: &mut Path) {
        syn::visit_mut::visit_path_mut(self, path);
        let count = path.segments.len();
        if count < 2 {
            return;
        }
        let key = (
            path.segments[count - 2].ident.to_string(),
            path.segments[count - 1].ident.to_string(),
        );
        if let Some(name) = self.0.get(&key) {
            path.segments[count - 1].ident = Ident::new(name, Span::call_site());
        }
    }
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;
    use serde_json::json;

    use super::super::Method;
    use super::*;

    fn opened(response: &str, argument: &str) -> String {
        let source = r#"
            pub enum Kind { #[serde(rename = "$.a.b")] XXaXb, #[serde(rename = "c")] C, #[serde(rename = "-1")] minus1 }
            impl ::std::str::FromStr for Kind {}
        "#;
        let document = json!({ "components": { "schemas": { "Kind": {
            "type": "string", "enum": ["$.a.b", "c", "-1"], "x-fern-enum": { "$.a.b": { "name": "A_B" } },
        } } } });
        let mut types = Types::read(syn::parse_file(source).expect("parses").items);
        let response: syn::Type = syn::parse_str(response).expect("a type");
        let argument: syn::Type = syn::parse_str(argument).expect("a type");
        let method = Method {
            operation: "x".into(),
            http: "GET".into(),
            path: "/".into(),
            pointer: String::new(),
            function: parse_quote!(pub async fn x(&self, a: #argument) -> Result<ResponseValue<#response>, Error<()>> {}),
            parameters: None,
        };
        let api = ApiDescription::new(&document);
        let schemas = Schemas::pair(&types, &[], api);
        let directions = Directions::of(&types, &[method]);
        open(&mut types, &schemas, &directions, api);
        let text: String = types
            .into_items()
            .iter()
            .map(|i| i.to_token_stream().to_string())
            .collect();
        text.replace(' ', "")
    }

    #[test]
    fn an_enum_in_responses_is_open() {
        let text = opened("Vec<types::Kind>", "bool");
        assert!(text.contains("Unknown(runtime::UnlistedValue)"), "{text}");
        assert!(
            text.contains(r#"impl_open_enum!(Kind{AB="$.a.b",C="c",Minus1="-1"}elseUnknown);"#),
            "{text}"
        );
        assert!(!text.contains("Copy"), "{text}");
    }

    #[test]
    fn an_enum_that_is_only_sent_is_closed() {
        let text = opened("bool", "Option<types::Kind>");
        assert!(text.contains("impl_closed_enum!"), "{text}");
        assert!(text.contains("Copy"), "{text}");
        assert!(text.contains("#[non_exhaustive]"), "{text}");
    }

    /// Returns `true` if `AType`, the only value of a property of `A`, is open in a client with a union over `A`.
    fn only_value_is_open(
        discriminator: &serde_json::Value,
        property: &str,
        of_type: &str,
    ) -> bool {
        let source = format!(
            r#"
            #[serde(untagged)] pub enum AOrB {{ A(A), B(B) }}
            pub struct A {{ pub {property}: {of_type} }}
            pub struct B {{ pub kind: String }}
            pub enum AType {{ #[serde(rename = "a")] A }}
            impl ::std::str::FromStr for AType {{}}
            "#
        );
        let document = json!({ "components": { "schemas": { "AOrB": {
            "oneOf": [{ "$ref": "#/components/schemas/A" }, { "$ref": "#/components/schemas/B" }],
            "discriminator": discriminator,
        }, "A": {}, "B": {} } } });
        let mut types = Types::read(syn::parse_file(&source).expect("parses").items);
        let method = Method {
            operation: "x".into(),
            http: "GET".into(),
            path: "/".into(),
            pointer: String::new(),
            function: parse_quote!(
                pub async fn x(&self) -> Result<ResponseValue<types::AOrB>, Error<()>> {}
            ),
            parameters: None,
        };
        let api = ApiDescription::new(&document);
        let schemas = Schemas::pair(&types, &[], api);
        let directions = Directions::of(&types, &[method]);
        open(&mut types, &schemas, &directions, api);
        matches!(&types.items["AType"].kind, TypeKind::Enum(values) if values.unknown.is_some())
    }

    #[test]
    fn a_single_value_is_closed_only_if_it_distinguishes_variants() {
        let by_kind = json!({ "propertyName": "kind" });
        assert!(!only_value_is_open(&by_kind, "kind", "AType"));
        assert!(only_value_is_open(&by_kind, "kind", "Option<AType>"));
        assert!(only_value_is_open(&by_kind, "format", "AType"));
        // Without a discriminator, any property can distinguish the variants.
        assert!(!only_value_is_open(&json!(null), "format", "AType"));
    }

    #[test]
    fn converts_names_to_pascal_case() {
        for name in [
            "DISCORD_CHANNEL",
            "discord channel",
            "discordChannel",
            "DiscordChannel",
        ] {
            assert_eq!(pascal(name), "DiscordChannel");
        }
    }
}
