//! Documents of a run: finds and loads them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use heck::ToSnakeCase;
use serde_json::Value;

use super::keep_going::{self, LeftOut};
use super::overlays;
use super::reader::Reader;
use crate::arazzo::template::is_selector;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity, Sources};
use crate::load::Document;
use crate::names::{Scope, bare, module_text};
use crate::openapi::bundle;
use crate::paths::clean;

/// Paths of the documents of a run. Each is a file or a folder of files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Documents {
    pub openapi: Vec<PathBuf>,
    pub arazzo: Vec<PathBuf>,
    pub overlays: Vec<PathBuf>,
    /// Documents of any kind, which their root fields determine.
    ///
    /// A folder without documents stands for its subfolders `openapi` and `arazzo`.
    pub any: Vec<PathBuf>,
}

/// Loaded documents of a run, with their overlays applied.
#[derive(Debug, Default)]
pub struct Loaded {
    pub apis: Vec<Document>,
    pub flows: Vec<Document>,
    /// The files that each API description refers to, by its path.
    parts: BTreeMap<PathBuf, Vec<bundle::Part>>,
}

/// Kind of a document, by its root field.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum DocumentKind {
    OpenApi,
    Arazzo,
    Overlay,
}

impl DocumentKind {
    pub(super) fn of(document: &Value) -> Option<Self> {
        let kinds = [
            ("overlay", Self::Overlay),
            ("arazzo", Self::Arazzo),
            ("openapi", Self::OpenApi),
            ("swagger", Self::OpenApi),
        ];
        // Without the field of the version, which is an error, two other root fields tell the kind.
        let has = |key: &str| document.get(key).is_some();
        let others = [
            (["sourceDescriptions", "workflows"], Self::Arazzo),
            (["info", "paths"], Self::OpenApi),
            (["info", "actions"], Self::Overlay),
        ];
        let by_version = kinds.into_iter().find(|(key, _)| has(key));
        let by_others = || {
            let mut others = others.into_iter();
            others.find(|(keys, _)| keys.iter().all(|key| has(key)))
        };
        by_version
            .map(|(_, kind)| kind)
            .or_else(|| by_others().map(|(_, kind)| kind))
    }
}

impl Documents {
    /// Returns the folders `openapi/` and `arazzo/` below `root`, each of which may contain overlays too.
    pub fn of(root: &Path) -> Self {
        let [openapi, arazzo] = ["openapi", "arazzo"].map(|folder| clean(&root.join(folder)));
        Self {
            overlays: vec![openapi.clone(), arazzo.clone()],
            openapi: vec![openapi],
            arazzo: vec![arazzo],
            any: Vec::new(),
        }
    }
}

/// Loads the documents and their sources, and applies the overlays.
///
/// Returns `None` if a document cannot be read, because later findings would only follow from its absence.
pub(super) fn load(
    documents: &Documents,
    found: &mut Diagnostics,
    sources: &mut Sources,
) -> Option<Loaded> {
    let (mut loaded, overlays) = read(documents, found, sources);
    if found.has_errors() {
        return None;
    }
    overlays::apply(&overlays, &mut loaded, found);
    (!found.has_errors()).then_some(loaded)
}

/// Loads the documents that can be read, and applies the overlays.
///
/// Returns `None` if an overlay cannot be read or applied, or if no document is left.
pub(super) fn load_readable(
    documents: &Documents,
    left_out: &mut Vec<LeftOut>,
    found: &mut Diagnostics,
    sources: &mut Sources,
) -> Option<Loaded> {
    let mut problems = Diagnostics::new();
    let (mut loaded, overlays) = read(documents, &mut problems, sources);
    for problem in problems {
        let mut paths = documents.overlays.iter();
        let is_overlay = paths.any(|path| problem.file.starts_with(path));
        match problem.severity {
            Severity::Error if !is_overlay => {
                keep_going::record_document(&problem.file.clone(), &[problem], left_out, found);
            }
            _ => found.push(problem),
        }
    }
    overlays::apply(&overlays, &mut loaded, found);
    let is_empty = loaded.apis.is_empty() && loaded.flows.is_empty();
    if is_empty && let Some(part) = left_out.first() {
        let message = "no document can be read";
        found.push(Diagnostic::new(
            Code::UnreadableFile,
            &part.file,
            "",
            message,
        ));
    }
    (!found.has_errors()).then_some(loaded)
}

