//! Files of all workflows: a module for each, the handle and the catalog.

use quote::quote;

use super::client::Emitted;
use super::docs::{one_line, prose, sentence};
use super::example::{self, Outside};
use super::file::{Printer, RuntimePath};
use super::handle::first_sentence;
use super::{diagram, handle, workflow};
use crate::model::{Program, TypeName, Variable, Workflow, WorkflowGroup};
use crate::names::bare;

/// Folder of the workflows below `src`.
const FOLDER: &str = "workflows";

/// Prints every workflow. Returns no files if there are no workflows. `krate` is the name of the generated crate in
/// the examples.
pub fn emit(groups: &[WorkflowGroup], krate: &str, runtime: &RuntimePath) -> Vec<Emitted> {
    if groups
        .iter()
        .all(|group| group.program.workflows.is_empty())
    {
        return Vec::new();
    }
    groups
        .iter()
        .flat_map(|group| match &group.module {
            None => files(group, &modules(groups), krate, runtime),
            Some(_) => files(group, "", krate, runtime),
        })
        .collect()
}

/// Prints the files of one group. `modules` declares the modules of the groups behind a feature.
fn files(group: &WorkflowGroup, modules: &str, krate: &str, runtime: &RuntimePath) -> Vec<Emitted> {
    let printer = Printer {
        runtime,
        home: None,
    };
    let program = &group.program;
    let folder = match &group.module {
        Some(module) => format!("{FOLDER}/{}", bare(module)),
        None => FOLDER.to_owned(),
    };
    let file = |name: &str, text: String| Emitted {
        path: format!("{folder}/{name}"),
        text,
    };
    let mut files = vec![file("mod.rs", module(group, modules))];
    if program.workflows.is_empty() {
        return files;
    }
    files.push(file("catalog.rs", catalog(program, &printer)));
    files.push(file(
        "handle.rs",
        printer.file(
            "Handle that runs the workflows with known values filled in.",
            handle::module(runtime, program),
        ),
    ));
    let outside = Outside::of(krate, &folder, runtime);
    for workflow in &program.workflows {
        let title = format!("Workflow `{}`: {}", workflow.id, workflow.title);
        files.push(file(
            &format!("{}.rs", bare(&workflow.names.module)),
            printer.file(&title, workflow::module(runtime, program, workflow)),
        ));
        files.push(file(&diagram_file(workflow), diagram::svg(workflow)));
        let example = example::of_workflow(&outside, workflow);
        files.push(file(&example_file(workflow), format!("{example}\n")));
        let schemas = [
            ("inputs", Some(&workflow.inputs_schema)),
            ("outputs", workflow.outputs_schema.as_ref()),
        ];
        for (kind, schema) in schemas {
            files.extend(schema.map(|it| file(&schema_file(workflow, kind), pretty(it))));
        }
    }
    files
}

/// Returns `true` if all variables of the program are among those of the client with index `api`.
pub fn are_filled_by(program: &Program, api: usize, variables: &[Variable]) -> bool {
    // The variables of a client name only its own types, without its index in this program.
    let alone = |name: &TypeName| (name.api == api).then(|| name.name.clone());
    let own = |name: &TypeName| Some(name.name.clone());
    program.variables.iter().all(|wanted| {
        variables.iter().any(|known| {
            known.name == wanted.name
                && known.field == wanted.field
                && known.ty.map_names(&own) == wanted.ty.map_names(&alone)
        })
    })
}

/// The picture of a workflow, relative to its module.
pub fn diagram_file(workflow: &Workflow) -> String {
    format!("diagrams/{}.svg", bare(&workflow.names.module))
}

/// The example of a workflow, relative to its module.
pub fn example_file(workflow: &Workflow) -> String {
    format!("examples/{}.md", bare(&workflow.names.module))
}

fn schema_file(workflow: &Workflow, kind: &str) -> String {
    format!("schemas/{}.{kind}.json", bare(&workflow.names.module))
}

