//! Rust expressions that can be borrowed, cloned, passed as arguments and accessed in parts.

use proc_macro2::TokenStream;
use quote::quote;

use super::file::RuntimePath;
use crate::model::{Access, Pass, Ty};

/// An expression of a value that can be borrowed.
#[derive(Clone, Debug)]
pub enum Borrowed {
    /// A place expression of a value that is always present, such as `inputs.app_id`.
    Place(TokenStream),
    /// A variable that holds a reference.
    Reference(TokenStream),
    /// An `Option<&T>`.
    Maybe(TokenStream),
    /// An `Option<&T>`, a field of `T`, and `true` if the field is an `Option` too.
    MaybeField(TokenStream, TokenStream, bool),
    /// A place expression of type `Option<T>`.
    MaybePlace(TokenStream),
    /// A place expression of type `Option<Option<T>>`.
    MaybeNull(TokenStream),
    /// An `Option<T>` by value.
    MaybeOwned(TokenStream),
    /// A temporary value.
    Owned(TokenStream),
}

/// Returns the expression that borrows a string value as `&str`.
pub fn text_of(value: &TokenStream, ty: &Ty) -> TokenStream {
    match ty {
        Ty::Secret | Ty::Text { secret: true, .. } => quote!(#value.expose()),
        _ => quote!(#value.as_str()),
    }
}

/// Way to make an owned value of a borrowed one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duplication {
    /// By `clone`.
    Clone,
    /// By a copy, for types that are `Copy`.
    Copy,
}

impl Duplication {
    /// Returns the way for a type.
    pub fn of(ty: &Ty) -> Self {
        match ty.is_copy() {
            true => Self::Copy,
            false => Self::Clone,
        }
    }
}

impl Borrowed {
    /// Returns `true` if the value is always present.
    pub fn is_certain(&self) -> bool {
        matches!(self, Self::Place(_) | Self::Reference(_) | Self::Owned(_))
    }

    /// Returns the receiver for a method call on a value that is always present.
    pub fn receiver(self) -> TokenStream {
        match self {
            Self::Place(value) | Self::Owned(value) | Self::Reference(value) => value,
            maybe => maybe.as_option(),
        }
    }

    /// Returns a reference to a value that is always present.
    pub fn reference(self) -> TokenStream {
        match self {
            Self::Place(place) | Self::Owned(place) => quote!(&#place),
            Self::Reference(value) => value,
            maybe => maybe.as_option(),
        }
    }

    /// Returns an `Option<&T>`, or an `Option<T>` for a temporary value.
    pub fn as_option(self) -> TokenStream {
        match self {
            Self::Place(place) => quote!(Some(&#place)),
            Self::Reference(value) | Self::Owned(value) => quote!(Some(#value)),
            Self::Maybe(value) | Self::MaybeOwned(value) => value,
            Self::MaybeField(value, field, false) => quote!(#value.map(|it| &it.#field)),
            Self::MaybeField(value, field, true) => {
                quote!(#value.and_then(|it| it.#field.as_ref()))
            }
            Self::MaybePlace(place) => quote!(#place.as_ref()),
            Self::MaybeNull(place) => quote!(#place.as_ref().and_then(Option::as_ref)),
        }
    }

    /// Returns the owned value, or an `Option` of it if it may be absent.
    pub fn cloned(self, duplication: Duplication) -> TokenStream {
        match (self, duplication) {
            (Self::Place(place) | Self::MaybePlace(place), Duplication::Clone) => {
                quote!(#place.clone())
            }
            (Self::Place(place) | Self::MaybePlace(place), Duplication::Copy) => place,
            (Self::MaybeNull(place), Duplication::Clone) => quote!(#place.clone().flatten()),
            (Self::MaybeNull(place), Duplication::Copy) => quote!(#place.flatten()),
            (Self::Reference(value), Duplication::Clone) => quote!(#value.clone()),
            (Self::Reference(value), Duplication::Copy) => quote!(*#value),
            (Self::Maybe(value), Duplication::Clone) => quote!(#value.cloned()),
            (Self::Maybe(value), Duplication::Copy) => quote!(#value.copied()),
            (Self::MaybeField(value, field, false), Duplication::Clone) => {
                quote!(#value.map(|it| it.#field.clone()))
            }
            (Self::MaybeField(value, field, false), Duplication::Copy) => {
                quote!(#value.map(|it| it.#field))
            }
            (Self::MaybeField(value, field, true), Duplication::Clone) => {
                quote!(#value.and_then(|it| it.#field.clone()))
            }
            (Self::MaybeField(value, field, true), Duplication::Copy) => {
                quote!(#value.and_then(|it| it.#field))
            }
            (Self::MaybeOwned(value) | Self::Owned(value), _) => value,
        }
    }

    /// Returns the value as the argument of a method.
    pub fn pass(self, pass: Pass, target: &Ty, from: &Ty, optional: bool) -> TokenStream {
        let copy = target.is_copy();
        let value = match (self, pass) {
            (field @ (Self::MaybeField(..) | Self::MaybeNull(_)), _) => {
                return Self::Maybe(field.as_option()).pass(pass, target, from, optional);
            }
            (Self::Maybe(value), Pass::Reference) => return value,
            (Self::Maybe(value), Pass::Text | Pass::OptionalText) => {
                let text = text_of(&quote!(text), from);
                return quote!(#value.map(|text| #text));
            }
            (Self::Maybe(value), Pass::Value) => {
                return if copy {
                    quote!(#value.copied())
                } else {
                    quote!(#value.cloned())
                };
            }
            (Self::MaybePlace(place), Pass::Reference) => return quote!(#place.as_ref()),
            (Self::MaybePlace(place), Pass::Text | Pass::OptionalText) => {
                if *from == Ty::String {
                    return quote!(#place.as_deref());
                }
                let text = text_of(&quote!(text), from);
                return quote!(#place.as_ref().map(|text| #text));
            }
            (Self::MaybePlace(place), Pass::Value) => {
                return if copy { place } else { quote!(#place.clone()) };
            }
            (Self::MaybeOwned(value), _) => return value,
            (Self::Reference(value), Pass::Reference) => value,
            (Self::Reference(value), Pass::OptionalText) => text_of(&value, from),
            (Self::Reference(value), Pass::Text) => match from {
                Ty::String if !optional => value,
                _ => text_of(&value, from),
            },
            (Self::Reference(value), Pass::Value) => {
                if copy {
                    quote!(*#value)
                } else {
                    quote!(#value.clone())
                }
            }
            (Self::Place(place), Pass::Reference) => quote!(&#place),
            (Self::Place(place), Pass::OptionalText) => text_of(&place, from),
            (Self::Place(place), Pass::Text) => match from {
                Ty::String => quote!(&#place),
                _ => text_of(&place, from),
            },
            (Self::Place(place), Pass::Value) => {
                if copy {
                    place
                } else {
                    quote!(#place.clone())
                }
            }
            (Self::Owned(value), Pass::Value) => value,
            (Self::Owned(value), Pass::OptionalText) => text_of(&value, from),
            (Self::Owned(value), Pass::Reference | Pass::Text) => quote!(&#value),
        };
        if optional {
            quote!(Some(#value))
        } else {
            value
        }
    }

    /// Accesses a part of the value.
    pub fn step(self, access: &Access, runtime: &RuntimePath) -> Self {
        match access {
            Access::Field { name, optional } => self.field(&quote!(#name), *optional),
            Access::Inner { optional } => self.field(&quote!(0), *optional),
            Access::Index(0) => self.method(&quote!(first())),
            Access::Index(index) => self.method(&quote!(get(#index))),
            Access::Key(key) => self.method(&quote!(get(#key))),
            Access::Present => match self {
                Self::MaybePlace(place) => Self::MaybeNull(place),
                value => {
                    let value = value.as_option();
                    Self::Maybe(quote!(#value.and_then(Option::as_ref)))
                }
            },
            Access::OrEmpty => match self {
                Self::MaybePlace(place) => Self::Owned(quote!(#place.clone().unwrap_or_default())),
                Self::MaybeField(value, field, true) => {
                    Self::MaybeOwned(quote!(#value.map(|it| it.#field.clone().unwrap_or_default())))
                }
                certain => certain,
            },
            Access::Accessor { method, returns } => match self.method(&quote!(#method())) {
                Self::Maybe(value) if *returns == Ty::String => {
                    Self::MaybeOwned(quote!(#value.map(str::to_owned)))
                }
                Self::Maybe(value) if returns.is_copy() => Self::MaybeOwned(value),
                other => other,
            },
            Access::Pointer(pointer) => self.method(&quote!(pointer(#pointer))),
            Access::RawBody(pointer) => Self::MaybeOwned(match self {
                Self::Place(place) | Self::Reference(place) => {
                    quote!(#runtime::criterion::body_part(#place.headers(), #place.body(), #pointer))
                }
                _ => quote!(None),
            }),
            Access::Url => Self::MaybeOwned(match self {
                Self::Place(place) | Self::Reference(place) => {
                    quote!(#place.url().map(str::to_owned))
                }
                _ => quote!(None),
            }),
            Access::Header(name) => Self::MaybeOwned(match self {
                Self::Place(place) | Self::Reference(place) => {
                    quote!(#runtime::header_text(#place.headers(), #name))
                }
                _ => quote!(None),
            }),
            Access::Serialized(pointer) => self.part(&quote!(#runtime::criterion::part), pointer),
            Access::JsonPath(query) => self.part(&quote!(#runtime::criterion::json_path), query),
            Access::XPath(expression) => self.part(&quote!(#runtime::criterion::xpath), expression),
        }
    }

    /// Calls a function that returns a part of a serializable value.
    fn part(self, function: &TokenStream, part: &str) -> Self {
        Self::MaybeOwned(match self {
            Self::Place(place) => quote!(#function(&#place, #part)),
            Self::Reference(value) | Self::Owned(value) => quote!(#function(#value, #part)),
            value => {
                let value = value.as_option();
                quote!(#value.and_then(|it| #function(it, #part)))
            }
        })
    }

    fn field(self, field: &TokenStream, optional: bool) -> Self {
        match (self, optional) {
            (Self::Place(value) | Self::Reference(value) | Self::Owned(value), false) => {
                Self::Place(quote!(#value.#field))
            }
            (Self::Place(value) | Self::Reference(value) | Self::Owned(value), true) => {
                Self::MaybePlace(quote!(#value.#field))
            }
            (Self::MaybeField(value, outer, false), optional) => {
                Self::MaybeField(value, quote!(#outer.#field), optional)
            }
            (value, optional) => Self::MaybeField(value.as_option(), quote!(#field), optional),
        }
    }

    /// Calls a method that returns an `Option<&T>`.
    fn method(self, call: &TokenStream) -> Self {
        match self {
            Self::Place(value) | Self::Reference(value) | Self::Owned(value) => {
                Self::Maybe(quote!(#value.#call))
            }
            Self::MaybeField(value, field, false) => {
                Self::Maybe(quote!(#value.and_then(|it| it.#field.#call)))
            }
            Self::MaybeField(value, field, true) => {
                Self::Maybe(quote!(#value.and_then(|it| it.#field.as_ref()?.#call)))
            }
            value => {
                let value = value.as_option();
                Self::Maybe(quote!(#value.and_then(|it| it.#call)))
            }
        }
    }
}
