//! Public collections of workflows: each document is generated, or rejected for a listed reason.
//!
//! The documents of a collection that can be generated become one crate, which compiles.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use tests::generator::codegen;
use tests::reference;
use xtask::pipeline::Documents;

use super::workspace::{Built, Subject, documents_below, rejection};
use super::{Expected, Verdict, judge};

/// Documents that are not generated, and collections that do not compile. This list may only get shorter.
const EXPECTED: Expected = Expected {
    rejected: &[
        "jentic-circleci/workflows.arazzo.json",
        "notion/notion-comment-thread-reply-workflow.yml",
        "notion/notion-create-database-page-content-workflow.yml",
        "notion/notion-create-page-read-children-workflow.yml",
        "notion/notion-search-page-comment-workflow.yml",
        "oai-examples/ExtendedParametersExample.arazzo.yaml",
        "oai-examples/FAPI-PAR.arazzo.yaml",
        "oai-examples/LoginAndRetrievePets.arazzo.yaml",
        "oai-examples/bnpl-arazzo.yaml",
        "oai-examples/oauth.arazzo.yaml",
    ],
    wrong: &[],
    does_not_compile: &[],
};

/// Returns the collections by name.
fn folders() -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(reference("corpora")).unwrap();
    let mut folders: Vec<(String, PathBuf)> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .map(|path| {
            (
                path.file_name().unwrap().to_string_lossy().into_owned(),
                path,
            )
        })
        .collect();
    folders.push((
        "oai-examples".to_owned(),
        reference("suites/oai-examples-1.0"),
    ));
    folders.sort();
    folders
}

/// A collection and the verdict on each of its documents.
struct Collection {
    name: String,
    folder: PathBuf,
    documents: Vec<(PathBuf, Verdict)>,
}

impl Collection {
    /// Returns the crate of the documents that can be generated.
    fn subject(&self) -> Subject {
        let generated = self.documents.iter();
        let generated = generated.filter(|(_, verdict)| *verdict == Verdict::Right);
        let documents = Documents {
            arazzo: generated.map(|(file, _)| file.clone()).collect(),
            ..documents_below(&self.folder)
        };
        Subject {
            name: self.name.clone(),
            documents,
            runs: false,
        }
    }
}

/// Generates each workflow document separately, with all API descriptions of its collection.
fn generate() -> Vec<Collection> {
    let collection = |(name, folder): (String, PathBuf)| {
        let all = documents_below(&folder);
        let judged = all.arazzo.iter().map(|file| {
            let documents = Documents {
                arazzo: vec![file.clone()],
                ..all.clone()
            };
            let run = codegen(documents, &folder.join("out"));
            (file.clone(), rejection(&run).unwrap_or(Verdict::Right))
        });
        Collection {
            documents: judged.collect(),
            name,
            folder,
        }
    };
    folders().into_iter().map(collection).collect()
}

#[test]
#[ignore = "needs REFERENCE_DIR"]
fn workflows_are_generated_or_rejected_as_listed() {
    let collections = generate();
    let subjects = collections.iter().map(Collection::subject).collect();
    let built = Built::of("collections", subjects);
    let mut rows = BTreeMap::new();
    for collection in &collections {
        let name = &collection.name;
        let whole = built.failure(name).cloned().unwrap_or(Verdict::Right);
        rows.insert(name.clone(), ("collection".to_owned(), whole));
        for (file, verdict) in &collection.documents {
            let document = file.file_name().unwrap().to_string_lossy();
            let row = ("document".to_owned(), verdict.clone());
            rows.insert(format!("{name}/{document}"), row);
        }
    }
    judge("collections", &rows, &EXPECTED);
}
