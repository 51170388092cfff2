//! Codegen from documents to files: the order of all stages.
//!
//! Loads the documents, applies their overlays, generates a client from each OpenAPI document and workflow
//! functions from the Arazzo documents. All findings are collected. The output is complete, or absent if there is
//! an error.

mod api;
mod inputs;
mod keep_going;
mod manifest;
mod overlays;
mod reader;
mod runtime;

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use indexmap::IndexMap;
use serde_json::Value;

use self::api::{Api, BegunClient};
pub use self::inputs::{Documents, Loaded};
pub use self::keep_going::{LeftOut, Reason};
use self::manifest::Manifest;
pub use self::runtime::{Runtime, RuntimeSource};
use crate::arazzo::document::Description;
use crate::arazzo::sources;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Sources};
use crate::emit::client::Emitted;
use crate::emit::file::RuntimePath;
use crate::emit::{self};
use crate::lint::{self, UndeclaredProperties};
use crate::load::Document;
use crate::lower::features;
use crate::lower::{self, Client, LinkedDocument};
use crate::model::{Program, Variable, WorkflowGroup};
use crate::openapi::progenitor::patch::Purpose;
use crate::output::{InvalidPath, MARKER, Output};

/// Options of a codegen run.
#[derive(Clone, Debug)]
pub struct Request {
    pub documents: Documents,
    /// Folder of the generated crate.
    pub out: PathBuf,
    /// Runtime that the crate is compiled against.
    pub runtime: Runtime,
    pub deny_warnings: bool,
    /// Leaves out what has errors, and generates the rest.
    pub keep_going: bool,
}

/// Result of a run.
#[derive(Debug, Default)]
pub struct Run {
    pub diagnostics: Diagnostics,
    /// Texts of the documents that the diagnostics refer to.
    pub sources: Sources,
    /// Generated files; `None` if there is an error.
    pub output: Option<Output>,
    /// Parts of the documents that are left out because of their errors.
    pub left_out: Vec<LeftOut>,
}

/// Generates a crate from the documents, in memory.
pub fn codegen(request: &Request) -> Run {
    let mut run = Run::default();
    let found = &mut run.diagnostics;
    let documents = &request.documents;
    let files = match request.keep_going {
        false => inputs::load(documents, found, &mut run.sources).and_then(|loaded| {
            let output = generate_all(request, &loaded, found);
            loaded.locate(found);
            output
        }),
        true => {
            let left_out = &mut run.left_out;
            inputs::load_readable(documents, left_out, found, &mut run.sources).and_then(
                |mut loaded| {
                    let checked = keep_going::check(&mut loaded, left_out, found);
                    let output =
                        checked.and_then(|it| emit_all(request, &loaded, &it, left_out, found));
                    loaded.locate(found);
                    output
                },
            )
        }
    };
    if request.deny_warnings {
        found.deny_warnings();
    }
    if !found.has_errors() {
        run.output = files;
    }
    run
}

/// Checks the documents without generating code. Reports all that [`codegen`] reports.
pub fn lint(documents: &Documents, deny_warnings: bool) -> Run {
    let mut run = Run::default();
    let found = &mut run.diagnostics;
    if let Some(loaded) = inputs::load(documents, found, &mut run.sources) {
        check_all(&loaded, Purpose::Check, found);
        loaded.locate(found);
    }
    if deny_warnings {
        found.deny_warnings();
    }
    run
}

fn generate_all(request: &Request, loaded: &Loaded, found: &mut Diagnostics) -> Option<Output> {
    let checked = check_all(loaded, Purpose::Print, found)?;
    emit_all(request, loaded, &checked, &[], found)
}

/// Documents without errors: their clients and workflows.
struct Checked {
    apis: Vec<Api>,
    program: Program,
}

/// Runs all stages that report findings. Returns `None` if there is an error.
fn check_all(loaded: &Loaded, purpose: Purpose, found: &mut Diagnostics) -> Option<Checked> {
    let checked = check_stages(loaded, purpose, found);
    lint::fold::fold(found);
    checked
}

fn check_stages(loaded: &Loaded, purpose: Purpose, found: &mut Diagnostics) -> Option<Checked> {
    // Progenitor works on threads of its own, and the documents are checked meanwhile. Workflows are checked even if a
    // client fails, so that one run reports all findings.
    let begun = begin_clients(&loaded.apis, purpose);
    let descriptions = descriptions(loaded, found);
    let undeclared = UndeclaredProperties::default();
    let documents = lint::with_children(&loaded.apis);
    let sources = check_descriptions(&documents, &descriptions, &undeclared, found);
    check_apis(&loaded.apis, found);
    let apis = finish_clients(begun, found);
    if found.has_errors() {
        undeclared.report(found);
        return None;
    }
    let mut program = lowered(&descriptions, &sources, &apis, &undeclared, found);
    undeclared.report(found);
    if purpose == Purpose::Print {
        add_output_schemas(&mut program, &apis);
    }
    (!found.has_errors()).then_some(Checked { apis, program })
}

