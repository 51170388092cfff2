//! Macros that implement unions and wrappers in generated code.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

/// Implements decoding of a union by the value of its discriminator.
///
/// Variants with the same value are tried in order. If the property is absent, the one that has most of the object's
/// properties is chosen among the variants in which it is optional. JSON that no variant can decode is kept unchanged.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_tagged_union {
    ($name:ident by $property:literal { $($tag:literal => $($variant:ident)|+),* $(,)? } or [$($bare:ident $([$($own:literal),*])?),*] else $unknown:ident) => {
        impl<'de> $crate::__private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let value =
                    <$crate::__private::serde_json::Value as $crate::__private::serde::Deserialize>::deserialize(
                        deserializer,
                    )?;
                let tag = value.get($property).and_then($crate::__private::tag);
                match tag.as_deref() {
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
                        #[allow(unused_mut)] // There may be no such variant.
                        let mut best = $crate::__private::BestVariant::new(&value);
                        $(best.offer(&[$($($own),*)?], &[], Self::$bare);)*
                        if let ::std::option::Option::Some(best) = best.finish() {
                            return ::std::result::Result::Ok(best);
                        }
                    }
                }
                ::std::result::Result::Ok(Self::$unknown(value))
            }
        }
    };
}

/// Implements decoding of a union whose objects can fit several variants, with the properties of each variant.
///
/// The variant that has most of the object's properties is chosen, the first one of several. JSON that no variant can
/// decode is kept unchanged, as well as an object whose properties are spread over several variants.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_overlapping_union {
    ($name:ident { $($variant:ident [$($property:literal),*] $(if $($constant:literal = $json:literal),+)?),* $(,)? } else $unknown:ident) => {
        impl<'de> $crate::__private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let value =
                    <$crate::__private::serde_json::Value as $crate::__private::serde::Deserialize>::deserialize(
                        deserializer,
                    )?;
                let mut best = $crate::__private::BestVariant::new(&value);
                $(best.offer(&[$($property),*], &[$($(($constant, $json)),+)?], Self::$variant);)*
                let best = best.finish();
                ::std::result::Result::Ok(best.unwrap_or(Self::$unknown(value)))
            }
        }
    };
}

/// Choice of the variant of a union by the properties of an object.
#[derive(Debug)]
pub struct BestVariant<'v, T> {
    value: &'v Value,
    /// Variant that has most of the object's properties, and their number.
    best: Option<(T, usize)>,
    /// Properties of the object that any of the variants has.
    known: BTreeSet<&'v str>,
}

impl<'v, T> BestVariant<'v, T> {
    /// Starts the choice.
    pub fn new(value: &'v Value) -> Self {
        Self {
            value,
            best: None,
            known: BTreeSet::new(),
        }
    }

    /// Decodes a variant with these properties and constants, and keeps it if it has more of the object's properties
    /// than the best one so far. A property that is null does not count.
    pub fn offer<V: Deserialize<'v>>(
        &mut self,
        properties: &[&str],
        constants: &[(&str, &str)],
        variant: fn(V) -> T,
    ) {
        let mut constants = constants.iter();
        if !constants
            .all(|(name, json)| self.value.get(name).is_none_or(|it| is_constant(it, json)))
        {
            return;
        }
        let Ok(inner) = V::deserialize(self.value) else {
            return;
        };
        let members = self.value.as_object().into_iter().flatten();
        let own = members
            .filter(|(name, value)| !value.is_null() && properties.contains(&name.as_str()))
            .map(|(name, _)| name.as_str());
        let own: BTreeSet<&str> = own.collect();
        if self.best.as_ref().is_none_or(|(_, most)| own.len() > *most) {
            self.best = Some((variant(inner), own.len()));
        }
        self.known.extend(own);
    }

    /// Returns the best variant, unless it lacks a property that another variant has.
    pub fn finish(self) -> Option<T> {
        let (best, most) = self.best?;
        (most == self.known.len()).then_some(best)
    }
}

/// Returns `true` if a value is this number or boolean. `1.0` is `1`.
fn is_constant(value: &Value, json: &str) -> bool {
    match value {
        Value::Bool(it) => json.parse() == Ok(*it),
        _ => value.as_f64().is_some_and(|it| json.parse() == Ok(it)),
    }
}

/// Returns the value of a discriminator as text.
pub fn tag(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Number(_) | Value::Bool(_) => Some(Cow::Owned(value.to_string())),
        _ => None,
    }
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

    #[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
    struct Mail {
        mail: Option<String>,
    }

    #[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
    struct Phone {
        phone: Option<String>,
        prefix: Option<u8>,
    }

    #[derive(Clone, Debug, PartialEq, Serialize)]
    #[serde(untagged)]
    enum Contact {
        Mail(Mail),
        Phone(Box<Phone>),
        Text(String),
        Unknown(Value),
    }
    crate::impl_overlapping_union!(Contact { Mail ["mail"], Phone ["phone", "prefix"], Text [] } else Unknown);

    #[test]
    fn the_variant_with_most_properties_is_decoded() {
        let decode = |value: Value| serde_json::from_value::<Contact>(value).unwrap();
        let phone = |phone: &str| Phone {
            phone: Some(phone.to_owned()),
            prefix: None,
        };
        let value = json!({ "phone": "1", "later": true, "mail": null });
        assert_eq!(decode(value), Contact::Phone(Box::new(phone("1"))));
        let mail = Mail { mail: None };
        assert_eq!(decode(json!({})), Contact::Mail(mail));
        assert_eq!(decode(json!("a")), Contact::Text("a".to_owned()));
        // Another type, and properties of two variants.
        for value in [
            json!({ "mail": 1, "prefix": 300 }),
            json!({ "mail": "a", "phone": "1" }),
        ] {
            assert_eq!(decode(value.clone()), Contact::Unknown(value));
        }
    }

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
