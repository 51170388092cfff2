//! Pagination by `x-fern-pagination`: the input that takes the cursor, and the path of the next cursor in a
//! response.

use serde_json::Value;

use super::Context;
use super::plan::NamedOperation;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lower::convert::of_client;
use crate::model::Ty;
use crate::model::resource::{Cursor, Input, InputMode, Paging, Step};
use crate::names::ident;
use crate::openapi::extensions::PAGINATION;
use crate::openapi::index::{Access, Resolved, ResponseType};

/// Lowers the pagination of an operation. Only pagination by cursor is supported; other kinds are reported.
pub(super) fn read(
    context: &Context<'_>,
    named: &NamedOperation<'_>,
    inputs: &[Input],
    found: &mut Diagnostics,
) -> Option<Paging> {
    let declared = named.declared.part.get(PAGINATION)?;
    let text = |key: &str| declared.value.get(key).and_then(Value::as_str);
    let paging = match (text("cursor"), text("next_cursor"), text("results")) {
        (Some(cursor), Some(next), Some(results)) => {
            by_cursor(context, named, inputs, [cursor, next, results])
        }
        _ => Err("`cursor`, `next_cursor` and `results` are required".to_owned()),
    };
    match paging {
        Ok(paging) => Some(paging),
        Err(reason) => {
            let message = format!(
                "unsupported pagination of `{}`: {reason}",
                named.operation.id
            );
            let finding = Diagnostic::new(
                Code::UnsupportedPagination,
                context.file,
                &declared.pointer,
                message,
            );
            found.push(context.about_response(&named.operation.id, finding));
            None
        }
    }
}

fn by_cursor(
    context: &Context<'_>,
    named: &NamedOperation<'_>,
    inputs: &[Input],
    [cursor, next, results]: [&str; 3],
) -> Result<Paging, String> {
    let ResponseType::Value(response) = &named.operation.response else {
        return Err("the response has no JSON schema".to_owned());
    };
    let resolve = |text: &str| {
        let pointer =
            pointer(text).ok_or_else(|| format!("`{text}` does not start with `$response.`"))?;
        let resolved = context.index.resolve(response, &pointer);
        resolved.map_err(|error| error.to_string())
    };
    let cursor_of = |name: &str, resolved: &Resolved| {
        let input = input(inputs, name)?;
        let next = fields(resolved)?;
        let next_ty = of_client(0, &resolved.ty);
        let is_text = |ty: &Ty| matches!(ty, Ty::String | Ty::Text { secret: false, .. });
        let fits = is_text(&input.ty) && is_text(&next_ty);
        fits.then(|| Cursor {
            location: input.location.clone(),
            next,
            next_ty,
        })
    };
    let items = resolve(results)?;
    let Ty::List(item) = of_client(0, &items.ty) else {
        return Err(format!("`{results}` is not an array"));
    };
    let name = cursor
        .strip_prefix("$request.")
        .ok_or_else(|| format!("`{cursor}` does not start with `$request.`"))?;
    let forward = cursor_of(name, &resolve(next)?).ok_or_else(|| {
        format!("`{cursor}` must be an optional string parameter and `{next}` a string property")
    })?;
    let backward =
        backward_cursor(name, next).and_then(|(name, next)| cursor_of(name, &resolve(&next).ok()?));
    // Only the list itself may be absent, not its parents.
    let steps = fields(&items).filter(|steps| {
        let parents = steps.split_last().map(|(_, parents)| parents);
        parents.is_some_and(|parents| parents.iter().all(|step| step.options == 0))
    });
    let steps = steps
        .ok_or_else(|| format!("`{results}` must be a property whose parents are all required"))?;
    Ok(Paging {
        item: *item,
        items: steps.into_iter().map(|step| step.field).collect(),
        forward,
        backward,
    })
}

/// Returns the parameter and the expression of the cursor to the previous page, for lists with the names of Relay.
///
/// The extension declares only one direction. A list that takes `end_cursor` as `after` takes `start_cursor` as
/// `before`.
fn backward_cursor<'n>(cursor: &'n str, next: &str) -> Option<(&'n str, String)> {
    let start = match next.rsplit_once('.')? {
        (parent, "end_cursor") => format!("{parent}.start_cursor"),
        (parent, "endCursor") => format!("{parent}.startCursor"),
        _ => return None,
    };
    (cursor == "after").then_some(("before", start))
}

/// Converts an expression such as `$response.page_info.end_cursor` to a JSON Pointer.
fn pointer(text: &str) -> Option<String> {
    let names = text.strip_prefix("$response.")?;
    let tokens = names
        .split('.')
        .map(|name| name.replace('~', "~0").replace('/', "~1"));
    Some(tokens.fold(String::new(), |pointer, token| pointer + "/" + &token))
}

fn input<'i>(inputs: &'i [Input], name: &str) -> Option<&'i Input> {
    let input = inputs.iter().find(|input| input.name == name)?;
    (input.mode == InputMode::Optional).then_some(input)
}

/// Returns the steps of a path that consists only of fields.
fn fields(resolved: &Resolved) -> Option<Vec<Step>> {
    let mut steps: Vec<Step> = Vec::new();
    for access in &resolved.path {
        match access {
            Access::Field {
                ident: field,
                optional,
            } => steps.push(Step {
                field: ident(field),
                options: usize::from(*optional),
            }),
            Access::Present => steps.last_mut()?.options += 1,
            _ => return None,
        }
    }
    Some(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn converts_response_expressions_to_pointers() {
        assert_eq!(
            pointer("$response.page_info.a/b").as_deref(),
            Some("/page_info/a~1b")
        );
        assert_eq!(pointer("$request.after"), None);
    }

    #[test]
    fn only_lists_with_relay_names_have_a_backward_cursor() {
        assert_eq!(
            backward_cursor("after", "$response.info.end_cursor"),
            Some(("before", "$response.info.start_cursor".to_owned()))
        );
        assert_eq!(
            backward_cursor("after", "$response.endCursor"),
            Some(("before", "$response.startCursor".to_owned()))
        );
        assert_eq!(backward_cursor("cursor", "$response.end_cursor"), None);
        assert_eq!(backward_cursor("after", "$response.next"), None);
    }
}
