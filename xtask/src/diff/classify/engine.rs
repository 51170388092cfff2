//! Worklist of schema pairs. Each pair is compared once per direction, so that recursive schemas end.
//!
//! Pairs form a graph with the operations as roots. A change affects all operations that reach its pair.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use super::change::{Breaks, Change, ChangeCode, ChangeKind, Direction};
use super::document::Document;
use super::{Options, schema};
use crate::diff::facts::Node;

/// Maximum number of schema parts to compare in combinations, whose number can be exponential.
const MAX_PARTS: usize = 100_000;

/// Two schemas that are sent in the same place. Each is a list of parts that apply together.
#[derive(Clone)]
pub(super) struct Pair<'d> {
    pub(super) old: Vec<Node<'d>>,
    pub(super) new: Vec<Node<'d>>,
    pub(super) flow: Flow,
}

/// Direction of a value, and whether it is sent at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Flow {
    pub(super) direction: Direction,
    /// `true` inside a property that is not sent in this direction.
    pub(super) is_unsent: bool,
}

type Key = (Vec<String>, Vec<String>, Flow);

/// Compared part: an operation or a pair of schemas.
#[derive(Default)]
struct Compared {
    changes: Vec<Change>,
    uses: Vec<usize>,
}

pub(super) struct Engine<'d> {
    pub(super) old: Document<'d>,
    pub(super) new: Document<'d>,
    pub(super) options: Options,
    compared: Vec<Compared>,
    known: HashMap<Key, usize>,
    queue: VecDeque<(usize, Pair<'d>)>,
    current: usize,
    /// Name and number of each operation.
    operations: Vec<(Vec<String>, usize)>,
    /// Pointers of the parts that a rule has read.
    pub(super) read: [BTreeSet<String>; 2],
    /// Component schemas that are used in the same place under two names.
    pub(super) renamed: BTreeMap<(String, String), BTreeSet<usize>>,
    /// Pointers of the operations that are compared under another path.
    pub(super) repathed: BTreeSet<String>,
    pub(super) is_incomplete: bool,
    /// Number of schema parts that were compared in combinations, as `allOf` makes them.
    pub(super) parts: usize,
    /// Pointers of keywords whose entries were read one by one.
    pub(super) entered: [BTreeSet<String>; 2],
}

/// Place of a change in both documents, and further parts that it explains.
#[derive(Clone, Debug, Default)]
pub(super) struct Spot {
    pub(super) old: String,
    pub(super) new: String,
    pub(super) covers: Vec<String>,
}

impl Spot {
    pub(super) fn new(old: impl Into<String>, new: impl Into<String>) -> Self {
        Self {
            old: old.into(),
            new: new.into(),
            covers: Vec::new(),
        }
    }

    pub(super) fn covering(mut self, covers: impl IntoIterator<Item = String>) -> Self {
        self.covers.extend(covers);
        self
    }
}

/// Returns the pointers of schemas without duplicates, so that equal combinations are compared once.
fn targets<'d>(document: Document<'d>, nodes: &[Node<'d>]) -> Vec<String> {
    let target = |node: &Node<'d>| match node.value.as_object().map(serde_json::Map::len) {
        // Keywords next to a reference belong to this place.
        Some(1) => document.resolve(node.clone()).pointer,
        _ => node.pointer.clone(),
    };
    let targets: BTreeSet<String> = nodes.iter().map(target).collect();
    targets.into_iter().collect()
}

impl<'d> Engine<'d> {
    pub(super) fn new(old: Document<'d>, new: Document<'d>, options: Options) -> Self {
        Self {
            old,
            new,
            options,
            // The first entry is the document.
            compared: vec![Compared::default()],
            known: HashMap::new(),
            queue: VecDeque::new(),
            current: 0,
            operations: Vec::new(),
            read: Default::default(),
            renamed: BTreeMap::new(),
            repathed: BTreeSet::new(),
            is_incomplete: false,
            parts: 0,
            entered: Default::default(),
        }
    }

    /// Calls `compare` for an operation. `names` are its names in both documents.
    pub(super) fn operation(&mut self, names: Vec<String>, compare: impl FnOnce(&mut Self)) {
        let number = self.compared.len();
        self.compared.push(Compared::default());
        self.operations.push((names, number));
        let before = std::mem::replace(&mut self.current, number);
        compare(self);
        self.current = before;
    }

