//! Documentation of methods and setters, including examples.

use proc_macro2::TokenStream;
use quote::quote;

use super::Printer;
use crate::emit::docs::{one_line, prose, sentence, wrapped};
use crate::emit::example::{runtime, sample};
use crate::model::resource::{
    Builder, Description, Group, HandleVariable, Input, InputMode, ResponseKind,
};
use crate::model::{IpAddress, Ty};
use crate::names::{bare, ident};
use crate::openapi::progenitor::patch::remark_on;
use crate::rustdoc;

/// Returns the documentation of a setter.
pub(super) fn input(input: &Input) -> String {
    described(&input.name, &input.description)
}

/// Returns the documentation of a value of the handle.
pub(super) fn value(known: &HandleVariable) -> String {
    match &known.description.text {
        Some(text) => prose(&sentence(text)),
        None => format!("Value of `{}`.", known.variable.name),
    }
}

/// Returns the documentation of a setter, from the description of the value.
pub(super) fn described(name: &str, description: &Description) -> String {
    let text = match &description.text {
        Some(text) => prose(&sentence(text)),
        None => format!("Sets `{name}`."),
    };
    match description.implied_by.as_slice() {
        [] => text,
        schemes => format!("{text}\n\n{}", prose(&remark_on(schemes))),
    }
}

/// Returns the documentation of a method: description, arguments, return value and errors.
pub(super) fn method(printer: &Printer<'_>, builder: &Builder) -> String {
    let operation = &builder.operation;
    let description = operation.description.as_deref();
    let mut parts: Vec<String> = description
        .map(|text| prose(&sentence(text)))
        .into_iter()
        .collect();
    let request = match &operation.server {
        Some(name) => format!("`{}` on the server `{name}`", operation.line),
        None => format!("`{}`", operation.line),
    };
    parts.push(rustdoc::with_reference(&request, operation.url.as_deref()).join("\n"));
    parts.extend(arguments(builder));
    parts.extend(filled_in(printer, builder));
    parts.push(returns(builder));
    parts.extend(errors(builder));
    parts.join("\n\n")
}

fn arguments(builder: &Builder) -> Option<String> {
    let mut lines: Vec<String> = builder
        .inputs
        .iter()
        .filter(|input| input.mode == InputMode::Argument)
        .map(|input| {
            let name = bare(&input.ident);
            let Some(about) = &input.description.text else {
                return format!("- `{name}`");
            };
            let about = about.trim().split("\n\n").next().unwrap_or_default();
            prose(&format!("- `{name}`: {}", one_line(&sentence(about))))
        })
        .collect();
    if let Some(ty) = &builder.required {
        lines.push(format!("- `required`: the other required values, [`{ty}`]"));
    }
    (!lines.is_empty()).then(|| format!("# Arguments\n\n{}", lines.join("\n")))
}

/// Returns the sentence about the values that the handle fills in.
fn filled_in(printer: &Printer<'_>, builder: &Builder) -> Option<String> {
    let named = |required: bool| {
        let filled = builder.variable_uses.iter();
        // A value that only some credentials imply is required.
        let filled = filled.filter(|filled| {
            (filled.required || !filled.description.implied_by.is_empty()) == required
        });
        let names = filled.filter_map(|filled| printer.variable(filled.variable));
        let names: Vec<String> = names
            .map(|known| format!("`{}`", bare(&known.variable.field)))
            .collect();
        and(&names)
    };
    let text = match (named(true), named(false)) {
        (None, None) => return None,
        (Some(required), None) => format!("The handle fills in {required}."),
        (None, Some(optional)) => format!("The handle fills in {optional} if it has one."),
        (Some(required), Some(optional)) => {
            format!("The handle fills in {required}, and {optional} if it has one.")
        }
    };
    Some(wrapped(&text, ""))
}

fn and(names: &[String]) -> Option<String> {
    let (last, others) = names.split_last()?;
    Some(match others {
        [] => last.clone(),
        others => format!("{} and {last}", others.join(", ")),
    })
}

