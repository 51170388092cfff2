//! Kills the worker with SIGKILL at every point of every step of four workflows, and at random under load. Compares the
//! requests that a shop receives with those of a run that nothing interrupts.
//!
//! Needs npm, which installs the Restate server into the folder of the build. Without it, the test is skipped.

mod processes;
mod server;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use processes::{End, Server, Worker, free_port};
use server::Shop;

/// A workflow: the name of its handler, and the calls of its advances, in the order without interruption. The last
/// advance of a nested workflow makes no call.
struct Flow {
    handler: &'static str,
    advances: &'static [Option<&'static str>],
    waits: usize,
}

const FLOWS: [Flow; 4] = [
    Flow {
        handler: "straight",
        advances: &[
            Some("POST orders"),
            Some("GET orders/o_1"),
            Some("POST orders/o_1/confirmation"),
        ],
        waits: 0,
    },
    Flow {
        handler: "loop",
        advances: &[
            Some("POST jobs"),
            Some("GET jobs"),
            Some("GET jobs"),
            Some("GET jobs"),
            Some("POST results"),
        ],
        waits: 0,
    },
    Flow {
        handler: "retries",
        advances: &[
            Some("POST payments"),
            Some("POST payments"),
            Some("POST payments"),
            Some("GET payments"),
        ],
        waits: 2,
    },
    Flow {
        handler: "nested",
        advances: &[
            Some("POST orders"),
            Some("GET orders/o_1"),
            Some("POST orders/o_1/confirmation"),
            None,
            Some("POST payments"),
        ],
        waits: 0,
    },
];

impl Flow {
    fn requests(&self) -> Vec<&'static str> {
        self.advances.iter().copied().flatten().collect()
    }

    /// Returns the points of an advance, with its request.
    fn points(&self, number: usize) -> Vec<Point> {
        let mut points = vec![Point::Begun, Point::Advanced, Point::Recorded];
        if self.advances[number].is_some() {
            points.insert(1, Point::Requested);
        }
        if self.waits > number {
            points.push(Point::Waiting);
        }
        points
    }
}

/// A point of a step at which the worker is killed.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Point {
    /// The journal has the mark of the step. Nothing was sent.
    Begun,
    /// The shop has received the request, but has not sent a response.
    Requested,
    /// The worker has received the response. The journal does not have it.
    Advanced,
    /// The journal has the outcome of the step.
    Recorded,
    /// The timer before a retry has been requested.
    Waiting,
}

impl Point {
    fn name(self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Requested => "requested",
            Self::Advanced => "advanced",
            Self::Recorded => "recorded",
            Self::Waiting => "waiting",
        }
    }
}

#[tokio::main]
async fn main() {
    let server = match Server::start().await {
        Ok(server) => server,
        Err(reason) => return println!("skipped: {reason}"),
    };
    let shop = Shop::open().await;
    let address = free_port();
    let worker = Worker::start(address, &shop.base, None);
    check_discovery(&server.register(address).await);
    let expected = uninterrupted(&server, &shop).await;
    worker.end();

    let mut passed = FLOWS.len();
    println!("\n| workflow | step | killed | requests | result |\n|---|---|---|---|---|");
    for flow in &FLOWS {
        for number in 0..flow.advances.len() {
            for point in flow.points(number) {
                let outputs = &expected[flow.handler];
                interrupted(&server, &shop, address, (flow, number, point), outputs).await;
                passed += 1;
            }
        }
    }
    passed += under_load(&server, &shop, address, &expected).await;
    println!("\ntest result: ok. {passed} passed; 0 failed");
}

fn check_discovery(found: &serde_json::Value) {
    let handlers = found["services"][0]["handlers"].as_array().unwrap();
    let straight = handlers.iter().find(|it| it["name"] == "straight").unwrap();
    let input = &straight["input_json_schema"];
    assert_eq!(input["properties"]["run"]["type"], "string", "{straight}");
    let output = &straight["output_json_schema"];
    assert!(output["properties"]["order"].is_object(), "{straight}");
}

/// Runs each workflow without a kill. Returns the outputs.
async fn uninterrupted(server: &Server, shop: &Shop) -> BTreeMap<&'static str, End> {
    let mut ends = BTreeMap::new();
    for flow in &FLOWS {
        let run = format!("{}-whole", flow.handler);
        let end = server.call(flow.handler, &run).await;
        assert!(matches!(end, End::Outputs(_)), "{}: {end:?}", flow.handler);
        assert_eq!(shop.requests(&run), flow.requests(), "{}", flow.handler);
        ends.insert(flow.handler, end);
    }
    ends
}

