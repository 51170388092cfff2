//! What may be null beside being absent can also be read as what there is: a method with the name of the field.
//!
//! Who asks for the name of an account seldom cares which of the two there is in its place, and should not have to take
//! two `Option`s apart. The methods are those of structures in answers; what a request says is known to who made it.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Ident, Type, parse_quote};

use super::schemas::Directions;
use crate::openapi::progenitor::types::{Field, Kind, Types, inside, named, without_options};

/// What a structure has, or may have, by other means.
const TAKEN: [&str; 9] = [
    "clone", "cmp", "default", "eq", "fmt", "from", "hash", "into", "new",
];

/// Adds the methods to every structure that has such fields.
pub(super) fn read(types: &mut Types, directions: &Directions) {
    let names: Vec<String> = types.items.keys().cloned().collect();
    for name in names {
        if !directions.in_answers(&name) {
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
                .push(parse_quote!(runtime::impl_given!(#ident { #(#methods),* });));
        }
    }
}

/// The method of a field and what it gives inside its `Option`; nothing where the field has no second `Option`.
fn method(field: &Field, types: &Types) -> Option<TokenStream> {
    let (ty, options) = without_options(&field.ty);
    if options != 2 || TAKEN.contains(&field.ident.as_str()) {
        return None;
    }
    let method: Ident = syn::parse_str(&field.ident).ok()?;
    let gives = gives(ty, types);
    Some(quote!(#method: #gives))
}

/// A copy where that costs nothing, else a reference to as much as can be looked at.
fn gives(ty: &Type, types: &Types) -> TokenStream {
    if is_copy(ty, types) {
        return ty.to_token_stream();
    }
    if let Some(item) = inside(ty, "Vec") {
        return quote!(&[#item]);
    }
    match (named(ty).as_deref(), inside(ty, "Box")) {
        (Some("String"), _) => quote!(&str),
        (_, Some(boxed)) => quote!(&#boxed),
        _ => quote!(&#ty),
    }
}

fn is_copy(ty: &Type, types: &Types) -> bool {
    let Some(name) = named(ty) else {
        return false;
    };
    match types.items.get(&name).map(|item| &item.kind) {
        Some(Kind::Enum(values)) => values.unknown.is_none(),
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
    fn a_field_in_two_options_is_read_as_one() {
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
        };
        let directions = Directions::of(&types, &[method]);
        read(&mut types, &directions);
        let printed = |name: &str| -> String {
            let impls = types.items[name].impls.iter();
            let text: String = impls.map(|it| it.to_token_stream().to_string()).collect();
            text.replace(' ', "")
        };
        assert_eq!(
            printed("Account"),
            "runtime::impl_given!(Account{name:&str,dead:bool,scopes:&[String],app:&App,kind:AccountKind});"
        );
        assert_eq!(printed("App") + &printed("Sent"), "");
    }
}
