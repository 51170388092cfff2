//! Measurements of this program in a process of its own: instructions, CPU time and peak memory.

use std::fs;
use std::process::{Command, ExitCode, Stdio};

use crate::{calls, generator, growth, many};

/// Runs one measured piece of work, which `arguments` name.
pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["generator", rest @ ..] => generator::child(rest),
        ["growth", rest @ ..] => growth::child(rest),
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

/// Returns what a child prints.
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
    let times = (0..5).map(|_| numbers(arguments)[0]);
    times.fold(f64::INFINITY, f64::min)
}

/// Returns the instructions that a child executes, if valgrind is installed.
pub(crate) fn instructions(arguments: &[&str]) -> Option<f64> {
    let this = std::env::current_exe().expect("the path of the benchmark");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        // The default of 8 MB is less than some threads need.
        .arg("--main-stacksize=268435456")
        .arg(this)
        .arg("child")
        .args(arguments)
        .output();
    let output = output.ok()?;
    let printed = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?} failed:\n{printed}");
    // `==1234== Collected : 5678`
    let line = printed.lines().find(|line| line.contains("Collected :"))?;
    line.rsplit(' ').next()?.parse().ok()
}

/// Returns the most resident memory of this process, in bytes.
pub(crate) fn peak_memory() -> f64 {
    status("VmHWM:")
}

/// Returns the resident memory of this process, in bytes.
pub(crate) fn memory() -> f64 {
    status("VmRSS:")
}

fn status(name: &str) -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
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
