//! Patch that adds accessors for `Option<Option<T>>` fields; each returns a single `Option`.
//!
//! Callers that read a response rarely need to distinguish null from absent. An accessor has the name of its field.
//! Structs that occur only in requests get none.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Ident, Type, parse_quote};

use super::schemas::Directions;
use crate::openapi::progenitor::types::{
    Field, TypeKind, Types, type_argument, type_name, without_options,
};

/// Methods that structs have from traits or constructors.
const RESERVED: [&str; 9] = [
    "clone", "cmp", "default", "eq", "fmt", "from", "hash", "into", "new",
];

/// Adds accessors to every struct with such fields.
pub(super) fn add(types: &mut Types, directions: &Directions) {
    let names: Vec<String> = types.items.keys().cloned().collect();
    for name in names {
        if !directions.in_responses(&name) {
            continue;
        }
        let methods: Vec<TokenStream> = types
            .fields(&name)
            .iter()
            .filter_map(|field| method(field, types))
            .collect();
        if let (Some(item), false) = (types.items.get_mut(&name), methods.is_empty()) {
            let ident = Ident::new(&name, Span::call_site());
            item.impls
                .push(parse_quote!(runtime::impl_nullable_accessors!(#ident { #(#methods),* });));
        }
    }
}

/// Returns the accessor of a field, or `None` if the field does not have two `Option`s.
fn method(field: &Field, types: &Types) -> Option<TokenStream> {
    let (ty, options) = without_options(&field.ty);
    if options != 2 || RESERVED.contains(&field.ident.as_str()) {
        return None;
    }
    let method: Ident = syn::parse_str(&field.ident).ok()?;
    let returned = returned_type(ty, types);
    Some(quote!(#method: #returned))
}

/// Returns the type inside the `Option` that an accessor returns: the type itself if it is `Copy`, or a reference.
fn returned_type(ty: &Type, types: &Types) -> TokenStream {
    if is_copy(ty, types) {
        return ty.to_token_stream();
    }
    if let Some(item) = type_argument(ty, "Vec") {
        return quote!(&[#item]);
    }
    match (type_name(ty).as_deref(), type_argument(ty, "Box")) {
        (Some("String"), _) => quote!(&str),
        (_, Some(boxed)) => quote!(&#boxed),
        _ => quote!(&#ty),
    }
}

fn is_copy(ty: &Type, types: &Types) -> bool {
    let Some(name) = type_name(ty) else {
        return false;
    };
    match types.items.get(&name).map(|item| &item.kind) {
        Some(TypeKind::Enum(values)) => values.unknown.is_none(),
        Some(_) => false,
        None => matches!(
            name.as_str(),
            "bool"
                | "i8"
                | "i16"
                | "i32"
                | "i64"
                | "u8"
                | "u16"
                | "u32"
                | "u64"
                | "DateTime"
                | "NaiveDate"
                | "Uuid"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Method;
    use super::*;

    #[test]
    fn adds_accessors_for_fields_with_two_options() {
        let source = "
            pub struct Account {
                pub id: String,
                pub name: Option<Option<String>>,
                pub dead: Option<Option<bool>>,
                pub scopes: Option<Option<Vec<String>>>,
                pub app: Option<Option<Box<App>>>,
                pub kind: Option<Option<AccountKind>>,
                pub healthy: Option<bool>,
                pub clone: Option<Option<bool>>,
            }
            pub struct App { pub id: String }
            pub struct Sent { pub name: Option<Option<String>> }
            pub enum AccountKind { A }
            impl FromStr for AccountKind {}
        ";
        let mut types = Types::read(syn::parse_file(source).expect("parses").items);
        let method = Method {
            operation: "x".into(),
            http: "GET".into(),
            path: "/".into(),
            pointer: String::new(),
            function: parse_quote!(
                pub async fn x(
                    &self,
                    body: &types::Sent,
                ) -> Result<ResponseValue<types::Account>, Error<()>> {
                }
            ),
            parameters: None,
        };
        let directions = Directions::of(&types, &[method]);
        add(&mut types, &directions);
        let printed = |name: &str| -> String {
            let impls = types.items[name].impls.iter();
            let text: String = impls.map(|it| it.to_token_stream().to_string()).collect();
            text.replace(' ', "")
        };
        assert_eq!(
            printed("Account"),
            "runtime::impl_nullable_accessors!(Account{name:&str,dead:bool,scopes:&[String],app:&App,kind:AccountKind});"
        );
        assert_eq!(printed("App") + &printed("Sent"), "");
    }
}
