//! Overlays of a run: the documents that each applies to, and the cause if its actions match nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::inputs::Loaded;
use crate::arazzo::document::Description;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, RelatedLocation, Severity, names_in};
use crate::lint;
use crate::load::Document;
use crate::openapi::normalize;
use crate::overlay::{Budget, Overlay};

/// Applies the overlays in order, within one budget.
pub(super) fn apply(overlays: &[Document], loaded: &mut Loaded, found: &mut Diagnostics) {
    let mut problems = Diagnostics::new();
    apply_all(overlays, loaded, &mut problems);
    found.extend(by_cause(problems, loaded));
}

fn apply_all(overlays: &[Document], loaded: &mut Loaded, found: &mut Diagnostics) {
    let all = loaded.apis.iter().chain(&loaded.flows).chain(overlays);
    let mut budget = Budget::new(all.map(|document| &document.value));
    for overlay in overlays {
        let overlay = match Overlay::parse(overlay) {
            Ok(overlay) => overlay,
            Err(problems) => {
                found.extend(problems);
                continue;
            }
        };
        let mut documents: Vec<&mut Document> =
            loaded.apis.iter_mut().chain(&mut loaded.flows).collect();
        let Some(belonging) = found.ok(overlay.documents(&documents)) else {
            continue;
        };
        let mut index = 0;
        documents.retain(|_| {
            index += 1;
            belonging.contains(&(index - 1))
        });
        found.extend(overlay.apply_within(&mut documents, &mut budget));
    }
}

/// Reports actions that match nothing by their cause.
///
/// Where `paths` is misspelled, an action on each operation matches nothing, and the mistake is one: that of the
/// document, if it has a defect where the targets end, or else that of the first action.
fn by_cause(problems: Diagnostics, loaded: &Loaded) -> Diagnostics {
    let mut reported: Vec<Diagnostic> = Vec::new();
    let mut defects: BTreeMap<&Path, Diagnostics> = BTreeMap::new();
    for problem in problems {
        let Some(place) = end(&problem) else {
            reported.push(problem);
            continue;
        };
        let mut documents = loaded.apis.iter().chain(&loaded.flows);
        if let Some(document) = documents.find(|it| it.path == place.file) {
            let of_document = || defects_of(document);
            defects.entry(&document.path).or_insert_with(of_document);
        }
        let of_document = defects.get(place.file.as_path()).into_iter().flatten();
        let defect = of_document.filter(|it| explains(it, &problem));
        let defect = defect.min_by_key(|it| it.severity);
        let same = reported.iter_mut().find(|it| match defect {
            Some(defect) => (it.code, &it.pointer) == (defect.code, &defect.pointer),
            None => it.subject.is_some() && it.subject == problem.subject,
        });
        match (same, defect) {
            (Some(same), _) => same.related.push(own_place(&problem)),
            // The overlay cannot be applied, so the defect is an error here.
            (None, Some(defect)) => reported.push(Diagnostic {
                severity: Severity::Error,
                related: [&defect.related[..], &[own_place(&problem)]].concat(),
                ..defect.clone()
            }),
            (None, None) => reported.push(problem),
        }
    }
    reported.into_iter().collect()
}

/// Returns the place in a document where the target of an action ends.
fn end(finding: &Diagnostic) -> Option<&RelatedLocation> {
    let codes = [Code::OverlayMatchesNothing, Code::OverlayConflict];
    let place = finding.related.first()?;
    codes.contains(&finding.code).then_some(place)
}

/// Returns `true` if an action fails because of a defect where its target ends: a key that is misspelled, a value of
/// another type, or a missing field.
fn explains(defect: &Diagnostic, action: &Diagnostic) -> bool {
    let Some(place) = end(action) else {
        return false;
    };
    let is_there = defect.file == place.file && defect.pointer == place.pointer;
    let missing: BTreeSet<&str> = names_in(&place.label).collect();
    let is_missing = defect.mentioned().any(|name| missing.contains(name));
    let help = action.help.as_deref();
    let is_misspelled = help.is_some_and(|help| help.starts_with("did you mean"));
    is_there && (is_misspelled || is_missing || defect.code == Code::WrongType)
}

fn own_place(action: &Diagnostic) -> RelatedLocation {
    RelatedLocation {
        file: action.file.clone(),
        pointer: action.pointer.clone(),
        label: "this action selects no node".to_owned(),
    }
}

/// Returns the findings about a document by itself.
fn defects_of(document: &Document) -> Diagnostics {
    let mut found = Diagnostics::new();
    if document.value.get("arazzo").is_some() {
        lint::api::check_inputs(document, &mut found);
        let _ = Description::read(document, &mut found);
    } else {
        lint::api::check(document, &mut found);
        let mut normalized = document.value.clone();
        let _ = normalize::normalize(&mut normalized, &document.path, &mut found);
    }
    found
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::pipeline::{Documents, lint};

    const API: &str = "\
openapi: 3.0.3
info: {title: T, version: '1'}
paths:
  /pets/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {operationId: getPet, responses: {'204': {description: done}}}
    delete: {operationId: deletePet, responses: {'204': {description: done}}}
";

    const OVERLAY: &str = "\
overlay: 1.0.0
actions:
- {target: \"$.paths['/pets/{id}'].get\", update: {summary: Read}}
- {target: \"$.paths['/pets/{id}'].delete\", update: {summary: Delete}}
";

    /// Returns the codes and places of the errors, and the number of their other places.
    fn errors(api: &str, overlay: &str) -> Vec<(&'static str, String, usize)> {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("api.yml"), api).unwrap();
        fs::write(root.path().join("overlay.yml"), overlay).unwrap();
        let documents = Documents {
            any: vec![root.path().to_owned()],
            ..Documents::default()
        };
        let found = lint(&documents, false).diagnostics;
        let place = |file: &std::path::Path, pointer: &str| {
            let file = file.file_name().unwrap_or_default();
            format!("{}#{pointer}", file.to_string_lossy())
        };
        found
            .iter()
            .map(|it| {
                (
                    it.code.as_str(),
                    place(&it.file, &it.pointer),
                    it.related.len(),
                )
            })
            .collect()
    }

    #[test]
    fn actions_match_nothing_because_of_a_defect_of_the_document() {
        assert_eq!(errors(API, OVERLAY), []);
        for (key, code, place) in [
            ("paths", "unknown-field", "api.yml#/pathz"),
            ("/pets/{id}", "path-template", "api.yml#/paths/~1pets~1{id"),
        ] {
            let wrong = match key {
                "paths" => "pathz",
                _ => "/pets/{id",
            };
            let api = API.replace(&format!("{key}:"), &format!("{wrong}:"));
            assert_eq!(errors(&api, OVERLAY), [(code, place.to_owned(), 2)]);
        }
    }

    #[test]
    fn actions_match_nothing_because_of_their_own_target() {
        let overlay = OVERLAY.replace("/pets/{id}", "/pet/{id}");
        let place = "overlay.yml#/actions/0/target".to_owned();
        // The key of the document, and the other action.
        assert_eq!(
            errors(API, &overlay),
            [("overlay-matches-nothing", place, 2)]
        );
        let overlay = OVERLAY.replace("/pets/{id}", "/orders");
        let place = "overlay.yml#/actions/0/target".to_owned();
        // The place where both targets end, and the other action.
        assert_eq!(
            errors(API, &overlay),
            [("overlay-matches-nothing", place, 2)]
        );
    }
}
