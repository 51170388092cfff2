//! Tests of the generator's architecture, read from its sources: the order of the stages, the stages that report
//! findings, and the files that may contain certain names.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

/// Modules from bottom to top. A module may use only the modules before it.
const ORDER: &[&str] = &[
    // Independent of all stages.
    "names",
    "paths",
    "rust_type",
    "rustdoc",
    "graph",
    "jsonpath",
    "diagnostic",
    // Reading and checking documents.
    "load",
    // Positions in documents, and rendering of findings with their lines.
    "diagnostic::position",
    "diagnostic::locate",
    "diagnostic::render",
    "diagnostic::json",
    "diagnostic::sarif",
    "overlay",
    "openapi::extensions",
    "openapi::bundle",
    "openapi::declared",
    "openapi::description",
    "openapi::normalize",
    "openapi::progenitor",
    "openapi::index",
    "arazzo",
    "lint",
    // Lowering documents to the model.
    "model",
    "lower",
    // Printing the model.
    "emit",
    "output",
    "diff",
    "pipeline",
    // Independent of the others: packages.
    "release",
];

/// Modules that may report findings. All others return values or their own errors.
const REPORTING: &[&str] = &[
    "load",
    "overlay",
    "openapi::bundle",
    "openapi::normalize",
    "openapi::progenitor",
    "arazzo",
    "lint",
    "lower",
    "diff",
    "pipeline",
];

/// Modules that `emit` may use: data, names, and the patched client.
const FOR_EMIT: &[&str] = &[
    "model",
    "names",
    "rust_type",
    "rustdoc",
    "openapi::progenitor",
];

/// Known violations, as `file: module`. The test fails for an entry that is no longer needed.
const KNOWN_VIOLATIONS: &[&str] = &[];

/// A module of the generator, with its file and the modules it uses.
struct Source {
    /// Path below `src`.
    file: String,
    /// Entry of [`ORDER`] that the module belongs to.
    layer: Option<&'static str>,
    /// Paths of other modules of the crate, without `crate::`.
    used: BTreeSet<String>,
    /// String literals outside of attributes.
    literals: Vec<String>,
}

#[test]
fn modules_use_only_modules_before_them() {
    let found = sources().into_iter().flat_map(|source| {
        let own = source.layer.and_then(position);
        let file = source.file.clone();
        let above = source.used.into_iter().filter_map(move |path| {
            let layer = layer(&path)?;
            let above = position(layer) > own || source.layer == Some("emit") && !may_print(layer);
            (above && source.layer != Some(layer)).then(|| layer.to_owned())
        });
        let above: BTreeSet<String> = above.collect();
        above
            .into_iter()
            .map(move |layer| format!("{file}: {layer}"))
    });
    let found: Vec<String> = found.collect();
    assert_same(
        &found,
        KNOWN_VIOLATIONS,
        "uses that the order of the stages forbids",
    );
}

#[test]
fn only_stages_before_emit_report_findings() {
    let reports = |path: &&String| path.starts_with("diagnostic");
    let found: Vec<String> = sources()
        .into_iter()
        .filter(|source| !REPORTING.contains(&source.layer.unwrap_or("diagnostic")))
        .filter(|source| {
            let of_diagnostics = |layer: &str| layer.starts_with("diagnostic") || layer == "emit";
            !source.layer.is_none_or(of_diagnostics)
        })
        .filter(|source| {
            source
                .used
                .iter()
                .any(|path| reports(&path) && !is_help(path))
        })
        .map(|source| source.file)
        .collect();
    assert_same(&found, &[], "modules that report findings but must not");
}

#[test]
fn extension_names_are_in_one_file() {
    let is_name = |text: &str| {
        text.strip_prefix("x-").is_some_and(|rest| {
            !rest.is_empty() && rest.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        })
    };
    let found: Vec<String> = sources()
        .into_iter()
        .filter(|source| source.file != "openapi/extensions.rs")
        .flat_map(|source| {
            let names: BTreeSet<String> = source
                .literals
                .into_iter()
                .filter(|text| is_name(text))
                .collect();
            names
                .into_iter()
                .map(move |name| format!("{}: {name}", source.file))
        })
        .collect();
    assert_same(
        &found,
        OTHER_EXTENSIONS,
        "extensions outside of openapi/extensions.rs",
    );
}

/// Extension names in other files.
const OTHER_EXTENSIONS: &[&str] = &[
    "diff/facts.rs: x-code-samples",
    "diff/facts.rs: x-codeSamples",
    "diff/facts.rs: x-readme",
];

#[test]
fn only_allowed_files_name_the_runtime() {
    let found: Vec<String> = sources()
        .into_iter()
        .filter(|source| {
            let mut texts = source.literals.iter();
            texts.any(|text| text.contains("pipedream"))
        })
        .map(|source| source.file)
        .collect();
    assert_same(
        &found,
        NAMES_OF_RUNTIME,
        "files that name a crate of this project",
    );
}

/// Files with the default runtime of the command line and of the printer, and with the crates of a release.
const NAMES_OF_RUNTIME: &[&str] = &["emit/file.rs", "pipeline/runtime.rs", "release.rs"];

fn assert_same(found: &[String], expected: &[&str], what: &str) {
    let found: BTreeSet<&str> = found.iter().map(String::as_str).collect();
    let expected: BTreeSet<&str> = expected.iter().copied().collect();
    let new: Vec<_> = found.difference(&expected).collect();
    let gone: Vec<_> = expected.difference(&found).collect();
    assert!(new.is_empty(), "{what}: {new:#?}");
    assert!(
        gone.is_empty(),
        "{what}: not found anymore, remove from the list: {gone:#?}"
    );
}

fn position(layer: &str) -> Option<usize> {
    ORDER.iter().position(|known| *known == layer)
}

