use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::diagnostic::suggestion::nearest;

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

fn parsed(text: &str) -> Parsed {
    Expression::parse(text).unwrap_or_else(|problem| panic!("{text}: {problem:?}"))
}

#[test]
#[ignore = "needs REFERENCE_DIR"]
fn agrees_with_the_expression_suite() {
    let suite = suite("runtime-expressions.json");
    for text in texts(&suite, "valid") {
        let parsed = parsed(text);
        // `payload` is a synonym for the body of a message.
        let standard = text.replace("$message.payload", "$message.body");
        assert_eq!(parsed.expression.to_string(), standard);
        assert_eq!(parsed.remarks, [], "{text}");
    }
    for text in texts(&suite, "invalid") {
        assert!(Expression::parse(text).is_err(), "{text}");
    }
}

#[test]
fn resolves_dotted_names_by_the_declared_names() {
    let Expression::Input(named) = parsed("$inputs.customer.address[0].city#/x").expression else {
        panic!()
    };
    let resolved = named.resolve(|name| name == "customer").unwrap();
    assert_eq!(
        (
            resolved.name,
            resolved.pointer.to_string().as_str(),
            resolved.standard
        ),
        ("customer", "/address/0/city/x", false)
    );
    let longest = named
        .resolve(|name| name == "customer" || name == "customer.address")
        .unwrap();
    assert_eq!(
        (longest.name, longest.pointer.to_string().as_str()),
        ("customer.address", "/0/city/x")
    );
    assert_eq!(named.resolve(|name| name == "city"), None);
    let Expression::Input(plain) = parsed("$inputs.my.nested-name").expression else {
        panic!()
    };
    assert!(
        plain
            .resolve(|name| name == "my.nested-name")
            .unwrap()
            .standard
    );
}

#[test]
fn ids_and_names_may_have_spaces_inside() {
    let Expression::Step { step, output } = parsed("$steps.Find a pet.outputs.Pet name").expression
    else {
        panic!()
    };
    assert_eq!(
        (step.as_str(), output.name.as_str()),
        ("Find a pet", "Pet name")
    );
    for text in [
        "$steps. first.outputs.id",
        "$steps.first .outputs.id",
        "$inputs. id",
    ] {
        assert!(Expression::parse(text).is_err(), "{text}");
    }
}

#[test]
fn accepts_body_paths_and_suggests_the_standard_form() {
    for (text, standard) in [
        ("$response.body.data[0].id", "$response.body#/data/0/id"),
        ("$response.body[0]", "$response.body#/0"),
        ("$request.body['a b'].c", "$request.body#/a b/c"),
        ("$response.headers.Location", "$response.header.Location"),
        ("$steps.first.token", "$steps.first.outputs.token"),
    ] {
        let parsed = parsed(text);
        assert_eq!(parsed.expression.to_string(), standard);
        assert_eq!(parsed.remarks.len(), 1);
        assert!(
            parsed.remarks[0]
                .help
                .as_deref()
                .unwrap()
                .contains(standard),
            "{:?}",
            parsed.remarks
        );
    }
}

#[test]
fn decodes_escapes_in_pointers() {
    let Expression::Response(Part::Body(pointer)) = parsed("$response.body#/a~1b/c~0d").expression
    else {
        panic!()
    };
    assert_eq!(pointer.tokens, ["a/b", "c~d"]);
}

#[test]
fn typos_have_help() {
    for (text, advice) in [
        ("$input.name", "`$inputs`"),
        ("$step.a.outputs.b", "`$steps`"),
        ("$statuscode", "`$statusCode`"),
        ("$response.data", "$response.body"),
        ("$components.parameter.x", "parameters"),
        ("$inputs", "$inputs.NAME"),
        ("$steps.a.outputs", "$steps.STEP.outputs.NAME"),
        ("$workflows.a.b", "$workflows.WORKFLOW.outputs.NAME"),
        ("$response.header.X#/y/z", "one value"),
    ] {
        match Expression::parse(text) {
            Err(problem) => assert!(
                problem.help.clone().unwrap_or_default().contains(advice),
                "{text}: {problem:?}"
            ),
            Ok(parsed) => panic!("{parsed:?}"),
        }
    }
}

#[test]
fn appends_pointers_to_structured_values_only() {
    let inside = Pointer::parse("/b/0").unwrap();
    assert_eq!(
        parsed("$response.body#/a")
            .expression
            .deeper(&inside)
            .unwrap()
            .to_string(),
        "$response.body#/a/b/0"
    );
    assert_eq!(
        parsed("$steps.s.outputs.o")
            .expression
            .deeper(&inside)
            .unwrap()
            .to_string(),
        "$steps.s.outputs.o#/b/0"
    );
    assert_eq!(parsed("$statusCode").expression.deeper(&inside), None);
}

#[test]
fn rejects_a_huge_expression() {
    assert!(Expression::parse(&format!("$inputs{}", ".a".repeat(1 << 20))).is_err());
}

#[test]
fn suggests_only_similar_names() {
    assert_eq!(
        nearest("listAcounts", ["listAccounts", "listApps"]).as_deref(),
        Some("listAccounts")
    );
    assert_eq!(nearest("entirelyElse", ["listAccounts", "listApps"]), None);
}

proptest! {
    #[test]
    fn never_panics_on_arbitrary_input(text in "\\PC*") {
        let _ = Expression::parse(&text);
    }

    #[test]
    fn standard_form_parses_to_the_same_expression(
        text in "\\$(inputs|steps|response|request|workflows|sourceDescriptions|components|url)[a-z.#/~\\[\\]'\"0-9é ]{0,40}",
    ) {
        if let Ok(Parsed { expression, .. }) = Expression::parse(&text) {
            let standard = expression.to_string();
            let again = Expression::parse(&standard);
            if let Expression::Input(named) = &expression {
                let _ = named.resolve(|name| name == "a");
            }
            // The standard form must parse to the same expression.
            if !text.contains(['\'', '"']) {
                prop_assert_eq!(again.map(|parsed| parsed.expression), Ok(expression));
            }
        }
    }
}
