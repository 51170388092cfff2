//! Pairs of operations: by method and path, by `operationId`, then by similarity.

use std::collections::BTreeSet;

use super::Operation;
use crate::diff::classify::METHODS;
use crate::diff::classify::document::Document;
use crate::diff::classify::engine::Engine;
use crate::diff::facts::Node;

/// Least similarity of two operations, from 0 to 1, that are reported as one moved operation.
const SIMILAR: f64 = 0.6;

#[derive(Default)]
pub(in crate::diff::classify) struct Matched<'d> {
    pub(super) pairs: Vec<(Operation<'d>, Operation<'d>)>,
    pub(super) removed: Vec<Operation<'d>>,
    pub(super) added: Vec<Operation<'d>>,
}

/// Returns the operations below `paths` or `webhooks`.
pub(in crate::diff::classify) fn operations<'d>(
    document: Document<'d>,
    key: &str,
) -> Vec<Operation<'d>> {
    let mut found = Vec::new();
    for (path, item) in document.root().get(key).iter().flat_map(Node::entries) {
        let item = document.resolve(item);
        for (method, node) in item.entries() {
            if METHODS.contains(&method) {
                found.push(Operation {
                    method,
                    path,
                    node,
                    item: item.clone(),
                });
            }
        }
    }
    found
}

/// Returns a path without the names of its parameters.
pub(super) fn template(path: &str) -> String {
    let mut template = String::new();
    let mut is_inside = false;
    for c in path.chars() {
        match c {
            '{' => {
                is_inside = true;
                template.push_str("{}");
            }
            '}' => is_inside = false,
            _ if is_inside => {}
            _ => template.push(c),
        }
    }
    template
}

pub(super) fn pairs<'d>(
    engine: &Engine<'d>,
    old: Vec<Operation<'d>>,
    new: Vec<Operation<'d>>,
) -> Matched<'d> {
    let mut matched = Matched {
        pairs: Vec::new(),
        removed: old,
        added: new,
    };
    matched.by(|a, b| a.method == b.method && a.path == b.path);
    matched.by(|a, b| a.method == b.method && template(a.path) == template(b.path));
    matched.by(|a, b| a.id().is_some() && a.id() == b.id());
    matched.by_similarity(engine);
    matched
}

impl<'d> Matched<'d> {
    /// Moves operations for which `matches` returns `true` to the pairs.
    fn by(&mut self, matches: impl Fn(&Operation<'d>, &Operation<'d>) -> bool) {
        for a in std::mem::take(&mut self.removed) {
            match self.added.iter().position(|b| matches(&a, b)) {
                Some(at) => {
                    let b = self.added.remove(at);
                    self.pairs.push((a, b));
                }
                None => self.removed.push(a),
            }
        }
    }

    /// Pairs the most similar operations first.
    fn by_similarity(&mut self, engine: &Engine<'d>) {
        // The cost is the product of the numbers of unmatched operations.
        const MOST: usize = 300;
        if self.removed.len() > MOST || self.added.len() > MOST {
            return;
        }
        let parts = |document: Document<'d>, list: &[Operation<'d>]| -> Vec<BTreeSet<String>> {
            list.iter().map(|it| features(document, it)).collect()
        };
        let (old, new) = (
            parts(engine.old, &self.removed),
            parts(engine.new, &self.added),
        );
        let mut scores: Vec<(f64, usize, usize)> = Vec::new();
        for (i, a) in old.iter().enumerate() {
            for (j, b) in new.iter().enumerate() {
                let score = similarity(a, b);
                if score >= SIMILAR {
                    scores.push((score, i, j));
                }
            }
        }
        scores.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        let (mut taken_old, mut taken_new) = (BTreeSet::new(), BTreeSet::new());
        for (_, i, j) in scores {
            if !taken_old.contains(&i) && !taken_new.contains(&j) {
                taken_old.insert(i);
                taken_new.insert(j);
                self.pairs
                    .push((self.removed[i].clone(), self.added[j].clone()));
            }
        }
        let rest = |list: &mut Vec<Operation<'d>>, taken: &BTreeSet<usize>| {
            let mut index = 0;
            list.retain(|_| {
                index += 1;
                !taken.contains(&(index - 1))
            });
        };
        rest(&mut self.removed, &taken_old);
        rest(&mut self.added, &taken_new);
    }
}

fn similarity(a: &BTreeSet<String>, b: &BTreeSet<String>) -> f64 {
    let common = a.intersection(b).count() as f64;
    let all = a.union(b).count() as f64;
    if all == 0.0 { 0.0 } else { common / all }
}

/// Returns the parts of an operation that are compared for similarity.
fn features(document: Document<'_>, operation: &Operation<'_>) -> BTreeSet<String> {
    let mut found = BTreeSet::from([format!("method {}", operation.method)]);
    let segments = operation.path.split('/').filter(|it| !it.is_empty());
    found.extend(segments.map(|segment| format!("segment {}", template(segment))));
    if let Some(id) = operation.id() {
        let words = crate::names::snake_text(id);
        found.extend(words.split('_').map(|word| format!("word {word}")));
    }
    for level in [&operation.item, &operation.node] {
        for parameter in level.get("parameters").iter().flat_map(Node::items) {
            let parameter = document.resolve(parameter);
            found.extend(
                parameter
                    .text("name")
                    .map(|name| format!("parameter {name}")),
            );
        }
    }
    let mut content = |name: &str, node: Option<Node<'_>>| {
        let node = node
            .map(|node| document.resolve(node))
            .and_then(|node| node.get("content"));
        for (media_type, value) in node.iter().flat_map(Node::entries) {
            let schema = value
                .get("schema")
                .map(|it| crate::diff::classify::document::without_prose(it.value));
            found.insert(format!(
                "{name} {media_type} {}",
                schema.unwrap_or_default()
            ));
        }
    };
    content("body", operation.node.get("requestBody"));
    for (status, response) in operation
        .node
        .get("responses")
        .iter()
        .flat_map(Node::entries)
    {
        // Most operations have the same error responses.
        if status.starts_with('2') {
            content(status, Some(response));
        }
    }
    found
}
