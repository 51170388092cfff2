//! YAML parser that returns values and source positions, built on a tree that keeps aliases as references.
//!
//! The tree is proportional to the text. The expanded size of aliases is summed up during parsing, so a document
//! beyond the limits is rejected before any alias is expanded. Merge keys (`<<`) follow YAML 1.1: own keys take
//! precedence over merged keys, and earlier merges over later ones.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, Tag};
use serde_json::{Map, Value};

use super::scalar::{self, CoreType, Resolved};
use super::{LoadFinding, MAX_ADDED_BYTES, MAX_ADDED_VALUES, MAX_DEPTH, MAX_VALUES};
use crate::diagnostic::{Code, Position, TextSpan};

/// Index of a node in the tree.
type Id = usize;

/// Keys of a map, each with the nodes of the key and the value.
type Keys = HashMap<String, (Id, Id)>;

/// YAML document whose nodes have source positions.
pub(crate) struct Tree<'t> {
    nodes: Vec<Node<'t>>,
    root: Id,
    /// Index of the keys of large maps, built at the first search.
    keys: RefCell<HashMap<Id, Keys>>,
}

struct Node<'t> {
    start: Position,
    /// Number of characters; `None` for a node of several lines.
    length: Option<usize>,
    size: Size,
    content: Content<'t>,
}

enum Content<'t> {
    /// List or map whose end has not been read.
    Open,
    Scalar(Cow<'t, str>, Typing),
    List(Vec<Id>),
    Map(Vec<(Id, Id)>),
    Alias(Id),
}

/// Rule by which a scalar becomes a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Typing {
    /// Plain scalar without a tag, resolved by the core schema.
    Plain,
    /// Quoted scalar or block, which is a string.
    String,
    Tagged(CoreType),
    Merge,
}

/// Size of a node with all aliases expanded.
#[derive(Clone, Copy, Debug, Default)]
struct Size {
    values: u64,
    bytes: u64,
    depth: usize,
}

impl Size {
    fn add(&mut self, inner: Self) {
        self.values = self.values.saturating_add(inner.values);
        self.bytes = self.bytes.saturating_add(inner.bytes);
        self.depth = self.depth.max(inner.depth + 1);
    }
}

/// Key of a map.
enum Key<'n> {
    Text(&'n str),
    Merge,
}

impl<'t> Tree<'t> {
    /// Parses a stream that contains one document.
    pub(crate) fn parse(text: &'t str) -> Result<Self, LoadFinding> {
        Self::parse_within(text, MAX_VALUES)
    }

    /// Parses a document with at most `limit` values.
    pub(super) fn parse_within(text: &'t str, limit: usize) -> Result<Self, LoadFinding> {
        reject_control_characters(text)?;
        let mut builder = Builder {
            limit,
            ..Builder::default()
        };
        for event in Parser::new_from_str(text) {
            let (event, span) = event.map_err(|e| unreadable(&e, text))?;
            builder.event(event, span)?;
        }
        let root = builder.root.ok_or_else(|| {
            LoadFinding::syntax(Position { line: 1, column: 1 }, "the document is empty")
        })?;
        Ok(Self {
            nodes: builder.nodes,
            root,
            keys: RefCell::default(),
        })
    }

    /// Returns the document as a value, with warnings about its scalars.
    pub(crate) fn value(&self) -> Result<(Value, Vec<LoadFinding>), LoadFinding> {
        let mut warnings = Vec::new();
        let value = self.value_of(self.root, &mut Some(&mut warnings))?;
        Ok((value, warnings))
    }

    /// Converts a node to a value. `warnings` is `None` within an alias, because its target reports them.
    fn value_of(
        &self,
        id: Id,
        warnings: &mut Option<&mut Vec<LoadFinding>>,
    ) -> Result<Value, LoadFinding> {
        match &self.nodes[id].content {
            Content::Open => Ok(Value::Null),
            Content::Alias(target) => self.value_of(*target, &mut None),
            Content::Scalar(text, typing) => self.scalar(id, text, *typing, warnings),
            Content::List(items) => items
                .iter()
                .map(|item| self.value_of(*item, warnings))
                .collect(),
            Content::Map(entries) => self.map(entries, warnings).map(Value::Object),
        }
    }

