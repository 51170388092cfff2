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
pub struct RuntimePath(syn::Path);

impl Default for RuntimePath {
    fn default() -> Self {
        Self::of_crate(RUNTIME)
    }
}

impl RuntimePath {
    /// Returns the path of a crate.
    pub fn of_crate(name: &str) -> Self {
        let name = crate::names::ident(name);
        Self(syn::parse_quote!(::#name))
    }

    /// Parses a path such as `::other_runtime` or `crate::vendor::runtime`. Returns `None` if it is not a path of
    /// identifiers.
    pub fn parse(text: &str) -> Option<Self> {
        use syn::parse::Parser as _;
        syn::Path::parse_mod_style.parse_str(text).ok().map(Self)
    }

    /// Returns the path as a string, for use in an attribute.
    pub fn text(&self) -> String {
        let segments = self.0.segments.iter();
        let names: Vec<_> = segments.map(|segment| segment.ident.to_string()).collect();
        match self.0.leading_colon {
            Some(_) => format!("::{}", names.join("::")),
            None => names.join("::"),
        }
    }

    /// Returns the segments of the path. The first one is empty if the path begins with `::`.
    fn segments(&self) -> Vec<String> {
        self.text().split("::").map(str::to_owned).collect()
    }
}

impl ToTokens for RuntimePath {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.to_tokens(tokens);
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
        Ok(file) => {
            let attributes = unparse(syn::File {
                items: Vec::new(),
                ..file.clone()
            });
            let items = items(&file.items);
            match attributes.trim_end() {
                "" => items,
                attributes => format!("{attributes}\n\n{items}"),
            }
        }
        // Only reached by a defect of the emitters, which the compiler then reports.
        Err(_) => code.to_string(),
    }
}

fn items(items: &[Item]) -> String {
    let mut text = String::new();
    let mut before: Option<&Item> = None;
    for item in items {
        if before.is_some_and(|before| !stand_together(before, item)) {
            text.push('\n');
        }
        text.push_str(&print(item));
        before = Some(item);
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

fn print(item: &Item) -> String {
    match item {
        Item::Impl(block) => {
            let empty = ItemImpl {
                items: Vec::new(),
                ..block.clone()
            };
            let members = block.items.iter().map(|member| {
                let alone = ItemImpl {
                    items: vec![member.clone()],
                    ..empty.clone()
                };
                let joins = !matches!(member, syn::ImplItem::Fn(_));
                (Item::Impl(alone), joins)
            });
            members_apart(&Item::Impl(empty.clone()), members)
        }
        Item::Trait(block) => {
            let empty = ItemTrait {
                items: Vec::new(),
                ..block.clone()
            };
            let members = block.items.iter().map(|member| {
                let alone = ItemTrait {
                    items: vec![member.clone()],
                    ..empty.clone()
                };
                let joins = !matches!(member, syn::TraitItem::Fn(_));
                (Item::Trait(alone), joins)
            });
            members_apart(&Item::Trait(empty.clone()), members)
        }
        Item::Macro(call) if call.ident.is_none() => macros::print(call),
        other => unparse_item(other.clone()),
    }
}

/// Prints a block with an empty line between its members, except between consecutive constants and types.
///
/// `prettyplease` puts no empty lines between members, so each is printed in a separate block, which is then
/// removed.
fn members_apart(empty: &Item, members: impl Iterator<Item = (Item, bool)>) -> String {
    let whole = unparse_item(empty.clone());
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
    unparse(syn::parse_quote!(#item))
}

fn unparse(file: syn::File) -> String {
    prettyplease::unparse(&file)
}

#[cfg(test)]
mod tests;
