//! Similarity of names, to distinguish renamed parts from removed and added ones.

use std::collections::BTreeSet;

use crate::diagnostic::suggestion::nearest;
use crate::names::{folded, snake_text};

/// Returns `true` if two names differ in spelling only, in few letters, or share most of their words.
pub(super) fn is_similar(a: &str, b: &str) -> bool {
    // One letter makes another name of a short one.
    const SHORTEST: usize = 4;
    let is_long = a.len().min(b.len()) >= SHORTEST;
    if folded(a) == folded(b) || is_long && nearest(a, [b]).is_some() {
        return true;
    }
    let (a, b) = (snake_text(a), snake_text(b));
    let words = |text: &str| {
        text.split('_')
            .map(str::to_owned)
            .collect::<BTreeSet<String>>()
    };
    let (a, b) = (words(&a), words(&b));
    2 * a.intersection(&b).count() >= a.len().max(b.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn similar_names_share_letters_or_words() {
        for (a, b) in [
            ("userId", "user_id"),
            ("colour", "color"),
            ("name", "full_name"),
            ("connected_account", "account_connected"),
        ] {
            assert!(is_similar(a, b), "{a} {b}");
        }
        for (a, b) in [("id", "name"), ("created_at", "environment"), ("a", "z")] {
            assert!(!is_similar(a, b), "{a} {b}");
        }
    }
}