    fn map(
        &self,
        entries: &[(Id, Id)],
        warnings: &mut Option<&mut Vec<LoadFinding>>,
    ) -> Result<Map<String, Value>, LoadFinding> {
        let mut own = HashSet::with_capacity(entries.len());
        let mut merges = false;
        for (key, _) in entries {
            let (name, is_new) = match self.key(*key)? {
                Key::Text(name) => (name, own.insert(name)),
                Key::Merge => ("<<", !std::mem::replace(&mut merges, true)),
            };
            if !is_new {
                return Err(self.finding(*key, format!("duplicate key `{name}`")));
            }
        }
        let mut map = Map::with_capacity(entries.len());
        for (key, value) in entries {
            match self.key(*key)? {
                Key::Text(name) => {
                    map.insert(name.to_owned(), self.value_of(*value, warnings)?);
                }
                Key::Merge => {
                    for merged in self.merged(*value)? {
                        let Value::Object(merged) = self.value_of(merged, warnings)? else {
                            continue;
                        };
                        for (name, value) in merged {
                            if !own.contains(name.as_str()) && !map.contains_key(&name) {
                                map.insert(name, value);
                            }
                        }
                    }
                }
            }
        }
        Ok(map)
    }

    /// Returns the maps that a merge key refers to.
    fn merged(&self, id: Id) -> Result<Vec<Id>, LoadFinding> {
        let is_map = |id: Id| matches!(self.nodes[self.target(id)].content, Content::Map(_));
        let error = |id: Id| {
            let message = "the value of `<<` must be a map or a list of maps";
            let help = "quote the key (`\"<<\"`) if it is the name of a property";
            self.finding(id, message).help(help)
        };
        match &self.nodes[self.target(id)].content {
            Content::Map(_) => Ok(vec![id]),
            Content::List(items) => match items.iter().find(|item| !is_map(**item)) {
                Some(item) => Err(error(*item)),
                None => Ok(items.clone()),
            },
            _ => Err(error(id)),
        }
    }

