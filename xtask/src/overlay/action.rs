//! An action of an overlay: parsing, and application to a document.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use super::budget::{Budget, Extent};
use super::change::{copied, merge_into, remove, type_name};
use super::error::ActionError;
use super::query::{self, Query, Steps};
use crate::diagnostic::suggestion::{did_you_mean, shorten};
use crate::diagnostic::{Code, Diagnostic, child};
use crate::load::{Document, MAX_DEPTH};

/// Action of an overlay.
#[derive(Debug)]
pub(super) struct Action {
    /// JSON Pointer of the action in the overlay document.
    pub(super) pointer: String,
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

/// Effect of an action on a document.
pub(super) struct Outcome {
    /// Number of selected values.
    pub(super) matched: usize,
    pub(super) changed: bool,
}

impl Action {
    pub(super) fn parse(action: &Value, pointer: &str, is_1_1: bool) -> Result<Self, ActionError> {
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

    /// Returns the finding that this action of an overlay matches nothing, with the place where its target ends.
    pub(super) fn matches_nothing(
        &self,
        documents: &[&mut Document],
        overlay: &Path,
        budget: &mut Budget,
    ) -> Diagnostic {
        let finding = Diagnostic::new(
            Code::OverlayMatchesNothing,
            overlay,
            child(&self.pointer, "target"),
            "the action matches nothing",
        )
        .label("selects no node");
        let ends = documents.iter().filter_map(|document| {
            let end = self.target.end(&document.value, budget)?;
            Some((&document.path, end))
        });
        // An overlay that applies to several documents means the one in which its target comes the furthest.
        let end = ends.max_by_key(|(_, end)| (end.similar.is_some(), end.depth));
        let help = "if the document has been fixed at its source, remove the action";
        let Some((file, end)) = end else {
            return finding.help(help);
        };
        let cause = format!("{} {}", file.display(), end.cause);
        let finding = finding.about(Some(&cause));
        match (end.similar, end.missing) {
            (Some(similar), _) => finding
                .help(format!("did you mean `{}`?", shorten(&similar)))
                .related(
                    file,
                    child(&end.place, &similar),
                    "the document has this key",
                ),
            (None, Some(missing)) => finding.help(help).related(
                file,
                end.place,
                format!("has no `{}`", shorten(&missing)),
            ),
            (None, None) => {
                finding
                    .help(help)
                    .related(file, end.place, "nothing in it is selected")
            }
        }
    }

    pub(super) fn apply(
        &self,
        document: &mut Value,
        budget: &mut Budget,
    ) -> Result<Outcome, ActionError> {
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
            .at(targets.first().map(|steps| query::pointer(steps)))
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
