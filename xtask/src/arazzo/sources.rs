//! Resolution of source descriptions to the documents passed to the generator.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use indexmap::IndexMap;

use crate::arazzo::document::{
    Description, OperationRef, Source, SourceKind, Workflow, WorkflowRef,
};
use crate::diagnostic::suggestion::{shorten, suggest};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, child};
use crate::load;
use crate::openapi::description::{ApiDescription, Operation};

/// Documents that the source descriptions of an Arazzo document refer to.
#[derive(Debug)]
pub struct Sources<'d> {
    /// API descriptions by source name.
    pub apis: IndexMap<String, Rc<Api<'d>>>,
    /// Index of each API description among the documents of the [`Apis`].
    pub positions: IndexMap<String, usize>,
    /// Other Arazzo documents by source name.
    pub descriptions: IndexMap<String, &'d Description>,
    /// `true` if every source was found. Otherwise references that a missing source may define are not reported.
    pub complete: bool,
}

/// API description with an index of its operations.
#[derive(Debug)]
pub struct Api<'d> {
    /// Path of the document.
    pub file: &'d Path,
    pub description: ApiDescription<'d>,
    /// All operations in document order.
    pub operations: Vec<Operation<'d>>,
    by_id: HashMap<&'d str, usize>,
}

impl<'d> Api<'d> {
    fn new(document: &'d load::Document) -> Self {
        let description = ApiDescription::new(&document.value);
        let operations = description.operations();
        let mut by_id = HashMap::new();
        for (index, operation) in operations.iter().enumerate() {
            if let Some(id) = operation.id {
                by_id.entry(id).or_insert(index);
            }
        }
        Self {
            file: &document.path,
            description,
            operations,
            by_id,
        }
    }

    /// Returns the operation with this `operationId`.
    pub fn operation(&self, id: &str) -> Option<&Operation<'d>> {
        self.operations.get(*self.by_id.get(id)?)
    }
}

/// API descriptions that the sources of all Arazzo documents refer to, each read once.
#[derive(Clone, Debug)]
pub struct Apis<'d>(Vec<Rc<Api<'d>>>);

impl<'d> Apis<'d> {
    /// Reads the operations of all documents.
    pub fn read(documents: impl IntoIterator<Item = &'d load::Document>) -> Self {
        let documents = documents.into_iter();
        Self(documents.map(|it| Rc::new(Api::new(it))).collect())
    }
}

/// Error of a reference that the sources do not resolve.
pub struct UnresolvedReference {
    pub code: Code,
    pub message: String,
    pub help: Option<String>,
    /// Name without a target, if the reference has one.
    pub name: Option<String>,
}

/// Returns the local file a source refers to, relative to the Arazzo document.
///
/// Returns `None` for web URLs, which are never fetched.
pub fn local_path(description: &Path, url: &str) -> Option<PathBuf> {
    let url = url.split('#').next().unwrap_or(url);
    let path = match url.strip_prefix("file://") {
        Some(path) => path,
        None if url.contains("://") || url.is_empty() => return None,
        None => url,
    };
    Some(normalize(
        &description.parent().unwrap_or(Path::new("")).join(path),
    ))
}

impl<'d> Sources<'d> {
    /// Finds each source among the provided documents by its `url`.
    ///
    /// If no document has that path, matches by name and reports a warning.
    pub fn find(
        description: &Description,
        apis: &Apis<'d>,
        others: &'d [Description],
        found: &mut Diagnostics,
    ) -> Self {
        let mut sources = Self {
            apis: IndexMap::new(),
            positions: IndexMap::new(),
            descriptions: IndexMap::new(),
            complete: true,
        };
        let names = |kind| {
            description
                .sources
                .iter()
                .filter(move |source| source.kind == kind)
                .count()
        };
        let of_apis: Vec<&Path> = apis.0.iter().map(|api| api.file).collect();
        let of_others: Vec<&Path> = others.iter().map(|other| other.file.as_path()).collect();
        for source in &description.sources {
            match source.kind {
                SourceKind::OpenApi => {
                    let single = match names(SourceKind::OpenApi) {
                        1 => Fallback::SingleDocument,
                        _ => Fallback::ByName,
                    };
                    let lookup = ("--openapi", single);
                    match locate(description, source, (&of_apis, &of_others), lookup, found) {
                        Some(position) => {
                            sources.positions.insert(source.name.clone(), position);
                            let api = Rc::clone(&apis.0[position]);
                            sources.apis.insert(source.name.clone(), api);
                        }
                        None => sources.complete = false,
                    }
                }
                SourceKind::Arazzo => {
                    match locate(
                        description,
                        source,
                        (&of_others, &of_apis),
                        ("--arazzo", Fallback::ByName),
                        found,
                    ) {
                        Some(position) => {
                            sources
                                .descriptions
                                .insert(source.name.clone(), &others[position]);
                        }
                        None => sources.complete = false,
                    }
                }
                SourceKind::AsyncApi => sources.complete = false,
            }
        }
        sources
    }

