//! Files of the client of one OpenAPI document: `mod.rs`, `client.rs`, `params.rs`, `types.rs` and `operations.rs`.

mod objects;

use std::collections::BTreeSet;

use proc_macro2::{Ident, Spacing, TokenStream, TokenTree};
use quote::quote;
use syn::visit::Visit;
use syn::{ImplItem, Item, parse_quote};

use super::file::{RuntimePath, layout, layout_file};
use crate::model::client::{Client, CredentialLocation, Operation};
use crate::names::ident;
use crate::openapi::progenitor::patch::PatchedClient;
use crate::openapi::progenitor::types::without_options;
use crate::rustdoc;

/// A file of the generated crate, with its path below `src`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emitted {
    pub path: String,
    pub text: String,
}

/// Source of a printed client.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    pub client: &'a Client,
    pub patched: &'a PatchedClient,
    /// `true` if the client has resources.
    pub has_resources: bool,
    pub runtime: &'a RuntimePath,
}

/// Prints a client.
pub fn emit(source: Source<'_>) -> Vec<Emitted> {
    let params = params(source);
    let mut files = vec![
        ("mod.rs", module(source, params.is_some())),
        ("client.rs", methods(source)),
    ];
    files.extend(params.map(|text| ("params.rs", text)));
    files.extend([
        ("types.rs", types(source)),
        ("operations.rs", operations(source)),
    ]);
    files.extend(servers(source).map(|text| ("servers.rs", text)));
    let files = files.into_iter().map(|(name, text)| Emitted {
        path: format!("{}/{name}", source.client.module),
        text,
    });
    files.collect()
}

fn module(source: Source<'_>, has_params: bool) -> String {
    let (client, has_resources) = (source.client, source.has_resources);
    let with = if has_resources { "resources, " } else { "" };
    let mut text = format!(
        "//! {}: {with}client, types and operations.\n",
        client.title
    );
    if let Some(description) = &client.description {
        text.push_str("//!\n");
        for line in rustdoc::lines(description) {
            text.push_str(format!("//! {line}").trim_end());
            text.push('\n');
        }
    }
    let modules = [
        ("mod client", true),
        ("pub mod operations", true),
        ("pub mod params", has_params),
        ("pub mod resources", has_resources),
        ("pub mod servers", !client.servers.is_empty()),
        ("pub mod types", true),
        ("mod variables", has_resources),
    ];
    text.push('\n');
    for (module, _) in modules.iter().filter(|(_, is_there)| *is_there) {
        text.push_str(&format!("#[rustfmt::skip]\n{module};\n"));
    }
    text.push_str("\npub use client::Client;\n");
    if has_resources {
        text.push_str("pub use variables::Variables;\n");
    }
    text
}

