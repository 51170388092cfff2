//! Values: those read from the flow, and those assigned to parameters and bodies of requests.

use proc_macro2::Ident;
use serde_json::{Number, Value};

use super::ty::{Integer, Ty};

/// An assignment: the type of the target and the source of its value.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// The type of the target; an `Option` if it may be absent.
    pub ty: Ty,
    pub source: ValueSource,
}

/// A field of a struct and the source of its value.
#[derive(Clone, Debug)]
pub struct FieldAssignment {
    pub field: Ident,
    pub value: Assignment,
}

/// The source of a value.
#[derive(Clone, Debug)]
pub enum ValueSource {
    /// No value.
    Absent,
    /// Null, for a target that distinguishes it from an absent value.
    Null,
    /// A constant of exactly the target's type.
    Constant(Constant),
    /// A value of the flow.
    Read(Read, Conversion),
    /// A string of constants and values of the flow, converted to the target's type.
    Text(Vec<TextPiece>, Conversion),
    /// A list.
    List(Vec<Assignment>),
    /// A struct.
    Struct {
        ty: Ty,
        fields: Vec<FieldAssignment>,
        rest: OtherFields,
    },
    /// A wrapper of a value.
    Wrapped(Ty, Box<Assignment>),
    /// A boxed value.
    Boxed(Box<Assignment>),
    /// A map with string keys.
    Map(Vec<(String, Assignment)>),
    /// A JSON value with values of the flow in it.
    Json(JsonTemplate),
    /// A value that can only be constructed by decoding JSON.
    Decoded(JsonTemplate),
    /// The JSON of a value that may be absent.
    Serialized(Box<Assignment>),
}

/// The source of the struct fields that no value is assigned to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OtherFields {
    /// The struct has no other fields.
    None,
    /// The default of the struct.
    Default,
    /// The constructor of the struct, which takes these fields as arguments, in this order.
    Constructor(Vec<Ident>),
}

/// Part of a string.
#[derive(Clone, Debug)]
pub enum TextPiece {
    Constant(String),
    Read(Read),
    /// A value that is escaped as text in XML.
    Xml(Read),
}

/// JSON with values of the flow in it.
#[derive(Clone, Debug)]
pub enum JsonTemplate {
    Constant(Value),
    Read(Read),
    Text(Vec<TextPiece>),
    List(Vec<JsonTemplate>),
    Object(Vec<(String, JsonTemplate)>),
}

impl Assignment {
    /// Calls `visit` with every value of the flow that the assignment reads.
    pub fn visit(&self, visit: &mut impl FnMut(&Read)) {
        match &self.source {
            ValueSource::Absent | ValueSource::Null | ValueSource::Constant(_) => {}
            ValueSource::Read(read, _) => visit(read),
            ValueSource::Text(pieces, _) => TextPiece::visit(pieces, visit),
            ValueSource::List(items) => items.iter().for_each(|item| item.visit(visit)),
            ValueSource::Struct { fields, .. } => {
                fields.iter().for_each(|field| field.value.visit(visit));
            }
            ValueSource::Wrapped(_, inner)
            | ValueSource::Boxed(inner)
            | ValueSource::Serialized(inner) => inner.visit(visit),
            ValueSource::Map(entries) => entries.iter().for_each(|(_, value)| value.visit(visit)),
            ValueSource::Json(json) | ValueSource::Decoded(json) => json.visit(visit),
        }
    }
}

impl TextPiece {
    /// Calls `visit` with every value in the pieces of a string.
    pub fn visit(pieces: &[Self], visit: &mut impl FnMut(&Read)) {
        for piece in pieces {
            if let Self::Read(read) | Self::Xml(read) = piece {
                visit(read);
            }
        }
    }
}

