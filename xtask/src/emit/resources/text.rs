//! What is said about methods and what they take, with examples.

use serde_json::Value;

use super::Printer;
use super::input::{Input, Kind};
use super::plan::{Call, Group};
use crate::emit::docs::{one_line, prose, sentence, wrapped};
use crate::model::{IpAddress, Ty};
use crate::names::ident;
use crate::openapi::index::Answer;
use crate::openapi::progenitor::patch::remark_on;

/// The documentation of an input.
pub(super) fn input(input: &Input) -> String {
    let text = match &input.description {
        Some(text) => prose(&sentence(text)),
        None => format!("The `{}` of the request.", input.name),
    };
    match input.implied_by.as_slice() {
        [] => text,
        schemes => format!("{text}\n\n{}", prose(&remark_on(schemes))),
    }
}

/// The documentation of a method: what it does, takes and gives, how it fails, and an example.
pub(super) fn method(printer: &Printer<'_>, group: &Group<'_>, call: &Call<'_>) -> String {
    let operation = call.operation;
    let summary = operation.summary.as_deref().unwrap_or(&operation.id);
    let mut parts = vec![prose(&sentence(summary))];
    parts.extend(operation.description.as_deref().map(prose));
    parts.push(match &operation.server {
        Some(name) => format!(
            "`{} {}` on the server `{name}`",
            operation.http, operation.path
        ),
        None => format!("`{} {}`", operation.http, operation.path),
    });
    parts.extend(arguments(call));
    parts.extend(filled_in(call));
    parts.push(returns(printer, call));
    parts.push(errors(call));
    parts.push(example(printer, group, call));
    if let Some(url) = &call.url {
        parts.push(prose(&format!("More: {url}")));
    }
    parts.join("\n\n")
}

fn arguments(call: &Call<'_>) -> Option<String> {
    let lines: Vec<String> = call
        .inputs
        .iter()
        .filter(|input| input.kind == Kind::Argument)
        .map(|input| {
            let about = input.description.as_deref().unwrap_or(&input.name);
            let about = about.trim().split("\n\n").next().unwrap_or_default();
            let name = super::plain(&input.field);
            prose(&format!("- `{name}`: {}", one_line(&sentence(about))))
        })
        .collect();
    (!lines.is_empty()).then(|| format!("# Arguments\n\n{}", lines.join("\n")))
}

/// What need not be given, because a handle may know it.
fn filled_in(call: &Call<'_>) -> Option<String> {
    let named = |needed: bool| {
        let inputs = call.inputs.iter().filter(|input| match input.kind {
            // What only a certain credential makes needless is needed.
            Kind::Variable { required, .. } => (required || !input.implied_by.is_empty()) == needed,
            _ => false,
        });
        let names: Vec<String> = inputs
            .map(|input| format!("[`{0}`]({1}::{0})", input.field, call.builder))
            .collect();
        and(&names)
    };
    let needed = named(true).map(|names| {
        format!(
            "The handle fills in {names}; a call that still lacks any of it fails before anything is sent."
        )
    });
    let optional = named(false).map(|names| match needed {
        Some(_) => format!("Where it has {names}, it fills that in as well."),
        None => format!("Where the handle has {names}, it fills that in."),
    });
    let text: Vec<String> = [needed, optional].into_iter().flatten().collect();
    (!text.is_empty()).then(|| wrapped(&text.join(" "), ""))
}

fn and(names: &[String]) -> Option<String> {
    let (last, others) = names.split_last()?;
    Some(match others {
        [] => last.clone(),
        others => format!("{} and {last}", others.join(", ")),
    })
}

fn returns(printer: &Printer<'_>, call: &Call<'_>) -> String {
    let ty = match (&call.unwraps, call.value()) {
        (Some((_, ty)), _) => Some(ty.clone()),
        (None, ty) => ty,
    };
    let linked = ty.map(|ty| {
        let text = printer.types.ty(&ty).to_string().replace(' ', "");
        match ty {
            Ty::Text { .. } | Ty::Enum { .. } | Ty::Struct(_) | Ty::Union(_) | Ty::Wrapper(..) => {
                format!("[`{text}`]")
            }
            _ => format!("`{text}`"),
        }
    });
    let mut text = match (&call.operation.answer, linked) {
        (Answer::Stream, _) => "The body as it comes, a [`ByteStream`].".to_owned(),
        (Answer::MaybeAccepted(_), Some(ty)) => {
            format!("{ty}, or [`Outcome::Accepted`] where the work goes on and no result comes.")
        }
        (_, Some(ty)) => match &call.paging {
            Some(_) => format!(
                "A page, {ty}; [`pages`]({builder}::pages) and [`stream`]({builder}::stream) go on to the others.",
                builder = call.builder
            ),
            None => format!("{ty}."),
        },
        _ => "Nothing but success.".to_owned(),
    };
    let described = call
        .successes
        .iter()
        .find_map(|(status, about)| match status.as_str() {
            "202" => None,
            _ => about.as_deref(),
        });
    if let Some(about) = described {
        text = format!("{text} {}", one_line(&prose(&sentence(about))));
    }
    format!("# Returns\n\n{}", wrapped(&text, ""))
}

