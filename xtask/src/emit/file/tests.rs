use quote::quote;

use super::*;

fn printed(home: Option<&str>, code: TokenStream) -> String {
    let runtime = RuntimePath::default();
    let printer = Printer {
        runtime: &runtime,
        home,
    };
    printer.code(code)
}

#[test]
fn imports_each_used_name_once_and_shortens_its_path() {
    let runtime = RuntimePath::default();
    let code = quote! {
        pub fn wait(of: &crate::shop::Client) -> Option<#runtime::Response<crate::shop::types::Order>> {
            let each = ::std::time::Duration::from_secs(1);
            #runtime::criterion::equal(::serde_json::Value::Null, ::std::mem::take(each))
        }
        #runtime::impl_it! { struct A; }
    };
    let expected = "\
use ::pipedream_sdk_runtime::{Response, criterion, impl_it};
use ::serde_json::Value;
use ::std::time::Duration;
use crate::shop::{self, types};

pub fn wait(of: &shop::Client) -> Option<Response<types::Order>> {
    let each = Duration::from_secs(1);
    criterion::equal(Value::Null, ::std::mem::take(each))
}

impl_it! {
    struct A;
}
";
    assert_eq!(printed(None, code), expected);
}

#[test]
fn imports_items_of_the_own_client_by_name() {
    let code = quote! {
        pub struct Orders { client: crate::shop::Client, variables: crate::shop::Variables }
    };
    assert!(
        printed(Some("shop"), code.clone())
            .starts_with("use crate::shop::{Client, Variables};\n\n")
    );
    assert!(printed(None, code).starts_with("use crate::shop;\n\n"));
}

#[test]
fn qualifies_types_of_two_clients_with_their_modules() {
    let code = quote! {
        type A = crate::a::types::Order;
        type B = crate::b::types::Order;
    };
    assert_eq!(
        printed(None, code),
        "use crate::{a, b};\n\ntype A = a::types::Order;\n\ntype B = b::types::Order;\n"
    );
}

#[test]
fn keeps_the_full_path_of_a_name_that_the_file_defines() {
    let runtime = RuntimePath::default();
    let code = quote! {
        pub struct Map(::serde_json::Map<String, ::serde_json::Value>);
        fn map() -> #runtime::Map { #runtime::map() }
        #runtime::impl_it! { pub struct Inside(::bytes::Bytes, #runtime::Inside); }
    };
    let text = printed(None, code);
    assert!(
        text.contains("pub struct Map(::serde_json::Map<String, Value>);"),
        "{text}"
    );
    assert!(text.contains("-> ::pipedream_sdk_runtime::Map"), "{text}");
    assert!(text.contains("::pipedream_sdk_runtime::map()"), "{text}");
    assert!(
        text.contains("Inside(Bytes, ::pipedream_sdk_runtime::Inside)"),
        "{text}"
    );
}

#[test]
fn shortens_only_paths_that_begin_at_the_root() {
    let code = quote! {
        type A = Vec<::serde_json::Value>;
        type B = <A as ::serde_json::Value>::serde_json::Value;
        fn c() -> ::serde_json::Value { a::serde_json::Value }
    };
    let text = printed(None, code);
    assert!(text.contains("Vec<Value>"), "{text}");
    assert!(text.contains("<A as Value>::serde_json::Value"), "{text}");
    assert!(
        text.contains("fn c() -> Value {\n    a::serde_json::Value"),
        "{text}"
    );
}

#[test]
fn uses_the_path_of_another_runtime() {
    for (path, import) in [
        ("::other", "use ::other::Response;"),
        (
            "crate::vendor::runtime",
            "use crate::vendor::runtime::Response;",
        ),
    ] {
        let runtime = RuntimePath::parse(path).unwrap();
        assert_eq!(runtime.text(), path);
        let printer = Printer {
            runtime: &runtime,
            home: None,
        };
        let text = printer.code(quote!(type A = #runtime::Response;));
        assert_eq!(text, format!("{import}\n\ntype A = Response;\n"));
    }
    assert!(RuntimePath::parse("not a path").is_none());
    assert!(RuntimePath::parse("").is_none());
}

#[test]
fn separates_items_and_functions_with_empty_lines() {
    let code = quote! {
        #![allow(dead_code)]
        mod a;
        mod b;
        #[derive(Debug)]
        pub struct Empty {}
        pub struct After;
        runtime::impl_string_newtype!(After, 1);
        pub static ONE: u8 = 1;
        impl X for After {
            const ID: u8 = 1;
            type A = u8;
            fn a(&self) {}
            /// B.
            fn b(&self) { { } }
        }
        impl After {}
        trait X {
            fn a(&self);
            fn b(&self) {}
        }
    };
    let expected = "\
#![allow(dead_code)]

mod a;
mod b;

#[derive(Debug)]
pub struct Empty {}

pub struct After;
runtime::impl_string_newtype!(After, 1);

pub static ONE: u8 = 1;

impl X for After {
    const ID: u8 = 1;
    type A = u8;

    fn a(&self) {}

    /// B.
    fn b(&self) {
        {}
    }
}

impl After {}

trait X {
    fn a(&self);

    fn b(&self) {}
}
";
    assert_eq!(layout(code), expected);
}

#[test]
fn prints_the_items_of_a_macro_call_as_items() {
    let code = quote! {
        impl_steps! {
            /// Steps.
            pub enum Step { #[doc = " One."] #[step("one", 1)] One }
            /// Outputs.
            pub struct One { #[doc = " It's “it”."] pub it: Option<u8> }
        }
    };
    let expected = "\
impl_steps! {
    /// Steps.
    pub enum Step {
        /// One.
        #[step(\"one\", 1)]
        One,
    }

    /// Outputs.
    pub struct One {
        /// It's “it”.
        pub it: Option<u8>,
    }
}
";
    assert_eq!(layout(code), expected);
}

#[test]
fn begins_a_file_with_its_title_as_a_sentence() {
    let runtime = RuntimePath::default();
    let printer = Printer {
        runtime: &runtime,
        home: None,
    };
    assert_eq!(
        printer.file(
            "The group `a[0]`",
            quote!(
                struct A;
            )
        ),
        "//! The group `a[0]`.\n\nstruct A;\n"
    );
}
