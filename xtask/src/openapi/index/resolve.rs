//! Resolution of JSON Pointers through the types of a client.

use super::{Index, Ty};
use crate::openapi::progenitor::types::AccessorType;
use crate::rust_type::Integer;

/// Step into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// Content of an `Option` that is not a field: an element, or the content of another `Option`.
    Present,
    /// Field of this name; `optional` if it is an `Option`.
    Field { ident: String, optional: bool },
    /// Field of a wrapper; `optional` if it is an `Option`.
    Inner { optional: bool },
    /// Element of a list.
    Index(usize),
    /// Entry of a map.
    Key(String),
    /// Method of a union that returns an `Option`: of `&str` for a string, of the value for `bool` and `i64`, and
    /// of a reference for all other types.
    Accessor { method: String, returns: Ty },
    /// JSON Pointer into any JSON.
    Pointer(String),
    /// JSON Pointer into the serialized value, for values without a more precise type.
    Serialized(String),
}

/// Result of resolving a JSON Pointer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// Steps from the value to the target.
    pub path: Vec<Access>,
    /// Type of the target, without `Option`.
    pub ty: Ty,
    /// `true` if the target is present whenever the value is.
    pub certain: bool,
}

/// Errors of resolving a JSON Pointer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unresolved {
    /// The pointer does not start with a slash.
    Malformed,
    /// The value has no such member; `known` lists its members.
    NoMember {
        pointer: String,
        member: String,
        known: Vec<String>,
    },
    /// The member of a list is not an index.
    NoIndex { pointer: String, member: String },
    /// The value has no members.
    NoContainer { pointer: String, member: String },
}

impl std::fmt::Display for Unresolved {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let location = |pointer: &str| match pointer {
            "" => "the value".to_owned(),
            pointer => format!("`{pointer}`"),
        };
        match self {
            Self::Malformed => f.write_str("a JSON Pointer must be empty or start with `/`"),
            Self::NoMember {
                pointer,
                member,
                known,
            } => {
                write!(f, "{} has no member `{member}`", location(pointer))?;
                match known.is_empty() {
                    true => Ok(()),
                    false => write!(f, "; it has {}", known.join(", ")),
                }
            }
            Self::NoIndex { pointer, member } => {
                write!(
                    f,
                    "{} is a list, and `{member}` is not an index",
                    location(pointer)
                )
            }
            Self::NoContainer { pointer, member } => {
                write!(
                    f,
                    "{} is a single value and has no member `{member}`",
                    location(pointer)
                )
            }
        }
    }
}

impl std::error::Error for Unresolved {}

/// Follows a pointer, token by token.
pub(super) fn resolve(index: &Index, ty: &Ty, pointer: &str) -> Result<Resolved, Unresolved> {
    let tokens: Vec<String> = match pointer.strip_prefix('/') {
        Some(rest) => rest
            .split('/')
            .map(|token| token.replace("~1", "/").replace("~0", "~"))
            .collect(),
        None if pointer.is_empty() => Vec::new(),
        None => return Err(Unresolved::Malformed),
    };
    let mut at = Resolved {
        path: Vec::new(),
        certain: true,
        ty: ty.clone(),
    };
    at.unwrap_option();
    let mut done = 0;
    while done < tokens.len() {
        let token = &tokens[done];
        let here = || join(&tokens[..done]);
        match at.ty.clone() {
            Ty::Boxed(inner) => {
                at.ty = *inner;
                at.unwrap_option();
                continue;
            }
            Ty::Wrapper(_, inner) => {
                let optional = inner.is_optional();
                at.step(
                    Access::Inner { optional },
                    *inner,
                    Presence::of_field(optional),
                );
                continue;
            }
            Ty::Struct(name) => {
                member(index, &mut at, &name, token).ok_or_else(|| Unresolved::NoMember {
                    pointer: here(),
                    member: token.clone(),
                    known: index
                        .properties(&name)
                        .iter()
                        .map(|p| p.name.clone())
                        .collect(),
                })?
            }
            Ty::List(inner) => {
                let position = token.parse().map_err(|_| Unresolved::NoIndex {
                    pointer: here(),
                    member: token.clone(),
                })?;
                at.step(Access::Index(position), *inner, Presence::Possible);
            }
            Ty::Map(inner) => at.step(Access::Key(token.clone()), *inner, Presence::Possible),
            Ty::JsonMap => at.step(Access::Key(token.clone()), Ty::Json, Presence::Possible),
            Ty::Json => {
                at.step(
                    Access::Pointer(join(&tokens[done..])),
                    Ty::Json,
                    Presence::Possible,
                );
                return Ok(at);
            }
            Ty::Union(name) => {
                let shared = index.union(&name).and_then(|union| {
                    let mut shared = union.shared.iter();
                    shared.find(|shared| shared.name == *token)
                });
                match shared {
                    Some(shared) => {
                        let returns = match &shared.returns {
                            AccessorType::String => Ty::String,
                            AccessorType::Bool => Ty::Bool,
                            AccessorType::Integer => Ty::Integer(Integer::I64),
                            AccessorType::Reference(ty) => index.ty(ty),
                        };
                        let access = Access::Accessor {
                            method: shared.method.clone(),
                            returns: returns.clone(),
                        };
                        at.step(access, returns, Presence::Possible);
                    }
                    None if variant_has(index, &name, token) => {
                        at.step(
                            Access::Serialized(join(&tokens[done..])),
                            Ty::Json,
                            Presence::Possible,
                        );
                        return Ok(at);
                    }
                    None => {
                        return Err(Unresolved::NoMember {
                            pointer: here(),
                            member: token.clone(),
                            known: Vec::new(),
                        });
                    }
                }
            }
            Ty::Opaque(_)
            | Ty::JsonFields(_)
            | Ty::Foreign(_)
            | Ty::DateTime
            | Ty::Date
            | Ty::Uuid
            | Ty::Ip(_)
            | Ty::Bytes
            | Ty::Multipart => {
                at.step(
                    Access::Serialized(join(&tokens[done..])),
                    Ty::Json,
                    Presence::Possible,
                );
                return Ok(at);
            }
            _ => {
                return Err(Unresolved::NoContainer {
                    pointer: here(),
                    member: token.clone(),
                });
            }
        }
        done += 1;
    }
    Ok(at)
}

