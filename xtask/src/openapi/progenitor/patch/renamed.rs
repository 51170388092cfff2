//! Patch of fields that got names of their own, because the Rust names of their properties are taken.
//!
//! progenitor receives such a property as `FIELD_renamed_xHEX`, with the bytes of the property's name. The field gets its
//! name, and serde the name of the property.

use proc_macro2::Ident;
use syn::visit_mut::VisitMut;
use syn::{Item, parse_quote};

use crate::openapi::progenitor::types::Types;

const MARKER: &str = "_renamed_x";

/// Returns the name under which progenitor receives a property.
pub fn renamed_property(name: &str, field: &str) -> String {
    let hex: String = name.bytes().map(|byte| format!("{byte:02x}")).collect();
    format!("{field}{MARKER}{hex}")
}

/// Gives the renamed fields their names.
pub(super) fn restore(types: &mut Types) {
    for item in types.items.values_mut() {
        if let Item::Struct(definition) = &mut item.definition {
            for field in &mut definition.fields {
                let Some((_, property)) = field.ident.as_ref().and_then(parse) else {
                    continue;
                };
                field.attrs.push(parse_quote!(#[serde(rename = #property)]));
            }
        }
        let mut rename = Rename;
        rename.visit_item_mut(&mut item.definition);
        item.impls
            .iter_mut()
            .for_each(|it| rename.visit_item_mut(it));
    }
}

/// Returns the names of the field and of the property.
fn parse(ident: &Ident) -> Option<(String, String)> {
    let ident = ident.to_string();
    let (field, hex) = ident.split_once(MARKER)?;
    let digits: Vec<char> = hex.chars().collect();
    let bytes = digits.chunks(2).map(|pair| {
        let pair: String = pair.iter().collect();
        u8::from_str_radix(&pair, 16).ok()
    });
    let property = String::from_utf8(bytes.collect::<Option<_>>()?).ok()?;
    Some((field.to_owned(), property))
}

struct Rename;

impl VisitMut for Rename {
    fn visit_ident_mut(&mut self, ident: &mut Ident) {
        if let Some((field, _)) = parse(ident) {
            *ident = crate::names::ident(&field);
        }
    }
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;

    use super::*;

    #[test]
    fn a_renamed_field_keeps_the_name_of_its_property() {
        let name = renamed_property("-2", "minus_2");
        assert_eq!(name, "minus_2_renamed_x2d32");
        let source = format!(
            "pub struct A {{ #[serde(default)] pub {name}: i64, pub other_renamed_xyz: i64 }}
             impl Default for A {{ fn default() -> Self {{ Self {{ {name}: 1, other_renamed_xyz: 2 }} }} }}"
        );
        let mut types = Types::read(syn::parse_file(&source).expect("parses").items);
        restore(&mut types);
        let item = &types.items["A"];
        let text = format!(
            "{}{}",
            item.definition.to_token_stream(),
            item.impls[0].to_token_stream()
        );
        let text = text.replace(' ', "");
        assert!(
            text.contains("#[serde(default)]#[serde(rename=\"-2\")]pubminus_2:i64"),
            "{text}"
        );
        assert!(
            text.contains("Self{minus_2:1,other_renamed_xyz:2}"),
            "{text}"
        );
    }
}
