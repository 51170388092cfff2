//! Folding of findings that have the same cause: one defect is reported once.

mod rules;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use heck::ToSnakeCase;

use self::rules::{CONSEQUENCES, HIDE_READS, Range};
use crate::diagnostic::suggestion::nearest;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, RelatedLocation, Severity, child};

/// Codes of findings about a name. Findings with the same message are about the same name.
const NAMES: &[Code] = &[
    Code::DanglingReference,
    Code::ExternalReference,
    Code::UnknownComponent,
    Code::UnknownInput,
    Code::UnknownOperation,
    Code::UnknownOutput,
    Code::UnknownSource,
    Code::UnknownStep,
    Code::UnknownWorkflow,
    Code::UnknownScheme,
    Code::AmbiguousOperation,
    Code::CircularOutput,
    Code::CircularWorkflow,
    Code::UnknownResponseProperty,
    Code::UndeclaredPathParameter,
    Code::ParameterLeftOut,
];

/// Label of the other places of a finding.
const ALSO: &str = "also here";

/// Removes findings that follow from others, and merges findings about the same name.
pub fn fold(found: &mut Diagnostics) {
    let all: Vec<Diagnostic> = std::mem::take(found).into_iter().collect();
    let all = unsupported_parameters(merge(all));
    // Most findings are notes, which neither follow from others nor cause them.
    let causes: Vec<&Diagnostic> = all.iter().filter(|finding| is_cause(finding)).collect();
    let is_consequence = |finding: &Diagnostic| {
        let follows = |cause: &&Diagnostic| {
            !std::ptr::eq(finding, *cause)
                && (follows_error(finding, cause) || follows(finding, cause))
        };
        can_follow(finding) && causes.iter().any(follows)
    };
    let dropped: Vec<bool> = all.iter().map(is_consequence).collect();
    // Nothing is generated from a document with an error, also if the error is a consequence.
    let errors = all.iter().zip(&dropped);
    let errors: Vec<&Diagnostic> = errors
        .filter(|(finding, dropped)| **dropped && finding.severity == Severity::Error)
        .map(|(finding, _)| finding)
        .collect();
    let is_error: Vec<bool> = all
        .iter()
        .map(|cause| {
            let has_caused =
                |error: &&Diagnostic| !std::ptr::eq(cause, *error) && follows(error, cause);
            is_cause(cause) && errors.iter().any(has_caused)
        })
        .collect();
    let kept = all.into_iter().zip(dropped).zip(is_error);
    found.extend(kept.filter_map(|((mut finding, dropped), is_error)| {
        if is_error {
            finding.severity = Severity::Error;
        }
        (!dropped).then_some(finding)
    }));
    misspelled_inputs(found);
}

/// Merges a required input that is not declared and a declared one that is not read, whose names are similar: the
/// name of the declared one is misspelled.
fn misspelled_inputs(found: &mut Diagnostics) {
    let all: Vec<Diagnostic> = std::mem::take(found).into_iter().collect();
    let (unused, mut others): (Vec<Diagnostic>, Vec<Diagnostic>) =
        all.into_iter().partition(|it| it.code == Code::UnusedInput);
    for finding in unused {
        let Some((schema, name)) = finding.pointer.rsplit_once("/properties/") else {
            others.push(finding);
            continue;
        };
        let is_same = |it: &&mut Diagnostic| {
            it.code == Code::UndeclaredInput
                && it.file == finding.file
                && is_part(&it.pointer, &child(schema, "required"))
                && nearest(name, it.mentioned().take(1)).is_some()
        };
        match others.iter_mut().find(is_same) {
            Some(required) => {
                let place = std::mem::replace(&mut required.pointer, finding.pointer.clone());
                required.label = "not the required name".to_owned();
                let meant = required.mentioned().next().map(str::to_owned);
                required.help = meant.map(|name| format!("did you mean `{name}`?"));
                required.related.push(RelatedLocation {
                    file: required.file.clone(),
                    pointer: place,
                    label: "required here".to_owned(),
                });
            }
            None => others.push(finding),
        }
    }
    found.extend(others);
}

