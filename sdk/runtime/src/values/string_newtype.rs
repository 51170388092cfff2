//! Texts with a type of their own: ids, tokens, versions.
//!
//! They hold whatever text they are given: an id in a new format must not fail the page it stands on. Only `parse()`
//! checks what the API description says of the text.

use std::fmt;
use std::sync::OnceLock;

use regress::Regex;

/// What an API description says of a text.
#[derive(Debug)]
pub struct Rules {
    pattern: Option<&'static str>,
    compiled: OnceLock<Option<Regex>>,
    min: usize,
    max: usize,
}

impl Rules {
    /// Nothing: every text fits.
    pub const fn new() -> Self {
        Self {
            pattern: None,
            compiled: OnceLock::new(),
            min: 0,
            max: usize::MAX,
        }
    }

    /// The regular expression that has to match, in the dialect of JSON Schema.
    #[must_use]
    pub const fn pattern(mut self, pattern: &'static str) -> Self {
        self.pattern = Some(pattern);
        self
    }

    /// The least number of characters.
    #[must_use]
    pub const fn min(mut self, min: usize) -> Self {
        self.min = min;
        self
    }

    /// The greatest number of characters.
    #[must_use]
    pub const fn max(mut self, max: usize) -> Self {
        self.max = max;
        self
    }

    /// Whether a text follows the rules. The error does not repeat the text: it may be a secret.
    pub fn check(&self, text: &str) -> Result<(), InvalidValue> {
        let length = text.chars().count();
        if length < self.min {
            return Err(InvalidValue(Reason::Shorter(self.min)));
        }
        if length > self.max {
            return Err(InvalidValue(Reason::Longer(self.max)));
        }
        let Some(pattern) = self.pattern else {
            return Ok(());
        };
        // The generator has compiled every pattern once; one that does not compile here forbids nothing.
        let compiled = self.compiled.get_or_init(|| Regex::new(pattern).ok());
        match compiled {
            Some(regex) if regex.find(text).is_none() => {
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

/// A text that is not what the API description asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidValue(Reason);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Reason {
    Shorter(usize),
    Longer(usize),
    Pattern(&'static str),
    Page(&'static [&'static str]),
}

impl InvalidValue {
    /// A text that is none of the listed ones.
    #[doc(hidden)]
    pub fn none_of(listed: &'static [&'static str]) -> Self {
        Self(Reason::Page(listed))
    }
}

impl fmt::Display for InvalidValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Reason::Shorter(min) => write!(f, "it has fewer than {min} characters"),
            Reason::Longer(max) => write!(f, "it has more than {max} characters"),
            Reason::Pattern(pattern) => write!(f, "it does not match the pattern `{pattern}`"),
            Reason::Page(listed) => write!(f, "it is none of `{}`", listed.join("`, `")),
        }
    }
}

impl std::error::Error for InvalidValue {}

/// Implements what every text has, for `struct Name(String);`.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_text {
    ($name:ident, $rules:expr $(,)?) => {
        $crate::__text_base!($name, $rules);

        impl $name {
            /// The text.
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

        impl ::std::convert::From<$name> for ::std::string::String {
            fn from(text: $name) -> Self {
                text.0
            }
        }
    };
}

/// Implements what a text that is kept secret has, for `struct Name(String);`.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_secret_text {
    ($name:ident, $rules:expr $(,)?) => {
        $crate::__text_base!($name, $rules);

        impl $name {
            /// The secret itself. The name makes the places where it is taken out easy to find.
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
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __text_base {
    ($name:ident, $rules:expr) => {
        impl $name {
            /// Takes any text; `parse()` is the way that checks it.
            pub fn new(text: impl ::std::convert::Into<::std::string::String>) -> Self {
                Self(text.into())
            }
        }

        impl ::std::convert::From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl ::std::convert::From<::std::string::String> for $name {
            fn from(text: ::std::string::String) -> Self {
                Self(text)
            }
        }

        impl ::std::convert::From<&::std::string::String> for $name {
            fn from(text: &::std::string::String) -> Self {
                Self(text.clone())
            }
        }

        impl ::std::convert::From<&$name> for $name {
            fn from(text: &$name) -> Self {
                Self(text.0.clone())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::InvalidValue;

            fn from_str(text: &str) -> ::std::result::Result<Self, Self::Err> {
                static RULES: $crate::Rules = $rules;
                RULES.check(text)?;
                ::std::result::Result::Ok(Self(text.to_owned()))
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
#[allow(dead_code, unreachable_pub)] // The macros write for the crates that use them.
mod tests {
    use super::*;

    #[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
    struct Id(String);
    crate::impl_text!(Id, Rules::new().pattern("^id_[a-z]+$").max(6));

    #[derive(Clone, Eq, Hash, PartialEq)]
    struct Token(String);
    crate::impl_secret_text!(Token, Rules::new().min(3));

    #[test]
    fn every_text_decodes_and_only_parsing_is_strict() {
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
    fn a_text_is_made_of_what_is_at_hand() {
        let id = Id::from("id_a");
        for made in [
            Id::from(&id),
            Id::from("id_a".to_owned()),
            Id::from(&"id_a".to_owned()),
        ] {
            assert_eq!(made, id);
        }
    }

    #[test]
    fn a_secret_text_prints_nothing_of_itself_and_its_error_neither() {
        let token = Token::new("hunter2");
        assert_eq!(format!("{token:?}"), "Token([redacted])");
        assert_eq!(token.expose(), "hunter2");
        let Err(error) = "hu".parse::<Token>() else {
            panic!("it is too short");
        };
        assert_eq!(error.to_string(), "it has fewer than 3 characters");
    }
}
