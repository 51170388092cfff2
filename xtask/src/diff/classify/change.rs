//! Changes, their codes, and the version step that follows from them.

use std::collections::BTreeSet;
use std::fmt;

/// A change between two documents.
#[derive(Clone, Debug)]
pub struct Change {
    pub code: ChangeCode,
    pub kind: ChangeKind,
    pub breaks: Breaks,
    pub direction: Option<Direction>,
    /// Part of the document that changed, such as `Account.name` or ``GET /accounts: parameter `limit` ``.
    pub subject: String,
    /// Description of the change.
    pub message: String,
    /// Consequence or reason that the message does not show.
    pub note: Option<&'static str>,
    /// JSON Pointer in the old document, or of the nearest parent of an added part.
    pub old: String,
    /// JSON Pointer in the new document, or of the nearest parent of a removed part.
    pub new: String,
    /// Pointers of further parts that this change explains.
    pub(super) covers: Vec<String>,
    /// Operations that the change affects, as `GET /path`.
    pub operations: BTreeSet<String>,
    pub names: Names,
}

/// Names of generated code that a change affects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// Methods of the client.
    pub functions: BTreeSet<String>,
    /// Builders of requests, as `accounts().list()`.
    pub builders: BTreeSet<String>,
    pub types: BTreeSet<String>,
    /// Workflow functions.
    pub workflows: BTreeSet<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    Added,
    Removed,
    Changed,
}

impl ChangeKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }
}

/// Direction in which the changed part is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    Request,
    Response,
}

impl Direction {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Response => "response",
        }
    }
}

/// Callers that a change breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Breaks {
    /// No caller.
    Nothing,
    /// Callers that are compiled against newly generated code. Requests and responses stay valid.
    Code,
    /// Callers that run code generated from the old document.
    Wire,
}

impl Breaks {
    /// Returns `wire` or `code`; `None` for a compatible change.
    pub fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Nothing => None,
            Self::Code => Some("code"),
            Self::Wire => Some("wire"),
        }
    }
}

/// Effect of a change on the set of valid values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Narrows,
    Widens,
    /// Some values become valid and others invalid, or the relation is unknown.
    Incomparable,
}

impl Effect {
    /// Returns the callers that a change of a value sent in this direction breaks.
    pub(super) fn breaks(self, direction: Direction) -> Breaks {
        match (self, direction) {
            (Self::Incomparable, _)
            | (Self::Narrows, Direction::Request)
            | (Self::Widens, Direction::Response) => Breaks::Wire,
            _ => Breaks::Nothing,
        }
    }
}

/// Step of the semantic version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum VersionStep {
    None,
    Patch,
    Minor,
    Major,
}

impl VersionStep {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

impl Change {
    /// Creates a change without direction, operations and names. `places` are its pointers in both documents.
    pub(in crate::diff) fn new(
        (code, kind, breaks): (ChangeCode, ChangeKind, Breaks),
        (old, new): (String, String),
        subject: String,
        message: String,
    ) -> Self {
        Self {
            code,
            kind,
            breaks,
            direction: None,
            subject,
            message,
            note: None,
            old,
            new,
            covers: Vec::new(),
            operations: BTreeSet::new(),
            names: Names::default(),
        }
    }

    pub fn is_breaking(&self) -> bool {
        self.breaks != Breaks::Nothing
    }

    /// Returns the step that this change requires.
    pub fn step(&self) -> VersionStep {
        match self.is_breaking() {
            true => VersionStep::Major,
            false => self.code.compatible_step(),
        }
    }
}

impl fmt::Display for ChangeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

macro_rules! codes {
    ($($variant:ident $step:ident $name:literal $meaning:literal)*) => {
        /// Kind of a change, as printed in brackets.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum ChangeCode {
            $(#[doc = $meaning] $variant,)*
        }

        impl ChangeCode {
            /// All codes, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Returns an explanation of one sentence.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)* }
            }

            /// Returns the version step of a change with this code that breaks no callers.
            fn compatible_step(self) -> VersionStep {
                match self { $(Self::$variant => VersionStep::$step,)* }
            }
        }
    };
}

