//! Replacements in payloads of XML text, whose targets are XPath expressions.

use std::borrow::Cow;
use std::ops::Range;

use serde_json::Value;
use uppsala::dom::NodeKind;
use uppsala::{Document, NodeId, XPathEvaluator};

use super::criterion::check_xpath;
use super::template::{Template, Text, TextPart};

/// Returns the XML text of a payload.
pub fn xml_text(payload: &Template) -> Option<Cow<'_, Text>> {
    let text = match payload {
        Template::Text(text) => Cow::Borrowed(text),
        Template::Literal(Value::String(text)) => Cow::Owned(Text {
            parts: vec![TextPart::Literal(text.clone())],
        }),
        _ => return None,
    };
    match text.parts.first()? {
        TextPart::Literal(start) if start.trim_start().starts_with('<') => Some(text),
        _ => None,
    }
}

/// Returns the XML with a value as the content of the elements, attributes or texts that an XPath expression selects.
///
/// Returns `None` if it selects nothing, or if the value is a list or an object.
pub fn replaced(xml: &Text, target: &str, value: &Template) -> Option<Template> {
    check_xpath(target).ok()?;
    let value = escaped(value)?;
    let sample = Sample::of(xml);
    let mut document = uppsala::parse(&sample.text).ok()?;
    document.prepare_xpath();
    let selected = evaluator(&document).select_nodes(&document, document.root(), target);
    let places = selected.ok()?.into_iter();
    let mut places: Vec<Place> = places
        .map(|node| place(&document, &sample.text, node))
        .collect::<Option<_>>()?;
    if places.is_empty() {
        return None;
    }
    places.sort_by_key(|place| place.range.start);
    let mut parts = Vec::new();
    let mut from = 0;
    for place in places {
        // An element within a replaced one has gone.
        if place.range.start < from {
            continue;
        }
        sample.copy(from..place.range.start, xml, &mut parts);
        push(&mut parts, &place.before);
        parts.extend(value.iter().cloned());
        push(&mut parts, &place.after);
        from = place.range.end;
    }
    sample.copy(from..sample.text.len(), xml, &mut parts);
    Some(Template::Text(Text { parts }))
}

/// Returns a value as text in XML.
fn escaped(value: &Template) -> Option<Vec<TextPart>> {
    let escape = |text: &str| {
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        TextPart::Literal(text.replace('>', "&gt;").replace('"', "&quot;"))
    };
    match value {
        Template::Literal(Value::Null) => Some(Vec::new()),
        Template::Literal(Value::String(text)) => Some(vec![escape(text)]),
        Template::Literal(value @ (Value::Bool(_) | Value::Number(_))) => {
            Some(vec![escape(&value.to_string())])
        }
        Template::Expression(expression) => Some(vec![TextPart::Xml(expression.clone())]),
        Template::Text(text) => {
            let parts = text.parts.iter().map(|part| match part {
                TextPart::Literal(text) => escape(text),
                TextPart::Expression(expression) | TextPart::Xml(expression) => {
                    TextPart::Xml(expression.clone())
                }
            });
            Some(parts.collect())
        }
        Template::Literal(_) | Template::Array(_) | Template::Object(_) | Template::Selector(_) => {
            None
        }
    }
}

/// The XML with a character for each expression, and the place of each part in it.
struct Sample {
    text: String,
    ranges: Vec<Range<usize>>,
}

impl Sample {
    fn of(xml: &Text) -> Self {
        let mut text = String::new();
        let ranges = xml.parts.iter().map(|part| {
            let start = text.len();
            text.push_str(match part {
                TextPart::Literal(literal) => literal,
                TextPart::Expression(_) | TextPart::Xml(_) => "0",
            });
            start..text.len()
        });
        let ranges = ranges.collect();
        Self { text, ranges }
    }

    /// Copies the parts of the XML in a range of the sample.
    fn copy(&self, copied: Range<usize>, xml: &Text, parts: &mut Vec<TextPart>) {
        for (part, range) in xml.parts.iter().zip(&self.ranges) {
            let (start, end) = (range.start.max(copied.start), range.end.min(copied.end));
            match part {
                _ if start >= end => {}
                TextPart::Literal(_) => push(parts, self.text.get(start..end).unwrap_or_default()),
                other => parts.push(other.clone()),
            }
        }
    }
}

/// Adds literal text. Literals are never adjacent.
fn push(parts: &mut Vec<TextPart>, text: &str) {
    match parts.last_mut() {
        _ if text.is_empty() => {}
        Some(TextPart::Literal(last)) => last.push_str(text),
        _ => parts.push(TextPart::Literal(text.to_owned())),
    }
}

/// A place for a value, with the markup around it.
struct Place {
    range: Range<usize>,
    before: String,
    after: String,
}

impl Place {
    fn of(range: Range<usize>) -> Self {
        Self {
            range,
            before: String::new(),
            after: String::new(),
        }
    }
}

