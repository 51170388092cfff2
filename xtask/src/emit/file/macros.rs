//! Layout of calls of the runtime's macros, whose tokens `prettyplease` does not format.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{ItemMacro, MacroDelimiter};

/// Maximum width of a line, in characters.
const WIDTH: usize = 100;

/// Prints one macro call.
///
/// Items in braces are printed as items. Any other call is printed on one line if it fits; otherwise each entry of
/// its list has a separate line.
pub(super) fn print(item: &ItemMacro) -> String {
    let path = line(item.mac.path.to_token_stream());
    if let MacroDelimiter::Brace(_) = item.mac.delimiter
        && let Ok(body) = syn::parse2::<syn::File>(item.mac.tokens.clone())
    {
        return format!("{path}! {{\n{}}}\n", indented(&super::items(body.items)));
    }
    let whole = format!("{path}!({});\n", line(item.mac.tokens.clone()));
    let is_documented = item
        .mac
        .tokens
        .clone()
        .into_iter()
        .any(|token| match token {
            TokenTree::Group(group) => has_docs(group.stream()),
            _ => false,
        });
    if !is_documented && whole.trim_end().chars().count() <= WIDTH {
        return whole;
    }
    let mut before = TokenStream::new();
    let mut tokens = item.mac.tokens.clone().into_iter();
    for token in tokens.by_ref() {
        match token {
            TokenTree::Group(group)
                if group.delimiter() == Delimiter::Brace && has_docs(group.stream()) =>
            {
                let entries = entries(group.stream()).into_iter().map(documented);
                let entries: String = entries.map(|entry| indented(&entry)).collect();
                let after = line(tokens.collect());
                let end = format!("}} {after}");
                let end = end.trim_end();
                return format!("{path}!({} {{\n{entries}{end});\n", line(before));
            }
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                let mut text = format!("{path}!(\n    {} {{\n", line(before));
                for entry in entries(group.stream()) {
                    text.push_str(&format!("        {},\n", line(entry)));
                }
                let after = line(tokens.collect());
                let end = format!("    }} {after}");
                text.push_str(end.trim_end());
                text.push_str("\n);\n");
                return text;
            }
            other => before.extend([other]),
        }
    }
    // Without a list, each argument has a separate line.
    let arguments: Vec<String> = entries(item.mac.tokens.clone())
        .into_iter()
        .map(line)
        .collect();
    format!("{path}!(\n    {},\n);\n", arguments.join(",\n    "))
}

/// Returns `true` if the first argument of the call is the type with this name.
pub(super) fn is_about(call: &ItemMacro, name: &Ident) -> bool {
    let first = call.mac.tokens.clone().into_iter().next();
    matches!(first, Some(TokenTree::Ident(first)) if first == *name)
}

/// Returns `true` if both calls belong to the same type.
pub(super) fn are_about_one(before: &ItemMacro, call: &ItemMacro) -> bool {
    match before.mac.tokens.clone().into_iter().next() {
        Some(TokenTree::Ident(name)) => before.ident.is_none() && is_about(call, &name),
        _ => false,
    }
}

fn indented(text: &str) -> String {
    let lines = text.lines().map(|line| match line.is_empty() {
        true => "\n".to_owned(),
        false => format!("    {line}\n"),
    });
    lines.collect()
}

/// Returns `true` if an entry of a list has documentation.
fn has_docs(tokens: TokenStream) -> bool {
    entries(tokens)
        .into_iter()
        .any(|entry| doc(&mut entry.into_iter()).is_some())
}

/// Takes a `#[doc]` attribute from the beginning of an entry, and returns its text.
fn doc(tokens: &mut proc_macro2::token_stream::IntoIter) -> Option<String> {
    let mut rest = tokens.clone();
    let (Some(TokenTree::Punct(hash)), Some(TokenTree::Group(group))) = (rest.next(), rest.next())
    else {
        return None;
    };
    let attribute: syn::MetaNameValue = syn::parse2(group.stream()).ok()?;
    let text = match attribute.value {
        syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Str(text),
            ..
        }) if hash.as_char() == '#' && attribute.path.is_ident("doc") => text.value(),
        _ => return None,
    };
    *tokens = rest;
    Some(text)
}

/// Prints an entry with its documentation above it.
fn documented(entry: TokenStream) -> String {
    let mut tokens = entry.into_iter();
    let mut text = String::new();
    while let Some(doc) = doc(&mut tokens) {
        text.push_str(&format!("///{doc}\n"));
    }
    format!("{text}{},\n", line(tokens.collect()))
}