    /// Returns a key. JSON keys are strings, so a scalar is kept as written: `200` is `"200"` and `1.10` is
    /// `"1.10"`.
    fn key(&self, id: Id) -> Result<Key<'_>, LoadFinding> {
        match &self.nodes[self.target(id)].content {
            Content::Scalar(_, Typing::Merge) => Ok(Key::Merge),
            Content::Scalar(text, Typing::Plain) if text == "<<" => Ok(Key::Merge),
            Content::Scalar(text, Typing::Plain) if matches!(&**text, "" | "~") => {
                let finding = self.finding(id, "the key is null, but JSON keys are strings");
                Err(finding.help("quote the key"))
            }
            Content::Scalar(text, _) => Ok(Key::Text(text)),
            _ => Err(self.finding(id, "the key is a list or a map, but JSON keys are strings")),
        }
    }

    fn scalar(
        &self,
        id: Id,
        text: &str,
        typing: Typing,
        warnings: &mut Option<&mut Vec<LoadFinding>>,
    ) -> Result<Value, LoadFinding> {
        let resolved = match typing {
            Typing::String => return Ok(text.into()),
            Typing::Plain => scalar::resolve(text),
            Typing::Merge => return Err(self.finding(id, "`!!merge` is only allowed on keys")),
            Typing::Tagged(wanted) => scalar::resolve_as(text, wanted).ok_or_else(|| {
                self.finding(id, format!("`{text}` does not have the type of its tag"))
            })?,
        };
        let mut warn = |finding: LoadFinding| {
            if let Some(warnings) = warnings {
                warnings.push(finding);
            }
        };
        match resolved {
            Resolved::Value(value) => Ok(value),
            Resolved::Inexact(value) => {
                warn(LoadFinding::inexact(self.nodes[id].start, text, &value));
                Ok(value)
            }
            Resolved::LeadingZero(value) => {
                let message = format!("`{text}` is read as the number {value}");
                let help = "quote it if it is a string; write `0o…` if it is octal";
                warn(self.finding(id, message).code(Code::LeadingZero).help(help));
                Ok(value)
            }
            Resolved::Unrepresentable => {
                let finding =
                    self.finding(id, format!("JSON cannot represent the number `{text}`"));
                Err(finding.help("quote it if it is a string"))
            }
        }
    }

    fn finding(&self, id: Id, message: impl Into<String>) -> LoadFinding {
        LoadFinding::syntax(self.nodes[id].start, message)
    }

    /// Resolves an alias.
    fn target(&self, id: Id) -> Id {
        match self.nodes[id].content {
            Content::Alias(target) => target,
            _ => id,
        }
    }

    /// Returns the source span of the value at a JSON Pointer, or of its nearest existing ancestor.
    ///
    /// The span of a scalar is the scalar itself. For a map or a list with a key it is the key, because the value
    /// begins a line later.
    pub(crate) fn find(&self, pointer: &str) -> Option<TextSpan> {
        let mut span = None;
        let mut id = self.root;
        for token in pointer.split('/').skip(1) {
            let token = token.replace("~1", "/").replace("~0", "~");
            let (marked, next) = match &self.nodes[self.target(id)].content {
                Content::Map(_) => match self.entry(self.target(id), &token) {
                    Some((_, value)) if self.is_scalar(value) => (value, value),
                    Some((key, value)) => (key, value),
                    None => break,
                },
                Content::List(items) => {
                    match token
                        .parse::<usize>()
                        .ok()
                        .and_then(|index| items.get(index))
                    {
                        Some(item) => (*item, *item),
                        None => break,
                    }
                }
                _ => break,
            };
            let node = &self.nodes[marked];
            span = Some(TextSpan {
                start: node.start,
                length: node.length,
            });
            id = next;
        }
        span
    }

    fn is_scalar(&self, id: Id) -> bool {
        matches!(self.nodes[id].content, Content::Scalar(..))
    }

    /// Returns an entry of a map, own or merged.
    fn entry(&self, map: Id, name: &str) -> Option<(Id, Id)> {
        let Content::Map(entries) = &self.nodes[map].content else {
            return None;
        };
        let own = |id: Id| match self.key(id) {
            Ok(Key::Text(text)) => Some(text),
            _ => None,
        };
        let found = if entries.len() < 16 {
            entries
                .iter()
                .find(|(key, _)| own(*key) == Some(name))
                .copied()
        } else {
            let mut keys = self.keys.borrow_mut();
            let index = keys.entry(map).or_insert_with(|| {
                entries
                    .iter()
                    .filter_map(|(key, value)| Some((own(*key)?.to_owned(), (*key, *value))))
                    .collect()
            });
            index.get(name).copied()
        };
        found.or_else(|| {
            let merges = entries
                .iter()
                .filter(|(key, _)| matches!(self.key(*key), Ok(Key::Merge)));
            merges
                .filter_map(|(_, value)| self.merged(*value).ok())
                .flatten()
                .find_map(|merged| self.entry(self.target(merged), name))
        })
    }
}

#[derive(Default)]
struct Builder<'t> {
    limit: usize,
    nodes: Vec<Node<'t>>,
    root: Option<Id>,
    open: Vec<Collection>,
    anchors: HashMap<usize, Id>,
    /// Total size that the aliases read so far add to the document.
    added: Size,
}

#[derive(Clone, Copy)]
enum CollectionKind {
    List,
    Map,
}

/// List or map that is being read.
struct Collection {
    id: Id,
    anchor: usize,
    kind: CollectionKind,
    /// Items of a list, or alternating keys and values of a map.
    children: Vec<Id>,
}

