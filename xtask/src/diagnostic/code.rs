//! Registry of diagnostic codes: one variant per kind of finding, with its severity and its title.
//!
//! Codes and severities are defined only here, so that they are the same in all stages.

use std::fmt;

use crate::diagnostic::Severity;

/// Declares [`Code`] from one line per code: variant, text, severity, title.
macro_rules! codes {
    ($($group:ident { $($code:ident $text:literal $severity:ident $title:literal;)+ })+) => {
        /// Kind of a finding.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[doc = $title] $code,)+)+
        }

        impl Code {
            /// All codes, by group.
            pub const ALL: &'static [Self] = &[$($(Self::$code,)+)+];

            /// Returns the kebab-case name.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $($(Self::$code => $text,)+)+
                }
            }

            /// Returns the severity of a finding with this code, unless it is lowered with
            /// [`Diagnostic::as_warning`](super::Diagnostic::as_warning).
            pub const fn severity(self) -> Severity {
                match self {
                    $($(Self::$code => Severity::$severity,)+)+
                }
            }

            /// Returns the group of the code in the list of codes.
            pub const fn group(self) -> Group {
                match self {
                    $($(Self::$code => Group::$group,)+)+
                }
            }

            /// Returns the problem as one sentence, without the names of a document.
            pub const fn title(self) -> &'static str {
                match self {
                    $($(Self::$code => $title,)+)+
                }
            }
        }
    };
}

