//! Resources of a client: a handle for each group of operations, and a request builder for each operation.

use proc_macro2::Ident;
use serde_json::Value;

use super::{Pass, Ty, Variable};

/// The resources of one document.
#[derive(Clone, Debug)]
pub struct Resources {
    /// The module of the client.
    pub module: String,
    /// The values that handles fill into requests.
    pub variables: Vec<HandleVariable>,
    pub groups: Vec<Group>,
}

/// A value that a handle fills into requests.
#[derive(Clone, Debug)]
pub struct HandleVariable {
    pub variable: Variable,
    /// The documentation of its setter, unless a request has its own.
    pub description: Description,
    /// Whether some request cannot do without it.
    pub is_required: bool,
    /// Whether some request can do without it.
    pub is_optional: bool,
}

/// What the document says of a value, and the security schemes whose credentials imply it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Description {
    pub text: Option<String>,
    pub implied_by: Vec<String>,
}

/// Operations that belong together.
#[derive(Clone, Debug)]
pub struct Group {
    pub name: String,
    pub module: Ident,
    pub handle: Ident,
    /// The method that returns the handle.
    pub method: Ident,
    pub description: Option<String>,
    pub builders: Vec<Builder>,
}

/// One operation: a method of its group's handle, and the builder that it returns.
#[derive(Clone, Debug)]
pub struct Builder {
    pub name: Ident,
    /// The method of the handle.
    pub method: Ident,
    pub operation: Operation,
    /// The values that a caller gives.
    pub inputs: Vec<Input>,
    /// The values that the handle fills in.
    pub filled: Vec<Filled>,
    /// The struct of optional parameters.
    pub params: Option<Ident>,
    pub body: Option<Body>,
    /// The arguments of the client's method, in its order, the optional parameters and the body among them.
    pub arguments: Vec<Argument>,
    /// Values that the handle fills into the optional parameters and the body.
    pub fills: Vec<Fill>,
    /// The input that authenticates the request: the security scheme, and which one.
    pub credential: Option<(String, usize)>,
    /// Whether a wrong credential is to be reported before a value that other credentials would imply.
    pub checks_credential: bool,
    pub response: Response,
    pub paging: Option<Paging>,
}

/// The operation that a builder calls, and what the document says of it.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The constant of the operation.
    pub constant: Ident,
    /// The method of the client.
    pub method: Ident,
    /// `GET /path/{id}`
    pub line: String,
    /// The name of the server that the operation has for itself.
    pub server: Option<String>,
    /// The description, or the summary of an operation without one.
    pub description: Option<String>,
    /// The description of the response.
    pub returns: Option<String>,
    /// The documented error statuses with their descriptions.
    pub errors: Vec<(String, Option<String>)>,
    /// Where more is written about the operation.
    pub url: Option<String>,
}

/// A value that a caller gives.
#[derive(Clone, Debug)]
pub struct Input {
    /// The name in the document.
    pub name: String,
    /// The argument of the handle's method, or the setter.
    pub ident: Ident,
    /// Without `Option`.
    pub ty: Ty,
    pub given: Given,
    pub place: Place,
    pub description: Description,
    /// An example from the document.
    pub example: Option<Value>,
    /// Whether it is a secret that its type does not hide.
    pub is_hidden: bool,
}

/// How a value is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// As an argument of the handle's method.
    Argument,
    /// By a setter, into an `Option`.
    Optional,
    /// By a setter, into an `Option` of an `Option`; the other setter sends null.
    Nullable(Ident),
    /// By a setter, in place of the default of its type.
    Default,
}

/// The field that holds a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A field of the builder.
    Own(Ident),
    /// A field of the optional parameters.
    Params(Ident),
    /// A field of the body.
    Body(Ident),
}

/// A value that the handle fills in.
#[derive(Clone, Debug)]
pub struct Filled {
    /// Index into [`Resources::variables`].
    pub variable: usize,
    /// Whether the request cannot do without it.
    pub required: bool,
    pub description: Description,
}

/// The body of a request.
#[derive(Clone, Debug)]
pub enum Body {
    /// The input of this index, as it is.
    Whole(usize),
    /// A struct whose fields are inputs, made by its constructor from these.
    Struct { ty: Ty, required: Vec<Constructed> },
}

/// What the constructor of a body is given.
#[derive(Clone, Debug)]
pub enum Constructed {
    /// The input of this index. A constructor takes what converts into a text.
    Input(usize),
    /// Nothing.
    None,
    /// A text that the handle's value replaces.
    PlaceholderText,
    /// A variant of an enumeration that the handle's value replaces.
    PlaceholderVariant(Ty, Ident),
}

/// An argument of the client's method.
#[derive(Clone, Debug)]
pub enum Argument {
    /// The input of this index; whether it is an `Option`.
    Input(usize, Pass, bool),
    /// A value of the handle; whether it is an `Option`.
    Variable(usize, Pass, bool),
    /// The only variant of an enumeration.
    Constant(Ty, Ident, Pass),
    Params,
    Body,
}

/// A field of the optional parameters or of the body that the handle fills in.
#[derive(Clone, Debug)]
pub struct Fill {
    /// Index into [`Resources::variables`].
    pub variable: usize,
    pub place: Place,
    pub holds: Holds,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// `T`, which must be given.
    Value,
    /// `Option<T>`
    Option,
    /// `Option<Option<T>>`, which can be null as well.
    Nullable,
    /// `T`, which has a default.
    Default,
}

/// What a request returns.
#[derive(Clone, Debug)]
pub struct Response {
    pub kind: ResponseKind,
    /// The field of the value that is returned in its place, with its type.
    pub unwraps: Option<(Ident, Ty)>,
}

/// The kinds of responses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResponseKind {
    /// A value of this type.
    Value(Ty),
    /// A value of this type, or an acceptance without one.
    MaybeAccepted(Ty),
    Empty,
    Stream,
}

impl Response {
    /// The type of the value that is returned, unless there is none.
    pub fn value(&self) -> Option<&Ty> {
        match (&self.unwraps, &self.kind) {
            (Some((_, ty)), _) => Some(ty),
            (None, ResponseKind::Value(ty) | ResponseKind::MaybeAccepted(ty)) => Some(ty),
            (None, ResponseKind::Empty | ResponseKind::Stream) => None,
        }
    }
}

/// How a list comes in pages.
#[derive(Clone, Debug)]
pub struct Paging {
    pub item: Ty,
    /// Where a page has its items.
    pub items: Vec<Ident>,
    pub forward: Cursor,
    /// The way back, where the list has one.
    pub backward: Option<Cursor>,
}

/// A cursor.
#[derive(Clone, Debug)]
pub struct Cursor {
    /// The field that takes it.
    pub place: Place,
    /// Where a page has the next one.
    pub next: Vec<Step>,
    /// The type there, without `Option`.
    pub next_ty: Ty,
}

/// A field of a value, and the number of `Option`s around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub field: Ident,
    pub options: usize,
}

impl Builder {
    /// The places that the handle fills: the variable of each, and whether the request can do without it there.
    pub fn variable_places(&self) -> Vec<(usize, bool)> {
        let arguments = self.arguments.iter().filter_map(|argument| match argument {
            Argument::Variable(variable, _, optional) => Some((*variable, *optional)),
            _ => None,
        });
        let fills = self
            .fills
            .iter()
            .map(|fill| (fill.variable, fill.holds != Holds::Value));
        arguments.chain(fills).collect()
    }
}
