//! Waiting until a user has fulfilled what an App needs of them: no webhook is documented that would tell.

use std::time::Duration;

use super::User;
use super::types::RequirementId;
use crate::Error;
use crate::poll::Poll;

/// A wait for requirements that is being put together; [`wait`](Self::wait) begins it.
#[derive(Clone, Debug)]
#[must_use = "nothing happens until `wait` is called"]
pub struct RequirementsWait {
    user: User,
    /// Those that are waited for; all if there are none.
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

    /// Waits for this requirement, and for others only where they are named too.
    pub fn requirement(mut self, id: impl Into<RequirementId>) -> Self {
        self.wanted.push(id.into());
        self
    }

    /// How long to wait at most; ten minutes by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.poll.timeout = timeout;
        self
    }

    /// The pause after the first look, two seconds by default. The pauses grow to eight times this.
    pub fn first_pause(mut self, pause: Duration) -> Self {
        self.poll.first_pause = pause;
        self
    }

    /// Asks until none of the requirements is among the unsatisfied ones.
    ///
    /// When the time does not suffice for another look, the error is of the kind `Timeout`; should the last look have
    /// failed, it is that failure. Failures that may pass are waited out. Dropping the future ends the wait.
    pub async fn wait(self) -> Result<(), Error> {
        let missing = "the user has not fulfilled all requirements";
        self.poll.until(|| self.look(), missing).await
    }

    /// What is missing decides, and not the overall status, whose other value is not documented.
    async fn look(&self) -> Result<Option<()>, Error> {
        let answer = self.user.requirements_status().send().await?;
        let mut open = answer.unsatisfied.iter();
        let is_open = match self.wanted.is_empty() {
            true => open.next().is_some(),
            false => open.any(|requirement| self.wanted.contains(&requirement.id)),
        };
        Ok((!is_open).then_some(()))
    }
}
