//! Resources of one OpenAPI document as files: a handle for each group of operations, and a builder for each call.
//!
//! Groups and methods have the names that the document gives them for SDKs (`x-fern-sdk-group-name` and
//! `x-fern-sdk-method-name`). Operations without these names, or with `x-fern-ignore`, are the client's alone; a
//! document that names none of its operations has no resources.

mod builder;
mod handle;
mod input;
mod paging;
mod plan;
mod text;

use std::collections::BTreeSet;
use std::path::Path;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::quote;
use serde_json::Value;

use self::plan::{Group, Plan};
use super::client::Emitted;
use super::ty::Types;
use crate::diagnostic::Diagnostics;
use crate::model::{ClientModule, Variable};
use crate::names::ident;
use crate::openapi::index::Index;

/// What resources are made from.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// The module of the client.
    pub module: &'a str,
    /// The name of the generated crate, by which its examples call it.
    pub krate: &'a str,
    /// The document's name, for diagnostics.
    pub file: &'a Path,
    /// The document as its author sees it.
    pub document: &'a Value,
    /// The document that the client was made from.
    pub normalized: &'a Value,
    pub index: &'a Index,
}

/// What the runtime has for builders and handles, in the order of imports.
const RUNTIME: [&str; 17] = [
    "ByteStream",
    "CallOptions",
    "Direction",
    "Error",
    "FixedSecret",
    "Items",
    "Number",
    "OrderedMap",
    "Outcome",
    "Pages",
    "Paginated",
    "Reply",
    "SecretString",
    "filled",
    "filled_text",
    "given_text",
    "impl_call_options",
];

/// The resources of a document.
#[derive(Clone, Debug, Default)]
pub struct Resources {
    pub files: Vec<Emitted>,
    /// What their handles know.
    pub variables: Vec<Variable>,
}

/// Prints the resources; nothing where the document names none.
pub fn emit(source: Source<'_>, found: &mut Diagnostics) -> Resources {
    let Some(plan) = Plan::read(source, found) else {
        return Resources::default();
    };
    let apis = [ClientModule {
        module: ident(source.module),
        feature: None,
    }];
    let printer = Printer {
        source,
        plan: &plan,
        types: Types {
            apis: &apis,
            only: Some(0),
            runtime: None,
        },
    };
    let mut files = vec![
        printer.file(
            "variables.rs",
            "What a handle knows and fills in.",
            handle::variables(&printer),
        ),
        printer.module(),
    ];
    for group in &plan.groups {
        let title = format!(
            "The group `{}`: its handle, and the builders of its calls.",
            group.name
        );
        let name = format!("resources/{}.rs", plain(&group.module));
        files.push(printer.file(&name, &title, handle::group(&printer, group)));
    }
    Resources {
        files,
        variables: plan.variables,
    }
}

/// A plan and how it is written down.
struct Printer<'a> {
    source: Source<'a>,
    plan: &'a Plan<'a>,
    types: Types<'a>,
}

impl Printer<'_> {
    /// A file with the imports that its code needs.
    fn file(&self, name: &str, title: &str, code: TokenStream) -> Emitted {
        let imports = self.imports(&code);
        let text = super::workflows::print(title, quote!(#imports #code));
        self.emitted(name, text)
    }

    fn emitted(&self, name: &str, text: String) -> Emitted {
        Emitted {
            path: format!("{}/{name}", self.source.module),
            text,
        }
    }

    fn imports(&self, code: &TokenStream) -> TokenStream {
        let used = bare_words(code);
        let of = |names: &[&str]| -> Vec<Ident> {
            let names = names.iter().filter(|name| used.contains(**name));
            names.map(|name| ident(name)).collect()
        };
        let import = |path: TokenStream, names: Vec<Ident>| match names.as_slice() {
            [] => quote!(),
            [name] => quote!(use #path::#name;),
            names => quote!(use #path::{#(#names),*};),
        };
        let module = ident(self.source.module);
        let own = of(&["Client", "Variables", "operations", "types"]);
        let own: Vec<Ident> = own
            .into_iter()
            .filter(|name| name != "Variables" || !defines_variables(code))
            .collect();
        [
            import(quote!(::bytes), of(&["Bytes"])),
            import(quote!(::pipedream_sdk_runtime), of(&RUNTIME)),
            import(quote!(::serde_json), of(&["Map", "Value"])),
            import(quote!(crate::#module), own),
        ]
        .into_iter()
        .collect()
    }

    /// `resources/mod.rs`
    fn module(&self) -> Emitted {
        let mut groups: Vec<&Group<'_>> = self.plan.groups.iter().collect();
        groups.sort_by_key(|group| plain(&group.module));
        let mut text = String::from(
            "//! The operations by their groups: handles that fill in what they know, and the builders of calls.\n\n\
             // The names of methods are those of the document.\n\
             #![allow(clippy::should_implement_trait, clippy::wrong_self_convention)]\n\n",
        );
        for group in &groups {
            text.push_str(&format!("#[rustfmt::skip]\nmod {};\n", group.module));
        }
        text.push('\n');
        for group in &groups {
            text.push_str(&format!("pub use self::{}::*;\n", group.module));
        }
        let code = handle::resources(self);
        let imports = self.imports(&code);
        let code = super::workflows::layout(quote!(#imports #code));
        self.emitted("resources/mod.rs", format!("{text}\n{code}"))
    }
}

/// Every identifier that stands in the code by itself, and not in the path of something else.
fn bare_words(code: &TokenStream) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut colons = 0;
    for token in code.clone() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ':' => {
                colons += 1;
                continue;
            }
            TokenTree::Ident(ident) if colons < 2 => drop(found.insert(ident.to_string())),
            TokenTree::Group(group) => found.extend(bare_words(&group.stream())),
            _ => {}
        }
        colons = 0;
    }
    found
}

fn defines_variables(code: &TokenStream) -> bool {
    code.to_string().contains("struct Variables")
}

/// The name of a file or module, without the escape of keywords.
fn plain(name: &Ident) -> String {
    let name = name.to_string();
    name.strip_prefix("r#").unwrap_or(&name).to_owned()
}

#[cfg(test)]
mod tests;
