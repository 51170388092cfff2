//! Redaction of secrets that a response echoes, in the forms in which services repeat them.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::values::secret::SecretString;

const REDACTED: &str = "[redacted]";

/// Minimum length of a secret whose encoded forms are searched, and of the beginning of a secret.
///
/// Shorter ones would match unrelated text.
const MIN_LENGTH: usize = 6;

/// Characters that percent-encoding changes.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Returns the text with the secrets redacted: as they are, percent-encoded, escaped for JSON and in Base64.
pub(crate) fn hide(text: &str, secrets: &[SecretString]) -> String {
    let mut hidden = text.to_owned();
    for form in forms(secrets) {
        if hidden.contains(&form) {
            hidden = hidden.replace(&form, REDACTED);
        }
    }
    hidden
}

/// Like [`hide`], but also redacts the beginning of a secret at the end of the text, where a limit may have cut it.
pub(super) fn hide_in_body(text: &str, secrets: &[SecretString]) -> String {
    let mut hidden = hide(text, secrets);
    let cut = forms(secrets)
        .filter_map(|form| {
            let ends = form.char_indices().map(|(at, _)| at);
            ends.filter(|end| *end >= MIN_LENGTH)
                .filter(|end| hidden.ends_with(&form[..*end]))
                .max()
        })
        .max();
    if let Some(length) = cut {
        hidden.truncate(hidden.len() - length);
        hidden.push_str(REDACTED);
    }
    hidden
}

/// Returns all forms of the secrets. A longer secret comes first, because it may contain a shorter one.
pub(super) fn forms(secrets: &[SecretString]) -> impl Iterator<Item = String> {
    let mut secrets: Vec<&str> = secrets.iter().map(SecretString::expose).collect();
    secrets.retain(|secret| !secret.trim().is_empty());
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    secrets.dedup();
    let owned: Vec<String> = secrets.into_iter().flat_map(forms_of).collect();
    owned.into_iter()
}

fn forms_of(secret: &str) -> Vec<String> {
    let mut forms = vec![secret.to_owned()];
    if secret.len() < MIN_LENGTH {
        return forms;
    }
    let percent = utf8_percent_encode(secret, RESERVED).to_string();
    // Hexadecimal digits of both cases are usual, and a form encodes a space as a plus.
    forms.extend([
        lowercase_hex(&percent),
        percent.replace("%20", "+"),
        percent,
    ]);
    let escaped = serde_json::Value::from(secret).to_string();
    forms.push(escaped[1..escaped.len() - 1].to_owned());
    for before in 0..3 {
        forms.extend(base64_after(secret, before));
    }
    forms.dedup();
    forms
}

/// Lowers the two digits after each percent sign.
fn lowercase_hex(percent: &str) -> String {
    let mut digits = 0;
    let lower = |it: char| {
        let is_digit = digits > 0;
        digits = match it {
            '%' => 2,
            _ => i32::max(digits - 1, 0),
        };
        if is_digit {
            it.to_ascii_lowercase()
        } else {
            it
        }
    };
    percent.chars().map(lower).collect()
}

/// Returns the characters of Base64 that only depend on the secret if `before` bytes precede it, modulo three.
///
/// With `user:password` in Basic authentication, the password begins at any offset.
fn base64_after(secret: &str, before: usize) -> [String; 2] {
    let mut bytes = vec![0; before];
    bytes.extend_from_slice(secret.as_bytes());
    let from = (before * 8).div_ceil(6);
    let to = bytes.len() * 8 / 6;
    [
        STANDARD_NO_PAD.encode(&bytes),
        URL_SAFE_NO_PAD.encode(&bytes),
    ]
    .map(|encoded| encoded[from..to].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(values: &[&str]) -> Vec<SecretString> {
        values.iter().map(|it| SecretString::from(*it)).collect()
    }

    #[test]
    fn hides_every_form_of_a_secret() {
        const SECRET: &str = "pa ss/w\"ör+d=?";
        let secrets = secrets(&[SECRET]);
        for echoed in [
            SECRET.to_owned(),
            "pa%20ss%2Fw%22%C3%B6r%2Bd%3D%3F".to_owned(),
            "pa%20ss%2fw%22%c3%b6r%2bd%3d%3f".to_owned(),
            "pa+ss%2Fw%22%C3%B6r%2Bd%3D%3F".to_owned(),
            r#"pa ss/w\"ör+d=?"#.to_owned(),
            STANDARD_NO_PAD.encode(SECRET),
            URL_SAFE_NO_PAD.encode(SECRET),
        ] {
            let hidden = hide(&format!("before {echoed} after"), &secrets);
            let rest = hidden.replace(REDACTED, "");
            // Of Base64, a last character that also depends on what follows may remain.
            assert!(rest.len() <= "before  after".len() + 1, "{hidden}");
        }
        for user in ["a:", "ab:", "abc:"] {
            let encoded = STANDARD_NO_PAD.encode(format!("{user}{SECRET}"));
            assert!(hide(&encoded, &secrets).contains(REDACTED), "{encoded}");
        }
    }

    #[test]
    fn hides_a_secret_that_a_limit_cut() {
        let secrets = secrets(&["marked-secret"]);
        assert_eq!(
            hide_in_body("the key marked-sec", &secrets),
            "the key [redacted]"
        );
        assert_eq!(
            hide_in_body("the key marked-secret", &secrets),
            "the key [redacted]"
        );
        assert_eq!(hide_in_body("a mark", &secrets), "a mark");
    }

    #[test]
    fn hides_the_longer_of_two_secrets_completely() {
        let secrets = secrets(&["secret", "secret-of-the-app"]);
        assert_eq!(hide("secret-of-the-app", &secrets), REDACTED);
    }
}
