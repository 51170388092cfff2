//! Shortening of full paths, with the imports that the short paths need.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, Group, Ident, Spacing, Span, TokenStream, TokenTree};
use quote::quote;

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
    let nodes = nodes(code);
    let mut clients = BTreeSet::new();
    collect_clients(printer, &nodes, &mut clients);
    let mut names = BTreeSet::new();
    collect_defined(&nodes, &mut names);
    let mut imports = Imports {
        printer,
        only_client: clients.len() < 2,
        defined: names,
        imported: BTreeMap::new(),
    };
    let code = rewrite(nodes, &mut |path| imports.shortened(path));
    (imports.statements(), code)
}

/// A token, or a group that has been taken apart.
///
/// The stream of a group can only be read by copying its tokens, so a file is taken apart once, read as often as
/// necessary, and put together once.
enum Node {
    Token(TokenTree),
    Group(Delimiter, Span, Vec<Node>),
}

fn nodes(code: TokenStream) -> Vec<Node> {
    let node = |token| match token {
        TokenTree::Group(group) => {
            let (delimiter, span, inner) = (group.delimiter(), group.span(), group.stream());
            // The stream is moved instead of copied if nothing else holds it.
            drop(group);
            Node::Group(delimiter, span, nodes(inner))
        }
        token => Node::Token(token),
    };
    code.into_iter().map(node).collect()
}

/// Collects the modules of the clients that occur in full paths.
fn collect_clients(printer: &Printer<'_>, nodes: &[Node], found: &mut BTreeSet<String>) {
    let mut at = 0;
    while let Some(node) = nodes.get(at) {
        if let Some(path) = full_path(nodes, at) {
            found.extend(client_of(printer, &path.names).map(str::to_owned));
            at = path.end;
            continue;
        }
        if let Node::Group(_, _, inner) = node {
            collect_clients(printer, inner, found);
        }
        at += 1;
    }
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

/// Keywords before the name of an item.
const ITEMS: &[&str] = &[
    "const", "enum", "fn", "mod", "static", "struct", "trait", "type",
];

/// Collects the names of all items, including those inside macro calls.
///
/// The code has been printed by the emitters, so a keyword outside of all groups begins an item, unless it is the
/// lifetime `'static`.
fn collect_defined(nodes: &[Node], names: &mut BTreeSet<String>) {
    for (at, node) in nodes.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| punct(nodes, before));
        match node {
            Node::Token(TokenTree::Ident(keyword)) if before != Some('\'') => {
                if let Some(name) = word(nodes, at + 1)
                    && ITEMS.iter().any(|item| keyword == item)
                {
                    names.insert(bare(name));
                }
            }
            // The body of a macro call.
            Node::Group(_, _, inner) if before == Some('!') => collect_defined(inner, names),
            _ => {}
        }
    }
}

/// Calls `shorten` with every full path, and omits as many leading segments as it returns.
fn rewrite(
    mut nodes: Vec<Node>,
    shorten: &mut dyn FnMut(&[String]) -> Option<usize>,
) -> TokenStream {
    // Indexes of the tokens to omit.
    let mut omitted = Vec::new();
    let mut at = 0;
    while at < nodes.len() {
        if let Some(path) = full_path(&nodes, at) {
            let left_out = shorten(&path.names).unwrap_or(0);
            let begin = path.starts.get(left_out).copied().unwrap_or(at);
            omitted.extend(at..begin);
            at = path.end;
            continue;
        }
        if let Some(node) = nodes.get_mut(at)
            && let Node::Group(delimiter, span, inner) = node
        {
            let mut group = Group::new(*delimiter, rewrite(std::mem::take(inner), shorten));
            group.set_span(*span);
            *node = Node::Token(TokenTree::Group(group));
        }
        at += 1;
    }
    let mut omitted = omitted.into_iter().peekable();
    let tokens = nodes.into_iter().enumerate().filter_map(|(at, node)| {
        let is_omitted = omitted.next_if_eq(&at).is_some();
        match node {
            Node::Token(token) if !is_omitted => Some(token),
            _ => None,
        }
    });
    tokens.collect()
}

struct FullPath {
    /// Segments; the first one is empty if the path begins with `::`.
    names: Vec<String>,
    /// Index of the token of each segment.
    starts: Vec<usize>,
    end: usize,
}

/// Returns the path that begins at this token, if it is a full one: `::a::b`, `crate::a` or `super::a`.
fn full_path(nodes: &[Node], at: usize) -> Option<FullPath> {
    let mut path = FullPath {
        names: Vec::new(),
        starts: Vec::new(),
        end: at,
    };
    if is_colons(nodes, at) {
        let goes_on = match at.checked_sub(1).and_then(|before| nodes.get(before)) {
            Some(Node::Token(TokenTree::Ident(word))) => {
                !KEYWORDS.contains(&word.to_string().as_str())
            }
            // `Vec<u8>::new`, but not `-> ::std`
            Some(Node::Token(TokenTree::Punct(punct))) if punct.as_char() == '>' => {
                !ends_arrow(nodes, at - 1)
            }
            _ => false,
        };
        if goes_on {
            return None;
        }
        path.names.push(String::new());
        path.starts.push(at);
    } else {
        let root = word(nodes, at).filter(|word| *word == "crate" || *word == "super")?;
        if at >= 2 && is_colons(nodes, at - 2) {
            return None;
        }
        path.names.push(root.to_string());
        path.starts.push(at);
        path.end += 1;
    }
    while is_colons(nodes, path.end)
        && let Some(name) = word(nodes, path.end + 2)
    {
        path.names.push(bare(name));
        path.starts.push(path.end + 2);
        path.end += 3;
    }
    (path.names.len() > 1).then_some(path)
}

fn word(nodes: &[Node], at: usize) -> Option<&Ident> {
    match nodes.get(at) {
        Some(Node::Token(TokenTree::Ident(word))) => Some(word),
        _ => None,
    }
}

fn is_colons(nodes: &[Node], at: usize) -> bool {
    let colon = |at: usize| match nodes.get(at) {
        Some(Node::Token(TokenTree::Punct(punct))) if punct.as_char() == ':' => {
            Some(punct.spacing())
        }
        _ => None,
    };
    colon(at) == Some(Spacing::Joint) && colon(at + 1).is_some()
}

fn punct(nodes: &[Node], at: usize) -> Option<char> {
    match nodes.get(at) {
        Some(Node::Token(TokenTree::Punct(punct))) => Some(punct.as_char()),
        _ => None,
    }
}

fn ends_arrow(nodes: &[Node], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| nodes.get(before));
    matches!(before, Some(Node::Token(TokenTree::Punct(punct))) if matches!(punct.as_char(), '-' | '=') && punct.spacing() == Spacing::Joint)
}