    /// Schedules the comparison of two schemas.
    pub(super) fn schemas(&mut self, old: Vec<Node<'d>>, new: Vec<Node<'d>>, flow: Flow) {
        let key: Key = (targets(self.old, &old), targets(self.new, &new), flow);
        let number = match self.known.get(&key) {
            Some(number) => *number,
            None if self.parts > MAX_PARTS && old.len().max(new.len()) > 1 => {
                self.is_incomplete = true;
                return;
            }
            None => {
                let number = self.compared.len();
                self.compared.push(Compared::default());
                self.known.insert(key, number);
                self.queue.push_back((number, Pair { old, new, flow }));
                number
            }
        };
        self.compared[self.current].uses.push(number);
    }

    /// Compares all scheduled schemas.
    pub(super) fn process(&mut self) {
        let before = self.current;
        while let Some((number, pair)) = self.queue.pop_front() {
            self.current = number;
            schema::compare(self, &pair);
        }
        self.current = before;
    }

    /// Adds a change to the part under comparison.
    pub(super) fn report(
        &mut self,
        (code, kind, breaks): (ChangeCode, ChangeKind, Breaks),
        spot: Spot,
        message: impl Into<String>,
    ) -> &mut Change {
        let subject = match kind {
            ChangeKind::Added => self.new.describe(&spot.new),
            _ => self.old.describe(&spot.old),
        };
        let changes = &mut self.compared[self.current].changes;
        changes.push(Change {
            covers: spot.covers,
            ..Change::new(
                (code, kind, breaks),
                (spot.old, spot.new),
                subject,
                message.into(),
            )
        });
        let last = changes.len() - 1;
        &mut changes[last]
    }

    pub(super) fn mark_old(&mut self, pointers: impl IntoIterator<Item = String>) {
        self.read[0].extend(pointers);
    }

    pub(super) fn mark_new(&mut self, pointers: impl IntoIterator<Item = String>) {
        self.read[1].extend(pointers);
    }

    /// Records that both documents were read at a keyword.
    pub(super) fn mark(&mut self, old: &str, new: &str) {
        self.read[0].insert(old.to_owned());
        self.read[1].insert(new.to_owned());
    }

    /// Records that a component schema is used under another name by the part under comparison.
    pub(super) fn renamed(&mut self, old: String, new: String) {
        let current = self.current;
        self.renamed.entry((old, new)).or_default().insert(current);
    }

    /// Calls `report` with an earlier part under comparison.
    pub(super) fn within(&mut self, number: usize, report: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.current, number);
        report(self);
        self.current = before;
    }

    /// Returns all changes with the operations they affect.
    pub(super) fn finish(self) -> Vec<Change> {
        let mut affected: Vec<BTreeSet<String>> = vec![BTreeSet::new(); self.compared.len()];
        for (names, number) in &self.operations {
            let mut seen = BTreeSet::from([*number]);
            let mut open = vec![*number];
            while let Some(at) = open.pop() {
                if !self.compared[at].changes.is_empty() {
                    affected[at].extend(names.iter().cloned());
                }
                let uses = self.compared[at].uses.iter();
                open.extend(uses.copied().filter(|used| seen.insert(*used)));
            }
        }
        let mut changes: Vec<Change> = Vec::new();
        let mut positions: BTreeMap<
            (String, String, ChangeCode, Option<Direction>, String),
            usize,
        > = BTreeMap::new();
        for (compared, operations) in self.compared.into_iter().zip(affected) {
            for mut change in compared.changes {
                change.operations.extend(operations.iter().cloned());
                let key = (
                    change.old.clone(),
                    change.new.clone(),
                    change.code,
                    change.direction,
                    change.message.clone(),
                );
                match positions.get(&key) {
                    Some(at) => {
                        let known: &mut Change = &mut changes[*at];
                        known.operations.extend(change.operations);
                        known.breaks = known.breaks.max(change.breaks);
                        known.covers.extend(change.covers);
                    }
                    None => {
                        positions.insert(key, changes.len());
                        changes.push(change);
                    }
                }
            }
        }
        changes
    }
}
