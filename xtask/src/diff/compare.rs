//! Comparison of two trees of facts.
//!
//! Schemas may be recursive, so a pair of shared schemas under comparison counts as equal. The outer comparison
//! reports any difference between them, once.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;

use serde_json::Value;

use super::facts::{Fact, Facts, LocatedFact};

/// Maximum number of comparisons for matching the items of unordered lists.
///
/// After that, items count as different, and lists are compared in order.
const FUEL: usize = 1_000_000;

/// Maximum nesting depth of shared schemas. Deeper pairs count as different without being compared.
const MAX_DEPTH: usize = 300;

/// Difference between two documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Names on the path to the fact, such as operation, parameter, schema and keyword.
    pub path: Vec<String>,
    /// Value in the first document, or `None` if it is missing.
    pub old: Option<String>,
    pub new: Option<String>,
    /// JSON Pointer of the fact in the first document, or of its parent if it is missing.
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

/// Returns all differences, sorted by path.
pub(super) fn compare(old: &Facts, new: &Facts) -> Vec<Difference> {
    let mut comparer = Comparer {
        old,
        new,
        compared: BTreeSet::new(),
        unequal: RefCell::default(),
        fuel: Cell::new(FUEL),
        depth: Cell::new(0),
        pending: VecDeque::new(),
        path: Vec::new(),
        differences: Vec::new(),
    };
    comparer.compare_nodes(&old.root, &new.root);
    comparer.process_pending();
    comparer.unused_schemas();
    comparer.process_pending();
    comparer.differences.sort_by(|a, b| a.path.cmp(&b.path));
    comparer.differences
}

type Pair = (String, String);

struct Comparer<'f> {
    old: &'f Facts,
    new: &'f Facts,
    /// Pairs of shared schemas that have been or are being compared.
    compared: BTreeSet<Pair>,
    /// Pairs of shared schemas known to differ.
    unequal: RefCell<BTreeSet<Pair>>,
    fuel: Cell<usize>,
    depth: Cell<usize>,
    /// Queue of shared schemas to compare, with their paths.
    ///
    /// A queue instead of recursion, because long chains of schemas would overflow the stack.
    pending: VecDeque<(Vec<String>, &'f LocatedFact, &'f LocatedFact)>,
    path: Vec<String>,
    differences: Vec<Difference>,
}

impl<'f> Comparer<'f> {
    fn compare_nodes(&mut self, a: &'f LocatedFact, b: &'f LocatedFact) {
        let (x, y) = (resolve(self.old, a), resolve(self.new, b));
        if is_shared(a) || is_shared(b) {
            if self.compared.insert((x.pointer.clone(), y.pointer.clone())) {
                self.pending.push_back((shortened(&self.path), x, y));
            }
            return;
        }
        self.facts(x, y);
    }

    fn process_pending(&mut self) {
        while let Some((path, x, y)) = self.pending.pop_front() {
            self.path = path;
            self.facts(x, y);
        }
        self.path.clear();
    }

    fn facts(&mut self, x: &'f LocatedFact, y: &'f LocatedFact) {
        match (&x.fact, &y.fact) {
            (Fact::Map(old), Fact::Map(new)) => self.maps(x, y, old, new),
            (Fact::List(old), Fact::List(new)) => {
                let pairs = old.len().max(new.len());
                let pairs = (0..pairs).map(|index| (index, old.get(index), new.get(index)));
                for (index, a, b) in pairs {
                    self.within(format!("number {}", index + 1), |this| {
                        this.compare_optional(x, y, a, b)
                    });
                }
            }
            (Fact::Set(old), Fact::Set(new)) => self.sets(x, y, old, new),
            (Fact::Value(old), Fact::Value(new)) if json_equal(old, new) => {}
            // A reference that resolves to itself.
            (Fact::Shared(old), Fact::Shared(new)) if old == new => {}
            _ => self.report(x, y, Some(x), Some(y)),
        }
    }

    fn maps(
        &mut self,
        x: &'f LocatedFact,
        y: &'f LocatedFact,
        old: &'f BTreeMap<String, LocatedFact>,
        new: &'f BTreeMap<String, LocatedFact>,
    ) {
        let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for name in names {
            self.within(name.clone(), |this| {
                this.compare_optional(x, y, old.get(name), new.get(name))
            });
        }
    }

    fn sets(
        &mut self,
        x: &'f LocatedFact,
        y: &'f LocatedFact,
        old: &'f [LocatedFact],
        new: &'f [LocatedFact],
    ) {
        let mut remaining: Vec<&LocatedFact> = new.iter().collect();
        let mut unmatched = Vec::new();
        for (index, item) in old.iter().enumerate() {
            // Tries the item at the same index first, because most lists have the same order.
            let near = new
                .get(index)
                .and_then(|n| remaining.iter().position(|l| std::ptr::eq(*l, n)));
            let found = near
                .filter(|at| self.equal(item, remaining[*at]))
                .or_else(|| remaining.iter().position(|other| self.equal(item, other)));
            match found {
                Some(at) => drop(remaining.remove(at)),
                None => unmatched.push(item),
            }
        }
        // Unmatched schemas with the same name are compared to report the difference within them.
        unmatched.retain(|item| {
            let Some(at) = remaining
                .iter()
                .position(|other| reference(item).is_some_and(|r| reference(other) == Some(r)))
            else {
                return true;
            };
            let other = remaining.remove(at);
            self.compare_nodes(item, other);
            false
        });
        if let ([a], [b]) = (unmatched.as_slice(), remaining.as_slice()) {
            return self.compare_nodes(a, b);
        }
        for item in unmatched {
            self.report(x, y, Some(item), None);
        }
        for item in remaining {
            self.report(x, y, None, Some(item));
        }
    }

