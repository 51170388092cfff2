//! Resolution of `$ref`s to other files, within the folder of the document.
//!
//! Each file that a reference names becomes a member of [`FILES`], and the reference becomes one within the document.
//! References to files outside of the folder, to URLs and to missing files are left for normalization to report.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::diagnostic::Diagnostics;
use crate::load::{self, Document};
use crate::openapi::extensions::{FILES, is_extension};

/// Maximum number of files.
const MAX_FILES: usize = 2_000;
/// Maximum nesting depth.
const MAX_DEPTH: usize = 256;
/// Members with data, in which `$ref` has no meaning.
const DATA: [&str; 5] = ["example", "examples", "default", "enum", "const"];

/// Members whose keys are names, so that `default` in them is not data.
const NAMED: [&str; 11] = [
    "properties",
    "patternProperties",
    "schemas",
    "parameters",
    "responses",
    "requestBodies",
    "headers",
    "paths",
    "content",
    "definitions",
    "$defs",
];

/// A file that is part of a document.
#[derive(Clone, Debug)]
pub struct Part {
    /// JSON Pointer of its content in the document.
    pointer: String,
    /// Path as shown in messages.
    path: PathBuf,
    /// Path relative to the folder of the document.
    relative: String,
    pub text: Arc<str>,
}

impl Part {
    /// Returns the path of the file, as shown in messages.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Adds the files that the document refers to.
pub fn bundle(document: &mut Document, found: &mut Diagnostics) -> Vec<Part> {
    let mut parts = Vec::new();
    let Ok(file) = document.path.canonicalize() else {
        return parts;
    };
    let Some(folder) = file.parent() else {
        return parts;
    };
    let mut files = Files {
        folder,
        names: BTreeMap::from([(file.clone(), String::new())]),
        pending: Vec::new(),
    };
    files.rewrite(&mut document.value, &file, "", Keys::Keywords, MAX_DEPTH);
    let shown = document.path.parent().unwrap_or(Path::new("")).to_owned();
    let mut members = Map::new();
    while let Some((path, name)) = files.pending.pop() {
        let relative = path.strip_prefix(folder).unwrap_or(&path).to_owned();
        let Some(mut part) = found.ok(load::load(shown.join(&relative))) else {
            continue;
        };
        found.extend(std::mem::take(&mut part.warnings));
        let pointer = format!("/{FILES}/{name}");
        files.rewrite(&mut part.value, &path, &pointer, Keys::Keywords, MAX_DEPTH);
        members.insert(name, part.value);
        parts.push(Part {
            pointer,
            relative: relative.to_string_lossy().into_owned(),
            path: part.path,
            text: part.text,
        });
    }
    if let (false, Some(root)) = (members.is_empty(), document.value.as_object_mut()) {
        root.insert(FILES.to_owned(), Value::Object(members));
    }
    parts
}

/// Moves the findings about the content of a part to its file.
pub fn locate(found: &mut Diagnostics, document: &Path, parts: &[Part]) {
    for finding in found.iter_mut().filter(|finding| finding.file == document) {
        for part in parts {
            let (inside, file) = (format!("#{}/", part.pointer), &part.relative);
            finding.message = finding.message.replace(&inside, &format!("{file}#/"));
            let rest = finding.pointer.strip_prefix(&part.pointer);
            let rest = rest.filter(|rest| rest.is_empty() || rest.starts_with('/'));
            if let Some(rest) = rest.map(str::to_owned) {
                (finding.file, finding.pointer) = (part.path.clone(), rest);
                break;
            }
        }
    }
}

/// Meaning of the keys of an object.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keys {
    Keywords,
    Names,
    /// Names of a discriminator, whose values are references.
    Mapping,
}

struct Files<'f> {
    /// The folder that no reference leaves.
    folder: &'f Path,
    /// The name of each file; empty for the document itself.
    names: BTreeMap<PathBuf, String>,
    pending: Vec<(PathBuf, String)>,
}

