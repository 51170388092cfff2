//! Shortening of full paths, with the imports that the short paths need.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Group, Ident, Spacing, TokenStream, TokenTree};
use quote::quote;
use syn::Item;

use super::Printer;
use crate::names::{PRELUDE, bare, ident};

/// Imported names of other crates. Every other name is written with its full path.
const IMPORTED: &[&[&str]] = &[
    &["", "bytes", "Bytes"],
    &["", "serde_json", "Map"],
    &["", "serde_json", "Value"],
    &["", "std", "time", "Duration"],
];

/// Modules of a client that are imported by name if the file uses only one client.
const COMMON: &[&str] = &["operations", "types"];

/// Keywords that can precede a path without being a part of it.
const KEYWORDS: &[&str] = &[
    "as", "await", "break", "const", "dyn", "else", "for", "if", "impl", "in", "let", "match",
    "move", "mut", "pub", "ref", "return", "static", "unsafe", "use", "where", "while",
];

/// Returns the imports and the code with short paths.
pub(super) fn shorten(printer: &Printer<'_>, code: TokenStream) -> (TokenStream, TokenStream) {
    let mut found = Vec::new();
    rewrite(code.clone(), &mut |path| {
        found.push(path.to_vec());
        None
    });
    let clients: BTreeSet<&str> = found
        .iter()
        .filter_map(|path| client_of(printer, path))
        .collect();
    let mut imports = Imports {
        printer,
        only_client: clients.len() < 2,
        defined: defined(code.clone()),
        imported: BTreeMap::new(),
    };
    let code = rewrite(code, &mut |path| imports.shortened(path));
    (imports.statements(), code)
}

struct Imports<'a> {
    printer: &'a Printer<'a>,
    /// `true` if the file uses at most one client, so that `types` is unambiguous.
    only_client: bool,
    /// Names of items that the file defines.
    defined: BTreeSet<String>,
    /// Module that each name is imported from.
    imported: BTreeMap<String, Vec<String>>,
}

impl Imports<'_> {
    /// Returns the number of leading segments to omit, or `None` if the path stays unchanged.
    fn shortened(&mut self, path: &[String]) -> Option<usize> {
        let length = self.module(path)?;
        let name = path.get(length)?;
        if self.defined.contains(name) || PRELUDE.contains(&name.as_str()) {
            return None;
        }
        let module = path.get(..length)?.to_vec();
        let known = self
            .imported
            .entry(name.clone())
            .or_insert_with(|| module.clone());
        (*known == module).then_some(length)
    }

    /// Returns the number of segments before the imported name.
    fn module(&self, path: &[String]) -> Option<usize> {
        let runtime = self.printer.runtime.segments();
        if path.starts_with(runtime) {
            return Some(runtime.len());
        }
        if let Some(client) = client_of(self.printer, path) {
            let is_own = self.printer.home == Some(client);
            let is_common = path
                .get(2)
                .is_some_and(|name| COMMON.contains(&name.as_str()));
            return Some(if is_own || (self.only_client && is_common) {
                2
            } else {
                1
            });
        }
        if path.first().is_some_and(|first| first == "super") {
            return path.iter().position(|segment| segment != "super");
        }
        let listed = |known: &&&[&str]| {
            path.len() >= known.len() && path.iter().zip(**known).all(|(a, b)| a == b)
        };
        IMPORTED.iter().find(listed).map(|known| known.len() - 1)
    }

    fn statements(&self) -> TokenStream {
        let mut modules: BTreeMap<(u8, Vec<String>), Vec<&str>> = BTreeMap::new();
        for (name, module) in &self.imported {
            let rank = match module.first().map(String::as_str) {
                Some("crate") => 1,
                Some("super") => 2,
                _ => 0,
            };
            let is_beside = |common: &&&str| {
                let beside = self.imported.get(**common);
                beside.is_some_and(
                    |beside| matches!(beside.as_slice(), [_, client] if client == name),
                )
            };
            let (rank, module, name) = match module.as_slice() {
                // `use crate::shop::{self, types}`
                [root] if rank == 1 && COMMON.iter().any(|common| is_beside(&common)) => {
                    (rank, vec![root.clone(), name.clone()], "self")
                }
                _ => (rank, module.clone(), name.as_str()),
            };
            modules.entry((rank, module)).or_default().push(name);
        }
        let statements = modules.into_iter().map(|((_, module), mut names)| {
            names.sort_by_key(|name| (*name != "self", *name));
            let path = path(&module);
            let names: Vec<_> = names.into_iter().map(import).collect();
            match names.as_slice() {
                [name] => quote!(use #path::#name;),
                _ => quote!(use #path::{#(#names),*};),
            }
        });
        statements.collect()
    }
}

fn import(name: &str) -> TokenStream {
    match name {
        "self" => quote!(self),
        name => {
            let name = ident(name);
            quote!(#name)
        }
    }
}

fn path(segments: &[String]) -> TokenStream {
    let mut path = TokenStream::new();
    for (number, segment) in segments.iter().enumerate() {
        let segment = match segment.as_str() {
            "" => quote!(),
            "crate" => quote!(crate),
            "super" => quote!(super),
            name => {
                let name = ident(name);
                quote!(#name)
            }
        };
        path.extend(match number {
            0 => segment,
            _ => quote!(::#segment),
        });
    }
    path
}

/// Returns the module of the client in a path such as `crate::shop::…`.
fn client_of<'p>(printer: &Printer<'_>, path: &'p [String]) -> Option<&'p str> {
    if path.starts_with(printer.runtime.segments()) {
        return None;
    }
    match path {
        [root, client, _, ..] if root == "crate" => Some(client),
        _ => None,
    }
}

/// Returns the names of all items, including those inside macro calls.
fn defined(code: TokenStream) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let Ok(file) = syn::parse2::<syn::File>(code) else {
        return names;
    };
    for item in file.items {
        match item {
            Item::Const(item) => names.extend([item.ident.to_string()]),
            Item::Enum(item) => names.extend([item.ident.to_string()]),
            Item::Fn(item) => names.extend([bare(&item.sig.ident)]),
            Item::Mod(item) => names.extend([bare(&item.ident)]),
            Item::Static(item) => names.extend([item.ident.to_string()]),
            Item::Struct(item) => names.extend([item.ident.to_string()]),
            Item::Trait(item) => names.extend([item.ident.to_string()]),
            Item::Type(item) => names.extend([item.ident.to_string()]),
            Item::Macro(item) => names.extend(defined(item.mac.tokens)),
            _ => {}
        }
    }
    names
}

/// Calls `shorten` with every full path, and omits as many leading segments as it returns.
fn rewrite(code: TokenStream, shorten: &mut dyn FnMut(&[String]) -> Option<usize>) -> TokenStream {
    let tokens: Vec<TokenTree> = code.into_iter().collect();
    let mut out = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        if let Some(path) = full_path(&tokens, at) {
            let left_out = shorten(&path.names).unwrap_or(0);
            let begin = path.starts.get(left_out).copied().unwrap_or(at);
            let begin = if left_out == 0 { at } else { begin };
            out.extend(
                tokens
                    .get(begin..path.end)
                    .unwrap_or_default()
                    .iter()
                    .cloned(),
            );
            at = path.end;
            continue;
        }
        out.push(match token {
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), rewrite(group.stream(), shorten));
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            other => other.clone(),
        });
        at += 1;
    }
    out.into_iter().collect()
}

