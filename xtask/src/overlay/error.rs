//! Error of an action, at a place within it.

/// Error of an action.
#[derive(Debug)]
pub(super) struct ActionError {
    /// JSON Pointer relative to the action.
    pub(super) pointer: String,
    pub(super) message: String,
    pub(super) help: Option<String>,
    /// JSON Pointer into the document that the action changes.
    pub(super) place: Option<String>,
    /// `true` if the budget of the run is exhausted, so that no further action is applied.
    pub(super) is_limit: bool,
}

impl ActionError {
    pub(super) fn new(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            message: message.into(),
            help: None,
            place: None,
            is_limit: false,
        }
    }

    pub(super) fn limit(pointer: &'static str, message: impl Into<String>) -> Self {
        let error = Self {
            is_limit: true,
            ..Self::new(pointer, message)
        };
        error.help("use names instead of `..` and filters where possible, or split the overlay")
    }

    pub(super) fn at(mut self, place: Option<String>) -> Self {
        self.place = place;
        self
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
