//! Runs progenitor on the normalized document, and adds a function that calls any method by name.

use std::error::Error;
use std::path::{Path, PathBuf};

use openapiv3::OpenAPI;
use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use quote::{format_ident, quote};
use syn::{
    FnArg, GenericArgument, ImplItem, ImplItemFn, Item, Pat, PathArguments, Type, TypeReference,
    Visibility,
};
use xtask::diagnostic::Diagnostics;
use xtask::openapi::normalize::normalize;

const DOCUMENT: &str = "../../generated/src/pipedream/openapi.json";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={DOCUMENT}");
    let text = std::fs::read_to_string(DOCUMENT)?;
    let mut document = serde_json::from_str(&text)?;
    // Without this, progenitor panics: several operations document more than one success response.
    normalize(
        &mut document,
        Path::new(DOCUMENT),
        &mut Diagnostics::default(),
    );
    let mut settings = GenerationSettings::default();
    settings.with_interface(InterfaceStyle::Positional);
    let document: OpenAPI = serde_json::from_value(document)?;
    let tokens = Generator::new(&settings).generate_tokens(&document)?;
    let mut client: syn::File = syn::parse2(tokens)?;
    client.items.push(calls(&client)?);
    let out = PathBuf::from(std::env::var("OUT_DIR")?).join("client.rs");
    std::fs::write(out, prettyplease::unparse(&client))?;
    Ok(())
}

/// Generates a function that calls any method by name, with arguments by name. Omitted arguments must be optional.
fn calls(client: &syn::File) -> syn::Result<Item> {
    let arms = client
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Impl(item) if item.trait_.is_none() => Some(item.items.iter()),
            _ => None,
        })
        .flatten()
        .filter_map(|item| match item {
            ImplItem::Fn(method) if is_operation(method) => Some(method),
            _ => None,
        })
        .map(|method| {
            let name = &method.sig.ident;
            let key = name.to_string();
            let arguments = method.sig.inputs.iter().filter_map(argument);
            let decoder = if quote!(#method.sig).to_string().contains("ByteStream") {
                format_ident!("streamed")
            } else {
                format_ident!("decoded")
            };
            quote! { #key => crate::#decoder(client.#name(#(#arguments),*).await).await, }
        });
    syn::parse2(quote! {
        /// Calls a method by its name.
        pub async fn call(client: &Client, method: &str, arguments: &crate::Arguments) -> crate::CallResult {
            match method {
                #(#arms)*
                _ => panic!("unknown method {method}"),
            }
        }
    })
}

fn is_operation(method: &ImplItemFn) -> bool {
    matches!(method.vis, Visibility::Public(_)) && method.sig.asyncness.is_some()
}

fn argument(argument: &FnArg) -> Option<proc_macro2::TokenStream> {
    let FnArg::Typed(argument) = argument else {
        return None;
    };
    let Pat::Ident(name) = &*argument.pat else {
        return None;
    };
    let name = name.ident.to_string();
    Some(match (optional(&argument.ty), &*argument.ty) {
        (Some(Type::Reference(inner)), _) if is_text(inner) => {
            quote!(crate::optional::<String>(arguments, #name).as_deref())
        }
        (Some(Type::Reference(_)), _) => quote!(crate::optional(arguments, #name).as_ref()),
        (Some(_), _) => quote!(crate::optional(arguments, #name)),
        (None, Type::Reference(reference)) if is_text(reference) => {
            quote!(&crate::argument::<String>(arguments, #name))
        }
        (None, Type::Reference(_)) => quote!(&crate::argument(arguments, #name)),
        (None, _) => quote!(crate::argument(arguments, #name)),
    })
}

/// Returns the type inside an `Option`.
fn optional(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    match &last.arguments {
        PathArguments::AngleBracketed(inner) if last.ident == "Option" => {
            inner.args.iter().find_map(|it| match it {
                GenericArgument::Type(inner) => Some(inner),
                _ => None,
            })
        }
        _ => None,
    }
}

fn is_text(reference: &TypeReference) -> bool {
    matches!(&*reference.elem, Type::Path(path) if path.path.is_ident("str"))
}