fn returns(builder: &Builder) -> String {
    let value = builder.response.value().map(|ty| {
        let paths = Paths {
            types: "types::".to_owned(),
            runtime: String::new(),
        };
        let text = path(ty, &paths);
        match ty {
            Ty::Text { .. }
            | Ty::Enum { .. }
            | Ty::Struct(_)
            | Ty::Union(_)
            | Ty::Wrapper(..)
            | Ty::Opaque(_)
            | Ty::JsonFields(_) => format!("[`{text}`]"),
            _ => format!("`{text}`"),
        }
    });
    let mut text = match (&builder.response.kind, value, &builder.paging) {
        (ResponseKind::Stream, ..) => "Returns the response body as a [`ByteStream`].".to_owned(),
        (ResponseKind::MaybeAccepted(_), Some(value), _) => format!(
            "Returns {value}, or [`Outcome::Accepted`] if the service accepted the request without a result."
        ),
        (_, Some(value), Some(_)) => format!(
            "Returns one page, {value}. Use [`pages`]({builder}::pages) or [`stream`]({builder}::stream) to read all pages.",
            builder = builder.name
        ),
        (_, Some(value), None) => format!("Returns {value}."),
        _ => "Returns nothing.".to_owned(),
    };
    if let Some(about) = &builder.operation.returns {
        text = format!("{text} {}", one_line(&prose(&sentence(about))));
    }
    wrapped(text.trim(), "")
}

/// Returns the section about documented error statuses: one in the sentence, several as a list.
fn errors(builder: &Builder) -> Option<String> {
    let documented: Vec<String> = builder
        .operation
        .errors
        .iter()
        .map(|(status, about)| {
            let about = about.as_deref().map(sentence).unwrap_or_default();
            let text = format!("{status}: {}", one_line(&about));
            text.trim_end_matches([':', ' ']).to_owned()
        })
        .collect();
    let opening = "The API documents";
    let text = match documented.as_slice() {
        [] => return None,
        [only] => prose(&format!("{opening} {only}")),
        several => {
            let lines: Vec<String> = several
                .iter()
                .map(|line| prose(&format!("- {line}")))
                .collect();
            format!("{opening}:\n\n{}", lines.join("\n"))
        }
    };
    Some(format!("# Errors\n\n{text}"))
}

