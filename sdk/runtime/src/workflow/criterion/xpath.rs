//! XPath 1.0 expressions on XML documents.

use serde::Serialize;
use serde_json::Value;
use uppsala::dom::NodeKind;
use uppsala::{Document, NodeId, XPathEvaluator, XPathValue};

use super::one_or_list;

/// Maximum number of nodes that one evaluation visits, which bounds its time.
const MAX_VISITS: usize = 10_000_000;

/// Evaluates an XPath 1.0 expression on an XML document in a string, and converts the result as `boolean()` does.
///
/// Paths start at the root of the document. Prefixes in the expression are those that the document declares.
/// Returns `false` for a value that is not an XML document, and for an expression that cannot be evaluated.
pub fn xpath_holds(value: Option<Value>, expression: &str) -> bool {
    let holds = |result: XPathValue, _: &Document<'_>| Some(result.to_boolean());
    value.is_some_and(|value| evaluate(&value, expression, holds).unwrap_or_default())
}

/// Returns the value that an XPath 1.0 expression selects in an XML document in a string: the text of the only node,
/// a list of several, or `None`.
pub fn xpath(value: impl Serialize, expression: &str) -> Option<Value> {
    let value = serde_json::to_value(value).ok()?;
    evaluate(&value, expression, |result, document| match result {
        XPathValue::NodeSet(nodes) => {
            one_or_list(nodes.into_iter().map(|node| text_of(document, node).into()))
        }
        XPathValue::Boolean(value) => Some(value.into()),
        XPathValue::Number(value) => Some(value.into()),
        XPathValue::String(text) => Some(text.into()),
    })
}

