//! Random values that match a schema of the document. The same seed produces the same values.

use serde_json::{Map, Number, Value, json};

use crate::documents::resolved;

/// Maximum depth of arrays and of optional properties.
const DEPTH: usize = 7;

/// Generator of values.
pub struct Instances<'d> {
    document: &'d Value,
    random: Random,
    unlisted: Option<&'static str>,
    secret: Option<&'static str>,
}

/// SplitMix64 pseudorandom number generator.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end.max(1)).unwrap_or(u64::MAX);
        usize::try_from(self.draw() % end).unwrap_or_default()
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

const TEXTS: [&str; 9] = [
    "",
    "a",
    "Grüße 🦀 漢字",
    "quo\"te and back\\slash",
    "two\nlines\tand a \u{0} byte",
    "0",
    "null",
    "{\"json\": true}",
    " a space before and after ",
];

const MOMENTS: [&str; 4] = [
    "2026-05-23T00:00:00Z",
    "2026-05-23T01:02:03.456Z",
    "1969-12-31T23:59:59.999999+02:00",
    "2026-02-28T23:59:59-11:30",
];

const INTEGERS: [i64; 8] = [
    0,
    1,
    -1,
    7,
    1_700_000_000,
    1_747_900_800_123,
    9_007_199_254_740_993,
    i64::MAX,
];

const FRACTIONS: [f64; 4] = [0.5, -2.25, 1e300, 1_700_000_000.125];

impl<'d> Instances<'d> {
    pub fn new(document: &'d Value, seed: u64) -> Self {
        Self {
            document,
            random: Random::new(seed),
            unlisted: None,
            secret: None,
        }
    }

    /// Uses this string for all enum values, except constants: required properties with a single value.
    pub fn with_unlisted(mut self, text: &'static str) -> Self {
        self.unlisted = Some(text);
        self
    }

    /// Uses this string for all values that the document marks as secret.
    pub fn with_secret(mut self, text: &'static str) -> Self {
        self.secret = Some(text);
        self
    }

    /// Returns a value that matches this schema.
    pub fn of(&mut self, schema: &'d Value) -> Value {
        self.at(schema, 0)
    }

    fn at(&mut self, schema: &'d Value, depth: usize) -> Value {
        if schema["nullable"] == true && self.random.one_in(5) {
            return Value::Null;
        }
        if schema["$ref"].is_string() {
            return self.at(resolved(self.document, schema), depth);
        }
        if let Some(secret) = self.secret.filter(|_| schema["x-secret"] == true) {
            return match schema["type"].as_str() {
                Some("object") => json!({ "oauth_access_token": secret, "api_key": secret }),
                _ if is_fields(schema) => Value::from(format!("{{\"field\":\"{secret}\"}}")),
                _ => Value::from(secret),
            };
        }
        if let Some(values) = schema["enum"].as_array() {
            if let Some(unlisted) = self.unlisted {
                return Value::from(unlisted);
            }
            return self.random.pick(values).clone();
        }
        for alternatives in ["oneOf", "anyOf"] {
            if let Some(alternatives) = schema[alternatives].as_array() {
                let alternative = self.random.pick(alternatives);
                return self.at(alternative, depth);
            }
        }
        if let Some(parts) = schema["allOf"].as_array() {
            // A single part only wraps a reference, to allow siblings beside it.
            if let [part] = parts.as_slice() {
                return self.at(part, depth);
            }
            let parts = parts.iter().map(|part| self.at(part, depth));
            let fields = parts.filter_map(|part| match part {
                Value::Object(fields) => Some(fields),
                _ => None,
            });
            return Value::Object(fields.flatten().collect());
        }
        match schema["type"].as_str() {
            Some("string") => Value::from(self.text(schema)),
            Some("boolean") => Value::from(self.random.one_in(2)),
            Some("integer") => Value::Number(self.integer(schema)),
            Some("number") if self.random.one_in(2) => Value::from(*self.random.pick(&FRACTIONS)),
            Some("number") => Value::Number(self.integer(schema)),
            Some("array") => {
                let length = if depth > DEPTH {
                    0
                } else {
                    self.random.below(4)
                };
                let items = &schema["items"];
                (0..length).map(|_| self.at(items, depth + 1)).collect()
            }
            Some("object") => self.object(schema, depth),
            _ if schema["properties"].is_object() => self.object(schema, depth),
            _ => {
                let any = self.anything(depth);
                // `nullable: false` without a type means any value except null.
                if any.is_null() && schema["nullable"] == false {
                    return json!(false);
                }
                any
            }
        }
    }

