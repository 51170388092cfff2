//! The client of one OpenAPI document as files: `mod.rs`, `client.rs`, `types.rs` and `operations.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use serde_json::Value;
use syn::Item;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::openapi::description::servers::{Servers, address};
use crate::openapi::description::{ApiDescription, Operation, Part};
use crate::openapi::extensions::{IDEMPOTENT, SECRET};
use crate::openapi::progenitor::patch::{Method, PatchedClient, constant};
use crate::rustdoc;

/// A file of the generated crate: its path below `src` and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emitted {
    pub path: String,
    pub text: String,
}

/// What a client is printed from.
#[derive(Clone, Copy)]
pub struct Client<'a> {
    /// The name of its module.
    pub module: &'a str,
    /// The document's name, for diagnostics.
    pub file: &'a Path,
    pub document: &'a Value,
    pub mended: &'a PatchedClient,
    /// Whether there are resources beside it.
    pub has_resources: bool,
}

/// Prints a client.
pub fn emit(client: Client<'_>, diagnostics: &mut Diagnostics) -> Vec<Emitted> {
    let spec = ApiDescription::new(client.document);
    let operations = operations(client, spec, diagnostics);
    let file = |name: &str, text: String| Emitted {
        path: format!("{}/{name}", client.module),
        text,
    };
    let servers = Servers::of(spec);
    let mut files = vec![
        file("mod.rs", module(spec, client.has_resources, &servers)),
        file("client.rs", methods(client.mended, spec)),
        file("types.rs", types(client.mended)),
        file("operations.rs", operations),
    ];
    if !servers.is_empty() {
        files.push(file("servers.rs", own_servers(&servers)));
    }
    files
}

/// The document's title, for headings.
fn title(spec: ApiDescription<'_>) -> String {
    let info = spec.root().get("info");
    let text = |key: &str| {
        info.as_ref()
            .and_then(|info| info.text(key))
            .unwrap_or_default()
            .trim()
    };
    let title = if text("title").is_empty() {
        "The API"
    } else {
        text("title")
    };
    rustdoc::summary(format!("{title} {}", text("version")).trim())
}

