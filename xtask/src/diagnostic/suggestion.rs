//! Names in messages: shortened to a readable length, and the known name nearest to an unknown one.

/// The start of a text, for messages.
pub fn shorten(text: &str) -> String {
    const SHOWN: usize = 80;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The candidate that was probably meant: at most a third of its letters differ.
pub fn nearest(
    text: &str,
    candidates: impl IntoIterator<Item = impl AsRef<str>>,
) -> Option<String> {
    // Beyond this length a slip of the pen is not told from another name any more, and the distance costs the product of the lengths.
    const LONGEST_NAME: usize = 128;
    if text.len() > LONGEST_NAME {
        return None;
    }
    let lower = text.to_lowercase();
    candidates
        .into_iter()
        .filter(|candidate| candidate.as_ref().len() <= LONGEST_NAME)
        .filter_map(|candidate| {
            let distance = distance(&lower, &candidate.as_ref().to_lowercase());
            let allowed = candidate.as_ref().chars().count().max(3) / 3;
            (distance <= allowed).then(|| (distance, candidate.as_ref().to_owned()))
        })
        .min()
        .map(|(_, candidate)| candidate)
}

/// Help that names the candidate that was probably meant.
pub fn did_you_mean(
    text: &str,
    candidates: impl IntoIterator<Item = impl AsRef<str>>,
) -> Option<String> {
    nearest(text, candidates).map(|name| format!("did you mean `{name}`?"))
}

/// The Levenshtein distance in characters.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, l) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, r) in right.iter().enumerate() {
            let substituted = diagonal + usize::from(l != *r);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[right.len()]
}
