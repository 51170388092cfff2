//! Groups of operations, the builders of each group, and their names.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, Span};

use super::input::{self, Slot};
use super::{Context, paging};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lower::convert::of_client;
use crate::model::resource::{
    Builder, Description, Group, HandleVariable, InputMode, Operation, Resources, Response,
    ResponseKind, VariableUse,
};
use crate::model::{Ty, Variable};
use crate::names::{Scope, bare, folded, ident, module_text, pascal_text};
use crate::openapi::description::{self, Part, ResourceName};
use crate::openapi::extensions::RETURN_VALUE;
use crate::openapi::index::{self, ResponseType, Ty as ClientTy};

/// Names of types that a file of resources uses or that are defined in the same module.
#[rustfmt::skip]
const TAKEN_TYPES: [&str; 27] = [
    "Box", "ByteStream", "Bytes", "Call", "Client", "Clone", "Debug", "Default", "Error", "FixedSecret",
    "Into", "IntoIterator", "Items", "Map", "Number", "Option", "OrderedMap", "Outcome", "Pages", "Response", "Resources",
    "Result", "Seconds", "SecretString", "Self", "Value", "Variables",
];
/// Methods of every handle: its constructor, and those of traits that take it by value.
const METHODS: &[&str] = &["new", "into", "try_into"];
const TAKEN_PRELUDE: [&str; 2] = ["String", "Vec"];

/// Lowers all resources of a document; `None` if it has no operations for them.
pub(super) fn read(context: &Context<'_>, found: &mut Diagnostics) -> Option<Resources> {
    let operations = context.api.operations();
    let names = description::resource_names(&operations);
    let named: Vec<NamedOperation<'_>> = operations
        .iter()
        .zip(names)
        .filter_map(|(declared, name)| NamedOperation::read(context, declared, name?))
        .collect();
    if named.is_empty() {
        return None;
    }
    let slots: Vec<Vec<Slot>> = named
        .iter()
        .map(|named| input::slots(context, named))
        .collect();
    let variables = variables(slots.iter().flatten());
    let mut groups = groups(context, &named);
    let mut types = Scope::with(&[&TAKEN_TYPES[..], &TAKEN_PRELUDE].concat());
    for group in &mut groups {
        // `PagesGroup`, as `Pages` is a type of the runtime.
        group.handle = match types.is_taken(&pascal_text(&group.name)) {
            true => types.pascal(&format!("{} group", group.name)),
            false => types.pascal(&group.name),
        };
    }
    let mut of_group: BTreeMap<&str, Vec<(&NamedOperation<'_>, &[Slot])>> = BTreeMap::new();
    for (named, slots) in named.iter().zip(&slots) {
        let operations = of_group.entry(&named.group).or_default();
        operations.push((named, slots));
    }
    for group in &mut groups {
        let mut methods = Scope::with(METHODS);
        let operations = of_group.remove(group.name.as_str());
        for (named, slots) in operations.unwrap_or_default() {
            let id = named.declared.id.unwrap_or_default();
            let name = match types.is_taken(&pascal_text(id)) {
                true => types.pascal(&format!("{id} call")),
                false => types.pascal(id),
            };
            let method = methods.snake(&named.method);
            let mut builder = builder(context, named, slots, (method, name), &variables, found);
            if builder.inputs.iter().any(|it| it.mode == InputMode::Field) {
                builder.required = Some(types.pascal(&format!("{} required", builder.name)));
            }
            group.builders.push(builder);
        }
    }
    check_credentials(&mut groups);
    Some(Resources {
        module: context.module.to_owned(),
        variables: with_descriptions(variables, &groups),
        groups,
    })
}

/// An operation with a group and a method name.
pub(super) struct NamedOperation<'a> {
    pub operation: &'a index::Operation,
    pub declared: &'a description::Operation<'a>,
    pub group: String,
    pub method: String,
}

impl<'a> NamedOperation<'a> {
    fn read(
        context: &Context<'a>,
        declared: &'a description::Operation<'a>,
        name: ResourceName,
    ) -> Option<Self> {
        let operation = context.operation(declared)?;
        Some(Self {
            operation,
            declared,
            group: name.group,
            method: name.method,
        })
    }
}

