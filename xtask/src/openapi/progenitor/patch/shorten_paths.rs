//! Patch of paths: `String` for `::std::string::String`, `serde_json::Value` for `::serde_json::Value`.
//!
//! typify writes absolute paths, so that a schema named `Option` cannot shadow the prelude. This patch renames such
//! a schema, so that short paths are unambiguous.

use std::collections::BTreeMap;

use proc_macro2::{Literal, TokenTree};
use quote::{ToTokens, quote};
use syn::punctuated::Punctuated;
use syn::visit_mut::VisitMut;
use syn::{Item, Path, Token};

use super::is_module;
use crate::openapi::progenitor::types::Types;

/// Prelude items, by the path that typify writes; the last segment is enough.
const PRELUDE: [&[&str]; 14] = [
    &["std", "string", "String"],
    &["std", "option", "Option"],
    &["std", "option", "Option", "None"],
    &["std", "option", "Option", "Some"],
    &["std", "vec", "Vec"],
    &["std", "boxed", "Box"],
    &["std", "result", "Result"],
    &["std", "convert", "From"],
    &["std", "convert", "Into"],
    &["std", "convert", "TryFrom"],
    &["std", "clone", "Clone"],
    &["std", "default", "Default"],
    &["std", "ops", "Drop"],
    &["std", "iter", "Iterator"],
];

/// Further prelude names that a type must not have.
const ALSO_RESERVED: [&str; 3] = ["Ok", "Err", "Fn"];

/// Returns `true` if a type of this name would shadow a prelude item.
fn is_reserved(name: &str) -> bool {
    ALSO_RESERVED.contains(&name) || PRELUDE.iter().any(|path| path.ends_with(&[name]))
}

/// Returns a new name for a type that would shadow a prelude item.
pub(super) fn other_name(name: &str) -> Option<String> {
    is_reserved(name).then(|| format!("{name}Type"))
}

/// Shortens all paths in a file.
pub(super) fn shorten(file: &mut syn::File) {
    rename(file);
    Shorten::default().visit_file_mut(file);
}

/// Renames types that would shadow prelude items.
fn rename(file: &mut syn::File) {
    let mut names = BTreeMap::new();
    for item in &file.items {
        if let (true, Item::Mod(module)) = (is_module(item, "types"), item)
            && let Some((_, items)) = &module.content
        {
            let defined: Vec<String> = items.iter().filter_map(defined_name).collect();
            for name in &defined {
                if let Some(other) = other_name(name).filter(|other| !defined.contains(other)) {
                    names.insert(name.clone(), other);
                }
            }
        }
    }
    if names.is_empty() {
        return;
    }
    let mut rename = Rename {
        names,
        in_types: false,
    };
    for item in &mut file.items {
        rename.in_types = is_module(item, "types");
        rename.visit_item_mut(item);
    }
}

fn defined_name(item: &Item) -> Option<String> {
    match item {
        Item::Struct(item) => Some(item.ident.to_string()),
        Item::Enum(item) => Some(item.ident.to_string()),
        Item::Type(item) => Some(item.ident.to_string()),
        _ => None,
    }
}

struct Rename {
    names: BTreeMap<String, String>,
    /// `true` inside the `types` module, where types are referenced without a prefix.
    in_types: bool,
}

impl Rename {
    fn change(&self, ident: &mut syn::Ident) {
        if let Some(other) = self.names.get(&ident.to_string()) {
            *ident = syn::Ident::new(other, ident.span());
        }
    }
}

impl VisitMut for Rename {
    fn visit_item_struct_mut(&mut self, item: &mut syn::ItemStruct) {
        self.change(&mut item.ident);
        syn::visit_mut::visit_item_struct_mut(self, item);
    }

    fn visit_item_enum_mut(&mut self, item: &mut syn::ItemEnum) {
        self.change(&mut item.ident);
        syn::visit_mut::visit_item_enum_mut(self, item);
    }

    fn visit_path_mut(&mut self, path: &mut Path) {
        syn::visit_mut::visit_path_mut(self, path);
        let names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
        let at = match names
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .as_slice()
        {
            ["types" | "super", _] => Some(1),
            [_, ..] if self.in_types && path.leading_colon.is_none() => Some(0),
            _ => None,
        };
        if let Some(segment) = at.and_then(|at| path.segments.get_mut(at)) {
            self.change(&mut segment.ident);
        }
    }
}

#[derive(Default)]
struct Shorten {
    /// Short forms of the paths in attributes of serde, which are a few that most fields have.
    in_attributes: BTreeMap<String, Option<String>>,
}

impl VisitMut for Shorten {
    fn visit_path_mut(&mut self, path: &mut Path) {
        syn::visit_mut::visit_path_mut(self, path);
        // Most paths are names, which have no shorter form.
        if path.leading_colon.is_none() && path.segments.len() == 1 {
            return;
        }
        let names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        for long in PRELUDE {
            if names.starts_with(long) && path.leading_colon.is_some() {
                path.leading_colon = None;
                path.segments = path.segments.iter().skip(long.len() - 1).cloned().collect();
                return;
            }
        }
        match names.as_slice() {
            ["chrono", "offset", "Utc"] => {
                path.leading_colon = None;
                path.segments = [path.segments[0].clone(), path.segments[2].clone()]
                    .into_iter()
                    .collect();
            }
            [
                "serde" | "serde_json" | "chrono" | "std" | "reqwest" | "uuid" | "bytes",
                ..,
            ] => {
                path.leading_colon = None;
            }
            _ => {}
        }
    }

