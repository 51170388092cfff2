//! Two trees of facts, side by side.
//!
//! Schemas may contain themselves, so that a pair of shared schemas that is being compared already counts as equal:
//! whatever differs between the two is found, once, by the comparison under way.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;

use serde_json::Value;

use super::facts::{Fact, Facts, Place};

/// How many comparisons may go into finding out which items of two unordered lists belong together. When they are used
/// up, items count as different, and lists are compared in the order they have.
const FUEL: usize = 1_000_000;

/// How deep one shared schema may lie within others before two of them count as different unseen.
const MAX_DEPTH: usize = 300;

/// One fact in which two documents differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The names that lead to it: operation, parameter, schema, keyword.
    pub path: Vec<String>,
    /// What the first document says; `None` for what it does not have.
    pub old: Option<String>,
    pub new: Option<String>,
    /// Where the first document says it, or would say it.
    pub old_pointer: String,
    pub new_pointer: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.path.join(" > "))?;
        match (&self.old, &self.new) {
            (Some(old), Some(new)) => write!(f, "{old} became {new}"),
            (Some(old), None) => write!(f, "only in the first: {old}"),
            (None, Some(new)) => write!(f, "only in the second: {new}"),
            (None, None) => f.write_str("different"),
        }
    }
}

/// Every difference, in the order of names.
pub(super) fn compare(old: &Facts, new: &Facts) -> Vec<Difference> {
    let mut comparer = Comparer {
        old,
        new,
        compared: BTreeSet::new(),
        unequal: RefCell::default(),
        fuel: Cell::new(FUEL),
        depth: Cell::new(0),
        waiting: VecDeque::new(),
        path: Vec::new(),
        differences: Vec::new(),
    };
    comparer.places(&old.root, &new.root);
    comparer.work_off();
    comparer.unused_schemas();
    comparer.work_off();
    comparer.differences.sort_by(|a, b| a.path.cmp(&b.path));
    comparer.differences
}

type Pair = (String, String);

struct Comparer<'f> {
    old: &'f Facts,
    new: &'f Facts,
    /// Pairs of shared schemas that have been compared, or are being compared.
    compared: BTreeSet<Pair>,
    /// Pairs of shared schemas known to differ.
    unequal: RefCell<BTreeSet<Pair>>,
    fuel: Cell<usize>,
    depth: Cell<usize>,
    /// Pairs of shared schemas still to be compared, with the names that led to them. They wait here instead of being
    /// compared at once, because a chain of them can be longer than the stack is.
    waiting: VecDeque<(Vec<String>, &'f Place, &'f Place)>,
    path: Vec<String>,
    differences: Vec<Difference>,
}

impl<'f> Comparer<'f> {
    fn places(&mut self, a: &'f Place, b: &'f Place) {
        let (x, y) = (resolve(self.old, a), resolve(self.new, b));
        if is_shared(a) || is_shared(b) {
            if self.compared.insert((x.pointer.clone(), y.pointer.clone())) {
                self.waiting.push_back((shortened(&self.path), x, y));
            }
            return;
        }
        self.facts(x, y);
    }

    fn work_off(&mut self) {
        while let Some((path, x, y)) = self.waiting.pop_front() {
            self.path = path;
            self.facts(x, y);
        }
        self.path.clear();
    }

    fn facts(&mut self, x: &'f Place, y: &'f Place) {
        match (&x.fact, &y.fact) {
            (Fact::Map(old), Fact::Map(new)) => self.maps(x, y, old, new),
            (Fact::List(old), Fact::List(new)) => {
                let pairs = old.len().max(new.len());
                let pairs = (0..pairs).map(|index| (index, old.get(index), new.get(index)));
                for (index, a, b) in pairs {
                    self.within(format!("number {}", index + 1), |this| {
                        this.either(x, y, a, b)
                    });
                }
            }
            (Fact::Set(old), Fact::Set(new)) => self.sets(x, y, old, new),
            (Fact::Value(old), Fact::Value(new)) if same(old, new) => {}
            _ => self.report(x, y, Some(x), Some(y)),
        }
    }

    fn maps(
        &mut self,
        x: &'f Place,
        y: &'f Place,
        old: &'f BTreeMap<String, Place>,
        new: &'f BTreeMap<String, Place>,
    ) {
        let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for name in names {
            self.within(name.clone(), |this| {
                this.either(x, y, old.get(name), new.get(name))
            });
        }
    }

