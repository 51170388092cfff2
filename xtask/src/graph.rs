//! Topological order and cycles of dependency graphs.

use std::collections::BTreeSet;

/// Returns the nodes of a graph in topological order. Nodes are numbered, and the order is otherwise ascending.
///
/// `needs` lists the dependencies of each node. Nodes in a cycle and nodes that depend on one are omitted.
pub fn topological_order(needs: &[Vec<usize>]) -> Vec<usize> {
    let mut waiting: Vec<usize> = vec![0; needs.len()];
    let mut needed_by: Vec<Vec<usize>> = vec![Vec::new(); needs.len()];
    for (number, needs) in needs.iter().enumerate() {
        let known: BTreeSet<usize> = needs.iter().copied().collect();
        for need in known {
            if let Some(dependents) = needed_by.get_mut(need) {
                dependents.push(number);
                waiting[number] += 1;
            }
        }
    }
    let ready = (0..needs.len()).filter(|number| waiting[*number] == 0);
    let mut ready: BTreeSet<usize> = ready.collect();
    let mut order = Vec::new();
    while let Some(number) = ready.pop_first() {
        order.push(number);
        for dependent in &needed_by[number] {
            waiting[*dependent] -= 1;
            if waiting[*dependent] == 0 {
                ready.insert(*dependent);
            }
        }
    }
    order
}

/// Returns the nodes in cycles, without the nodes that only depend on one.
pub fn in_cycles(needs: &[Vec<usize>]) -> BTreeSet<usize> {
    let ordered: BTreeSet<usize> = topological_order(needs).into_iter().collect();
    let remaining: BTreeSet<usize> = (0..needs.len()).filter(|n| !ordered.contains(n)).collect();
    // In the reversed graph, only the nodes that no cycle depends on can be ordered.
    let mut needed_by = vec![Vec::new(); needs.len()];
    for number in &remaining {
        for need in needs[*number]
            .iter()
            .filter(|need| remaining.contains(need))
        {
            needed_by[*need].push(*number);
        }
    }
    let outside: BTreeSet<usize> = topological_order(&needed_by).into_iter().collect();
    remaining.difference(&outside).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_dependencies_first() {
        assert_eq!(
            topological_order(&[vec![2], vec![], vec![1], vec![0, 2]]),
            [1, 2, 0, 3]
        );
        assert_eq!(topological_order(&[vec![], vec![], vec![]]), [0, 1, 2]);
        assert_eq!(topological_order(&[vec![1, 1, 7], vec![]]), [1, 0]);
    }

    #[test]
    fn omits_cycles_and_their_dependents() {
        let needs = [vec![1], vec![0], vec![0], vec![], vec![4]];
        assert_eq!(topological_order(&needs), [3]);
        assert_eq!(in_cycles(&needs), [0, 1, 4].into());
    }

    #[test]
    fn orders_long_chains() {
        let needs: Vec<Vec<usize>> = (0..100_000).map(|n| vec![n + 1]).collect();
        assert_eq!(topological_order(&needs).len(), 100_000);
    }
}
