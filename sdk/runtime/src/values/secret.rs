//! Secrets that `Debug` does not print.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Placeholder for a secret: prints `[redacted]`.
pub struct Redacted;

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl fmt::Display for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// A string that must not be logged. `Debug` prints `[redacted]`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SecretString(Arc<str>);

impl SecretString {
    /// Creates a secret from a string.
    pub fn new(secret: impl AsRef<str>) -> Self {
        Self(Arc::from(secret.as_ref()))
    }

    /// Returns the secret. The name makes its uses easy to find.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Returns `true` if the secret is empty or consists of white space.
    pub fn is_blank(&self) -> bool {
        self.0.trim().is_empty()
    }
}

impl fmt::Debug for SecretString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Redacted.fmt(f)
    }
}

impl From<&str> for SecretString {
    fn from(secret: &str) -> Self {
        Self::new(secret)
    }
}

impl From<String> for SecretString {
    fn from(secret: String) -> Self {
        Self(Arc::from(secret))
    }
}

/// Serializes the plain secret, because requests contain it. The serialized form is a secret too.
impl Serialize for SecretString {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for SecretString {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_redacted_and_exposes_the_secret() {
        let secret = SecretString::from("hunter2");
        assert_eq!(format!("{secret:?}"), "[redacted]");
        assert!(!format!("{:#?}", Some(&secret)).contains("hunter2"));
        assert_eq!(secret.expose(), "hunter2");
    }

    #[test]
    fn serializes_the_plain_secret() {
        let secret: SecretString = serde_json::from_str("\"hunter2\"").unwrap();
        assert_eq!(serde_json::to_string(&secret).unwrap(), "\"hunter2\"");
    }
}