/// Returns `true` if other findings may follow from one.
fn is_cause(finding: &Diagnostic) -> bool {
    let mut rules = CONSEQUENCES.iter();
    finding.severity == Severity::Error
        || HIDE_READS.contains(&finding.code)
        || rules.any(|(_, causes, _)| causes.contains(&finding.code))
}

/// Returns `true` if a finding may follow from others.
fn can_follow(finding: &Diagnostic) -> bool {
    let mut rules = CONSEQUENCES.iter();
    finding.code == Code::UnusedInput
        || rules.any(|(consequences, _, _)| consequences.contains(&finding.code))
}

/// Returns `true` for an unused input of a workflow with errors, because the errors may be in the reads of the input.
fn follows_error(finding: &Diagnostic, cause: &Diagnostic) -> bool {
    let range = match finding.pointer.starts_with("/workflows/") {
        true => Range::Workflow,
        // Inputs in `components` belong to all workflows.
        false => Range::Document,
    };
    finding.code == Code::UnusedInput
        && (cause.severity == Severity::Error || HIDE_READS.contains(&cause.code))
        && cause.code != Code::UnusedInput
        && is_within(finding, cause, range)
}

fn follows(finding: &Diagnostic, cause: &Diagnostic) -> bool {
    let rules = CONSEQUENCES.iter();
    let mut rules = rules.filter(|(consequences, _, _)| consequences.contains(&finding.code));
    rules
        .any(|(_, causes, range)| causes.contains(&cause.code) && is_within(finding, cause, *range))
}