    fn compare_optional(
        &mut self,
        x: &'f LocatedFact,
        y: &'f LocatedFact,
        a: Option<&'f LocatedFact>,
        b: Option<&'f LocatedFact>,
    ) {
        match (a, b) {
            (Some(a), Some(b)) => self.compare_nodes(a, b),
            (a, b) => self.report(x, y, a, b),
        }
    }

    /// Compares component schemas that no operation uses, by name.
    fn unused_schemas(&mut self) {
        let unused = |facts: &'f Facts, seen: BTreeSet<String>| {
            facts
                .named
                .iter()
                .filter_map(|(name, pointer)| Some((name, facts.shared.get(pointer)?)))
                .filter(|(_, located)| !seen.contains(&located.pointer))
                .collect::<BTreeMap<&String, &LocatedFact>>()
        };
        let old = unused(self.old, reachable(self.old));
        let new = unused(self.new, reachable(self.new));
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
                // Ignores a schema that only this side factored out, if only unused schemas refer to it.
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

    fn component(&mut self, name: &str, a: Option<&'f LocatedFact>, b: Option<&'f LocatedFact>) {
        let (x, y) = (&self.old.root, &self.new.root);
        if let (Some(a), Some(b)) = (a, b)
            && !self.compared.insert((a.pointer.clone(), b.pointer.clone()))
        {
            return;
        }
        self.within(format!("unused schema {name}"), |this| {
            this.compare_optional(x, y, a, b)
        });
    }

    fn within(&mut self, name: String, compare: impl FnOnce(&mut Self)) {
        self.path.push(name);
        compare(self);
        self.path.pop();
    }

    fn report(
        &mut self,
        x: &LocatedFact,
        y: &LocatedFact,
        a: Option<&LocatedFact>,
        b: Option<&LocatedFact>,
    ) {
        self.differences.push(Difference {
            path: self.path.clone(),
            old: a.map(summary),
            new: b.map(summary),
            old_pointer: a.unwrap_or(x).pointer.clone(),
            new_pointer: b.unwrap_or(y).pointer.clone(),
        });
    }

    /// Returns `true` if two facts are equal. Reports nothing.
    fn equal(&self, a: &LocatedFact, b: &LocatedFact) -> bool {
        self.assume_equal(a, b, &mut Vec::new())
    }

    fn assume_equal(&self, a: &LocatedFact, b: &LocatedFact, assumed: &mut Vec<Pair>) -> bool {
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
            // Assumptions made on the way depend on this pair being equal.
            assumed.truncate(before);
            // Unequal even under these assumptions is final, unless the fuel ran out.
            if self.fuel.get() > 0 {
                self.unequal.borrow_mut().insert(pair);
            }
        }
        equal
    }

    fn facts_equal(&self, x: &LocatedFact, y: &LocatedFact, assumed: &mut Vec<Pair>) -> bool {
        match (&x.fact, &y.fact) {
            (Fact::Value(old), Fact::Value(new)) => json_equal(old, new),
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
                let mut remaining: Vec<&LocatedFact> = new.iter().collect();
                old.len() == new.len()
                    && old.iter().all(|item| {
                        let found = remaining
                            .iter()
                            .position(|other| self.assume_equal(item, other, assumed));
                        found.map(|at| remaining.remove(at)).is_some()
                    })
            }
            _ => false,
        }
    }
}

/// Follows references to shared schemas.
fn resolve<'f>(facts: &'f Facts, mut located: &'f LocatedFact) -> &'f LocatedFact {
    for _ in 0..100 {
        match &located.fact {
            Fact::Shared(pointer) => match facts.shared.get(pointer) {
                Some(next) => located = next,
                None => break,
            },
            _ => break,
        }
    }
    located
}

fn is_shared(located: &LocatedFact) -> bool {
    matches!(located.fact, Fact::Shared(_))
}

/// Shortens a long path by omitting the names in the middle.
fn shortened(path: &[String]) -> Vec<String> {
    const ENDS: usize = 12;
    if path.len() <= 3 * ENDS {
        return path.to_vec();
    }
    let (first, last) = (&path[..ENDS], &path[path.len() - ENDS..]);
    [first, &["…".to_owned()], last].concat()
}

fn reference(located: &LocatedFact) -> Option<&str> {
    match &located.fact {
        Fact::Shared(pointer) => Some(pointer),
        _ => None,
    }
}

/// Returns the JSON Pointers of all shared schemas reachable from the root.
fn reachable(facts: &Facts) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut pending = vec![&facts.root];
    while let Some(located) = pending.pop() {
        match &located.fact {
            Fact::Value(_) => {}
            Fact::Map(map) => pending.extend(map.values()),
            Fact::List(list) | Fact::Set(list) => pending.extend(list),
            Fact::Shared(pointer) => {
                if seen.insert(pointer.clone()) {
                    pending.extend(facts.shared.get(pointer));
                }
            }
        }
    }
    seen
}

/// Returns `true` if two JSON values are equal. `1` and `1.0` are equal.
pub(super) fn json_equal(old: &Value, new: &Value) -> bool {
    match (old, new) {
        (Value::Number(a), Value::Number(b)) => {
            a == b || (a.is_f64() != b.is_f64() && a.as_f64() == b.as_f64())
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| json_equal(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(name, a)| b.get(name).is_some_and(|b| json_equal(a, b)))
        }
        _ => old == new,
    }
}

/// Returns a short description of a fact.
fn summary(located: &LocatedFact) -> String {
    const MAX_CHARS: usize = 60;
    match &located.fact {
        Fact::Value(value) => {
            let text = value.to_string();
            match text.char_indices().nth(MAX_CHARS) {
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
            let texts: Vec<String> = items.iter().take(4).map(summary).collect();
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
