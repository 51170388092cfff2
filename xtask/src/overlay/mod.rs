//! OpenAPI Overlay 1.0 and 1.1: corrections that leave the source documents unchanged.
//!
//! An overlay applies to the documents that its `extends` names: a file, or a folder for all documents in it,
//! relative to the overlay. Without `extends` it applies to the documents in its own folder. If there are none, it
//! applies to the OpenAPI documents of the run. An action that matches or changes nothing in all of them is an
//! error, so that a correction is removed once the source has been fixed.
//!
//! Both versions merge as 1.1 specifies: objects are merged, arrays concatenated, primitives replaced, and other
//! combinations are errors. The `copy` action, and primitives as targets of `update`, require `overlay: 1.1.0`.

mod budget;
mod query;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

pub use self::budget::Budget;
use self::budget::Extent;
use self::query::{Query, Step, Steps};
use crate::diagnostic::suggestion::{did_you_mean, shorten};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, child};
use crate::load::{Document, MAX_DEPTH};
use crate::paths::absolute;

/// Validated overlay document.
#[derive(Debug)]
pub struct Overlay {
    path: PathBuf,
    extends: Option<String>,
    actions: Vec<Action>,
}

#[derive(Debug)]
struct Action {
    /// JSON Pointer of the action in the overlay document.
    pointer: String,
    target: Query,
    change: Change,
    /// `true` if `update` may replace primitives (since 1.1).
    allows_primitives: bool,
}

#[derive(Debug)]
enum Change {
    Update(Value, Extent),
    Copy(Query),
    Remove,
}

impl Overlay {
    /// Parses an overlay document.
    pub fn parse(document: &Document) -> Result<Self, Diagnostics> {
        let mut found = Diagnostics::new();
        let syntax_error = |pointer: &str, message: String| {
            Diagnostic::new(Code::OverlaySyntax, &document.path, pointer, message)
        };
        let version = document.value.get("overlay").and_then(Value::as_str);
        let is_1_1 = match version.map(|v| v.split('.').take(2).collect::<Vec<_>>()) {
            Some(parts) if parts == ["1", "0"] => false,
            Some(parts) if parts == ["1", "1"] => true,
            Some(_) => {
                let message = format!(
                    "overlay version `{}` is not supported",
                    version.unwrap_or_default()
                );
                found.push(
                    syntax_error("/overlay", message)
                        .help("write `overlay: 1.0.0` or `overlay: 1.1.0`"),
                );
                true
            }
            None => {
                let message =
                    "missing `overlay` version: the document is not an overlay".to_owned();
                found.push(
                    syntax_error("", message).help("write `overlay: 1.0.0` or `overlay: 1.1.0`"),
                );
                true
            }
        };
        let extends = match document.value.get("extends") {
            None => None,
            Some(Value::String(text)) => Some(text.clone()),
            Some(_) => {
                found.push(syntax_error(
                    "/extends",
                    "`extends` must be a string".to_owned(),
                ));
                None
            }
        };
        let listed = document.value.get("actions").and_then(Value::as_array);
        if listed.is_none_or(Vec::is_empty) {
            found.push(syntax_error(
                "/actions",
                "`actions` must be an array of at least one action".to_owned(),
            ));
        }
        let mut actions = Vec::new();
        for (index, action) in listed.into_iter().flatten().enumerate() {
            let pointer = format!("/actions/{index}");
            match Action::parse(action, &pointer, is_1_1) {
                Ok(action) => actions.push(action),
                Err(error) => {
                    let pointer = format!("{pointer}{}", error.pointer);
                    let mut diagnostic = syntax_error(&pointer, error.message);
                    diagnostic.help = error.help;
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

    /// Returns the indexes of the documents that this overlay applies to.
    pub fn documents(&self, documents: &[&mut Document]) -> Result<BTreeSet<usize>, Diagnostic> {
        let indexes = |test: &dyn Fn(&Document) -> bool| -> BTreeSet<usize> {
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
            let siblings = indexes(&|d| absolute(&d.path).parent() == Some(folder.as_path()));
            let found = if siblings.is_empty() {
                indexes(&|d| d.value.get("openapi").is_some())
            } else {
                siblings
            };
            return if found.is_empty() {
                Err(self.without_document(""))
            } else {
                Ok(found)
            };
        };
        let found = if extends.contains("://") {
            // A downloaded document keeps its file name.
            let name = extends.rsplit('/').next().unwrap_or_default();
            indexes(&|d| d.path.file_name().is_some_and(|n| n == name))
        } else {
            let named = absolute(&folder.join(extends));
            indexes(&|d| absolute(&d.path).starts_with(&named))
        };
        if found.is_empty() {
            Err(self.without_document("/extends"))
        } else {
            Ok(found)
        }
    }

    fn without_document(&self, pointer: &str) -> Diagnostic {
        Diagnostic::new(
            Code::OverlayWithoutDocument,
            &self.path,
            pointer,
            "the overlay applies to no document of this run",
        )
        .help("set `extends` to a document or a folder, relative to the overlay")
    }

    /// Applies all actions in order, with a budget for this overlay alone.
    pub fn apply(&self, documents: &mut [&mut Document]) -> Diagnostics {
        let mut budget = Budget::new(documents.iter().map(|document| &document.value));
        self.apply_within(documents, &mut budget)
    }

    /// Applies all actions in order, within the budget of the run.
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
                    Err(error) => {
                        let code = match error.is_limit {
                            true => Code::OverlayTooCostly,
                            false => Code::OverlayConflict,
                        };
                        let pointer = format!("{}{}", action.pointer, error.pointer);
                        let message = format!("{} (in {})", error.message, document.path.display());
                        let mut diagnostic = Diagnostic::new(code, &self.path, pointer, message);
                        diagnostic.help = error.help;
                        found.push(diagnostic);
                        if error.is_limit {
                            return found;
                        }
                        // Suppresses the findings that it matches or changes nothing.
                        (matched, changed) = (matched + 1, true);
                    }
                }
            }
            let pointer = child(&action.pointer, "target");
            if matched == 0 {
                let documents = documents.iter().map(|document| &**document);
                found.push(action.matches_nothing(documents, &self.path));
            } else if !changed {
                found.push(
                    Diagnostic::new(
                        Code::OverlayChangesNothing,
                        &self.path,
                        pointer,
                        "the action changes nothing",
                    )
                    .label(format!("{matched} selected, all unchanged"))
                    .help("if the document has been fixed at its source, remove the action"),
                );
            }
        }
        found
    }
}

