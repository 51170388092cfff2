//! Golden tests of small documents, one folder of `fixtures/goldens` per feature.
//!
//! A folder contains the documents and the relevant parts of the generated code, in `expected.rs`. The parts are
//! listed in `parts.txt`: one file per line, with the names of items in it, or the full file. `UPDATE_GOLDENS=1
//! cargo test -p tests goldens` updates `expected.rs`: review the difference before you commit it.

use std::fs;
use std::path::{Path, PathBuf};

use quote::{ToTokens as _, quote};
use syn::{ImplItem, Item};
use tests::generator::{codegen, documents_in, fixtures, read, shown};
use tests::scratch_crates::Crates;
use xtask::emit::file::layout;
use xtask::output::Output;

/// Returns the folders of the features, sorted by name.
fn features() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir(fixtures("goldens"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    folders
}

fn generated(folder: &Path) -> Output {
    let run = codegen(documents_in(folder), &folder.join("out"));
    assert_eq!(shown(&run), "", "{}", folder.display());
    run.output.unwrap()
}

/// Returns the items with these names, with the macros and implementations that concern them.
fn parts(output: &Output, list: &str) -> String {
    let mut text = String::new();
    for line in list.lines() {
        let mut words = line.split_whitespace();
        let path = words.next().unwrap();
        let names: Vec<&str> = words.collect();
        let (_, source) = output
            .files()
            .find(|(file, _)| *file == path)
            .unwrap_or_else(|| panic!("no {path} is generated"));
        let source = std::str::from_utf8(source).unwrap();
        if names.is_empty() {
            text += &format!("// {path}\n\n{source}\n");
            continue;
        }
        let mut file = syn::parse_file(source).unwrap();
        file.attrs.clear();
        file.items = file
            .items
            .into_iter()
            .filter_map(|item| named(item, &names))
            .collect();
        assert!(!file.items.is_empty(), "{path} has none of {names:?}");
        let items = file.items;
        text += &format!("// {path}\n\n{}\n", layout(quote!(#(#items)*)));
    }
    text.trim_end().to_owned() + "\n"
}

/// Returns the item if it is one of these. Of an implementation, keeps the functions named `Type::function`.
fn named(item: Item, names: &[&str]) -> Option<Item> {
    let is = |ident: &syn::Ident| names.contains(&ident.to_string().as_str());
    let keep = match &item {
        Item::Enum(it) => is(&it.ident),
        Item::Fn(it) => is(&it.sig.ident),
        Item::Static(it) => is(&it.ident),
        Item::Struct(it) => is(&it.ident),
        Item::Type(it) => is(&it.ident),
        // Declarations in a macro of the runtime.
        Item::Macro(it) if matches!(it.mac.delimiter, syn::MacroDelimiter::Brace(_)) => {
            let inner: syn::File = syn::parse2(it.mac.tokens.clone()).ok()?;
            let items = inner.items.into_iter();
            let items: Vec<Item> = items.filter_map(|inner| named(inner, names)).collect();
            let mut part = it.clone();
            part.mac.tokens = items.iter().map(|item| item.to_token_stream()).collect();
            return (!items.is_empty()).then_some(Item::Macro(part));
        }
        Item::Macro(it) => {
            // A declaration, or a macro that concerns a type.
            let mut words = it.mac.tokens.to_string();
            if let Some((_, declared)) = words.split_once("pub struct ") {
                words = declared.to_owned();
            }
            let end = words.find(|c: char| !c.is_alphanumeric());
            words.truncate(end.unwrap_or(words.len()));
            names.contains(&words.as_str())
        }
        Item::Impl(it) => {
            let syn::Type::Path(ty) = &*it.self_ty else {
                return None;
            };
            let ty = ty.path.segments.last()?.ident.to_string();
            let mut part = it.clone();
            part.items.retain(|inner| match inner {
                ImplItem::Fn(function) => {
                    names.contains(&format!("{ty}::{}", function.sig.ident).as_str())
                }
                _ => false,
            });
            return (!part.items.is_empty()).then_some(Item::Impl(part));
        }
        _ => false,
    };
    keep.then_some(item)
}

#[test]
fn generated_features_match_the_golden_code() {
    let update = std::env::var_os("UPDATE_GOLDENS").is_some();
    let mut wrong = String::new();
    for folder in features() {
        let parts = parts(&generated(&folder), &read(&folder.join("parts.txt")));
        let golden = folder.join("expected.rs");
        if update {
            fs::write(&golden, parts).unwrap();
        } else if read(&golden) != parts {
            let name = folder.file_name().unwrap_or_default().display();
            let expected = read(&golden);
            let difference = similar::TextDiff::from_lines(&expected, &parts);
            wrong += &format!("{name}:\n{}\n", difference.unified_diff().context_radius(2));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn generation_is_deterministic() {
    for folder in features() {
        let bytes = |output: Output| -> Vec<(String, Vec<u8>)> {
            let files = output.files();
            files
                .map(|(path, text)| (path.to_owned(), text.to_vec()))
                .collect()
        };
        assert!(
            bytes(generated(&folder)) == bytes(generated(&folder)),
            "{}",
            folder.display()
        );
    }
}

/// All features at once, because the crates share their dependencies.
#[test]
fn generated_features_compile_without_warnings() {
    let mut crates = Crates::new(env!("CARGO_TARGET_TMPDIR"), "goldens");
    for folder in features() {
        let name = folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        crates.add(&name, documents_in(&folder));
    }
    crates.check();
}