    fn sets(&mut self, x: &'f Place, y: &'f Place, old: &'f [Place], new: &'f [Place]) {
        let mut left: Vec<&Place> = new.iter().collect();
        let mut alone = Vec::new();
        for (index, item) in old.iter().enumerate() {
            // Most lists have the same order after all.
            let near = new
                .get(index)
                .and_then(|n| left.iter().position(|l| std::ptr::eq(*l, n)));
            let found = near
                .filter(|at| self.equal(item, left[*at]))
                .or_else(|| left.iter().position(|other| self.equal(item, other)));
            match found {
                Some(at) => drop(left.remove(at)),
                None => alone.push(item),
            }
        }
        // Where schemas of the same name remain, the difference lies within them.
        alone.retain(|item| {
            let Some(at) = left
                .iter()
                .position(|other| reference(item).is_some_and(|r| reference(other) == Some(r)))
            else {
                return true;
            };
            let other = left.remove(at);
            self.places(item, other);
            false
        });
        if let ([a], [b]) = (alone.as_slice(), left.as_slice()) {
            return self.places(a, b);
        }
        for item in alone {
            self.report(x, y, Some(item), None);
        }
        for item in left {
            self.report(x, y, None, Some(item));
        }
    }

    fn either(&mut self, x: &'f Place, y: &'f Place, a: Option<&'f Place>, b: Option<&'f Place>) {
        match (a, b) {
            (Some(a), Some(b)) => self.places(a, b),
            (a, b) => self.report(x, y, a, b),
        }
    }

    /// Component schemas that no operation led to are compared by their names.
    fn unused_schemas(&mut self) {
        let unused = |facts: &'f Facts, seen: BTreeSet<String>| {
            facts
                .named
                .iter()
                .filter_map(|(name, pointer)| Some((name, facts.shared.get(pointer)?)))
                .filter(|(_, place)| !seen.contains(&place.pointer))
                .collect::<BTreeMap<&String, &Place>>()
        };
        let old = unused(self.old, reached(self.old));
        let new = unused(self.new, reached(self.new));
        for (name, a) in &old {
            let b = self
                .new
                .named
                .get(*name)
                .and_then(|pointer| self.new.shared.get(pointer));
            self.component(name, Some(a), b);
        }
        for (name, b) in &new {
            if !old.contains_key(name) {
                let a = self
                    .old
                    .named
                    .get(*name)
                    .and_then(|pointer| self.old.shared.get(pointer));
                // One that only this side factored out, and uses in nothing but unused ones, is no fact.
                if a.is_some()
                    || !self
                        .compared
                        .iter()
                        .any(|(_, pointer)| *pointer == b.pointer)
                {
                    self.component(name, a, Some(b));
                }
            }
        }
    }

    fn component(&mut self, name: &str, a: Option<&'f Place>, b: Option<&'f Place>) {
        let (x, y) = (&self.old.root, &self.new.root);
        if let (Some(a), Some(b)) = (a, b)
            && !self.compared.insert((a.pointer.clone(), b.pointer.clone()))
        {
            return;
        }
        self.within(format!("unused schema {name}"), |this| {
            this.either(x, y, a, b)
        });
    }

    fn within(&mut self, name: String, compare: impl FnOnce(&mut Self)) {
        self.path.push(name);
        compare(self);
        self.path.pop();
    }

    fn report(&mut self, x: &Place, y: &Place, a: Option<&Place>, b: Option<&Place>) {
        self.differences.push(Difference {
            path: self.path.clone(),
            old: a.map(shown),
            new: b.map(shown),
            old_pointer: a.unwrap_or(x).pointer.clone(),
            new_pointer: b.unwrap_or(y).pointer.clone(),
        });
    }

    /// Whether two places state the same, without reporting anything.
    fn equal(&self, a: &Place, b: &Place) -> bool {
        self.assume_equal(a, b, &mut Vec::new())
    }

    fn assume_equal(&self, a: &Place, b: &Place, assumed: &mut Vec<Pair>) -> bool {
        let Some(fuel) = self.fuel.get().checked_sub(1) else {
            return false;
        };
        self.fuel.set(fuel);
        let (x, y) = (resolve(self.old, a), resolve(self.new, b));
        if !is_shared(a) && !is_shared(b) {
            return self.facts_equal(x, y, assumed);
        }
        let pair = (x.pointer.clone(), y.pointer.clone());
        if assumed.contains(&pair) {
            return true;
        }
        if self.unequal.borrow().contains(&pair) {
            return false;
        }
        let depth = self.depth.get();
        if depth > MAX_DEPTH {
            return false;
        }
        let before = assumed.len();
        assumed.push(pair.clone());
        self.depth.set(depth + 1);
        let equal = self.facts_equal(x, y, assumed);
        self.depth.set(depth);
        if !equal {
            // What was assumed on the way rests on this pair being equal.
            assumed.truncate(before);
            // Unequal although so much was assumed equal: that holds for good, unless only the fuel gave out.
            if self.fuel.get() > 0 {
                self.unequal.borrow_mut().insert(pair);
            }
        }
        equal
    }

    fn facts_equal(&self, x: &Place, y: &Place, assumed: &mut Vec<Pair>) -> bool {
        match (&x.fact, &y.fact) {
            (Fact::Value(old), Fact::Value(new)) => same(old, new),
            (Fact::Map(old), Fact::Map(new)) => {
                old.len() == new.len()
                    && old
                        .iter()
                        .zip(new)
                        .all(|((a, x), (b, y))| a == b && self.assume_equal(x, y, assumed))
            }
            (Fact::List(old), Fact::List(new)) => {
                old.len() == new.len()
                    && old
                        .iter()
                        .zip(new)
                        .all(|(x, y)| self.assume_equal(x, y, assumed))
            }
            (Fact::Set(old), Fact::Set(new)) => {
                let mut left: Vec<&Place> = new.iter().collect();
                old.len() == new.len()
                    && old.iter().all(|item| {
                        let found = left
                            .iter()
                            .position(|other| self.assume_equal(item, other, assumed));
                        found.map(|at| left.remove(at)).is_some()
                    })
            }
            _ => false,
        }
    }
}

