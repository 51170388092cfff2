//! Each method's end: the request goes through the runtime, which keeps what progenitor's client loses.
//!
//! In progenitor's own tail the status of an answer that does not decode is lost, an undocumented 2xx and a documented
//! 202 without a value are errors, and an error's body survives in some shapes only. The statements from `let info` to
//! the end become one `send` and one `decode`.

use proc_macro2::Span;
use syn::{Expr, Ident, Pat, Stmt, Type, parse_quote};

use super::client::answer;
use super::{Method, constant};
use crate::openapi::normalize::Notes;
use crate::openapi::progenitor::types::named;

/// Replaces the tail of a method and its return type.
pub(super) fn replace(method: &mut Method, notes: &Notes) -> Result<(), String> {
    let name = method.function.sig.ident.to_string();
    let unknown = |what: &str| format!("the method `{name}` {what}");

    let ty =
        answer(&method.function).ok_or_else(|| unknown("does not return a `ResponseValue`"))?;
    let statements = &mut method.function.block.stmts;
    let start = statements
        .iter()
        .position(|statement| binds(statement, "info"))
        .ok_or_else(|| unknown("has no `let info`"))?;
    let tail = &statements[start..];
    let is_known = tail.len() == 6
        && matches!(&tail[5], Stmt::Expr(Expr::Match(_), None))
        && tail.iter().filter(|s| matches!(s, Stmt::Local(_))).count() == 3;
    if !is_known {
        return Err(unknown("ends in statements that are not known"));
    }
    let request = start
        .checked_sub(1)
        .and_then(|i| statements.get_mut(i))
        .and_then(unmut)
        .ok_or_else(|| unknown("does not build its request just before it is sent"))?;
    statements.truncate(start);

    let response = Ident::new(
        if request == "request" {
            "response"
        } else {
            "_response"
        },
        Span::call_site(),
    );
    let operation = Ident::new(&constant(&name), Span::call_site());
    let (decode, result): (Expr, Type) = if is_unit(&ty) {
        (
            parse_quote!(decode::empty(#response)),
            parse_quote!(Reply<()>),
        )
    } else {
        match named(&ty).as_deref() {
            Some("ByteStream") => (
                parse_quote!(decode::stream(#response)),
                parse_quote!(Reply<ByteStream>),
            ),
            Some("Upgraded") => return Err(unknown("asks for an upgraded connection")),
            _ if notes.accepted(&method.operation) => (
                parse_quote!(decode::maybe_accepted(#response)),
                parse_quote!(Reply<Outcome<#ty>>),
            ),
            _ => (
                parse_quote!(decode::json(#response)),
                parse_quote!(Reply<#ty>),
            ),
        }
    };
    let sent: Expr = parse_quote!(self.transport.send(#request, &operations::#operation).await);
    // A GET alone means the same elsewhere.
    statements.push(
        if method.http == "GET" && notes.redirects(&method.operation) {
            parse_quote! {
                let #response = match #sent {
                    Ok(response) => response,
                    Err(error) => self.transport.follow(error).await?,
                };
            }
        } else {
            parse_quote!(let #response = #sent?;)
        },
    );
    statements.push(Stmt::Expr(parse_quote!(#decode.await), None));
    method.function.sig.output = parse_quote!(-> Result<#result, Error>);
    Ok(())
}

fn is_unit(ty: &Type) -> bool {
    matches!(ty, Type::Tuple(tuple) if tuple.elems.is_empty())
}

fn binds(statement: &Stmt, name: &str) -> bool {
    matches!(statement, Stmt::Local(local) if matches!(&local.pat, Pat::Ident(pat) if pat.ident == name))
}

/// Takes the `mut` from `let mut request`, which only the hooks needed, with the attribute that excused it.
fn unmut(statement: &mut Stmt) -> Option<Ident> {
    let Stmt::Local(local) = statement else {
        return None;
    };
    local.attrs.clear();
    let Pat::Ident(pat) = &local.pat else {
        return None;
    };
    let ident = pat.ident.clone();
    local.pat = parse_quote!(#ident);
    ident.to_string().ends_with("request").then_some(ident)
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;

    use super::*;
    use crate::openapi::normalize::{Answer, OperationNotes};

    fn method(answer: Type, tail: Vec<Stmt>) -> Method {
        Method {
            operation: "readThing".into(),
            http: "GET".into(),
            path: "/thing".into(),
            pointer: String::new(),
            function: parse_quote! {
                pub async fn read_thing(&self) -> Result<ResponseValue<#answer>, Error<()>> {
                    #[allow(unused_mut)]
                    let mut request = self.client.get(url).build()?;
                    #(#tail)*
                }
            },
        }
    }

    fn tail() -> Vec<Stmt> {
        let block: syn::Block = parse_quote!({
            let info = OperationInfo {
                operation_id: "read_thing",
            };
            self.pre(&mut request, &info).await?;
            let result = self.exec(request, &info).await;
            self.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                _ => Err(Error::UnexpectedResponse(response)),
            }
        });
        block.stmts
    }

    fn mended(answer: Type, accepted: &[&str]) -> String {
        let mut method = method(answer, tail());
        let mut notes = Notes::default();
        for operation in accepted {
            let noted = OperationNotes {
                accepted: true,
                ..Default::default()
            };
            notes.operations.insert((*operation).to_owned(), noted);
        }
        replace(&mut method, &notes).expect("known");
        method.function.to_token_stream().to_string()
    }

    #[test]
    fn each_kind_of_answer_has_its_decoder() {
        let cases: [(Type, &[&str], &str, &str); 4] = [
            (
                parse_quote!(types::A),
                &[],
                "decode :: json",
                "Reply < types :: A >",
            ),
            (
                parse_quote!(types::A),
                &["readThing"],
                "decode :: maybe_accepted",
                "Reply < Outcome < types :: A > >",
            ),
            (
                parse_quote!(()),
                &["readThing"],
                "decode :: empty",
                "Reply < () >",
            ),
            (
                parse_quote!(ByteStream),
                &[],
                "decode :: stream",
                "Reply < ByteStream >",
            ),
        ];
        for (answer, accepted, decoder, result) in cases {
            let text = mended(answer, accepted);
            assert!(text.contains(decoder), "{text}");
            assert!(text.contains(result), "{text}");
            assert!(text.contains("& operations :: READ_THING"), "{text}");
            assert!(!text.contains("mut"), "{text}");
        }
    }

    #[test]
    fn a_redirect_is_followed_where_it_is_documented_and_nowhere_else() {
        let mut notes = Notes::default();
        for (operation, status) in [("readThing", "302"), ("readOther", "304")] {
            let answer = Answer {
                status: status.to_owned(),
                description: String::new(),
                content: Vec::new(),
                headers: Vec::new(),
            };
            let noted = notes.operations.entry(operation.to_owned()).or_default();
            noted.answers.push(answer);
        }
        for (operation, http, follows) in [
            ("readThing", "GET", true),
            ("readThing", "POST", false),
            ("readOther", "GET", false),
            ("unknown", "GET", false),
        ] {
            let mut method = method(parse_quote!(ByteStream), tail());
            (method.operation, method.http) = (operation.into(), http.into());
            replace(&mut method, &notes).expect("known");
            let text = method.function.to_token_stream().to_string();
            assert_eq!(
                text.contains("transport . follow (failure)"),
                follows,
                "{text}"
            );
        }
    }

    #[test]
    fn a_tail_of_another_form_is_refused() {
        let mut shorter = tail();
        shorter.remove(1);
        let mut method = method(parse_quote!(types::A), shorter);
        assert!(replace(&mut method, &Notes::default()).is_err());
    }
}