/// Kills the worker at a point of a run, starts another one, and checks end and requests of the run.
async fn interrupted(
    server: &Server,
    shop: &Shop,
    address: SocketAddr,
    (flow, number, point): (&Flow, usize, Point),
    outputs: &End,
) {
    let run = format!("{}-{}-{number}", flow.handler, point.name());
    let before = flow.advances[..number].iter().flatten().count();
    let planned = (point != Point::Requested).then(|| (point.name(), number));
    let worker = Worker::start(address, &shop.base, planned);
    if point == Point::Requested {
        let worker = worker.clone();
        shop.kill_at(&run, before, move || worker.kill());
    }
    let call = server.call(flow.handler, &run);
    let restart = async {
        worker.wait_for_kill().await;
        Worker::start(address, &shop.base, None)
    };
    let (end, worker) = tokio::join!(call, restart);
    worker.end();

    let sent = shop.requests(&run);
    let step = flow.advances[number].unwrap_or("(no call)");
    let result = match end.may_have_run() {
        true => "may have run",
        false => "outputs",
    };
    println!(
        "| {} | {}. {step} | {} | {} of {} | {result} |",
        flow.handler,
        number + 1,
        point.name(),
        sent.len(),
        flow.requests().len()
    );
    let is_recorded = matches!(point, Point::Recorded | Point::Waiting);
    let is_uncertain = !is_recorded && step.starts_with("POST");
    if is_uncertain {
        assert!(end.may_have_run(), "{run}: {end:?}");
        let was_sent = usize::from(point != Point::Begun);
        assert_eq!(sent, flow.requests()[..before + was_sent], "{run}");
        return;
    }
    assert_eq!(end, *outputs, "{run}");
    assert!(shop.is_done(), "{run}");
    let was_sent = matches!(point, Point::Requested | Point::Advanced) && step.starts_with("GET");
    match was_sent {
        // A request that only reads is sent again. The job of the shop is then further, which saves a later one.
        true => {
            let repeated = sent.len() - flow.requests().len();
            let is_polled_again = flow.advances.get(number + 1) == Some(&flow.advances[number]);
            let expected = usize::from(!is_polled_again);
            assert_eq!(repeated, expected, "{run}: {sent:?}");
            assert_eq!(
                without_repeated(&sent),
                without_repeated(&flow.requests()),
                "{run}"
            );
        }
        false => assert_eq!(sent, flow.requests(), "{run}"),
    }
}

/// Returns the requests without those that only read and follow the same one.
fn without_repeated(requests: &[impl AsRef<str>]) -> Vec<&str> {
    let mut kept: Vec<&str> = requests.iter().map(AsRef::as_ref).collect();
    kept.dedup_by(|next, before| next == before && next.starts_with("GET"));
    kept
}

/// Number of runs under load, and the time in which they are submitted.
const RUNS: usize = 1_000;
const TIME: Duration = Duration::from_secs(60);

/// Submits runs while the worker is killed again and again. Checks the end and the requests of each of them.
async fn under_load(
    server: &Server,
    shop: &Shop,
    address: SocketAddr,
    expected: &BTreeMap<&'static str, End>,
) -> usize {
    shop.answer_after(Duration::from_millis(25));
    let start = Instant::now();
    let pause = TIME / u32::try_from(RUNS).unwrap();
    let submit = async {
        let mut invocations = Vec::new();
        for number in 0..RUNS {
            let flow = &FLOWS[number % FLOWS.len()];
            let run = format!("{}-load-{number}", flow.handler);
            let invocation = server.send(flow.handler, &run).await;
            invocations.push((flow, run, invocation));
            let next = pause * u32::try_from(number + 1).unwrap();
            tokio::time::sleep(next.saturating_sub(start.elapsed())).await;
        }
        invocations
    };
    let kill = async {
        let mut worker = Worker::start(address, &shop.base, None);
        let mut kills = 0_usize;
        let mut random = 7_u64;
        while start.elapsed() < TIME {
            // The constants of Knuth's linear congruential generator.
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            tokio::time::sleep(Duration::from_millis(100 + (random >> 33) % 900)).await;
            worker.end();
            kills += 1;
            worker = Worker::start(address, &shop.base, None);
        }
        (worker, kills)
    };
    let (invocations, (worker, kills)) = tokio::join!(submit, kill);
    let [mut finished, mut uncertain, mut repeated] = [0_usize; 3];
    for (flow, run, invocation) in &invocations {
        let end = server.attach(invocation).await;
        let sent = shop.requests(run);
        let posts = |requests: &[&str]| -> Vec<String> {
            let posts = requests
                .iter()
                .filter(|request| request.starts_with("POST"));
            posts.map(|request| (*request).to_owned()).collect()
        };
        let sent: Vec<&str> = sent.iter().map(String::as_str).collect();
        let (written, whole) = (posts(&sent), posts(&flow.requests()));
        assert!(whole.starts_with(&written), "{run}: {sent:?}");
        repeated += sent.len().saturating_sub(flow.requests().len());
        if end.may_have_run() {
            uncertain += 1;
            continue;
        }
        assert_eq!(end, expected[flow.handler], "{run}");
        assert_eq!(written, whole, "{run}");
        finished += 1;
    }
    worker.end();
    println!(
        "\n{RUNS} runs with {kills} kills in {} s: {finished} with outputs, {uncertain} may have run, 0 lost; no \
         request that changes something was sent twice, {repeated} that only read were",
        TIME.as_secs()
    );
    assert_eq!(finished + uncertain, RUNS);
    assert!(kills > 30 && uncertain > 0 && finished > RUNS / 2);
    RUNS
}