impl Files<'_> {
    /// Rewrites the references of a file whose content is at the pointer `at`.
    fn rewrite(&mut self, value: &mut Value, file: &Path, at: &str, keys: Keys, depth: usize) {
        if depth == 0 {
            return;
        }
        match value {
            Value::Array(items) => {
                for item in items {
                    self.rewrite(item, file, at, Keys::Keywords, depth - 1);
                }
            }
            Value::Object(members) => {
                for (key, member) in members {
                    match member {
                        Value::String(reference)
                            if key == "$ref" || keys == Keys::Mapping && is_path(reference) =>
                        {
                            if let Some(within) = self.within(reference, file, at) {
                                *reference = within;
                            }
                        }
                        _ if keys == Keys::Keywords
                            && (DATA.contains(&key.as_str()) || is_extension(key)) => {}
                        member => {
                            let inner = match keys {
                                Keys::Keywords if key == "mapping" => Keys::Mapping,
                                Keys::Keywords if NAMED.contains(&key.as_str()) => Keys::Names,
                                _ => Keys::Keywords,
                            };
                            self.rewrite(member, file, at, inner, depth - 1);
                        }
                    }
                }
            }
            _ => {}
        }
    }

    /// Returns a reference within the document.
    fn within(&mut self, reference: &str, file: &Path, at: &str) -> Option<String> {
        let (path, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        if path.is_empty() {
            return (!at.is_empty()).then(|| format!("#{at}{fragment}"));
        }
        if path.contains("://") {
            return None;
        }
        let target = file.parent()?.join(path).canonicalize().ok()?;
        if !target.starts_with(self.folder) || !target.is_file() {
            return None;
        }
        let name = self.name(&target)?;
        Some(match name.as_str() {
            "" => format!("#{fragment}"),
            name => format!("#/{FILES}/{name}{fragment}"),
        })
    }

    /// Returns the name of a file, which is read later if it is new.
    fn name(&mut self, file: &Path) -> Option<String> {
        if let Some(name) = self.names.get(file) {
            return Some(name.clone());
        }
        if self.names.len() > MAX_FILES {
            return None;
        }
        let stem = file.file_stem()?.to_string_lossy();
        let plain = |c: char| match c.is_alphanumeric() || c == '_' || c == '-' {
            true => c,
            false => '_',
        };
        let stem: String = stem.chars().map(plain).collect();
        let is_taken = |name: &String| self.names.values().any(|taken| taken == name);
        let numbered = (2_usize..).map(|number| format!("{stem}{number}"));
        let name = std::iter::once(stem.clone())
            .chain(numbered)
            .find(|name| !is_taken(name))?;
        self.names.insert(file.to_owned(), name.clone());
        self.pending.push((file.to_owned(), name.clone()));
        Some(name)
    }
}

/// Returns `true` for a reference in a discriminator that is not the name of a schema.
fn is_path(reference: &str) -> bool {
    reference.contains(['.', '/', '#'])
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::json;

    use super::*;
    use crate::diagnostic::{Code, Diagnostic};

    #[test]
    fn references_to_files_in_the_folder_become_references_within_the_document() {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("api");
        fs::create_dir_all(folder.join("parts")).unwrap();
        fs::write(outer.path().join("secret.yml"), "type: string\n").unwrap();
        fs::write(
            folder.join("api.yml"),
            "openapi: 3.0.3
a: {$ref: 'parts/pet.yml'}
b: {$ref: './parts/pet.yml#/properties/name'}
c: {$ref: '#/a'}
d: {$ref: '../secret.yml'}
e: {$ref: 'https://example.com/x.yml'}
f: {example: {$ref: 'parts/pet.yml'}}
g: {properties: {default: {$ref: 'parts/pet.yml'}}}
h: {discriminator: {mapping: {pet: 'parts/pet.yml', other: Pet}}}
",
        )
        .unwrap();
        fs::write(
            folder.join("parts/pet.yml"),
            "properties: {name: {$ref: '#/x'}, owner: {$ref: 'pet.yml'}, root: {$ref: '../api.yml#/c'}}\n",
        )
        .unwrap();
        let mut document = load::load(folder.join("api.yml")).unwrap();
        let mut found = Diagnostics::new();
        let parts = bundle(&mut document, &mut found);
        assert!(!found.has_errors());
        let reference = |pointer: &str| document.value.pointer(pointer).unwrap()["$ref"].clone();
        assert_eq!(reference("/a"), json!("#/x-files/pet"));
        assert_eq!(reference("/b"), json!("#/x-files/pet/properties/name"));
        assert_eq!(reference("/c"), json!("#/a"));
        assert_eq!(
            reference("/d"),
            json!("../secret.yml"),
            "outside of the folder"
        );
        assert_eq!(reference("/e"), json!("https://example.com/x.yml"));
        assert_eq!(reference("/f/example"), json!("parts/pet.yml"), "data");
        let named = reference("/g/properties/default");
        assert_eq!(named, json!("#/x-files/pet"), "a property named like data");
        let mapping = &document.value["h"]["discriminator"]["mapping"];
        assert_eq!(mapping, &json!({"pet": "#/x-files/pet", "other": "Pet"}));
        assert_eq!(
            reference("/x-files/pet/properties/name"),
            json!("#/x-files/pet/x")
        );
        assert_eq!(
            reference("/x-files/pet/properties/owner"),
            json!("#/x-files/pet")
        );
        assert_eq!(reference("/x-files/pet/properties/root"), json!("#/c"));

        let inside = "/x-files/pet/properties/name";
        let message = "`#/x-files/pet/x` has no target";
        found.push(Diagnostic::new(
            Code::Malformed,
            &document.path,
            inside,
            message,
        ));
        locate(&mut found, &document.path, &parts);
        let finding = found.iter().next().unwrap();
        assert_eq!(finding.file, folder.join("parts/pet.yml"));
        assert_eq!(finding.pointer, "/properties/name");
        assert_eq!(finding.message, "`parts/pet.yml#/x` has no target");
    }
}
