//! In what our requests are meant to differ from those of the official SDKs, and why.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use tests::recorder::decoded;

use crate::compare::{Difference, Place};
use crate::reference::Request;

macro_rules! intended {
    ($($name:ident: $reason:literal, |$difference:ident| $explains:expr;)*) => {
        /// A difference that is meant to be.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Intended {
            $(#[doc = $reason] $name,)*
        }

        impl Intended {
            pub(crate) const ALL: &[Self] = &[$(Self::$name),*];

            /// Why it is meant to be.
            pub(crate) fn reason(self) -> &'static str {
                match self {
                    $(Self::$name => $reason,)*
                }
            }

            /// Whether it is what this difference comes from.
            pub(crate) fn explains(self, difference: &Difference) -> bool {
                match self {
                    $(Self::$name => {
                        let $difference = difference;
                        $explains
                    })*
                }
            }
        }
    };
}

/// Those that occur in scenarios about something else.
pub(crate) const EVERYWHERE: &[Intended] = &[Intended::EnvironmentOfProjectsOnly];

intended! {
    EnvironmentOfProjectsOnly: "`x-pd-environment` goes to the operations that take it, not to the catalogue, \
        the workspace and the token endpoint, which know no environment",
        |it| header(it, "x-pd-environment").is_some_and(|(theirs, ours)| theirs.is_some() && ours.is_none())
            && is_changed(it, |theirs, _| !is_of_project(theirs));
    EnvironmentIsAlwaysSaid: "the environment of a project is always said, production by default, whatever the \
        credential is",
        |it| header(it, "x-pd-environment") == Some((None, Some("production")));
    PathsAreEncoded: "every byte of a path parameter that could end its segment is encoded, so that no id reaches \
        another resource",
        |it| matches!(place(it), Some(Place::Path | Place::Query)) && is_changed(it, |theirs, ours| {
            let shorter = ours.segments.len() < theirs.segments.len();
            shorter && ours.path().starts_with(&theirs.path()) && ours.query.len() <= theirs.query.len()
        });
    OneTokenForAll: "one token request serves all callers that wait, and a token is used for half of its life even \
        where that is short",
        |it| match it {
            Difference::Missing(request) => request.is_for_token(),
            _ => header(it, "authorization").is_some_and(|(theirs, ours)| {
                ours == Some("Bearer tok-1") && theirs.is_some_and(|it| it.starts_with("Bearer tok-"))
            }),
        };
    TokenIsRenewedOnce: "after a 401 the token is renewed, once, and the request repeated with the new one",
        |it| match it {
            Difference::Extra(request) => request.is_for_token()
                || request.headers.get("authorization").is_some_and(|it| it == "Bearer tok-2"),
            _ => false,
        };
    NoCredentialWhereNoneIsTaken: "an operation that takes no credential is sent none",
        |it| matches!(it, Difference::Missing(request) if request.is_for_token())
            || header(it, "authorization").is_some_and(|(theirs, ours)| theirs.is_some() && ours.is_none());
    ConnectTokenForItsOwn: "connecting an account takes a Connect token and nothing else, so that is what is sent",
        |it| matches!(it, Difference::Missing(request) if request.is_for_token())
            || header(it, "authorization").is_some_and(|(_, ours)| ours.is_some_and(|it| it.starts_with("Bearer ctok_")));
    NothingIsSent: "a blank project and an environment that does not exist are errors before anything is sent",
        |it| matches!(it, Difference::Missing(_));
    ActionsAreNotRepeated: "a request that is not idempotent and may have been carried out is not repeated",
        |it| matches!(it, Difference::Missing(request) if request.method == "POST" && !request.is_for_token());
    ReadsAreRepeated: "a request that is idempotent is repeated after a broken connection and after a time-out",
        |it| matches!(it, Difference::Extra(request) if request.method == "GET");
    ConflictsAreNotRepeated: "a 409 is an answer about what the service holds; sending the same again gives the same",
        |it| matches!(it, Difference::Missing(request) if request.method == "GET");
    RefusalsAreRepeated: "a 429 is repeated on every operation, streamed answers included: nothing has been carried out",
        |it| matches!(it, Difference::Extra(_));
    ListsEnd: "a cursor that was there before ends the list",
        |it| matches!(it, Difference::Missing(request) if request.query.contains(&("after".to_owned(), "SAME".to_owned())));
    BackwardsIsBackwards: "a list that begins at `before` goes on with the first cursor of each page, and sends no `after`",
        |it| place(it) == Some(&Place::Query)
            && is_changed(it, |theirs, ours| has(theirs, "after") && has(ours, "before") && !has(ours, "after"))
            || matches!(it, Difference::Missing(request) if has(request, "after"));
    TargetsAreUrlSafe: "the target of a proxied request is base64 as the documentation has it: URL-safe, without padding",
        |it| place(it) == Some(&Place::Path)
            && is_changed(it, |theirs, ours| target(theirs).is_some() && target(theirs) == target(ours));
    PathsHaveNoEmptySegments: "where a Connect token says the project, the path has no place for it, and not an empty one",
        |it| place(it) == Some(&Place::Path) && is_changed(it, |theirs, ours| {
            theirs.segments[1..].contains(&String::new()) && !ours.segments[1..].contains(&String::new())
                && target(theirs) == target(ours)
        });
    TargetsHaveOneQuery: "parameters are added to the query that a target has, by `&` and not by a second `?`",
        |it| place(it) == Some(&Place::Path) && is_changed(it, |theirs, ours| {
            let questions = |request| target(request).map_or(0, |it| it.matches('?').count());
            questions(theirs) == 2 && questions(ours) == 1
        });
    AppsAreToldTheType: "the type of a proxied body is said to the app as well as to the proxy",
        |it| header(it, "x-pd-proxy-content-type") == Some((None, Some("application/json")));
    EndpointsAreKept: "the address of a workflow is called as it was given: host, path, letters and query",
        |it| matches!(place(it), Some(Place::Path | Place::Query))
            && is_changed(it, |_, ours| ours.path().starts_with("/wf"));
    BodiesAreJson: "a workflow gets JSON, as it was asked for, and not a form",
        |it| match place(it) {
            Some(Place::Body) => is_changed(it, |theirs, ours| theirs.body.is_string() && ours.body.is_object()),
            _ => header(it, "content-type") == Some((Some("application/x-www-form-urlencoded"), Some("application/json"))),
        };
}