fn is_within(finding: &Diagnostic, cause: &Diagnostic, range: Range) -> bool {
    let same_file = finding.file == cause.file;
    match range {
        Range::Run => true,
        Range::Document => same_file,
        Range::Workflow => same_file && workflow(&finding.pointer) == workflow(&cause.pointer),
        Range::Location => same_file && is_part(&cause.pointer, &finding.pointer),
        Range::Operation => finding.related.iter().any(|related| {
            let path = path_item(&related.pointer).filter(|_| related.file == cause.file);
            let is_shared = cause.pointer.starts_with("/components/parameters/");
            path.is_some_and(|path| {
                let inside = |place: &str| {
                    let inside = place.strip_prefix(path);
                    inside.is_some_and(|inside| inside.contains("/parameters"))
                };
                is_shared || places(cause).any(inside)
            })
        }),
        Range::Dependency => {
            let is_passed_on = |it: &Diagnostic| it.pointer.contains("/dependsOn/");
            same_file && is_passed_on(finding) && !is_passed_on(cause)
        }
        Range::Names(field) => same_file && means(cause, field),
        Range::Field => {
            let field = match finding.code {
                Code::MissingBody => Some("requestBody"),
                Code::MissingParameter => Some("parameters"),
                Code::AmbiguousTarget => None,
                _ => finding.message.split('`').nth(1),
            };
            let targets = ["operationId", "operationPath", "workflowId", "stepId"];
            let is_meant = match field {
                Some(field) => means(cause, field),
                None => targets.iter().any(|field| means(cause, field)),
            };
            let object = cause.pointer.rsplit_once('/').map(|(object, _)| object);
            same_file && is_meant && object == Some(finding.pointer.as_str())
        }
        Range::Object => {
            let object = cause.pointer.rsplit_once('/').map(|(object, _)| object);
            same_file && object == Some(finding.pointer.as_str())
        }
        Range::Section => {
            let is_section = cause.pointer.starts_with("/components/");
            same_file && is_section && finding.mentioned().any(|name| means(cause, name))
        }
        Range::Sources => {
            let is_absent = cause.pointer.is_empty()
                && cause.mentioned().any(|field| field == "sourceDescriptions");
            same_file && (is_absent || cause.pointer.starts_with("/sourceDescriptions"))
        }
        Range::Target => {
            let mut parts = finding
                .mentioned()
                .flat_map(|reference| reference.split('/'));
            same_file && parts.any(|part| means(cause, part))
        }
        Range::Meant(field) => means(cause, field),
        Range::Part(field) => {
            let holder = cause.pointer.rsplit_once('/').map(|(holder, _)| holder);
            let is_inside = holder.is_some_and(|holder| is_part(&finding.pointer, holder));
            same_file && is_inside && means(cause, field)
        }
        Range::CalledField(field) => {
            means(cause, field) && is_within(finding, cause, Range::Called)
        }
        Range::Outputs => {
            cause.pointer.contains("/outputs") && is_within(finding, cause, Range::Workflow)
        }
        Range::SameWords => shares_word(finding, cause),
        Range::Property => {
            let is_there = same_file || finding.related.iter().any(|it| it.file == cause.file);
            let read = |name: &str| name.rsplit(['/', '.']).next().map(str::to_owned);
            let mut read = finding.mentioned().filter_map(read);
            is_there && read.any(|name| cause.mentioned().any(|it| it == name))
        }
        Range::SharedId => {
            let others = cause.related.iter().map(|it| it.pointer.as_str());
            let ids = std::iter::once(cause.pointer.as_str()).chain(others);
            let mut operations = ids.filter_map(|id| id.strip_suffix("/operationId"));
            operations.any(|operation| {
                let is_part = |pointer: &str| {
                    let path = path_item(operation);
                    let shared = path.is_some_and(|it| is_part(pointer, &child(it, "parameters")));
                    shared || is_part(pointer, operation)
                };
                let mut called = finding.related.iter();
                called.any(|it| it.file == cause.file && is_part(&it.pointer))
            })
        }
        Range::Inside => same_file && is_part(&finding.pointer, &cause.pointer),
        Range::Step => {
            let step = cause.pointer.rsplit_once('/').map(|(step, _)| step);
            same_file && step.is_some_and(|step| is_part(&finding.pointer, step))
        }
        Range::Called => {
            let mut called = finding.related.iter().filter(|it| it.file == cause.file);
            called.any(|it| places(cause).any(|place| is_part(place, &it.pointer)))
        }
        Range::PassedInput => {
            let input = declared_input(cause);
            input.is_some()
                && declared_input(finding).is_none()
                && finding.mentioned().any(|name| Some(name) == input)
        }
        Range::Parameters => {
            let inside = cause.pointer.strip_prefix(finding.pointer.as_str());
            same_file && inside.is_some_and(|inside| inside.starts_with("/parameters"))
        }
        Range::Action => {
            let mut of_action = ["/onSuccess/", "/onFailure/"].into_iter();
            of_action.any(|list| finding.pointer.contains(list))
                && is_within(finding, cause, Range::Parameters)
        }
        Range::Mentioned => {
            let name = cause.mentioned().next();
            finding.mentioned().any(|it| Some(it) == name)
        }
        Range::CalledPart(part) => {
            let holder = |pointer: &str| Some(pointer.rsplit_once('/')?.0.to_owned());
            let section = match part {
                "requestBody" => "/components/requestBodies/",
                _ => "/components/responses/",
            };
            let is_shared = part != "parameters" && cause.pointer.starts_with(section);
            let is_part_of = |operation: &str| {
                is_shared
                    || places(cause).any(|place| is_part(place, &child(operation, part)))
                    || cause.pointer == operation && cause.mentioned().any(|name| name == part)
                    || means(cause, part)
                        && [Some(operation.to_owned()), holder(operation)]
                            .contains(&holder(&cause.pointer))
            };
            let mut called = finding.related.iter().filter(|it| it.file == cause.file);
            called.any(|it| is_part_of(&it.pointer))
        }
        Range::Misplaced => {
            let holder = cause.pointer.rsplit_once('/').map(|(holder, _)| holder);
            let is_around = holder.is_some_and(|holder| is_part(&finding.pointer, holder));
            same_file && is_around && finding.mentioned().any(|name| means(cause, name))
        }
        Range::Subject => finding.subject.is_some() && finding.subject == cause.subject,
        Range::SuccessOfStep => {
            let of_step = step(&finding.pointer);
            let criteria = of_step.map(|step| child(step, "successCriteria"));
            same_file && criteria.is_some_and(|criteria| is_part(&cause.pointer, &criteria))
        }
        Range::Component => {
            let path = cause.pointer.strip_prefix("/components/");
            let name = path.and_then(|path| path.split('/').nth(1));
            same_file && name.is_some() && finding.mentioned().next() == name
        }
        Range::Folder => cause.file.starts_with(&finding.file),
        Range::Name => cause
            .message
            .split('`')
            .nth(1)
            .is_some_and(|name| same_file && finding.message.split('`').nth(1) == Some(name)),
    }
}