/// The shared schema a place stands for.
fn resolve<'f>(facts: &'f Facts, place: &'f Place) -> &'f Place {
    let mut place = place;
    for _ in 0..100 {
        match &place.fact {
            Fact::Shared(pointer) => match facts.shared.get(pointer) {
                Some(next) => place = next,
                None => break,
            },
            _ => break,
        }
    }
    place
}

fn is_shared(place: &Place) -> bool {
    matches!(place.fact, Fact::Shared(_))
}

/// The names that led somewhere, without those in the middle when there are too many to read.
fn shortened(path: &[String]) -> Vec<String> {
    const ENDS: usize = 12;
    if path.len() <= 3 * ENDS {
        return path.to_vec();
    }
    let (first, last) = (&path[..ENDS], &path[path.len() - ENDS..]);
    [first, &["…".to_owned()], last].concat()
}

fn reference(place: &Place) -> Option<&str> {
    match &place.fact {
        Fact::Shared(pointer) => Some(pointer),
        _ => None,
    }
}

/// The JSON Pointers of all shared schemas that the root leads to.
fn reached(facts: &Facts) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut waiting = vec![&facts.root];
    while let Some(place) = waiting.pop() {
        match &place.fact {
            Fact::Value(_) => {}
            Fact::Map(map) => waiting.extend(map.values()),
            Fact::List(list) | Fact::Set(list) => waiting.extend(list),
            Fact::Shared(pointer) => {
                if seen.insert(pointer.clone()) {
                    waiting.extend(facts.shared.get(pointer));
                }
            }
        }
    }
    seen
}

/// JSON equality, where `1` and `1.0` are the same number.
fn same(old: &Value, new: &Value) -> bool {
    match (old, new) {
        (Value::Number(a), Value::Number(b)) => {
            a == b || (a.is_f64() != b.is_f64() && a.as_f64() == b.as_f64())
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(name, a)| b.get(name).is_some_and(|b| same(a, b)))
        }
        _ => old == new,
    }
}

/// A fact in a few words.
fn shown(place: &Place) -> String {
    const LONGEST: usize = 60;
    match &place.fact {
        Fact::Value(value) => {
            let text = value.to_string();
            match text.char_indices().nth(LONGEST) {
                Some((end, _)) => format!("{}…", &text[..end]),
                None => text,
            }
        }
        Fact::Map(map) => {
            let names: Vec<&str> = map.keys().take(4).map(String::as_str).collect();
            let more = if map.len() > names.len() { ", …" } else { "" };
            format!("{{{}{more}}}", names.join(", "))
        }
        Fact::List(items) | Fact::Set(items) => {
            let texts: Vec<String> = items.iter().take(4).map(shown).collect();
            let more = if items.len() > texts.len() {
                ", …"
            } else {
                ""
            };
            format!("[{}{more}]", texts.join(", "))
        }
        Fact::Shared(pointer) => pointer.rsplit('/').next().unwrap_or_default().to_owned(),
    }
}
