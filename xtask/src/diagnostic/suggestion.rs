//! Names in messages: shortening of long names, and suggestions for unknown ones.

use std::collections::BTreeSet;

use heck::ToSnakeCase;
use serde_json::Value;

use super::{child, unescape};

/// Shortens a string for a message, to at most 80 characters and an ellipsis.
pub fn shorten(text: &str) -> String {
    const SHOWN: usize = 80;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Returns the candidate most similar to `text`, if at most a third of its letters differ.
pub fn nearest(
    text: &str,
    candidates: impl IntoIterator<Item = impl AsRef<str>>,
) -> Option<String> {
    // Limits the cost of the distance, which grows with the product of the lengths.
    const LONGEST_NAME: usize = 128;
    if text.len() > LONGEST_NAME {
        return None;
    }
    let lower = text.to_lowercase();
    candidates
        .into_iter()
        .filter(|candidate| candidate.as_ref().len() <= LONGEST_NAME)
        .filter_map(|candidate| {
            // Swapped neighbors are one mistake.
            let distance = strsim::osa_distance(&lower, &candidate.as_ref().to_lowercase());
            let allowed = candidate.as_ref().chars().count().max(3) / 3;
            (distance <= allowed).then(|| (distance, candidate.as_ref().to_owned()))
        })
        .min()
        .map(|(_, candidate)| candidate)
}

/// Returns help that suggests the candidate most similar to `text`.
pub fn did_you_mean(
    text: &str,
    candidates: impl IntoIterator<Item = impl AsRef<str>>,
) -> Option<String> {
    nearest(text, candidates).map(|name| format!("did you mean `{name}`?"))
}

/// Returns help that suggests the candidate most similar to `text`, or else the only one with its words and others.
///
/// The name may be another one on purpose, so nothing but the help may depend on the result.
pub fn suggest(
    text: &str,
    candidates: impl IntoIterator<Item = impl AsRef<str>>,
) -> Option<String> {
    let candidates: Vec<_> = candidates.into_iter().collect();
    did_you_mean(text, &candidates).or_else(|| {
        let name = with_words_of(text, &candidates)?;
        Some(format!("did you mean `{name}`?"))
    })
}

/// Returns the only candidate that has all words of `text`, or whose words `text` has all: `coupon` and `couponCode`.
fn with_words_of(text: &str, candidates: &[impl AsRef<str>]) -> Option<String> {
    /// Shorter words, such as `id`, are in too many names.
    const SHORTEST: usize = 3;
    let words = |name: &str| -> BTreeSet<String> {
        let name = name.to_snake_case();
        name.split('_').map(str::to_owned).collect()
    };
    let wanted = words(text);
    let mut similar = candidates.iter().map(AsRef::as_ref).filter(|name| {
        let words = words(name);
        let has_long = |words: &BTreeSet<String>| words.iter().any(|it| it.len() >= SHORTEST);
        wanted.is_subset(&words) && has_long(&wanted)
            || words.is_subset(&wanted) && has_long(&words)
    });
    let only = similar.next()?;
    similar.next().is_none().then(|| only.to_owned())
}

/// Returns help that suggests the reference most similar to one without a target.
pub fn did_you_mean_reference(document: &Value, reference: &str) -> Option<String> {
    let fragment = reference.strip_prefix('#')?;
    let mut value = document;
    let mut similar = String::new();
    for token in fragment.trim_start_matches('/').split('/') {
        let name = unescape(token);
        let name = match value.get(&name) {
            Some(_) => name,
            None => nearest(&name, value.as_object()?.keys())?,
        };
        similar = child(&similar, &name);
        value = value.get(&name)?;
    }
    (similar != fragment).then(|| format!("did you mean `#{similar}`?"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn suggests_the_only_name_with_the_same_words() {
        let names = ["coupon_code", "petId", "orderId", "tags"];
        for (text, expected) in [
            ("coupon", Some("coupon_code")),
            ("pet_tags", Some("tags")),
            ("workflow-order-id", Some("orderId")),
            // Two candidates, and a word that is too short.
            ("pet_order_id", None),
            ("id", None),
            ("store", None),
        ] {
            let expected = expected.map(|name| format!("did you mean `{name}`?"));
            assert_eq!(suggest(text, names), expected, "{text}");
        }
    }

    #[test]
    fn suggests_a_similar_reference() {
        let document = json!({"components": {"schemas": {"Order": {}, "a/b": {}}}});
        let of = |reference: &str| did_you_mean_reference(&document, reference);
        let order = Some("did you mean `#/components/schemas/Order`?".to_owned());
        for reference in [
            "#/components/schemas/Ordr",
            "#/component/schema/Order",
            "#components/schemas/Order",
        ] {
            assert_eq!(of(reference), order, "{reference}");
        }
        let escaped = "did you mean `#/components/schemas/a~1b`?".to_owned();
        assert_eq!(of("#/components/schemas/a~1bc"), Some(escaped));
        for reference in [
            "#/components/schemas/Invoice",
            "order.yml#/Order",
            "#",
            "#/components/schemas/Order/x",
        ] {
            assert_eq!(of(reference), None, "{reference}");
        }
    }
}