/// Returns the variables of all operations, sorted by name.
///
/// A variable has the type of its first slot, and is assigned only to slots of that type.
fn variables<'s>(slots: impl Iterator<Item = &'s Slot>) -> Vec<Variable> {
    let mut found: Vec<(String, Ty)> = Vec::new();
    for slot in slots {
        if let Some(name) = &slot.variable
            && !found.iter().any(|(known, _)| known == name)
        {
            found.push((name.clone(), slot.ty.clone()));
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    // Variables are setters of builders as well.
    let mut scope = input::setters();
    let variables = found.into_iter().map(|(name, ty)| Variable {
        field: scope.snake(&name),
        name,
        ty,
    });
    variables.collect()
}

/// Returns the groups in the order of the document, without their builders.
fn groups(context: &Context<'_>, named: &[NamedOperation<'_>]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    // Modules that `resources/mod.rs` imports.
    let mut modules = Scope::with(&["operations", "types"]);
    let mut methods = Scope::with(METHODS);
    let tags = Tags::read(context);
    let mut known = BTreeSet::new();
    for named in named {
        if !known.insert(&named.group) {
            continue;
        }
        let module = match modules.is_taken(&module_text(&named.group, "group")) {
            true => modules.module(&format!("{} group", named.group), "group"),
            false => modules.module(&named.group, "group"),
        };
        groups.push(Group {
            module,
            method: methods.snake(&named.group),
            handle: ident(&pascal_text(&named.group)),
            description: tags.description(named),
            name: named.group.clone(),
            builders: Vec::new(),
        });
    }
    groups
}

/// Tags of a document, the first of each name.
struct Tags<'a> {
    by_folded: BTreeMap<String, Part<'a>>,
    by_name: BTreeMap<&'a str, Part<'a>>,
}

impl<'a> Tags<'a> {
    fn read(context: &Context<'a>) -> Self {
        let tags = context.written.root().get("tags");
        let mut found = Self {
            by_folded: BTreeMap::new(),
            by_name: BTreeMap::new(),
        };
        for tag in tags.map(|tags| tags.elements()).unwrap_or_default() {
            if let Some(name) = tag.text("name") {
                let folded = found.by_folded.entry(folded(name));
                folded.or_insert_with(|| tag.clone());
                found.by_name.entry(name).or_insert(tag);
            }
        }
        found
    }

    /// Returns the description of the tag with the group's name, or else of the operation's first tag.
    fn description(&self, named: &NamedOperation<'_>) -> Option<String> {
        let first = named.declared.part.value.get("tags")?.get(0);
        let own = || self.by_name.get(first?.as_str()?);
        let tag = self.by_folded.get(&folded(&named.group)).or_else(own)?;
        tag.text("description").map(str::to_owned)
    }
}

fn builder(
    context: &Context<'_>,
    named: &NamedOperation<'_>,
    slots: &[Slot],
    (method, name): (Ident, Ident),
    variables: &[Variable],
    found: &mut Diagnostics,
) -> Builder {
    let request = input::read(context, named, slots, variables);
    let paging = paging::read(context, named, &request.inputs, found);
    let unwraps = match paging {
        Some(_) => None,
        None => return_value(context, named, found),
    };
    let credential = request.inputs.iter().enumerate().find_map(|(number, _)| {
        let scheme = request.credentials.get(&number)?;
        Some((scheme.clone(), number))
    });
    Builder {
        name,
        required: None,
        operation: operation(context, named, &method),
        method,
        inputs: request.inputs,
        variable_uses: request.variable_uses,
        params: named.operation.params.as_deref().map(ident),
        body: request.body,
        arguments: request.arguments,
        fills: request.fills,
        credential,
        checks_credential: false,
        response: Response {
            kind: match &named.operation.response {
                ResponseType::Value(ty) => ResponseKind::Value(of_client(0, ty)),
                ResponseType::MaybeAccepted(ty) => ResponseKind::MaybeAccepted(of_client(0, ty)),
                ResponseType::Empty => ResponseKind::Empty,
                ResponseType::Stream => ResponseKind::Stream,
            },
            unwraps,
        },
        paging,
    }
}

