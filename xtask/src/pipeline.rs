//! The whole of codegen, from top to bottom.
//!
//! Documents are loaded and corrected by their overlays. Each OpenAPI document becomes a client; the Arazzo documents
//! become workflow functions on top of the clients. Everything that is found wrong on the way is collected, and what
//! is returned for writing is complete or not there at all.

mod inputs;
mod manifest;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

pub use self::inputs::{Documents, Loaded};
pub use self::manifest::Runtime;
use crate::arazzo::document::Description;
use crate::check;
use crate::diagnostic::{Diagnostic, Diagnostics, Sources};
use crate::emit::client::{self as client_files, Emitted};
use crate::emit::workflows;
use crate::ir::Program;
use crate::load::Document;
use crate::openapi::index::Index;
use crate::openapi::mend::{self, Mended};
use crate::openapi::{generate, normalize};
use crate::output::{MARKER, Output};

/// What codegen is asked for.
#[derive(Clone, Debug)]
pub struct Request {
    pub documents: Documents,
    /// The folder of the crate.
    pub out: PathBuf,
    /// Where the crate's runtime comes from, if its manifest has to be written.
    pub runtime: Runtime,
    pub deny_warnings: bool,
}

/// What a run came to.
#[derive(Debug, Default)]
pub struct Run {
    pub diagnostics: Diagnostics,
    /// The texts that the diagnostics are about.
    pub sources: Sources,
    /// What is to be written; only there when nothing stands against it.
    pub output: Option<Output>,
}

/// An OpenAPI document and the client it became.
struct Api<'d> {
    /// The module of the client in the generated crate.
    module: String,
    document: &'d Document,
    /// The document that the client was made from.
    normalized: Value,
    mended: Mended,
    index: Index,
}

/// Generates the crate that the documents describe, in memory.
pub fn codegen(request: &Request) -> Run {
    let mut run = Run::default();
    let found = &mut run.diagnostics;
    let files = inputs::load(&request.documents, found, &mut run.sources)
        .and_then(|loaded| generate_all(request, &loaded, found));
    if request.deny_warnings {
        found.deny_warnings();
    }
    if !found.has_errors() {
        run.output = files;
    }
    run
}

/// Checks the documents alone, and generates nothing.
pub fn lint(documents: &Documents, deny_warnings: bool) -> Run {
    let mut run = Run::default();
    let found = &mut run.diagnostics;
    if let Some(loaded) = inputs::load(documents, found, &mut run.sources) {
        for api in &loaded.apis {
            normalize::normalize(&mut api.value.clone(), &api.path, found);
        }
        describe(&loaded, found);
    }
    if deny_warnings {
        found.deny_warnings();
    }
    run
}

fn generate_all(request: &Request, loaded: &Loaded, found: &mut Diagnostics) -> Option<Output> {
    // Workflows are checked even where a client fails: one run shows everything.
    let descriptions = describe(loaded, found);
    let apis = clients(&loaded.apis, found);
    if found.has_errors() {
        return None;
    }
    let program = program(&descriptions, &apis, found);
    let mut output = Output::new(&request.out);
    for api in &apis {
        let client = client_files::Client {
            module: &api.module,
            file: &api.document.path,
            document: &api.normalized,
            mended: &api.mended,
        };
        match client_files::emit(client) {
            Ok(files) => add(&mut output, files),
            Err(problems) => found.extend(problems),
        }
        output.add(
            format!("openapi/{}.json", api.module),
            json(&api.document.value),
        );
    }
    let workflows = workflows::emit(&program);
    add(&mut output, [library(&apis, !workflows.is_empty())]);
    add(&mut output, workflows);
    output.add_once(
        "Cargo.toml",
        manifest::text(&request.out, &request.runtime, &output),
    );
    Some(output)
}

/// A workflow document, and the position of the API description behind each of its sources.
struct Flows {
    description: Description,
    sources: BTreeMap<String, usize>,
}

