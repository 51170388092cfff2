//! Enumerations of texts: closed ones, and open ones that also hold what their description does not list.

use std::fmt;

/// A value that an API description does not list.
///
/// Only decoding makes one, so that a listed value never hides in it.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct UnlistedValue(Box<str>);

impl UnlistedValue {
    #[doc(hidden)]
    pub fn new(text: String) -> Self {
        Self(text.into())
    }

    /// The value as it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UnlistedValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Implements what an open enumeration has: it decodes any text, and parses only listed ones.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_open_enum {
    ($name:ident { $($variant:ident = $text:literal),* $(,)? } else $unknown:ident) => {
        $crate::__enum_base!($name { $($variant = $text),* });

        impl $name {
            /// The value as it stands in JSON.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::$unknown(text) => text.as_str(),
                }
            }
        }

        impl<'de> $crate::__private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let text =
                    <::std::string::String as $crate::__private::serde::Deserialize>::deserialize(deserializer)?;
                ::std::result::Result::Ok(match text.as_str() {
                    $($text => Self::$variant,)*
                    _ => Self::$unknown($crate::UnlistedValue::new(text)),
                })
            }
        }
    };
}

/// Implements what a closed enumeration has.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_closed_enum {
    ($name:ident { $($variant:ident = $text:literal),* $(,)? }) => {
        $crate::__enum_base!($name { $($variant = $text),* });

        impl $name {
            /// The value as it stands in JSON.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }

        impl<'de> $crate::__private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let text =
                    <::std::borrow::Cow<'de, str> as $crate::__private::serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err($crate::__private::serde::de::Error::custom)
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __enum_base {
    ($name:ident { $($variant:ident = $text:literal),* }) => {
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::std::convert::AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::InvalidValue;

            fn from_str(text: &str) -> ::std::result::Result<Self, Self::Err> {
                match text {
                    $($text => ::std::result::Result::Ok(Self::$variant),)*
                    _ => ::std::result::Result::Err($crate::InvalidValue::none_of(&[$($text),*])),
                }
            }
        }

        impl $crate::__private::serde::Serialize for $name {
            fn serialize<S: $crate::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

#[cfg(test)]
#[allow(dead_code, unreachable_pub)] // The macros write for the crates that use them.
mod tests {
    #[derive(Clone, Debug, Eq, PartialEq)]
    enum Open {
        A,
        Unknown(crate::UnlistedValue),
    }
    crate::impl_open_enum!(Open { A = "a" } else Unknown);

    #[derive(Clone, Copy, Debug, Eq, PartialEq)]
    enum Closed {
        A,
        B,
    }
    crate::impl_closed_enum!(Closed { A = "a", B = "b" });

    #[test]
    fn an_open_enumeration_keeps_what_is_not_listed() {
        let value: Open = serde_json::from_str("\"new\"").unwrap();
        assert_eq!(value.as_str(), "new");
        assert_eq!(serde_json::to_string(&value).unwrap(), "\"new\"");
        assert_eq!(serde_json::from_str::<Open>("\"a\"").unwrap(), Open::A);
        assert_eq!("a".parse(), Ok(Open::A));
        let error = "new".parse::<Open>().unwrap_err();
        assert_eq!(error.to_string(), "it is none of `a`");
    }

    #[test]
    fn a_closed_enumeration_decodes_only_what_is_listed() {
        assert_eq!(serde_json::from_str::<Closed>("\"b\"").unwrap(), Closed::B);
        assert_eq!(Closed::A.to_string(), "a");
        let error = serde_json::from_str::<Closed>("\"c\"").unwrap_err();
        assert!(
            error.to_string().contains("it is none of `a`, `b`"),
            "{error}"
        );
    }
}