fn errors(call: &Call<'_>) -> String {
    let lines: Vec<String> = call
        .errors
        .iter()
        .map(|(status, about)| {
            let about = about.as_deref().map(sentence).unwrap_or_default();
            prose(format!("- {status}: {}", one_line(&about)).trim_end_matches([':', ' ']))
        })
        .collect();
    match lines.is_empty() {
        true => "# Errors\n\nNone beside what can happen to any call.".to_owned(),
        false => format!(
            "# Errors\n\nBeside what can happen to any call, the API documents:\n\n{}",
            lines.join("\n")
        ),
    }
}

/// An example that compiles. What can only be made from other values is taken as given.
fn example(printer: &Printer<'_>, group: &Group<'_>, call: &Call<'_>) -> String {
    let module = format!("{}::{}", printer.source.krate, printer.source.module);
    let receiver = super::plain(&group.method);
    let (handle, method) = (&group.handle, &call.method);
    let mut given = vec![format!("{receiver}: {module}::resources::{handle}")];
    let mut shown = Vec::new();
    for input in call
        .inputs
        .iter()
        .filter(|input| input.kind == Kind::Argument)
    {
        match sample(&input.ty, &input.name, input.example.as_ref()) {
            Some(value) => shown.push(value),
            None => {
                let ty = path(&input.ty, &module);
                given.push(format!("{}: {ty}", super::plain(&input.field)));
                shown.push(super::plain(&input.field));
            }
        }
    }
    let begun = format!("{receiver}.{method}({})", shown.join(", "));
    let lines = match (&call.operation.answer, &call.paging) {
        (_, Some(_)) => vec![
            format!("let mut all = {begun}.stream();"),
            "while let Some(item) = all.try_next().await? {".to_owned(),
            "    println!(\"{item:?}\");".to_owned(),
            "}".to_owned(),
        ],
        (Answer::Empty, _) => vec![format!("{begun}.send().await?;")],
        (Answer::Stream, _) => vec![
            format!("let mut body = {begun}.send().await?;"),
            "while let Some(chunk) = body.chunk().await? {".to_owned(),
            "    println!(\"{} bytes\", chunk.len());".to_owned(),
            "}".to_owned(),
        ],
        (Answer::MaybeAccepted(_), _) => vec![
            format!("match {begun}.send().await?.finished() {{"),
            "    Some(answer) => println!(\"{answer:?}\"),".to_owned(),
            "    None => println!(\"accepted\"),".to_owned(),
            "}".to_owned(),
        ],
        (Answer::Value(_), _) => vec![
            format!("let answer = {begun}.send().await?;"),
            "println!(\"{answer:?}\");".to_owned(),
        ],
    };
    format!(
        "# Example\n\n```no_run\n\
         # async fn example({}) -> Result<(), pipedream_sdk_runtime::Error> {{\n{}\n# Ok(())\n# }}\n```",
        given.join(", "),
        lines.join("\n")
    )
}

/// A type as an example outside of the client's module writes it.
fn path(ty: &Ty, module: &str) -> String {
    let inner = |ty: &Ty| path(ty, module);
    match ty {
        Ty::Bool => "bool".to_owned(),
        Ty::String => "String".to_owned(),
        Ty::Number => "pipedream_sdk_runtime::Number".to_owned(),
        Ty::Secret => "pipedream_sdk_runtime::SecretString".to_owned(),
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
        Ty::Foreign(ty) => quote::quote!(#ty).to_string(),
        Ty::Text { name, .. }
        | Ty::Enum { name, .. }
        | Ty::Struct(name)
        | Ty::Union(name)
        | Ty::Wrapper(name, _)
        | Ty::Opaque(name) => format!("{module}::types::{}", ident(&name.name)),
        Ty::List(item) => format!("Vec<{}>", inner(item)),
        Ty::Map(value) => format!("pipedream_sdk_runtime::OrderedMap<{}>", inner(value)),
        Ty::Boxed(boxed) => format!("Box<{}>", inner(boxed)),
        Ty::Option(some) => format!("Option<{}>", inner(some)),
    }
}

/// A literal for an argument, where its type takes one.
fn sample(ty: &Ty, name: &str, example: Option<&Value>) -> Option<String> {
    Some(match ty {
        Ty::String | Ty::Secret | Ty::Text { .. } => {
            let plain = example
                .and_then(Value::as_str)
                .filter(|text| text.len() <= 40);
            let text = plain.map_or_else(|| name.replace('_', "-"), str::to_owned);
            format!("{text:?}")
        }
        Ty::Integer(integer) if !integer.is_non_zero() => match example.and_then(Value::as_i64) {
            Some(number) => number.to_string(),
            None => "1".to_owned(),
        },
        Ty::Number => "1".to_owned(),
        Ty::Bool => "true".to_owned(),
        Ty::List(item) => format!("[{}]", sample(item, name, None)?),
        _ => return None,
    })
}
