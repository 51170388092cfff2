//! Waiting for fulfilled requirements by polling, because no webhook for them is documented.

use std::time::Duration;

use super::User;
use super::types::RequirementId;
use crate::Error;
use crate::poll::Poll;

/// Builder for a wait for requirements. Call [`wait`](Self::wait) to start it.
#[derive(Clone, Debug)]
#[must_use = "nothing happens until `wait` is called"]
pub struct RequirementsWait {
    user: User,
    /// Awaited requirements; all requirements if empty.
    wanted: Vec<RequirementId>,
    poll: Poll,
}

impl RequirementsWait {
    pub(super) fn new(user: User) -> Self {
        Self {
            user,
            wanted: Vec::new(),
            poll: Poll::default(),
        }
    }

    /// Waits only for this requirement, and for others that are added the same way.
    pub fn requirement(mut self, id: impl Into<RequirementId>) -> Self {
        self.wanted.push(id.into());
        self
    }

    /// Sets the time limit. Default: ten minutes.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.poll.timeout = timeout;
        self
    }

    /// Sets the delay after the first request. Default: two seconds. Later delays grow up to eight times this
    /// value.
    pub fn first_pause(mut self, pause: Duration) -> Self {
        self.poll.first_pause = pause;
        self
    }

    /// Polls until none of the awaited requirements is unsatisfied.
    ///
    /// Transient errors are retried. If no time remains for another request, returns the error of the last request,
    /// or an error of the kind `Timeout` if it succeeded. Dropping the future ends the wait.
    pub async fn wait(self) -> Result<(), Error> {
        let missing = "the user has not fulfilled all requirements";
        self.poll.until(|| self.check(), missing).await
    }

    /// Reads the unsatisfied requirements. Ignores the overall status, because only one of its values is
    /// documented.
    async fn check(&self) -> Result<Option<()>, Error> {
        let status = self.user.requirements_status().send().await?;
        let mut open = status.unsatisfied.iter();
        let is_open = match self.wanted.is_empty() {
            true => open.next().is_some(),
            false => open.any(|requirement| self.wanted.contains(&requirement.id)),
        };
        Ok((!is_open).then_some(()))
    }
}