/// Returns the place of a finding, and those of the same finding elsewhere.
fn places(finding: &Diagnostic) -> impl Iterator<Item = &str> {
    let others = finding.related.iter().filter(|it| it.label == ALSO);
    let others = others.filter(|it| it.file == finding.file);
    std::iter::once(finding.pointer.as_str()).chain(others.map(|it| it.pointer.as_str()))
}

/// Returns the input whose declaration a finding contradicts.
fn declared_input(finding: &Diagnostic) -> Option<&str> {
    let mut places = finding.related.iter().map(|it| it.pointer.as_str());
    places.find_map(|place| Some(place.rsplit_once("/properties/")?.1))
}

/// Returns `true` if an unknown name has a noun of the path of an operation, whose name it may be.
fn shares_word(finding: &Diagnostic, cause: &Diagnostic) -> bool {
    /// Shorter words are prepositions and articles.
    const SHORTEST: usize = 3;
    let words = |text: &str| -> BTreeSet<String> {
        let text = text.replace("~1", "/").to_snake_case();
        let words = text
            .split('_')
            .map(|word| word.trim_end_matches('s').to_owned());
        words.filter(|word| word.len() >= SHORTEST).collect()
    };
    let others = cause.related.iter().map(|it| it.pointer.as_str());
    let paths = std::iter::once(cause.pointer.as_str()).chain(others);
    let name = finding.mentioned().next().map(words).unwrap_or_default();
    let mut paths = paths.filter_map(path_item).map(words);
    paths.any(|path| path.intersection(&name).next().is_some())
}

/// Returns `true` if the field of a finding should have another name, or belongs into another object.
fn means(cause: &Diagnostic, field: &str) -> bool {
    let mut help = cause.help.iter();
    help.any(|help| help.contains(&format!("`{field}`")))
        || cause.pointer.rsplit('/').next() == Some(field)
}

