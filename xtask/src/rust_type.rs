//! Rust types of values, with the details the generator needs.
//!
//! The index of a client reads the types from the client's code and identifies each by its name. Workflows use
//! types of several clients and identify each by its client and name. The parameter `Name` stands for either form.

use proc_macro2::TokenStream;
use quote::quote;

/// A Rust type. `Name` names a type of a generated client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RustType<Name> {
    Bool,
    Integer(Integer),
    /// `Number` of the runtime, a JSON number that preserves its digits.
    Number,
    String,
    /// `SecretString` of the runtime, a string that is redacted in `Debug` and `Display`.
    Secret,
    /// `chrono::DateTime<chrono::Utc>`
    DateTime,
    /// `chrono::naive::NaiveDate`
    Date,
    /// `uuid::Uuid`
    Uuid,
    Ip(IpAddress),
    /// Bytes that are sent unchanged: `bytes::Bytes`, or a type parameter of the method.
    Bytes,
    /// `Multipart` of the runtime, a body of the media type `multipart/form-data`.
    Multipart,
    /// `serde_json::Value`
    Json,
    /// `serde_json::Map<String, Value>`
    JsonMap,
    /// A string newtype.
    Text {
        name: Name,
        secret: bool,
    },
    /// A string newtype that contains a JSON object.
    JsonFields(Name),
    /// An enum of strings. An open enum accepts undeclared values and is not `Copy`.
    Enum {
        name: Name,
        open: bool,
    },
    Struct(Name),
    Union(Name),
    /// A struct with one public field.
    Wrapper(Name, Box<Self>),
    /// A type of the client that is only known to be `Clone` and `Serialize`.
    Opaque(Name),
    /// A type of another crate that is only known to be `Clone` and `Serialize`.
    Foreign(Box<syn::Type>),
    List(Box<Self>),
    /// `OrderedMap<T>` of the runtime.
    Map(Box<Self>),
    Boxed(Box<Self>),
    Option(Box<Self>),
}

/// An integer type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Integer {
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
    NonZeroU8,
    NonZeroU16,
    NonZeroU32,
    NonZeroU64,
}

/// An IP address type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IpAddress {
    Any,
    V4,
    V6,
}

