//! Names in messages: shortening of long names, and suggestions for unknown ones.

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
