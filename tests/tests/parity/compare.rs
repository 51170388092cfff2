//! Comparison of two sequences of requests: missing, additional and different requests.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;

use crate::reference::Request;

/// A difference between our requests and the reference.
#[derive(Clone, Debug)]
pub(crate) enum Difference {
    /// The reference has a request that we do not send.
    Missing(Request),
    /// We send a request that the reference does not have.
    Extra(Request),
    /// A part of a request has another value.
    Changed {
        theirs: Request,
        ours: Request,
        part: RequestPart,
    },
}

/// A part of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RequestPart {
    Method,
    Path,
    Query,
    Header(String),
    Body,
}

impl RequestPart {
    /// Returns the value of this part.
    fn of(&self, request: &Request) -> Value {
        match self {
            Self::Method => request.method.clone().into(),
            Self::Path => request.segments.clone().into(),
            Self::Query => serde_json::json!(request.query),
            Self::Header(name) => request.headers.get(name).cloned().into(),
            Self::Body => request.body.clone(),
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(request) => write!(f, "not sent: {}", request.line()),
            Self::Extra(request) => write!(f, "sent as well: {}", request.line()),
            Self::Changed { theirs, ours, part } => write!(
                f,
                "{}: {part:?} is {} instead of {}",
                theirs.line(),
                part.of(ours),
                part.of(theirs)
            ),
        }
    }
}

/// Returns the smallest set of differences.
pub(crate) fn differences(theirs: &[Request], ours: &[Request]) -> Vec<Difference> {
    let mut found = Vec::new();
    for pair in pairs(theirs, ours) {
        match pair {
            (Some(theirs), Some(ours)) => {
                found.extend(changed(theirs, ours).map(|part| Difference::Changed {
                    theirs: theirs.clone(),
                    ours: ours.clone(),
                    part,
                }));
            }
            (Some(theirs), None) => found.push(Difference::Missing(theirs.clone())),
            (None, Some(ours)) => found.push(Difference::Extra(ours.clone())),
            (None, None) => {}
        }
    }
    found
}

fn changed(one: &Request, other: &Request) -> impl Iterator<Item = RequestPart> {
    let differs = |part: &RequestPart| part.of(one) != part.of(other);
    parts(one, other).into_iter().filter(differs)
}

fn parts(one: &Request, other: &Request) -> Vec<RequestPart> {
    let names = one.headers.keys().chain(other.headers.keys());
    let names: BTreeSet<&String> = names.collect();
    let headers = names
        .into_iter()
        .map(|name| RequestPart::Header(name.clone()));
    [
        RequestPart::Method,
        RequestPart::Path,
        RequestPart::Query,
        RequestPart::Body,
    ]
    .into_iter()
    .chain(headers)
    .collect()
}

type Pair<'r> = (Option<&'r Request>, Option<&'r Request>);

/// Cost of a request without a counterpart; a part that differs costs one.
const ALONE: usize = 5;

/// Pairs requests in their order so that the differences are minimal.
fn pairs<'r>(theirs: &'r [Request], ours: &'r [Request]) -> Vec<Pair<'r>> {
    // Cost of pairing everything from these positions on.
    let mut costs = vec![vec![0; ours.len() + 1]; theirs.len() + 1];
    for left in (0..=theirs.len()).rev() {
        for right in (0..=ours.len()).rev() {
            let skip_theirs = (left < theirs.len()).then(|| costs[left + 1][right] + ALONE);
            let skip_ours = (right < ours.len()).then(|| costs[left][right + 1] + ALONE);
            let pair = theirs.get(left).zip(ours.get(right));
            let pair = pair.map(|(one, other)| costs[left + 1][right + 1] + cost(one, other));
            let least = [pair, skip_theirs, skip_ours].into_iter().flatten().min();
            costs[left][right] = least.unwrap_or(0);
        }
    }
    let mut pairs = Vec::new();
    let (mut left, mut right) = (0, 0);
    while left < theirs.len() || right < ours.len() {
        let here = costs[left][right];
        match (theirs.get(left), ours.get(right)) {
            (Some(one), Some(other)) if here == costs[left + 1][right + 1] + cost(one, other) => {
                pairs.push((Some(one), Some(other)));
                (left, right) = (left + 1, right + 1);
            }
            (Some(one), _) if here == costs[left + 1][right] + ALONE => {
                pairs.push((Some(one), None));
                left += 1;
            }
            (_, other) => {
                pairs.push((None, other));
                right += 1;
            }
        }
    }
    pairs
}

/// Returns the number of parts that differ. A token request only pairs with token requests.
fn cost(one: &Request, other: &Request) -> usize {
    if one.is_for_token() != other.is_for_token() {
        return 2 * ALONE + 1;
    }
    let weight = |part: RequestPart| match part {
        RequestPart::Body => 2,
        _ => 1,
    };
    changed(one, other).map(weight).sum()
}
