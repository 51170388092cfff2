//! OpenAPI Overlay 1.0 and 1.1: corrections to documents that stay as their source has them.
//!
//! An overlay belongs to the documents that its `extends` names: a file, or a folder for all documents in it, relative
//! to the overlay. Without `extends` it belongs to the documents that lie beside it, and where none do, to the OpenAPI
//! documents of the run. Each action has to match in at least one of them, and to change something there: one that does
//! not is an error, so that a correction disappears when the source has been mended.
//!
//! Both versions are read as 1.1 words the merging: objects are merged, arrays concatenated, primitives replaced, and
//! other combinations are errors. Primitives as targets of `update` and the `copy` action need `overlay: 1.1.0`.

mod path;

use std::path::{Path, PathBuf};

use serde_json::Value;

use self::path::{Query, Step, Steps};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, child};
use crate::load::Document;
use crate::paths::absolute;

/// Copies can double a document with every action; corrections come nowhere near adding this many values in one.
const MAX_ADDED: usize = 250_000;

/// Everything that follows walks documents recursively.
const MAX_DEPTH: usize = 200;

/// An overlay document, read and checked, ready to be applied.
#[derive(Debug)]
pub struct Overlay {
    path: PathBuf,
    extends: Option<String>,
    actions: Vec<Action>,
}

#[derive(Debug)]
struct Action {
    /// Where it stands in the overlay document.
    pointer: String,
    target: Query,
    change: Change,
    /// Whether `update` may replace primitives (since 1.1).
    primitives: bool,
}

#[derive(Debug)]
enum Change {
    Update(Value),
    Copy(Query),
    Remove,
}

impl Overlay {
    /// Reads an overlay document.
    pub fn parse(document: &Document) -> Result<Self, Diagnostics> {
        let mut found = Diagnostics::new();
        let error = |pointer: &str, message: String| {
            Diagnostic::new(Code::OverlaySyntax, &document.path, pointer, message)
        };
        let version = document.value.get("overlay").and_then(Value::as_str);
        let newer = match version.map(|v| v.split('.').take(2).collect::<Vec<_>>()) {
            Some(parts) if parts == ["1", "0"] => false,
            Some(parts) if parts == ["1", "1"] => true,
            Some(_) => {
                let message = format!(
                    "overlay version `{}` is not known",
                    version.unwrap_or_default()
                );
                found.push(
                    error("/overlay", message).help("write `overlay: 1.0.0` or `overlay: 1.1.0`"),
                );
                true
            }
            None => {
                let message = "this is no overlay: it has no `overlay` with a version".to_owned();
                found.push(error("", message).help("write `overlay: 1.0.0` or `overlay: 1.1.0`"));
                true
            }
        };
        let extends = match document.value.get("extends") {
            None => None,
            Some(Value::String(text)) => Some(text.clone()),
            Some(_) => {
                found.push(error("/extends", "`extends` is not text".to_owned()));
                None
            }
        };
        let listed = document.value.get("actions").and_then(Value::as_array);
        if listed.is_none_or(Vec::is_empty) {
            found.push(error(
                "/actions",
                "an overlay needs a list of `actions`".to_owned(),
            ));
        }
        let mut actions = Vec::new();
        for (index, action) in listed.into_iter().flatten().enumerate() {
            let pointer = format!("/actions/{index}");
            match Action::parse(action, &pointer, newer) {
                Ok(action) => actions.push(action),
                Err(problem) => {
                    let place = format!("{pointer}{}", problem.place);
                    let mut diagnostic = error(&place, problem.message);
                    diagnostic.help = problem.help;
                    found.push(diagnostic);
                }
            }
        }
        if found.has_errors() {
            return Err(found);
        }
        Ok(Self {
            path: document.path.clone(),
            extends,
            actions,
        })
    }

    /// Which of the documents this overlay belongs to, by their positions in the list.
    pub fn documents(&self, documents: &[&mut Document]) -> Result<Vec<usize>, Diagnostic> {
        let which = |test: &dyn Fn(&Document) -> bool| -> Vec<usize> {
            documents
                .iter()
                .enumerate()
                .filter(|(_, d)| test(d))
                .map(|(index, _)| index)
                .collect()
        };
        let folder = absolute(&self.path)
            .parent()
            .map(Path::to_owned)
            .unwrap_or_default();
        let Some(extends) = &self.extends else {
            let beside = which(&|d| absolute(&d.path).parent() == Some(folder.as_path()));
            let found = if beside.is_empty() {
                which(&|d| d.value.get("openapi").is_some())
            } else {
                beside
            };
            return if found.is_empty() {
                Err(self.belongs_to_nothing(""))
            } else {
                Ok(found)
            };
        };
        let found = if extends.contains("://") {
            // A document that was downloaded keeps its name.
            let name = extends.rsplit('/').next().unwrap_or_default();
            which(&|d| d.path.file_name().is_some_and(|n| n == name))
        } else {
            let named = absolute(&folder.join(extends));
            which(&|d| absolute(&d.path).starts_with(&named))
        };
        if found.is_empty() {
            Err(self.belongs_to_nothing("/extends"))
        } else {
            Ok(found)
        }
    }