impl Integer {
    /// Returns the type with this name.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "i8" => Self::I8,
            "i16" => Self::I16,
            "i32" => Self::I32,
            "i64" => Self::I64,
            "u8" => Self::U8,
            "u16" => Self::U16,
            "u32" => Self::U32,
            "u64" => Self::U64,
            "NonZeroU8" => Self::NonZeroU8,
            "NonZeroU16" => Self::NonZeroU16,
            "NonZeroU32" => Self::NonZeroU32,
            "NonZeroU64" => Self::NonZeroU64,
            _ => return None,
        })
    }

    /// Returns the path of the type in code.
    pub fn path(self) -> &'static str {
        match self {
            Self::I8 => "i8",
            Self::I16 => "i16",
            Self::I32 => "i32",
            Self::I64 => "i64",
            Self::U8 => "u8",
            Self::U16 => "u16",
            Self::U32 => "u32",
            Self::U64 => "u64",
            Self::NonZeroU8 => "std::num::NonZeroU8",
            Self::NonZeroU16 => "std::num::NonZeroU16",
            Self::NonZeroU32 => "std::num::NonZeroU32",
            Self::NonZeroU64 => "std::num::NonZeroU64",
        }
    }

    /// Returns the path of the type as tokens.
    pub fn tokens(self) -> TokenStream {
        match self {
            Self::I8 => quote!(i8),
            Self::I16 => quote!(i16),
            Self::I32 => quote!(i32),
            Self::I64 => quote!(i64),
            Self::U8 => quote!(u8),
            Self::U16 => quote!(u16),
            Self::U32 => quote!(u32),
            Self::U64 => quote!(u64),
            Self::NonZeroU8 => quote!(std::num::NonZeroU8),
            Self::NonZeroU16 => quote!(std::num::NonZeroU16),
            Self::NonZeroU32 => quote!(std::num::NonZeroU32),
            Self::NonZeroU64 => quote!(std::num::NonZeroU64),
        }
    }

    /// Returns `true` if the type does not contain zero.
    pub fn is_non_zero(self) -> bool {
        matches!(
            self,
            Self::NonZeroU8 | Self::NonZeroU16 | Self::NonZeroU32 | Self::NonZeroU64
        )
    }

    /// Returns `true` if a constant is in the range of the type.
    pub fn holds(self, number: &serde_json::Number) -> bool {
        let (bits, sign) = self.range();
        let value = match (number.as_i64(), number.as_u64()) {
            (Some(value), _) => i128::from(value),
            (None, Some(value)) => i128::from(value),
            (None, None) => return false,
        };
        let (least, most) = match sign {
            Sign::Signed => (-(1_i128 << (bits - 1)), (1_i128 << (bits - 1)) - 1),
            Sign::Unsigned => (i128::from(self.is_non_zero()), (1_i128 << bits) - 1),
        };
        (least..=most).contains(&value)
    }

    /// Returns the number of bits and the signedness.
    fn range(self) -> (u8, Sign) {
        match self {
            Self::I8 => (8, Sign::Signed),
            Self::I16 => (16, Sign::Signed),
            Self::I32 => (32, Sign::Signed),
            Self::I64 => (64, Sign::Signed),
            Self::U8 | Self::NonZeroU8 => (8, Sign::Unsigned),
            Self::U16 | Self::NonZeroU16 => (16, Sign::Unsigned),
            Self::U32 | Self::NonZeroU32 => (32, Sign::Unsigned),
            Self::U64 | Self::NonZeroU64 => (64, Sign::Unsigned),
        }
    }

    /// Returns `true` if `other` implements `From` this type.
    pub fn widens_to(self, other: Self) -> bool {
        let ((small, from), (large, to)) = (self.range(), other.range());
        !self.is_non_zero()
            && !other.is_non_zero()
            && small < large
            && (to == Sign::Signed || from == Sign::Unsigned)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Signed,
    Unsigned,
}

impl<Name> RustType<Name> {
    /// Returns the type without its outer `Option`s.
    pub fn inner(&self) -> &Self {
        match self {
            Self::Option(inner) => inner.inner(),
            other => other,
        }
    }

    /// Wraps the type in an `Option`, unless it already is one.
    #[must_use]
    pub fn optional(self) -> Self {
        match self {
            Self::Option(_) => self,
            other => Self::Option(Box::new(other)),
        }
    }

    /// Returns `true` for an `Option`.
    pub fn is_optional(&self) -> bool {
        matches!(self, Self::Option(_))
    }

    /// Returns the number of outer `Option`s. A second one distinguishes null from an absent value.
    pub fn options(&self) -> usize {
        match self {
            Self::Option(inner) => 1 + inner.options(),
            _ => 0,
        }
    }

    /// Returns `true` if the type is `Copy`, so that no `clone` is needed.
    pub fn is_copy(&self) -> bool {
        match self {
            Self::Bool
            | Self::Integer(_)
            | Self::DateTime
            | Self::Date
            | Self::Uuid
            | Self::Ip(_) => true,
            Self::Enum { open, .. } => !open,
            Self::Option(inner) => inner.is_copy(),
            _ => false,
        }
    }

    /// Returns `true` for any string type.
    pub fn is_text(&self) -> bool {
        matches!(
            self,
            Self::String | Self::Secret | Self::Text { .. } | Self::Enum { .. }
        )
    }

    /// Returns `true` for a string that is redacted in `Debug` and `Display`.
    pub fn is_secret(&self) -> bool {
        matches!(self, Self::Secret | Self::Text { secret: true, .. })
    }

