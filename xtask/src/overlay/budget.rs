//! Limits on the work of overlays. Work is counted, not timed, so the result is the same on every machine.

use serde_json::Value;

/// Work allowed in every run, in visited values. One takes about 50 ns in an optimized build.
const BASE_WORK: u64 = 20_000_000;

/// Additional work for each value of the documents: larger documents have more values to correct.
const WORK_PER_VALUE: u64 = 100;

/// Number of values that overlays may add, in addition to the values of the documents. Limits `copy` actions, each
/// of which can double a document.
const ADDED_VALUES: u64 = 250_000;
/// Number of bytes of strings that overlays may add, in addition to those of the documents.
const ADDED_BYTES: u64 = 16 * 1024 * 1024;

/// Size of a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Extent {
    pub(super) values: u64,
    /// Bytes of strings, including the keys of maps.
    pub(super) bytes: u64,
    /// Levels of nested lists and maps.
    pub(super) depth: usize,
}

impl Extent {
    /// Measures a value.
    pub(super) fn of(value: &Value) -> Self {
        let mut extent = Self {
            values: 1,
            ..Self::default()
        };
        match value {
            Value::Object(map) => {
                extent.depth = 1;
                for (key, value) in map {
                    extent.add_inner(Self::of(value));
                    extent.bytes += key.len() as u64;
                }
            }
            Value::Array(list) => {
                extent.depth = 1;
                list.iter()
                    .for_each(|value| extent.add_inner(Self::of(value)));
            }
            Value::String(text) => extent.bytes = text.len() as u64,
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
        extent
    }

    fn add_inner(&mut self, inner: Self) {
        self.values += inner.values;
        self.bytes += inner.bytes;
        self.depth = self.depth.max(inner.depth + 1);
    }
}

/// Remaining budget of the overlays of a run.
#[derive(Debug)]
pub struct Budget {
    work: u64,
    values: u64,
    bytes: u64,
}

impl Budget {
    /// Creates the budget for these documents, which include the overlays.
    pub fn new<'d>(documents: impl IntoIterator<Item = &'d Value>) -> Self {
        let total =
            documents
                .into_iter()
                .map(Extent::of)
                .fold(Extent::default(), |total, extent| Extent {
                    values: total.values + extent.values,
                    bytes: total.bytes + extent.bytes,
                    depth: 0,
                });
        Self {
            work: BASE_WORK.saturating_add(total.values.saturating_mul(WORK_PER_VALUE)),
            values: ADDED_VALUES + total.values,
            bytes: ADDED_BYTES + total.bytes,
        }
    }

    /// Creates a budget with this amount of work.
    #[cfg(test)]
    pub(super) fn of_work(work: u64) -> Self {
        Self {
            work,
            ..Self::new([])
        }
    }

    /// Deducts work.
    pub(super) fn work(&mut self, units: u64) -> Result<(), String> {
        match self.work.checked_sub(units) {
            Some(left) => {
                self.work = left;
                Ok(())
            }
            None => {
                self.work = 0;
                Err("the overlays of this run exceed the limit on work".to_owned())
            }
        }
    }

    /// Deducts a value that is written `times` times.
    pub(super) fn add(&mut self, extent: Extent, times: usize) -> Result<(), String> {
        let times = times as u64;
        let left = |budget: u64, each: u64| budget.checked_sub(each.saturating_mul(times));
        match (
            left(self.values, extent.values),
            left(self.bytes, extent.bytes),
        ) {
            (Some(values), Some(bytes)) => {
                (self.values, self.bytes) = (values, bytes);
                // Writing a value takes about four times as long as visiting it.
                self.work(extent.values.saturating_mul(times).saturating_mul(4))
            }
            _ => Err(
                "the overlays of this run exceed the limit on added values or strings".to_owned(),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn extent_counts_values_bytes_and_levels() {
        let extent = Extent::of(&json!({"ab": [1, "xyz", {}], "c": null}));
        assert_eq!(
            extent,
            Extent {
                values: 6,
                bytes: 6,
                depth: 3
            }
        );
        assert_eq!(Extent::of(&json!([])).depth, 1);
        assert_eq!(Extent::of(&json!(1)).depth, 0);
    }

    #[test]
    fn budget_is_exhausted_at_its_limits() {
        let mut budget = Budget::new([&json!([1, 2])]);
        assert!(budget.work(BASE_WORK).is_ok());
        assert!(budget.work(4 * WORK_PER_VALUE).is_err());
        assert!(budget.work(1).is_err());
        let mut budget = Budget::new([]);
        let extent = Extent::of(&json!(["x".repeat(1024)]));
        assert!(budget.add(extent, 10_000).is_ok());
        assert!(budget.add(extent, 10_000).is_err());
    }
}
