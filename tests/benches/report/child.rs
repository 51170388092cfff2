//! Measurements of this program, and of the generator, in a process of their own: instructions, time and peak memory.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use crate::{calls, generator, many};

/// Runs one measured piece of work, which `arguments` name.
pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["generator", rest @ ..] => generator::child(rest),
        ["calls", rest @ ..] => calls::child(rest),
        ["many", rest @ ..] => many::child(rest),
        _ => return ExitCode::FAILURE,
    }
    ExitCode::SUCCESS
}

/// Returns the command of a child.
pub(crate) fn this(arguments: &[&str]) -> Command {
    let this = std::env::current_exe().expect("the path of the benchmark");
    let mut command = Command::new(this);
    command.arg("child").args(arguments);
    command
}

/// Returns the output of a child.
pub(crate) fn output(arguments: &[&str]) -> String {
    let output = this(arguments).stderr(Stdio::inherit()).output();
    let output = output.expect("the benchmark runs");
    assert!(output.status.success(), "{arguments:?} failed");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Returns the numbers that a child prints, separated by white space.
pub(crate) fn numbers(arguments: &[&str]) -> Vec<f64> {
    let output = output(arguments);
    let words = output.split_whitespace();
    words
        .map(|word| word.parse().expect("children print numbers"))
        .collect()
}

/// Returns the shortest of five durations that a child prints.
pub(crate) fn fastest(arguments: &[&str]) -> f64 {
    least_of_five(|| numbers(arguments)[0])
}

pub(crate) fn least_of_five(figure: impl Fn() -> f64) -> f64 {
    (0..5).map(|_| figure()).fold(f64::INFINITY, f64::min)
}

/// Returns the instructions that a program executes, if valgrind is installed.
pub(crate) fn instructions(program: &Command) -> Option<f64> {
    let mut counted = Command::new("valgrind");
    counted
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        // The default of 8 MB is less than some threads need.
        .arg("--main-stacksize=268435456")
        .arg(program.get_program())
        .args(program.get_args());
    if let Some(folder) = program.get_current_dir() {
        counted.current_dir(folder);
    }
    let output = counted.output().ok()?;
    let printed = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output
            .status
            .code()
            .is_some_and(|code| EXPECTED.contains(&code)),
        "{program:?} failed:\n{printed}"
    );
    // `==1234== Collected : 5678`
    let line = printed.lines().find(|line| line.contains("Collected :"))?;
    line.rsplit(' ').next()?.parse().ok()
}

/// Exit codes of the generator without errors: `codegen --check` compares with code that need not exist.
const EXPECTED: [i32; 2] = [0, 4];
/// Pause between two looks at the memory of the generator.
const PAUSE: Duration = Duration::from_millis(5);

/// Builds the generator as it is shipped, and returns a command of it that runs in the repository.
///
/// It is measured as a program and not as a library, because its allocator is that of the program.
pub(crate) fn generator(arguments: &[&str]) -> Command {
    static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
        let this = std::env::current_exe().expect("the path of the benchmark");
        let target = this.ancestors().nth(3).expect("a folder of targets");
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let built = Command::new(cargo)
            .args([
                "build",
                "--quiet",
                "--release",
                "--package",
                "xtask",
                "--target-dir",
            ])
            .arg(target)
            .current_dir(tests::repository())
            .status();
        assert!(
            built.expect("cargo runs").success(),
            "the generator is built"
        );
        target.join("release/xtask")
    });
    let mut command = Command::new(&*PROGRAM);
    command
        .args(arguments)
        .current_dir(tests::repository())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// Runs the generator, and returns its duration in seconds and its peak memory in bytes.
pub(crate) fn cost(mut generator: Command) -> (f64, f64) {
    let start = Instant::now();
    let mut process = generator.spawn().expect("the generator runs");
    let status = format!("/proc/{}/status", process.id());
    let mut peak = f64::NAN;
    let ended = loop {
        match process.try_wait().expect("a process") {
            Some(ended) => break ended,
            // Without memory once the process has ended.
            None => peak = peak.max(figure_of(&status, "VmHWM:")),
        }
        std::thread::sleep(PAUSE);
    };
    let seconds = start.elapsed().as_secs_f64();
    assert!(
        ended.code().is_some_and(|code| EXPECTED.contains(&code)),
        "{generator:?} failed"
    );
    (seconds, peak)
}

/// Returns the most resident memory of this process, in bytes.
pub(crate) fn peak_memory() -> f64 {
    figure_of("/proc/self/status", "VmHWM:")
}

/// Returns the resident memory of this process, in bytes.
pub(crate) fn memory() -> f64 {
    figure_of("/proc/self/status", "VmRSS:")
}

fn figure_of(status: &str, name: &str) -> f64 {
    let status = fs::read_to_string(status).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kilobytes.map_or(f64::NAN, |kilobytes| kilobytes * 1024.0)
}

/// Returns the CPU time in user mode of all ended children of this process, in seconds.
pub(crate) fn children_cpu() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program, which may contain spaces, is in parentheses. `cutime` is the 16th field.
    let after = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after.split_whitespace().nth(13);
    let ticks = ticks.and_then(|ticks| ticks.parse::<f64>().ok());
    // Linux counts in hundredths of a second on every platform that Rust knows.
    ticks.map_or(f64::NAN, |ticks| ticks / 100.0)
}
