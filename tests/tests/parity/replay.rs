//! Replays of every scenario of the reference with this SDK, and their comparison.

use std::collections::BTreeSet;

use futures_core::future::BoxFuture;
use pipedream_sdk::{Pipedream, PipedreamBuilder};
use tests::recorder::{ReceivedRequest, Recorder, ServerAction};

use crate::client;
use crate::compare::{Difference, differences};
use crate::intended::{EVERYWHERE, Intended};
use crate::reference::{self, Request, Sdk};
use crate::report;
use crate::scenarios;

/// A scenario of this SDK.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    /// Intended differences, by SDK.
    pub(crate) differs: &'static [(Sdk, Intended)],
    pub(crate) responses: fn(&ReceivedRequest, usize) -> ServerAction,
    pub(crate) replay: Replay,
}

pub(crate) type Replay = for<'s> fn(&'s Stage) -> BoxFuture<'s, ()>;

/// Environment of a scenario: a server, and the SDK whose inputs are used.
pub(crate) struct Stage {
    pub(crate) recorder: Recorder,
    pub(crate) sdk: Sdk,
}

impl Stage {
    /// Creates a client with the settings of the reference.
    pub(crate) fn builder(&self) -> PipedreamBuilder {
        client::builder(&self.recorder)
    }

    pub(crate) fn pipedream(&self) -> Pipedream {
        self.builder().build().expect("a client")
    }

    pub(crate) fn user(&self, external_user_id: &str) -> Pipedream {
        self.pipedream().user(external_user_id)
    }

    /// Creates a client for the user of the proxied account, which differs between the SDKs.
    pub(crate) fn proxied(&self) -> Pipedream {
        self.user(match self.sdk {
            Sdk::TypeScript => "u",
            Sdk::Python => "user-abc",
        })
    }
}

/// Result of a scenario against one SDK.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) scenario: &'static str,
    pub(crate) sdk: Sdk,
    pub(crate) theirs: usize,
    pub(crate) ours: usize,
    /// Intended differences.
    pub(crate) intended: Vec<Intended>,
    /// Unexpected differences.
    pub(crate) wrong: Vec<String>,
}

async fn play(scenario: &Scenario, sdk: Sdk, theirs: &[Request]) -> Outcome {
    let recorder = Recorder::with_handler(scenario.responses).await;
    let stage = Stage { recorder, sdk };
    (scenario.replay)(&stage).await;
    let ours: Vec<Request> = stage
        .recorder
        .requests()
        .iter()
        .map(Request::ours)
        .collect();

    let mut listed: Vec<Intended> = EVERYWHERE.to_vec();
    listed.extend(of(scenario, sdk));
    let mut intended = Vec::new();
    let mut wrong = Vec::new();
    for difference in differences(theirs, &ours) {
        let explains = |it: &&Intended| it.explains(&difference);
        match listed.iter().find(explains) {
            Some(found) if !intended.contains(found) => intended.push(*found),
            Some(_) => {}
            None => wrong.push(difference.to_string()),
        }
    }
    let occurs_no_more = of(scenario, sdk).filter(|it| !intended.contains(it));
    wrong.extend(occurs_no_more.map(|it| format!("{it:?} is listed and does not occur")));
    Outcome {
        scenario: scenario.name,
        sdk,
        theirs: theirs.len(),
        ours: ours.len(),
        intended,
        wrong,
    }
}

fn of(scenario: &Scenario, sdk: Sdk) -> impl Iterator<Item = Intended> {
    let differs = scenario.differs.iter();
    differs.filter(move |it| it.0 == sdk).map(|it| it.1)
}

#[tokio::test]
#[ignore = "needs REFERENCE_DIR"]
async fn requests_match_the_official_sdks_except_listed_differences() {
    let reference = reference::read();
    let mut outcomes = Vec::new();
    for scenario in scenarios::all() {
        let sent = reference.get(scenario.name).expect(scenario.name);
        for (sdk, theirs) in sent {
            outcomes.push(play(scenario, *sdk, theirs).await);
        }
    }
    println!("{}", report::write(&outcomes));
    let wrong: Vec<String> = outcomes
        .iter()
        .filter(|it| !it.wrong.is_empty())
        .map(|it| {
            format!(
                "{} ({:?}):\n    {}",
                it.scenario,
                it.sdk,
                it.wrong.join("\n    ")
            )
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for everywhere in EVERYWHERE {
        let occurs = outcomes.iter().any(|it| it.intended.contains(everywhere));
        assert!(occurs, "{everywhere:?} is listed but does not occur");
    }
}

#[test]
#[ignore = "needs REFERENCE_DIR"]
fn replays_every_scenario_of_the_reference() {
    let reference = reference::read();
    let recorded: BTreeSet<&str> = reference.keys().map(String::as_str).collect();
    let names: Vec<&str> = scenarios::all().map(|it| it.name).collect();
    let replayed: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(names.len(), replayed.len(), "duplicate name");
    assert_eq!(replayed, recorded);
    assert_eq!(replayed.len(), 98);
}

#[test]
fn listed_differences_have_a_reason_and_a_scenario() {
    let listed = scenarios::all().flat_map(|it| it.differs.iter().map(|it| it.1));
    let listed: Vec<Intended> = listed.chain(EVERYWHERE.iter().copied()).collect();
    for intended in Intended::ALL {
        assert!(
            listed.contains(intended),
            "{intended:?} occurs in no scenario"
        );
        assert!(!intended.reason().is_empty());
    }
}

/// A difference that is not listed must be reported.
#[test]
fn reports_an_unlisted_difference() {
    let request = |query: &[(&str, &str)]| Request {
        method: "GET".to_owned(),
        segments: vec![String::new(), "v1".to_owned()],
        query: query
            .iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect(),
        headers: Default::default(),
        body: serde_json::Value::Null,
    };
    let found = differences(&[request(&[("a", "1")])], &[request(&[])]);
    assert!(
        matches!(&found[..], [Difference::Changed { .. }]),
        "{found:?}"
    );
    assert!(!Intended::ALL.iter().any(|it| it.explains(&found[0])));
    let found = differences(&[request(&[]), request(&[])], &[request(&[])]);
    assert!(matches!(&found[..], [Difference::Missing(_)]), "{found:?}");
}