codes! {
    Files {
        UnreadableFile "unreadable-file" Error "A file or folder cannot be read.";
        EmptyFolder "empty-folder" Error "A folder contains no document of the requested kind.";
        Syntax "syntax" Error "The document is not valid YAML or JSON.";
        TooLarge "too-large" Error "The document has more values than the limit, aliases included.";
        TooDeep "too-deep" Error "The document is nested more deeply than the limit.";
        InexactNumber "inexact-number" Warning "An integer needs more than 64 bits.";
        LeadingZero "leading-zero" Warning "A number begins with a zero.";
        YamlVersion "yaml-version" Warning "The document declares a YAML version other than 1.2.";
        OutputFile "output-file" Error "Two generated files would have the same name, or one a name that is not portable.";
        IncompleteManifest "incomplete-manifest" Warning "The manifest of the generated crate lacks a dependency or a feature.";
        NotComparable "not-comparable" Error "Documents of different kinds cannot be compared.";
        OverlaySyntax "overlay-syntax" Error "The overlay, or one of its actions, is not valid.";
        OverlayWithoutDocument "overlay-without-document" Error "The overlay applies to no document of the run.";
        OverlayMatchesNothing "overlay-matches-nothing" Error "The target of an overlay action selects nothing.";
        OverlayChangesNothing "overlay-changes-nothing" Error "An overlay action leaves the document unchanged.";
        OverlayConflict "overlay-conflict" Error "An overlay action cannot be applied to its target.";
        OverlayTooCostly "overlay-too-costly" Error "The overlays of a run visit or add more values than the limit.";
    }
    OpenApi {
        NotOpenApi "not-openapi" Error "The document is not an OpenAPI document.";
        Swagger2 "swagger-2" Error "Swagger 2.0 is not supported.";
        OpenApiVersion "openapi-version" Error "The OpenAPI version is not supported.";
        Malformed "malformed" Error "A part of the document has a shape that the OpenAPI specification does not allow.";
        DanglingReference "dangling-reference" Error "The target of a `$ref` does not exist.";
        ExternalReference "external-reference" Error "A `$ref` points into another document.";
        CircularReference "circular-reference" Error "A reference refers to itself.";
        ComponentNameClash "component-name-clash" Warning "The name of a component is already used in the generated code.";
        PropertyNameClash "property-name-clash" Warning "Two properties become the same Rust identifier.";
        ConflictingProperty "conflicting-property" Warning "Members of an `allOf` describe a property differently.";
        UnsupportedComposition "unsupported-composition" Warning "Members of an `allOf` have no type in common.";
        TooManyCombinations "too-many-combinations" Error "The alternatives of nested schemas multiply beyond the limit.";
        SelfContainingSchema "self-containing-schema" Error "A schema always contains itself, so no value is finite.";
        RequiredUndeclared "required-undeclared" Warning "A required property is not declared under `properties`.";
        DuplicatePath "duplicate-path" Warning "Two paths differ only in the names of their parameters.";
        DuplicateParameter "duplicate-parameter" Warning "A parameter is declared twice.";
        InvalidStatus "invalid-status" Warning "A key of `responses` is not a status code.";
        InvalidEnum "invalid-enum" Warning "An `enum` or `const` has a value that is repeated or of the wrong type.";
        ContradictoryConstraints "contradictory-constraints" Warning "No value satisfies the constraints of a schema.";
        InvalidDiscriminator "invalid-discriminator" Warning "An alternative does not declare the property of the discriminator.";
        InvalidSecurityScheme "invalid-security-scheme" Warning "A security scheme is incomplete or of an unknown type.";
        UnknownScope "unknown-scope" Warning "A security requirement names a scope that its scheme does not declare.";
        CredentialInUrl "credential-in-url" Warning "The URL of a server has a password.";
        ServerVariable "server-variable" Warning "The URL of a server and its variables do not match.";
        InvalidFormat "invalid-format" Warning "A `format` is misspelled or belongs to another type.";
        InvalidExample "invalid-example" Warning "An example does not fit its schema.";
        InvalidPattern "invalid-pattern" Warning "A `pattern` is not a valid regular expression.";
        MissingOperationId "missing-operation-id" Warning "An operation has no `operationId`.";
        DuplicateOperationId "duplicate-operation-id" Warning "Two operations have the same `operationId`.";
        OperationLeftOut "operation-left-out" Warning "No method is generated for an operation.";
        BodyLeftOut "body-left-out" Warning "A method is generated without the optional request body of its operation.";
        ParameterLeftOut "parameter-left-out" Warning "A method is generated without an optional parameter of its operation.";
        PathTemplate "path-template" Error "The braces of a path template do not match.";
        UndeclaredPathParameter "undeclared-path-parameter" Warning "A path template names a parameter that the operation does not declare.";
        UnknownSecurityScheme "unknown-security-scheme" Warning "A security requirement names a scheme that is not declared or not supported.";
        InvalidFeature "invalid-feature" Error "The value of `x-cargo-feature` is not a valid Cargo feature name.";
        UnsupportedPagination "unsupported-pagination" Warning "The pagination of a list is not supported.";
        UnknownReturnValue "unknown-return-value" Warning "The response schema has no property with the name of the return value.";
        ClientGenerator "client-generator" Error "Progenitor cannot generate a client from the document.";
        UnrecognizedClient "unrecognized-client" Error "Progenitor's output has an unknown form.";
        Normalized "normalized" Note "The document was changed to fit the client generator.";
    }
    Arazzo {
        ArazzoVersion "arazzo-version" Error "The Arazzo version is not supported.";
        MissingField "missing-field" Error "A required field is missing.";
        UnknownField "unknown-field" Warning "A field is not defined by the specification of its document.";
        IgnoredField "ignored-field" Warning "A field has no effect in this context.";
        EmptyList "empty-list" Error "A list has no items.";
        WrongType "wrong-type" Error "A field has a value of the wrong type.";
        InvalidValue "invalid-value" Error "A field has a value that is not allowed.";
        InvalidName "invalid-name" Error "A name contains characters that are not allowed.";
        DuplicateId "duplicate-id" Error "Two items have the same identifier.";
        InvalidExpression "invalid-expression" Error "A runtime expression is not valid in this context.";
        InvalidCriterion "invalid-criterion" Error "A criterion cannot be evaluated as written.";
        InvalidPointer "invalid-pointer" Error "A JSON Pointer is not valid.";
        InvalidReference "invalid-reference" Error "A reference is not valid.";
        InvalidInputs "invalid-inputs" Error "The inputs of a workflow are not described as an object, or an input has an unknown type.";
        UndeclaredInput "undeclared-input" Warning "A required input is not declared.";
        UnusedInput "unused-input" Warning "An input is never read.";
        InvalidDefault "invalid-default" Warning "A default does not fit its schema.";
        UnusedComponent "unused-component" Warning "A component is never referenced.";
        UnbracedExpression "unbraced-expression" Warning "A string contains an expression without braces, which is sent literally.";
        LargeSchema "large-schema" Warning "The schema of the inputs is larger than the limit.";
        UnknownReference "unknown-reference" Error "The target of a `$ref` does not exist in the Arazzo document.";
        UnknownComponent "unknown-component" Error "A reference names a component that does not exist.";
        AmbiguousTarget "ambiguous-target" Error "A step or action names more than one target.";
        ConstantOutput "constant-output" Warning "An output is a constant.";
        NonStandard "nonstandard" Warning "A form is accepted, but not standard.";
        UnsupportedSecurity "unsupported-security" Warning "A form of `x-security` is not supported.";
        UnsupportedSource "unsupported-source" Warning "The type of a source description is not supported.";
        UnsupportedStep "unsupported-step" Error "The kind of step is not supported.";
        NotSupported "not-supported" Error "A construct is not supported.";
    }
    Workflows {
        DanglingSource "dangling-source" Warning "The `url` of a source description points to a missing document.";
        UnknownSource "unknown-source" Error "A source description does not exist.";
        UnknownOperation "unknown-operation" Error "A step names an operation that does not exist.";
        AmbiguousOperation "ambiguous-operation" Error "A step names an operation that several sources have.";
        UnknownWorkflow "unknown-workflow" Error "A workflow does not exist.";
        UnknownStep "unknown-step" Error "A step does not exist.";
        UnknownInput "unknown-input" Error "An input does not exist.";
        UnknownOutput "unknown-output" Error "An output does not exist.";
        CircularDependency "circular-dependency" Error "Workflows or steps depend on each other in a cycle.";
        CircularWorkflow "circular-workflow" Error "Workflows call each other in a cycle.";
        CircularOutput "circular-output" Error "Outputs read each other in a cycle.";
        MissingDependency "missing-dependency" Error "A workflow reads another one that does not run before it.";
        ForwardReference "forward-reference" Error "A step reads the outputs of a later step.";
        UnreachableStep "unreachable-step" Warning "A step is never run.";
        UnreachableAction "unreachable-action" Warning "An action is never taken.";
        EndlessLoop "endless-loop" Warning "A loop of steps has no exit.";
        RedundantGoto "redundant-goto" Warning "A guarded `goto` goes to the step that follows anyway.";
        RetryLimit "retry-limit" Warning "A retry limit has no effect or is unusually large.";
        RetryAfter "retry-after" Warning "The pause before a retry is unusually long.";
        ResponseNotAvailable "response-not-available" Error "An expression reads the response of a step before the request is sent.";
        ResponseOfWorkflow "response-of-workflow" Warning "An expression reads the response of a step that calls a workflow.";
        PointerIntoScalar "pointer-into-scalar" Error "A JSON Pointer points into a scalar value.";
        UnknownParameter "unknown-parameter" Error "A parameter is not declared.";
        MissingParameter "missing-parameter" Error "A required parameter has no value.";
        ParameterLocation "parameter-location" Error "The location of a parameter differs from its declaration.";
        UnsupportedParameter "unsupported-parameter" Error "A step passes a parameter that the client does not support.";
        InvalidParameterValue "invalid-parameter-value" Error "The value of a parameter does not fit its schema.";
        CredentialParameter "credential-parameter" Warning "A credential is passed as a parameter.";
        CredentialNotSent "credential-not-sent" Warning "A credential of a step is not sent.";
        UnknownScheme "unknown-scheme" Error "A step names a security scheme that is not declared.";
        UnsatisfiedSecurity "unsatisfied-security" Warning "A step has no credential that its operation accepts.";
        MissingBody "missing-body" Error "A required request body is missing.";
        UnexpectedBody "unexpected-body" Error "The operation takes no request body.";
        ContentType "content-type" Error "The operation does not take this media type.";
        InvalidBodyValue "invalid-body-value" Error "A value in the request body does not fit its schema.";
        MissingProperty "missing-property" Error "A required property of the request body has no value.";
        UnknownProperty "unknown-property" Error "A property of the request body is not declared.";
        PropertyNotSent "property-not-sent" Warning "A property of the request body is not sent.";
        UnknownRequestPart "unknown-request-part" Warning "An expression reads a part of the request that the step does not send.";
        UndeclaredStatus "undeclared-status" Warning "A criterion tests a status code that the operation does not document.";
        UnhandledStatus "unhandled-status" Note "A documented response is neither a success nor handled by an action.";
        UncheckedDeletion "unchecked-deletion" Warning "A step deletes what no earlier step has checked.";
        UndeclaredHeader "undeclared-header" Warning "An expression reads a response header that the operation does not document.";
        UnknownResponseProperty "unknown-response-property" Warning "An expression reads a property that the response schema does not declare.";
        UnknownPointer "unknown-pointer" Error "A JSON Pointer selects no property of the value.";
        ConflictingTypes "conflicting-types" Error "An input is used as values of incompatible types.";
        TypeMismatch "type-mismatch" Error "A value does not have the type of its parameter or property.";
        UnknownValue "unknown-value" Error "A value is not one of the allowed values.";
    }
}

/// Group in the list of codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    Files,
    OpenApi,
    Arazzo,
    Workflows,
}

impl Code {
    /// Returns the code with this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == text)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
