//! Names of tests in tables, and a check that they exist.

/// A test, by its file and function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedTest<T = &'static str> {
    /// Path from the root of the repository.
    pub file: T,
    pub function: T,
}

impl<T: AsRef<str>> NamedTest<T> {
    /// Returns `true` if the file has a test function of that name.
    pub fn exists(&self) -> bool {
        let path = crate::repository().join(self.file.as_ref());
        let Ok(code) = std::fs::read_to_string(path) else {
            return false;
        };
        let head = format!("fn {}(", self.function.as_ref());
        let Some((before, _)) = code.split_once(&head) else {
            return false;
        };
        // The attributes are between the end of the previous item and the function.
        let attributes = before.rsplit('}').next().unwrap_or_default();
        attributes.contains("#[test]") || attributes.contains("#[tokio::test")
    }
}

#[cfg(test)]
mod tests {
    use super::NamedTest;

    #[test]
    fn finds_an_existing_test() {
        let of = |function| NamedTest {
            file: "tests/src/named.rs",
            function,
        };
        assert!(of("finds_an_existing_test").exists());
        assert!(!of("exists").exists());
        assert!(!of("no_test_at_all").exists());
        let elsewhere = NamedTest {
            file: "tests/src/nowhere.rs",
            function: "finds_an_existing_test",
        };
        assert!(!elsewhere.exists());
    }
}
