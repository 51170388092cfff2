//! Patch of type documentation: one attribute per line, in rustdoc's Markdown.
//!
//! typify puts a description into one attribute, which prints as a block comment. For a type without a description
//! it writes the type's name. This patch documents an inline type by the property that it is the type of.

use std::collections::BTreeMap;

use proc_macro2::Span;
use syn::visit_mut::VisitMut;
use syn::{Attribute, Expr, Lit, Meta, parse_quote};

use crate::openapi::progenitor::types::Types;
use crate::rustdoc;

/// Rewrites the documentation of all types.
pub(super) fn write(types: &mut Types) {
    // The first struct with a field of the type, for types without a description.
    let mut holders: BTreeMap<String, (String, String)> = BTreeMap::new();
    for item in types.items.values() {
        for field in item.fields() {
            for name in types.mentioned(&field.ty) {
                if name != item.name {
                    let holder = (item.name.clone(), field.name.clone());
                    holders.entry(name).or_insert(holder);
                }
            }
        }
    }
    for item in types.items.values_mut() {
        let name = item.name.clone();
        if let Some(attrs) = item.attrs_mut() {
            attrs.retain(|attribute| text(attribute).is_none_or(|text| !is_bare_name(&text)));
            if !attrs
                .iter()
                .any(|attribute| attribute.path().is_ident("doc"))
                && let Some((holder, property)) = holders.get(&name)
            {
                let doc = format!(" Value of the property `{property}` of [`{holder}`].");
                attrs.insert(0, parse_quote!(#[doc = #doc]));
            }
        }
        Docs.visit_item_mut(&mut item.definition);
    }
    types
        .others
        .iter_mut()
        .for_each(|item| Docs.visit_item_mut(item));
}

/// Returns `true` if a description is only a name, as typify writes for types without a description.
fn is_bare_name(text: &str) -> bool {
    let name = text
        .trim()
        .strip_prefix('`')
        .and_then(|text| text.strip_suffix('`'));
    name.is_some_and(|name| name.chars().all(|c| c.is_alphanumeric() || c == '_'))
}

/// Returns the content of a `doc` attribute.
pub(super) fn text(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else {
        return None;
    };
    match (&pair.value, pair.path.is_ident("doc")) {
        (
            Expr::Lit(syn::ExprLit {
                lit: Lit::Str(text),
                ..
            }),
            true,
        ) => Some(text.value()),
        _ => None,
    }
}

/// Returns one attribute per line, which prints as `///`.
pub(super) fn attributes(lines: &[String]) -> Vec<Attribute> {
    // Only the text differs, so the attribute is parsed once.
    let empty: Attribute = parse_quote!(#[doc = ""]);
    let attribute = |line: &String| -> Attribute {
        let mut attribute = empty.clone();
        if let (false, Meta::NameValue(pair)) = (line.is_empty(), &mut attribute.meta)
            && let Expr::Lit(value) = &mut pair.value
        {
            value.lit = Lit::Str(syn::LitStr::new(&format!(" {line}"), Span::call_site()));
        }
        attribute
    };
    lines.iter().map(attribute).collect()
}

struct Docs;

impl Docs {
    fn rewrite(&self, attrs: &mut Vec<Attribute>) {
        let mut written: Vec<Attribute> = Vec::new();
        for attribute in attrs.drain(..) {
            match text(&attribute) {
                // Documentation written by patches starts with a space and is already Markdown.
                Some(text) if text.starts_with(' ') => {
                    written.extend(attributes(&[text.trim_start().to_owned()]));
                }
                Some(text) => written.extend(attributes(&rustdoc::lines(&text))),
                None => written.push(attribute),
            }
        }
        *attrs = written;
    }
}

impl VisitMut for Docs {
    fn visit_item_struct_mut(&mut self, item: &mut syn::ItemStruct) {
        self.rewrite(&mut item.attrs);
        syn::visit_mut::visit_item_struct_mut(self, item);
    }

    fn visit_item_enum_mut(&mut self, item: &mut syn::ItemEnum) {
        self.rewrite(&mut item.attrs);
        syn::visit_mut::visit_item_enum_mut(self, item);
    }

    fn visit_field_mut(&mut self, field: &mut syn::Field) {
        self.rewrite(&mut field.attrs);
    }

    fn visit_variant_mut(&mut self, variant: &mut syn::Variant) {
        self.rewrite(&mut variant.attrs);
        syn::visit_mut::visit_variant_mut(self, variant);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_descriptions_into_lines_and_documents_inline_types() {
        let source = r#"
            #[doc = "First.\n\nSee https://a.example."]
            pub struct A { #[doc = "A [b]."] pub b: Option<AB> }
            #[doc = "`AB`"]
            pub struct AB { pub c: i64 }
        "#;
        let mut types = Types::read(syn::parse_file(source).expect("parses").items);
        write(&mut types);
        let items = types.into_items();
        let text = prettyplease::unparse(&parse_quote!(#(#items)*));
        assert!(text.starts_with("/// First.\n///\n/// See <https://a.example>.\npub struct A {\n    /// A \\[b\\].\n"), "{text}");
        assert!(
            text.contains("/// Value of the property `b` of [`A`].\npub struct AB"),
            "{text}"
        );
    }
}
