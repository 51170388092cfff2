//! Two sequences of requests against each other: what is missing, what is more, what differs.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;

use crate::reference::Request;

/// Something in which our requests are not those of the reference.
#[derive(Clone, Debug)]
pub(crate) enum Difference {
    /// They send it, we do not.
    Missing(Request),
    /// We send it, they do not.
    Extra(Request),
    /// Both send it, with another value here.
    Changed {
        theirs: Request,
        ours: Request,
        place: Place,
    },
}

/// A place in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Method,
    Path,
    Query,
    Header(String),
    Body,
}

impl Place {
    /// What a request has there.
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
            Self::Changed {
                theirs,
                ours,
                place,
            } => write!(
                f,
                "{}: {place:?} is {} instead of {}",
                theirs.line(),
                place.of(ours),
                place.of(theirs)
            ),
        }
    }
}

/// Everything in which these differ, as few things as there can be.
pub(crate) fn differences(theirs: &[Request], ours: &[Request]) -> Vec<Difference> {
    let mut found = Vec::new();
    for pair in pairs(theirs, ours) {
        match pair {
            (Some(theirs), Some(ours)) => {
                found.extend(changed(theirs, ours).map(|place| Difference::Changed {
                    theirs: theirs.clone(),
                    ours: ours.clone(),
                    place,
                }));
            }
            (Some(theirs), None) => found.push(Difference::Missing(theirs.clone())),
            (None, Some(ours)) => found.push(Difference::Extra(ours.clone())),
            (None, None) => {}
        }
    }
    found
}

fn changed(one: &Request, other: &Request) -> impl Iterator<Item = Place> {
    let differs = |place: &Place| place.of(one) != place.of(other);
    places(one, other).into_iter().filter(differs)
}

fn places(one: &Request, other: &Request) -> Vec<Place> {
    let names = one.headers.keys().chain(other.headers.keys());
    let names: BTreeSet<&String> = names.collect();
    let headers = names.into_iter().map(|name| Place::Header(name.clone()));
    [Place::Method, Place::Path, Place::Query, Place::Body]
        .into_iter()
        .chain(headers)
        .collect()
}

type Pair<'r> = (Option<&'r Request>, Option<&'r Request>);

/// What it costs to leave a request without a partner, where a place that differs costs one.
const ALONE: usize = 5;

/// Which requests belong together, in their order: those that leave the least to differ.
fn pairs<'r>(theirs: &'r [Request], ours: &'r [Request]) -> Vec<Pair<'r>> {
    // What it costs to pair everything from these places on.
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

/// In how many places two requests differ; a request for a token is like no other.
fn cost(one: &Request, other: &Request) -> usize {
    if one.is_for_token() != other.is_for_token() {
        return 2 * ALONE + 1;
    }
    let weight = |place: Place| match place {
        Place::Body => 2,
        _ => 1,
    };
    changed(one, other).map(weight).sum()
}