fn module(spec: ApiDescription<'_>, has_resources: bool, servers: &Servers) -> String {
    let with = if has_resources { "resources, " } else { "" };
    let mut text = format!("//! {}: {with}client, types and operations.\n", title(spec));
    let description = spec
        .root()
        .get("info")
        .and_then(|info| info.text("description"));
    if let Some(description) = description {
        text.push_str("//!\n");
        for line in rustdoc::lines(description) {
            text.push_str(format!("//! {line}").trim_end());
            text.push('\n');
        }
    }
    let modules = [
        ("mod client", true),
        ("pub mod operations", true),
        ("pub mod resources", has_resources),
        ("pub mod servers", !servers.is_empty()),
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

fn methods(mended: &PatchedClient, spec: ApiDescription<'_>) -> String {
    let functions: Vec<TokenStream> = mended
        .methods
        .iter()
        .map(|method| method.function.to_token_stream())
        .collect();
    let words = words(functions.iter().cloned().collect());
    let used = |names: &[&str]| -> Vec<Ident> {
        let names = names.iter().filter(|name| words.contains(**name));
        names
            .map(|name| Ident::new(name, Span::call_site()))
            .collect()
    };
    let mut from_runtime = used(&[
        "ByteStream",
        "Error",
        "Outcome",
        "QueryParam",
        "Reply",
        "decode",
        "encode",
        "form_body",
        "header_value",
        "segment",
        "whole_segment",
    ]);
    from_runtime
        .extend(["CallOptions", "Transport"].map(|name| Ident::new(name, Span::call_site())));
    from_runtime.sort();
    let headers = used(&["ACCEPT", "CONTENT_TYPE", "HeaderMap", "HeaderValue"]);
    let mut imports = vec![quote!(use ::pipedream_sdk_runtime::{#(#from_runtime),*};)];
    if words.contains("runtime") {
        imports.push(quote!(
            use ::pipedream_sdk_runtime as runtime;
        ));
    }
    if !headers.is_empty() {
        imports.push(quote!(use reqwest::header::{#(#headers),*};));
    }
    let modules = used(&["operations", "servers", "types"]);
    let own = match modules.is_empty() {
        true => quote!(),
        false => quote!(use super::{#(#modules),*};),
    };
    let head = [quote!(#(#imports)*), own].map(print_items).join("\n");
    let base = base_url(spec);
    let count = functions.len();
    let doc = format!(
        " The client of {}: a method for each of its {count} operations.",
        title(spec)
    );
    let file = quote! {
        #[doc = #doc]
        #[doc = ""]
        #[doc = " A clone is cheap and shares everything with its original."]
        #[derive(Clone, Debug)]
        pub struct Client {
            transport: Transport,
        }

        impl Client {
            #[doc = " The address that the document names."]
            pub const BASE_URL: &'static str = #base;

            #[doc = " A client that sends its requests through this transport."]
            pub fn new(transport: Transport) -> Self {
                Self { transport }
            }

            #[doc = " What sends the requests."]
            pub fn transport(&self) -> &Transport {
                &self.transport
            }

            #[doc = " A client whose calls are made with other options."]
            #[must_use]
            pub fn with_options(&self, options: CallOptions) -> Self {
                Self { transport: self.transport.with_options(options) }
            }

            #(#functions)*
        }
    };
    let text = print_items(file);
    format!(
        "//! The client: one method per operation.\n\n{head}\n{}",
        spaced(&text)
    )
}

/// The address of the document's first server.
fn base_url(spec: ApiDescription<'_>) -> String {
    let server = spec
        .root()
        .get("servers")
        .and_then(|servers| servers.elements().into_iter().next());
    server.as_ref().and_then(address).unwrap_or_default()
}

fn own_servers(servers: &Servers) -> String {
    let mut text = String::from(
        "//! The servers that some operations are sent to, in place of the one that serves the rest.\n\n\
         use ::pipedream_sdk_runtime::Server;\n",
    );
    for (server, constant) in servers.iter() {
        let (name, url) = (&server.name, &server.url);
        let doc = format!(" `{name}`, documented at `{url}`.");
        text.push('\n');
        text.push_str(&print_items(quote! {
            #[doc = #doc]
            pub static #constant: Server = Server { name: #name, url: #url };
        }));
    }
    text
}

/// How to read what the document lets be null or absent.
const ABOUT_NULL: &str = "//!
//! Absent, null and empty are told apart. What may be null beside being absent is an `Option<Option<T>>`, whose outer
//! `Option` says whether it is there; in answers, a method with the name of the field reads it without either.
";

fn types(mended: &PatchedClient) -> String {
    let mut text = String::new();
    for item in mended.types.items.values() {
        text.push('\n');
        text.push_str(&unparse(vec![item.definition.clone()]));
        for implementation in &item.impls {
            match implementation {
                Item::Macro(call) => text.push_str(&super::file::macro_call(call)),
                other => {
                    text.push('\n');
                    text.push_str(&unparse(vec![other.clone()]));
                }
            }
        }
    }
    for item in &mended.types.others {
        text.push('\n');
        text.push_str(&unparse(vec![item.clone()]));
    }
    let mut head = String::from("//! What goes into requests and comes back in answers.\n");
    if text.contains("runtime::nullable") {
        head.push_str(ABOUT_NULL);
    }
    head.push('\n');
    // How large the variants of a union are is up to the document.
    head.push_str("#![allow(clippy::large_enum_variant)]\n");
    if text.contains("runtime::") {
        head.push_str("\nuse ::pipedream_sdk_runtime as runtime;\n");
    }
    head + &spaced(&text)
}

fn operations(
    client: Client<'_>,
    spec: ApiDescription<'_>,
    diagnostics: &mut Diagnostics,
) -> String {
    let mut schemes = Schemes {
        names: spec.scheme_constants(),
        used: BTreeSet::new(),
    };
    let mut constants = Vec::new();
    let operations = spec.operations();
    for method in &client.mended.methods {
        let operation = operations
            .iter()
            .find(|o| o.id == Some(method.operation.as_str()));
        if let Some(operation) = operation {
            constants.push(operation_constant(
                client,
                operation,
                method,
                spec,
                &mut schemes,
                diagnostics,
            ));
        }
    }
    let declared = spec.at("/components/securitySchemes");
    let mut scheme_constants = Vec::new();
    for name in &schemes.used {
        let scheme = declared
            .as_ref()
            .and_then(|d| d.get(name))
            .map(|scheme| spec.resolve(scheme));
        if let Some(place) = scheme.as_ref().and_then(place) {
            let ident = schemes.names.get(name.as_str());
            let doc = format!(" The scheme `{name}`.");
            scheme_constants.push(quote! {
                #[doc = #doc]
                pub static #ident: Scheme = Scheme { name: #name, place: #place };
            });
        }
    }
    let mut text = String::from("//! The operations, as the transport has to know them.\n\n");
    let imports = match (scheme_constants.is_empty(), constants.is_empty()) {
        (true, true) => quote!(),
        (true, false) => quote!(
            use ::pipedream_sdk_runtime::Operation;
        ),
        (false, _) => quote!(
            use ::pipedream_sdk_runtime::{Operation, Place, Scheme};
        ),
    };
    for tokens in std::iter::once(imports)
        .chain(scheme_constants)
        .chain(constants)
    {
        text.push_str(&print_items(tokens));
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// The security schemes of a document.
struct Schemes<'d> {
    /// The name of the constant of each.
    names: BTreeMap<&'d str, Ident>,
    /// Those that an operation asks for.
    used: BTreeSet<String>,
}

/// The alternatives of an operation's security, in terms of the constants of the schemes.
///
/// An alternative that names a scheme which the document does not declare cannot be used; it is left out with a warning.
fn alternatives(
    client: Client<'_>,
    operation: &Operation<'_>,
    spec: ApiDescription<'_>,
    schemes: &mut Schemes<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<TokenStream> {
    let declared = spec.at("/components/securitySchemes");
    let root = spec.root();
    let required = operation
        .part
        .get("security")
        .or_else(|| root.get("security"));
    let mut alternatives = Vec::new();
    let mut needs_any = false;
    for alternative in required.as_ref().map(|r| r.elements()).unwrap_or_default() {
        let mut needed = Vec::new();
        let mut is_usable = true;
        for (name, requirement) in alternative.members() {
            let scheme = declared
                .as_ref()
                .and_then(|d| d.get(name))
                .map(|scheme| spec.resolve(scheme));
            let known = scheme.as_ref().map(place);
            if let Some(Some(_)) = known {
                if let Some(ident) = schemes.names.get(name) {
                    needed.push(quote!(&#ident));
                }
                schemes.used.insert(name.to_owned());
                continue;
            }
            is_usable = false;
            let what = match known {
                None => "is not declared",
                Some(_) => "is of a kind that is not supported",
            };
            let told = Diagnostic::new(
                Code::UnknownSecurityScheme,
                client.file,
                requirement.pointer,
                format!("the security scheme `{name}` {what}, so no credential is sent for it"),
            )
            .help("declare it under `components.securitySchemes`");
            // What the document requires for all operations is told once.
            if !diagnostics.iter().any(|known| *known == told) {
                diagnostics.push(told);
            }
        }
        // An empty alternative lets callers come without a credential; who has one sends it all the same.
        if is_usable {
            needs_any |= !needed.is_empty();
            alternatives.push(quote!(&[#(#needed),*]));
        }
    }
    // Nothing but empty ones: no credential is ever asked for.
    match needs_any {
        true => alternatives,
        false => Vec::new(),
    }
}

fn operation_constant(
    client: Client<'_>,
    operation: &Operation<'_>,
    method: &Method,
    spec: ApiDescription<'_>,
    schemes: &mut Schemes<'_>,
    diagnostics: &mut Diagnostics,
) -> TokenStream {
    let alternatives = alternatives(client, operation, spec, schemes, diagnostics);
    let security = quote!(&[#(#alternatives),*]);
    let by_method = matches!(
        method.http.as_str(),
        "GET" | "HEAD" | "PUT" | "DELETE" | "OPTIONS" | "TRACE"
    );
    let said = IDEMPOTENT
        .iter()
        .find_map(|key| operation.part.value.get(key).and_then(Value::as_bool));
    let idempotent = said.unwrap_or(by_method);
    let name = Ident::new(
        &constant(&method.function.sig.ident.to_string()),
        Span::call_site(),
    );
    let (id, http, path) = (&method.operation, &method.http, &method.path);
    let secrets = secrets(operation, spec);
    let doc = format!(" `{http} {path}`");
    quote! {
        #[doc = #doc]
        pub static #name: Operation = Operation {
            id: #id,
            method: #http,
            path: #path,
            security: #security,
            idempotent: #idempotent,
            secrets: &[#(#secrets),*],
        };
    }
}

/// The names of what is secret in a request: parameters, and properties at the top of its body.
fn secrets<'d>(operation: &Operation<'d>, spec: ApiDescription<'d>) -> BTreeSet<&'d str> {
    let is_secret = |part: &Part<'d>| {
        let schema = part.get("schema");
        let schema = schema.map(|schema| spec.schema(schema));
        part.is_true(SECRET)
            || spec.schema(part.clone()).is_true(SECRET)
            || schema.is_some_and(|schema| schema.is_true(SECRET))
    };
    let mut names: BTreeSet<&str> = operation
        .parameters
        .iter()
        .filter(|parameter| is_secret(&parameter.part))
        .map(|parameter| parameter.name)
        .collect();
    if let Some(schema) = spec.request_body(operation).and_then(|body| body.schema) {
        let properties = spec.properties(&schema).into_iter();
        names.extend(
            properties
                .filter(|(_, p)| is_secret(p))
                .map(|(name, _)| name),
        );
    }
    names
}

/// Where the credential of a scheme goes.
fn place(scheme: &Part<'_>) -> Option<TokenStream> {
    let name = scheme.text("name").unwrap_or_default();
    match (scheme.text("type")?, scheme.text("in")) {
        ("oauth2" | "openIdConnect", _) => Some(quote!(Place::Bearer)),
        ("http", _) => match scheme.text("scheme")?.to_ascii_lowercase().as_str() {
            "basic" => Some(quote!(Place::Basic)),
            "bearer" => Some(quote!(Place::Bearer)),
            _ => Some(quote!(Place::Header("authorization"))),
        },
        ("apiKey", Some("header")) => {
            let name = name.to_ascii_lowercase();
            Some(quote!(Place::Header(#name)))
        }
        ("apiKey", Some("query")) => Some(quote!(Place::Query(#name))),
        ("apiKey", Some("cookie")) => Some(quote!(Place::Cookie(#name))),
        _ => None,
    }
}

/// All identifiers of a token stream.
fn words(tokens: TokenStream) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => drop(found.insert(ident.to_string())),
            TokenTree::Group(group) => found.extend(words(group.stream())),
            _ => {}
        }
    }
    found
}

fn print_items(tokens: TokenStream) -> String {
    match syn::parse2::<syn::File>(tokens.clone()) {
        Ok(file) => prettyplease::unparse(&file),
        // Only a defect of this module gets here; the compiler will point at it.
        Err(_) => tokens.to_string(),
    }
}

fn unparse(items: Vec<Item>) -> String {
    prettyplease::unparse(&syn::parse_quote!(#(#items)*))
}

/// Puts an empty line between functions and between items, as a person would.
fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    let mut before = "";
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        let closes = before.trim_end() == format!("{}}}", " ".repeat(indent))
            || (indent == 4 && before.starts_with("    pub const"));
        let opens = [
            "///",
            "#[",
            "pub fn",
            "pub async fn",
            "impl",
            "pub struct",
            "pub enum",
            "#[doc",
            "fn ",
        ]
        .iter()
        .any(|start| line.trim_start().starts_with(start));
        if closes && opens {
            out.push('\n');
        }
        out.push_str(line);
        out.push('\n');
        before = line;
    }
    out
}

#[cfg(test)]
mod tests;
