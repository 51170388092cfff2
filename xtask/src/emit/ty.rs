//! Types of the IR as Rust.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::{ClientModule, IpAddress, Ty, TypeName};
use crate::names::ident;

/// How types are written in one module.
#[derive(Clone, Copy, Debug)]
pub struct Types<'p> {
    /// All clients.
    pub apis: &'p [ClientModule],
    /// The client whose types are in scope as `types`, where there is only one.
    pub only: Option<usize>,
}

impl Types<'_> {
    /// A type.
    pub fn ty(&self, ty: &Ty) -> TokenStream {
        match ty {
            Ty::Bool => quote!(bool),
            Ty::Integer(integer) => integer.tokens(),
            Ty::Number => quote!(Number),
            Ty::String => quote!(String),
            Ty::Secret => quote!(SecretString),
            Ty::DateTime => quote!(chrono::DateTime<chrono::Utc>),
            Ty::Date => quote!(chrono::naive::NaiveDate),
            Ty::Uuid => quote!(uuid::Uuid),
            Ty::Ip(IpAddress::Any) => quote!(std::net::IpAddr),
            Ty::Ip(IpAddress::V4) => quote!(std::net::Ipv4Addr),
            Ty::Ip(IpAddress::V6) => quote!(std::net::Ipv6Addr),
            Ty::Bytes => quote!(Bytes),
            Ty::Json => quote!(Value),
            Ty::JsonMap => quote!(Map<String, Value>),
            Ty::Text { name, .. }
            | Ty::Enum { name, .. }
            | Ty::Struct(name)
            | Ty::Union(name)
            | Ty::Wrapper(name, _)
            | Ty::Opaque(name) => self.named(name),
            Ty::Foreign(ty) => quote!(#ty),
            Ty::List(inner) => {
                let inner = self.ty(inner);
                quote!(Vec<#inner>)
            }
            Ty::Map(inner) => {
                let inner = self.ty(inner);
                quote!(OrderedMap<#inner>)
            }
            Ty::Boxed(inner) => {
                let inner = self.ty(inner);
                quote!(Box<#inner>)
            }
            Ty::Option(inner) => {
                let inner = self.ty(inner);
                quote!(Option<#inner>)
            }
        }
    }

    /// A type of a client.
    pub fn named(&self, name: &TypeName) -> TokenStream {
        let ty = ident(&name.name);
        match self.apis.get(name.api) {
            _ if self.only == Some(name.api) => quote!(types::#ty),
            Some(api) => {
                let module = &api.module;
                quote!(#module::types::#ty)
            }
            None => quote!(#ty),
        }
    }
}
