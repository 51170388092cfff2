//! Patch of structs: a constructor for structs in requests, `#[non_exhaustive]` for structs in responses.
//!
//! A property that a new version of the document adds must not break callers. Callers create a request struct with
//! `new`, which takes the required fields, and set others with update syntax: `Order { note, ..Order::new(id) }`.
//! All types implement `PartialEq`.

use proc_macro2::Span;
use quote::quote;
use syn::{Expr, Fields, Ident, Item, Type, parse_quote};

use super::schemas::Directions;
use crate::openapi::progenitor::types::{
    TypeItem, TypeKind, Types, serde_flag, serde_value, trait_name, type_argument, type_name,
};

/// Rewrites every struct, and derives `PartialEq` for all types.
pub(super) fn make_extensible(types: &mut Types, directions: &Directions) {
    for item in types.items.values_mut() {
        derive_partial_eq(item);
    }
    let names: Vec<String> = types.items.keys().cloned().collect();
    for name in names {
        let Some(item) = types.items.get(&name) else {
            continue;
        };
        match item.kind {
            TypeKind::Struct => {
                let constructor = directions
                    .in_requests(&name)
                    .then(|| constructor(item, types))
                    .flatten();
                let is_returned = constructor.is_none() || directions.in_responses(&name);
                if let Some(item) = types.items.get_mut(&name) {
                    if is_returned {
                        item.add_attribute(parse_quote!(#[non_exhaustive]));
                    }
                    item.impls.splice(0..0, constructor);
                }
            }
            // The wrapped type determines how a wrapper is parsed and printed.
            TypeKind::Newtype(_) => {
                if let Some(item) = types.items.get_mut(&name) {
                    use_runtime_conversions(item);
                }
            }
            _ => {}
        }
    }
}

/// Replaces the conversions of a wrapper with those of the runtime, if typify generated both directions.
fn use_runtime_conversions(item: &mut TypeItem) {
    let TypeKind::Newtype(inner) = item.kind.clone() else {
        return;
    };
    let conversions = item.impls.iter().filter(|item| match item {
        Item::Impl(item) => trait_name(item).as_deref() == Some("From"),
        _ => false,
    });
    if conversions.count() == 2 {
        let ident = Ident::new(&item.name, Span::call_site());
        item.retain_impls(|name| matches!(name, "Default" | "Debug"));
        let implement = parse_quote!(runtime::impl_wrapper!(#ident(#inner)););
        item.impls.insert(0, implement);
    } else {
        item.retain_impls(|name| matches!(name, "From" | "Deref" | "Default" | "Debug"));
    }
}

fn derive_partial_eq(item: &mut TypeItem) {
    let mut derived = item.derived();
    if derived.is_empty() {
        return;
    }
    if !item.derives("PartialEq") {
        derived.push("PartialEq".to_owned());
    }
    derived.sort_by_key(|path| (path.contains("::"), path.clone()));
    item.derive(&derived);
}

/// Returns `new`, which takes the required fields; `None` for types without named fields.
fn constructor(item: &TypeItem, types: &Types) -> Option<Item> {
    let Item::Struct(definition) = &item.definition else {
        return None;
    };
    let Fields::Named(fields) = &definition.fields else {
        return None;
    };
    let ident = Ident::new(&item.name, Span::call_site());
    let mut parameters = Vec::new();
    let mut values = Vec::new();
    for field in &fields.named {
        let name = field.ident.as_ref()?;
        let parameter = Ident::new(&name.to_string(), Span::call_site());
        match default_value(field, types) {
            Some(value) => values.push(quote!(#name: #value)),
            None => {
                let ty = &field.ty;
                if converts_from_string(ty, types) {
                    parameters.push(quote!(#parameter: impl Into<#ty>));
                    values.push(quote!(#name: #parameter.into()));
                } else {
                    parameters.push(quote!(#parameter: #ty));
                    values.push(quote!(#name));
                }
            }
        }
    }
    let allow = (parameters.len() > 7).then(|| quote!(#[allow(clippy::too_many_arguments)]));
    let (doc, body) = match parameters.is_empty() {
        true if item.derives("Default") => (" Sets no field.", quote!(Self::default())),
        true => (" Sets no field.", quote!(Self { #(#values),* })),
        false => (" Sets the required fields.", quote!(Self { #(#values),* })),
    };
    Some(parse_quote! {
        impl #ident {
            #[doc = #doc]
            #allow
            pub fn new(#(#parameters),*) -> Self { #body }
        }
    })
}

/// Returns the default value of an optional field, or the only value of an enum.
fn default_value(field: &syn::Field, types: &Types) -> Option<Expr> {
    if let Some(path) = serde_value(&field.attrs, "default") {
        let function: Expr = syn::parse_str(&path).ok()?;
        return Some(parse_quote!(#function()));
    }
    let is_required = serde_value(&field.attrs, "deserialize_with").is_some();
    if type_argument(&field.ty, "Option").is_some() && !is_required {
        return Some(parse_quote!(None));
    }
    if serde_flag(&field.attrs, "default") {
        return Some(parse_quote!(Default::default()));
    }
    let name = type_name(&field.ty)?;
    match &types.items.get(&name)?.kind {
        TypeKind::Enum(values) if values.listed.len() == 1 => {
            let variant = Ident::new(&values.listed[0].0, Span::call_site());
            let name = Ident::new(&name, Span::call_site());
            Some(parse_quote!(#name::#variant))
        }
        _ => None,
    }
}

fn converts_from_string(ty: &Type, types: &Types) -> bool {
    match type_name(ty).as_deref() {
        Some("String" | "SecretString") => true,
        Some(name) => matches!(
            types.items.get(name).map(|item| &item.kind),
            Some(TypeKind::StringNewtype(_))
        ),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;

    use super::super::Method;
    use super::*;

    #[test]
    fn a_wrapper_uses_the_conversions_of_the_runtime() {
        let source = r#"
            #[derive(::serde::Deserialize)] #[serde(transparent)] pub struct Names(pub Vec<Name>);
            impl ::std::ops::Deref for Names {}
            impl From<Names> for Vec<Name> {}
            impl From<Vec<Name>> for Names {}
            impl ::std::fmt::Display for Names {}
            #[derive(::serde::Deserialize)] pub struct Name { pub a: bool }
            #[derive(::serde::Deserialize)] #[serde(transparent)] pub struct Only(pub Name);
            impl From<Only> for Name {}
            impl From<Name> for Only {}
        "#;
        let mut types = Types::read(syn::parse_file(source).expect("parses").items);
        make_extensible(&mut types, &Directions::default());
        assert!(
            types.items["Name"].impls.is_empty(),
            "{:?}",
            types.items["Name"].impls
        );
        let text: String = types
            .into_items()
            .iter()
            .map(|i| i.to_token_stream().to_string())
            .collect();
        let text = text.replace(' ', "");
        assert!(
            text.contains("runtime::impl_wrapper!(Names(Vec<Name>));"),
            "{text}"
        );
        assert!(
            text.contains("runtime::impl_wrapper!(Only(Name));"),
            "{text}"
        );
        assert!(!text.contains("impl::std"), "{text}");
    }

    #[test]
    fn new_takes_required_fields_and_sets_defaults() {
        let source = r#"
            #[derive(::serde::Deserialize, Clone, Debug)]
            pub struct Order {
                pub id: OrderId,
                pub count: i64,
                pub note: Option<String>,
                #[serde(default)] pub tags: Vec<String>,
                #[serde(default, with = "runtime::nullable", skip_serializing_if = "Option::is_none")]
                pub code: Option<Option<String>>,
                #[serde(default = "defaults::default_bool::<bool, true>")] pub fast: bool,
                #[serde(deserialize_with = "Option::deserialize")] pub until: Option<i64>,
                pub kind: OrderKind,
            }
            pub struct OrderId(String);
            pub enum OrderKind { Order }
            impl FromStr for OrderKind {}
            #[derive(Clone)] pub struct Receipt { pub total: i64 }
        "#;
        let mut types = Types::read(syn::parse_file(source).expect("parses").items);
        let method = Method {
            operation: "x".into(),
            http: "POST".into(),
            path: "/".into(),
            pointer: String::new(),
            function: parse_quote!(
                pub async fn x(
                    &self,
                    body: &types::Order,
                ) -> Result<ResponseValue<types::Receipt>, Error<()>> {
                }
            ),
            parameters: None,
        };
        let directions = Directions::of(&types, &[method]);
        make_extensible(&mut types, &directions);
        assert_eq!(
            types.items["Order"].derived(),
            ["Clone", "Debug", "PartialEq", "::serde::Deserialize"]
        );
        let text: String = types
            .into_items()
            .iter()
            .map(|i| i.to_token_stream().to_string())
            .collect();
        let text = text.replace(' ', "");
        assert!(
            text.contains("pubfnnew(id:implInto<OrderId>,count:i64,until:Option<i64>)->Self{"),
            "{text}"
        );
        assert!(
            text.contains("fast:defaults::default_bool::<bool,true>()"),
            "{text}"
        );
        assert!(text.contains("code:None"), "{text}");
        assert!(text.contains("kind:OrderKind::Order"), "{text}");
        // `Order` is sent and never returned.
        assert_eq!(text.matches("#[non_exhaustive]").count(), 1, "{text}");
        assert!(text.contains("#[non_exhaustive]pubstructReceipt"), "{text}");
        assert_eq!(text.matches("fnnew").count(), 1, "{text}");
    }
}
