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

fn parse_error(text: &str) -> SyntaxProblem {
    match Simple::parse(text) {
        Err(problem) => problem,
        Ok((simple, _)) => panic!("{text}: {simple:?}"),
    }
}

#[test]
#[ignore = "needs REFERENCE_DIR"]
fn agrees_with_the_simple_condition_suite() {
    let suite = suite("simple-conditions.json");
    for text in texts(&suite, "valid") {
        parse(text);
    }
    for text in texts(&suite, "invalid") {
        parse_error(text);
    }
}

#[test]
#[ignore = "needs REFERENCE_DIR"]
fn agrees_with_the_redocly_suite_except_for_extensions() {
    let suite = suite("redocly-lint-expressions.json");
    for text in texts(&suite, "valid") {
        parse(text);
    }
    for text in texts(&suite, "invalid") {
        match Simple::parse(text) {
            Err(_) => {}
            Ok((_, remarks)) => {
                // Dot paths into bodies are accepted with a remark. Arazzo 1.1 allows pointers into inputs.
                assert!(
                    !remarks.is_empty() || text.starts_with("$inputs.body#"),
                    "{text}"
                );
            }
        }
    }
}

#[test]
fn and_binds_tighter_than_or() {
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
fn unescapes_doubled_quotes_in_strings() {
    let Simple::Compare(_, _, right) = parse("$inputs.name == 'it''s ''ok'''") else {
        panic!()
    };
    assert_eq!(*right, Simple::Literal("it's 'ok'".into()));
    parse_error("$inputs.name == 'it");
}

#[test]
fn body_paths_end_at_the_operator() {
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
fn accepts_nonstandard_spellings_with_a_remark() {
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
fn syntax_errors_have_help() {
    for (text, advice) in [
        ("$statusCode = 200", "`==`"),
        ("$statusCode === 200", "`==`"),
        ("$method == GET", "'GET'"),
        ("1 < $statusCode < 3", "`&&`"),
        ("$input.a == 1", "`$inputs`"),
    ] {
        assert!(
            parse_error(text).help.unwrap_or_default().contains(advice),
            "{text}"
        );
    }
}

#[test]
fn rejects_deep_nesting_and_accepts_long_chains() {
    for unit in ["(", "!", "{", "!("] {
        assert!(parse_error(&unit.repeat(7_000)).message.contains("nested"));
    }
    parse_error(&"(".repeat(1 << 20));
    let chain = vec!["true"; 2_000].join("&&");
    assert!(matches!(parse(&chain), Simple::And(parts) if parts.len() == 2_000));
}

#[test]
fn reads_a_query_that_is_written_as_a_comparison_as_the_condition_it_means() {
    let body = Expression::parse("$response.body").unwrap().expression;
    for (query, means) in [
        (
            "$.status == 'running'",
            "$response.body#/status == 'running'",
        ),
        (
            "$.a.b != 3 && $.c == true",
            "$response.body#/a/b != 3 && $response.body#/c == true",
        ),
        (
            "$.data[0].id == \"x\" || !$.ok",
            "$response.body#/data/0/id == 'x' || !$response.body#/ok",
        ),
        ("($.n > 1)", "$response.body#/n > 1"),
        ("$.id == '{$inputs.id}'", "$response.body#/id == $inputs.id"),
        ("$.n >= $inputs.n", "$response.body#/n >= $inputs.n"),
    ] {
        let found = Simple::parse_query(query, &body);
        assert_eq!(found, Some(Simple::parse(means).unwrap().0), "{query}");
    }
    for query in [
        "$.data.length > 0",
        "$.data.size() > 0",
        "count($.data) > 0",
        "length( $.data ) > 0",
    ] {
        let list = Expression::parse("$response.body#/data")
            .unwrap()
            .expression;
        let length = Box::new(Simple::Length(list));
        let zero = Box::new(Simple::Literal(0.into()));
        let expected = Simple::Compare(Comparison::Greater, length, zero);
        assert_eq!(Simple::parse_query(query, &body), Some(expected), "{query}");
    }
    for query in ["data", "$..a == 1", "$.a ==", "$[?@.a", "$.a == b"] {
        assert_eq!(Simple::parse_query(query, &body), None, "{query}");
    }
}

#[test]
fn accepts_only_standard_queries() {
    for query in ["$.data[0]", "$[?count(@.pets) > 0]", "$.pets[?@.id == 3]"] {
        check_jsonpath(query).unwrap();
    }
    assert!(
        check_jsonpath("data")
            .unwrap_err()
            .help
            .unwrap()
            .contains("one query")
    );
}

#[test]
fn validates_patterns() {
    check_regex(r"^2\d{2}$").unwrap();
    check_regex(r"(?<=a)b").unwrap();
    assert!(check_regex("(a").is_err());
    check_regex(r"^\p{Lu}\u{e9}$").unwrap();
    assert!(check_regex(r"\p{NoSuchProperty}").is_err());
    assert_eq!(modifiers_as_group("(?i)^a|b$"), "(?i:^a|b$)");
    check_regex(&modifiers_as_group("(?im)^a|b$")).unwrap();
    for kept in ["(?=a)b", "(?:a)b", "a(?i)b", "(?x)a"] {
        assert_eq!(modifiers_as_group(kept), kept);
    }
}

proptest! {
    #[test]
    fn never_panics_on_arbitrary_input(text in "\\PC*") {
        let _ = Simple::parse(&text);
        let _ = Simple::parse_query(&text, &Expression::StatusCode);
        let _ = check_jsonpath(&text);
    }

    #[test]
    fn never_panics_on_condition_tokens(text in "(\\$statusCode|\\$response\\.body|\\$inputs\\.a|[-!=<>&|()\\[\\]{}'\" .#/0-9a-é]|null|true){0,30}") {
        let _ = Simple::parse(&text);
        let _ = Simple::parse_query(&text, &Expression::StatusCode);
        let _ = check_jsonpath(&text);
    }
}
