//! Properties that all variants of a union have, and the accessors that read them.

use proc_macro2::Span;
use quote::quote;
use syn::{Ident, Item, Type, parse_quote};

use super::unions::variant_type;
use crate::openapi::progenitor::types::{
    AccessorType, Field, SharedProperty, TypeKind, Types, Union, type_name, without_options,
};

/// Returns the properties that every variant has with compatible types.
pub(super) fn shared(union: &Union, types: &Types) -> Vec<SharedProperty> {
    let structs = fields_of_variants(union, types);
    let Some((first, others)) = structs.split_first() else {
        return Vec::new();
    };
    let taken = ["clone", "from", "into", "fmt", "eq"];
    first
        .iter()
        .filter(|field| !field.flattened && !taken.contains(&field.ident.as_str()))
        .filter_map(|field| {
            let mut all = vec![&field.ty];
            for fields in others {
                let same = fields
                    .iter()
                    .find(|other| other.name == field.name && other.ident == field.ident)?;
                all.push(&same.ty);
            }
            Some(SharedProperty {
                name: field.name.clone(),
                method: field.ident.clone(),
                returns: common_type(&all, types)?,
            })
        })
        .collect()
}

/// Returns the fields of the struct of each variant.
pub(super) fn fields_of_variants(union: &Union, types: &Types) -> Vec<Vec<Field>> {
    let fields = union.variants.iter().map(|(_, ty)| {
        variant_type(ty)
            .map(|name| types.fields(&name))
            .unwrap_or_default()
    });
    fields.collect()
}

/// Returns the type that an accessor can return for all of the types.
fn common_type(all: &[&Type], types: &Types) -> Option<AccessorType> {
    let inner: Vec<&Type> = all.iter().map(|ty| without_options(ty).0).collect();
    let each = |test: &dyn Fn(&Type) -> bool| inner.iter().all(|ty| test(ty));
    if each(&|ty| is_string(ty, types)) {
        return Some(AccessorType::String);
    }
    if each(&|ty| type_name(ty).as_deref() == Some("bool")) {
        return Some(AccessorType::Bool);
    }
    if each(&|ty| type_name(ty).as_deref() == Some("i64")) {
        return Some(AccessorType::Integer);
    }
    let first = *inner.first()?;
    inner
        .iter()
        .all(|ty| *ty == first)
        .then(|| AccessorType::Reference(first.clone()))
}

/// Returns `true` if the type has `as_str()`.
fn is_string(ty: &Type, types: &Types) -> bool {
    match type_name(ty).as_deref() {
        Some("String") => true,
        Some(name) => match types.items.get(name).map(|item| &item.kind) {
            Some(TypeKind::StringNewtype(constraints)) => !constraints.secret,
            Some(TypeKind::Enum(_)) => true,
            _ => false,
        },
        None => false,
    }
}

/// Returns the accessors of a union; `None` if its variants have no property in common.
pub(super) fn accessors(name: &str, union: &Union, types: &Types) -> Option<Item> {
    if union.shared.is_empty() {
        return None;
    }
    let ident = Ident::new(name, Span::call_site());
    let fields = fields_of_variants(union, types);
    let functions = union.shared.iter();
    let functions = functions.map(|shared| accessor(shared, union, &fields));
    Some(parse_quote!(impl #ident { #(#functions)* }))
}

/// Prints an accessor. `fields` are those of each variant.
fn accessor(
    shared: &SharedProperty,
    union: &Union,
    fields: &[Vec<Field>],
) -> proc_macro2::TokenStream {
    let method = Ident::new(&shared.method, Span::call_site());
    let name = &shared.name;
    let doc = format!(" Returns the property `{name}`, which all variants have in common.");
    let variants = union.variants.iter().zip(fields);
    let arms = variants.map(|((variant, _), fields)| {
        let variant = Ident::new(variant, Span::call_site());
        let field = fields.iter().find(|field| field.name == shared.name);
        let (of, options) = match field {
            Some(field) => without_options(&field.ty),
            None => return quote!(Self::#variant(_) => None,),
        };
        // Unwraps all `Option`s but the innermost one.
        let outer = (1..options).map(|_| quote!(.as_ref()?));
        let field = quote!(value.#method #(#outer)*);
        let read = match (&shared.returns, options) {
            (AccessorType::String, 0) => quote!(Some(#field.as_str())),
            (AccessorType::String, _) if type_name(of).as_deref() == Some("String") => {
                quote!(#field.as_deref())
            }
            (AccessorType::String, _) => quote!(#field.as_ref().map(|text| text.as_str())),
            (AccessorType::Bool | AccessorType::Integer, 0) => quote!(Some(#field)),
            (AccessorType::Bool | AccessorType::Integer, 1) => field,
            (AccessorType::Bool | AccessorType::Integer, _) => {
                let flatten = (1..options).map(|_| quote!(.flatten()));
                quote!(value.#method #(#flatten)*)
            }
            (AccessorType::Reference(_), 0) => quote!(Some(&#field)),
            (AccessorType::Reference(_), _) => quote!(#field.as_ref()),
        };
        quote!(Self::#variant(value) => #read,)
    });
    let (ty, unknown) = match &shared.returns {
        AccessorType::String => (
            quote!(&str),
            quote!(value.get(#name).and_then(serde_json::Value::as_str)),
        ),
        AccessorType::Bool => (
            quote!(bool),
            quote!(value.get(#name).and_then(serde_json::Value::as_bool)),
        ),
        AccessorType::Integer => (
            quote!(i64),
            quote!(value.get(#name).and_then(serde_json::Value::as_i64)),
        ),
        AccessorType::Reference(ty) => (quote!(&#ty), quote!(None)),
    };
    let unknown = union.unknown.as_ref().map(|variant| {
        let variant = Ident::new(variant, Span::call_site());
        match &shared.returns {
            AccessorType::Reference(_) => quote!(Self::#variant(_) => #unknown,),
            _ => quote!(Self::#variant(value) => #unknown,),
        }
    });
    quote! {
        #[doc = #doc]
        pub fn #method(&self) -> Option<#ty> {
            match self { #(#arms)* #unknown }
        }
    }
}
