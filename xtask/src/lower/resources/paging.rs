//! Pagination by `x-fern-pagination`: which input takes the cursor, and where a response has the next one.

use serde_json::Value;

use super::Context;
use super::plan::Named;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lower::convert::of_client;
use crate::model::Ty;
use crate::model::resource::{Cursor, Given, Input, Paging, Step};
use crate::names::ident;
use crate::openapi::extensions::PAGINATION;
use crate::openapi::index::{Access, Resolved, ResponseType};

/// Reads how the operation comes in pages, if it does. Kinds of pagination other than that by a cursor are left to the
/// user.
pub(super) fn read(
    context: &Context<'_>,
    named: &Named<'_>,
    inputs: &[Input],
    found: &mut Diagnostics,
) -> Option<Paging> {
    let declared = named.declared.part.get(PAGINATION)?;
    let text = |key: &str| declared.value.get(key).and_then(Value::as_str);
    let paging = match (text("cursor"), text("next_cursor"), text("results")) {
        (Some(cursor), Some(next), Some(results)) => {
            by_cursor(context, named, inputs, [cursor, next, results])
        }
        _ => Err("it does not name `cursor`, `next_cursor` and `results`".to_owned()),
    };
    match paging {
        Ok(paging) => Some(paging),
        Err(why) => {
            let message = format!(
                "the pages of `{}` are not followed: {why}",
                named.operation.id
            );
            found.push(Diagnostic::new(
                Code::UnsupportedPagination,
                context.file,
                &declared.pointer,
                message,
            ));
            None
        }
    }
}

fn by_cursor(
    context: &Context<'_>,
    named: &Named<'_>,
    inputs: &[Input],
    [cursor, next, results]: [&str; 3],
) -> Result<Paging, String> {
    let ResponseType::Value(answer) = &named.operation.response else {
        return Err("its answer has no type".to_owned());
    };
    let resolve = |text: &str| {
        let pointer = pointer(text).ok_or_else(|| format!("`{text}` is no place in the answer"))?;
        let at = context.index.resolve(answer, &pointer);
        at.map_err(|error| error.to_string())
    };
    let cursor_of = |name: &str, resolved: &Resolved| {
        let input = input(inputs, name)?;
        let next = fields(resolved)?;
        let next_ty = of_client(0, &resolved.ty);
        let is_text = |ty: &Ty| matches!(ty, Ty::String | Ty::Text { secret: false, .. });
        let fits = is_text(&input.ty) && is_text(&next_ty);
        fits.then(|| Cursor {
            place: input.place.clone(),
            next,
            next_ty,
        })
    };
    let items = resolve(results)?;
    let Ty::List(item) = of_client(0, &items.ty) else {
        return Err(format!("`{results}` is no list"));
    };
    let name = cursor
        .strip_prefix("$request.")
        .ok_or_else(|| format!("`{cursor}` is no place in the request"))?;
    let forward = cursor_of(name, &resolve(next)?)
        .ok_or_else(|| format!("`{cursor}` and `{next}` are no optional texts"))?;
    let backward =
        way_back(name, next).and_then(|(name, next)| cursor_of(name, &resolve(&next).ok()?));
    // Only the list itself can be absent.
    let steps = fields(&items).filter(|steps| {
        let before = steps.split_last().map(|(_, before)| before);
        before.is_some_and(|before| before.iter().all(|step| step.options == 0))
    });
    let steps = steps.ok_or_else(|| format!("`{results}` is no field that is always there"))?;
    Ok(Paging {
        item: *item,
        items: steps.into_iter().map(|step| step.field).collect(),
        forward,
        backward,
    })
}

/// The extension knows one direction. Lists by the names of Relay have another: who sends `end_cursor` as `after` can
/// send `start_cursor` as `before`.
fn way_back<'n>(cursor: &'n str, next: &str) -> Option<(&'n str, String)> {
    let start = match next.rsplit_once('.')? {
        (parent, "end_cursor") => format!("{parent}.start_cursor"),
        (parent, "endCursor") => format!("{parent}.startCursor"),
        _ => return None,
    };
    (cursor == "after").then_some(("before", start))
}

/// `$response.page_info.end_cursor` as a JSON Pointer.
fn pointer(text: &str) -> Option<String> {
    let names = text.strip_prefix("$response.")?;
    let tokens = names
        .split('.')
        .map(|name| name.replace('~', "~0").replace('/', "~1"));
    Some(tokens.fold(String::new(), |pointer, token| pointer + "/" + &token))
}

fn input<'i>(inputs: &'i [Input], name: &str) -> Option<&'i Input> {
    let input = inputs.iter().find(|input| input.name == name)?;
    (input.given == Given::Optional).then_some(input)
}

/// A path that leads through nothing but fields.
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
    fn places_in_an_answer_become_pointers() {
        assert_eq!(
            pointer("$response.page_info.a/b").as_deref(),
            Some("/page_info/a~1b")
        );
        assert_eq!(pointer("$request.after"), None);
    }

    #[test]
    fn only_lists_with_the_names_of_relay_have_a_way_back() {
        assert_eq!(
            way_back("after", "$response.info.end_cursor"),
            Some(("before", "$response.info.start_cursor".to_owned()))
        );
        assert_eq!(
            way_back("after", "$response.endCursor"),
            Some(("before", "$response.startCursor".to_owned()))
        );
        assert_eq!(way_back("cursor", "$response.end_cursor"), None);
        assert_eq!(way_back("after", "$response.next"), None);
    }
}