    fn belongs_to_nothing(&self, pointer: &str) -> Diagnostic {
        Diagnostic::new(
            Code::OverlayWithoutDocument,
            &self.path,
            pointer,
            "no document of this run belongs to the overlay",
        )
        .help("`extends` names a document or a folder, relative to the overlay")
    }

    /// Applies all actions in turn.
    pub fn apply(&self, documents: &mut [&mut Document]) -> Diagnostics {
        let mut found = Diagnostics::new();
        for action in &self.actions {
            let mut matched = 0;
            let mut changed = false;
            for document in documents.iter_mut() {
                match action.apply(&mut document.value) {
                    Ok(outcome) => {
                        matched += outcome.matched;
                        changed |= outcome.changed;
                    }
                    Err(problem) => {
                        let pointer = format!("{}{}", action.pointer, problem.place);
                        let message =
                            format!("{} (in {})", problem.message, document.path.display());
                        let mut diagnostic =
                            Diagnostic::new(Code::OverlayConflict, &self.path, pointer, message);
                        diagnostic.help = problem.help;
                        found.push(diagnostic);
                        // It has been reported; it need not be told that it changed nothing as well.
                        (matched, changed) = (matched + 1, true);
                    }
                }
            }
            let pointer = child(&action.pointer, "target");
            if matched == 0 {
                found.push(
                    Diagnostic::new(
                        Code::OverlayMatchesNothing,
                        &self.path,
                        pointer,
                        "the action matches nothing",
                    )
                    .label("selects no node")
                    .help("when the document was mended at its source, remove the action"),
                );
            } else if !changed {
                found.push(
                    Diagnostic::new(
                        Code::OverlayChangesNothing,
                        &self.path,
                        pointer,
                        "the action changes nothing",
                    )
                    .label(format!("{matched} selected, all as they should be"))
                    .help("when the document was mended at its source, remove the action"),
                );
            }
        }
        found
    }
}

/// What is wrong with an action: where in it, and what to do.
#[derive(Debug)]
struct Problem {
    place: &'static str,
    message: String,
    help: Option<String>,
}

