//! A map with string keys that keeps its entries in insertion order.
//!
//! Requests are sent in the order of the caller, and responses are returned in the order of the server.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// A map with string keys that keeps its entries in insertion order.
///
/// Two maps with the same entries are equal, independent of their order.
///
/// ```
/// use pipedream_sdk_runtime::OrderedMap;
///
/// let mut map = OrderedMap::from([("text", 1), ("channel", 2)]);
/// map.insert("account", 3);
/// assert_eq!(serde_json::to_string(&map)?, r#"{"text":1,"channel":2,"account":3}"#);
/// assert_eq!(map.get("channel"), Some(&2));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
#[must_use]
pub struct OrderedMap<V>(IndexMap<String, V>);

impl<V> OrderedMap<V> {
    /// Creates an empty map.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the value of the entry with this name.
    pub fn get(&self, name: &str) -> Option<&V> {
        self.0.get(name)
    }

    /// Returns a mutable reference to the value of the entry with this name.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut V> {
        self.0.get_mut(name)
    }

    /// Returns `true` if there is an entry with this name.
    pub fn contains_key(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Inserts an entry and returns the previous value of this name.
    ///
    /// A new name is added at the end. An existing name keeps its position.
    pub fn insert(&mut self, name: impl Into<String>, value: V) -> Option<V> {
        self.0.insert(name.into(), value)
    }

    /// Removes an entry and returns its value. The order of the others does not change.
    pub fn remove(&mut self, name: &str) -> Option<V> {
        self.0.shift_remove(name)
    }

    /// Returns the number of entries.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns `true` if the map has no entries.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns an iterator over the entries, in order.
    pub fn iter(&self) -> Iter<'_, V> {
        Iter(self.0.iter())
    }

    /// Returns an iterator over the names, in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Returns an iterator over the values, in the order of the entries.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.0.values()
    }
}

impl<V> Default for OrderedMap<V> {
    fn default() -> Self {
        Self(IndexMap::new())
    }
}

impl<V: fmt::Debug> fmt::Debug for OrderedMap<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<N: Into<String>, V> FromIterator<(N, V)> for OrderedMap<V> {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(entries: I) -> Self {
        let mut map = Self::new();
        map.extend(entries);
        map
    }
}

impl<N: Into<String>, V> Extend<(N, V)> for OrderedMap<V> {
    fn extend<I: IntoIterator<Item = (N, V)>>(&mut self, entries: I) {
        let entries = entries.into_iter();
        self.0
            .extend(entries.map(|(name, value)| (name.into(), value)));
    }
}

impl<N: Into<String>, V, const COUNT: usize> From<[(N, V); COUNT]> for OrderedMap<V> {
    fn from(entries: [(N, V); COUNT]) -> Self {
        Self::from_iter(entries)
    }
}

impl<V> From<BTreeMap<String, V>> for OrderedMap<V> {
    fn from(map: BTreeMap<String, V>) -> Self {
        Self::from_iter(map)
    }
}

/// Sorts the entries by name, because a hash map has no order.
impl<V, S> From<HashMap<String, V, S>> for OrderedMap<V> {
    fn from(map: HashMap<String, V, S>) -> Self {
        Self::from(map.into_iter().collect::<BTreeMap<_, _>>())
    }
}

impl<V> IntoIterator for OrderedMap<V> {
    type Item = (String, V);
    type IntoIter = IntoIter<V>;

    fn into_iter(self) -> IntoIter<V> {
        IntoIter(self.0.into_iter())
    }
}

impl<'a, V> IntoIterator for &'a OrderedMap<V> {
    type Item = (&'a str, &'a V);
    type IntoIter = Iter<'a, V>;

    fn into_iter(self) -> Iter<'a, V> {
        self.iter()
    }
}

/// Borrowing iterator over the entries of an [`OrderedMap`].
#[derive(Clone, Debug)]
pub struct Iter<'a, V>(indexmap::map::Iter<'a, String, V>);

impl<'a, V> Iterator for Iter<'a, V> {
    type Item = (&'a str, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(name, value)| (name.as_str(), value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<V> ExactSizeIterator for Iter<'_, V> {}

/// Owning iterator over the entries of an [`OrderedMap`].
#[derive(Debug)]
pub struct IntoIter<V>(indexmap::map::IntoIter<String, V>);

impl<V> Iterator for IntoIter<V> {
    type Item = (String, V);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<V> ExactSizeIterator for IntoIter<V> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_entries_in_insertion_order() {
        let json = r#"{"z":1,"a":2,"m":3}"#;
        let mut map: OrderedMap<i64> = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&map).unwrap(), json);
        assert_eq!(map.keys().collect::<Vec<_>>(), ["z", "a", "m"]);

        assert_eq!(map.insert("a", 4), Some(2));
        assert_eq!(map.remove("z"), Some(1));
        map.insert("b", 5);
        let entries: Vec<_> = map.iter().collect();
        assert_eq!(entries, [("a", &4), ("m", &3), ("b", &5)]);
        assert_eq!(format!("{map:?}"), r#"{"a": 4, "m": 3, "b": 5}"#);
    }

    #[test]
    fn maps_with_the_same_entries_are_equal() {
        let map = OrderedMap::from([("a", 1), ("b", 2)]);
        assert_eq!(map, OrderedMap::from([("b", 2), ("a", 1)]));
        assert_ne!(map, OrderedMap::from([("a", 1)]));
        let hashed = HashMap::from([("b".to_owned(), 2), ("a".to_owned(), 1)]);
        assert_eq!(
            OrderedMap::from(hashed).keys().collect::<Vec<_>>(),
            ["a", "b"]
        );
    }
}
