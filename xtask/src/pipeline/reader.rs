//! Reading of the documents of a run, each once and in the order of the arguments.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::inputs::{DocumentKind, Documents, Loaded};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Sources};
use crate::load::{self, Document};
use crate::paths::{absolute, clean};

/// Reader of the documents of a run.
pub(super) struct Reader<'r> {
    pub(super) found: &'r mut Diagnostics,
    pub(super) sources: &'r mut Sources,
    /// Files that were read on several threads.
    ahead: BTreeMap<PathBuf, Result<Document, Diagnostic>>,
    /// Absolute paths of the loaded documents, so that none is read twice.
    seen: BTreeSet<PathBuf>,
}

impl<'r> Reader<'r> {
    /// Reads the files of a run on several threads, to be taken in order afterwards.
    pub(super) fn new(
        documents: &Documents,
        found: &'r mut Diagnostics,
        sources: &'r mut Sources,
    ) -> Self {
        let Documents {
            openapi,
            arazzo,
            overlays,
            any,
        } = documents;
        let named = [openapi, arazzo, overlays, any].into_iter().flatten();
        let files: BTreeSet<PathBuf> = named
            .flat_map(|path| match path.is_dir() {
                // A folder that cannot be read is reported when its files are taken.
                true => load::list_files(path).unwrap_or_default(),
                false => vec![path.clone()],
            })
            .collect();
        Self {
            found,
            sources,
            ahead: load::load_all(&files),
            seen: BTreeSet::new(),
        }
    }

    pub(super) fn read(&mut self, paths: &[PathBuf], kind: DocumentKind) -> Vec<Document> {
        let mut documents = Vec::new();
        for path in paths {
            let is_folder = path.is_dir();
            let files = if is_folder {
                self.found.ok(load::list_files(path)).unwrap_or_default()
            } else {
                vec![path.clone()]
            };
            let before = documents.len();
            for file in files {
                let Some(document) = self.file(&file) else {
                    continue;
                };
                // A folder can contain documents of several kinds. A file passed by name always has the requested kind.
                if !is_folder || DocumentKind::of(&document.value) == Some(kind) {
                    self.seen.insert(absolute(&file));
                    documents.push(document);
                }
            }
            // The default folders need not contain an overlay.
            if is_folder && documents.len() == before && kind != DocumentKind::Overlay {
                let message = "the folder contains no document of the requested kind";
                let finding = Diagnostic::new(Code::EmptyFolder, path, "", message);
                self.found.push(finding.help(
                    "name the folder that contains the `.yml`, `.yaml` or `.json` files; subfolders are not searched",
                ));
            }
        }
        documents
    }

    /// Reads documents of any kind.
    pub(super) fn read_any(&mut self, paths: &[PathBuf]) -> Vec<Document> {
        let mut documents = Vec::new();
        for path in paths {
            if !path.is_dir() {
                documents.extend(self.first(path));
                continue;
            }
            let mut has_documents = self.folder(path, &mut documents);
            if !has_documents {
                for folder in ["openapi", "arazzo"].map(|name| path.join(name)) {
                    has_documents |= folder.is_dir() && self.folder(&folder, &mut documents);
                }
            }
            if !has_documents && !self.found.has_errors() {
                let message = "the folder contains no OpenAPI, Arazzo or overlay document";
                let finding = Diagnostic::new(Code::EmptyFolder, path, "", message);
                self.found.push(finding.help(
                    "name the folder that contains the `.yml`, `.yaml` or `.json` files, or its parent if the \
                     folder is called `openapi` or `arazzo`",
                ));
            }
        }
        documents
    }

    /// Reads the documents of a folder that have a known kind. Returns `true` if there are some, also if they have been
    /// read before.
    fn folder(&mut self, folder: &Path, documents: &mut Vec<Document>) -> bool {
        let mut has_documents = false;
        for file in self.found.ok(load::list_files(folder)).unwrap_or_default() {
            if self.seen.contains(&absolute(&file)) {
                has_documents = true;
            } else if let Some(document) = self.file(&file)
                && DocumentKind::of(&document.value).is_some()
            {
                self.seen.insert(absolute(&file));
                documents.push(document);
                has_documents = true;
            }
        }
        has_documents
    }

    /// Reads a file, unless it was read before, and marks it as read.
    fn first(&mut self, file: &Path) -> Option<Document> {
        let document = self.file(file)?;
        self.seen.insert(absolute(file));
        Some(document)
    }

    /// Reads a file, unless it was read before.
    fn file(&mut self, file: &Path) -> Option<Document> {
        if self.seen.contains(&absolute(file)) {
            return None;
        }
        let read = self.ahead.remove(file);
        let mut document = self.found.ok(read.unwrap_or_else(|| load::load(file)))?;
        self.found.extend(std::mem::take(&mut document.warnings));
        self.sources.add(file, document.text.clone());
        Some(document)
    }

    /// Adds the documents that workflows declare as sources and that are not loaded yet.
    ///
    /// A missing source is reported by `arazzo::sources`.
    pub(super) fn follow(&mut self, loaded: &mut Loaded) {
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
                match DocumentKind::of(&document.value) {
                    Some(DocumentKind::Arazzo) => loaded.flows.push(document),
                    Some(DocumentKind::OpenApi) => loaded.apis.push(document),
                    Some(DocumentKind::Overlay) | None => {}
                }
            }
        }
    }
}