/// Returns the place of the content of a node.
fn place(document: &Document<'_>, xml: &str, node: NodeId) -> Option<Place> {
    match document.node_kind(node)? {
        NodeKind::Element(element) => {
            let whole = document.node_range(node)?;
            let source = xml.get(whole.clone())?;
            let start = start_tag(source)?;
            match source.get(..start)?.strip_suffix("/>") {
                Some(open) => Some(Place {
                    range: whole.start + open.len()..whole.end,
                    before: ">".to_owned(),
                    after: format!("</{}>", element.name.prefixed_name()),
                }),
                None => Some(Place::of(
                    whole.start + start..whole.start + source.rfind("</")?,
                )),
            }
        }
        NodeKind::Attribute(name, _) => {
            let element = document.node_range(document.parent(node)?)?;
            let source = xml.get(element.clone())?;
            let value = attribute(source.get(..start_tag(source)?)?, &name.prefixed_name())?;
            Some(Place::of(
                element.start + value.start..element.start + value.end,
            ))
        }
        NodeKind::Text(_) => document.node_range(node).map(Place::of),
        NodeKind::Document
        | NodeKind::CData(_)
        | NodeKind::Comment(_)
        | NodeKind::ProcessingInstruction(_) => None,
    }
}

/// Returns the length of the start tag.
fn start_tag(source: &str) -> Option<usize> {
    let mut quote = None;
    let end = source.find(|char| {
        match quote {
            Some(open) if open == char => quote = None,
            None if matches!(char, '\'' | '"') => quote = Some(char),
            None if char == '>' => return true,
            _ => {}
        }
        false
    });
    end.map(|end| end + 1)
}

/// Returns the range of the value of an attribute in a start tag.
fn attribute(tag: &str, name: &str) -> Option<Range<usize>> {
    let mut at = tag.find(char::is_whitespace)?;
    loop {
        let equals = at + tag.get(at..)?.find('=')?;
        let open = equals + tag.get(equals..)?.find(['\'', '"'])?;
        let quote = tag.get(open..)?.chars().next()?;
        let end = open + 1 + tag.get(open + 1..)?.find(quote)?;
        if tag.get(at..equals)?.trim() == name {
            return Some(open + 1..end);
        }
        at = end + 1;
    }
}

/// Returns an evaluator with the prefixes that the document declares.
fn evaluator(document: &Document<'_>) -> XPathEvaluator {
    let mut evaluator = XPathEvaluator::new();
    for node in document.descendants(document.root()) {
        if let Some(NodeKind::Element(element)) = document.node_kind(node) {
            for (prefix, uri) in &element.namespace_declarations {
                if !prefix.is_empty() {
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
    use crate::arazzo::template::Reader;

    fn replace(xml: &str, target: &str, value: Value) -> Option<String> {
        let mut reader = Reader::default();
        let payload = reader.template(&json!(xml), "");
        let value = reader.template(&value, "");
        let replaced = replaced(&*xml_text(&payload)?, target, &value)?;
        let parts = match replaced {
            Template::Text(text) => text.parts,
            _ => return None,
        };
        let parts = parts.into_iter().map(|part| match part {
            TextPart::Literal(text) => text,
            TextPart::Expression(expression) => format!("{{{expression}}}"),
            TextPart::Xml(expression) => format!("[{expression}]"),
        });
        Some(parts.collect())
    }

    #[test]
    fn values_replace_the_content_of_the_selected_nodes() {
        for (xml, target, value, expected) in [
            ("<a><b>1</b></a>", "/a/b", json!(3), "<a><b>3</b></a>"),
            ("<a><b/></a>", "/a/b", json!("x<y"), "<a><b>x&lt;y</b></a>"),
            (
                "<a><b>1</b><b>2</b></a>",
                "//b",
                json!("$inputs.n"),
                "<a><b>[$inputs.n]</b><b>[$inputs.n]</b></a>",
            ),
            (
                "<a><b>1</b><b>2</b></a>",
                "/a/b[2]",
                json!("n{$inputs.n}"),
                "<a><b>1</b><b>n[$inputs.n]</b></a>",
            ),
            (
                "<a><b c='1' d = \"2>\">{$inputs.x}</b></a>",
                "/a/b/@d",
                json!(true),
                "<a><b c='1' d = \"true\">{$inputs.x}</b></a>",
            ),
            (
                "<a>{$inputs.x}<b><c/></b>!</a>",
                "/a/b",
                json!(null),
                "<a>{$inputs.x}<b></b>!</a>",
            ),
            (
                "<a><b id='x'>1</b></a>",
                "//b[@id='x']/text()",
                json!(2),
                "<a><b id='x'>2</b></a>",
            ),
            (
                "<e:a xmlns:e='u'><e:b/></e:a>",
                "/e:a/e:b",
                json!(1),
                "<e:a xmlns:e='u'><e:b>1</e:b></e:a>",
            ),
        ] {
            assert_eq!(
                replace(xml, target, value).as_deref(),
                Some(expected),
                "{target}"
            );
        }
    }

    #[test]
    fn other_targets_and_values_are_not_replaced() {
        for (xml, target, value) in [
            ("<a/>", "/b", json!(1)),
            ("<a/>", "count(/a)", json!(1)),
            ("<a/>", "/a[", json!(1)),
            ("<a>", "/a", json!(1)),
            ("a", "/a", json!(1)),
            ("<a/>", "/a", json!([1])),
        ] {
            assert_eq!(replace(xml, target, value), None, "{xml} {target}");
        }
    }
}
