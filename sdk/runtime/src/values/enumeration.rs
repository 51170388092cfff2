//! String enumerations: closed ones, and open ones that also hold unlisted values.

use std::fmt;

/// An enum value that the API description does not list.
///
/// Only decoding creates one, so it never holds a listed value.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct UnlistedValue(Box<str>);

impl UnlistedValue {
    #[doc(hidden)]
    pub fn new(value: String) -> Self {
        Self(value.into())
    }

    /// Returns the value as it was received.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UnlistedValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Implements an open enumeration: decoding accepts any string, parsing only listed values.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_open_enum {
    ($name:ident { $($variant:ident = $value:literal),* $(,)? } else $unknown:ident) => {
        $crate::__enum_base!($name { $($variant = $value),* });

        impl $name {
            /// Returns the value as it is written in JSON.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)*
                    Self::$unknown(value) => value.as_str(),
                }
            }
        }

        impl<'de> $crate::__private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let value =
                    <::std::string::String as $crate::__private::serde::Deserialize>::deserialize(deserializer)?;
                ::std::result::Result::Ok(match value.as_str() {
                    $($value => Self::$variant,)*
                    _ => Self::$unknown($crate::UnlistedValue::new(value)),
                })
            }
        }
    };
}

/// Implements a closed enumeration: decoding and parsing accept only listed values.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_closed_enum {
    ($name:ident { $($variant:ident = $value:literal),* $(,)? }) => {
        $crate::__enum_base!($name { $($variant = $value),* });

        impl $name {
            /// Returns the value as it is written in JSON.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $value,)*
                }
            }
        }

        impl<'de> $crate::__private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let value =
                    <::std::borrow::Cow<'de, str> as $crate::__private::serde::Deserialize>::deserialize(deserializer)?;
                value.parse().map_err($crate::__private::serde::de::Error::custom)
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __enum_base {
    ($name:ident { $($variant:ident = $value:literal),* }) => {
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

            fn from_str(value: &str) -> ::std::result::Result<Self, $crate::InvalidValue> {
                match value {
                    $($value => ::std::result::Result::Ok(Self::$variant),)*
                    _ => ::std::result::Result::Err($crate::InvalidValue::none_of(&[$($value),*])),
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
#[allow(dead_code, unreachable_pub)] // The macros generate items for other crates.
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
    fn an_open_enumeration_keeps_an_unlisted_value() {
        let value: Open = serde_json::from_str("\"new\"").unwrap();
        assert_eq!(value.as_str(), "new");
        assert_eq!(serde_json::to_string(&value).unwrap(), "\"new\"");
        assert_eq!(serde_json::from_str::<Open>("\"a\"").unwrap(), Open::A);
        assert_eq!("a".parse(), Ok(Open::A));
        let error = "new".parse::<Open>().unwrap_err();
        assert_eq!(error.to_string(), "it is not one of `a`");
    }

    #[test]
    fn a_closed_enumeration_rejects_an_unlisted_value() {
        assert_eq!(serde_json::from_str::<Closed>("\"b\"").unwrap(), Closed::B);
        assert_eq!(Closed::A.to_string(), "a");
        let error = serde_json::from_str::<Closed>("\"c\"").unwrap_err();
        assert!(
            error.to_string().contains("it is not one of `a`, `b`"),
            "{error}"
        );
    }
}
