//! Resources of a client: a handle for each group of operations and a request builder for each operation.

use proc_macro2::Ident;
use serde_json::Value;

use super::{Pass, Ty, Variable};

/// The resources of one document.
#[derive(Clone, Debug)]
pub struct Resources {
    /// The module of the client.
    pub module: String,
    /// The values that handles assign to requests.
    pub variables: Vec<HandleVariable>,
    pub groups: Vec<Group>,
}

/// A value that a handle holds and assigns to requests.
#[derive(Clone, Debug)]
pub struct HandleVariable {
    pub variable: Variable,
    /// The documentation of its setter, unless a request declares its own.
    pub description: Description,
    /// `true` if at least one request requires it.
    pub is_required: bool,
    /// `true` if it is optional in at least one request.
    pub is_optional: bool,
}

/// Description of a value in the document, and the security schemes whose credentials imply the value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Description {
    pub text: Option<String>,
    pub implied_by: Vec<String>,
}

/// A group of operations with a common handle.
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

/// A request builder, and the method of its group's handle that returns it.
#[derive(Clone, Debug)]
pub struct Builder {
    pub name: Ident,
    /// The struct of required values, if they are too many to be arguments.
    pub required: Option<Ident>,
    /// The method of the handle.
    pub method: Ident,
    pub operation: Operation,
    /// The values that the caller passes.
    pub inputs: Vec<Input>,
    /// The values that the handle supplies.
    pub variable_uses: Vec<VariableUse>,
    /// The struct of optional parameters.
    pub params: Option<Ident>,
    pub body: Option<Body>,
    /// All arguments of the client's method, in its order, including the optional parameters and the body.
    pub arguments: Vec<Argument>,
    /// The fields of the optional parameters and the body that the handle assigns.
    pub fills: Vec<Fill>,
    /// The input that authenticates the request: the security scheme and the index into [`Self::inputs`].
    pub credential: Option<(String, usize)>,
    /// `true` if a wrong credential is reported before a missing value that other credentials imply.
    pub checks_credential: bool,
    pub response: Response,
    pub paging: Option<Paging>,
}

/// The operation that a builder calls, with its documentation.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The constant of the operation.
    pub constant: Ident,
    /// The method of the client.
    pub method: Ident,
    /// Names by which other SDKs and the documentation call it, for searches.
    pub aliases: Vec<String>,
    /// Method and path, such as `GET /path/{id}`.
    pub line: String,
    /// The name of the server that the operation declares for itself.
    pub server: Option<String>,
    /// The description, else the summary.
    pub description: Option<String>,
    /// The description of the response.
    pub returns: Option<String>,
    /// The documented error statuses with their descriptions.
    pub errors: Vec<(String, Option<String>)>,
    /// The URL of the external documentation.
    pub url: Option<String>,
}

/// A value that the caller passes.
#[derive(Clone, Debug)]
pub struct Input {
    /// The name in the document.
    pub name: String,
    /// The name of the argument of the handle's method, or of the setter.
    pub ident: Ident,
    /// The type without `Option`.
    pub ty: Ty,
    pub mode: InputMode,
    pub location: FieldLocation,
    pub description: Description,
    /// An example from the document.
    pub example: Option<Value>,
    /// `true` for a secret whose type does not redact it.
    pub is_hidden: bool,
    /// `true` for a length of time in seconds, which the caller can pass as a `Duration`.
    pub is_in_seconds: bool,
}

/// The way in which the caller passes a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputMode {
    /// An argument of the handle's method.
    Argument,
    /// A field of the struct of required values.
    Field,
    /// A setter of an `Option`.
    Optional,
    /// A setter of an `Option<Option<T>>`; the setter with this name sends null.
    Nullable(Ident),
    /// A setter that replaces the default of the type.
    Default,
}

/// The field that stores a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldLocation {
    /// A field of the builder.
    Own(Ident),
    /// A field of the optional parameters.
    Params(Ident),
    /// A field of the body.
    Body(Ident),
}