impl<'t> Builder<'t> {
    fn event(&mut self, event: Event<'t>, span: Span) -> Result<(), LoadFinding> {
        match event {
            Event::DocumentStart(_) if self.root.is_some() => {
                let message = "the file has more than one document";
                return Err(LoadFinding::syntax(start(span), message));
            }
            Event::Scalar(text, style, anchor, tag) => {
                let typing = typing(style, tag.as_deref(), start(span))?;
                let size = Size {
                    values: 1,
                    bytes: text.len() as u64,
                    depth: 0,
                };
                let id = self.push(span, size, Content::Scalar(text, typing))?;
                self.remember(anchor, id);
                self.attach(id);
            }
            Event::Alias(anchor) => self.alias(anchor, span)?,
            Event::SequenceStart(anchor, tag) => {
                check_tag(tag.as_deref(), "seq", start(span))?;
                self.begin(anchor, CollectionKind::List, span)?;
            }
            Event::MappingStart(anchor, tag) => {
                check_tag(tag.as_deref(), "map", start(span))?;
                self.begin(anchor, CollectionKind::Map, span)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => {}
        }
        Ok(())
    }

    fn push(&mut self, span: Span, size: Size, content: Content<'t>) -> Result<Id, LoadFinding> {
        if self.nodes.len() >= self.limit {
            return Err(LoadFinding::too_large(start(span), self.limit));
        }
        let length = match span.start.line() == span.end.line() {
            true => Some(span.end.col().saturating_sub(span.start.col()).max(1)),
            false => None,
        };
        self.nodes.push(Node {
            start: start(span),
            length,
            size,
            content,
        });
        Ok(self.nodes.len() - 1)
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), LoadFinding> {
        let target = self.anchors.get(&anchor).copied();
        let Some(target) = target.map(|id| match self.nodes[id].content {
            Content::Alias(target) => target,
            _ => id,
        }) else {
            let message = "the alias refers to an anchor that is not defined before it";
            return Err(LoadFinding::syntax(start(span), message));
        };
        if matches!(self.nodes[target].content, Content::Open) {
            let message = "the alias is inside the value that it refers to";
            return Err(LoadFinding::syntax(start(span), message));
        }
        let size = self.nodes[target].size;
        self.added.add(size);
        if self.added.values > MAX_ADDED_VALUES || self.added.bytes > MAX_ADDED_BYTES {
            let message = format!(
                "the aliases of the document add more than {MAX_ADDED_VALUES} values or \
                 {MAX_ADDED_BYTES} bytes of strings"
            );
            return Err(LoadFinding::syntax(start(span), message).code(Code::TooLarge));
        }
        if self.open.len() + size.depth > MAX_DEPTH {
            return Err(LoadFinding::too_deep(start(span)));
        }
        let id = self.push(span, size, Content::Alias(target))?;
        self.attach(id);
        Ok(())
    }

    fn begin(
        &mut self,
        anchor: usize,
        kind: CollectionKind,
        span: Span,
    ) -> Result<(), LoadFinding> {
        if self.open.len() >= MAX_DEPTH {
            return Err(LoadFinding::too_deep(start(span)));
        }
        let size = Size {
            values: 1,
            ..Size::default()
        };
        let id = self.push(span, size, Content::Open)?;
        // Registered now, so that an alias inside the value is reported.
        self.remember(anchor, id);
        self.open.push(Collection {
            id,
            anchor,
            kind,
            children: Vec::new(),
        });
        Ok(())
    }

    fn end(&mut self) {
        let Some(Collection {
            id,
            anchor,
            kind,
            children,
        }) = self.open.pop()
        else {
            return;
        };
        let mut size = self.nodes[id].size;
        for child in &children {
            size.add(self.nodes[*child].size);
        }
        self.nodes[id].size = size;
        self.nodes[id].content = match kind {
            CollectionKind::Map => {
                let pairs = children.chunks_exact(2);
                Content::Map(pairs.map(|pair| (pair[0], pair[1])).collect())
            }
            CollectionKind::List => Content::List(children),
        };
        self.remember(anchor, id);
        self.attach(id);
    }

    /// Registers an anchor. The parser uses 0 for nodes without one.
    fn remember(&mut self, anchor: usize, id: Id) {
        if anchor > 0 {
            self.anchors.insert(anchor, id);
        }
    }

    fn attach(&mut self, id: Id) {
        match self.open.last_mut() {
            Some(collection) => collection.children.push(id),
            None => self.root = Some(id),
        }
    }
}

fn start(span: Span) -> Position {
    Position {
        line: span.start.line().max(1),
        column: span.start.col() + 1,
    }
}

fn typing(
    style: ScalarStyle,
    tag: Option<&Tag>,
    position: Position,
) -> Result<Typing, LoadFinding> {
    let Some(tag) = tag else {
        return Ok(match style {
            ScalarStyle::Plain => Typing::Plain,
            _ => Typing::String,
        });
    };
    if is_non_specific(tag) {
        return Ok(Typing::String);
    }
    if tag.is_yaml_core_schema() {
        if tag.suffix == "merge" {
            return Ok(Typing::Merge);
        }
        if let Some(wanted) = CoreType::of(&tag.suffix) {
            return Ok(Typing::Tagged(wanted));
        }
    }
    Err(unknown_tag(tag, position))
}

fn check_tag(tag: Option<&Tag>, expected: &str, position: Position) -> Result<(), LoadFinding> {
    match tag {
        None => Ok(()),
        Some(tag) if is_non_specific(tag) => Ok(()),
        Some(tag) if tag.is_yaml_core_schema() && tag.suffix == expected => Ok(()),
        Some(tag) => Err(unknown_tag(tag, position)),
    }
}

/// Returns `true` for the tag `!`, which makes a scalar a string.
fn is_non_specific(tag: &Tag) -> bool {
    matches!((&*tag.handle, &*tag.suffix), ("", "!") | ("!", ""))
}

fn unknown_tag(tag: &Tag, position: Position) -> LoadFinding {
    let name = match tag.is_yaml_core_schema() {
        true => format!("!!{}", tag.suffix),
        false => format!("{}{}", tag.handle, tag.suffix),
    };
    LoadFinding::syntax(position, format!("the tag `{name}` is not supported here"))
        .help("remove the tag: JSON has only strings, numbers, booleans, null, arrays and objects")
}

fn unreadable(error: &ScanError, text: &str) -> LoadFinding {
    let mut position = Position {
        line: error.marker().line().max(1),
        column: error.marker().col() + 1,
    };
    // The scanner names the start of the scalar that the tab would continue.
    if error.info().contains("found a tab")
        && let Some((line, column)) = tab_after(text, position.line)
    {
        position = Position { line, column };
    }
    // The scanner limits the number of open brackets.
    if error.info() == "recursion limit exceeded" {
        return LoadFinding::too_deep(position);
    }
    LoadFinding::syntax(position, error.info())
}

/// Returns the position of the first tab in the indentation of a line, starting with this one.
fn tab_after(text: &str, line: usize) -> Option<(usize, usize)> {
    let lines = text.lines().enumerate().skip(line - 1);
    let mut tabs = lines.filter_map(|(index, line)| {
        let indentation = &line[..line.len() - line.trim_start().len()];
        Some((index + 1, indentation.find('\t')? + 1))
    });
    tabs.next()
}

/// Rejects control characters. The scanner takes a NUL for the end of the text and would ignore the rest.
fn reject_control_characters(text: &str) -> Result<(), LoadFinding> {
    let is_rejected = |b: &u8| *b < b' ' && !matches!(b, b'\t' | b'\n' | b'\r');
    let Some(offset) = text.bytes().position(|b| is_rejected(&b)) else {
        return Ok(());
    };
    let message = format!(
        "control character U+{:04X} is not allowed in YAML",
        text.as_bytes()[offset]
    );
    let finding = LoadFinding::syntax(super::position_at(text, offset), message);
    Err(finding.help("write it as an escape in a double-quoted string"))
}