fn pretty(value: &serde_json::Value) -> String {
    // Serializing a JSON value never fails.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

/// Declares the modules of the groups behind a feature.
fn modules(groups: &[WorkflowGroup]) -> String {
    groups
        .iter()
        .filter_map(|group| {
            let module = group.module.as_ref()?;
            let attribute = group.attribute();
            Some(format!("{attribute}#[rustfmt::skip]\npub mod {module};\n"))
        })
        .collect()
}

fn module(group: &WorkflowGroup, modules: &str) -> String {
    let program = &group.program;
    let which = match &group.module {
        None => "of the Arazzo documents".to_owned(),
        Some(_) => {
            let features = group.features.iter().map(|name| format!("`{name}`"));
            let features: Vec<String> = features.collect();
            format!("that require the feature {}", features.join(" and "))
        }
    };
    if program.workflows.is_empty() {
        return format!("//! Workflows {which}.\n\n{modules}");
    }
    let rows = table(program, |workflow| {
        format!(
            "[`{function}`](fn@{function})",
            function = bare(&workflow.names.function)
        )
    });
    let rows: String = rows.lines().map(|row| format!("//! {row}\n")).collect();
    let mut text = format!(
        "//! Workflows {which}: a function and a builder for each, the [`Workflows`] handle, and the\n\
         //! [`CATALOG`].\n//!\n{rows}\n{modules}",
    );
    if group.module.is_none() {
        text.push_str(&table_macro(program));
    }
    for name in ["catalog", "handle"] {
        text.push_str(&format!("#[rustfmt::skip]\nmod {name};\n"));
    }
    for workflow in &program.workflows {
        text.push_str(&format!(
            "#[rustfmt::skip]\npub mod {};\n",
            workflow.names.module
        ));
    }
    for import in &group.imports {
        text.push_str(&format!("use {import};\n"));
    }
    text.push_str(
        "\npub use self::catalog::CATALOG;\npub use self::handle::{Variables, Workflows};\n",
    );
    for workflow in &program.workflows {
        let names = &workflow.names;
        let mut exported = [
            names.call.to_string(),
            names.inputs.to_string(),
            names.outputs.to_string(),
            names.step.to_string(),
            names.steps.to_string(),
            names.function.to_string(),
        ];
        exported.sort();
        text.push_str(&format!(
            "pub use self::{}::{{{}}};\n",
            names.module,
            exported.join(", ")
        ));
    }
    text
}

/// Returns a Markdown table of the workflows, with the first cell of each row from `call`.
fn table(program: &Program, call: impl Fn(&Workflow) -> String) -> String {
    let mut text = "| Workflow | Task | Steps | Requests |\n|---|---|---|---|\n".to_owned();
    for workflow in &program.workflows {
        let description = workflow.description.as_ref().or(workflow.summary.as_ref());
        let task = first_sentence(description.unwrap_or(&workflow.id));
        let task = one_line(&sentence(task)).replace('|', "\\|");
        let called: Vec<String> = workflow.steps.iter().map(workflow::called).collect();
        text.push_str(&format!(
            "| {} | {} | {} | {} |\n",
            call(workflow),
            prose_line(&task),
            workflow.steps.len(),
            called.join(", ")
        ));
    }
    text
}

/// Returns a sentence as rustdoc Markdown in one line.
fn prose_line(text: &str) -> String {
    one_line(&prose(text))
}

/// Prints the macro that crates above this one document the workflows with.
fn table_macro(program: &Program) -> String {
    let rows = table(program, |workflow| {
        let required = workflow
            .inputs
            .iter()
            .filter(|input| input.variable.is_none() && input.required);
        let arguments: Vec<String> = required.map(|input| bare(&input.field)).collect();
        let names = &workflow.names;
        let (method, function) = (bare(&names.method), bare(&names.function));
        format!(
            "[`HANDLE.{method}({})`](fn@{function})",
            arguments.join(", ")
        )
    });
    // `concat!` inserts the handle of the caller.
    let parts: Vec<String> = rows
        .split("HANDLE")
        .map(|part| format!("{part:?}"))
        .collect();
    format!(
        "/// Table of the workflows in Markdown, whose calls begin with the expression of a handle.\n\
         #[doc(hidden)]\n#[macro_export]\nmacro_rules! workflows_table {{\n    ($handle:literal) => {{\n        \
         concat!(\n            {}\n        )\n    }};\n}}\n\n",
        parts.join(",\n            $handle,\n            ")
    )
}

fn catalog(program: &Program, printer: &Printer<'_>) -> String {
    let runtime = printer.runtime;
    let entries = program.workflows.iter().map(|workflow| {
        let (id, title, version) = (&workflow.id, &workflow.title, &workflow.version);
        let summary = workflow.summary.as_deref().unwrap_or_default().trim();
        let description = workflow.description.as_deref().unwrap_or_default().trim();
        let (module, step) = (&workflow.names.module, &workflow.names.step);
        let sources = &workflow.sources;
        let (inputs, outputs) = (
            schema_file(workflow, "inputs"),
            schema_file(workflow, "outputs"),
        );
        quote! {
            #runtime::WorkflowInfo::new(#id, #title, #version)
                .about(#summary, #description)
                .steps(<super::#module::#step as #runtime::StepId>::INFO, &[#(#sources),*])
                .schemas(include_str!(#inputs), include_str!(#outputs))
        }
    });
    printer.file(
        "Descriptions of the workflows.",
        quote! {
            /// Every workflow, in the order of the documents.
            pub static CATALOG: &[#runtime::WorkflowInfo] = &[#(#entries),*];
        },
    )
}