impl JsonTemplate {
    /// Calls `visit` with every value of the flow in the template.
    pub fn visit(&self, visit: &mut impl FnMut(&Read)) {
        match self {
            Self::Constant(_) => {}
            Self::Read(read) => visit(read),
            Self::Text(pieces) => TextPiece::visit(pieces, visit),
            Self::List(items) => items.iter().for_each(|item| item.visit(visit)),
            Self::Object(members) => {
                for (_, member) in members {
                    member.visit(visit);
                }
            }
        }
    }
}

/// A constant of a known type.
#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
    Bool(bool),
    Integer(Number, Integer),
    Number(Number),
    String(String),
    /// A string newtype or another type made from a string.
    Text(Ty, String),
    /// A variant of an enum, by its Rust name.
    Variant(Ty, String),
    Json(Value),
}

/// A value of the flow.
#[derive(Clone, Debug)]
pub struct Read {
    /// The source of the expression in the document.
    pub expression: String,
    pub from: ReadFrom,
    /// The path from the value of [`Self::from`] to the value read.
    pub path: Vec<Access>,
    /// The type at the end of the path, without `Option`.
    pub ty: Ty,
    /// `true` if the value is present whenever the value of [`Self::from`] is.
    pub certain: bool,
}

/// The source that a value is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReadFrom {
    /// An input, as an index into [`Workflow::inputs`](super::Workflow::inputs).
    Input(usize),
    /// The JSON of an input as it was given, as an index into [`Workflow::inputs`](super::Workflow::inputs).
    Given(usize),
    /// An output of a step, as indices into [`Workflow::steps`](super::Workflow::steps) and
    /// [`Step::outputs`](super::Step::outputs).
    Output { step: usize, output: usize },
    /// The decoded response body, or the outputs of a workflow that the step runs.
    Body,
    /// The raw response body, for properties that its type does not declare.
    RawBody,
    /// The status code of the response.
    Status,
    /// A header of the response, or the URL of its request.
    Header,
    /// The method of the request.
    Method(&'static str),
}

/// One step of a path into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// The URL of the request that the response belongs to.
    Url,
    /// A field. `optional` is `true` for an `Option`.
    Field { name: Ident, optional: bool },
    /// The field of a wrapper. `optional` is `true` for an `Option`.
    Inner { optional: bool },
    /// An element of a list.
    Index(usize),
    /// A member of a map.
    Key(String),
    /// The content of an `Option` that is an element of a list or map, or the content of another `Option`.
    Present,
    /// The list or map of an `Option`, or an empty one for `None`.
    OrEmpty,
    /// An accessor of a union. It returns `Option<&str>` for a string, `Option<T>` for a `Copy` type and
    /// `Option<&T>` for every other type.
    Accessor { method: Ident, returns: Ty },
    /// A JSON Pointer into a JSON value.
    Pointer(String),
    /// A JSON Pointer into the serialized form of a typed value.
    Serialized(String),
    /// The value that a JSONPath query selects in the serialized form of a value.
    JsonPath(String),
    /// The value that an XPath expression selects in XML text.
    XPath(String),
    /// A JSON Pointer into a raw body.
    RawBody(String),
    /// The header with this name.
    Header(String),
}

/// The conversion of a value to the type of the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conversion {
    /// No conversion; the types are equal.
    Same,
    /// A string newtype to `String`.
    ToText,
    /// A `String` into a string type that accepts every string.
    FromText,
    /// One string type into another.
    TextToText,
    /// A string parsed into an enum, number or time.
    Parse,
    /// A `Display` type into `String`.
    Print,
    /// A `Display` type into a string type that accepts every string.
    PrintToText,
    /// A time into `String`, in the format of RFC 3339.
    PrintTime,
    /// A string type to bytes.
    ToBytes,
    /// An integer type to another one.
    Integer,
    /// An integer to a JSON number.
    Number,
    /// One map type into another.
    Collect,
    /// A serializable value into JSON.
    ToJson,
    /// A scalar JSON value into a string type.
    Scalar,
    /// JSON to a type. Null is an absent value, also for JSON.
    FromJson,
    /// One type into another of the same shape, serialized to JSON and decoded again.
    ThroughJson,
}
