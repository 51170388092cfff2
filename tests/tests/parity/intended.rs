//! Intended differences between our requests and those of the official SDKs, with their reasons.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use tests::recorder::decoded;

use crate::compare::{Difference, RequestPart};
use crate::reference::Request;

macro_rules! intended {
    ($($name:ident: $reason:literal, |$difference:ident| $explains:expr;)*) => {
        /// An intended difference.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Intended {
            $(#[doc = $reason] $name,)*
        }

        impl Intended {
            pub(crate) const ALL: &[Self] = &[$(Self::$name),*];

            /// Reason for the difference.
            pub(crate) fn reason(self) -> &'static str {
                match self {
                    $(Self::$name => $reason,)*
                }
            }

            /// Returns `true` if this causes the given difference.
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

/// Differences that occur in scenarios about other topics.
pub(crate) const EVERYWHERE: &[Intended] = &[Intended::EnvironmentOfProjectsOnly];

intended! {
    EnvironmentOfProjectsOnly: "`x-pd-environment` is only sent to operations that declare it, not to the catalog, the workspace and the \
        token endpoint",
        |it| header(it, "x-pd-environment").is_some_and(|(theirs, ours)| theirs.is_some() && ours.is_none())
            && is_changed(it, |theirs, _| !is_of_project(theirs));
    EnvironmentIsAlwaysSent: "the environment of a project is always sent, production by default, with any credential",
        |it| header(it, "x-pd-environment") == Some((None, Some("production")));
    PathsAreEncoded: "every byte of a path parameter that could end its segment is encoded, so that no ID addresses another resource",
        |it| matches!(part(it), Some(RequestPart::Path | RequestPart::Query)) && is_changed(it, |theirs, ours| {
            let shorter = ours.segments.len() < theirs.segments.len();
            shorter && ours.path().starts_with(&theirs.path()) && ours.query.len() <= theirs.query.len()
        });
    OneTokenForAll: "concurrent callers share one token request, and a token with a short lifetime is cached for half of it",
        |it| match it {
            Difference::Missing(request) => request.is_for_token(),
            _ => header(it, "authorization").is_some_and(|(theirs, ours)| {
                ours == Some("Bearer tok-1") && theirs.is_some_and(|it| it.starts_with("Bearer tok-"))
            }),
        };
    TokenIsRenewedOnce: "after a 401 the token is renewed once, and the request retried with the new one",
        |it| match it {
            Difference::Extra(request) => request.is_for_token()
                || request.headers.get("authorization").is_some_and(|it| it == "Bearer tok-2"),
            _ => false,
        };
    NoUnneededCredential: "no credential is sent to an operation that requires none",
        |it| matches!(it, Difference::Missing(request) if request.is_for_token())
            || header(it, "authorization").is_some_and(|(theirs, ours)| theirs.is_some() && ours.is_none());
    ConnectTokenForAccounts: "connecting an account only accepts a Connect token, so the Connect token is sent",
        |it| matches!(it, Difference::Missing(request) if request.is_for_token())
            || header(it, "authorization").is_some_and(|(_, ours)| ours.is_some_and(|it| it.starts_with("Bearer ctok_")));
    NothingIsSent: "a blank project and an unknown environment are errors before a request is sent",
        |it| matches!(it, Difference::Missing(_));
    ActionsAreNotRetried: "a request that is not idempotent and may have been handled is not retried",
        |it| matches!(it, Difference::Missing(request) if request.method == "POST" && !request.is_for_token());
    ReadsAreRetried: "an idempotent request is retried after a lost connection and after a timeout",
        |it| matches!(it, Difference::Extra(request) if request.method == "GET");
    ConflictsAreNotRetried: "a 409 depends on the state of the service; a retry has the same result",
        |it| matches!(it, Difference::Missing(request) if request.method == "GET");
    RateLimitsAreRetried: "a 429 is retried for every operation, including streamed responses, because the request was not handled",
        |it| matches!(it, Difference::Extra(_));
    ListsEnd: "a repeated cursor ends the list",
        |it| matches!(it, Difference::Missing(request) if request.query.contains(&("after".to_owned(), "SAME".to_owned())));
    BackwardsIsBackwards: "a list that starts at `before` continues with the first cursor of each page and sends no `after`",
        |it| part(it) == Some(&RequestPart::Query)
            && is_changed(it, |theirs, ours| has(theirs, "after") && has(ours, "before") && !has(ours, "after"))
            || matches!(it, Difference::Missing(request) if has(request, "after"));
    TargetsAreUrlSafe: "the target of a proxied request is Base64 as documented: URL-safe, without padding",
        |it| part(it) == Some(&RequestPart::Path)
            && is_changed(it, |theirs, ours| target(theirs).is_some() && target(theirs) == target(ours));
    PathsHaveNoEmptySegments: "if a Connect token implies the project, the path omits it and has no empty segment",
        |it| part(it) == Some(&RequestPart::Path) && is_changed(it, |theirs, ours| {
            theirs.segments[1..].contains(&String::new()) && !ours.segments[1..].contains(&String::new())
                && target(theirs) == target(ours)
        });
    TargetsHaveOneQuery: "parameters are added to the query of a target with `&`, not with a second `?`",
        |it| part(it) == Some(&RequestPart::Path) && is_changed(it, |theirs, ours| {
            let questions = |request| target(request).map_or(0, |it| it.matches('?').count());
            questions(theirs) == 2 && questions(ours) == 1
        });
    AppsGetTheContentType: "the content type of a proxied body is sent to the app as well as to the proxy",
        |it| header(it, "x-pd-proxy-content-type") == Some((None, Some("application/json")));
    EndpointsAreKept: "the URL of a workflow is called unchanged: host, path, case and query",
        |it| matches!(part(it), Some(RequestPart::Path | RequestPart::Query))
            && is_changed(it, |_, ours| ours.path().starts_with("/wf"));
    BodiesAreJson: "a workflow gets JSON as requested, not a form",
        |it| match part(it) {
            Some(RequestPart::Body) => is_changed(it, |theirs, ours| theirs.body.is_string() && ours.body.is_object()),
            _ => header(it, "content-type") == Some((Some("application/x-www-form-urlencoded"), Some("application/json"))),
        };
}

/// Returns `true` if the request depends on the environment of a project.
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

fn part(difference: &Difference) -> Option<&RequestPart> {
    match difference {
        Difference::Changed { part, .. } => Some(part),
        _ => None,
    }
}

fn is_changed(difference: &Difference, test: impl Fn(&Request, &Request) -> bool) -> bool {
    match difference {
        Difference::Changed { theirs, ours, .. } => test(theirs, ours),
        _ => false,
    }
}

/// Returns their value and ours if the difference is about this header.
fn header<'d>(
    difference: &'d Difference,
    name: &str,
) -> Option<(Option<&'d str>, Option<&'d str>)> {
    match difference {
        Difference::Changed {
            theirs,
            ours,
            part: RequestPart::Header(changed),
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

/// Returns the target of a proxied request with its query decoded, because spaces have two encodings.
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