/// Error of an action.
#[derive(Debug)]
struct ActionError {
    /// JSON Pointer relative to the action.
    pointer: String,
    message: String,
    help: Option<String>,
    /// `true` if the budget of the run is exhausted, so that no further action is applied.
    is_limit: bool,
}

impl ActionError {
    fn new(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            message: message.into(),
            help: None,
            is_limit: false,
        }
    }

    fn limit(pointer: &'static str, message: impl Into<String>) -> Self {
        let error = Self {
            is_limit: true,
            ..Self::new(pointer, message)
        };
        error.help("use names instead of `..` and filters where possible, or split the overlay")
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
    fn parse(action: &Value, pointer: &str, is_1_1: bool) -> Result<Self, ActionError> {
        let query = |location: &'static str, text: &Value| {
            let text = text
                .as_str()
                .ok_or_else(|| ActionError::new(location, "a JSONPath must be a string"))?;
            Query::parse(text)
                .map_err(|reason| ActionError::new(location, format!("invalid JSONPath: {reason}")))
        };
        if !action.is_object() {
            return Err(ActionError::new("", "an action must be an object"));
        }
        let target = action
            .get("target")
            .ok_or_else(|| ActionError::new("", "missing `target` of the action"))?;
        let target = query("/target", target)?;
        let remove = match action.get("remove") {
            None => false,
            Some(Value::Bool(remove)) => *remove,
            Some(_) => return Err(ActionError::new("/remove", "`remove` must be a boolean")),
        };
        // By the specification, `remove` takes precedence over `update` and `copy`.
        let change = match (remove, action.get("update"), action.get("copy")) {
            (true, _, _) => Change::Remove,
            (false, Some(update), None) => Change::Update(update.clone(), Extent::of(update)),
            (false, None, Some(source)) if is_1_1 => Change::Copy(query("/copy", source)?),
            (false, None, Some(_)) => {
                return Err(
                    ActionError::new("/copy", "`copy` requires overlay version 1.1")
                        .help("write `overlay: 1.1.0`"),
                );
            }
            (false, Some(_), Some(_)) => {
                return Err(ActionError::new(
                    "/copy",
                    "an action cannot have both `update` and `copy`",
                )
                .help("split it into two actions"));
            }
            (false, None, None) => {
                const FIELDS: [&str; 5] = ["target", "description", "update", "copy", "remove"];
                let keys = action.as_object().into_iter().flatten().map(|(key, _)| key);
                let unknown = keys.filter(|key| !FIELDS.contains(&key.as_str()));
                let mut meant = unknown.filter_map(|key| Some((key, did_you_mean(key, FIELDS)?)));
                return Err(match meant.next() {
                    Some((key, help)) => {
                        let message = format!("an action has no field `{}`", shorten(key));
                        ActionError::new(child("", key), message).help(help)
                    }
                    None => ActionError::new(
                        "",
                        "missing `update`, `copy` or `remove: true` of the action",
                    ),
                });
            }
        };
        Ok(Self {
            pointer: pointer.to_owned(),
            target,
            change,
            allows_primitives: is_1_1,
        })
    }

    /// Returns the finding that this action of an overlay matches nothing, with a key that its target may mean.
    fn matches_nothing<'d>(
        &self,
        mut documents: impl Iterator<Item = &'d Document>,
        overlay: &Path,
    ) -> Diagnostic {
        let finding = Diagnostic::new(
            Code::OverlayMatchesNothing,
            overlay,
            child(&self.pointer, "target"),
            "the action matches nothing",
        )
        .label("selects no node");
        let similar = documents.find_map(|document| {
            let (pointer, name) = self.target.similar(&document.value)?;
            Some((document, pointer, name))
        });
        match similar {
            Some((document, pointer, name)) => finding
                .help(format!("did you mean `{}`?", shorten(&name)))
                .related(&document.path, pointer, "the document has this key"),
            None => finding.help("if the document has been fixed at its source, remove the action"),
        }
    }

    fn apply(&self, document: &mut Value, budget: &mut Budget) -> Result<Outcome, ActionError> {
        let targets = self
            .target
            .select(document, budget)
            .map_err(|reason| ActionError::limit("/target", reason))?;
        let matched = targets.len();
        // Without a target, the source of a `copy` is not evaluated.
        if targets.is_empty() {
            return Ok(Outcome {
                matched,
                changed: false,
            });
        }
        let copy;
        let (update, extent, pointer) = match &self.change {
            Change::Remove => {
                remove(document, targets, budget)?;
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
        self.check_targets(document, &targets, extent, pointer)?;
        budget
            .add(extent, targets.len())
            .map_err(|reason| ActionError::limit(pointer, reason))?;
        let mut changed = false;
        for steps in &targets {
            if let Some(target) = query::get_mut(document, steps) {
                changed |= merge_into(target, update, budget).map_err(|error| ActionError {
                    pointer: pointer.to_owned(),
                    ..error
                })?;
            }
        }
        Ok(Outcome { matched, changed })
    }

    /// Checks that all targets have one type, as the specification requires, and that the result is not too deep.
    fn check_targets(
        &self,
        document: &Value,
        targets: &[Steps],
        update: Extent,
        pointer: &'static str,
    ) -> Result<(), ActionError> {
        let types: BTreeSet<&str> = targets
            .iter()
            .filter_map(|steps| query::get(document, steps))
            .map(type_name)
            .collect();
        if types.len() > 1 {
            let types: Vec<&str> = types.into_iter().collect();
            let message = format!(
                "the target selects values of several types: {}",
                types.join(", ")
            );
            return Err(ActionError::new("/target", message).help("write one action for each type"));
        }
        if types.contains("primitive") && !self.allows_primitives {
            return Err(ActionError::new(
                "/target",
                "overlay version 1.0 can only update objects and arrays",
            )
            .help("write `overlay: 1.1.0`, or select the object around the value"));
        }
        let deepest = targets.iter().map(Vec::len).max().unwrap_or(0);
        // A single entry of a list is one level deeper than its list.
        if deepest + update.depth + 1 > MAX_DEPTH {
            return Err(ActionError::new(
                pointer,
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
) -> Result<(Value, Extent), ActionError> {
    let sources = source
        .select(document, budget)
        .map_err(|reason| ActionError::limit("/copy", reason))?;
    let [one] = sources.as_slice() else {
        let message = format!(
            "`copy` must select one value, but selects {}",
            sources.len()
        );
        return Err(ActionError::new("/copy", message));
    };
    let source = query::get(document, one).unwrap_or(&Value::Null);
    let extent = Extent::of(source);
    budget
        .work(extent.values)
        .and_then(|()| budget.add(extent, 1))
        .map_err(|reason| ActionError::limit("/copy", reason))?;
    Ok((source.clone(), extent))
}

/// Removes the targets, with one pass per container.
fn remove(
    document: &mut Value,
    targets: Vec<Steps>,
    budget: &mut Budget,
) -> Result<(), ActionError> {
    let mut containers: BTreeMap<(std::cmp::Reverse<usize>, Steps), HashSet<Step>> =
        BTreeMap::new();
    let mut removed: Option<Steps> = None;
    // The targets are sorted: a location comes before the locations inside it, which are removed with it.
    for mut steps in targets {
        if removed
            .as_ref()
            .is_some_and(|outer| steps.starts_with(outer))
        {
            continue;
        }
        removed = Some(steps.clone());
        let Some(last) = steps.pop() else {
            let message = "the entire document cannot be removed";
            return Err(ActionError::new("/target", message));
        };
        // Deeper containers come first, because removing an entry of a list shifts the entries after it.
        let depth = std::cmp::Reverse(steps.len());
        containers.entry((depth, steps)).or_default().insert(last);
    }
    for ((_, container), removed) in containers {
        if let Some(container) = query::get_mut(document, &container) {
            remove_entries(container, removed, budget)
                .map_err(|reason| ActionError::limit("/target", reason))?;
        }
    }
    Ok(())
}

/// Moving the entries after a removed one takes a fraction of the time in which they are visited.
const MOVED_PER_WORK: usize = 16;

fn remove_entries(
    container: &mut Value,
    removed: HashSet<Step>,
    budget: &mut Budget,
) -> Result<(), String> {
    let size = match &*container {
        Value::Object(map) => map.len(),
        Value::Array(list) => list.len(),
        _ => 0,
    };
    let work = match removed.len() {
        1 => size / MOVED_PER_WORK + 1,
        _ => size,
    };
    budget.work(work as u64)?;
    match container {
        Value::Object(map) if removed.len() == 1 => {
            for step in removed {
                if let Step::Name(name) = step {
                    map.shift_remove(&name);
                }
            }
        }
        Value::Object(map) => {
            map.retain(|name, _| !removed.contains(&Step::Name(name.clone())));
        }
        Value::Array(list) => {
            let mut index = 0;
            list.retain(|_| {
                index += 1;
                !removed.contains(&Step::Index(index - 1))
            });
        }
        _ => {}
    }
    Ok(())
}

/// Merges into a target, where a list also accepts a single new entry. Returns `true` if anything changed.
fn merge_into(
    target: &mut Value,
    update: &Value,
    budget: &mut Budget,
) -> Result<bool, ActionError> {
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

fn merge(target: &mut Value, update: &Value, budget: &mut Budget) -> Result<bool, ActionError> {
    match (target, update) {
        (Value::Object(target), Value::Object(update)) => {
            let mut changed = false;
            for (name, value) in update {
                match target.get_mut(name) {
                    Some(existing) => {
                        changed |= merge(existing, value, budget).map_err(|mut error| {
                            error.message += &format!(", at `{name}`");
                            error
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
            // Lists in these documents are used as sets: adding only existing entries does not count as a change.
            let new = {
                let known: HashSet<&Value> = target.iter().collect();
                update.iter().any(|entry| !known.contains(entry))
            };
            target.extend(update.iter().cloned());
            Ok(new)
        }
        (target, update)
            if type_name(target) == "primitive" && type_name(update) == "primitive" =>
        {
            let new = target != update;
            *target = update.clone();
            Ok(new)
        }
        (target, update) => Err(ActionError::new(
            "",
            format!(
                "cannot merge a value of type {} into a value of type {}",
                type_name(update),
                type_name(target)
            ),
        )),
    }
}

/// Number of bytes of strings that are compared in the time in which a value is visited.
const BYTES_PER_WORK: u64 = 32;

/// Deducts the work of comparing with every entry of a list.
fn compare_all(list: &[Value], budget: &mut Budget) -> Result<(), ActionError> {
    let extents = list.iter().map(Extent::of);
    let work = extents
        .map(|extent| extent.values + extent.bytes / BYTES_PER_WORK)
        .sum();
    budget
        .work(work)
        .map_err(|reason| ActionError::limit("", reason))
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Object(_) => "object",
        Value::Array(_) => "array",
        _ => "primitive",
    }
}

#[cfg(test)]
mod tests;
