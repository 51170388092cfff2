//! Rust expressions for the JSON values and numbers that documents contain.

use proc_macro2::TokenStream;
use quote::quote;

/// Returns a JSON value of the document as an expression.
pub fn constant_json(value: &serde_json::Value) -> TokenStream {
    let tokens = json_tokens(value);
    quote!(::serde_json::json!(#tokens))
}

/// Returns JSON as input of `json!`.
fn json_tokens(value: &serde_json::Value) -> TokenStream {
    match value {
        serde_json::Value::Null => quote!(null),
        serde_json::Value::Bool(value) => quote!(#value),
        serde_json::Value::Number(number) => number_tokens(number),
        serde_json::Value::String(text) => quote!(#text),
        serde_json::Value::Array(items) => {
            let items = items.iter().map(json_tokens);
            quote!([#(#items),*])
        }
        serde_json::Value::Object(members) => {
            let members = members.iter().map(|(key, value)| {
                let value = json_tokens(value);
                quote!(#key: #value)
            });
            quote!({ #(#members),* })
        }
    }
}

/// Returns an integer whose type is inferred.
pub fn integer_tokens(number: &serde_json::Number) -> TokenStream {
    match (number.as_i64(), number.as_u64()) {
        (Some(i64::MIN), _) => quote!(i64::MIN),
        (Some(value), _) => {
            let literal = proc_macro2::Literal::u64_unsuffixed(value.unsigned_abs());
            match value < 0 {
                true => quote!(-#literal),
                false => quote!(#literal),
            }
        }
        (None, value) => {
            let literal = proc_macro2::Literal::u64_unsuffixed(value.unwrap_or_default());
            quote!(#literal)
        }
    }
}

/// Returns a number whose type is not inferred: an integer that is not an `i32` needs a suffix.
pub fn number_tokens(number: &serde_json::Number) -> TokenStream {
    match (number.as_i64(), number.as_u64()) {
        (Some(i64::MIN), _) => quote!(i64::MIN),
        (Some(value), _) if i32::try_from(value).is_err() => {
            let literal = proc_macro2::Literal::i64_suffixed(value.saturating_abs());
            match value < 0 {
                true => quote!(-#literal),
                false => quote!(#literal),
            }
        }
        (Some(_), _) => integer_tokens(number),
        (None, Some(value)) => {
            let literal = proc_macro2::Literal::u64_suffixed(value);
            quote!(#literal)
        }
        (None, None) => {
            let value = number.as_f64().unwrap_or_default();
            let literal = proc_macro2::Literal::f64_unsuffixed(value.abs());
            match value.is_sign_negative() {
                true => quote!(-#literal),
                false => quote!(#literal),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn prints_constants_of_documents_as_valid_expressions() {
        for (value, expected) in [
            (
                json!("a\u{8}\u{c}\u{0}\u{7f}\"{}\\"),
                "\"a\\u{8}\\u{c}\\0\\u{7f}\\\"{}\\\\\"",
            ),
            (json!(5_000_000_000_i64), "5000000000i64"),
            (json!(-5_000_000_000_i64), "- 5000000000i64"),
            (json!(i64::MIN), "i64 :: MIN"),
            (json!(u64::MAX), "18446744073709551615u64"),
            (json!(-1), "- 1"),
            (json!(1.5), "1.5"),
            (
                json!({ "a": [null, true, { "b": 1 }] }),
                "{ \"a\" : [null , true , { \"b\" : 1 }] }",
            ),
        ] {
            let tokens = constant_json(&value).to_string();
            assert_eq!(tokens, format!(":: serde_json :: json ! ({expected})"));
            assert!(syn::parse_str::<syn::Expr>(&tokens).is_ok(), "{tokens}");
        }
    }
}
