//! Rules of folding: which findings follow from which others, and where.

use crate::diagnostic::Code;

/// Range in which a finding is the consequence of another one.
#[derive(Clone, Copy)]
pub(super) enum Range {
    /// All documents of the run.
    Run,
    /// The same document.
    Document,
    /// The same workflow.
    Workflow,
    /// The path of the operation that the finding names as its declaration.
    Operation,
    /// A misspelled field of the same object, which should have what the finding misses.
    Field,
    /// An unknown field of the same object.
    Object,
    /// A misspelled section of the components, which the finding mentions.
    Section,
    /// The source descriptions, or their absence.
    Sources,
    /// The operation or workflow that the step calls.
    Step,
    /// A misspelled part of the target of a reference.
    Target,
    /// A misspelling of a field, also in another document.
    Meant(&'static str),
    /// A misspelled field of the object that the location is in, which should have the name.
    Part(&'static str),
    /// A misspelled field of the operation that the finding names as its declaration.
    CalledField(&'static str),
    /// The outputs of the same workflow or of its steps.
    Outputs,
    /// An operation whose path has a word of the unknown name, or that has the same `operationId` as one.
    SameWords,
    /// The `operationId` of the operation that the finding names as its declaration, which another operation has too.
    SharedId,
    /// A value that contains the location.
    Inside,
    /// The operation that the finding names as its declaration.
    Called,
    /// An input that the finding passes, whose declaration contradicts its use.
    PassedInput,
    /// A misspelled field of the document, which should have the name that the finding is about.
    Names(&'static str),
    /// A parameter of the same step or action that cannot be read.
    Parameters,
    /// A parameter of the same action.
    Action,
    /// A finding about a name that the finding mentions.
    Mentioned,
    /// A finding about the property that the path in the finding ends with.
    Property,
    /// The use in a workflow of an input that a later one passes on.
    Dependency,
    /// A finding about the same name in the same document.
    Name,
    /// The value at the same location, or a part of it.
    Location,
    /// A part of the called operation, also if the part is below its path or has another name.
    CalledPart(&'static str),
    /// A field of an object around the location, which belongs to the part that the finding misses.
    Misplaced,
    /// A finding with the same subject.
    Subject,
    /// The criteria of success of the same step.
    SuccessOfStep,
    /// A component that the finding mentions.
    Component,
    /// A file of the folder.
    Folder,
}

/// Findings that follow from another one: the consequence, its causes, and the range.
pub(super) const CONSEQUENCES: &[(&[Code], &[Code], Range)] = &[
    // The only document of the folder cannot be read.
    (
        &[Code::EmptyFolder],
        &[Code::Syntax, Code::UnreadableFile],
        Range::Folder,
    ),
    // Parts of the called operation that cannot be read do not exist.
    (
        &[
            Code::UndeclaredStatus,
            Code::UnknownResponseProperty,
            Code::UndeclaredHeader,
        ],
        UNREADABLE_PARTS,
        Range::CalledPart("responses"),
    ),
    (
        &[Code::ContentType, Code::UnexpectedBody],
        UNREADABLE_PARTS,
        Range::CalledPart("requestBody"),
    ),
    (
        &[Code::ContentType],
        &[Code::MissingField],
        Range::CalledPart("requestBody"),
    ),
    // A property that is required and not declared.
    (
        &[
            Code::InvalidDiscriminator,
            Code::UnknownResponseProperty,
            Code::UnsupportedPagination,
        ],
        &[Code::RequiredUndeclared],
        Range::Property,
    ),
    (
        &[Code::PropertyNameClash],
        &[Code::RequiredUndeclared],
        Range::Mentioned,
    ),
    (
        &[Code::UnknownReturnValue, Code::UnsupportedPagination],
        &[Code::MissingField],
        Range::Inside,
    ),
    (
        &[Code::UnknownParameter],
        &[Code::UnknownField],
        Range::CalledPart("parameters"),
    ),
    // An operation without responses.
    (
        &[
            Code::UndeclaredStatus,
            Code::UnknownResponseProperty,
            Code::UndeclaredHeader,
        ],
        &[Code::MissingField],
        Range::CalledPart("responses"),
    ),
    // What a response has is not known.
    (
        &[Code::UnknownReturnValue, Code::UnsupportedPagination],
        &[
            Code::DanglingReference,
            Code::Malformed,
            Code::RequiredUndeclared,
            Code::UnknownField,
        ],
        Range::Called,
    ),
    // A mapping and a reference to one missing schema.
    (
        &[Code::DanglingReference],
        &[Code::DanglingReference],
        Range::Mentioned,
    ),
    (
        &[Code::UndeclaredPathParameter],
        &[Code::UnknownField],
        Range::Part("parameters"),
    ),
    (
        &[Code::InvalidFormat],
        &[Code::Malformed],
        Range::Part("type"),
    ),
    // A criterion is read as one of another type.
    (
        &[Code::NonStandard, Code::InvalidCriterion],
        &[Code::UnknownField],
        Range::Part("type"),
    ),
    // The schema of a response whose status is not declared is unknown.
    (
        &[Code::UnknownResponseProperty],
        &[Code::UndeclaredStatus],
        Range::SuccessOfStep,
    ),
    // A field at the wrong level is missing where it belongs.
    (
        &[
            Code::MissingField,
            Code::MissingOperationId,
            Code::InvalidSecurityScheme,
        ],
        &[Code::UnknownField],
        Range::Misplaced,
    ),
    (
        &[Code::UnknownScope],
        &[Code::UnknownField],
        Range::Names("scopes"),
    ),
    (&[Code::UnknownField], &[Code::InvalidStatus], Range::Inside),
    // A property at the level of `properties`.
    (
        &[
            Code::RequiredUndeclared,
            Code::UnknownProperty,
            Code::UnknownResponseProperty,
        ],
        &[Code::UnknownField],
        Range::Mentioned,
    ),
    // An operation under a misspelled method.
    (
        &[Code::UnknownOperation],
        &[Code::UnknownField],
        Range::Subject,
    ),
    (
        &[Code::UnknownSecurityScheme],
        &[Code::DanglingReference],
        Range::Component,
    ),
    (
        &[Code::ConstantOutput],
        &[Code::UnbracedExpression],
        Range::Location,
    ),
    // Expressions in the wrong place, or with a wrong name, do not read the input that they should.
    (
        &[Code::UnusedInput],
        &[Code::UndeclaredInput],
        Range::Location,
    ),
    (
        &[Code::UnusedInput],
        &[Code::InvalidCriterion],
        Range::Workflow,
    ),
    (
        &[Code::UnusedComponent],
        &[
            Code::UnknownComponent,
            Code::UnknownField,
            Code::InvalidReference,
            Code::UnknownReference,
        ],
        Range::Document,
    ),
    (&[Code::UnknownStep], &[Code::DuplicateId], Range::Workflow),
    (
        &[Code::NotSupported],
        &[Code::InvalidExpression],
        Range::Location,
    ),
    (
        &[Code::ForwardReference],
        &[Code::CircularDependency],
        Range::Location,
    ),
    (
        &[Code::ForwardReference],
        &[Code::UnknownOutput],
        Range::Location,
    ),
    // A step without an identifier is not found by it.
    (
        &[Code::UnknownStep],
        &[Code::MissingField, Code::WrongType],
        Range::Workflow,
    ),
    (
        &[Code::MissingDependency],
        &[Code::UnknownWorkflow, Code::CircularDependency],
        Range::Workflow,
    ),
    // The missing field may be another one, misspelled.
    (
        &[Code::MissingField, Code::MissingProperty],
        &[Code::UnknownField],
        Range::Object,
    ),
    (
        &[
            Code::AmbiguousTarget,
            Code::MissingBody,
            Code::MissingParameter,
        ],
        &[Code::UnknownField],
        Range::Field,
    ),
    (
        &[Code::UnknownComponent],
        &[Code::UnknownField],
        Range::Names("components"),
    ),
    (
        &[Code::UnknownComponent],
        &[Code::UnknownField],
        Range::Section,
    ),
    (
        &[Code::UnknownReference],
        &[Code::UnknownField],
        Range::Names("components"),
    ),
    (
        &[Code::UnknownInput],
        &[Code::UnknownField],
        Range::Names("inputs"),
    ),
    (
        &[Code::UnknownInput],
        &[Code::UnknownField],
        Range::Names("properties"),
    ),
    (
        &[Code::UnknownOutput],
        &[Code::UnknownField],
        Range::Names("outputs"),
    ),
    (
        &[Code::UnknownSource, Code::UnknownOperation],
        &[Code::UnknownField],
        Range::Names("sourceDescriptions"),
    ),
    (
        &[Code::UnknownSource, Code::UnknownOperation],
        UNREADABLE_FIELDS,
        Range::Sources,
    ),
    (
        &[Code::UndeclaredInput],
        &[Code::UnknownField],
        Range::Names("properties"),
    ),
    (
        &[Code::UnreachableAction],
        &[Code::UnknownField],
        Range::Names("criteria"),
    ),
    (&[Code::EndlessLoop], &[Code::UnknownField], Range::Workflow),
    (
        &[Code::UnknownResponseProperty, Code::UndeclaredHeader],
        &[Code::UnknownField],
        Range::Called,
    ),
    // The schema of an input is checked as that of the workflow too.
    (
        &[Code::RequiredUndeclared],
        &[Code::UndeclaredInput],
        Range::Location,
    ),
    // A step that calls an operation has a response and parameters with a location, other than one that calls a workflow.
    (
        &[
            Code::MissingField,
            Code::IgnoredField,
            Code::ResponseOfWorkflow,
        ],
        UNKNOWN_TARGETS,
        Range::Step,
    ),
    (&[Code::UnknownOutput], UNKNOWN_TARGETS, Range::Workflow),
    (&[Code::NonStandard], &[Code::UnknownStep], Range::Location),
    (
        &[Code::MissingDependency],
        &[Code::UnknownOutput],
        Range::Location,
    ),
    (
        &[Code::NotSupported],
        &[Code::UnknownRequestPart],
        Range::Location,
    ),
    // Parts of an API description under a misspelled name.
    (
        &[Code::DanglingReference],
        &[Code::UnknownField],
        Range::Target,
    ),
    (
        &[Code::UnknownOperation],
        &[Code::UnknownField],
        Range::Meant("paths"),
    ),
    (
        &[Code::UnknownOperation],
        &[Code::UnknownField],
        Range::Meant("operationId"),
    ),
    (
        &[Code::MissingOperationId],
        &[Code::UnknownField],
        Range::Object,
    ),
    // The name of the operation was given to another one.
    (
        &[Code::UnknownOperation],
        &[
            Code::DuplicateOperationId,
            Code::Malformed,
            Code::MissingOperationId,
        ],
        Range::SameWords,
    ),
    // The step means the other operation.
    (
        &[
            Code::MissingParameter,
            Code::UnknownParameter,
            Code::ParameterLocation,
            Code::InvalidParameterValue,
            Code::MissingBody,
            Code::UnexpectedBody,
            Code::ContentType,
            Code::InvalidBodyValue,
            Code::MissingProperty,
            Code::UnknownProperty,
            Code::UnknownResponseProperty,
            Code::UndeclaredStatus,
            Code::UndeclaredHeader,
        ],
        &[Code::DuplicateOperationId],
        Range::SharedId,
    ),
    (
        &[Code::UnknownSecurityScheme],
        &[Code::UnknownField],
        Range::Names("securitySchemes"),
    ),
    (
        &[Code::ServerVariable],
        &[Code::UnknownField],
        Range::Part("variables"),
    ),
    (
        &[Code::RequiredUndeclared],
        &[Code::UnknownField],
        Range::Part("properties"),
    ),
    (
        &[Code::InvalidDiscriminator],
        &[Code::UnknownField],
        Range::Part("propertyName"),
    ),
    (&[Code::Malformed], &[Code::UnknownField], Range::Object),
    (
        &[Code::UnexpectedBody],
        &[Code::UnknownField],
        Range::CalledField("requestBody"),
    ),
    (
        &[Code::UnknownParameter],
        &[Code::UnknownField],
        Range::CalledField("parameters"),
    ),
    (
        &[Code::UndeclaredStatus],
        &[Code::UnknownField],
        Range::CalledField("responses"),
    ),
    (
        &[Code::ContentType],
        &[Code::UnknownField],
        Range::CalledField("content"),
    ),
    (
        &[Code::UndeclaredStatus],
        &[Code::InvalidStatus],
        Range::Called,
    ),
    (
        &[Code::InvalidBodyValue],
        &[Code::UnknownField],
        Range::Meant("mapping"),
    ),
    // A body below something that is not a media type.
    (
        &[Code::NotSupported, Code::ContentType],
        &[Code::Malformed],
        Range::Called,
    ),
    (
        &[Code::BodyLeftOut, Code::OperationLeftOut],
        &[Code::Malformed],
        Range::Location,
    ),
    (
        &[Code::UnknownResponseProperty, Code::UndeclaredHeader],
        &[Code::InvalidStatus],
        Range::Called,
    ),
    (
        &[Code::UnknownParameter],
        &[Code::UnknownField],
        Range::Names("inputs"),
    ),
    (&[Code::UnknownStep], &[Code::InvalidName], Range::Workflow),
    (
        &[Code::UnknownOutput],
        &[Code::InvalidName, Code::WrongType],
        Range::Outputs,
    ),
    (
        &[Code::UnknownParameter],
        &[Code::ParameterLeftOut],
        Range::Mentioned,
    ),
    (
        &[Code::UnsupportedParameter],
        &[Code::Malformed],
        Range::Called,
    ),
    (
        &[Code::ForwardReference],
        &[Code::CircularDependency],
        Range::Inside,
    ),
    // Callers pass what the input is declared as.
    (
        &[Code::TypeMismatch],
        &[Code::TypeMismatch],
        Range::PassedInput,
    ),
    (
        &[Code::UnknownStep],
        &[Code::UnknownField],
        Range::Names("stepId"),
    ),
    (
        &[Code::UnknownWorkflow],
        &[Code::UnknownField],
        Range::Names("workflowId"),
    ),
    // A parameter that cannot be read is not passed.
    (
        &[Code::MissingParameter],
        &[
            Code::InvalidReference,
            Code::InvalidValue,
            Code::MissingField,
            Code::UnknownComponent,
            Code::UnknownField,
            Code::WrongType,
        ],
        Range::Parameters,
    ),
    (
        &[Code::MissingParameter],
        &[Code::UnknownParameter],
        Range::Action,
    ),
    (
        &[Code::MissingParameter],
        &[Code::UndeclaredPathParameter],
        Range::Mentioned,
    ),
    // A parameter of the API description that cannot be read does not exist.
    (
        &[
            Code::UnknownParameter,
            Code::MissingParameter,
            Code::ParameterLocation,
        ],
        UNREADABLE_PARAMETERS,
        Range::Operation,
    ),
    // The text that is sent instead of the expression has another type.
    (
        &[Code::InvalidParameterValue, Code::InvalidBodyValue],
        &[Code::InvalidExpression, Code::UnbracedExpression],
        Range::Location,
    ),
    (
        &[Code::NonStandard],
        &[Code::UnknownOutput],
        Range::Location,
    ),
    (
        &[Code::InvalidExpression],
        &[Code::InvalidName],
        Range::Workflow,
    ),
    (
        &[Code::UndeclaredStatus],
        &[Code::InvalidCriterion],
        Range::Location,
    ),
    (
        &[Code::UnbracedExpression],
        &[Code::NonStandard],
        Range::Location,
    ),
    // A required input that is not declared.
    (
        &[Code::MissingParameter],
        &[Code::UndeclaredInput],
        Range::Name,
    ),
    (
        &[Code::UnknownSecurityScheme],
        &[Code::InvalidSecurityScheme],
        Range::Document,
    ),
    // An action that cannot be read goes nowhere.
    (
        &[Code::RedundantGoto],
        &[
            Code::AmbiguousTarget,
            Code::DuplicateId,
            Code::InvalidReference,
            Code::InvalidValue,
            Code::MissingField,
            Code::UnknownComponent,
            Code::WrongType,
        ],
        Range::Workflow,
    ),
    (
        &[Code::UnreachableStep],
        &[
            Code::UnknownWorkflow,
            Code::UnknownStep,
            Code::AmbiguousTarget,
            Code::InvalidReference,
            Code::InvalidValue,
            Code::MissingField,
            Code::UnknownComponent,
            Code::UnknownField,
            Code::WrongType,
        ],
        Range::Workflow,
    ),
    (
        &[Code::UnsatisfiedSecurity],
        &[Code::UnknownSecurityScheme],
        Range::Run,
    ),
    (
        &[Code::UnsatisfiedSecurity],
        &[Code::UnknownScheme],
        Range::Workflow,
    ),
    // The types of the client are more exact than the schema.
    (
        &[Code::UnknownResponseProperty],
        &[Code::UnknownPointer, Code::PointerIntoScalar],
        Range::Location,
    ),
    (
        &[Code::TypeMismatch],
        &[Code::ConflictingTypes],
        Range::Location,
    ),
    (
        &[Code::TypeMismatch],
        &[Code::TypeMismatch],
        Range::Dependency,
    ),
    (
        &[Code::CredentialParameter],
        &[Code::UnbracedExpression],
        Range::Location,
    ),
];

/// Warnings about values that are not sent, so that inputs in them are not read.
pub(super) const HIDE_READS: &[Code] = &[Code::UnknownField];

/// Findings about the operation or workflow that a step calls.
const UNKNOWN_TARGETS: &[Code] = &[Code::UnknownOperation, Code::UnknownWorkflow];

/// Findings about a part of an operation that cannot be read.
const UNREADABLE_PARTS: &[Code] = &[
    Code::DanglingReference,
    Code::InvalidStatus,
    Code::Malformed,
    Code::UnknownField,
];

/// Findings about fields that are not read.
const UNREADABLE_FIELDS: &[Code] = &[
    Code::EmptyList,
    Code::InvalidName,
    Code::InvalidValue,
    Code::MissingField,
    Code::UnknownField,
    Code::WrongType,
];

/// Findings about parameters that an operation declares, but that a request cannot have.
const UNREADABLE_PARAMETERS: &[Code] = &[
    Code::DanglingReference,
    Code::DuplicateParameter,
    Code::Malformed,
    Code::ParameterLeftOut,
];
