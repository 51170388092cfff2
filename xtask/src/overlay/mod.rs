//! OpenAPI Overlay 1.0 and 1.1: corrections to documents that stay as their source has them.
//!
//! An overlay belongs to the documents that its `extends` names: a file, or a folder for all documents in it, relative
//! to the overlay. Without `extends` it belongs to the documents that lie beside it, and where none do, to the OpenAPI
//! documents of the run. Each action has to match in at least one of them, and to change something there: one that does
//! not is an error, so that a correction disappears when the source has been mended.
//!
//! Both versions are read as 1.1 words the merging: objects are merged, arrays concatenated, primitives replaced, and
//! other combinations are errors. Primitives as targets of `update` and the `copy` action need `overlay: 1.1.0`.

mod budget;
mod query;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

pub use self::budget::Budget;
use self::budget::Extent;
use self::query::{Query, Step, Steps};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, child};
use crate::load::{Document, MAX_DEPTH};
use crate::paths::absolute;

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
    Update(Value, Extent),
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
    pub fn documents(&self, documents: &[&mut Document]) -> Result<BTreeSet<usize>, Diagnostic> {
        let which = |test: &dyn Fn(&Document) -> bool| -> BTreeSet<usize> {
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

    /// Applies all actions in turn, with a budget for this overlay alone.
    pub fn apply(&self, documents: &mut [&mut Document]) -> Diagnostics {
        let mut budget = Budget::new(documents.iter().map(|document| &document.value));
        self.apply_within(documents, &mut budget)
    }

    /// Applies all actions in turn, as far as the budget of the run allows.
    pub fn apply_within(
        &self,
        documents: &mut [&mut Document],
        budget: &mut Budget,
    ) -> Diagnostics {
        let mut found = Diagnostics::new();
        for action in &self.actions {
            let mut matched = 0;
            let mut changed = false;
            for document in documents.iter_mut() {
                match action.apply(&mut document.value, budget) {
                    Ok(outcome) => {
                        matched += outcome.matched;
                        changed |= outcome.changed;
                    }
                    Err(problem) => {
                        let code = match problem.is_limit {
                            true => Code::OverlayTooCostly,
                            false => Code::OverlayConflict,
                        };
                        let pointer = format!("{}{}", action.pointer, problem.place);
                        let message =
                            format!("{} (in {})", problem.message, document.path.display());
                        let mut diagnostic = Diagnostic::new(code, &self.path, pointer, message);
                        diagnostic.help = problem.help;
                        found.push(diagnostic);
                        if problem.is_limit {
                            return found;
                        }
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
    /// The budget of the run is used up: no further action is tried.
    is_limit: bool,
}

impl Problem {
    fn at(place: &'static str, message: impl Into<String>) -> Self {
        Self {
            place,
            message: message.into(),
            help: None,
            is_limit: false,
        }
    }

    fn limit(place: &'static str, message: impl Into<String>) -> Self {
        let problem = Self {
            is_limit: true,
            ..Self::at(place, message)
        };
        problem.help("select by names where `..` and filters are not needed, or split the overlay")
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
            (false, Some(update), None) => Change::Update(update.clone(), Extent::of(update)),
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

    fn apply(&self, document: &mut Value, budget: &mut Budget) -> Result<Outcome, Problem> {
        let targets = self
            .target
            .select(document, budget)
            .map_err(|why| Problem::limit("/target", why))?;
        let matched = targets.len();
        // Without a target there is nothing to copy into, and no need for a source.
        if targets.is_empty() {
            return Ok(Outcome {
                matched,
                changed: false,
            });
        }
        let copy;
        let (update, extent, place) = match &self.change {
            Change::Remove => {
                remove(document, targets)?;
                return Ok(Outcome {
                    matched,
                    changed: true,
                });
            }
            Change::Update(update, extent) => (update, *extent, "/update"),
            Change::Copy(source) => {
                let extent;
                (copy, extent) = copied(document, source, budget)?;
                (&copy, extent, "/copy")
            }
        };
        self.fits(document, &targets, extent, place)?;
        budget
            .add(extent, targets.len())
            .map_err(|why| Problem::limit(place, why))?;
        let mut changed = false;
        for steps in &targets {
            if let Some(target) = query::get_mut(document, steps) {
                changed |= merge_into(target, update, budget)
                    .map_err(|problem| Problem { place, ..problem })?;
            }
        }
        Ok(Outcome { matched, changed })
    }

    /// Checks what the specification demands of the targets together, and that the result stays within bounds.
    fn fits(
        &self,
        document: &Value,
        targets: &[Steps],
        update: Extent,
        place: &'static str,
    ) -> Result<(), Problem> {
        let kinds: BTreeSet<&str> = targets
            .iter()
            .filter_map(|steps| query::get(document, steps))
            .map(kind)
            .collect();
        if kinds.len() > 1 {
            let kinds: Vec<&str> = kinds.into_iter().collect();
            let message = format!(
                "the target selects values of several kinds: {}",
                kinds.join(", ")
            );
            return Err(Problem::at("/target", message).help("make one action for each kind"));
        }
        if kinds.contains("primitive") && !self.primitives {
            return Err(
                Problem::at("/target", "version 1.0 can only update objects and arrays")
                    .help("write `overlay: 1.1.0`, or select the object around the value"),
            );
        }
        let deepest = targets.iter().map(Vec::len).max().unwrap_or(0);
        // A single entry of a list is one level deeper than what it is merged into.
        if deepest + update.depth + 1 > MAX_DEPTH {
            return Err(Problem::at(
                place,
                format!("the result is nested more than {MAX_DEPTH} levels deep"),
            ));
        }
        Ok(())
    }
}

fn copied(
    document: &Value,
    source: &Query,
    budget: &mut Budget,
) -> Result<(Value, Extent), Problem> {
    let sources = source
        .select(document, budget)
        .map_err(|why| Problem::limit("/copy", why))?;
    let [one] = sources.as_slice() else {
        let message = format!(
            "`copy` has to select one value, and selects {}",
            sources.len()
        );
        return Err(Problem::at("/copy", message));
    };
    let source = query::get(document, one).unwrap_or(&Value::Null);
    let extent = Extent::of(source);
    budget
        .work(extent.values)
        .and_then(|()| budget.add(extent, 1))
        .map_err(|why| Problem::limit("/copy", why))?;
    Ok((source.clone(), extent))
}

/// Removes the targets, each container's in one pass.
fn remove(document: &mut Value, targets: Vec<Steps>) -> Result<(), Problem> {
    let mut containers: BTreeMap<(std::cmp::Reverse<usize>, Steps), HashSet<Step>> =
        BTreeMap::new();
    let mut removed: Option<Steps> = None;
    // In this order a place comes before the places within it, which go with it.
    for mut steps in targets {
        if removed
            .as_ref()
            .is_some_and(|outer| steps.starts_with(outer))
        {
            continue;
        }
        removed = Some(steps.clone());
        let Some(last) = steps.pop() else {
            let message = "the whole document cannot be removed";
            return Err(Problem::at("/target", message));
        };
        // Deeper containers first: what is removed from a list moves the entries behind it.
        let depth = std::cmp::Reverse(steps.len());
        containers.entry((depth, steps)).or_default().insert(last);
    }
    for ((_, container), removed) in containers {
        match query::get_mut(document, &container) {
            Some(Value::Object(map)) => {
                map.retain(|name, _| !removed.contains(&Step::Name(name.clone())));
            }
            Some(Value::Array(list)) => {
                let mut index = 0;
                list.retain(|_| {
                    index += 1;
                    !removed.contains(&Step::Index(index - 1))
                });
            }
            _ => {}
        }
    }
    Ok(())
}

/// Merges into a target itself, where a list also takes a single new entry. Says whether anything changed.
fn merge_into(target: &mut Value, update: &Value, budget: &mut Budget) -> Result<bool, Problem> {
    match (target, update) {
        (Value::Array(list), entry) if !entry.is_array() => {
            compare_all(list, budget)?;
            let new = !list.contains(entry);
            list.push(entry.clone());
            Ok(new)
        }
        (target, update) => merge(target, update, budget),
    }
}

fn merge(target: &mut Value, update: &Value, budget: &mut Budget) -> Result<bool, Problem> {
    match (target, update) {
        (Value::Object(target), Value::Object(update)) => {
            let mut changed = false;
            for (name, value) in update {
                match target.get_mut(name) {
                    Some(existing) => {
                        changed |= merge(existing, value, budget).map_err(|mut problem| {
                            problem.message += &format!(", at `{name}`");
                            problem
                        })?;
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
            compare_all(target, budget)?;
            // Lists in these documents are sets in all but name: adding what is there already is no change.
            let new = {
                let known: HashSet<&Value> = target.iter().collect();
                update.iter().any(|entry| !known.contains(entry))
            };
            target.extend(update.iter().cloned());
            Ok(new)
        }
        (target, update) if kind(target) == "primitive" && kind(update) == "primitive" => {
            let new = target != update;
            *target = update.clone();
            Ok(new)
        }
        (target, update) => Err(Problem::at(
            "",
            format!(
                "one of kind {} cannot be merged into one of kind {}",
                kind(update),
                kind(target)
            ),
        )),
    }
}

/// Takes the work of comparing with every entry of a list from the budget.
fn compare_all(list: &[Value], budget: &mut Budget) -> Result<(), Problem> {
    let work = list.iter().map(|entry| Extent::of(entry).values).sum();
    budget.work(work).map_err(|why| Problem::limit("", why))
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Object(_) => "object",
        Value::Array(_) => "array",
        _ => "primitive",
    }
}

#[cfg(test)]
mod tests;
