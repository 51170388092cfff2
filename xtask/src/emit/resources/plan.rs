//! What resources there are: groups, their calls, what each takes, and every name.

use proc_macro2::{Ident, Span};
use serde_json::Value;

use super::Source;
use super::input::{self, Inputs, Request};
use super::paging::{self, Paging};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lower::convert::of_client;
use crate::model::{Ty, Variable};
use crate::names::folded;
use crate::names::{Scope, ident, pascal_text};
use crate::openapi::description::{self, ApiDescription};
use crate::openapi::extensions::{GROUP_NAME, IGNORE, METHOD_NAME, RETURN_VALUE};
use crate::openapi::index::{Answer, Operation, Ty as ClientTy};
use crate::openapi::progenitor::patch::constant;

/// The types that a file of resources may name, or that stand beside the resources.
#[rustfmt::skip]
const TAKEN_TYPES: [&str; 30] = [
    "Box", "ByteStream", "Bytes", "CallOptions", "Client", "Clone", "Debug", "Default", "Direction",
    "Error", "FixedSecret", "Into", "IntoIterator", "Items", "Map", "Number", "Option", "OrderedMap", "Outcome", "Pages", "Paginated", "Reply",
    "Resources", "Result", "SecretString", "Self", "String", "Value", "Variables", "Vec",
];

/// All resources of a document.
pub(super) struct Plan<'a> {
    pub groups: Vec<Group<'a>>,
    pub variables: Vec<Variable>,
}

/// Operations that belong together.
pub(super) struct Group<'a> {
    pub name: String,
    pub module: Ident,
    pub handle: Ident,
    /// The method that gives the handle.
    pub method: Ident,
    pub description: Option<String>,
    pub calls: Vec<Call<'a>>,
}

/// One operation as a method of its group.
pub(super) struct Call<'a> {
    pub operation: &'a Operation,
    /// The constant of the operation.
    pub constant: Ident,
    pub method: Ident,
    pub builder: Ident,
    pub inputs: Inputs,
    pub request: Request,
    /// The field of the answer that is given in its place, with its type.
    pub unwraps: Option<(Ident, Ty)>,
    pub paging: Option<Paging>,
    /// Documented statuses with what they mean: those of success, and the others.
    pub successes: Vec<(String, Option<String>)>,
    pub errors: Vec<(String, Option<String>)>,
    pub url: Option<String>,
}

impl Call<'_> {
    /// The type of the value that the client gives, where it gives one.
    pub(super) fn value(&self) -> Option<Ty> {
        match &self.operation.answer {
            Answer::Value(ty) | Answer::MaybeAccepted(ty) => Some(of_client(0, ty)),
            Answer::Empty | Answer::Stream => None,
        }
    }
}

impl<'a> Plan<'a> {
    /// Reads what the document says about resources.
    pub(super) fn read(source: Source<'a>, found: &mut Diagnostics) -> Option<Self> {
        let spec = ApiDescription::new(source.normalized);
        let operations = spec.operations();
        let named: Vec<Named<'a>> = operations
            .into_iter()
            .filter_map(|declared| Named::read(source, declared))
            .collect();
        if named.is_empty() {
            return None;
        }
        let variables = variables(source, &named);
        let mut groups = groups(source, &named);
        let mut types = Scope::with(&TAKEN_TYPES);
        for group in &mut groups {
            group.handle = types.pascal(&group.name);
        }
        for group in &mut groups {
            let mut methods = Scope::with(&["new", "client", "variables"]);
            for named in named.iter().filter(|named| named.group == group.name) {
                let id = &named.operation.id;
                let builder = match types.is_taken(&pascal_text(id)) {
                    true => types.pascal(&format!("{id} call")),
                    false => types.pascal(id),
                };
                let names = (methods.snake(&named.method), builder);
                group
                    .calls
                    .push(call(source, named, names, &variables, found));
            }
        }
        Some(Self { groups, variables })
    }
}

/// An operation that the document gives a place among the resources.
pub(super) struct Named<'a> {
    pub operation: &'a Operation,
    pub declared: description::Operation<'a>,
    pub group: String,
    pub method: String,
}

impl<'a> Named<'a> {
    fn read(source: Source<'a>, declared: description::Operation<'a>) -> Option<Self> {
        let part = &declared.part;
        if part.is_true(IGNORE) {
            return None;
        }
        // A group within a group is written as a list.
        let group = match part.value.get(GROUP_NAME)? {
            Value::String(name) => name.clone(),
            Value::Array(names) => {
                let names: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
                names.join(" ")
            }
            _ => return None,
        };
        let method = part.text(METHOD_NAME)?.to_owned();
        let operation = source.index.operations.get(declared.id?)?;
        Some(Self {
            operation,
            declared,
            group,
            method,
        })
    }
}