    fn visit_attribute_mut(&mut self, attribute: &mut syn::Attribute) {
        if attribute.path().is_ident("derive") {
            let traits = attribute.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated);
            if let (Ok(mut traits), syn::Meta::List(list)) = (traits, &mut attribute.meta) {
                traits.iter_mut().for_each(|path| self.visit_path_mut(path));
                list.tokens = quote!(#traits);
            }
        }
        rewrite_serde_paths(attribute, |text| {
            if let Some(known) = self.in_attributes.get(text) {
                return known.clone();
            }
            let short = syn::parse_str(text).ok().map(|mut path: Path| {
                self.visit_path_mut(&mut path);
                path.to_token_stream().to_string().replace(' ', "")
            });
            self.in_attributes.insert(text.to_owned(), short.clone());
            short
        });
    }
}

/// Rewrites the string literals in a `#[serde(…)]` attribute that are paths.
pub(super) fn rewrite_serde_paths(
    attribute: &mut syn::Attribute,
    mut change: impl FnMut(&str) -> Option<String>,
) {
    if !attribute.path().is_ident("serde") {
        return;
    }
    if let syn::Meta::List(list) = &mut attribute.meta {
        let tokens = std::mem::take(&mut list.tokens);
        let changed = tokens.into_iter().map(|token| match &token {
            TokenTree::Literal(literal) => {
                let text = match syn::Lit::new(literal.clone()) {
                    syn::Lit::Str(text) => Some(text.value()),
                    _ => None,
                };
                let text = text.filter(|text| text.contains("::"));
                match text.and_then(|text| change(&text)) {
                    Some(text) => TokenTree::Literal(Literal::string(&text)),
                    None => token,
                }
            }
            _ => token,
        });
        list.tokens = changed.collect();
    }
}

/// Removes typify's error type; the runtime has one for all clients.
pub(super) fn drop_error_module(types: &mut Types) {
    types.others.retain(|item| !is_module(item, "error"));
    let mut replace = ConversionError;
    for item in types.items.values_mut() {
        item.impls
            .iter_mut()
            .for_each(|item| replace.visit_item_mut(item));
    }
    types
        .others
        .iter_mut()
        .for_each(|item| replace.visit_item_mut(item));
}

struct ConversionError;

impl VisitMut for ConversionError {
    fn visit_path_mut(&mut self, path: &mut Path) {
        syn::visit_mut::visit_path_mut(self, path);
        let mut names = path.segments.iter().rev().map(|segment| &segment.ident);
        if names.next().is_some_and(|name| name == "ConversionError")
            && names.next().is_some_and(|name| name == "error")
        {
            *path = syn::parse_quote!(runtime::InvalidValue);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shortened(source: &str) -> String {
        let mut file = syn::parse_file(source).expect("parses");
        shorten(&mut file);
        prettyplease::unparse(&file)
    }

    #[test]
    fn shortens_paths() {
        let text = shortened(
            r#"pub mod types { pub struct A {
                #[serde(skip_serializing_if = "::std::option::Option::is_none")]
                pub a: ::std::option::Option<::std::vec::Vec<::serde_json::Value>>,
                pub b: ::chrono::DateTime<::chrono::offset::Utc>,
                #[serde(rename = "a::b", skip_serializing_if = ":: std :: collections :: HashMap::is_empty")]
                pub c: ::std::collections::HashMap<String, String>,
            } }"#,
        );
        assert!(
            text.contains(r#"skip_serializing_if = "Option::is_none""#),
            "{text}"
        );
        assert!(text.contains("Option<Vec<serde_json::Value>>"), "{text}");
        assert!(text.contains("chrono::DateTime<chrono::Utc>"), "{text}");
        assert!(
            text.contains(r#"skip_serializing_if = "std::collections::HashMap::is_empty""#),
            "{text}"
        );
    }

    #[test]
    fn renames_types_that_shadow_prelude_items() {
        let text = shortened(
            "pub mod types {
                pub struct Option { pub a: ::std::option::Option<::std::string::String>, pub b: Option }
                pub struct Ok(pub i64);
                impl ::std::convert::From<i64> for Ok { fn from(value: i64) -> Self { Self(value) } }
            }
            impl Client { pub async fn x(q: Option<types::Option>) {} }",
        );
        assert!(text.contains("pub struct OptionType {"), "{text}");
        assert!(text.contains("pub a: Option<String>"), "{text}");
        assert!(text.contains("pub b: OptionType"), "{text}");
        assert!(text.contains("impl From<i64> for OkType"), "{text}");
        assert!(text.contains("q: Option<types::OptionType>"), "{text}");
    }
}
