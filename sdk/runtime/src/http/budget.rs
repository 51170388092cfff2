//! Retry budget that all calls of a client share. It limits the additional load during an outage.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tower::retry::budget::{Budget as _, TpsBudget};

/// Time window in which calls and retries are counted.
const WINDOW: Duration = Duration::from_secs(10);
/// Default number of retries per second that are always available.
const PER_SECOND: u32 = 10;
/// Default number of additional retries per hundred calls.
const PERCENT: u32 = 20;

/// Limit on the retries of all calls of a client together. Clones share the same budget.
///
/// The options of each call limit its own retries. During an outage every call would use all of them, which
/// multiplies the load on the service. The budget limits the retries of the last ten seconds: a fixed number per
/// second, and a percentage of the calls.
///
/// If the budget is exhausted, a failed call is not retried. It returns the error of its last attempt, and
/// [`Error::retry_withheld`] returns `true`.
///
/// By default the budget is 10 retries per second plus 20 per hundred calls. Occasional failures do not exhaust it.
///
/// [`Error::retry_withheld`]: crate::Error::retry_withheld
#[derive(Clone)]
pub struct RetryBudget(Option<Arc<TpsBudget>>);

impl RetryBudget {
    /// Creates a budget of retries per second plus retries per hundred calls (`percent`, at most 100,000).
    pub fn new(per_second: u32, percent: u32) -> Self {
        // The counter panics beyond these bounds. An `f32` represents the share exactly in this range.
        let per_second = per_second.min(i32::MAX as u32 - 1);
        let share = percent.min(100_000) as f32 / 100.0;
        Self(Some(Arc::new(TpsBudget::new(WINDOW, per_second, share))))
    }

    /// Creates a budget without a limit. Only the options of each call limit its retries.
    pub fn unlimited() -> Self {
        Self(None)
    }

    /// Counts a call.
    pub(crate) fn deposit(&self) {
        if let Some(budget) = &self.0 {
            budget.deposit();
        }
    }

    /// Takes one retry from the budget. Returns `false` if the budget is exhausted.
    pub(crate) fn withdraw(&self) -> bool {
        self.0.as_ref().is_none_or(|budget| budget.withdraw())
    }
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self::new(PER_SECOND, PERCENT)
    }
}

impl fmt::Debug for RetryBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(_) => f.write_str("RetryBudget(limited)"),
            None => f.write_str("RetryBudget(unlimited)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn withdrawn(budget: &RetryBudget, tries: usize) -> usize {
        (0..tries).filter(|_| budget.withdraw()).count()
    }

    #[tokio::test(start_paused = true)]
    async fn allows_retries_per_second_and_per_call() {
        let budget = RetryBudget::new(1, 20);
        assert_eq!(withdrawn(&budget, 100), 10);
        for _ in 0..50 {
            budget.deposit();
        }
        // Clones share the budget.
        assert_eq!(withdrawn(&budget.clone(), 100), 10);
        assert_eq!(withdrawn(&budget, 100), 0);
        tokio::time::advance(WINDOW * 2).await;
        assert_eq!(withdrawn(&budget, 100), 10);
    }

    #[test]
    fn accepts_zero_unlimited_and_extreme_values() {
        assert_eq!(withdrawn(&RetryBudget::new(0, 0), 10), 0);
        assert_eq!(withdrawn(&RetryBudget::unlimited(), 1_000), 1_000);
        for (per_second, percent) in [(u32::MAX, u32::MAX), (0, 1), (u32::MAX, 0), (1, 100_000)] {
            let budget = RetryBudget::new(per_second, percent);
            budget.deposit();
            budget.withdraw();
        }
    }
}
