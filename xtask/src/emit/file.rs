//! Layout of generated Rust files: header, imports and spacing.
//!
//! Emitters write the paths of other crates and modules in full, `::serde_json::Value` or
//! `crate::shop::types::Order`. [`Printer`] shortens them and adds the imports that are used.

mod imports;
mod macros;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Item, ItemImpl, ItemTrait};

use super::docs::{prose, sentence};

/// Default runtime crate of generated code.
const RUNTIME: &str = "pipedream_sdk_runtime";

/// Path of the runtime in generated code.
#[derive(Clone, Debug)]
pub struct RuntimePath {
    path: syn::Path,
    /// Segments of the path. The first one is empty if the path begins with `::`.
    segments: Vec<String>,
}

impl Default for RuntimePath {
    fn default() -> Self {
        Self::of_crate(RUNTIME)
    }
}

impl RuntimePath {
    /// Returns the path of a crate.
    pub fn of_crate(name: &str) -> Self {
        let name = crate::names::ident(name);
        Self::of_path(syn::parse_quote!(::#name))
    }

    fn of_path(path: syn::Path) -> Self {
        let start = path.leading_colon.map(|_| String::new());
        let names = path.segments.iter();
        let names = names.map(|segment| segment.ident.to_string());
        let segments = start.into_iter().chain(names).collect();
        Self { path, segments }
    }

    /// Parses a path such as `::other_runtime` or `crate::vendor::runtime`. Returns `None` if it is not a path of
    /// identifiers.
    pub fn parse(text: &str) -> Option<Self> {
        use syn::parse::Parser as _;
        let path = syn::Path::parse_mod_style.parse_str(text).ok()?;
        Some(Self::of_path(path))
    }

    /// Returns the path as a string, for use in an attribute.
    pub fn text(&self) -> String {
        self.segments.join("::")
    }

    fn segments(&self) -> &[String] {
        &self.segments
    }
}

impl ToTokens for RuntimePath {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.path.to_tokens(tokens);
    }
}

/// Printer of the files of one module of the generated crate.
#[derive(Clone, Copy, Debug)]
pub struct Printer<'a> {
    pub runtime: &'a RuntimePath,
    /// Module of the client that the files belong to. Its items are imported by name, those of other clients by
    /// module.
    pub home: Option<&'a str>,
}

impl Printer<'_> {
    /// Prints a file, with `title` as its module documentation.
    pub fn file(&self, title: &str, code: TokenStream) -> String {
        let title = prose(&sentence(title));
        let title: String = title.lines().map(|line| format!("//! {line}\n")).collect();
        format!("{title}\n{}", self.code(code))
    }

    /// Prints code with its imports.
    pub fn code(&self, code: TokenStream) -> String {
        let (imports, code) = imports::shorten(self, code);
        layout(quote!(#imports #code))
    }
}

/// Prints a call of one of the runtime's macros.
pub fn macro_call(call: &syn::ItemMacro) -> String {
    macros::print(call)
}

/// Prints code with an empty line between items.
///
/// Imports, modules, constants, and macro calls that belong to the type above them follow without an empty line.
pub fn layout(code: TokenStream) -> String {
    match syn::parse2::<syn::File>(code.clone()) {
        Ok(file) => layout_file(file),
        // Only reached by a defect of the emitters, which the compiler then reports.
        Err(_) => code.to_string(),
    }
}

/// Prints a file that has already been parsed, like [`layout`].
pub fn layout_file(mut file: syn::File) -> String {
    let items = items(std::mem::take(&mut file.items));
    match prettyplease::unparse(&file).trim_end() {
        "" => items,
        attributes => format!("{attributes}\n\n{items}"),
    }
}

fn items(items: Vec<Item>) -> String {
    let mut text = String::new();
    let mut items = items.into_iter().peekable();
    while let Some(item) = items.next() {
        let is_apart = |next: &Item| !stand_together(&item, next);
        let is_apart = items.peek().is_some_and(is_apart);
        text.push_str(&print(item));
        if is_apart {
            text.push('\n');
        }
    }
    text
}

fn stand_together(before: &Item, item: &Item) -> bool {
    match (before, item) {
        (Item::Use(before), Item::Use(item)) => before.vis == item.vis,
        (Item::Mod(before), Item::Mod(item)) => before.content.is_none() && item.content.is_none(),
        (Item::Struct(before), Item::Macro(call)) => macros::is_about(call, &before.ident),
        (Item::Enum(before), Item::Macro(call)) => macros::is_about(call, &before.ident),
        (Item::Macro(before), Item::Macro(call)) => macros::are_about_one(before, call),
        _ => false,
    }
}

fn print(item: Item) -> String {
    match item {
        Item::Impl(mut empty) => {
            let members = std::mem::take(&mut empty.items);
            let members = members.into_iter().map(|member| {
                let joins = !matches!(member, syn::ImplItem::Fn(_));
                let alone = ItemImpl {
                    items: vec![member],
                    ..empty.clone()
                };
                (Item::Impl(alone), joins)
            });
            members_apart(Item::Impl(empty.clone()), members)
        }
        Item::Trait(mut empty) => {
            let members = std::mem::take(&mut empty.items);
            let members = members.into_iter().map(|member| {
                let joins = !matches!(member, syn::TraitItem::Fn(_));
                let alone = ItemTrait {
                    items: vec![member],
                    ..empty.clone()
                };
                (Item::Trait(alone), joins)
            });
            members_apart(Item::Trait(empty.clone()), members)
        }
        Item::Macro(call) if call.ident.is_none() => macros::print(&call),
        other => unparse_item(other),
    }
}

/// Prints a block with an empty line between its members, except between consecutive constants and types.
///
/// `prettyplease` puts no empty lines between members, so each is printed in a separate block, which is then
/// removed.
fn members_apart(empty: Item, members: impl Iterator<Item = (Item, bool)>) -> String {
    let whole = unparse_item(empty);
    let Some(head) = whole.trim_end().strip_suffix('}').map(str::trim_end) else {
        return whole;
    };
    let mut text = format!("{head}\n");
    let mut before: Option<bool> = None;
    for (block, joins) in members {
        if before.is_some_and(|before| !(before && joins)) {
            text.push('\n');
        }
        let printed = unparse_item(block);
        let member = printed
            .strip_prefix(head)
            .and_then(|rest| rest.trim_end().strip_suffix('}'));
        text.push_str(member.map_or(printed.as_str(), |member| member.trim_start_matches('\n')));
        before = Some(joins);
    }
    match before {
        None => whole,
        Some(_) => format!("{text}}}\n"),
    }
}

fn unparse_item(item: Item) -> String {
    let file: syn::File = syn::parse_quote!();
    prettyplease::unparse(&syn::File {
        items: vec![item],
        ..file
    })
}

#[cfg(test)]
mod tests;