    fn object(&mut self, schema: &'d Value, depth: usize) -> Value {
        let mut fields = Map::new();
        let required = |name: &str| {
            let required = schema["required"].as_array();
            required.is_some_and(|names| names.iter().any(|known| known == name))
        };
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            if required(name)
                && let Some([only]) = values(self.document, property)
            {
                fields.insert(name.clone(), only.clone());
            } else if required(name) || (depth <= DEPTH && self.random.one_in(2)) {
                fields.insert(name.clone(), self.at(property, depth + 1));
            }
        }
        let others = match &schema["additionalProperties"] {
            Value::Object(_) => Some(&schema["additionalProperties"]),
            Value::Bool(true) => Some(&Value::Null),
            // The schema does not mention properties at all.
            Value::Null if schema["properties"].is_null() => Some(&Value::Null),
            _ => None,
        };
        if let Some(others) = others.filter(|_| depth <= DEPTH) {
            for _ in 0..self.random.below(4) {
                let name = format!("{}{}", self.random.pick(&TEXTS), self.random.below(100));
                fields.insert(name, self.at(others, depth + 1));
            }
        }
        Value::Object(fields)
    }

    /// Returns any JSON value.
    fn anything(&mut self, depth: usize) -> Value {
        match self.random.below(if depth > DEPTH { 5 } else { 7 }) {
            0 => Value::Null,
            1 => Value::from(self.random.one_in(2)),
            2 => Value::from(*self.random.pick(&INTEGERS)),
            3 => Value::from(*self.random.pick(&FRACTIONS)),
            4 => Value::from(*self.random.pick(&TEXTS)),
            5 => (0..self.random.below(3))
                .map(|_| self.anything(depth + 1))
                .collect(),
            _ => (0..self.random.below(3))
                .map(|_| {
                    let name = format!("{}{}", self.random.pick(&TEXTS), self.random.below(9));
                    (name, self.anything(depth + 1))
                })
                .collect(),
        }
    }

    fn integer(&mut self, schema: &Value) -> Number {
        let most = schema["maximum"].as_i64().unwrap_or(i64::MAX);
        Number::from((*self.random.pick(&INTEGERS)).min(most))
    }

    fn text(&mut self, schema: &Value) -> String {
        if let Some(pattern) = schema["pattern"].as_str() {
            return self.matching(pattern);
        }
        if is_fields(schema) {
            return format!("{{\"field\":\"{}\"}}", self.random.below(100));
        }
        match schema["format"].as_str() {
            Some("date-time") => (*self.random.pick(&MOMENTS)).to_owned(),
            Some("uri") => format!("https://example.com/{}?a=b#c", self.random.below(100)),
            Some("email") => format!("someone+{}@example.com", self.random.below(100)),
            Some("byte") => (*self.random.pick(&["", "aGVsbG8=", "/+8="])).to_owned(),
            _ => (*self.random.pick(&TEXTS)).to_owned(),
        }
    }

    /// Returns a string that matches a pattern. Supports what the document uses: literals, character classes, one
    /// level of alternatives, `+` and `{n}`.
    fn matching(&mut self, pattern: &str) -> String {
        let mut rest = pattern.trim_start_matches('^').trim_end_matches('$');
        let mut text = String::new();
        while let Some(first) = rest.chars().next() {
            let letters: Vec<char>;
            match first {
                '(' => {
                    let end = rest.find(')').expect("a closing parenthesis");
                    let alternatives: Vec<&str> = rest[1..end].split('|').collect();
                    text.push_str(alternatives[self.random.below(alternatives.len())]);
                    rest = &rest[end + 1..];
                    continue;
                }
                '[' => {
                    let end = rest.find(']').expect("a closing bracket");
                    letters = class(&rest[1..end]);
                    rest = &rest[end + 1..];
                }
                '\\' => {
                    let escaped = rest[1..].chars().next().expect("an escaped character");
                    letters = match escaped {
                        'd' => ('0'..='9').collect(),
                        literal => vec![literal],
                    };
                    rest = &rest[1 + escaped.len_utf8()..];
                }
                literal => {
                    letters = vec![literal];
                    rest = &rest[literal.len_utf8()..];
                }
            }
            let times = match rest.chars().next() {
                Some('+') => {
                    rest = &rest[1..];
                    1 + self.random.below(8)
                }
                Some('{') => {
                    let end = rest.find('}').expect("a closing brace");
                    let times = rest[1..end].parse().expect("a number");
                    rest = &rest[end + 1..];
                    times
                }
                _ => 1,
            };
            text.extend((0..times).map(|_| *self.random.pick(&letters)));
        }
        text
    }
}

/// Returns the enum values of a schema.
fn values<'d>(document: &'d Value, schema: &'d Value) -> Option<&'d [Value]> {
    resolved(document, schema)["enum"]
        .as_array()
        .map(Vec::as_slice)
}

/// Returns the characters of a class such as `a-zA-Z0-9`.
fn class(text: &str) -> Vec<char> {
    let letters: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        if letters.get(at + 1) == Some(&'-') && at + 2 < letters.len() {
            found.extend(letters[at]..=letters[at + 2]);
            at += 3;
        } else {
            found.push(letters[at]);
            at += 1;
        }
    }
    found
}

/// Returns `true` for a string that contains a JSON object.
fn is_fields(schema: &Value) -> bool {
    schema["contentMediaType"] == "application/json" && schema["contentSchema"].is_object()
}
