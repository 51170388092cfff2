//! Newtypes for strings: ids, tokens, versions.
//!
//! Decoding and conversions accept any string, so that an id in a new format does not fail the response that
//! contains it. Only `parse()` checks the rules of the API description.

use std::fmt;
use std::sync::OnceLock;

use regress::Regex;

/// Rules for a string in an API description: pattern and length.
#[derive(Debug)]
pub struct Rules {
    pattern: Option<&'static str>,
    compiled: OnceLock<Option<Regex>>,
    min: usize,
    max: usize,
}

impl Rules {
    /// Creates rules that accept every string.
    pub const fn new() -> Self {
        Self {
            pattern: None,
            compiled: OnceLock::new(),
            min: 0,
            max: usize::MAX,
        }
    }

    /// Sets the regular expression that must match, in the dialect of JSON Schema.
    #[must_use]
    pub const fn pattern(mut self, pattern: &'static str) -> Self {
        self.pattern = Some(pattern);
        self
    }

    /// Sets the minimum number of characters.
    #[must_use]
    pub const fn min(mut self, min: usize) -> Self {
        self.min = min;
        self
    }

    /// Sets the maximum number of characters.
    #[must_use]
    pub const fn max(mut self, max: usize) -> Self {
        self.max = max;
        self
    }

    /// Checks a string against the rules. The error does not contain the string, which may be a secret.
    pub fn check(&self, value: &str) -> Result<(), InvalidValue> {
        let length = value.chars().count();
        if length < self.min {
            return Err(InvalidValue(Reason::Shorter(self.min)));
        }
        if length > self.max {
            return Err(InvalidValue(Reason::Longer(self.max)));
        }
        let Some(pattern) = self.pattern else {
            return Ok(());
        };
        // The generator has already compiled every pattern. One that does not compile here is ignored.
        let compiled = self.compiled.get_or_init(|| Regex::new(pattern).ok());
        match compiled {
            Some(regex) if regex.find(value).is_none() => {
                Err(InvalidValue(Reason::Pattern(pattern)))
            }
            _ => Ok(()),
        }
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self::new()
    }
}

/// The error for a string that violates the rules of the API description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidValue(Reason);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Reason {
    Shorter(usize),
    Longer(usize),
    Pattern(&'static str),
    Unlisted(&'static [&'static str]),
    NotAnObject,
}

impl InvalidValue {
    /// Creates the error for a value that is not one of the listed ones.
    #[doc(hidden)]
    pub fn none_of(listed: &'static [&'static str]) -> Self {
        Self(Reason::Unlisted(listed))
    }

    /// Creates the error for a string that does not contain a JSON object.
    pub(crate) fn not_an_object() -> Self {
        Self(Reason::NotAnObject)
    }
}

impl fmt::Display for InvalidValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Reason::Shorter(min) => write!(f, "it has fewer than {min} characters"),
            Reason::Longer(max) => write!(f, "it has more than {max} characters"),
            Reason::Pattern(pattern) => write!(f, "it does not match the pattern `{pattern}`"),
            Reason::Unlisted(listed) => write!(f, "it is not one of `{}`", listed.join("`, `")),
            Reason::NotAnObject => {
                f.write_str(r#"it is not a JSON object of the form `{"field":"value"}`"#)
            }
        }
    }
}

impl std::error::Error for InvalidValue {}

/// Implements a string newtype, for `struct Name(String);`.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_string_newtype {
    ($name:ident, $rules:expr $(,)?) => {
        $crate::__string_newtype_base!($name, $rules);

        impl $name {
            /// Returns the string.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(&self.0)
            }
        }

        impl ::std::convert::AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl ::std::cmp::PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.0 == other
            }
        }

        impl ::std::cmp::PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.0 == *other
            }
        }

        impl $name {
            /// Returns the string.
            ///
            /// There is no `From` for `String`, so that an ID of one kind is not passed as an ID of another kind.
            pub fn into_string(self) -> ::std::string::String {
                self.0
            }
        }
    };
}

/// Implements the conversion of a string newtype from another one whose values are values of it too.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_string_conversion {
    ($to:ident, $from:ident $(,)?) => {
        $crate::__string_conversion!($to, $from, as_str);
    };
}