/// Reads the documents with all files that they refer to, and the overlays.
fn read(
    documents: &Documents,
    found: &mut Diagnostics,
    sources: &mut Sources,
) -> (Loaded, Vec<Document>) {
    let mut reader = Reader::new(documents, found, sources);
    let mut loaded = Loaded {
        apis: reader.read(&documents.openapi, DocumentKind::OpenApi),
        flows: reader.read(&documents.arazzo, DocumentKind::Arazzo),
        parts: BTreeMap::new(),
    };
    let mut overlays = reader.read(&documents.overlays, DocumentKind::Overlay);
    for document in reader.read_any(&documents.any) {
        match DocumentKind::of(&document.value) {
            Some(DocumentKind::Overlay) => overlays.push(document),
            Some(DocumentKind::Arazzo) => loaded.flows.push(document),
            // A file that was passed by name and has no known kind is reported as not OpenAPI.
            Some(DocumentKind::OpenApi) | None => loaded.apis.push(document),
        }
    }
    reader.follow(&mut loaded);
    for api in &mut loaded.apis {
        let parts = bundle::bundle(api, reader.found);
        for part in &parts {
            reader.sources.add(part.path(), Arc::clone(&part.text));
        }
        loaded.parts.insert(api.path.clone(), parts);
    }
    (loaded, overlays)
}

impl Loaded {
    /// Moves the findings about files that a document refers to from the document to the files, those about a selected
    /// value to its selector, and those about a parameter of several operations to its declaration.
    pub(super) fn locate(&self, found: &mut Diagnostics) {
        for finding in found.iter_mut() {
            let flow = self.flows.iter().find(|flow| flow.path == finding.file);
            let value = flow.and_then(|flow| flow.value.pointer(&finding.pointer)?.as_object());
            let is_read = READS.contains(&finding.code);
            if is_read && value.is_some_and(is_selector) {
                finding.pointer.push_str("/selector");
            }
            // Several operations have the same parameter, so its declaration is the place to change.
            if finding.code == Code::ParameterLeftOut && !finding.related.is_empty() {
                let api = self.apis.iter().find(|api| api.path == finding.file);
                let target = api.and_then(|api| reference(&api.value, &finding.pointer));
                finding.pointer = target.unwrap_or_else(|| finding.pointer.clone());
            }
        }
        for (document, parts) in &self.parts {
            bundle::locate(found, document, parts);
        }
    }
}

/// Returns the target of the reference at a pointer of a document.
fn reference(document: &Value, pointer: &str) -> Option<String> {
    let reference = document.pointer(pointer)?.get("$ref")?.as_str()?;
    let target = reference.strip_prefix('#')?;
    document.pointer(target).map(|_| target.to_owned())
}

/// Findings about the value that an expression or a selector reads.
const READS: &[Code] = &[
    Code::PointerIntoScalar,
    Code::UnknownPointer,
    Code::UnknownResponseProperty,
];

/// Returns the module of each document's client: the file name without the word `openapi`.
pub(super) fn module_names(documents: &[Document]) -> Vec<String> {
    let mut scope = Scope::with(&["workflows"]);
    let modules = documents
        .iter()
        .map(|document| scope.module(&module_name(document), "api"));
    modules.map(bare).collect()
}

