//! Corrections of malformed parts, applied after the check of the whole document.

use serde_json::Value;

/// Correction of a malformed part of the document.
pub(super) enum Fix {
    /// Removes the property at this pointer.
    Remove(String),
    /// Replaces the value at this pointer.
    Replace(String, Value),
}

impl Fix {
    /// Returns the fix for the part of the document that is at a pointer.
    pub(super) fn within(self, part: &str) -> Self {
        let inner = |pointer: String| {
            let inner = pointer.strip_prefix(part).map(str::to_owned);
            inner.unwrap_or(pointer)
        };
        match self {
            Self::Remove(pointer) => Self::Remove(inner(pointer)),
            Self::Replace(pointer, value) => Self::Replace(inner(pointer), value),
        }
    }

    pub(super) fn apply(self, document: &mut Value) {
        match self {
            Self::Remove(pointer) => {
                let Some((holder, token)) = pointer.rsplit_once('/') else {
                    return;
                };
                let token = token.replace("~1", "/").replace("~0", "~");
                if let Some(map) = document.pointer_mut(holder).and_then(Value::as_object_mut) {
                    map.shift_remove(&token);
                }
            }
            Self::Replace(pointer, value) => {
                if let Some(target) = document.pointer_mut(&pointer) {
                    *target = value;
                }
            }
        }
    }
}