/// Returns `true` if a location is another one, or below it.
fn is_part(pointer: &str, of: &str) -> bool {
    pointer
        .strip_prefix(of)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Returns the pointer of the workflow that contains a location.
fn workflow(pointer: &str) -> Option<&str> {
    let rest = pointer.strip_prefix("/workflows/")?;
    let length = rest.find('/').unwrap_or(rest.len());
    pointer.get(..pointer.len() - rest.len() + length)
}

/// Returns the pointer of the step that contains a location.
fn step(pointer: &str) -> Option<&str> {
    let workflow = workflow(pointer)?;
    let rest = pointer.strip_prefix(workflow)?.strip_prefix("/steps/")?;
    let length = rest.find('/').unwrap_or(rest.len());
    pointer.get(..pointer.len() - rest.len() + length)
}

/// Returns the pointer of the path that contains a location in an API description.
fn path_item(pointer: &str) -> Option<&str> {
    let rest = pointer.strip_prefix("/paths/")?;
    let length = rest.find('/').unwrap_or(rest.len());
    pointer.get(..pointer.len() - rest.len() + length)
}

/// Merges findings about the same name, or about the type of the same output, into the first one, with the other locations as related ones.
fn merge(all: Vec<Diagnostic>) -> Vec<Diagnostic> {
    type Key = (PathBuf, Code, String, Option<String>);
    let mut merged: Vec<Diagnostic> = Vec::new();
    let mut first: BTreeMap<Key, usize> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for finding in all {
        // A part that several operations refer to has the same defect in each.
        let place = (finding.file.clone(), finding.pointer.clone());
        let is_error = finding.severity == Severity::Error;
        // Two checks cover the defaults of inputs, and the outputs that a step reads from itself. A parameter of a
        // workflow is checked for each step.
        let is_repeated = [
            Code::InvalidDefault,
            Code::ForwardReference,
            Code::UnknownParameter,
        ]
        .contains(&finding.code);
        let message = Some(&finding.message).filter(|_| !is_repeated);
        if !seen.insert((finding.code, place, message.cloned(), is_error)) {
            continue;
        }
        // Without the declaration in the API, all calls of the operation have one defect, in any document.
        let declared = finding.related.first().map(|it| it.file.clone());
        let declared = declared.filter(|_| finding.code == Code::UnknownParameter);
        let has_subject = [Code::TypeMismatch, Code::UnknownInput].contains(&finding.code);
        let subject = finding.subject.as_ref().filter(|_| has_subject);
        if !NAMES.contains(&finding.code) && subject.is_none() && declared.is_none() {
            merged.push(finding);
            continue;
        }
        // Names of steps, inputs and outputs belong to a workflow.
        let scope = match finding.code {
            Code::UnknownInput
            | Code::UnknownOutput
            | Code::UnknownStep
            | Code::CircularOutput
            | Code::TypeMismatch
            | Code::UnknownResponseProperty => workflow(&finding.pointer).map(str::to_owned),
            Code::UndeclaredPathParameter => path_item(&finding.pointer).map(str::to_owned),
            _ => None,
        };
        let name = subject.unwrap_or(&finding.message).clone();
        // So do all references to an operation that no source has.
        let file = match finding.code {
            Code::UnknownOperation => PathBuf::new(),
            _ => declared.unwrap_or_else(|| finding.file.clone()),
        };
        let key = (file, finding.code, name, scope);
        let position = *first.entry(key).or_insert(merged.len());
        match merged.get_mut(position) {
            // All operations of the path lack it, so the path is the place to declare it.
            Some(known)
                if finding.code == Code::UndeclaredPathParameter
                    && !known.pointer.contains("/parameters/") =>
            {
                let path = path_item(&known.pointer).map(str::to_owned);
                known.pointer = path.unwrap_or_else(|| known.pointer.clone());
            }
            Some(known) if (&known.file, &known.pointer) != (&finding.file, &finding.pointer) => {
                known.related.push(RelatedLocation {
                    file: finding.file,
                    pointer: finding.pointer,
                    label: ALSO.to_owned(),
                })
            }
            // Two stages may report the same finding.
            Some(_) => {}
            None => merged.push(finding),
        }
    }
    merged
}

/// Folds the consequences of an unsupported parameter: what the client leaves out, and a value that is not a string.
fn unsupported_parameters(all: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let is_cause = |finding: &&Diagnostic| finding.code == Code::UnsupportedParameter;
    let causes: Vec<Diagnostic> = all.iter().filter(is_cause).cloned().collect();
    let declares = |file: &Path, is_place: &dyn Fn(&str) -> bool| {
        let mut places = causes.iter().flat_map(|cause| &cause.related);
        places.any(|place| place.file == file && is_place(&place.pointer))
    };
    let mut rejected = Vec::new();
    let mut kept: Vec<Diagnostic> = Vec::new();
    for finding in all {
        let is_consequence = match finding.code {
            Code::ParameterLeftOut => declares(&finding.file, &|place| place == finding.pointer),
            Code::OperationLeftOut => {
                declares(&finding.file, &|place| is_part(place, &finding.pointer))
            }
            Code::TypeMismatch | Code::NotSupported => {
                let cause = causes.iter().find(|cause| {
                    cause.file == finding.file && is_part(&finding.pointer, &cause.pointer)
                });
                rejected.extend(cause.map(|cause| cause.pointer.clone()));
                cause.is_some()
            }
            _ => false,
        };
        if !is_consequence {
            kept.push(finding);
        }
    }
    for finding in kept
        .iter_mut()
        .filter(|it| it.code == Code::UnsupportedParameter)
    {
        if rejected.contains(&finding.pointer) {
            finding.severity = Severity::Error;
        }
    }
    kept
}