fn operation(context: &Context<'_>, named: &NamedOperation<'_>, method: &Ident) -> Operation {
    let operation = named.operation;
    let non_blank = |text: &Option<String>| {
        let text = text.as_deref().map(str::trim);
        text.filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let description = non_blank(&operation.description).or_else(|| non_blank(&operation.summary));
    let (successes, errors) = statuses(context, operation);
    let documentation = named.declared.part.get("externalDocs");
    Operation {
        constant: Ident::new(&operation.constant, Span::call_site()),
        method: ident(&bare(&operation.method)),
        aliases: aliases(named, &bare(method)),
        line: format!("{} {}", operation.http, operation.path),
        server: operation.server.clone(),
        description,
        returns: successes
            .into_iter()
            .find(|(status, _)| status != "202")
            .and_then(|(_, description)| description),
        errors,
        url: documentation.and_then(|docs| docs.text("url").map(str::to_owned)),
    }
}

/// Returns the names of an operation in the document that a search for the method does not find.
///
/// Searches ignore case and underscores. Names with other characters cannot be aliases.
fn aliases(named: &NamedOperation<'_>, method: &str) -> Vec<String> {
    let mut known = vec![folded(method)];
    let names = [named.declared.id.unwrap_or_default(), &named.method];
    let mut aliases = Vec::new();
    for name in names {
        let is_plain = name.chars().all(|c| c.is_alphanumeric() || c == '_');
        if is_plain && !name.is_empty() && !known.contains(&folded(name)) {
            known.push(folded(name));
            aliases.push(name.to_owned());
        }
    }
    aliases
}

/// Returns the field of the response that `x-fern-sdk-return-value` names, with its type.
fn return_value(
    context: &Context<'_>,
    named: &NamedOperation<'_>,
    found: &mut Diagnostics,
) -> Option<(Ident, Ty)> {
    let extension = named.declared.part.get(RETURN_VALUE)?;
    let name = extension.value.as_str().unwrap_or_default();
    let property = match &named.operation.response {
        ResponseType::Value(ty) | ResponseType::MaybeAccepted(ty) => match ty {
            ClientTy::Struct(structure) => context
                .index
                .properties(structure)
                .iter()
                .find(|property| property.name == name),
            _ => None,
        },
        ResponseType::Empty | ResponseType::Stream => None,
    };
    if property.is_none() {
        let message = format!("the response schema has no property named `{name}`");
        let finding = Diagnostic::new(
            Code::UnknownReturnValue,
            context.file,
            &extension.pointer,
            message,
        );
        let finding = finding.help("name a property of the response, or remove the extension");
        found.push(context.about_response(&named.operation.id, finding));
    }
    property.map(|property| (ident(&property.ident), of_client(0, &property.ty)))
}

type Statuses = Vec<(String, Option<String>)>;

/// Returns the documented statuses with their descriptions, split into successes and errors.
fn statuses(context: &Context<'_>, operation: &index::Operation) -> (Statuses, Statuses) {
    let declared = context.as_written.get(operation.id.as_str());
    let responses = declared
        .and_then(|declared| declared.part.get("responses"))
        .map(|responses| responses.members())
        .unwrap_or_default();
    let described = responses.into_iter().map(|(status, response)| {
        let description = context.written.resolve(response).text("description");
        (status.to_owned(), description.map(str::to_owned))
    });
    described.partition(|(status, _)| status.starts_with('2'))
}

/// Sets [`Builder::checks_credential`] for builders that require a value that credentials of other operations
/// imply.
fn check_credentials(groups: &mut [Group]) {
    let all = groups.iter().flat_map(|group| &group.builders);
    let implied: Vec<usize> = all
        .flat_map(|builder| &builder.variable_uses)
        .filter(|filled| !filled.description.implied_by.is_empty())
        .map(|filled| filled.variable)
        .collect();
    for builder in groups.iter_mut().flat_map(|group| &mut group.builders) {
        let needs = |filled: &VariableUse| filled.required && implied.contains(&filled.variable);
        builder.checks_credential = builder.variable_uses.iter().any(needs);
    }
}

/// Adds to each variable its most frequent description, and whether requests require it.
fn with_descriptions(variables: Vec<Variable>, groups: &[Group]) -> Vec<HandleVariable> {
    let all: Vec<&VariableUse> = groups
        .iter()
        .flat_map(|group| &group.builders)
        .flat_map(|builder| &builder.variable_uses)
        .collect();
    let described = variables.into_iter().enumerate().map(|(number, variable)| {
        let uses = all.iter().filter(|filled| filled.variable == number);
        let mut descriptions: Vec<(&Description, usize)> = Vec::new();
        for filled in uses.clone() {
            let known = descriptions
                .iter_mut()
                .find(|(known, _)| *known == &filled.description);
            match known {
                Some((_, count)) => *count += 1,
                None => descriptions.push((&filled.description, 1)),
            }
        }
        // The first of the most frequent descriptions: `max_by_key` returns the last maximum.
        let most = descriptions
            .iter()
            .rev()
            .max_by_key(|(_, count)| *count)
            .map(|(description, _)| (*description).clone());
        let is_needed = |optional: bool| {
            let mut builders = groups.iter().flat_map(|group| &group.builders);
            builders.any(|builder| {
                let slots = builder.variable_slots();
                slots.contains(&(number, optional))
            })
        };
        HandleVariable {
            variable,
            description: most.unwrap_or_default(),
            is_required: is_needed(false),
            is_optional: is_needed(true),
        }
    });
    described.collect()
}