/// A use of a handle's value by a request.
#[derive(Clone, Debug)]
pub struct VariableUse {
    /// Index into [`Resources::variables`].
    pub variable: usize,
    /// `true` if the request requires it.
    pub required: bool,
    pub description: Description,
}

/// The body of a request.
#[derive(Clone, Debug)]
pub enum Body {
    /// The input with this index, unchanged.
    Input(usize),
    /// A struct whose fields are inputs, with the arguments of its constructor.
    Struct {
        ty: Ty,
        required: Vec<ConstructorArgument>,
    },
}

/// An argument of a body's constructor.
#[derive(Clone, Debug)]
pub enum ConstructorArgument {
    /// The input with this index. Constructors accept `impl Into<String>` for a string.
    Input(usize),
    /// `None`.
    None,
    /// A string that the handle's value replaces.
    PlaceholderText,
    /// A variant of an enum that the handle's value replaces.
    PlaceholderVariant(Ty, Ident),
}

/// An argument of the client method.
#[derive(Clone, Debug)]
pub enum Argument {
    /// The input with this index; `true` if it is an `Option`.
    Input(usize, Pass, bool),
    /// The variable with this index; `true` if it is an `Option`.
    Variable(usize, Pass, bool),
    /// The only variant of an enum.
    Constant(Ty, Ident, Pass),
    Params,
    Body,
    /// The body, or none if all its properties have their defaults.
    OptionalBody,
}

/// A field of the optional parameters or of the body that the handle assigns.
#[derive(Clone, Debug)]
pub struct Fill {
    /// Index into [`Resources::variables`].
    pub variable: usize,
    pub location: FieldLocation,
    pub optionality: Optionality,
}

/// The optionality of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Optionality {
    /// `T`, which is required.
    Required,
    /// `Option<T>`
    Optional,
    /// `Option<Option<T>>`, which can also be null.
    Nullable,
    /// `T`, which has a default.
    Default,
}

/// The return value of a request.
#[derive(Clone, Debug)]
pub struct Response {
    pub kind: ResponseKind,
    /// The field that is returned instead of the response, with its type.
    pub unwraps: Option<(Ident, Ty)>,
}

/// The kind of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResponseKind {
    /// A value of this type.
    Value(Ty),
    /// A value of this type, or status 202 without a value.
    MaybeAccepted(Ty),
    Empty,
    Stream,
}

impl Response {
    /// Returns the type of the returned value; `None` if no value is returned.
    pub fn value(&self) -> Option<&Ty> {
        match (&self.unwraps, &self.kind) {
            (Some((_, ty)), _) => Some(ty),
            (None, ResponseKind::Value(ty) | ResponseKind::MaybeAccepted(ty)) => Some(ty),
            (None, ResponseKind::Empty | ResponseKind::Stream) => None,
        }
    }
}

/// Pagination of a list.
#[derive(Clone, Debug)]
pub struct Paging {
    pub item: Ty,
    /// The path of a page's items.
    pub items: Vec<Ident>,
    pub forward: Cursor,
    /// The cursor to the previous page, for lists that have one.
    pub backward: Option<Cursor>,
}

/// A cursor.
#[derive(Clone, Debug)]
pub struct Cursor {
    /// The field of the request that the cursor is assigned to.
    pub location: FieldLocation,
    /// The path of the next cursor in a page.
    pub next: Vec<Step>,
    /// The type of the next cursor, without `Option`.
    pub next_ty: Ty,
}

/// A field of a value and the number of `Option`s around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub field: Ident,
    pub options: usize,
}

impl Builder {
    /// Returns every use of a variable: its index, and `true` if the value is optional there.
    pub fn variable_slots(&self) -> Vec<(usize, bool)> {
        let arguments = self.arguments.iter().filter_map(|argument| match argument {
            Argument::Variable(variable, _, optional) => Some((*variable, *optional)),
            _ => None,
        });
        let fills = self
            .fills
            .iter()
            .map(|fill| (fill.variable, fill.optionality != Optionality::Required));
        arguments.chain(fills).collect()
    }
}