/// Lints the OpenAPI documents.
fn check_apis(documents: &[Document], found: &mut Diagnostics) {
    for document in documents {
        lint::api::check(document, found);
    }
}

/// Checks and lowers the workflows of all documents.
fn workflows(loaded: &Loaded, apis: &[Api], found: &mut Diagnostics) -> Program {
    let descriptions = descriptions(loaded, found);
    let undeclared = UndeclaredProperties::default();
    let documents = lint::with_children(&loaded.apis);
    let sources = check_descriptions(&documents, &descriptions, &undeclared, found);
    let mut program = lowered(&descriptions, &sources, apis, &undeclared, found);
    undeclared.report(found);
    add_output_schemas(&mut program, apis);
    program
}

fn add_output_schemas(program: &mut Program, apis: &[Api]) {
    let clients: Vec<Client<'_>> = apis.iter().map(Api::client).collect();
    lower::schemas::add_outputs(program, &clients);
}

/// Lowers the workflows of all documents.
fn lowered(
    descriptions: &[Description],
    sources: &[sources::Sources<'_>],
    apis: &[Api],
    undeclared: &UndeclaredProperties,
    found: &mut Diagnostics,
) -> Program {
    let clients: Vec<Client<'_>> = apis.iter().map(Api::client).collect();
    let linked: Vec<LinkedDocument<'_>> = descriptions
        .iter()
        .zip(sources)
        .map(|(description, sources)| LinkedDocument {
            description,
            sources: positions(&sources.positions, apis),
            documents: sources
                .descriptions
                .iter()
                .filter_map(|(name, other)| {
                    let same = |own: &Description| std::ptr::eq(own, *other);
                    Some((name.clone(), descriptions.iter().position(same)?))
                })
                .collect(),
        })
        .collect();
    lower::program(&linked, &clients, undeclared, found)
}

/// Returns the index of the client of each source.
fn positions(documents: &IndexMap<String, usize>, apis: &[Api]) -> BTreeMap<String, usize> {
    let client = |document: &usize| apis.iter().position(|api| api.document == *document);
    let found = documents.iter();
    found
        .filter_map(|(name, document)| Some((name.clone(), client(document)?)))
        .collect()
}

fn emit_all(
    request: &Request,
    loaded: &Loaded,
    checked: &Checked,
    left_out: &[LeftOut],
    found: &mut Diagnostics,
) -> Option<Output> {
    let Checked { apis, program } = checked;
    let mut output = Output::new(&request.out);
    let mut groups = features::groups(program);
    let krate = manifest::package(&request.out).replace('-', "_");
    let runtime = RuntimePath::of_crate(&request.runtime.crate_name());
    for (number, api) in apis.iter().enumerate() {
        let mut files = emit::client::emit(emit::client::Source {
            client: &api.client,
            patched: &api.patched,
            has_resources: api.resources.is_some(),
            runtime: &runtime,
        });
        if let Some(resources) = &api.resources {
            let variables = resources.variables.iter();
            let variables: Vec<Variable> = variables.map(|known| known.variable.clone()).collect();
            for WorkflowGroup { program, .. } in &mut groups {
                if emit::workflows::are_filled_by(program, number, &variables) {
                    program.variables_of.get_or_insert(number);
                }
            }
            files.extend(emit::resources::emit(resources, &krate, &runtime));
        }
        let document = loaded.apis.get(api.document)?;
        let file = &document.path;
        files.push(Emitted {
            path: format!("{}/openapi.json", api.module),
            text: json(&document.value),
        });
        add(&mut output, files, file, found);
    }
    let flows = request.documents.arazzo.first().unwrap_or(&request.out);
    add(
        &mut output,
        emit::workflows::emit(&groups, &krate, &runtime),
        flows,
        found,
    );
    let about = keep_going::documentation(request, left_out);
    add(
        &mut output,
        [library(apis, program, &about)],
        &request.out,
        found,
    );
    if !left_out.is_empty() {
        // Serializing it never fails.
        let list = serde_json::to_value(left_out).unwrap_or_default();
        let list = Emitted {
            path: "left_out.json".to_owned(),
            text: json(&list),
        };
        add(&mut output, [list], &request.out, found);
    }
    let of_apis: BTreeSet<&str> = apis
        .iter()
        .filter_map(|api| api.feature.as_deref())
        .collect();
    let manifest = Manifest::of(&request.out, &request.runtime, &of_apis, &output);
    let missing = manifest.missing_lines();
    if !missing.is_empty() {
        found.push(incomplete_manifest(&request.out, &missing));
    }
    if let Err(error) = output.add_once("Cargo.toml", manifest.text()) {
        found.push(invalid_path(&error, &request.out));
    }
    (!found.has_errors()).then_some(output)
}

/// Reads the Arazzo documents.
fn descriptions(loaded: &Loaded, found: &mut Diagnostics) -> Vec<Description> {
    for flow in &loaded.flows {
        lint::api::check_inputs(flow, found);
    }
    let flows = loaded.flows.iter();
    flows
        .filter_map(|flow| Description::read(flow, found))
        .collect()
}

/// Lints the Arazzo documents, and returns the API descriptions that each of them uses.
fn check_descriptions<'d>(
    documents: &'d [Cow<'_, Document>],
    descriptions: &'d [Description],
    undeclared: &UndeclaredProperties,
    found: &mut Diagnostics,
) -> Vec<sources::Sources<'d>> {
    let mut all = Vec::new();
    let apis = sources::Apis::read(documents.iter().map(Cow::as_ref));
    for description in descriptions {
        let sources = sources::Sources::find(description, &apis, descriptions, found);
        lint::check(description, &sources, undeclared, found);
        all.push(sources);
    }
    all
}

