//! Patch of `type: number`: `f64` becomes the runtime's `Number`, which keeps the original notation.
//!
//! An `f64` would send 0 as `0.0`.

use syn::visit_mut::VisitMut;
use syn::{FnArg, ImplItemFn, Type, parse_quote};

use crate::openapi::progenitor::types::{TypeKind, Types, type_argument, type_name};

/// Replaces the floats in all definitions.
pub(super) fn keep_digits(types: &mut Types) {
    for item in types.items.values_mut() {
        let before = item.inner_types();
        Floats.visit_item_mut(&mut item.definition);
        if item.inner_types() == before {
            continue;
        }
        // Keeps conversions, but not arithmetic and parsing of the float.
        item.retain_impls(|name| matches!(name, "From" | "Deref"));
        item.impls
            .iter_mut()
            .for_each(|item| Floats.visit_item_mut(item));
        match &mut item.kind {
            TypeKind::Newtype(inner) => Floats.visit_type_mut(inner),
            TypeKind::Union(union) => union
                .variants
                .iter_mut()
                .for_each(|(_, ty)| Floats.visit_type_mut(ty)),
            _ => {}
        }
    }
}

/// Replaces the floats in a method's signature. Arguments are borrowed, since `Number` is not `Copy`.
pub(super) fn keep_digits_in_signature(function: &mut ImplItemFn) {
    for input in &mut function.sig.inputs {
        let FnArg::Typed(argument) = input else {
            continue;
        };
        if is_float(&argument.ty) {
            *argument.ty = parse_quote!(&runtime::Number);
        } else if type_argument(&argument.ty, "Option").is_some_and(is_float) {
            *argument.ty = parse_quote!(Option<&runtime::Number>);
        } else {
            Floats.visit_type_mut(&mut argument.ty);
        }
    }
    Floats.visit_return_type_mut(&mut function.sig.output);
}

fn is_float(ty: &Type) -> bool {
    matches!(type_name(ty).as_deref(), Some("f64" | "f32"))
}

struct Floats;

impl VisitMut for Floats {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        match is_float(ty) && matches!(ty, Type::Path(_)) {
            true => *ty = parse_quote!(runtime::Number),
            false => syn::visit_mut::visit_type_mut(self, ty),
        }
    }
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;

    use super::*;

    #[test]
    fn replaces_floats_in_fields() {
        let source = "pub struct A { pub a: f64, pub b: Option<Vec<f64>>, pub c: i64 }";
        let mut types = Types::read(syn::parse_file(source).expect("parses").items);
        keep_digits(&mut types);
        let text = types.items["A"]
            .definition
            .to_token_stream()
            .to_string()
            .replace(' ', "");
        assert_eq!(
            text,
            "pubstructA{puba:runtime::Number,pubb:Option<Vec<runtime::Number>>,pubc:i64}"
        );
    }

    #[test]
    fn a_method_borrows_its_numbers() {
        let mut function: ImplItemFn = parse_quote!(
            pub async fn x(&self, a: f64, b: Option<f64>) {}
        );
        keep_digits_in_signature(&mut function);
        let text = function.sig.to_token_stream().to_string().replace(' ', "");
        assert!(
            text.contains("a:&runtime::Number,b:Option<&runtime::Number>"),
            "{text}"
        );
    }
}