/// Evaluates an expression on an XML document in a string.
fn evaluate<T>(
    value: &Value,
    expression: &str,
    convert: impl Fn(XPathValue, &Document<'_>) -> Option<T>,
) -> Option<T> {
    let text = value.as_str()?;
    let text = text.trim_start_matches(|c: char| c == '\u{feff}' || c.is_whitespace());
    let mut document = uppsala::parse(text).ok()?;
    document.prepare_xpath();
    let evaluator = with_namespaces(&document).with_max_node_visits(MAX_VISITS);
    let result = evaluator.evaluate(&document, document.root(), expression);
    convert(result.ok()?, &document)
}

/// Returns the string value of a node.
fn text_of(document: &Document<'_>, node: NodeId) -> String {
    match document.node_kind(node) {
        Some(NodeKind::Attribute(_, value)) => value.to_string(),
        Some(NodeKind::Text(text) | NodeKind::CData(text)) => text.to_string(),
        _ => document.text_content_deep(node),
    }
}

/// Returns an XPath expression for a string. A string literal cannot contain its own quote.
pub fn xpath_text(text: &str) -> String {
    if !text.contains('\'') {
        return format!("'{text}'");
    }
    if !text.contains('"') {
        return format!("\"{text}\"");
    }
    let parts: Vec<String> = text.split('\'').map(|part| format!("'{part}'")).collect();
    format!("concat({})", parts.join(", \"'\", "))
}

/// Returns an evaluator with the prefixes that the document declares. Of several declarations, the first counts.
fn with_namespaces(document: &Document<'_>) -> XPathEvaluator {
    let mut evaluator = XPathEvaluator::new();
    let mut known = std::collections::HashSet::new();
    for node in document.descendants(document.root()) {
        if let Some(NodeKind::Element(element)) = document.node_kind(node) {
            for (prefix, uri) in &element.namespace_declarations {
                if !prefix.is_empty() && known.insert(prefix.to_string()) {
                    evaluator.add_namespace(prefix.as_ref(), uri.as_ref());
                }
            }
        }
    }
    evaluator
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ORDERS: &str = "\u{feff}<?xml version=\"1.0\"?>
        <o:orders xmlns:o=\"urn:orders\" count=\"2\">
          <o:order id=\"1\"><state>open</state><total>9.5</total></o:order>
          <o:order id=\"2\"><state>done</state><total>10</total></o:order>
        </o:orders>";

    fn holds(expression: &str) -> bool {
        xpath_holds(Some(ORDERS.into()), expression)
    }

    #[test]
    fn results_are_converted_as_by_boolean() {
        for (expression, expected) in [
            ("//state", true),
            ("//none", false),
            ("/o:orders/o:order[@id='2']/state = 'done'", true),
            ("/o:orders/o:order[@id='1']/state = 'done'", false),
            ("count(//state) = 2 and //total[. > 9.9]", true),
            ("count(//none)", false),
            ("count(//state)", true),
            ("string(//none)", false),
            ("normalize-space(//state)", true),
            ("@count", false),
            ("/o:orders/@count = 2", true),
            ("o:orders", true),
            ("not(//o:order[state='failed'])", true),
            ("substring-before(//total, '.') = '9'", true),
        ] {
            assert_eq!(holds(expression), expected, "{expression}");
        }
    }

    #[test]
    fn invalid_expressions_and_documents_do_not_hold() {
        for expression in ["", "//", "count(", "exists(//state)", "//state[", "x:order"] {
            assert!(!holds(expression), "{expression}");
        }
        for value in [
            None,
            Some(Value::Null),
            Some("".into()),
            Some("text".into()),
            Some("<a>".into()),
            Some(serde_json::json!({ "a": 1 })),
        ] {
            assert!(!xpath_holds(value, "true()"));
        }
    }

    #[test]
    fn strings_with_quotes_are_expressions() {
        for text in ["a", "it's", "say \"a\"", "'a' \"b\"", "' or '1'='1"] {
            let document = format!("<a>{}</a>", text.replace('"', "&quot;"));
            let expression = format!("/a = {}", xpath_text(text));
            assert!(
                xpath_holds(Some(document.into()), &expression),
                "{expression}"
            );
            assert!(
                !xpath_holds(Some("<a/>".into()), &expression),
                "{expression}"
            );
        }
    }

    #[test]
    fn nodes_and_values_are_selected() {
        for (expression, expected) in [
            ("//o:order[@id='2']/state", json!("done")),
            ("//state", json!(["open", "done"])),
            ("/o:orders/@count", json!("2")),
            ("//o:order[1]/state/text()", json!("open")),
            ("count(//state)", json!(2.0)),
            ("//state = 'done'", json!(true)),
            ("name(/*)", json!("o:orders")),
            ("//none", json!(null)),
        ] {
            let selected = xpath(ORDERS, expression).unwrap_or_default();
            assert_eq!(selected, expected, "{expression}");
        }
        assert_eq!(xpath("<a", "//a"), None);
    }

    #[test]
    fn hostile_documents_are_bounded() {
        let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
        assert!(!xpath_holds(Some(deep.into()), "//a"));
        let bomb = "<!DOCTYPE a [<!ENTITY b 'xxxxxxxxxxxxxxxx'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>\
                    <!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;'><!ENTITY e '&d;&d;&d;&d;&d;&d;&d;&d;'>\
                    <!ENTITY f '&e;&e;&e;&e;&e;&e;&e;&e;'><!ENTITY g '&f;&f;&f;&f;&f;&f;&f;&f;'>\
                    <!ENTITY h '&g;&g;&g;&g;&g;&g;&g;&g;'>]><a>&h;</a>";
        assert!(!xpath_holds(Some(bomb.into()), "/a"));
        let wide = format!("<a>{}</a>", "<b/>".repeat(4_000));
        assert!(!xpath_holds(Some(wide.into()), "//b[//b[//b[//b[//c]]]]"));
        let nested = format!("{}1{}", "(".repeat(100_000), ")".repeat(100_000));
        assert!(!xpath_holds(Some("<a/>".into()), &nested));
    }
}