/// The variables of all these operations, by their names. Where its places have different types, a variable has that of
/// the first one, and fills no others.
fn variables(source: Source<'_>, named: &[Named<'_>]) -> Vec<Variable> {
    let mut found: Vec<(String, Ty)> = Vec::new();
    for named in named {
        for slot in input::slots(source, named) {
            let Some(name) = slot.variable else {
                continue;
            };
            if !found.iter().any(|(known, _)| *known == name) {
                found.push((name, slot.ty));
            }
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    // What the code of a call names itself.
    let mut scope = Scope::with(&["body", "client", "operation"]);
    let variables = found.into_iter().map(|(name, ty)| Variable {
        field: scope.snake(&name),
        name,
        ty,
    });
    variables.collect()
}

/// The groups in the order of the document, without their calls.
fn groups<'a>(source: Source<'_>, named: &[Named<'a>]) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    // What `resources/mod.rs` imports.
    let mut modules = Scope::with(&["operations", "types"]);
    let mut methods = Scope::with(&["new", "client", "variables"]);
    for named in named {
        if groups.iter().any(|group| group.name == named.group) {
            continue;
        }
        groups.push(Group {
            module: modules.module(&named.group, "group"),
            method: methods.snake(&named.group),
            handle: ident(&pascal_text(&named.group)),
            description: tag_description(source, named),
            name: named.group.clone(),
            calls: Vec::new(),
        });
    }
    groups
}

/// What the document says of the tag that is called like the group.
fn tag_description(source: Source<'_>, named: &Named<'_>) -> Option<String> {
    let root = ApiDescription::new(source.document).root();
    let tags = root.get("tags")?.elements();
    let tag = tags.iter().find(|tag| {
        tag.text("name")
            .is_some_and(|name| folded(name) == folded(&named.group))
    });
    let first = named.declared.part.get("tags")?;
    let first = first.elements();
    let own = || {
        let name = first.first()?.value.as_str()?;
        tags.iter().find(|tag| tag.text("name") == Some(name))
    };
    tag.or_else(own)?.text("description").map(str::to_owned)
}

fn call<'a>(
    source: Source<'a>,
    named: &Named<'a>,
    (method, builder): (Ident, Ident),
    variables: &[Variable],
    found: &mut Diagnostics,
) -> Call<'a> {
    let operation = named.operation;
    let (inputs, request) = input::read(source, named, variables);
    let paging = paging::read(source, named, &inputs, found);
    let unwraps = match paging {
        Some(_) => None,
        None => return_value(source, named, found),
    };
    let (successes, errors) = statuses(source, operation);
    Call {
        constant: Ident::new(&constant(&operation.method), Span::call_site()),
        operation,
        method,
        builder,
        inputs,
        request,
        unwraps,
        paging,
        successes,
        errors,
        url: named
            .declared
            .part
            .get("externalDocs")
            .and_then(|docs| docs.text("url").map(str::to_owned)),
    }
}

/// The field of the answer that the document wants to be given in its place.
fn return_value(
    source: Source<'_>,
    named: &Named<'_>,
    found: &mut Diagnostics,
) -> Option<(Ident, Ty)> {
    let wanted = named.declared.part.get(RETURN_VALUE)?;
    let name = wanted.value.as_str().unwrap_or_default();
    let property = match &named.operation.answer {
        Answer::Value(ty) | Answer::MaybeAccepted(ty) => match ty {
            ClientTy::Struct(structure) => source
                .index
                .properties(structure)
                .into_iter()
                .find(|property| property.name == name),
            _ => None,
        },
        Answer::Empty | Answer::Stream => None,
    };
    if property.is_none() {
        let message = format!("the answer has no property `{name}` to give in its place");
        found.push(
            Diagnostic::new(
                Code::UnknownReturnValue,
                source.file,
                &wanted.pointer,
                message,
            )
            .help("name a property of the answer, or leave the extension out"),
        );
    }
    property.map(|property| (ident(&property.ident), of_client(0, &property.ty)))
}

type Statuses = Vec<(String, Option<String>)>;

/// The documented statuses with their descriptions.
fn statuses(source: Source<'_>, operation: &Operation) -> (Statuses, Statuses) {
    let spec = ApiDescription::new(source.document);
    let declared = spec
        .operations()
        .into_iter()
        .find(|declared| declared.id == Some(operation.id.as_str()));
    let responses = declared
        .and_then(|declared| declared.part.get("responses"))
        .map(|responses| responses.members())
        .unwrap_or_default();
    let described = responses.into_iter().map(|(status, response)| {
        let description = spec.resolve(response).text("description");
        (status.to_owned(), description.map(str::to_owned))
    });
    described.partition(|(status, _)| status.starts_with('2'))
}