/// Prints `client.rs`.
fn methods(source: Source<'_>) -> String {
    let (client, runtime) = (source.client, source.runtime);
    const FROM_RUNTIME: [&str; 8] = [
        "ByteStream",
        "DeclaredPart",
        "Error",
        "Multipart",
        "Outcome",
        "ParameterStyle",
        "PartKind",
        "Response",
    ];
    const MODULES: [&str; 4] = ["operations", "params", "servers", "types"];
    let methods = &source.patched.methods;
    let mut names = Names::default();
    for method in methods {
        names.visit_impl_item_fn(&method.function);
    }
    let used = |names: &BTreeSet<String>, wanted: &[&str]| -> Vec<Ident> {
        let wanted = wanted.iter().filter(|name| names.contains(**name));
        wanted.map(|name| ident(name)).collect()
    };
    let mut from_runtime = used(&names.items, &FROM_RUNTIME);
    from_runtime.extend(["ApiClient", "CallOptions", "Transport"].map(ident));
    from_runtime.sort();
    let alias = names
        .modules
        .contains("runtime")
        .then(|| quote!(use #runtime as runtime;));
    let modules = used(&names.modules, &MODULES);
    let own = (!modules.is_empty()).then(|| quote!(use super::{#(#modules),*};));
    let base = &client.base_url;
    let doc = format!(
        " Client for {}, with a method for each of its {} operations.",
        client.title,
        client.operations.len()
    );
    let mut file: syn::File = parse_quote! {
        use #runtime::{#(#from_runtime),*};
        #alias
        #own

        #[doc = #doc]
        #[doc = ""]
        #[doc = " Cloning is cheap: clones share the transport."]
        #[derive(Clone, Debug)]
        pub struct Client {
            transport: Transport,
        }

        impl Client {
            #[doc = " Base URL declared in the OpenAPI document."]
            pub const BASE_URL: &'static str = #base;

            #[doc = " Creates a client that sends its requests through `transport`."]
            pub fn new(transport: Transport) -> Self {
                Self { transport }
            }

            #[doc = " Returns the transport that sends the requests."]
            pub fn transport(&self) -> &Transport {
                &self.transport
            }

            #[doc = " Returns a client that applies `options` to its calls."]
            #[must_use]
            pub fn with_options(&self, options: CallOptions) -> Self {
                Self { transport: self.transport.with_options(options) }
            }
        }

        impl ApiClient for Client {
            fn transport(&self) -> &Transport {
                &self.transport
            }

            fn with_options(&self, options: CallOptions) -> Self {
                Self::with_options(self, options)
            }
        }
    };
    // The methods are not made tokens and parsed again.
    let block = file.items.iter_mut().find_map(|item| match item {
        Item::Impl(block) => Some(block),
        _ => None,
    });
    if let Some(block) = block {
        let functions = methods.iter().map(|method| method.function.clone());
        block.items.extend(functions.map(ImplItem::Fn));
    }
    format!(
        "//! Client, with one method per operation.\n\n{}",
        layout_file(file)
    )
}

/// Prints `params.rs`, if an operation has many parameters.
fn params(source: Source<'_>) -> Option<String> {
    let all = source.patched.methods.iter();
    let items: Vec<Item> = all
        .filter_map(|method| method.parameters.as_ref())
        .flat_map(|parameters| {
            let definition = Item::Struct(parameters.definition.clone());
            std::iter::once(definition).chain(parameters.debug.clone().map(Item::Impl))
        })
        .collect();
    if items.is_empty() {
        return None;
    }
    let names = Names::of(&items);
    let runtime = source.runtime;
    let alias = names
        .modules
        .contains("runtime")
        .then(|| quote!(use #runtime as runtime;));
    let types = names.modules.contains("types").then(|| {
        quote!(
            use super::types;
        )
    });
    Some(format!(
        "//! Optional parameters of operations with many parameters.\n\n{}",
        layout_items(parse_quote!(#alias #types), items)
    ))
}

/// Module documentation about properties that can be null or absent.
const ABOUT_NULL: &str = "//!
//! Absent, null and empty values are distinguished. A property that can be absent and null is an
//! `Option<Option<T>>`: the outer `Option` is `None` if it is absent, the inner one if it is null. In responses, a
//! method with the name of the field returns the value without the nested `Option`.
";

fn types(source: Source<'_>) -> String {
    let types = &source.patched.types;
    let items = types
        .items
        .values()
        .flat_map(|item| objects::printed(item, types));
    let items: Vec<Item> = items.chain(types.others.iter().cloned()).collect();
    let names = Names::of(&items);
    let mut head = String::from("//! Types of requests and responses.\n");
    let mut fields = types.items.values().flat_map(|item| item.inner_types());
    if fields.any(|ty| without_options(&ty).1 > 1) {
        head.push_str(ABOUT_NULL);
    }
    let runtime = source.runtime;
    let alias = names
        .modules
        .contains("runtime")
        .then(|| quote!(use #runtime as runtime;));
    // The document decides the size of the variants of a union.
    let file = parse_quote! {
        #![allow(clippy::large_enum_variant)]
        #alias
    };
    let code = layout_items(file, items);
    format!("{head}\n{code}")
}

fn operations(source: Source<'_>) -> String {
    let (client, runtime) = (source.client, source.runtime);
    let schemes = client.schemes.iter().map(|scheme| {
        let (constant, name) = (&scheme.constant, &scheme.name);
        let place = match &scheme.location {
            CredentialLocation::Bearer => quote!(CredentialLocation::Bearer),
            CredentialLocation::Basic => quote!(CredentialLocation::Basic),
            CredentialLocation::Header(name) => quote!(CredentialLocation::Header(#name)),
            CredentialLocation::Query(name) => quote!(CredentialLocation::Query(#name)),
            CredentialLocation::Cookie(name) => quote!(CredentialLocation::Cookie(#name)),
        };
        let doc = format!(" Security scheme `{name}`.");
        quote! {
            #[doc = #doc]
            pub static #constant: Scheme = Scheme { name: #name, place: #place };
        }
    });
    let imports =
        (!client.schemes.is_empty()).then(|| quote!(use #runtime::{CredentialLocation, Scheme};));
    let code = layout(quote!(#imports #(#schemes)*));
    let mut text =
        String::from("//! Operations and security schemes, as required by the transport.\n");
    if !code.is_empty() {
        text.push_str(&format!("\n{code}"));
    }
    if !client.operations.is_empty() {
        text.push_str(&format!("\n{}::operations! {{\n", runtime.text()));
        for operation in &client.operations {
            text.push_str(&entry(operation));
        }
        text.push_str("}\n");
    }
    text
}

/// Returns the entry of an operation in the call of the runtime's `operations!` macro.
fn entry(operation: &Operation) -> String {
    let Operation { name, id, http, .. } = operation;
    let alternatives: Vec<String> = operation
        .security
        .iter()
        .map(|schemes| {
            let names: Vec<String> = schemes.iter().map(ToString::to_string).collect();
            format!("[{}]", names.join(", "))
        })
        .collect();
    let repeated = match operation.idempotent {
        true => "idempotent",
        false => "once",
    };
    let secrets = match operation.secrets.as_slice() {
        [] => String::new(),
        names => format!(", secrets {names:?}"),
    };
    format!(
        "    {name}: {id:?}, {http} {path:?},\n        [{}], {repeated}{secrets};\n",
        alternatives.join(", "),
        path = operation.path,
    )
}

/// Prints `servers.rs`, if an operation declares a server of its own.
fn servers(source: Source<'_>) -> Option<String> {
    let servers = &source.client.servers;
    if servers.is_empty() {
        return None;
    }
    let runtime = source.runtime;
    let constants = servers.iter().map(|server| {
        let (constant, name, url) = (&server.constant, &server.name, &server.url);
        let doc = format!(" Server `{name}`, documented at `{url}`.");
        quote! {
            #[doc = #doc]
            pub static #constant: Server = Server { name: #name, url: #url };
        }
    });
    Some(format!(
        "//! Servers of operations that declare a server of their own.\n\n{}",
        layout(quote!(use #runtime::Server; #(#constants)*))
    ))
}

/// Prints items after those of a file. They are not made tokens and parsed again.
fn layout_items(mut file: syn::File, items: Vec<Item>) -> String {
    file.items.extend(items);
    layout_file(file)
}

/// Names in code, including those in macro calls and attributes.
#[derive(Default)]
struct Names {
    /// First segments of paths that have several.
    modules: BTreeSet<String>,
    /// First segments of all paths.
    items: BTreeSet<String>,
}

impl Names {
    fn of(items: &[Item]) -> Self {
        let mut names = Self::default();
        items.iter().for_each(|item| names.visit_item(item));
        names
    }

    /// Adds the crate or module that a string names, as attributes of serde do.
    fn add_text(&mut self, text: &str) {
        if let Some((first, _)) = text.split_once("::") {
            self.modules.insert(first.to_owned());
        }
    }
}

/// Inserts a name if it is new. Most names are not.
fn insert(names: &mut BTreeSet<String>, name: &str) {
    if !names.contains(name) {
        names.insert(name.to_owned());
    }
}

impl Visit<'_> for Names {
    fn visit_path(&mut self, path: &syn::Path) {
        if let (None, Some(first)) = (path.leading_colon, path.segments.first()) {
            let name = first.ident.to_string();
            insert(&mut self.items, &name);
            if path.segments.len() > 1 {
                insert(&mut self.modules, &name);
            }
        }
        syn::visit::visit_path(self, path);
    }

    fn visit_lit_str(&mut self, literal: &syn::LitStr) {
        self.add_text(&literal.value());
    }

    fn visit_token_stream(&mut self, tokens: &TokenStream) {
        let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
        let punct = |at: Option<usize>| match at.and_then(|at| tokens.get(at)) {
            Some(TokenTree::Punct(punct)) => Some((punct.as_char(), punct.spacing())),
            _ => None,
        };
        // `::`, but not the colon of a field before a path that starts with `::`.
        let is_separator = |at: Option<usize>| {
            punct(at) == Some((':', Spacing::Joint))
                && matches!(punct(at.map(|at| at + 1)), Some((':', _)))
        };
        for (number, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Ident(ident) => {
                    let is_member = matches!(punct(number.checked_sub(1)), Some(('.', _)));
                    if is_member || is_separator(number.checked_sub(2)) {
                        continue;
                    }
                    let name = ident.to_string();
                    if is_separator(Some(number + 1)) {
                        insert(&mut self.modules, &name);
                    }
                    insert(&mut self.items, &name);
                }
                TokenTree::Group(group) => self.visit_token_stream(&group.stream()),
                // Attributes of serde name modules and functions in strings.
                TokenTree::Literal(literal) => {
                    self.add_text(literal.to_string().trim_matches('"'));
                }
                TokenTree::Punct(_) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests;
