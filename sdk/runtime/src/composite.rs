//! What unions and wrappers have in common, for the code that is generated.

/// Implements decoding of a union by the value of its discriminator.
///
/// Several variants may have the same value: they are tried in order. What none of them can decode is kept as it came.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_tagged_union {
    ($name:ident by $property:literal { $($tag:literal => $($variant:ident)|+),* $(,)? } else $unknown:ident) => {
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
                    _ => {}
                }
                ::std::result::Result::Ok(Self::$unknown(value))
            }
        }
    };
}

/// Implements the conversions into a union of different types.
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

/// Implements the conversions from and to what a wrapper holds.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_wrapper {
    ($name:ident($ty:ty)) => {
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

    #[derive(Clone, Debug, PartialEq, Serialize)]
    #[serde(untagged)]
    enum Pet {
        Cat(Cat),
        Lion(Lion),
        Unknown(Value),
    }
    crate::impl_tagged_union!(Pet by "type" { "cat" => Cat | Lion, "lion" => Lion } else Unknown);
    crate::impl_from_variants!(Pet { Cat(Cat), Lion(Lion) });

    #[derive(Clone, Debug, PartialEq)]
    struct Names(Vec<String>);
    crate::impl_wrapper!(Names(Vec<String>));

    fn decode(value: Value) -> Pet {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn the_first_candidate_of_a_tag_that_decodes_is_taken() {
        assert!(matches!(
            decode(json!({ "type": "cat", "lives": 9 })),
            Pet::Cat(_)
        ));
        assert!(matches!(decode(json!({ "type": "cat" })), Pet::Lion(_)));
        assert!(matches!(decode(json!({ "type": "lion" })), Pet::Lion(_)));
    }

    #[test]
    fn what_no_candidate_decodes_is_kept_and_goes_back_unchanged() {
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
    fn a_wrapper_converts_both_ways() {
        let names = Names::from(vec!["a".to_owned()]);
        assert_eq!(names.len(), 1);
        assert_eq!(Vec::from(names), ["a"]);
    }
}