struct FullPath {
    /// Segments; the first one is empty if the path begins with `::`.
    names: Vec<String>,
    /// Index of the token of each segment.
    starts: Vec<usize>,
    end: usize,
}

/// Returns the path that begins at this token, if it is a full one: `::a::b`, `crate::a` or `super::a`.
fn full_path(tokens: &[TokenTree], at: usize) -> Option<FullPath> {
    let mut path = FullPath {
        names: Vec::new(),
        starts: Vec::new(),
        end: at,
    };
    if is_colons(tokens, at) {
        let goes_on = match at.checked_sub(1).and_then(|before| tokens.get(before)) {
            Some(TokenTree::Ident(word)) => !KEYWORDS.contains(&word.to_string().as_str()),
            // `Vec<u8>::new`, but not `-> ::std`
            Some(TokenTree::Punct(punct)) if punct.as_char() == '>' => !ends_arrow(tokens, at - 1),
            _ => false,
        };
        if goes_on {
            return None;
        }
        path.names.push(String::new());
        path.starts.push(at);
    } else {
        let root = word(tokens, at).filter(|word| *word == "crate" || *word == "super")?;
        if at >= 2 && is_colons(tokens, at - 2) {
            return None;
        }
        path.names.push(root.to_string());
        path.starts.push(at);
        path.end += 1;
    }
    while is_colons(tokens, path.end)
        && let Some(name) = word(tokens, path.end + 2)
    {
        path.names.push(bare(name));
        path.starts.push(path.end + 2);
        path.end += 3;
    }
    (path.names.len() > 1).then_some(path)
}

fn word(tokens: &[TokenTree], at: usize) -> Option<&Ident> {
    match tokens.get(at) {
        Some(TokenTree::Ident(word)) => Some(word),
        _ => None,
    }
}

fn is_colons(tokens: &[TokenTree], at: usize) -> bool {
    let colon = |at: usize| match tokens.get(at) {
        Some(TokenTree::Punct(punct)) if punct.as_char() == ':' => Some(punct.spacing()),
        _ => None,
    };
    colon(at) == Some(Spacing::Joint) && colon(at + 1).is_some()
}

fn ends_arrow(tokens: &[TokenTree], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    matches!(before, Some(TokenTree::Punct(punct)) if matches!(punct.as_char(), '-' | '=') && punct.spacing() == Spacing::Joint)
}
