//! Where a JSON Pointer leads through the types of a client.

use super::{Index, Ty};
use crate::openapi::progenitor::types::Gives;
use crate::rust_type::Integer;

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// The value of an `Option` that is itself a value: an element, or what another `Option` holds.
    Present,
    /// A field of this name; whether it is an `Option`.
    Field { ident: String, optional: bool },
    /// The field of a wrapper; whether it is an `Option`.
    Inner { optional: bool },
    /// An element of a list.
    Index(usize),
    /// A member of a map.
    Key(String),
    /// A method of a union that gives an `Option`: of `&str` for a text, of the value for `bool` and `i64`, of a
    /// reference for everything else.
    Accessor { method: String, gives: Ty },
    /// A JSON Pointer into any JSON.
    Pointer(String),
    /// A JSON Pointer into what the value looks like as JSON, where no type says it better.
    Serialized(String),
}

/// A place within a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The steps that lead there.
    pub path: Vec<Access>,
    /// What is there, without `Option`.
    pub ty: Ty,
    /// Whether it is there whenever the whole value is.
    pub certain: bool,
}

/// Why a pointer leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unresolved {
    /// It does not start with a slash.
    Malformed,
    /// The value has no such member; these it has.
    NoMember {
        pointer: String,
        member: String,
        known: Vec<String>,
    },
    /// A list is asked for a member that is no index.
    NoIndex { pointer: String, member: String },
    /// The value has no members at all.
    NoContainer { pointer: String, member: String },
}

impl std::fmt::Display for Unresolved {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let place = |pointer: &str| match pointer {
            "" => "the value".to_owned(),
            pointer => format!("`{pointer}`"),
        };
        match self {
            Self::Malformed => f.write_str("a JSON Pointer is empty or starts with `/`"),
            Self::NoMember {
                pointer,
                member,
                known,
            } => {
                write!(f, "{} has no member `{member}`", place(pointer))?;
                match known.is_empty() {
                    true => Ok(()),
                    false => write!(f, "; it has {}", known.join(", ")),
                }
            }
            Self::NoIndex { pointer, member } => {
                write!(
                    f,
                    "{} is a list, and `{member}` is no index",
                    place(pointer)
                )
            }
            Self::NoContainer { pointer, member } => {
                write!(
                    f,
                    "{} is a single value, it has no member `{member}`",
                    place(pointer)
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
        let here = || written(&tokens[..done]);
        match at.ty.clone() {
            Ty::Boxed(inner) => {
                at.ty = *inner;
                at.unwrap_option();
                continue;
            }
            Ty::Wrapper(_, inner) => {
                let optional = inner.is_optional();
                at.go(Access::Inner { optional }, *inner, !optional);
                continue;
            }
            Ty::Struct(name) => {
                member(index, &mut at, &name, token).ok_or_else(|| Unresolved::NoMember {
                    pointer: here(),
                    member: token.clone(),
                    known: index
                        .properties(&name)
                        .into_iter()
                        .map(|p| p.name)
                        .collect(),
                })?
            }
            Ty::List(inner) => {
                let position = token.parse().map_err(|_| Unresolved::NoIndex {
                    pointer: here(),
                    member: token.clone(),
                })?;
                at.go(Access::Index(position), *inner, false);
            }
            Ty::Map(inner) => at.go(Access::Key(token.clone()), *inner, false),
            Ty::JsonMap => at.go(Access::Key(token.clone()), Ty::Json, false),
            Ty::Json => {
                at.go(Access::Pointer(written(&tokens[done..])), Ty::Json, false);
                return Ok(at);
            }
            Ty::Union(name) => {
                let shared = index.union(&name).and_then(|union| {
                    let mut shared = union.shared.iter();
                    shared.find(|shared| shared.name == *token)
                });
                match shared {
                    Some(shared) => {
                        let gives = match &shared.gives {
                            Gives::Text => Ty::String,
                            Gives::Bool => Ty::Bool,
                            Gives::Integer => Ty::Integer(Integer::I64),
                            Gives::Reference(ty) => index.ty(ty),
                        };
                        let access = Access::Accessor {
                            method: shared.method.clone(),
                            gives: gives.clone(),
                        };
                        at.go(access, gives, false);
                    }
                    None if variant_has(index, &name, token) => {
                        at.go(
                            Access::Serialized(written(&tokens[done..])),
                            Ty::Json,
                            false,
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
            | Ty::Foreign(_)
            | Ty::DateTime
            | Ty::Date
            | Ty::Uuid
            | Ty::Ip(_)
            | Ty::Bytes => {
                at.go(
                    Access::Serialized(written(&tokens[done..])),
                    Ty::Json,
                    false,
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

impl Resolved {
    /// Goes on to a value, and to what is in its `Option`s. That of a field is read with the field.
    fn go(&mut self, access: Access, ty: Ty, certain: bool) {
        let with_access = match &access {
            Access::Field { optional, .. } | Access::Inner { optional } => usize::from(*optional),
            _ => 0,
        };
        self.path.push(access);
        self.ty = ty;
        self.certain &= certain;
        let present = self.unwrap_option().saturating_sub(with_access);
        self.path.extend((0..present).map(|_| Access::Present));
    }

    /// Goes on to what is in the `Option`s, and gives their number.
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

/// Goes to a member of a structure, through fields whose members stand among its own where need be.
fn member(index: &Index, at: &mut Resolved, name: &str, token: &str) -> Option<()> {
    let fields = index.types.fields(name);
    let own = fields
        .iter()
        .find(|field| !field.flattened && field.name == token);
    if let Some(field) = own {
        let ty = index.ty(&field.ty);
        let optional = ty.is_optional();
        at.go(
            Access::Field {
                ident: field.ident.clone(),
                optional,
            },
            ty,
            !optional,
        );
        return Some(());
    }
    for field in fields.iter().filter(|field| field.flattened) {
        let ty = index.ty(&field.ty);
        let optional = ty.is_optional();
        let mut attempt = at.clone();
        attempt.go(
            Access::Field {
                ident: field.ident.clone(),
                optional,
            },
            ty,
            !optional,
        );
        let found = match attempt.ty.clone() {
            Ty::Struct(inner) => member(index, &mut attempt, &inner, token),
            Ty::Map(inner) => {
                attempt.go(Access::Key(token.to_owned()), *inner, false);
                Some(())
            }
            Ty::JsonMap => {
                attempt.go(Access::Key(token.to_owned()), Ty::Json, false);
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

/// Whether at least one variant of a union may have a member.
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

/// Tokens as a pointer.
fn written(tokens: &[String]) -> String {
    tokens.iter().fold(String::new(), |pointer, token| {
        crate::diagnostic::child(&pointer, token)
    })
}
