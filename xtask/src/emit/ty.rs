//! Types of the model as Rust types.

use proc_macro2::TokenStream;
use quote::quote;

use super::file::RuntimePath;
use crate::model::{ClientModule, IpAddress, Ty, TypeName};
use crate::names::ident;

/// Printer of types in one module.
#[derive(Clone, Copy, Debug)]
pub struct Types<'p> {
    /// All clients.
    pub apis: &'p [ClientModule],
    /// Client whose types are in scope as `types`, if there is only one.
    pub only: Option<usize>,
    /// Path of the runtime, if types are written with their full paths for [`Printer`](super::file::Printer).
    pub runtime: Option<&'p RuntimePath>,
}

impl Types<'_> {
    /// Returns a type.
    pub fn ty(&self, ty: &Ty) -> TokenStream {
        match ty {
            Ty::Bool => quote!(bool),
            Ty::Integer(integer) => integer.tokens(),
            Ty::Number => self.of_runtime(quote!(Number)),
            Ty::String => quote!(String),
            Ty::Secret => self.of_runtime(quote!(SecretString)),
            Ty::DateTime => quote!(chrono::DateTime<chrono::Utc>),
            Ty::Date => quote!(chrono::naive::NaiveDate),
            Ty::Uuid => quote!(uuid::Uuid),
            Ty::Ip(IpAddress::Any) => quote!(std::net::IpAddr),
            Ty::Ip(IpAddress::V4) => quote!(std::net::Ipv4Addr),
            Ty::Ip(IpAddress::V6) => quote!(std::net::Ipv6Addr),
            Ty::Bytes => self.of_crate(quote!(bytes), quote!(Bytes)),
            Ty::Multipart => self.of_runtime(quote!(Multipart)),
            Ty::Json => self.of_crate(quote!(serde_json), quote!(Value)),
            Ty::JsonMap => {
                let (map, value) = (quote!(Map), self.ty(&Ty::Json));
                let map = self.of_crate(quote!(serde_json), map);
                quote!(#map<String, #value>)
            }
            Ty::Text { name, .. }
            | Ty::Enum { name, .. }
            | Ty::Struct(name)
            | Ty::Union(name)
            | Ty::Wrapper(name, _)
            | Ty::Opaque(name)
            | Ty::JsonFields(name) => self.named(name),
            Ty::Foreign(ty) => quote!(#ty),
            Ty::List(inner) => {
                let inner = self.ty(inner);
                quote!(Vec<#inner>)
            }
            Ty::Map(inner) => {
                let (map, inner) = (self.of_runtime(quote!(OrderedMap)), self.ty(inner));
                quote!(#map<#inner>)
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

    fn of_runtime(&self, name: TokenStream) -> TokenStream {
        match self.runtime {
            Some(runtime) => quote!(#runtime::#name),
            None => name,
        }
    }

    fn of_crate(&self, krate: TokenStream, name: TokenStream) -> TokenStream {
        match self.runtime {
            Some(_) => quote!(::#krate::#name),
            None => name,
        }
    }

    /// Returns a type of a client.
    pub fn named(&self, name: &TypeName) -> TokenStream {
        let ty = ident(&name.name);
        match self.apis.get(name.api) {
            Some(api) if self.runtime.is_some() => {
                let module = &api.module;
                quote!(crate::#module::types::#ty)
            }
            _ if self.only == Some(name.api) => quote!(types::#ty),
            Some(api) => {
                let module = &api.module;
                quote!(#module::types::#ty)
            }
            None => quote!(#ty),
        }
    }
}
