//! Names in messages: shortening of long names, and suggestions for unknown ones.

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
