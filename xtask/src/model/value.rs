//! Values: what is read from the flow, and what fills the parameters and bodies of requests.

use proc_macro2::Ident;
use serde_json::{Number, Value};

use super::ty::{Integer, Ty};

/// A place and the source of its value.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// The type of the place, an `Option` where it can be left empty.
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
    /// No value: the place is left empty.
    Absent,
    /// Null, in a place that tells it apart from no value.
    Null,
    /// A constant of exactly the place's type.
    Constant(Constant),
    /// A value of the flow.
    Read(Read, Conversion),
    /// A string of constants and values of the flow, converted to the place's type.
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
    /// A value in a box.
    Boxed(Box<Assignment>),
    /// A map with string keys.
    Map(Vec<(String, Assignment)>),
    /// Any JSON, with values of the flow in it.
    Json(JsonTemplate),
    /// A value that is only made by decoding JSON.
    Decoded(JsonTemplate),
}

/// The fields of a struct that no value is assigned to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherFields {
    /// There are none.
    None,
    /// They have their defaults.
    Default,
}

/// Part of a string.
#[derive(Clone, Debug)]
pub enum TextPiece {
    Constant(String),
    Read(Read),
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

/// A constant of a known type.
#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
    Bool(bool),
    Integer(Number, Integer),
    Number(Number),
    String(String),
    /// A string with a type of its own.
    Text(Ty, String),
    /// A variant of an enumeration, by its Rust name.
    Variant(Ty, String),
    Json(Value),
}

/// A value of the flow.
#[derive(Clone, Debug)]
pub struct Read {
    /// The expression as it is written in the document.
    pub expression: String,
    pub from: ReadFrom,
    /// From the value of [`Self::from`] to the one that is meant.
    pub path: Vec<Access>,
    /// The type at the end of the path, without `Option`.
    pub ty: Ty,
    /// `true` if the value is there whenever the one of [`Self::from`] is.
    pub certain: bool,
}

/// The place a value is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadFrom {
    /// An input, as an index into [`Workflow::inputs`](super::Workflow::inputs).
    Input(usize),
    /// An output of a step, as indices into [`Workflow::steps`](super::Workflow::steps) and
    /// [`Step::outputs`](super::Step::outputs).
    Output { step: usize, output: usize },
    /// The decoded response body, or the outputs of a workflow that the step runs.
    Body,
    /// The response body as it was received, for what its type does not declare.
    RawBody,
    /// The status code of the response.
    Status,
    /// A header of the response.
    Header,
    /// The method of the request.
    Method(&'static str),
}

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// A field; `optional` if it is an `Option`.
    Field { name: Ident, optional: bool },
    /// The field of a wrapper; `optional` if it is an `Option`.
    Inner { optional: bool },
    /// An element of a list.
    Index(usize),
    /// A member of a map.
    Key(String),
    /// The value of an `Option` that is itself a value: an element, or the content of another `Option`.
    Present,
    /// The list or map that an `Option` holds, or an empty one in its place.
    OrEmpty,
    /// An accessor of a union, which returns an `Option`: of `&str` for a string, of a copy for a type that is `Copy`,
    /// of a reference for every other type.
    Accessor { method: Ident, returns: Ty },
    /// A JSON Pointer into any JSON.
    Pointer(String),
    /// A JSON Pointer into the JSON that a typed value serializes to.
    Serialized(String),
    /// A JSON Pointer into a body as it was received.
    RawBody(String),
    /// The header with this name.
    Header(String),
}

/// The conversion of a value to the type of the place it goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conversion {
    /// The types are the same.
    Same,
    /// A string type into `String`.
    ToText,
    /// A `String` into a string type, which takes any.
    FromText,
    /// A string type into another.
    TextToText,
    /// A string parsed: an enumeration, a number, a time.
    Parse,
    /// Anything that prints, into `String`.
    Print,
    /// A time into `String`, as RFC 3339 spells it.
    PrintTime,
    /// A string type into bytes.
    ToBytes,
    /// One integer type into another.
    Integer,
    /// An integer into a JSON number.
    Number,
    /// One kind of map into another.
    Collect,
    /// Anything into JSON.
    ToJson,
    /// A single value in JSON into a string type.
    Scalar,
    /// JSON into a type.
    FromJson,
    /// A type into another one of the same shape, by way of JSON.
    ThroughJson,
}