fn module_name(document: &Document) -> String {
    let stem = document
        .path
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .to_snake_case();
    let mut words: Vec<&str> = stem.split('_').collect();
    if words.len() > 1 {
        words.retain(|word| *word != "openapi");
    }
    let name = words.join("_");
    // A keyword gets a prefix instead of a raw identifier, because users write the module in paths.
    match syn::parse_str::<syn::Ident>(&name) {
        Ok(_) if module_text(&name, "api") == name => name,
        _ => format!("api_{name}"),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::load;

    fn loaded(documents: &Documents) -> Result<(Vec<String>, Vec<String>), Diagnostics> {
        let mut found = Diagnostics::new();
        let loaded = load(documents, &mut found, &mut Sources::default());
        let names = |documents: &[Document]| -> Vec<String> {
            documents
                .iter()
                .map(|d| d.path.file_name().unwrap().to_string_lossy().into_owned())
                .collect()
        };
        loaded
            .map(|loaded| (names(&loaded.apis), names(&loaded.flows)))
            .ok_or(found)
    }

    #[test]
    fn loads_documents_of_several_kinds_from_a_folder() {
        let root = tempfile::tempdir().unwrap();
        for folder in ["openapi", "arazzo"] {
            fs::create_dir(root.path().join(folder)).unwrap();
        }
        fs::write(root.path().join("openapi/b.yml"), "openapi: 3.0.3").unwrap();
        fs::write(
            root.path().join("openapi/a.json"),
            "{\"openapi\": \"3.0.3\"}",
        )
        .unwrap();
        fs::write(root.path().join("openapi/notes.txt"), "[").unwrap();
        let overlay = "overlay: 1.0.0\nextends: b.yml\nactions: [{target: $, update: {x-a: 1}}]";
        fs::write(root.path().join("openapi/overlay.yml"), overlay).unwrap();
        fs::write(root.path().join("arazzo/w.yml"), "arazzo: 1.0.1").unwrap();
        let documents = Documents::of(root.path());
        let (apis, flows) = loaded(&documents).unwrap();
        assert_eq!(
            (apis, flows),
            (
                vec!["a.json".to_owned(), "b.yml".to_owned()],
                vec!["w.yml".to_owned()]
            )
        );
    }

    #[test]
    fn loads_the_sources_of_workflows() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("flows")).unwrap();
        let flow = |sources: &str| format!("arazzo: 1.0.1\nsourceDescriptions: [{sources}]");
        let file = |name: &str| root.path().join(name);
        fs::write(
            file("flows/a.yml"),
            flow("{url: b.yml}, {url: ../api.yml}, {url: gone.yml}"),
        )
        .unwrap();
        fs::write(
            file("flows/b.yml"),
            flow("{url: a.yml}, {url: ./../api.yml}"),
        )
        .unwrap();
        fs::write(file("api.yml"), "openapi: 3.0.3").unwrap();
        let documents = Documents {
            arazzo: vec![file("flows/a.yml")],
            ..Documents::default()
        };
        let (apis, flows) = loaded(&documents).unwrap();
        assert_eq!(
            (apis, flows),
            (
                vec!["api.yml".to_owned()],
                vec!["a.yml".to_owned(), "b.yml".to_owned()]
            )
        );
    }

    #[test]
    fn tells_documents_of_any_kind_apart() {
        let root = tempfile::tempdir().unwrap();
        let any = |paths: &[&str]| Documents {
            any: paths.iter().map(|path| root.path().join(path)).collect(),
            ..Documents::default()
        };
        for folder in ["openapi", "arazzo", "notes"] {
            fs::create_dir(root.path().join(folder)).unwrap();
        }
        fs::write(root.path().join("openapi/a.yml"), "openapi: 3.0.3").unwrap();
        fs::write(root.path().join("openapi/ci.yml"), "on: push").unwrap();
        fs::write(root.path().join("arazzo/w.yml"), "arazzo: 1.0.1").unwrap();
        fs::write(root.path().join("notes/n.yml"), "text: none").unwrap();
        let both = (vec!["a.yml".to_owned()], vec!["w.yml".to_owned()]);
        for paths in [
            [""].as_slice(),
            &["openapi", "arazzo"],
            &["arazzo/w.yml", "openapi/a.yml", "openapi"],
        ] {
            assert_eq!(loaded(&any(paths)).unwrap(), both, "{paths:?}");
        }
        let found = loaded(&any(&["notes"])).unwrap_err();
        let codes: Vec<_> = found.iter().map(|it| it.code).collect();
        assert_eq!(codes, [Code::EmptyFolder]);
    }

    #[test]
    fn rejects_a_folder_without_documents() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("api.yml"), "openapi: 3.0.3").unwrap();
        let documents = Documents {
            arazzo: vec![root.path().to_owned()],
            ..Documents::default()
        };
        assert_eq!(
            loaded(&documents)
                .unwrap_err()
                .iter()
                .next()
                .unwrap()
                .code
                .as_str(),
            "empty-folder"
        );
    }

    #[test]
    fn stops_at_an_overlay_that_fails() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("api.yml"), "openapi: 3.0.3").unwrap();
        fs::write(
            root.path().join("o.yml"),
            "overlay: 1.0.0\nactions: [{target: $.gone, remove: true}]",
        )
        .unwrap();
        let documents = Documents {
            openapi: vec![root.path().join("api.yml")],
            overlays: vec![root.path().join("o.yml")],
            ..Documents::default()
        };
        let found = loaded(&documents).unwrap_err();
        assert_eq!(
            found.iter().map(|d| d.code.as_str()).collect::<Vec<_>>(),
            ["overlay-matches-nothing"]
        );
    }

    #[test]
    fn names_modules_after_files() {
        let documents: Vec<Document> = [
            "pipedream-openapi.yml",
            "x/pipedream.json",
            "openapi.yaml",
            "type.yml",
            "3 d/2d.yml",
            "workflows.yml",
            "lib.yml",
            "MOD.yml",
            "aux.yml",
            "bin.yml",
            "日本.yml",
            "中国.yml",
            "Pipedream.yml",
            "str.yml",
            "..yml",
        ]
        .map(|path| load::parse(path.replace(".json", ".yml"), "openapi: 3.0.3").unwrap())
        .to_vec();
        assert_eq!(
            module_names(&documents),
            [
                "pipedream",
                "pipedream_2",
                "openapi",
                "api_type",
                "api_2d",
                "workflows_2",
                "api_lib",
                "api_mod",
                "api_aux",
                "api_bin",
                "api",
                "api_2",
                "pipedream_3",
                "api_str",
                "api_3"
            ]
        );
    }
}
