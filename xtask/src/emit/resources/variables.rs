//! Values that a handle fills in: their struct, and the setters that replace them for one request.

use proc_macro2::TokenStream;
use quote::quote;

use super::Printer;
use super::text::{self, Paths};
use crate::emit::docs::doc;
use crate::model::Ty;
use crate::names::{bare, ident};

/// Prints `variables.rs`.
pub(super) fn variables(printer: &Printer<'_>) -> TokenStream {
    let runtime = printer.runtime;
    let all = &printer.resources.variables;
    let fields = all.iter().map(|known| {
        let (field, ty) = (&known.variable.field, printer.ty(&known.variable.ty));
        let docs = doc(&text::value(known));
        quote!(#docs pub #field: Option<#ty>)
    });
    let readers = all.iter().flat_map(|known| {
        let (field, ty) = (&known.variable.field, printer.ty(&known.variable.ty));
        let name = bare(field);
        let value = match known.variable.ty.is_copy() {
            true => quote!(self.#field),
            false => quote!(self.#field.clone()),
        };
        let is_text = matches!(known.variable.ty, Ty::String | Ty::Text { .. });
        let required = known.is_required.then(|| {
            let check = ident(if is_text { "required_text" } else { "required_value" });
            quote! {
                pub(super) fn #field(&self, operation: &'static #runtime::Operation) -> Result<#ty, #runtime::Error> {
                    #runtime::#check(#name, #value, operation)
                }
            }
        });
        let optional = (known.is_optional && is_text).then(|| {
            let given = ident(&format!("given_{name}"));
            quote! {
                pub(super) fn #given(&self, operation: &'static #runtime::Operation) -> Result<Option<#ty>, #runtime::Error> {
                    #runtime::optional_text(#name, #value, operation)
                }
            }
        });
        [required, optional].into_iter().flatten()
    });
    let readers: Vec<TokenStream> = readers.collect();
    let reading = (!readers.is_empty()).then(|| {
        quote! {
            impl Variables { #(#readers)* }
        }
    });
    quote! {
        /// Values that a handle fills into the parameters wired to them; the names of the parameters do not matter.
        #[derive(Clone, Debug, Default)]
        #[non_exhaustive]
        pub struct Variables { #(#fields,)* }

        #reading
    }
}

/// Prints the macros that the files of the groups share.
pub(super) fn macros(printer: &Printer<'_>) -> String {
    let module = &printer.resources.module;
    let mut text = format!(
        "/// Declares the handle of a group.\n\
         macro_rules! handle {{\n    \
             ($(#[$doc:meta])* pub struct $name:ident;) => {{\n        \
                 $(#[$doc])*\n        \
                 #[derive(Clone, Debug)]\n        \
                 pub struct $name {{\n            \
                     call: super::Call,\n        \
                 }}\n\n        \
                 impl $name {{\n            \
                     /// Creates a handle that sends requests through `client` and fills in `variables`.\n            \
                     pub fn new(client: crate::{module}::Client, variables: crate::{module}::Variables) -> Self {{\n                \
                         Self {{ call: super::Call::new(client, variables) }}\n            \
                     }}\n        \
                 }}\n    \
             }};\n\
         }}\n"
    );
    if printer.resources.variables.is_empty() {
        return text;
    }
    text.push_str(
        "\n/// Implements the setters that replace values of the handle for one request. A setter without documentation\n\
         /// of its own has the documentation below.\n\
         macro_rules! variables {\n    \
             ($builder:ident { $($(#[$doc:meta])* $name:ident),* $(,)? }) => {\n        \
                 impl $builder {\n            \
                     $(variables! { @$name $(#[$doc])* })*\n        \
                 }\n    \
             };\n",
    );
    let paths = Paths {
        types: format!("crate::{module}::types::"),
        runtime: format!("{}::", printer.runtime.text()),
    };
    for known in &printer.resources.variables {
        let field = &known.variable.field;
        let described = text::described(&known.variable.name, &known.description);
        let docs: String = described
            .lines()
            .map(|line| format!("            {}\n", format!("/// {line}").trim_end()))
            .collect();
        let (parameter, value) = parameter_and_value(&known.variable.ty, &bare(field), &paths);
        text.push_str(&format!(
            "    (@{field}) => {{\n        \
                 variables! {{\n            \
                     @{field}\n\
                     {docs}        \
                 }}\n    \
             }};\n    \
             (@{field} $($doc:tt)+) => {{\n        \
                 $($doc)+\n        \
                 pub fn {field}(mut self, {field}: {parameter}) -> Self {{\n            \
                     self.call.variables.{field} = Some({value});\n            \
                     self\n        \
                 }}\n    \
             }};\n"
        ));
    }
    text.push_str("}\n");
    text
}

/// Returns the type of a setter's parameter and the value that is stored.
fn parameter_and_value(ty: &Ty, name: &str, paths: &Paths) -> (String, String) {
    let name = ident(name);
    let path = |ty: &Ty| text::path(ty, paths);
    match ty {
        Ty::List(item) => (
            format!("impl IntoIterator<Item = impl Into<{}>>", path(item)),
            format!("{name}.into_iter().map(Into::into).collect()"),
        ),
        ty if super::builder::is_passed_directly(ty) => (path(ty), name.to_string()),
        ty => (format!("impl Into<{}>", path(ty)), format!("{name}.into()")),
    }
}