/// Returns the attributes that include the example of a method in its documentation.
///
/// It is in a file, because the pages of the method and of its builder show it.
pub(super) fn example_attributes(group: &Group, builder: &Builder) -> TokenStream {
    let file = example_file(group, builder);
    quote!(#[doc = ""] #[doc = include_str!(#file)])
}

/// Longest name of the file of an example, without its extension. File systems allow 255 bytes.
const LONGEST_FILE_NAME: usize = 200;

/// Returns the file of an example, relative to the modules of the groups. It is named after the method, or after the
/// position of the method in its group if that name is too long.
pub(super) fn example_file(group: &Group, builder: &Builder) -> String {
    let module = bare(&group.module);
    let name = format!("{module}.{}", bare(&builder.method));
    let position = || {
        let mut builders = group.builders.iter();
        builders.position(|it| it.method == builder.method)
    };
    match position().filter(|_| name.len() > LONGEST_FILE_NAME) {
        Some(position) => format!("examples/{module}.{position}.md"),
        None => format!("examples/{name}.md"),
    }
}

/// Returns an example that compiles. A value that a literal cannot express is a parameter of the example.
pub(super) fn example(printer: &Printer<'_>, group: &Group, builder: &Builder) -> String {
    let module = format!("{}::{}", printer.krate, printer.resources.module);
    let paths = Paths::outside(printer);
    let receiver = bare(&group.method);
    let (handle, method) = (&group.handle, &builder.method);
    let mut parameters = vec![format!("{receiver}: {module}::resources::{handle}")];
    let mut arguments = Vec::new();
    for input in &builder.inputs {
        if input.mode != InputMode::Argument {
            continue;
        }
        match sample(&input.ty, &input.name, input.example.as_ref()) {
            Some(value) => arguments.push(value),
            None => {
                let ty = path(&input.ty, &paths);
                parameters.push(format!("{}: {ty}", bare(&input.ident)));
                arguments.push(bare(&input.ident));
            }
        }
    }
    if let Some(ty) = &builder.required {
        parameters.push(format!("required: {module}::resources::{ty}"));
        arguments.push("required".to_owned());
    }
    let begun = format!("{receiver}.{method}({})", arguments.join(", "));
    let lines = match (&builder.response.kind, &builder.paging) {
        (_, Some(_)) => vec![
            format!("let mut items = {begun}.stream();"),
            "while let Some(item) = items.try_next().await? {".to_owned(),
            "    println!(\"{item:?}\");".to_owned(),
            "}".to_owned(),
        ],
        (ResponseKind::Empty, _) => vec![format!("{begun}.send().await?;")],
        (ResponseKind::Stream, _) => vec![
            format!("let body = {begun}.send().await?.collect().await?;"),
            "println!(\"{} bytes\", body.len());".to_owned(),
        ],
        (ResponseKind::MaybeAccepted(_), _) => vec![
            format!("let outcome = {begun}.send().await?;"),
            "println!(\"{:?}\", outcome.finished());".to_owned(),
        ],
        (ResponseKind::Value(_), _) => vec![format!("let response = {begun}.send().await?;")],
    };
    format!(
        "# Example\n\n```no_run\n\
         # async fn example({}) -> Result<(), {}Error> {{\n{}\n# Ok(())\n# }}\n```",
        parameters.join(", "),
        paths.runtime,
        lines.join("\n")
    )
}

/// Prefixes of type paths in text.
pub(super) struct Paths {
    /// Prefix of the client's types, including the trailing `::`.
    pub types: String,
    /// Prefix of the runtime's types, including the trailing `::`.
    pub runtime: String,
}

impl Paths {
    /// Returns the prefixes for use outside the generated crate, which may contain the runtime as a module.
    fn outside(printer: &Printer<'_>) -> Self {
        Self {
            types: format!("{}::{}::types::", printer.krate, printer.resources.module),
            runtime: runtime(printer.krate, printer.runtime),
        }
    }
}

/// Returns a type with its path, for text.
pub(super) fn path(ty: &Ty, paths: &Paths) -> String {
    let inner = |ty: &Ty| path(ty, paths);
    let Paths { types, runtime } = paths;
    match ty {
        Ty::Bool => "bool".to_owned(),
        Ty::String => "String".to_owned(),
        Ty::Number => format!("{runtime}Number"),
        Ty::Secret => format!("{runtime}SecretString"),
        Ty::Json => "serde_json::Value".to_owned(),
        Ty::JsonMap => "serde_json::Map<String, serde_json::Value>".to_owned(),
        Ty::Integer(integer) => integer.path().to_owned(),
        Ty::DateTime => "chrono::DateTime<chrono::Utc>".to_owned(),
        Ty::Date => "chrono::naive::NaiveDate".to_owned(),
        Ty::Uuid => "uuid::Uuid".to_owned(),
        Ty::Ip(IpAddress::Any) => "std::net::IpAddr".to_owned(),
        Ty::Ip(IpAddress::V4) => "std::net::Ipv4Addr".to_owned(),
        Ty::Ip(IpAddress::V6) => "std::net::Ipv6Addr".to_owned(),
        Ty::Bytes => "bytes::Bytes".to_owned(),
        Ty::Multipart => format!("{runtime}Multipart"),
        Ty::Foreign(ty) => quote!(#ty).to_string().replace(' ', ""),
        Ty::Text { name, .. }
        | Ty::Enum { name, .. }
        | Ty::Struct(name)
        | Ty::Union(name)
        | Ty::Wrapper(name, _)
        | Ty::Opaque(name)
        | Ty::JsonFields(name) => format!("{types}{}", ident(&name.name)),
        Ty::List(item) => format!("Vec<{}>", inner(item)),
        Ty::Map(value) => format!("{runtime}OrderedMap<{}>", inner(value)),
        Ty::Boxed(boxed) => format!("Box<{}>", inner(boxed)),
        Ty::Option(some) => format!("Option<{}>", inner(some)),
    }
}
