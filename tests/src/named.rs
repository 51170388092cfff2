//! Tests that a table names, and whether there are such.

/// A test, by its file and its function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedTest<T = &'static str> {
    /// From the root of the repository.
    pub file: T,
    pub function: T,
}

impl<T: AsRef<str>> NamedTest<T> {
    /// Whether the file has a function of that name that is marked as a test.
    pub fn exists(&self) -> bool {
        let path = crate::repository().join(self.file.as_ref());
        let Ok(code) = std::fs::read_to_string(path) else {
            return false;
        };
        let head = format!("fn {}(", self.function.as_ref());
        let Some((before, _)) = code.split_once(&head) else {
            return false;
        };
        // The attributes stand between the end of the item before and the function.
        let attributes = before.rsplit('}').next().unwrap_or_default();
        attributes.contains("#[test]") || attributes.contains("#[tokio::test")
    }
}

#[cfg(test)]
mod tests {
    use super::NamedTest;

    #[test]
    fn a_test_exists_and_another_does_not() {
        let of = |function| NamedTest {
            file: "tests/src/named.rs",
            function,
        };
        assert!(of("a_test_exists_and_another_does_not").exists());
        assert!(!of("exists").exists());
        assert!(!of("no_test_at_all").exists());
        let elsewhere = NamedTest {
            file: "tests/src/nowhere.rs",
            function: "a_test_exists_and_another_does_not",
        };
        assert!(!elsewhere.exists());
    }
}