/// Whether the environment of a project is part of what a request is about.
fn is_of_project(request: &Request) -> bool {
    let path = request.path();
    let path = path.strip_prefix("/prefix").unwrap_or(&path);
    let others = [
        "/v1/oauth/",
        "/v1/connect/app_categories",
        "/v1/connect/apps",
        "/v1/connect/projects",
        "/v1/connect/tokens/",
        "/v1/connect/usage",
    ];
    let of_no_environment = ["/file_stash/download", "/oauth_apps", "/app_overrides"];
    !others.iter().any(|other| path.starts_with(other))
        && !of_no_environment.iter().any(|end| path.ends_with(end))
}

fn place(difference: &Difference) -> Option<&Place> {
    match difference {
        Difference::Changed { place, .. } => Some(place),
        _ => None,
    }
}

fn is_changed(difference: &Difference, test: impl Fn(&Request, &Request) -> bool) -> bool {
    match difference {
        Difference::Changed { theirs, ours, .. } => test(theirs, ours),
        _ => false,
    }
}

/// Their value and ours, if the difference is about this header.
fn header<'d>(
    difference: &'d Difference,
    name: &str,
) -> Option<(Option<&'d str>, Option<&'d str>)> {
    match difference {
        Difference::Changed {
            theirs,
            ours,
            place: Place::Header(changed),
        } if changed == name => {
            let value = |request: &'d Request| request.headers.get(name).map(String::as_str);
            Some((value(theirs), value(ours)))
        }
        _ => None,
    }
}

fn has(request: &Request, parameter: &str) -> bool {
    request.query.iter().any(|(name, _)| name == parameter)
}

/// Where a proxied request goes, with its query decoded: spaces are written in two ways.
fn target(request: &Request) -> Option<String> {
    let (before, last) = request
        .segments
        .split_at(request.segments.len().checked_sub(1)?);
    if before.last()? != "proxy" {
        return None;
    }
    let encoded = last.first()?;
    let bytes = [URL_SAFE_NO_PAD, URL_SAFE, STANDARD]
        .iter()
        .find_map(|alphabet| alphabet.decode(encoded).ok())?;
    let target = String::from_utf8(bytes).ok()?;
    Some(decoded(&target.replace('+', " ")))
}