/// Implements the conversion of a secret string newtype from another one whose values are values of it too.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_secret_conversion {
    ($to:ident, $from:ident $(,)?) => {
        $crate::__string_conversion!($to, $from, expose);
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __string_conversion {
    ($to:ident, $from:ident, $read:ident) => {
        impl ::std::convert::From<$from> for $to {
            fn from(value: $from) -> Self {
                Self::new(value.0)
            }
        }

        impl ::std::convert::From<&$from> for $to {
            fn from(value: &$from) -> Self {
                Self::new(value.$read())
            }
        }
    };
}

/// Implements a string newtype whose value is secret, for `struct Name(String);`.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_secret_newtype {
    ($name:ident, $rules:expr $(,)?) => {
        $crate::__string_newtype_base!($name, $rules);

        impl $name {
            /// Returns the secret. The name makes its uses easy to find.
            pub fn expose(&self) -> &str {
                &self.0
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_tuple(stringify!($name))
                    .field(&$crate::Redacted)
                    .finish()
            }
        }

        impl ::std::convert::From<$name> for $crate::SecretString {
            fn from(value: $name) -> Self {
                Self::from(value.0)
            }
        }

        impl ::std::convert::From<&$name> for $crate::SecretString {
            fn from(value: &$name) -> Self {
                Self::from(value.expose())
            }
        }

        impl ::std::convert::From<$crate::SecretString> for $name {
            fn from(value: $crate::SecretString) -> Self {
                Self::new(value.expose())
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __string_newtype_base {
    ($name:ident, $rules:expr) => {
        impl $name {
            /// Creates a value from any string. To check it, use `parse()`.
            pub fn new(value: impl ::std::convert::Into<::std::string::String>) -> Self {
                Self(value.into())
            }
        }

        impl ::std::convert::From<&str> for $name {
            fn from(value: &str) -> Self {
                Self(value.to_owned())
            }
        }

        impl ::std::convert::From<::std::string::String> for $name {
            fn from(value: ::std::string::String) -> Self {
                Self(value)
            }
        }

        impl ::std::convert::From<&::std::string::String> for $name {
            fn from(value: &::std::string::String) -> Self {
                Self(value.clone())
            }
        }

        impl ::std::convert::From<&$name> for $name {
            fn from(value: &$name) -> Self {
                Self(value.0.clone())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::InvalidValue;

            fn from_str(value: &str) -> ::std::result::Result<Self, $crate::InvalidValue> {
                static RULES: $crate::Rules = $rules;
                RULES.check(value)?;
                ::std::result::Result::Ok(Self(value.to_owned()))
            }
        }

        impl $crate::__private::serde::Serialize for $name {
            fn serialize<S: $crate::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> $crate::__private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                <::std::string::String as $crate::__private::serde::Deserialize>::deserialize(
                    deserializer,
                )
                .map(Self)
            }
        }
    };
}

#[cfg(test)]
#[allow(dead_code, unreachable_pub)] // The macros generate items for other crates.
mod tests {
    use super::*;

    #[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
    struct Id(String);
    crate::impl_string_newtype!(Id, Rules::new().pattern("^id_[a-z]+$").max(6));

    #[derive(Clone, Eq, Hash, PartialEq)]
    struct Token(String);
    crate::impl_secret_newtype!(Token, Rules::new().min(3));

    #[test]
    fn decoding_accepts_any_string_and_parsing_checks_the_rules() {
        let id: Id = serde_json::from_str("\"brand new format\"").unwrap();
        assert_eq!(id, "brand new format");
        assert_eq!(serde_json::to_string(&id).unwrap(), "\"brand new format\"");
        assert_eq!("id_a".parse::<Id>(), Ok(Id::from("id_a")));
        let error = "x".parse::<Id>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "it does not match the pattern `^id_[a-z]+$`"
        );
        let error = "id_abcdef".parse::<Id>().unwrap_err();
        assert_eq!(error.to_string(), "it has more than 6 characters");
    }

    #[test]
    fn converts_from_strings_and_references() {
        let id = Id::from("id_a");
        for converted in [
            Id::from(&id),
            Id::from("id_a".to_owned()),
            Id::from(&"id_a".to_owned()),
        ] {
            assert_eq!(converted, id);
        }
    }

    #[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
    struct AnyId(String);
    crate::impl_string_newtype!(AnyId, Rules::new());
    crate::impl_string_conversion!(AnyId, Id);

    #[test]
    fn converts_to_a_wider_id_and_to_a_secret_and_back() {
        fn any(id: impl Into<AnyId>) -> String {
            id.into().into_string()
        }
        let id = Id::from("id_a");
        assert_eq!(any(&id), "id_a");
        assert_eq!(any(id), "id_a");
        let token = Token::new("hunter2");
        assert_eq!(crate::SecretString::from(&token).expose(), "hunter2");
        let secret = crate::SecretString::from(token);
        assert_eq!(Token::from(secret).expose(), "hunter2");
    }

    #[test]
    fn a_secret_is_not_printed() {
        let token = Token::new("hunter2");
        assert_eq!(format!("{token:?}"), "Token([redacted])");
        assert_eq!(token.expose(), "hunter2");
        let Err(error) = "hu".parse::<Token>() else {
            panic!("it is too short");
        };
        assert_eq!(error.to_string(), "it has fewer than 3 characters");
    }
}
