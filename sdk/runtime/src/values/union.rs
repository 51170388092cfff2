//! Macros that implement unions and wrappers in generated code.

/// Implements decoding of a union by the value of its discriminator.
///
/// Variants with the same value are tried in order. If the property is absent, the variants in which it is optional
/// are tried. JSON that no variant can decode is kept unchanged.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_tagged_union {
    ($name:ident by $property:literal { $($tag:literal => $($variant:ident)|+),* $(,)? } or [$($bare:ident),*] else $unknown:ident) => {
        impl<'de> $crate::__private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let value =
                    <$crate::__private::serde_json::Value as $crate::__private::serde::Deserialize>::deserialize(
                        deserializer,
                    )?;
                let tag = value.get($property).and_then($crate::__private::serde_json::Value::as_str);
                match tag {
                    $(::std::option::Option::Some($tag) => {
                        $(
                            if let ::std::result::Result::Ok(inner) =
                                $crate::__private::serde::Deserialize::deserialize(&value)
                            {
                                return ::std::result::Result::Ok(Self::$variant(inner));
                            }
                        )+
                    })*
                    ::std::option::Option::Some(_) => {}
                    ::std::option::Option::None => {
                        $(
                            if let ::std::result::Result::Ok(inner) =
                                $crate::__private::serde::Deserialize::deserialize(&value)
                            {
                                return ::std::result::Result::Ok(Self::$bare(inner));
                            }
                        )*
                    }
                }
                ::std::result::Result::Ok(Self::$unknown(value))
            }
        }
    };
}

/// Implements `Debug` for a union whose unknown JSON may contain a secret.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_union_debug {
    ($name:ident { $($variant:ident),* $(,)? } else $unknown:ident) => {
        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                let (variant, inner): (&str, &dyn ::std::fmt::Debug) = match self {
                    $(Self::$variant(inner) => (stringify!($variant), inner),)*
                    Self::$unknown(_) => (stringify!($unknown), &$crate::Redacted),
                };
                f.debug_tuple(variant).field(inner).finish()
            }
        }
    };
}

/// Implements decoding of a union by the status of a response. With another status, the variants are tried in order.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_from_status {
    ($name:ident { $($status:pat => $variant:ident),* $(,)? }) => {
        impl $crate::FromStatus for $name {
            fn from_status(
                status: u16,
                body: &[u8],
            ) -> ::std::result::Result<Self, $crate::__private::serde_json::Error> {
                match status {
                    $($status => $crate::__private::serde_json::from_slice(body).map(Self::$variant),)*
                    #[allow(unreachable_patterns)] // The statuses may be a range.
                    _ => $crate::__private::serde_json::from_slice(body),
                }
            }
        }
    };
}

/// Implements the conversions of the variant types into a union.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_from_variants {
    ($name:ident { $($variant:ident($ty:ty)),* $(,)? }) => {
        $(
            impl ::std::convert::From<$ty> for $name {
                fn from(value: $ty) -> Self {
                    Self::$variant(value)
                }
            }
        )*
    };
}

/// Implements the conversions between a wrapper and its inner type.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_wrapper {
    ($name:ident($ty:ty) $(,)?) => {
        impl ::std::ops::Deref for $name {
            type Target = $ty;

            fn deref(&self) -> &$ty {
                &self.0
            }
        }

        impl ::std::convert::From<$ty> for $name {
            fn from(value: $ty) -> Self {
                Self(value)
            }
        }

        impl ::std::convert::From<$name> for $ty {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    };
}

#[cfg(test)]
#[allow(dead_code, unreachable_pub)] // The macros generate items for other crates.
mod tests {
    use serde::{Deserialize, Serialize};
    use serde_json::{Value, json};

    #[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
    struct Cat {
        r#type: String,
        lives: u8,
    }

    #[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
    struct Lion {
        r#type: String,
    }

    #[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
    struct Stray {
        r#type: Option<String>,
        found: String,
    }

    #[derive(Clone, PartialEq, Serialize)]
    #[serde(untagged)]
    enum Pet {
        Cat(Cat),
        Lion(Lion),
        Stray(Stray),
        Unknown(Value),
    }
    crate::impl_tagged_union!(Pet by "type" { "cat" => Cat | Lion, "lion" => Lion } or [Stray] else Unknown);
    crate::impl_union_debug!(Pet { Cat, Lion, Stray } else Unknown);
    crate::impl_from_variants!(Pet { Cat(Cat), Lion(Lion) });

    #[derive(Clone, Debug, PartialEq)]
    struct Names(Vec<String>);
    crate::impl_wrapper!(Names(Vec<String>));

    fn decode(value: Value) -> Pet {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn decodes_the_first_matching_variant_of_a_tag() {
        assert!(matches!(
            decode(json!({ "type": "cat", "lives": 9 })),
            Pet::Cat(_)
        ));
        assert!(matches!(decode(json!({ "type": "cat" })), Pet::Lion(_)));
        assert!(matches!(decode(json!({ "type": "lion" })), Pet::Lion(_)));
        assert!(matches!(decode(json!({ "found": "here" })), Pet::Stray(_)));
    }

    #[test]
    fn keeps_unknown_json_unchanged() {
        for value in [
            json!({ "type": "dog", "x": [1, null] }),
            json!({}),
            json!("text"),
            json!(null),
        ] {
            let pet = decode(value.clone());
            assert_eq!(pet, Pet::Unknown(value.clone()));
            assert_eq!(serde_json::to_value(pet).unwrap(), value);
        }
    }

    #[test]
    fn unknown_json_is_not_printed() {
        let pet = decode(json!({ "type": "dog", "chip": "hunter2" }));
        assert_eq!(format!("{pet:?}"), "Unknown([redacted])");
        let pet = decode(json!({ "type": "lion" }));
        assert_eq!(format!("{pet:?}"), "Lion(Lion { type: \"lion\" })");
    }

    #[test]
    fn a_wrapper_converts_in_both_directions() {
        let names = Names::from(vec!["a".to_owned()]);
        assert_eq!(names.len(), 1);
        assert_eq!(Vec::from(names), ["a"]);
    }
}