codes! {
    OperationAdded Minor "operation-added" "An operation was added."
    OperationRemoved Minor "operation-removed" "An operation was removed."
    OperationMoved Minor "operation-moved" "An operation has another method or path."
    OperationRenamed Minor "operation-renamed" "An operation has another `operationId`, which names its method."
    ResourceMethodChanged Minor "resource-method-changed" "The extensions that name the resource method were changed."
    PaginationChanged Minor "pagination-changed" "The pagination extension was added, removed or changed."
    GeneratorExtensionChanged Minor "generator-extension-changed" "Another extension that the generator reads was changed."
    ExtensionChanged Patch "extension-changed" "An extension that the generator does not read was changed."
    DeprecationChanged Minor "deprecation-changed" "A part was marked as deprecated, or no longer is."
    SunsetChanged Patch "sunset-changed" "The announced date of removal was changed."
    LinksChanged Patch "links-changed" "The links of a response were changed. Generated code does not use them."
    TagsChanged Patch "tags-changed" "The tags of an operation or of the document were changed."
    WebhookAdded Minor "webhook-added" "A webhook was added."
    WebhookRemoved Minor "webhook-removed" "A webhook was removed."
    ServerAdded Minor "server-added" "A server was added."
    ServerRemoved Minor "server-removed" "A server was removed."
    ServerChanged Minor "server-changed" "The variables or extensions of a server were changed."
    SecurityAdded Minor "security-added" "An operation without authentication now requires it."
    SecurityRemoved Minor "security-removed" "An operation no longer requires authentication."
    SecurityAlternativeAdded Minor "security-alternative-added" "An operation accepts another combination of security schemes."
    SecurityAlternativeRemoved Minor "security-alternative-removed" "An operation no longer accepts a combination of security schemes."
    ScopeAdded Minor "scope-added" "An operation requires another scope."
    ScopeRemoved Minor "scope-removed" "An operation no longer requires a scope."
    SecuritySchemeAdded Minor "security-scheme-added" "A security scheme was added."
    SecuritySchemeRemoved Minor "security-scheme-removed" "A security scheme was removed."
    SecuritySchemeChanged Minor "security-scheme-changed" "A security scheme was changed."
    ParameterAdded Minor "parameter-added" "A parameter was added."
    ParameterRemoved Minor "parameter-removed" "A parameter was removed."
    ParameterRenamed Minor "parameter-renamed" "A parameter has another name."
    ParameterMoved Minor "parameter-moved" "A parameter is sent in another place."
    ParameterRequired Minor "parameter-required" "An optional parameter became required."
    ParameterOptional Minor "parameter-optional" "A required parameter became optional."
    SerializationChanged Minor "serialization-changed" "A parameter, header or part of a body is serialized in another way."
    RequestBodyAdded Minor "request-body-added" "A request body was added."
    RequestBodyRemoved Minor "request-body-removed" "A request body was removed."
    RequestBodyRequired Minor "request-body-required" "An optional request body became required."
    RequestBodyOptional Minor "request-body-optional" "A required request body became optional."
    MediaTypeAdded Minor "media-type-added" "A media type was added."
    MediaTypeRemoved Minor "media-type-removed" "A media type was removed."
    MediaTypeChanged Patch "media-type-changed" "The parameters of a media type were changed."
    SchemaAdded Minor "schema-added" "A value without a schema has one."
    SchemaRemoved Minor "schema-removed" "A value with a schema no longer has one."
    StatusAdded Minor "status-added" "A success status was added."
    StatusRemoved Minor "status-removed" "A success status was removed."
    ErrorStatusAdded Patch "error-status-added" "An error status was documented."
    ErrorStatusRemoved Patch "error-status-removed" "An error status is no longer documented."
    HeaderAdded Minor "header-added" "A response header was added."
    HeaderRemoved Minor "header-removed" "A response header was removed."
    HeaderRequired Minor "header-required" "An optional response header is always sent."
    HeaderOptional Minor "header-optional" "A required response header became optional."
    TypeWidened Minor "type-widened" "A value may have further types."
    TypeNarrowed Minor "type-narrowed" "A value may have fewer types."
    TypeChanged Minor "type-changed" "A value has another type."
    FormatWidened Minor "format-widened" "The format allows more values."
    FormatNarrowed Minor "format-narrowed" "The format allows fewer values."
    FormatChanged Minor "format-changed" "A value has another format."
    NullAllowed Minor "null-allowed" "A value may be null."
    NullForbidden Minor "null-forbidden" "A value may no longer be null."
    EnumAdded Minor "enum-added" "A free value was restricted to an enumeration."
    EnumRemoved Minor "enum-removed" "A value is no longer restricted to an enumeration."
    EnumValueAdded Minor "enum-value-added" "An enumeration has another value."
    EnumValueRemoved Minor "enum-value-removed" "An enumeration lost a value."
    ConstChanged Minor "const-changed" "A constant has another value."
    ConstraintNarrowed Patch "constraint-narrowed" "A constraint allows fewer values."
    ConstraintWidened Patch "constraint-widened" "A constraint allows more values."
    ConstraintChanged Patch "constraint-changed" "A constraint allows other values."
    PropertyAdded Minor "property-added" "A property was added."
    PropertyRemoved Minor "property-removed" "A property was removed."
    PropertyRenamed Minor "property-renamed" "A property has another name."
    PropertyRequired Minor "property-required" "An optional property became required."
    PropertyOptional Minor "property-optional" "A required property became optional."
    ReadOnlyChanged Minor "read-only-changed" "A property is sent only in responses, or no longer only there."
    WriteOnlyChanged Minor "write-only-changed" "A property is sent only in requests, or no longer only there."
    DefaultChanged Minor "default-changed" "A default was added, removed or changed."
    BranchAdded Minor "branch-added" "A union has another branch."
    BranchRemoved Minor "branch-removed" "A union lost a branch."
    UnionAdded Minor "union-added" "A value became a union."
    UnionRemoved Minor "union-removed" "A value is no longer a union."
    DiscriminatorChanged Minor "discriminator-changed" "The discriminator of a union was changed."
    SchemaRenamed Minor "schema-renamed" "A component schema has another name, which names its type."
    UnusedComponentChanged Patch "unused-component-changed" "A component that no operation uses was added, removed or changed."
    VersionChanged Patch "version-changed" "The version of the document or of its format was changed."
    DocumentAdded Minor "document-added" "A document was added."
    DocumentRemoved Minor "document-removed" "A document was removed."
    WorkflowAdded Minor "workflow-added" "A workflow was added."
    WorkflowRemoved Minor "workflow-removed" "A workflow was removed."
    WorkflowRenamed Minor "workflow-renamed" "A workflow has another `workflowId`, which names its function."
    DependencyChanged Minor "dependency-changed" "A workflow depends on other workflows."
    OutputAdded Minor "output-added" "An output was added."
    OutputRemoved Minor "output-removed" "An output was removed."
    OutputRenamed Minor "output-renamed" "An output has another name."
    OutputChanged Minor "output-changed" "An output has another value."
    StepAdded Minor "step-added" "A step was added."
    StepRemoved Minor "step-removed" "A step was removed."
    StepRenamed Minor "step-renamed" "A step has another `stepId`, which names its outputs."
    StepsReordered Minor "steps-reordered" "The steps run in another order."
    StepCallChanged Minor "step-call-changed" "A step calls another operation or workflow."
    StepRequestChanged Minor "step-request-changed" "A step sends other values."
    StepOptionsChanged Minor "step-options-changed" "The timeout or the dependencies of a step were changed."
    CriteriaChanged Minor "criteria-changed" "The criteria of success were changed."
    ActionsChanged Minor "actions-changed" "The actions after success or failure were changed."
    SourceAdded Minor "source-added" "A source description was added."
    SourceRemoved Minor "source-removed" "A source description was removed."
    SourceChanged Minor "source-changed" "A source description has another URL or type."
    Equivalent Patch "equivalent" "A part is written in another way and means the same."
    Unclassified Minor "unclassified" "A change without a rule."
}