    /// Returns `true` for a string, a number or a boolean.
    pub fn is_scalar(&self) -> bool {
        self.is_text() || matches!(self, Self::Bool | Self::Integer(_) | Self::Number)
    }

    /// Returns `true` for a value without parts that a JSON Pointer could select.
    pub fn is_single(&self) -> bool {
        self.is_scalar()
            || matches!(
                self,
                Self::DateTime | Self::Date | Self::Uuid | Self::Ip(_) | Self::Bytes
            )
    }

    /// Returns the type with every name replaced by `rename`.
    pub fn map_names<Other>(&self, rename: &impl Fn(&Name) -> Other) -> RustType<Other> {
        let boxed = |inner: &Self| Box::new(inner.map_names(rename));
        match self {
            Self::Bool => RustType::Bool,
            Self::Integer(integer) => RustType::Integer(*integer),
            Self::Number => RustType::Number,
            Self::String => RustType::String,
            Self::Secret => RustType::Secret,
            Self::DateTime => RustType::DateTime,
            Self::Date => RustType::Date,
            Self::Uuid => RustType::Uuid,
            Self::Ip(address) => RustType::Ip(*address),
            Self::Bytes => RustType::Bytes,
            Self::Multipart => RustType::Multipart,
            Self::Json => RustType::Json,
            Self::JsonMap => RustType::JsonMap,
            Self::Text { name, secret } => RustType::Text {
                name: rename(name),
                secret: *secret,
            },
            Self::JsonFields(name) => RustType::JsonFields(rename(name)),
            Self::Enum { name, open } => RustType::Enum {
                name: rename(name),
                open: *open,
            },
            Self::Struct(name) => RustType::Struct(rename(name)),
            Self::Union(name) => RustType::Union(rename(name)),
            Self::Wrapper(name, inner) => RustType::Wrapper(rename(name), boxed(inner)),
            Self::Opaque(name) => RustType::Opaque(rename(name)),
            Self::Foreign(ty) => RustType::Foreign(ty.clone()),
            Self::List(inner) => RustType::List(boxed(inner)),
            Self::Map(inner) => RustType::Map(boxed(inner)),
            Self::Boxed(inner) => RustType::Boxed(boxed(inner)),
            Self::Option(inner) => RustType::Option(boxed(inner)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integer_types_are_parsed_by_name_and_printed_as_paths() {
        for name in ["i8", "i64", "u8", "u64", "NonZeroU32", "NonZeroU64"] {
            let integer = Integer::named(name).unwrap();
            assert_eq!(integer.path().rsplit("::").next(), Some(name));
            let tokens = integer.tokens().to_string().replace(' ', "");
            assert_eq!(tokens, integer.path());
        }
        assert_eq!(Integer::named("f64"), None);
    }

    #[test]
    fn an_integer_type_accepts_only_constants_in_its_range() {
        let holds = |integer: Integer, text: &str| integer.holds(&text.parse().unwrap());
        assert!(holds(Integer::I8, "-128") && !holds(Integer::I8, "128"));
        assert!(holds(Integer::U64, "18446744073709551615") && !holds(Integer::U64, "-1"));
        assert!(holds(Integer::I64, "-9223372036854775808"));
        assert!(!holds(Integer::I64, "9223372036854775808"));
        assert!(!holds(Integer::NonZeroU16, "0") && holds(Integer::NonZeroU16, "65535"));
        assert!(!holds(Integer::I32, "1.5"));
    }

    #[test]
    fn an_integer_type_widens_only_if_every_value_fits() {
        assert!(Integer::U8.widens_to(Integer::I16));
        assert!(Integer::I32.widens_to(Integer::I64));
        assert!(!Integer::I32.widens_to(Integer::U64));
        assert!(!Integer::U64.widens_to(Integer::I64));
        assert!(!Integer::NonZeroU8.widens_to(Integer::U64));
    }
}