/// Presence of a part of a value that is itself present.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Presence {
    Certain,
    Possible,
}

impl Presence {
    fn of_field(optional: bool) -> Self {
        match optional {
            true => Self::Possible,
            false => Self::Certain,
        }
    }
}

impl Resolved {
    /// Moves to a value and unwraps its `Option`s. The `Option` of a field is read with the field.
    fn step(&mut self, access: Access, ty: Ty, presence: Presence) {
        let with_access = match &access {
            Access::Field { optional, .. } | Access::Inner { optional } => usize::from(*optional),
            _ => 0,
        };
        self.path.push(access);
        self.ty = ty;
        self.certain &= presence == Presence::Certain;
        let present = self.unwrap_option().saturating_sub(with_access);
        self.path.extend((0..present).map(|_| Access::Present));
    }

    /// Unwraps all `Option`s and returns their number.
    fn unwrap_option(&mut self) -> usize {
        let mut options = 0;
        while let Ty::Option(inner) = &self.ty {
            self.ty = (**inner).clone();
            self.certain = false;
            options += 1;
        }
        options
    }
}

/// Moves to a member of a struct, through flattened fields if necessary.
fn member(index: &Index, at: &mut Resolved, name: &str, token: &str) -> Option<()> {
    let fields = index.types.fields(name);
    let own = fields
        .iter()
        .find(|field| !field.flattened && field.name == token);
    if let Some(field) = own {
        let ty = index.ty(&field.ty);
        let optional = ty.is_optional();
        at.step(
            Access::Field {
                ident: field.ident.clone(),
                optional,
            },
            ty,
            Presence::of_field(optional),
        );
        return Some(());
    }
    for field in fields.iter().filter(|field| field.flattened) {
        let ty = index.ty(&field.ty);
        let optional = ty.is_optional();
        let mut attempt = at.clone();
        attempt.step(
            Access::Field {
                ident: field.ident.clone(),
                optional,
            },
            ty,
            Presence::of_field(optional),
        );
        let found = match attempt.ty.clone() {
            Ty::Struct(inner) => member(index, &mut attempt, &inner, token),
            Ty::Map(inner) => {
                attempt.step(Access::Key(token.to_owned()), *inner, Presence::Possible);
                Some(())
            }
            Ty::JsonMap => {
                attempt.step(Access::Key(token.to_owned()), Ty::Json, Presence::Possible);
                Some(())
            }
            _ => None,
        };
        if found.is_some() {
            *at = attempt;
            return found;
        }
    }
    None
}

/// Returns `true` if at least one variant of a union may have a member.
fn variant_has(index: &Index, union: &str, token: &str) -> bool {
    let variants = index
        .union(union)
        .map(|union| union.variants.as_slice())
        .unwrap_or_default();
    variants.iter().any(|(_, ty)| match index.ty(ty) {
        Ty::Struct(name) => {
            let mut at = Resolved {
                path: Vec::new(),
                ty: Ty::Struct(name.clone()),
                certain: true,
            };
            member(index, &mut at, &name, token).is_some()
        }
        Ty::Bool | Ty::Integer(_) | Ty::Number | Ty::String | Ty::Text { .. } | Ty::Enum { .. } => {
            false
        }
        _ => true,
    })
}

/// Returns the tokens as a JSON Pointer.
fn join(tokens: &[String]) -> String {
    tokens.iter().fold(String::new(), |pointer, token| {
        crate::diagnostic::child(&pointer, token)
    })
}
