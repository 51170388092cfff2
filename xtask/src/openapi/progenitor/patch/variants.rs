//! Patch of numbered union variants: names them after their types.
//!
//! typify removes the common prefix of all type names from the names of the variants. If the prefix is one of the
//! type names, as with `PropOption` and `PropOptionNested`, it numbers the variants instead: `Variant0`,
//! `Variant1`.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::Span;
use syn::visit_mut::VisitMut;
use syn::{Ident, Item, Path, Type};

use crate::openapi::progenitor::types::{TypeKind, Types, Union, type_argument, type_name};

/// Renames the numbered variants of every union.
pub(super) fn rename_numbered(types: &mut Types) {
    let named: BTreeMap<String, BTreeMap<String, String>> = types
        .items
        .values()
        .filter_map(|item| match &item.kind {
            TypeKind::Union(union) => {
                let names = new_names(union, types).or_else(|| status_names(&item.name, union));
                Some((item.name.clone(), names?))
            }
            _ => None,
        })
        .collect();
    for (name, names) in named {
        let Some(item) = types.items.get_mut(&name) else {
            continue;
        };
        if let TypeKind::Union(union) = &mut item.kind {
            for (variant, _) in &mut union.variants {
                if let Some(new) = names.get(variant) {
                    variant.clone_from(new);
                }
            }
        }
        let mut rename = Rename(names);
        if let Item::Enum(definition) = &mut item.definition {
            for variant in &mut definition.variants {
                rename.change(&mut variant.ident);
            }
        }
        item.impls
            .iter_mut()
            .for_each(|item| rename.visit_item_mut(item));
    }
}

/// Returns the new names of all variants, or `None` if a variant is not numbered or names would collide.
fn new_names(union: &Union, types: &Types) -> Option<BTreeMap<String, String>> {
    let of_type = |ty: &Type| {
        let name = type_name(type_argument(ty, "Box").unwrap_or(ty))?;
        types.items.contains_key(&name).then_some(name)
    };
    let names = union.variants.iter().map(|(variant, ty)| {
        let new = of_type(ty).filter(|new| is_number(variant) && !new.ends_with(variant.as_str()));
        Some((variant.clone(), new?))
    });
    let names: BTreeMap<String, String> = names.collect::<Option<_>>()?;
    let distinct: BTreeSet<&String> = names.values().collect();
    (distinct.len() == names.len()).then_some(names)
}

/// Returns shorter names of the variants for single statuses, which have the name of their union.
fn status_names(name: &str, union: &Union) -> Option<BTreeMap<String, String>> {
    let names = union.variants.iter().filter_map(|(variant, _)| {
        let status = variant.strip_prefix(name)?;
        let digits = status.strip_prefix("Status")?;
        (digits.len() == 3).then(|| (variant.clone(), status.to_owned()))
    });
    let names: BTreeMap<String, String> = names.collect();
    let is_taken = |new: &String| union.variants.iter().any(|(variant, _)| variant == new);
    (!names.is_empty() && !names.values().any(is_taken)).then_some(names)
}

fn is_number(variant: &str) -> bool {
    let digits = variant.strip_prefix("Variant").unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit())
}

/// New names of the variants of one union, by their old names.
struct Rename(BTreeMap<String, String>);

impl Rename {
    fn change(&self, ident: &mut Ident) {
        if let Some(new) = self.0.get(&ident.to_string()) {
            *ident = Ident::new(new, Span::call_site());
        }
    }
}

impl VisitMut for Rename {
    fn visit_path_mut(&mut self, path: &mut Path) {
        syn::visit_mut::visit_path_mut(self, path);
        if let (true, Some(last)) = (path.segments.len() > 1, path.segments.last_mut()) {
            self.change(&mut last.ident);
        }
    }
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;

    use super::*;

    fn renamed(variants: &str) -> String {
        let source = format!(
            "#[serde(untagged)] pub enum Choice {{ {variants} }}
            impl From<Option> for Choice {{ fn from(value: Option) -> Self {{ Self::Variant0(value) }} }}
            pub struct Option {{ pub a: bool }}
            pub struct OptionNested {{ pub b: bool }}
            pub struct ChoiceVariant1 {{ pub c: bool }}"
        );
        let mut types = Types::read(syn::parse_file(&source).expect("parses").items);
        rename_numbered(&mut types);
        let choice = &types.items["Choice"];
        let TypeKind::Union(union) = &choice.kind else {
            panic!("expected a union");
        };
        let names: Vec<_> = union
            .variants
            .iter()
            .map(|(name, _)| name.clone())
            .collect();
        let mut text = format!("{}; ", names.join(" "));
        text.push_str(&choice.definition.to_token_stream().to_string());
        text.extend(
            choice
                .impls
                .iter()
                .map(|it| it.to_token_stream().to_string()),
        );
        text.replace(' ', "")
    }

    #[test]
    fn names_numbered_variants_after_their_types() {
        let text = renamed("Variant0(Option), Variant1(Box<OptionNested>)");
        assert!(text.starts_with("OptionOptionNested;"), "{text}");
        assert!(
            text.contains("{Option(Option),OptionNested(Box<OptionNested>)}"),
            "{text}"
        );
        assert!(text.contains("Self::Option(value)"), "{text}");
    }

    #[test]
    fn keeps_names_that_cannot_be_improved() {
        for variants in [
            "Variant0(Option), Variant1(Option)",
            "Variant0(Option), Variant1(ChoiceVariant1)",
            "Variant0(Option), Variant1(String)",
            "Variant0(Option), Nested(OptionNested)",
        ] {
            let text = renamed(variants);
            assert!(text.contains(&variants.replace(' ', "")), "{text}");
        }
    }
}