/// Reads the Arazzo documents and checks what they decide alone.
fn describe(loaded: &Loaded, found: &mut Diagnostics) -> Vec<Flows> {
    let descriptions: Vec<Description> = loaded
        .flows
        .iter()
        .filter_map(|flow| Description::read(flow, found))
        .collect();
    let link = |description: &Description| {
        let sources = check::Sources::find(description, &loaded.apis, &descriptions, found);
        check::check(description, &sources, found);
        Flows {
            description: description.clone(),
            sources: sources.positions.clone().into_iter().collect(),
        }
    };
    descriptions.iter().map(link).collect()
}

/// Gives every value of the workflows a type of the clients.
fn program(flows: &[Flows], apis: &[Api<'_>], found: &mut Diagnostics) -> Program {
    let clients: Vec<_> = apis
        .iter()
        .map(|api| check::Client {
            module: &api.module,
            index: &api.index,
        })
        .collect();
    let linked: Vec<_> = flows
        .iter()
        .map(|flows| check::Linked {
            description: &flows.description,
            sources: flows.sources.clone(),
        })
        .collect();
    check::program(&linked, &clients, found)
}

/// Makes a client of each OpenAPI document.
fn clients<'d>(documents: &'d [Document], found: &mut Diagnostics) -> Vec<Api<'d>> {
    let modules = inputs::module_names(documents);
    let pairs = documents.iter().zip(modules);
    pairs
        .filter_map(|(document, module)| client(document, module, found))
        .collect()
}

fn client<'d>(document: &'d Document, module: String, found: &mut Diagnostics) -> Option<Api<'d>> {
    let file = &document.path;
    let mut normalized = document.value.clone();
    let mut problems = Diagnostics::new();
    let notes = normalize::normalize(&mut normalized, file, &mut problems);
    let stopped = problems.has_errors();
    found.extend(problems);
    for change in &notes.changes {
        found.push(Diagnostic::note(
            "normalized",
            file,
            &change.pointer,
            &change.what,
        ));
    }
    if stopped {
        return None;
    }
    let mended = generate::generate(&normalized, file).and_then(|client| {
        let source = mend::Source {
            file,
            document: &normalized,
            notes: &notes,
        };
        mend::mend(client, source)
    });
    match mended {
        Ok(mended) => {
            let index = Index::read(&mended, &normalized, &notes);
            Some(Api {
                module,
                document,
                normalized,
                mended,
                index,
            })
        }
        Err(problems) => {
            found.extend(problems);
            None
        }
    }
}

/// Adds source files, each with the line that says where it comes from.
fn add(output: &mut Output, files: impl IntoIterator<Item = Emitted>) {
    for file in files {
        let text = match file.path.ends_with(".rs") {
            true => format!(
                "{MARKER}: change the documents and run it again, do not edit.\n\n{}",
                file.text
            ),
            false => file.text,
        };
        output.add(format!("src/{}", file.path), text);
    }
}

/// The root of the crate.
fn library(apis: &[Api<'_>], workflows: bool) -> Emitted {
    let mut text =
        "//! Clients and workflows, generated from OpenAPI and Arazzo documents.\n\n".to_owned();
    for api in apis {
        // The printer's style is not rustfmt's.
        text += &format!("#[rustfmt::skip]\npub mod {};\n", api.module);
    }
    if workflows {
        text += "pub mod workflows;\n";
    }
    for Api { module, .. } in apis {
        // For tools and tests that hold requests and answers against it.
        text += &format!(
            "\n/// What [`{module}`] was generated from: the OpenAPI document with its overlay applied, as JSON.\n\
             pub const {}_DOCUMENT: &str = include_str!(\"../openapi/{module}.json\");\n",
            module.to_uppercase()
        );
    }
    Emitted {
        path: "lib.rs".to_owned(),
        text,
    }
}

/// The document with its overlay applied, for tools that read no overlays.
fn json(document: &Value) -> String {
    // A value of JSON is always written.
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests;
