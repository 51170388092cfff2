//! Files of the resources of one OpenAPI document: a handle per group of operations, a builder per request.

mod builder;
mod handle;
mod text;
mod variables;

use proc_macro2::TokenStream;
use quote::quote;

use super::client::Emitted;
use super::file::{self, RuntimePath};
use crate::model::resource::{Group, HandleVariable, Resources};
use crate::model::{IpAddress, Ty, TypeName};
use crate::names::{bare, ident};

/// Prints resources. `krate` is the name of the generated crate in the examples.
pub fn emit(resources: &Resources, krate: &str, runtime: &RuntimePath) -> Vec<Emitted> {
    let printer = Printer {
        resources,
        krate,
        runtime,
        file: file::Printer {
            runtime,
            home: Some(&resources.module),
        },
    };
    let mut files = vec![
        printer.file(
            "variables.rs",
            "Values that a handle fills into requests.",
            variables::variables(&printer),
        ),
        printer.module(),
    ];
    for group in &resources.groups {
        let title = format!("The group `{}`: handle and request builders.", group.name);
        let name = format!("resources/{}.rs", bare(&group.module));
        files.push(printer.file(&name, &title, handle::group(&printer, group)));
        for builder in &group.builders {
            let name = format!("resources/{}", text::example_file(group, builder));
            let example = text::example(&printer, group, builder);
            files.push(printer.emitted(&name, format!("{example}\n")));
        }
    }
    files
}

/// Printer of the resources of one client.
struct Printer<'a> {
    resources: &'a Resources,
    krate: &'a str,
    runtime: &'a RuntimePath,
    file: file::Printer<'a>,
}

impl Printer<'_> {
    fn file(&self, name: &str, title: &str, code: TokenStream) -> Emitted {
        self.emitted(name, self.file.file(title, code))
    }

    fn emitted(&self, name: &str, text: String) -> Emitted {
        Emitted {
            path: format!("{}/{name}", self.resources.module),
            text,
        }
    }

    /// Prints `resources/mod.rs`.
    fn module(&self) -> Emitted {
        let mut groups: Vec<&Group> = self.resources.groups.iter().collect();
        groups.sort_by_key(|group| bare(&group.module));
        let mut text = String::from(
            "//! Operations by group: handles that fill in known values, and request builders.\n\n\
             // The document determines the names of the methods.\n\
             #![allow(clippy::should_implement_trait, clippy::wrong_self_convention)]\n\n",
        );
        text.push_str(&variables::macros(self));
        text.push('\n');
        for group in &groups {
            text.push_str(&format!("#[rustfmt::skip]\nmod {};\n", group.module));
        }
        text.push('\n');
        for group in &groups {
            text.push_str(&format!("pub use self::{}::*;\n", group.module));
        }
        let code = self.file.code(handle::resources(self));
        self.emitted("resources/mod.rs", format!("{text}\n{code}"))
    }

    /// Returns the variable with this index.
    fn variable(&self, number: usize) -> Option<&HandleVariable> {
        self.resources.variables.get(number)
    }

    /// Returns the path of the client's module.
    fn client(&self) -> TokenStream {
        let module = ident(&self.resources.module);
        quote!(crate::#module)
    }

    /// Returns a type with its full path.
    fn ty(&self, ty: &Ty) -> TokenStream {
        let (client, runtime) = (self.client(), self.runtime);
        let inner = |ty: &Ty| self.ty(ty);
        let named = |name: &TypeName| {
            let name = ident(&name.name);
            quote!(#client::types::#name)
        };
        match ty {
            Ty::Bool => quote!(bool),
            Ty::String => quote!(String),
            Ty::Number => quote!(#runtime::Number),
            Ty::Secret => quote!(#runtime::SecretString),
            Ty::Json => quote!(::serde_json::Value),
            Ty::JsonMap => quote!(::serde_json::Map<String, ::serde_json::Value>),
            Ty::Integer(integer) => integer.tokens(),
            Ty::DateTime => quote!(chrono::DateTime<chrono::Utc>),
            Ty::Date => quote!(chrono::naive::NaiveDate),
            Ty::Uuid => quote!(uuid::Uuid),
            Ty::Ip(IpAddress::Any) => quote!(std::net::IpAddr),
            Ty::Ip(IpAddress::V4) => quote!(std::net::Ipv4Addr),
            Ty::Ip(IpAddress::V6) => quote!(std::net::Ipv6Addr),
            Ty::Bytes => quote!(::bytes::Bytes),
            Ty::Multipart => quote!(#runtime::Multipart),
            Ty::Foreign(ty) => quote!(#ty),
            Ty::Text { name, .. }
            | Ty::Enum { name, .. }
            | Ty::Struct(name)
            | Ty::Union(name)
            | Ty::Wrapper(name, _)
            | Ty::Opaque(name)
            | Ty::JsonFields(name) => named(name),
            Ty::List(item) => {
                let item = inner(item);
                quote!(Vec<#item>)
            }
            Ty::Map(value) => {
                let value = inner(value);
                quote!(#runtime::OrderedMap<#value>)
            }
            Ty::Boxed(boxed) => {
                let boxed = inner(boxed);
                quote!(Box<#boxed>)
            }
            Ty::Option(some) => {
                let some = inner(some);
                quote!(Option<#some>)
            }
        }
    }
}

#[cfg(test)]
mod tests;
