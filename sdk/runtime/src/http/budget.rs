//! The budget for retries that all calls of a client share, so that an outage is not multiplied by those who wait for
//! its end.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tower::retry::budget::{Budget as _, TpsBudget};

/// Over how much time calls and retries are counted.
const WINDOW: Duration = Duration::from_secs(10);
/// Retries per second that are there whatever happens, unless said otherwise.
const PER_SECOND: u32 = 10;
/// Retries per hundred calls beyond those, unless said otherwise.
const PERCENT: u32 = 20;

/// How many retries the calls of a client may make together. A clone is the same budget.
///
/// Each call may be repeated as often as its own options say. When a service fails altogether, that would multiply
/// what it has to bear, for every call at once. So all calls draw their retries from one budget, counted over the last
/// ten seconds: some per second that are always there, and a share of the calls that were begun. A retry for which
/// nothing is left is not made; the call fails with what it has, and [`Error::retry_withheld`] says so.
///
/// By default there are 10 retries a second and 20 for every hundred calls, which single failures never use up.
///
/// [`Error::retry_withheld`]: crate::Error::retry_withheld
#[derive(Clone)]
pub struct RetryBudget(Option<Arc<TpsBudget>>);

impl RetryBudget {
    /// So many retries per second, and so many more for every hundred calls (at most 100,000).
    pub fn new(per_second: u32, percent: u32) -> Self {
        // The bounds are those beyond which the counter panics. A share this small is exact in an `f32`.
        let per_second = per_second.min(i32::MAX as u32 - 1);
        let share = percent.min(100_000) as f32 / 100.0;
        Self(Some(Arc::new(TpsBudget::new(WINDOW, per_second, share))))
    }

    /// As many retries as the options of the calls allow.
    pub fn unlimited() -> Self {
        Self(None)
    }

    /// A call has begun.
    pub(crate) fn deposit(&self) {
        if let Some(budget) = &self.0 {
            budget.deposit();
        }
    }

    /// Takes a retry out, if one is left.
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
    async fn there_are_so_many_a_second_and_a_share_of_the_calls() {
        let budget = RetryBudget::new(1, 20);
        assert_eq!(withdrawn(&budget, 100), 10);
        for _ in 0..50 {
            budget.deposit();
        }
        // A clone is the same budget.
        assert_eq!(withdrawn(&budget.clone(), 100), 10);
        assert_eq!(withdrawn(&budget, 100), 0);
        tokio::time::advance(WINDOW * 2).await;
        assert_eq!(withdrawn(&budget, 100), 10);
    }

    #[test]
    fn none_at_all_any_number_and_odd_numbers_are_budgets() {
        assert_eq!(withdrawn(&RetryBudget::new(0, 0), 10), 0);
        assert_eq!(withdrawn(&RetryBudget::unlimited(), 1_000), 1_000);
        for (per_second, percent) in [(u32::MAX, u32::MAX), (0, 1), (u32::MAX, 0), (1, 100_000)] {
            let budget = RetryBudget::new(per_second, percent);
            budget.deposit();
            budget.withdraw();
        }
    }
}
