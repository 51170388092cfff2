//! Overlays of a run: the documents that each applies to, and the cause if its actions match nothing.

use std::path::Path;

use super::inputs::Loaded;
use crate::arazzo::document::Description;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, RelatedLocation, Severity};
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

/// Place of a document: its file and a JSON Pointer.
type Place<'p> = (&'p Path, &'p str);

/// Reports actions that match nothing by their cause, if the document has a key that they may mean.
///
/// Where `paths` is misspelled, an action on each operation matches nothing, and the mistake is one: that of the
/// document, if the key is a defect by itself, or else that of the first action.
fn by_cause(problems: Diagnostics, loaded: &Loaded) -> Diagnostics {
    let mut reported = Diagnostics::new();
    let mut defects: Vec<(&Path, Diagnostics)> = Vec::new();
    for problem in problems {
        let Some(place) = similar(&problem) else {
            reported.push(problem);
            continue;
        };
        let same = reported.iter_mut().find(|it| is_about(it, place));
        if let Some(same) = same {
            same.related.push(own_place(&problem));
            continue;
        }
        if !defects.iter().any(|(file, _)| *file == place.0) {
            defects.extend(loaded.apis.iter().chain(&loaded.flows).find_map(|it| {
                let is_same = it.path == place.0;
                is_same.then(|| (it.path.as_path(), defects_of(it)))
            }));
        }
        let all = defects.iter().flat_map(|(_, found)| found.iter());
        let defect = all
            .filter(|it| is_at(it, place))
            .min_by_key(|it| it.severity);
        reported.push(match defect {
            // The overlay cannot be applied, so the defect is an error here.
            Some(defect) => Diagnostic {
                severity: Severity::Error,
                related: [&defect.related[..], &[own_place(&problem)]].concat(),
                ..defect.clone()
            },
            None => problem,
        });
    }
    reported
}

/// Returns the key that the target of an action may mean.
fn similar(finding: &Diagnostic) -> Option<Place<'_>> {
    let key = finding.related.first()?;
    (finding.code == Code::OverlayMatchesNothing).then_some((&*key.file, &*key.pointer))
}

fn is_at(finding: &Diagnostic, place: Place<'_>) -> bool {
    (&*finding.file, &*finding.pointer) == place
}

/// Returns `true` for the defect at a place, and for an action whose target may mean it.
fn is_about(finding: &Diagnostic, place: Place<'_>) -> bool {
    is_at(finding, place) || similar(finding) == Some(place)
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
        let places = [0, 1].map(|index| format!("overlay.yml#/actions/{index}/target"));
        let expected = places.map(|place| ("overlay-matches-nothing", place, 0));
        assert_eq!(errors(API, &overlay), expected);
    }
}
