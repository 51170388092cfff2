//! Which documents a run is about: found, loaded, and corrected by their overlays.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use heck::ToSnakeCase;
use serde_json::Value;

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Sources};
use crate::load::{self, Document};
use crate::names::{Scope, bare, module_text};
use crate::overlay::{Budget, Overlay};
use crate::paths::{absolute, clean};

/// The documents that were named. Each may be a file or a folder of files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Documents {
    pub openapi: Vec<PathBuf>,
    pub arazzo: Vec<PathBuf>,
    pub overlays: Vec<PathBuf>,
}

/// The documents of a run, as their overlays left them.
#[derive(Debug, Default)]
pub struct Loaded {
    pub apis: Vec<Document>,
    pub flows: Vec<Document>,
}

/// What a document says it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    OpenApi,
    Arazzo,
    Overlay,
}

impl Kind {
    fn of(document: &Value) -> Option<Self> {
        let kinds = [
            ("overlay", Self::Overlay),
            ("arazzo", Self::Arazzo),
            ("openapi", Self::OpenApi),
            ("swagger", Self::OpenApi),
        ];
        kinds
            .into_iter()
            .find(|(key, _)| document.get(key).is_some())
            .map(|(_, kind)| kind)
    }
}

impl Documents {
    /// What lies in `openapi/` and `arazzo/` below a folder, told apart by what each document says it is.
    pub fn of(root: &Path) -> Self {
        let [openapi, arazzo] = ["openapi", "arazzo"].map(|folder| clean(&root.join(folder)));
        Self {
            overlays: vec![openapi.clone(), arazzo.clone()],
            openapi: vec![openapi],
            arazzo: vec![arazzo],
        }
    }
}

/// Loads the documents, and those that they name as their sources, and applies the overlays.
///
/// `None` where one could not be read: what follows would be findings about its absence.
pub(super) fn load(
    documents: &Documents,
    found: &mut Diagnostics,
    sources: &mut Sources,
) -> Option<Loaded> {
    let mut reader = Reader {
        found,
        sources,
        seen: BTreeSet::new(),
    };
    let mut loaded = Loaded {
        apis: reader.read(&documents.openapi, Kind::OpenApi),
        flows: reader.read(&documents.arazzo, Kind::Arazzo),
    };
    let overlays = reader.read(&documents.overlays, Kind::Overlay);
    reader.follow(&mut loaded);
    if found.has_errors() {
        return None;
    }
    apply(&overlays, &mut loaded, found);
    (!found.has_errors()).then_some(loaded)
}

struct Reader<'r> {
    found: &'r mut Diagnostics,
    sources: &'r mut Sources,
    /// What has been read, so that a document that is named twice is read once.
    seen: BTreeSet<PathBuf>,
}

impl Reader<'_> {
    fn read(&mut self, paths: &[PathBuf], kind: Kind) -> Vec<Document> {
        let mut documents = Vec::new();
        for path in paths {
            let is_folder = path.is_dir();
            let files = if is_folder {
                self.found.ok(load::files_of(path)).unwrap_or_default()
            } else {
                vec![path.clone()]
            };
            let before = documents.len();
            for file in files {
                let Some(document) = self.file(&file) else {
                    continue;
                };
                // In a folder lie documents of several kinds; a file that was named is meant to be of the one.
                if !is_folder || Kind::of(&document.value) == Some(kind) {
                    self.seen.insert(absolute(&file));
                    documents.push(document);
                }
            }
            // A folder may hold no overlay: ours are looked for in folders, too.
            if is_folder && documents.len() == before && kind != Kind::Overlay {
                let message = "there is no such document in the folder";
                let finding = Diagnostic::new(Code::EmptyFolder, path, "", message);
                self.found.push(finding.help(
                    "documents end in `.yml`, `.yaml` or `.json` and lie in the folder itself",
                ));
            }
        }
        documents
    }

    /// Reads a file, unless that was done before.
    fn file(&mut self, file: &Path) -> Option<Document> {
        if self.seen.contains(&absolute(file)) {
            return None;
        }
        let mut document = self.found.ok(load::load(file))?;
        self.found.extend(std::mem::take(&mut document.warnings));
        self.sources.add(file, document.text.clone());
        Some(document)
    }

    /// Adds the documents that workflows name as their sources and that nobody named otherwise. Where nothing is at the
    /// place that is named, the check of the sources says so.
    fn follow(&mut self, loaded: &mut Loaded) {
        let mut next = 0;
        while let Some(flow) = loaded.flows.get(next) {
            next += 1;
            let folder = flow.path.parent().unwrap_or(Path::new("")).to_owned();
            let sources = flow
                .value
                .get("sourceDescriptions")
                .and_then(Value::as_array);
            let urls = sources
                .into_iter()
                .flatten()
                .filter_map(|source| source.get("url")?.as_str());
            let files: Vec<PathBuf> = urls
                .filter(|url| !url.contains("://"))
                .map(|url| clean(&folder.join(url)))
                .filter(|file| file.is_file())
                .collect();
            for file in files {
                let Some(document) = self.file(&file) else {
                    continue;
                };
                self.seen.insert(absolute(&file));
                match Kind::of(&document.value) {
                    Some(Kind::Arazzo) => loaded.flows.push(document),
                    Some(Kind::OpenApi) => loaded.apis.push(document),
                    Some(Kind::Overlay) | None => {}
                }
            }
        }
    }
}

fn apply(overlays: &[Document], loaded: &mut Loaded, found: &mut Diagnostics) {
    let all = loaded.apis.iter().chain(&loaded.flows).chain(overlays);
    let mut budget = Budget::new(all.map(|document| &document.value));
    for overlay in overlays {
        let overlay = match Overlay::parse(overlay) {
            Ok(overlay) => overlay,
            Err(problems) => {
                found.extend(problems);
                continue;
            }
        };
        let mut documents: Vec<&mut Document> =
            loaded.apis.iter_mut().chain(&mut loaded.flows).collect();
        let Some(belonging) = found.ok(overlay.documents(&documents)) else {
            continue;
        };
        let mut index = 0;
        documents.retain(|_| {
            index += 1;
            belonging.contains(&(index - 1))
        });
        found.extend(overlay.apply_within(&mut documents, &mut budget));
    }
}

/// The module of each document's client: its file's name, without what every such file is called.
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
    // Users write the name of this module in paths, where a word that needs no escape reads better.
    match syn::parse_str::<syn::Ident>(&name) {
        Ok(_) if module_text(&name, "api") == name => name,
        _ => format!("api_{name}"),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

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
    fn folders_hold_documents_of_several_kinds() {
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
    fn sources_of_workflows_are_read_too() {
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
    fn a_folder_without_a_document_is_an_error() {
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
    fn an_overlay_that_fails_stops_the_run() {
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
    fn modules_are_called_after_files() {
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
