//! Tests of normalizing and generating with every OpenAPI document of the reference collection.
//!
//! Each document results in a client with one method per operation, or in errors, without a panic. Needs
//! `REFERENCE_DIR`.

use std::path::{Path, PathBuf};

use serde_json::Value;
use xtask::diagnostic::{Diagnostics, Severity};
use xtask::openapi::description::METHODS;
use xtask::openapi::normalize::{Notes, normalize};
use xtask::openapi::progenitor::run::generate;

fn reference() -> PathBuf {
    PathBuf::from(
        std::env::var_os("REFERENCE_DIR").expect("REFERENCE_DIR names the reference collection"),
    )
}

struct Run {
    operations: usize,
    notes: Notes,
    diagnostics: Diagnostics,
    file: Option<syn::File>,
}

fn run(path: &Path) -> Run {
    let mut diagnostics = Diagnostics::new();
    let mut run = Run {
        operations: 0,
        notes: Notes::default(),
        diagnostics: Diagnostics::new(),
        file: None,
    };
    let Some(document) = diagnostics.ok(xtask::load::load(path)) else {
        run.diagnostics = diagnostics;
        return run;
    };
    let mut value = document.value;
    run.operations = operations(&value);
    run.notes = normalize(&mut value, path, &mut diagnostics);
    if !diagnostics.has_errors() {
        match generate(&value, path) {
            Ok(file) => run.file = Some(file),
            Err(errors) => diagnostics.extend(errors),
        }
    }
    run.diagnostics = diagnostics;
    run
}

fn operations(document: &Value) -> usize {
    document["paths"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(_, item)| {
            METHODS
                .iter()
                .filter(|method| item.get(*method).is_some())
                .count()
        })
        .sum()
}

fn methods(file: &syn::File) -> usize {
    file.items
        .iter()
        .filter_map(|item| match item {
            syn::Item::Impl(item) if item.trait_.is_none() => Some(&item.items),
            _ => None,
        })
        .flatten()
        .filter(
            |item| matches!(item, syn::ImplItem::Fn(function) if function.sig.asyncness.is_some()),
        )
        .count()
}

fn documents(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            documents(&path, found);
        } else if matches!(
            path.extension().and_then(|e| e.to_str()),
            Some("yml" | "yaml" | "json")
        ) && xtask::load::load(&path)
            .is_ok_and(|d| d.value.get("openapi").is_some() || d.value.get("swagger").is_some())
        {
            found.push(path);
        }
    }
}

#[test]
#[ignore = "needs REFERENCE_DIR"]
fn accepts_the_upstream_document_unchanged() {
    let run = run(&reference().join("upstream/pipedream/openapi/pipedream-openapi.yml"));
    for diagnostic in &run.diagnostics {
        println!("{diagnostic} {}", diagnostic.label);
    }
    assert!(!run.diagnostics.has_errors());
    let file = run.file.unwrap();
    assert_eq!(methods(&file), 61);
    assert!(run.notes.left_out.is_empty());
    let accepted = run
        .notes
        .operations
        .values()
        .filter(|operation| operation.accepted)
        .count();
    assert_eq!(accepted, 7);
    if let Some(out) = std::env::var_os("DUMP_CLIENT") {
        std::fs::write(out, prettyplease::unparse(&file)).unwrap();
    }
}

#[test]
#[ignore = "needs REFERENCE_DIR"]
fn generates_a_client_or_errors_from_every_reference_document() {
    let root =
        std::env::var_os("CORPORA").map_or_else(|| reference().join("corpora"), PathBuf::from);
    let mut found = Vec::new();
    documents(&root, &mut found);
    found.sort();
    assert!(!found.is_empty());
    for path in &found {
        let run = run(path);
        let count = |severity| {
            run.diagnostics
                .iter()
                .filter(|d| d.severity == severity)
                .count()
        };
        let generated = run.file.as_ref().map(methods);
        println!(
            "{}: {} operations, methods {generated:?}, left out {}, errors {}, warnings {}",
            path.strip_prefix(&root).unwrap_or(path).display(),
            run.operations,
            run.notes.left_out.len(),
            count(Severity::Error),
            count(Severity::Warning),
        );
        for diagnostic in &run.diagnostics {
            println!(
                "    {:?} {diagnostic} | {}",
                diagnostic.severity, diagnostic.label
            );
        }
        if let (Some(folder), Some(file)) = (std::env::var_os("DUMP_CLIENTS"), &run.file) {
            let name = path
                .strip_prefix(&root)
                .unwrap_or(path)
                .to_string_lossy()
                .replace(|c: char| !c.is_alphanumeric(), "_");
            std::fs::write(
                Path::new(&folder).join(name.to_lowercase() + ".rs"),
                prettyplease::unparse(file),
            )
            .unwrap();
        }
        match generated {
            Some(methods) => assert_eq!(
                methods + run.notes.left_out.len(),
                run.operations,
                "{}",
                path.display()
            ),
            None => assert!(run.diagnostics.has_errors()),
        }
    }
}