impl Problem {
    fn at(place: &'static str, message: impl Into<String>) -> Self {
        Self {
            place,
            message: message.into(),
            help: None,
        }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

struct Outcome {
    matched: usize,
    changed: bool,
}

impl Action {
    fn parse(action: &Value, pointer: &str, newer: bool) -> Result<Self, Problem> {
        let query = |place: &'static str, text: &Value| {
            let text = text
                .as_str()
                .ok_or_else(|| Problem::at(place, "a JSONPath is text"))?;
            Query::parse(text)
                .map_err(|why| Problem::at(place, format!("the JSONPath cannot be used: {why}")))
        };
        if !action.is_object() {
            return Err(Problem::at("", "an action is a map"));
        }
        let target = action
            .get("target")
            .ok_or_else(|| Problem::at("", "an action needs a `target`"))?;
        let target = query("/target", target)?;
        let remove = match action.get("remove") {
            None => false,
            Some(Value::Bool(remove)) => *remove,
            Some(_) => return Err(Problem::at("/remove", "`remove` is true or false")),
        };
        // `remove` makes the other two void, by the specification.
        let change = match (remove, action.get("update"), action.get("copy")) {
            (true, _, _) => Change::Remove,
            (false, Some(update), None) => Change::Update(update.clone()),
            (false, None, Some(source)) if newer => Change::Copy(query("/copy", source)?),
            (false, None, Some(_)) => {
                return Err(Problem::at("/copy", "`copy` came with version 1.1")
                    .help("write `overlay: 1.1.0`"));
            }
            (false, Some(_), Some(_)) => {
                return Err(Problem::at(
                    "/copy",
                    "`update` and `copy` in one action cancel each other out",
                )
                .help("make two actions of it"));
            }
            (false, None, None) => {
                return Err(Problem::at(
                    "",
                    "an action needs `update`, `copy` or `remove: true`",
                ));
            }
        };
        Ok(Self {
            pointer: pointer.to_owned(),
            target,
            change,
            primitives: newer,
        })
    }

    fn apply(&self, document: &mut Value) -> Result<Outcome, Problem> {
        let targets = self
            .target
            .select(document)
            .map_err(|why| Problem::at("/target", why))?;
        let matched = targets.len();
        let update = match &self.change {
            Change::Remove => {
                remove(document, &targets)?;
                return Ok(Outcome {
                    matched,
                    changed: matched > 0,
                });
            }
            Change::Update(update) => update.clone(),
            // Without a target there is nothing to copy into, and no need for a source.
            Change::Copy(_) if targets.is_empty() => {
                return Ok(Outcome {
                    matched,
                    changed: false,
                });
            }
            Change::Copy(source) => copied(document, source)?,
        };
        let place = if matches!(self.change, Change::Copy(_)) {
            "/copy"
        } else {
            "/update"
        };
        self.fits(document, &targets, &update, place)?;
        let mut changed = false;
        for steps in &targets {
            if let Some(target) = path::get_mut(document, steps) {
                changed |= merge_into(target, &update).map_err(|why| Problem::at(place, why))?;
            }
        }
        Ok(Outcome { matched, changed })
    }

    /// What the specification demands of the targets together, and what keeps the result within bounds.
    fn fits(
        &self,
        document: &Value,
        targets: &[Steps],
        update: &Value,
        place: &'static str,
    ) -> Result<(), Problem> {
        let mut kinds: Vec<&str> = targets
            .iter()
            .filter_map(|steps| path::get(document, steps))
            .map(kind)
            .collect();
        kinds.sort_unstable();
        kinds.dedup();
        if kinds.len() > 1 {
            let message = format!(
                "the target selects values of several kinds: {}",
                kinds.join(", ")
            );
            return Err(Problem::at("/target", message).help("make one action for each kind"));
        }
        if kinds == ["primitive"] && !self.primitives {
            return Err(
                Problem::at("/target", "version 1.0 can only update objects and arrays")
                    .help("write `overlay: 1.1.0`, or select the object around the value"),
            );
        }
        let deepest = targets.iter().map(Vec::len).max().unwrap_or(0);
        if deepest + depth(update) > MAX_DEPTH {
            return Err(Problem::at(
                place,
                format!("the result is nested more than {MAX_DEPTH} deep"),
            ));
        }
        if values(update).saturating_mul(targets.len()) > MAX_ADDED {
            return Err(Problem::at(
                place,
                format!("the action adds more than {MAX_ADDED} values"),
            ));
        }
        Ok(())
    }
}

fn copied(document: &Value, source: &Query) -> Result<Value, Problem> {
    let sources = source
        .select(document)
        .map_err(|why| Problem::at("/copy", why))?;
    match sources.as_slice() {
        [one] => Ok(path::get(document, one).cloned().unwrap_or_default()),
        other => {
            let message = format!(
                "`copy` has to select one value, and selects {}",
                other.len()
            );
            Err(Problem::at("/copy", message))
        }
    }
}

/// Removes from the end of the document, so that the places of what is still to go stay the same.
fn remove(document: &mut Value, targets: &[Steps]) -> Result<(), Problem> {
    for steps in targets.iter().rev() {
        let Some((last, parent)) = steps.split_last() else {
            return Err(Problem::at(
                "/target",
                "the whole document cannot be removed",
            ));
        };
        match (path::get_mut(document, parent), last) {
            (Some(Value::Object(map)), Step::Name(name)) => drop(map.shift_remove(name)),
            (Some(Value::Array(list)), Step::Index(index)) if *index < list.len() => {
                drop(list.remove(*index))
            }
            _ => {}
        }
    }
    Ok(())
}

/// Merges into a target itself, where a list also takes a single new entry. Says whether anything changed.
fn merge_into(target: &mut Value, update: &Value) -> Result<bool, String> {
    match (target, update) {
        (Value::Array(list), entry) if !entry.is_array() => {
            let new = !list.contains(entry);
            list.push(entry.clone());
            Ok(new)
        }
        (target, update) => merge(target, update),
    }
}

fn merge(target: &mut Value, update: &Value) -> Result<bool, String> {
    match (target, update) {
        (Value::Object(target), Value::Object(update)) => {
            let mut changed = false;
            for (name, value) in update {
                match target.get_mut(name) {
                    Some(existing) => {
                        changed |=
                            merge(existing, value).map_err(|why| format!("{why}, at `{name}`"))?;
                    }
                    None => {
                        target.insert(name.clone(), value.clone());
                        changed = true;
                    }
                }
            }
            Ok(changed)
        }
        (Value::Array(target), Value::Array(update)) => {
            // Lists in these documents are sets in all but name: adding what is there already is no change.
            let new = update.iter().any(|entry| !target.contains(entry));
            target.extend(update.iter().cloned());
            Ok(new)
        }
        (target, update) if kind(target) == "primitive" && kind(update) == "primitive" => {
            let new = target != update;
            *target = update.clone();
            Ok(new)
        }
        (target, update) => Err(format!(
            "one of kind {} cannot be merged into one of kind {}",
            kind(update),
            kind(target)
        )),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Object(_) => "object",
        Value::Array(_) => "array",
        _ => "primitive",
    }
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Object(map) => 1 + map.values().map(depth).max().unwrap_or(0),
        Value::Array(list) => 1 + list.iter().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

fn values(value: &Value) -> usize {
    match value {
        Value::Object(map) => 1 + map.values().map(values).sum::<usize>(),
        Value::Array(list) => 1 + list.iter().map(values).sum::<usize>(),
        _ => 1,
    }
}

#[cfg(test)]
mod tests;
