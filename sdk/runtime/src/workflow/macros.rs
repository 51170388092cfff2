//! Macros that implement workflows from the declarations in generated code.

/// Declares the steps of a workflow: their names, the outputs of each, and the struct of all outputs.
///
/// The first struct is the struct of all outputs. Each of its fields is a step, with its description as
/// documentation: `#[step(Variant, "id", calls path::OF_OPERATION)]`, or `runs TypeOfStep` for a step that runs
/// another workflow.
///
/// Optional arguments: `description = "…"` if the documentation differs from the description, `expires = field` if an
/// output contains the expiry of the outputs, and `readers = [Variant]` for the steps that read outputs which are
/// replaced after an expiry.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_steps {
    (
        #[workflow($workflow:literal, step = $Step:ident)]
        pub struct $Steps:ident {
            $(
                $(#[doc = $doc:literal])*
                #[step(
                    $Variant:ident,
                    $id:literal,
                    $kind:ident $called:path
                    $(, description = $description:literal)?
                    $(, expires = $expires:ident)?
                    $(, readers = [$($Reader:ident),*])?
                )]
                pub $field:ident: Option<$Outputs:ty>,
            )*
        }

        $(
            $(#[doc = $outputs_doc:literal])*
            pub struct $Each:ident { $($outputs:tt)* }
        )*
    ) => {
        #[doc = concat!("Outputs of the finished steps of the workflow `", $workflow, "`.")]
        #[derive(Clone, Debug, Default)]
        #[non_exhaustive]
        pub struct $Steps {
            $(
                #[doc = concat!("Outputs of the step `", $id, "`.")]
                pub $field: Option<$Outputs>,
            )*
        }
        $crate::impl_object!($Steps { $(optional $field = $id),* });

        impl $crate::Steps for $Steps {
            type Step = $Step;

            fn is_finished(&self, step: $Step) -> bool {
                match step {
                    $($Step::$Variant => self.$field.is_some(),)*
                }
            }

            fn expires_at(
                &self,
                step: $Step,
            ) -> Option<$crate::__private::chrono::DateTime<$crate::__private::chrono::Utc>> {
                match step {
                    $($Step::$Variant => $crate::__expires_at!(self.$field $(, $expires)?),)*
                }
            }
        }

        $(
            $(#[doc = $outputs_doc])*
            #[derive(Clone, Debug, ::serde::Deserialize, ::serde::Serialize)]
            #[serde(rename_all = "camelCase")]
            #[non_exhaustive]
            pub struct $Each { $($outputs)* }
        )*

        #[doc = concat!("Steps of the workflow `", $workflow, "`.")]
        ///
        /// `Display` writes the id of the step.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $Step {
            $($(#[doc = $doc])* $Variant,)*
        }

        impl $Step {
            /// Returns the id of the step in the document.
            pub fn id(self) -> &'static str {
                $crate::StepId::id(self)
            }

            /// Returns the id of the operation (or workflow) that the step calls.
            pub fn operation(self) -> &'static str {
                $crate::StepId::operation(self)
            }

            /// Returns `true` if running the step several times has the same effect as running it once.
            pub fn is_idempotent(self) -> bool {
                $crate::StepId::is_idempotent(self)
            }

            /// Returns the description of the step in the document; empty if there is none.
            pub fn description(self) -> &'static str {
                $crate::StepId::info(self).description
            }
        }

        impl $crate::StepId for $Step {
            const WORKFLOW: &'static str = $workflow;
            const ALL: &'static [Self] = &[$(Self::$Variant),*];
            const INFO: &'static [$crate::StepInfo] = &[$(
                $crate::__step_info!(
                    $id, $kind $called, [$($doc),*] $(, description = $description)?
                )
            ),*];

            fn info(self) -> &'static $crate::StepInfo {
                match self {
                    $(Self::$Variant => const {
                        &$crate::__step_info!(
                            $id, $kind $called, [$($doc),*] $(, description = $description)?
                        )
                    },)*
                }
            }

            fn readers(self) -> &'static [Self] {
                match self {
                    $(Self::$Variant => &[$($(Self::$Reader),*)?],)*
                }
            }
        }

        impl ::core::fmt::Display for $Step {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.id())
            }
        }

        impl $crate::__private::serde::Serialize for $Step {
            fn serialize<S: $crate::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.id())
            }
        }

        impl<'de> $crate::__private::serde::Deserialize<'de> for $Step {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::__private::step_of_id(deserializer)
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __step_info {
    ($id:literal, $kind:ident $called:path, [$($doc:literal),*], description = $description:literal) => {
        $crate::__step_info!(@ $id, $kind $called, $description)
    };
    ($id:literal, $kind:ident $called:path, [$($doc:literal),*]) => {
        $crate::__step_info!(@ $id, $kind $called, concat!("", $($doc),*))
    };
    (@ $id:literal, calls $called:path, $description:expr) => {
        $crate::StepInfo::of_operation($id, $description, &$called)
    };
    (@ $id:literal, runs $called:path, $description:expr) => {
        $crate::StepInfo::of_workflow(
            $id,
            $description,
            <$called as $crate::StepId>::WORKFLOW,
            <$called as $crate::StepId>::INFO,
        )
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __expires_at {
    ($self:ident.$field:ident) => {
        None
    };
    ($self:ident.$field:ident, $expires:ident) => {
        $self
            .$field
            .as_ref()
            .and_then(|outputs| $crate::__private::Expiry::expiry(&outputs.$expires))
    };
}

/// Declares the inputs, the outputs and the builder of a workflow.
///
/// The field `steps` is added to the outputs. An input of type `Option<…>` is optional unless it is marked
/// `#[required]`. `#[default(…)]` is the `Option` of an optional input that the caller does not set. `#[variables(Type, input = variable)]` lists the inputs that a handle sets; `= variable` is
/// omitted if the names are equal.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_workflow {
    (
        $(#[doc = $inputs_doc:literal])*
        pub struct $Inputs:ident { $($inputs:tt)* }

        $(#[doc = $outputs_doc:literal])*
        pub struct $Outputs:ident { $($outputs:tt)* }

        $(#[doc = $call_doc:literal])*
        $(#[example($example:literal)])?
        #[steps($Step:ident, $Steps:ident)]
        $(#[variables($Variables:ty, $($filled:ident $(= $variable:ident)?),*)])?
        pub struct $Call:ident;
    ) => {
        $crate::__workflow_inputs! {
            { $Inputs $Call { $(#[doc = $inputs_doc])* } }
            fields {} parameters {} values {} setters {} call_setters {} draft {} into_draft {} complete {}
            $($inputs)*
        }

        $(#[doc = $outputs_doc])*
        #[derive(Clone, Debug, ::serde::Deserialize, ::serde::Serialize)]
        #[serde(rename_all = "camelCase")]
        #[non_exhaustive]
        pub struct $Outputs {
            $($outputs)*
            /// Outputs of each step.
            #[serde(skip)]
            pub steps: $Steps,
        }

        $(#[doc = $call_doc])*
        $(
            #[doc = ""]
            #[doc = include_str!($example)]
        )?
        #[derive(Clone, Debug)]
        #[must_use = "nothing is sent until `run` is called"]
        pub struct $Call {
            call: $crate::WorkflowCall<$Call>,
        }

        impl $Call {
            /// Creates a call with these inputs.
            pub fn new(
                clients: <Self as $crate::Workflow>::Clients,
                inputs: $Inputs,
            ) -> Self {
                Self {
                    call: $crate::WorkflowCall::new(clients).inputs(inputs),
                }
            }

            /// Creates a call without inputs.
            #[doc(hidden)]
            pub fn with_clients(clients: <Self as $crate::Workflow>::Clients) -> Self {
                Self {
                    call: $crate::WorkflowCall::new(clients),
                }
            }

            $(
                /// Sets the inputs from the variables of a handle.
                #[doc(hidden)]
                pub fn with_variables(mut self, variables: &$Variables) -> Self {
                    $(
                        let variable = $crate::__variable!(variables, $filled $(= $variable)?);
                        self.call.inputs.$filled = variable.clone();
                    )*
                    self
                }
            )?

            /// Sets limits, options of individual steps, and hooks.
            pub fn options(
                mut self,
                options: $crate::RunOptions<$Step>,
            ) -> Self {
                self.call = self.call.options(options);
                self
            }

            /// Resumes from the record of an earlier run. Finished steps are not run again, except after an expiry.
            ///
            /// A step whose outputs expire in the next minute, or have expired, is run again before the next step:
            /// for example one that creates a token. So are the finished steps that read its outputs, if they are
            /// idempotent. A step that is not idempotent is not repeated: its effect does not end with the token.
            ///
            /// The record must be of the same workflow, the same version of its document, and a run with the same
            /// inputs. Otherwise, the call returns an error before any request is sent.
            pub fn resume(mut self, record: $crate::WorkflowRecord) -> Self {
                self.call = self.call.resume(record);
                self
            }

            /// Creates a run that the caller advances step by step.
            #[inline]
            pub fn into_run(
                self,
            ) -> ::core::result::Result<$crate::WorkflowRun<Self>, $crate::Error> {
                Ok(self.call.into_run()?)
            }

            /// Runs the workflow.
            ///
            /// An error contains a record to resume from (`Error::record`) and the outputs of the finished steps
            /// (`Error::workflow_error`).
            ///
            /// Dropping the future before it completes discards the progress of the run, unless
            /// `RunOptions::on_record` stores its records.
            pub async fn run(self) -> ::core::result::Result<$Outputs, $crate::Error> {
                Ok(self.call.run().await?)
            }
        }

        impl $crate::WorkflowBuilder for $Call {
            fn into_call(self) -> $crate::WorkflowCall<Self> {
                self.call
            }
        }

        impl ::core::future::IntoFuture for $Call {
            type Output = ::core::result::Result<$Outputs, $crate::Error>;
            type IntoFuture = ::core::pin::Pin<
                ::std::boxed::Box<dyn ::core::future::Future<Output = Self::Output> + Send>,
            >;

            // Inlined, so that programs compile the workflows that they run: boxing one instantiates all of it.
            #[inline]
            fn into_future(self) -> Self::IntoFuture {
                ::std::boxed::Box::pin(self.run())
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __variable {
    ($variables:ident, $input:ident) => {
        &$variables.$input
    };
    ($variables:ident, $input:ident = $variable:ident) => {
        &$variables.$variable
    };
}

/// Returns the input, or its default. A default that its type rejects makes the input one that is not set.
#[doc(hidden)]
#[macro_export]
macro_rules! __or_default {
    ($field:ident) => {
        $field
    };
    ($field:ident, $default:expr) => {
        match $field {
            Some(value) => Some(value),
            None => Some(($default).ok_or(stringify!($field))?),
        }
    };
}

/// Processes the inputs one after the other and adds each of them to every item that needs it.
#[doc(hidden)]
#[macro_export]
macro_rules! __workflow_inputs {
    // A required input whose type is an `Option`.
    (
        $names:tt
        fields { $($fields:tt)* }
        parameters { $($parameters:tt)* }
        values { $($values:tt)* }
        setters $setters:tt
        call_setters { $($call_setters:tt)* }
        draft { $($draft:tt)* }
        into_draft { $($into_draft:tt)* }
        complete { $($complete:tt)* }
        $(#[doc = $doc:literal])*
        #[required]
        $(#[serde($($serde:tt)*)])?
        pub $field:ident: $ty:ty,
        $($rest:tt)*
    ) => {
        $crate::__workflow_inputs! {
            $names
            fields {
                $($fields)*
                $(#[doc = $doc])*
                $(#[serde($($serde)*)])?
                pub $field: $ty,
            }
            parameters { $($parameters)* $field: impl Into<$ty>, }
            values { $($values)* $field: $field.into(), }
            setters $setters
            call_setters {
                $($call_setters)*
                $(#[doc = $doc])*
                pub fn $field(mut self, $field: impl Into<$ty>) -> Self {
                    self.call.inputs.$field = Some($field.into());
                    self
                }
            }
            draft {
                $($draft)*
                #[serde(skip_serializing_if = "Option::is_none")]
                $(#[serde($($serde)*)])?
                pub $field: Option<$ty>,
            }
            into_draft { $($into_draft)* $field = Some($field), }
            complete { $($complete)* $field = $field.ok_or(stringify!($field))?, }
            $($rest)*
        }
    };
    // An optional input.
    (
        $names:tt
        fields { $($fields:tt)* }
        parameters $parameters:tt
        values { $($values:tt)* }
        setters { $($setters:tt)* }
        call_setters { $($call_setters:tt)* }
        draft { $($draft:tt)* }
        into_draft { $($into_draft:tt)* }
        complete { $($complete:tt)* }
        $(#[doc = $doc:literal])*
        $(#[default($default:expr)])?
        $(#[serde($($serde:tt)*)])?
        pub $field:ident: Option<$ty:ty>,
        $($rest:tt)*
    ) => {
        $crate::__workflow_inputs! {
            $names
            fields {
                $($fields)*
                $(#[doc = $doc])*
                #[serde(default, skip_serializing_if = "Option::is_none")]
                $(#[serde($($serde)*)])?
                pub $field: Option<$ty>,
            }
            parameters $parameters
            values { $($values)* $field: None, }
            setters {
                $($setters)*
                $(#[doc = $doc])*
                #[must_use]
                pub fn $field(mut self, $field: impl Into<$ty>) -> Self {
                    self.$field = Some($field.into());
                    self
                }
            }
            call_setters {
                $($call_setters)*
                $(#[doc = $doc])*
                pub fn $field(mut self, $field: impl Into<$ty>) -> Self {
                    self.call.inputs.$field = Some($field.into());
                    self
                }
            }
            draft {
                $($draft)*
                #[serde(skip_serializing_if = "Option::is_none")]
                $(#[serde($($serde)*)])?
                pub $field: Option<$ty>,
            }
            into_draft { $($into_draft)* $field = $field, }
            complete {
                $($complete)*
                $field = $crate::__or_default!($field $(, $default)?),
            }
            $($rest)*
        }
    };
    // A required input.
    (
        $names:tt
        fields $fields:tt
        parameters $parameters:tt
        values $values:tt
        setters $setters:tt
        call_setters $call_setters:tt
        draft $draft:tt
        into_draft $into_draft:tt
        complete $complete:tt
        $(#[doc = $doc:literal])*
        $(#[serde($($serde:tt)*)])?
        pub $field:ident: $ty:ty,
        $($rest:tt)*
    ) => {
        $crate::__workflow_inputs! {
            $names
            fields $fields
            parameters $parameters
            values $values
            setters $setters
            call_setters $call_setters
            draft $draft
            into_draft $into_draft
            complete $complete
            $(#[doc = $doc])*
            #[required]
            $(#[serde($($serde)*)])?
            pub $field: $ty,
            $($rest)*
        }
    };
    // All inputs have been processed.
    (
        { $Inputs:ident $Call:ident { $($doc:tt)* } }
        fields { $($fields:tt)* }
        parameters { $($parameter:ident: $parameter_ty:ty,)* }
        values { $($values:tt)* }
        setters { $($setters:tt)* }
        call_setters { $($call_setters:tt)* }
        draft { $($draft:tt)* }
        into_draft { $($own:ident = $drafted:expr,)* }
        complete { $($input:ident = $completed:expr,)* }
    ) => {
        $($doc)*
        #[derive(Clone, Debug, ::serde::Deserialize, ::serde::Serialize)]
        #[serde(rename_all = "camelCase")]
        #[non_exhaustive]
        pub struct $Inputs { $($fields)* }

        impl $Inputs {
            /// Creates inputs from the required values. Optional inputs are not set.
            #[allow(clippy::new_without_default, clippy::too_many_arguments)]
            pub fn new($($parameter: $parameter_ty),*) -> Self {
                Self { $($values)* }
            }

            $($setters)*
        }

        $crate::__default_inputs! { $Inputs $($parameter)* }

        impl $Call {
            $($call_setters)*
        }

        const _: () = {
            /// Incomplete inputs.
            #[derive(Clone, Debug, Default, ::serde::Serialize)]
            #[serde(rename_all = "camelCase")]
            pub struct Draft { $($draft)* }

            // Hidden because of the private `Draft`.
            #[doc(hidden)]
            impl $crate::WorkflowInputs for $Inputs {
                type Draft = Draft;

                #[inline]
                fn into_draft(self) -> Draft {
                    let Self { $($own),* } = self;
                    Draft { $($own: $drafted),* }
                }

                #[inline]
                fn complete(draft: Draft) -> ::core::result::Result<Self, &'static str> {
                    let Draft { $($input),* } = draft;
                    Ok(Self { $($input: $completed),* })
                }
            }
        };
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __default_inputs {
    ($Inputs:ident) => {
        impl Default for $Inputs {
            fn default() -> Self {
                Self::new()
            }
        }
    };
    ($Inputs:ident $($required:ident)+) => {};
}

/// Implements `WorkflowSet` for a handle: for each workflow its id, its builder, the fields of the handle with its
/// clients, and `with variables` if the handle fills in inputs.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_workflow_set {
    ($Handle:ident, $catalog:path {
        $($id:literal: $($call:ident)::+ ($($client:ident),+) $(with $variables:ident)?),* $(,)?
    }) => {
        impl $crate::WorkflowSet for $Handle {
            fn catalog(&self) -> &'static [$crate::WorkflowInfo] {
                $catalog
            }

            // Inlined, so that only programs that use it compile all workflows.
            #[inline]
            fn any_call(&self, id: &str) -> Option<$crate::AnyCall> {
                match id {
                    $($id => {
                        let call = $($call)::+::with_clients(($(self.$client.clone()),+));
                        $(let call = call.with_variables(&self.$variables);)?
                        Some($crate::AnyCall::new(call))
                    })*
                    _ => None,
                }
            }
        }
    };
}
