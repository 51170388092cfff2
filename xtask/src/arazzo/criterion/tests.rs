use proptest::prelude::*;

use super::*;
use crate::arazzo::expression::Part;
use crate::arazzo::pointer::Pointer;

fn suite(name: &str) -> Value {
    let root = std::env::var_os("REFERENCE_DIR").expect("REFERENCE_DIR names the reference folder");
    let path = std::path::Path::new(&root).join("suites").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn texts<'s>(suite: &'s Value, key: &str) -> impl Iterator<Item = &'s str> {
    suite[key]
        .as_array()
        .unwrap()
        .iter()
        .map(|text| text.as_str().unwrap())
}

fn parse(text: &str) -> Simple {
    Simple::parse(text)
        .unwrap_or_else(|problem| panic!("{text}: {problem:?}"))
        .0
}

fn refused(text: &str) -> Problem {
    match Simple::parse(text) {
        Err(problem) => problem,
        Ok((simple, _)) => panic!("{text}: {simple:?}"),
    }
}

#[test]
#[ignore = "needs REFERENCE_DIR"]
fn the_public_suite_of_simple_conditions_is_told_apart() {
    let suite = suite("simple-conditions.json");
    for text in texts(&suite, "valid") {
        parse(text);
    }
    for text in texts(&suite, "invalid") {
        refused(text);
    }
}

#[test]
#[ignore = "needs REFERENCE_DIR"]
fn the_suite_of_another_runner_is_told_apart_but_for_what_is_understood_here_on_purpose() {
    let suite = suite("redocly-lint-expressions.json");
    for text in texts(&suite, "valid") {
        parse(text);
    }
    for text in texts(&suite, "invalid") {
        match Simple::parse(text) {
            Err(_) => {}
            Ok((_, remarks)) => {
                // Places in bodies by dots are a remark here, and pointers into inputs are of Arazzo 1.1.
                assert!(
                    !remarks.is_empty() || text.starts_with("$inputs.body#"),
                    "{text}"
                );
            }
        }
    }
}

#[test]
fn operators_bind_as_in_other_languages() {
    let Simple::Or(parts) = parse("!true && false || ($statusCode >= 200 && $statusCode<300)")
    else {
        panic!()
    };
    assert!(matches!(&parts[0], Simple::And(inner) if matches!(inner[0], Simple::Not(_))));
    let Simple::And(inner) = &parts[1] else {
        panic!()
    };
    assert!(matches!(inner[1], Simple::Compare(Comparison::Less, _, _)));
}

#[test]
fn a_quote_in_a_text_is_written_twice() {
    let Simple::Compare(_, _, right) = parse("$inputs.name == 'it''s ''ok'''") else {
        panic!()
    };
    assert_eq!(*right, Simple::Literal("it's 'ok'".into()));
    refused("$inputs.name == 'it");
}

#[test]
fn places_in_bodies_end_where_the_operator_begins() {
    for text in [
        "$response.body.items[2].a==null",
        "$response.body#/items/2/a == null",
        "($response.body['items'][2].a) == null",
    ] {
        let Simple::Compare(Comparison::Equal, left, _) = parse(text) else {
            panic!("{text}")
        };
        let pointer = Pointer::parse("/items/2/a").unwrap();
        assert_eq!(
            *left,
            Simple::Expression(Expression::Response(Part::Body(pointer))),
            "{text}"
        );
    }
}

#[test]
fn other_spellings_are_understood_with_a_remark() {
    for text in [
        "$url == \"x\"",
        "{$statusCode == 200}",
        "$response.body#/items == []",
        "$response.body.a == 1",
    ] {
        assert_eq!(Simple::parse(text).unwrap().1.len(), 1, "{text}");
    }
}

#[test]
fn syntax_errors_get_advice() {
    for (text, advice) in [
        ("$statusCode = 200", "`==`"),
        ("$statusCode === 200", "`==`"),
        ("$method == GET", "'GET'"),
        ("1 < $statusCode < 3", "`&&`"),
        ("$input.a == 1", "`$inputs`"),
    ] {
        assert!(
            refused(text).help.unwrap_or_default().contains(advice),
            "{text}"
        );
    }
}

#[test]
fn deep_nesting_and_long_chains_do_not_exhaust_the_stack() {
    for unit in ["(", "!", "{", "!("] {
        assert!(refused(&unit.repeat(7_000)).message.contains("nested"));
    }
    refused(&"(".repeat(1 << 20));
    let chain = vec!["true"; 2_000].join("&&");
    assert!(matches!(parse(&chain), Simple::And(parts) if parts.len() == 2_000));
}

#[test]
fn conditions_that_are_no_jsonpath_get_the_standard_form_as_advice() {
    for (query, advice) in [
        ("$.data.length > 0", "`$.data[0]`"),
        ("$.length > 0", "`$[0]`"),
        ("$.data.length == 0", "`$response.body#/data/0 == null`"),
        (
            "$.data.length == 0 || $.next == null",
            "`$response.body#/data/0 == null || $response.body#/next == null`",
        ),
        (
            "$.status == 'running'",
            "`$response.body#/status == 'running'`",
        ),
        (
            "$.a.b != 3 && $.c == true",
            "`$response.body#/a/b != 3 && $response.body#/c == true`",
        ),
        ("data", "one query"),
    ] {
        let help = check_jsonpath(query, None).unwrap_err().help.unwrap();
        assert!(help.contains(advice), "{query}: {help}");
    }
    for query in ["$.data[0]", "$[?count(@.pets) > 0]", "$.pets[?@.id == 3]"] {
        check_jsonpath(query, None).unwrap();
    }
}

#[test]
fn patterns_are_checked_as_generated_code_will_read_them() {
    check_regex(r"^2\d{2}$").unwrap();
    check_regex(r"(?<=a)b").unwrap();
    assert!(check_regex("(a").is_err());
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC*") {
        let _ = Simple::parse(&text);
        let _ = check_jsonpath(&text, None);
    }

    #[test]
    fn no_text_of_condition_characters_makes_the_parser_panic(text in "(\\$statusCode|\\$response\\.body|\\$inputs\\.a|[-!=<>&|()\\[\\]{}'\" .#/0-9a-é]|null|true){0,30}") {
        let _ = Simple::parse(&text);
        let _ = check_jsonpath(&text, None);
    }
}