/// A client that has begun, with its findings so far.
type Begun<'d> = (Option<BegunClient<'d>>, Diagnostics);

/// Begins to generate a client from each OpenAPI document, and returns them in the order of the documents.
///
/// The largest document takes the longest, so it begins first.
fn begin_clients(documents: &[Document], purpose: Purpose) -> Vec<Begun<'_>> {
    let modules = inputs::module_names(documents);
    let mut pairs: Vec<_> = documents.iter().zip(modules).enumerate().collect();
    pairs.sort_by_key(|(_, (document, _))| Reverse(document.text.len()));
    let begun = pairs.into_iter().map(|(number, (document, module))| {
        let mut found = Diagnostics::new();
        let client = BegunClient::begin(document, number, module, purpose, &mut found);
        (number, (client, found))
    });
    let in_order: BTreeMap<usize, Begun<'_>> = begun.collect();
    in_order.into_values().collect()
}

/// Finishes the clients of all documents that have no error so far, and returns them in the order of the documents.
///
/// The largest document is finished last, because progenitor works on it meanwhile.
fn finish_clients(mut begun: Vec<Begun<'_>>, found: &mut Diagnostics) -> Vec<Api> {
    for (_, problems) in &mut begun {
        found.extend(std::mem::take(problems));
    }
    let mut clients: Vec<BegunClient<'_>> = begun.into_iter().filter_map(|it| it.0).collect();
    clients.sort_by_key(BegunClient::size);
    let finished = clients.into_iter().map(|client| {
        let mut problems = Diagnostics::new();
        (client.number(), (client.finish(&mut problems), problems))
    });
    let in_order: BTreeMap<usize, _> = finished.collect();
    let mut apis = Vec::new();
    for (api, problems) in in_order.into_values() {
        apis.extend(api);
        found.extend(problems);
    }
    apis
}

/// Adds files below `src`, with the marker line in Rust files.
fn add(
    output: &mut Output,
    files: impl IntoIterator<Item = Emitted>,
    document: &Path,
    found: &mut Diagnostics,
) {
    for Emitted { path, text } in files {
        let text = match path.ends_with(".rs") {
            true => {
                format!("{MARKER}: change the documents and run it again, do not edit.\n\n{text}")
            }
            false => text,
        };
        if let Err(error) = output.add(format!("src/{path}"), text) {
            found.push(invalid_path(&error, document));
        }
    }
}

/// Returns the warning for a manifest that is kept and lacks these lines.
fn incomplete_manifest(out: &Path, lines: &[String]) -> Diagnostic {
    let message = "the generated code needs dependencies or features that `Cargo.toml` lacks";
    let help = format!("add to `Cargo.toml`: {}", lines.join("; "));
    Diagnostic::new(Code::IncompleteManifest, out, "", message).help(help)
}

/// Reports a file whose path is invalid or already taken.
///
/// The generator chooses distinct, portable names. This check prevents one file from overwriting another.
fn invalid_path(error: &InvalidPath, document: &Path) -> Diagnostic {
    Diagnostic::new(Code::OutputFile, document, "", error.to_string())
        .help("rename the workflow, group or document that the file is named after")
}

/// Prints the root module of the crate.
fn library(apis: &[Api], program: &Program, about: &str) -> Emitted {
    let mut text =
        "//! Clients and workflows, generated from OpenAPI and Arazzo documents.\n".to_owned();
    if !about.is_empty() {
        text += &format!("//!\n{about}");
    }
    text.push('\n');
    text.push_str("#![cfg_attr(docsrs, feature(doc_cfg))]\n\n");
    for api in apis {
        // prettyplease formats differently from rustfmt.
        text += &format!(
            "{}#[rustfmt::skip]\npub mod {};\n",
            api.attribute(),
            api.module
        );
    }
    if !program.workflows.is_empty() {
        text += "#[rustfmt::skip]\npub mod workflows;\n";
    }
    for api in apis {
        let (module, attribute) = (&api.module, api.attribute());
        // For tools and tests that compare requests and responses with the document.
        text += &format!(
            "\n/// OpenAPI document of [`{module}`] as JSON, with its overlays applied.\n\
             {attribute}pub const {}_DOCUMENT: &str = include_str!(\"{module}/openapi.json\");\n",
            module.to_uppercase()
        );
    }
    Emitted {
        path: "lib.rs".to_owned(),
        text,
    }
}

/// Prints a document with its overlays applied, for tools that do not support overlays.
fn json(document: &Value) -> String {
    // Serializing a JSON value never fails.
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests;