    /// Returns the operation a step refers to, with its API and the source name.
    ///
    /// Returns `Err(None)` if a missing source might define the operation.
    pub fn operation(
        &self,
        reference: &OperationRef,
    ) -> Result<(&str, ApiDescription<'d>, &Operation<'d>), Option<UnresolvedReference>> {
        let candidates: Vec<(&str, &Api<'d>)> = match reference.source() {
            Some(name) => match self.apis.get_key_value(name) {
                Some((name, api)) => vec![(name.as_str(), &**api)],
                None if !self.complete => return Err(None),
                None => return Err(Some(self.unknown_source(name, SourceKind::OpenApi))),
            },
            None => self
                .apis
                .iter()
                .map(|(name, api)| (name.as_str(), &**api))
                .collect(),
        };
        let mut matches = candidates.iter().filter_map(|(name, api)| match reference {
            OperationRef::Id { id, .. } => api
                .operation(id)
                .map(|operation| (*name, api.description, operation)),
            OperationRef::Path { path, method, .. } => {
                let mut matching = api
                    .operations
                    .iter()
                    .filter(|operation| same_path(operation.path, path));
                match method {
                    Some(method) => matching.find(|operation| operation.method == method),
                    // Without a method, the path must have exactly one operation.
                    None => matching.next().filter(|_| matching.next().is_none()),
                }
                .map(|operation| (*name, api.description, operation))
            }
        });
        let (first, second) = (matches.next(), matches.next());
        if let (None, Some(standard)) = (&first, self.short_form(reference)) {
            return self.operation(&standard);
        }
        match (first, second) {
            (Some(only), None) => Ok(only),
            (Some((first, ..)), Some((second, ..))) => Err(Some(UnresolvedReference {
                code: Code::AmbiguousOperation,
                message: format!("the sources `{first}` and `{second}` both have this operation"),
                help: Some(format!("write `$sourceDescriptions.{first}.OPERATION-ID`")),
                name: None,
            })),
            (None, _) if !self.complete && reference.source().is_none() => Err(None),
            (None, _) => {
                let mut unknown = unknown_operation(reference, &candidates);
                unknown.help = self.source_of(reference).or(unknown.help);
                Err(Some(unknown))
            }
        }
    }

    /// Returns help for an operation of another source than the one that is named.
    fn source_of(&self, reference: &OperationRef) -> Option<String> {
        let OperationRef::Id { id, .. } = reference else {
            return None;
        };
        let mut apis = self.apis.iter();
        let (name, _) = apis.find(|(_, api)| api.operation(id).is_some())?;
        Some(format!("the source `{name}` has this operation"))
    }

    /// Converts nonstandard operation references to the standard form.
    ///
    /// Accepts `SOURCE.ID` in place of `$sourceDescriptions.SOURCE.ID`, and ids that differ from the API description
    /// only in case.
    fn short_form(&self, reference: &OperationRef) -> Option<OperationRef> {
        let OperationRef::Id { source, id } = reference else {
            return None;
        };
        let apis = self.apis.iter();
        let mut named = apis
            .filter(|(name, _)| source.as_ref().is_none_or(|source| source == *name))
            .flat_map(|(name, api)| {
                api.operations
                    .iter()
                    .map(move |operation| (name, operation))
            })
            .filter_map(|(name, operation)| Some((name, operation.id?)))
            .filter(|(_, known)| known.eq_ignore_ascii_case(id) && known != id);
        if let (Some((name, known)), None) = (named.next(), named.next()) {
            return Some(OperationRef::Id {
                source: Some(name.clone()),
                id: known.to_owned(),
            });
        }
        let (None, Some((source, id))) = (source, id.split_once('.')) else {
            return None;
        };
        self.apis.get(source)?.operation(id)?;
        Some(OperationRef::Id {
            source: Some(source.to_owned()),
            id: id.to_owned(),
        })
    }