/// Returns the entry of [`ORDER`] that a path belongs to, or `None` for the roots of the library and the binary.
fn layer(path: &str) -> Option<&'static str> {
    let starts = |layer: &&&str| {
        path.strip_prefix(**layer)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    };
    ORDER
        .iter()
        .filter(starts)
        .max_by_key(|layer| layer.len())
        .copied()
}

fn may_print(layer: &str) -> bool {
    layer == "emit" || FOR_EMIT.contains(&layer)
}

/// Returns `true` for the functions on texts and pointers in `diagnostic`, which every module may use.
fn is_help(path: &str) -> bool {
    path.starts_with("diagnostic::suggestion") || path == "diagnostic::child"
}

/// Returns all modules of the generator except tests.
fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    assert!(files.len() > 100, "fewer source files than expected");
    files.iter().map(|file| read(file, &root)).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        let name = path.file_stem().unwrap().to_str().unwrap();
        if matches!(name, "tests" | "testing") {
            continue;
        } else if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|it| it == "rs") {
            files.push(path);
        }
    }
}

fn read(file: &Path, root: &Path) -> Source {
    let relative = file.strip_prefix(root).unwrap();
    let mut module: Vec<String> = relative
        .with_extension("")
        .iter()
        .map(|part| part.to_str().unwrap().to_owned())
        .collect();
    if matches!(
        module.last().map(String::as_str),
        Some("mod" | "lib" | "main")
    ) {
        module.pop();
    }
    let parsed = syn::parse_file(&fs::read_to_string(file).unwrap()).unwrap();
    let mut reader = Reader {
        module: module.clone(),
        used: BTreeSet::new(),
        literals: Vec::new(),
    };
    reader.visit_file(&parsed);
    Source {
        file: relative.to_str().unwrap().replace('\\', "/"),
        layer: layer(&module.join("::")),
        used: reader.used,
        literals: reader.literals,
    }
}

struct Reader {
    module: Vec<String>,
    used: BTreeSet<String>,
    literals: Vec<String>,
}

impl Reader {
    /// Records a path that begins with `crate`, `self` or `super`.
    fn path(&mut self, segments: &[String]) {
        let mut rest = segments;
        let mut absolute = match segments.first().map(String::as_str) {
            Some("crate") => Vec::new(),
            Some("self" | "super") => self.module.clone(),
            _ => return,
        };
        while let Some((first, others)) = rest.split_first() {
            match first.as_str() {
                "crate" | "self" => {}
                "super" => drop(absolute.pop()),
                _ => break,
            }
            rest = others;
        }
        absolute.extend(rest.iter().cloned());
        self.used.insert(absolute.join("::"));
    }

    fn tree(&mut self, before: &mut Vec<String>, tree: &syn::UseTree) {
        match tree {
            syn::UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.tree(before, &path.tree);
                before.pop();
            }
            syn::UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.tree(before, tree));
            }
            syn::UseTree::Name(name) => self.leaf(before, Some(name.ident.to_string())),
            syn::UseTree::Rename(name) => self.leaf(before, Some(name.ident.to_string())),
            syn::UseTree::Glob(_) => self.leaf(before, None),
        }
    }

    fn leaf(&mut self, before: &[String], name: Option<String>) {
        let name = name.filter(|name| name != "self");
        let path: Vec<String> = before.iter().cloned().chain(name).collect();
        self.path(&path);
    }

    /// Records the paths in the arguments of a macro that does not quote generated code.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => path.push(ident.to_string()),
                TokenTree::Punct(punct) if punct.as_char() == ':' => {}
                TokenTree::Group(group) => {
                    self.path(&std::mem::take(&mut path));
                    self.tokens(group.stream());
                }
                TokenTree::Literal(literal) => {
                    self.path(&std::mem::take(&mut path));
                    self.literals
                        .push(literal.to_string().trim_matches('"').to_owned());
                }
                TokenTree::Punct(_) => self.path(&std::mem::take(&mut path)),
            }
        }
        self.path(&path);
    }
}

fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        _ => false,
    })
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        let attributes = match item {
            syn::Item::Mod(item) => &item.attrs,
            syn::Item::Fn(item) => &item.attrs,
            syn::Item::Impl(item) => &item.attrs,
            syn::Item::Use(item) => &item.attrs,
            _ => return visit::visit_item(self, item),
        };
        if !is_for_tests(attributes) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        if !is_for_tests(&function.attrs) {
            visit::visit_impl_item_fn(self, function);
        }
    }

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.tree(&mut Vec::new(), &item.tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path
            .segments
            .iter()
            .map(|it| it.ident.to_string())
            .collect();
        self.path(&segments);
        visit::visit_path(self, path);
    }

    fn visit_lit_str(&mut self, literal: &'ast syn::LitStr) {
        self.literals.push(literal.value());
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        let name = call.path.segments.last().map(|it| it.ident.to_string());
        let is_code = matches!(
            name.as_deref(),
            Some("quote" | "parse_quote" | "quote_spanned")
        );
        if is_code {
            let mut inside = Reader {
                module: Vec::new(),
                used: BTreeSet::new(),
                literals: Vec::new(),
            };
            inside.tokens(call.tokens.clone());
            let words = idents(call.tokens.clone());
            self.literals
                .extend(inside.literals.into_iter().chain(words));
        } else {
            self.tokens(call.tokens.clone());
        }
    }
}

/// Returns all identifiers of generated code.
fn idents(tokens: TokenStream) -> Vec<String> {
    tokens
        .into_iter()
        .flat_map(|token| match token {
            TokenTree::Ident(ident) => vec![ident.to_string()],
            TokenTree::Group(group) => idents(group.stream()),
            _ => Vec::new(),
        })
        .collect()
}