/// Splits tokens at their commas.
fn entries(tokens: TokenStream) -> Vec<TokenStream> {
    let mut entries = vec![TokenStream::new()];
    let mut depth = 0_usize;
    for token in tokens {
        if let TokenTree::Punct(punct) = &token {
            match punct.as_char() {
                '<' => depth += 1,
                '>' => depth = depth.saturating_sub(1),
                ',' if depth == 0 => {
                    entries.push(TokenStream::new());
                    continue;
                }
                _ => {}
            }
        }
        if let Some(last) = entries.last_mut() {
            last.extend([token]);
        }
    }
    entries.retain(|entry| !entry.is_empty());
    entries
}

/// Prints tokens on one line, with spaces between them.
fn line(tokens: TokenStream) -> String {
    let mut out = String::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let text = match token {
            TokenTree::Punct(punct) => {
                let mut text = punct.as_char().to_string();
                let mut last = punct;
                while last.spacing() == proc_macro2::Spacing::Joint
                    && let Some(TokenTree::Punct(next)) = tokens.peek().cloned()
                    && matches!((last.as_char(), next.as_char()), (':', ':') | ('=', '>'))
                {
                    text.push(next.as_char());
                    last = next;
                    tokens.next();
                }
                text
            }
            TokenTree::Group(group) => {
                let inner = line(group.stream());
                match group.delimiter() {
                    Delimiter::Parenthesis => format!("({inner})"),
                    Delimiter::Bracket => format!("[{inner}]"),
                    Delimiter::Brace => format!("{{ {inner} }}"),
                    Delimiter::None => inner,
                }
            }
            other => other.to_string(),
        };
        let is_tight = |text: &str| matches!(text, "::" | "<" | ">" | "." | "!" | "?");
        let glued = out.is_empty()
            || is_tight(&text)
            || matches!(text.as_str(), "," | ":")
            || (text.starts_with('(') && !out.ends_with(['=', '>']))
            || ["::", "<", ".", "!", "&"]
                .iter()
                .any(|end| out.ends_with(end));
        if !glued {
            out.push(' ');
        }
        out.push_str(&text);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(source: &str) -> String {
        print(&syn::parse_str(source).expect("a macro call"))
    }

    #[test]
    fn prints_a_short_call_on_one_line() {
        for call in [
            "runtime::impl_wrapper!(Names(runtime::OrderedMap<Vec<Name>>));\n",
            "runtime::impl_nullable_accessors!(Account { name: &str, scopes: &[String] });\n",
            "runtime::impl_string_newtype!(Id, runtime::Rules::new().pattern(\"^ < > $\").max(3));\n",
            "impl_call!(List -> ());\n",
            "runtime::impl_tagged_union!(Pet by \"type\" { \"cat\" => Cat | Lion } or [] else Unknown);\n",
        ] {
            assert_eq!(printed(call), call);
        }
    }

    #[test]
    fn prints_each_entry_of_a_long_list_on_a_separate_line() {
        let call = format!(
            "runtime::impl_open_enum!(Kind {{ A = \"{}\", B = \"b\" }} else Unknown);",
            "a".repeat(80)
        );
        let expected = format!(
            "runtime::impl_open_enum!(\n    Kind {{\n        A = \"{}\",\n        B = \"b\",\n    }} else Unknown\n);\n",
            "a".repeat(80)
        );
        assert_eq!(printed(&call), expected);
    }

    #[test]
    fn prints_documentation_above_its_entry() {
        let call = "impl_setters!(List.params {
    /// Cursor.
    ///
    /// More.
    optional after: impl Into<String>,
    nullable(null_a) a(a_): i64,
});
";
        assert_eq!(printed(call), call);
        let call = "impl_paginated!(List -> Page, data: [Item] { Forward(params.after) = (info?.end??) });\n";
        assert_eq!(printed(call), call);
    }

    #[test]
    fn prints_each_argument_of_a_long_call_on_a_separate_line() {
        let pattern = "p".repeat(80);
        let call = format!(
            "runtime::impl_string_newtype!(Id, runtime::Rules::new().pattern(\"{pattern}\"));"
        );
        let expected = format!(
            "runtime::impl_string_newtype!(\n    Id,\n    runtime::Rules::new().pattern(\"{pattern}\"),\n);\n"
        );
        assert_eq!(printed(&call), expected);
    }
}