    /// Returns the document and the location of an operation of a source.
    pub fn declaration(
        &self,
        source: &str,
        operation: &Operation<'_>,
    ) -> Option<(&'d Path, String)> {
        let api = self.apis.get(source)?;
        Some((api.file, operation.part.pointer.clone()))
    }

    /// Returns the workflow a step or action refers to, in this document or in another source.
    pub fn workflow<'w>(
        &self,
        own: &'w Description,
        reference: &WorkflowRef,
    ) -> Result<&'w Workflow, Option<UnresolvedReference>>
    where
        'd: 'w,
    {
        let description: &'w Description = match &reference.source {
            None => own,
            Some(name) => match self.descriptions.get(name) {
                Some(description) => description,
                None if !self.complete => return Err(None),
                None => return Err(Some(self.unknown_source(name, SourceKind::Arazzo))),
            },
        };
        description.workflow(&reference.id).ok_or_else(|| {
            let names = description.workflows.iter().map(|workflow| &workflow.id);
            let help = self.other_kind(&reference.id);
            Some(UnresolvedReference {
                code: Code::UnknownWorkflow,
                message: format!("unknown workflow `{}`", shorten(&reference.id)),
                help: help.or_else(|| suggest(&reference.id, names)),
                name: Some(reference.id.clone()),
            })
        })
    }

    /// Returns help for a workflow of another document, or an operation, that a reference to a workflow names.
    fn other_kind(&self, id: &str) -> Option<String> {
        let mut others = self.descriptions.iter();
        if let Some((name, _)) = others.find(|(_, other)| other.workflow(id).is_some()) {
            return Some(format!("write `$sourceDescriptions.{name}.{id}`"));
        }
        let mut apis = self.apis.values();
        apis.find_map(|api| api.operation(id))?;
        Some(format!("`{id}` is an operation: write `operationId: {id}`"))
    }

    /// Returns the error for a source that does not exist, or that is a document of another kind.
    fn unknown_source(&self, name: &str, kind: SourceKind) -> UnresolvedReference {
        let (of_kind, of_other): (Vec<&String>, Vec<&String>) = match kind {
            SourceKind::Arazzo => (
                self.descriptions.keys().collect(),
                self.apis.keys().collect(),
            ),
            _ => (
                self.apis.keys().collect(),
                self.descriptions.keys().collect(),
            ),
        };
        let message = match kind {
            _ if !of_other.iter().any(|other| *other == name) => {
                format!("unknown source `{}`", shorten(name))
            }
            SourceKind::Arazzo => format!("the source `{name}` has operations, but no workflows"),
            _ => format!("the source `{name}` has workflows, but no operations"),
        };
        let help = suggest(name, &of_kind).or_else(|| match of_kind.as_slice() {
            [only] => Some(format!("did you mean `{only}`?")),
            _ => None,
        });
        UnresolvedReference {
            code: Code::UnknownSource,
            message,
            help,
            name: Some(name.to_owned()),
        }
    }
}

