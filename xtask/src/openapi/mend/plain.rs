//! Names as a person writes them: `String` for `::std::string::String`, `serde_json::Value` for `::serde_json::Value`.
//!
//! typify spells every path from its root, so that a schema called `Option` cannot get in its way. A name is shortened
//! only where no type of the module has it.

use std::collections::BTreeSet;

use syn::visit_mut::VisitMut;
use syn::{Item, Path};

use super::is_module;
use crate::openapi::types::Types;

/// What the prelude offers: the path typify writes and the name that is enough.
const PRELUDE: [(&[&str], &str); 14] = [
    (&["std", "string", "String"], "String"),
    (&["std", "option", "Option"], "Option"),
    (&["std", "option", "Option", "None"], "None"),
    (&["std", "option", "Option", "Some"], "Some"),
    (&["std", "vec", "Vec"], "Vec"),
    (&["std", "boxed", "Box"], "Box"),
    (&["std", "result", "Result"], "Result"),
    (&["std", "convert", "From"], "From"),
    (&["std", "convert", "Into"], "Into"),
    (&["std", "convert", "TryFrom"], "TryFrom"),
    (&["std", "clone", "Clone"], "Clone"),
    (&["std", "default", "Default"], "Default"),
    (&["std", "ops", "Drop"], "Drop"),
    (&["std", "iter", "Iterator"], "Iterator"),
];

/// Shortens the paths of a whole file.
pub(super) fn shorten(file: &mut syn::File) {
    let mut taken = BTreeSet::new();
    for item in &file.items {
        if let (true, Item::Mod(module)) = (is_module(item, "types"), item)
            && let Some((_, items)) = &module.content
        {
            taken.extend(items.iter().filter_map(|item| match item {
                Item::Struct(item) => Some(item.ident.to_string()),
                Item::Enum(item) => Some(item.ident.to_string()),
                Item::Type(item) => Some(item.ident.to_string()),
                _ => None,
            }));
        }
    }
    Shorten { taken }.visit_file_mut(file);
}

struct Shorten {
    taken: BTreeSet<String>,
}

impl VisitMut for Shorten {
    fn visit_path_mut(&mut self, path: &mut Path) {
        syn::visit_mut::visit_path_mut(self, path);
        let names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        for (long, short) in PRELUDE {
            let is_it = names.starts_with(long) && !self.taken.contains(short);
            if is_it && path.leading_colon.is_some() {
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
        if (attribute.path().is_ident("serde") || attribute.path().is_ident("derive"))
            && let syn::Meta::List(list) = &mut attribute.meta
        {
            {
                let mut text = list.tokens.to_string();
                // Tokens print with blanks around the colons of paths, literals as they are.
                text = text
                    .replace(":: serde ::", "serde::")
                    .replace(":: std ::", "std::");
                for (long, short) in PRELUDE {
                    if !self.taken.contains(short) {
                        text = text.replace(
                            &format!("\"::{}::", long.join("::")),
                            &format!("\"{short}::"),
                        );
                    }
                }
                if let Ok(tokens) = text.parse() {
                    list.tokens = tokens;
                }
            }
        }
    }
}

/// Takes typify's error type away: the runtime has one for all clients.
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
        let names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
        if names.ends_with(&["error".to_owned(), "ConversionError".to_owned()]) {
            *path = syn::parse_quote!(runtime::InvalidValue);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shortened(source: &str) -> String {
        let mut file = syn::parse_file(source).expect("it parses");
        shorten(&mut file);
        prettyplease::unparse(&file)
    }

    #[test]
    fn paths_of_the_prelude_become_plain_names() {
        let text = shortened(
            r#"pub mod types { pub struct A {
                #[serde(skip_serializing_if = "::std::option::Option::is_none")]
                pub a: ::std::option::Option<::std::vec::Vec<::serde_json::Value>>,
                pub b: ::chrono::DateTime<::chrono::offset::Utc>,
            } }"#,
        );
        assert!(
            text.contains(r#"skip_serializing_if = "Option::is_none""#),
            "{text}"
        );
        assert!(text.contains("Option<Vec<serde_json::Value>>"), "{text}");
        assert!(text.contains("chrono::DateTime<chrono::Utc>"), "{text}");
    }

    #[test]
    fn a_name_that_a_schema_has_is_left_spelled_out() {
        let text = shortened(
            "pub mod types { pub struct Option { pub a: ::std::option::Option<::std::string::String> } }",
        );
        assert!(text.contains("std::option::Option<String>"), "{text}");
    }
}