fn unknown_operation(reference: &OperationRef, apis: &[(&str, &Api<'_>)]) -> UnresolvedReference {
    let operations = apis.iter().flat_map(|(_, api)| &api.operations);
    match reference {
        OperationRef::Id { id, .. } => UnresolvedReference {
            code: Code::UnknownOperation,
            message: format!("no source has an operation `{}`", shorten(id)),
            help: suggest(id, operations.filter_map(|operation| operation.id)),
            name: Some(id.clone()),
        },
        OperationRef::Path { path, method, .. } => {
            let methods: Vec<_> = operations
                .clone()
                .filter(|operation| same_path(operation.path, path))
                .map(|operation| operation.method)
                .collect();
            let title = method.as_deref().map_or(String::new(), |method| {
                format!("{} ", method.to_ascii_uppercase())
            });
            UnresolvedReference {
                code: Code::UnknownOperation,
                message: if method.is_none() && methods.len() > 1 {
                    format!("the path `{}` has several operations", shorten(path))
                } else {
                    format!("no source has an operation `{title}{}`", shorten(path))
                },
                help: if methods.is_empty() {
                    suggest(path, operations.map(|operation| operation.path))
                } else {
                    Some(format!("the path has the methods {}", methods.join(", ")))
                },
                name: None,
            }
        }
    }
}

/// Returns `true` if two path templates match, ignoring variable names and trailing slashes.
pub(crate) fn same_path(left: &str, right: &str) -> bool {
    if left == right {
        return true;
    }
    let (mut left, mut right) = (
        left.trim_end_matches('/').split('/'),
        right.trim_end_matches('/').split('/'),
    );
    let variable = |part: &str| part.starts_with('{') && part.ends_with('}');
    loop {
        match (left.next(), right.next()) {
            (None, None) => return true,
            (Some(l), Some(r)) if l == r || variable(l) && variable(r) => {}
            _ => return false,
        }
    }
}

/// Fallback lookup for a document that is not at the `url` of its source.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fallback {
    /// Matches the file name, or the name of the source.
    ByName,
    /// Like `ByName`; also accepts the only document provided.
    SingleDocument,
}

fn locate(
    description: &Description,
    source: &Source,
    (paths, of_other_kind): (&[&Path], &[&Path]),
    (option, fallback): (&str, Fallback),
    found: &mut Diagnostics,
) -> Option<usize> {
    let wanted = local_path(&description.file, &source.url).map(|path| absolute(&path));
    let at_url = |paths: &[&Path]| {
        let mut paths = paths.iter();
        paths.position(|path| Some(absolute(path)) == wanted)
    };
    if let Some(position) = at_url(paths) {
        return Some(position);
    }
    if at_url(of_other_kind).is_some() {
        let (own, other) = match source.kind {
            SourceKind::Arazzo => ("an Arazzo", "openapi"),
            _ => ("an OpenAPI", "arazzo"),
        };
        let message = format!("`{}` is not {own} document", shorten(&source.url));
        let at = child(&source.pointer, "type");
        found.push(
            Diagnostic::new(Code::UnknownSource, &description.file, at, message)
                .label("another kind of document")
                .help(format!("write `type: {other}`")),
        );
        return None;
    }
    let at = child(&source.pointer, "url");
    let file = source.url.rsplit('/').next().unwrap_or(&source.url);
    let stem =
        |path: &Path| comparable_name(&path.file_stem().unwrap_or_default().to_string_lossy());
    let by_file = paths.iter().position(|path| {
        path.file_name()
            .is_some_and(|name| name.to_string_lossy() == file)
    });
    let by_name = || {
        paths
            .iter()
            .position(|path| stem(path) == comparable_name(&source.name))
    };
    let single = || (fallback == Fallback::SingleDocument && paths.len() == 1).then_some(0);
    let Some(position) = by_file.or_else(by_name).or_else(single) else {
        let message = format!(
            "the source `{}` was not found: no document was provided for `{}`",
            shorten(&source.name),
            shorten(&source.url)
        );
        found.push(
            Diagnostic::new(Code::UnknownSource, &description.file, at, message)
                .label("no such document")
                .help(format!("pass the document with `{option}`")),
        );
        return None;
    };
    let message = format!(
        "no document was provided for `{}`; the source `{}` was found by its name",
        shorten(&source.url),
        shorten(&source.name)
    );
    found.push(
        Diagnostic::new(Code::DanglingSource, &description.file, at, message)
            .label("no such document")
            .help(format!(
                "using {} instead: correct the `url`",
                paths[position].display()
            )),
    );
    Some(position)
}

/// Returns the name in lower case, without punctuation and generic suffixes such as `api`.
fn comparable_name(name: &str) -> String {
    let lower: String = name
        .chars()
        .filter(|char| char.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    let mut rest = lower.as_str();
    while let Some(shorter) = [
        "openapi",
        "arazzo",
        "api",
        "description",
        "workflow",
        "source",
    ]
    .iter()
    .find_map(|word| rest.strip_suffix(word))
    {
        if shorter.is_empty() {
            break;
        }
        rest = shorter;
    }
    rest.to_owned()
}

fn absolute(path: &Path) -> PathBuf {
    normalize(&std::path::absolute(path).unwrap_or_else(|_| path.to_owned()))
}

/// Returns the path without `.` and `..` components.
fn normalize(path: &Path) -> PathBuf {
    let mut normalized = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(
                    normalized.components().next_back(),
                    Some(Component::Normal(_))
                ) =>
            {
                normalized.pop();
            }
            part => normalized.push(part),
        }
    }
    normalized
}
