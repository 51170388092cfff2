//! The flow of a workflow as an SVG picture: its steps, what each of them reads, and where it leads.
//!
//! SVG needs no script and no network: rustdoc embeds it as it is, and code hosts show it as an image.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::docs::one_line;
use crate::model::{
    Callee, Criterion, FailureOutcome, Next, Output, Read, ReadFrom, Step, Workflow,
};

/// Height of a line of text, in pixels like all lengths here.
const LINE: usize = 18;
/// Space between the border of a box and its text.
const PADDING: usize = 10;
/// Space between two boxes.
const GAP: usize = 28;
/// Horizontal position and width of the boxes.
const LEFT: usize = 10;
const WIDTH: usize = 600;
/// Space between two vertical lines beside the boxes.
const LANE: usize = 14;
/// Characters of a line that fit into a box.
const COLUMNS: usize = 76;

/// A box: a step, or the end of the workflow.
struct Node {
    /// Each line of text with its class.
    lines: Vec<(&'static str, String)>,
    top: usize,
    height: usize,
}

/// A line from one box to another that is not the next one.
struct Edge {
    from: usize,
    to: usize,
    /// `true` if a failure takes this way.
    failure: bool,
}

/// Draws a workflow. The text has no empty line, so that it is one block of HTML for Markdown.
pub fn svg(workflow: &Workflow) -> String {
    let mut nodes: Vec<Node> = workflow
        .steps
        .iter()
        .enumerate()
        .map(|(index, step)| Node::new(step_lines(workflow, index, step)))
        .collect();
    nodes.push(Node::new(end_lines(workflow)));
    let mut top = PADDING;
    for node in &mut nodes {
        node.top = top;
        top += node.height + GAP;
    }
    let edges = edges(workflow);
    let width = LEFT + WIDTH + LANE * (edges.len() + 1) + PADDING;
    let height = top - GAP + PADDING;

    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" style=\"max-width:100%;height:auto\">\n\
         <title>Flow of the workflow {}</title>\n",
        escaped(&workflow.id)
    );
    for (index, node) in nodes.iter().enumerate() {
        node.draw(&mut text, index + 1 == nodes.len());
        let falls_through = workflow.steps.get(index).is_some_and(reaches_next);
        if falls_through {
            let x = LEFT + WIDTH / 2;
            let bottom = node.top + node.height;
            arrow(
                &mut text,
                &format!("M{x} {bottom}V{}", bottom + GAP),
                (x, bottom + GAP),
                false,
                Direction::Down,
            );
        }
    }
    for (lane, edge) in edges.iter().enumerate() {
        draw_edge(&mut text, &nodes, edge, lane);
    }
    text.push_str("</svg>\n");
    text
}

impl Node {
    fn new(lines: Vec<(&'static str, String)>) -> Self {
        let height = lines.len() * LINE + 2 * PADDING;
        Self {
            lines,
            top: 0,
            height,
        }
    }

    fn draw(&self, text: &mut String, is_end: bool) {
        let radius = if is_end { 16 } else { 4 };
        let _ = writeln!(
            text,
            "<rect x=\"{LEFT}\" y=\"{}\" width=\"{WIDTH}\" height=\"{}\" rx=\"{radius}\" fill=\"#fff\" stroke=\"#57606a\"/>",
            self.top, self.height
        );
        for (number, (style, line)) in self.lines.iter().enumerate() {
            let y = self.top + PADDING + number * LINE + LINE * 3 / 4;
            let _ = writeln!(
                text,
                "<text x=\"{}\" y=\"{y}\" {style}>{}</text>",
                LEFT + PADDING,
                escaped(line)
            );
        }
    }
}

const TITLE: &str =
    "fill=\"#1f2328\" font-family=\"sans-serif\" font-size=\"14\" font-weight=\"bold\"";
const ROUTE: &str = "fill=\"#1f2328\" font-family=\"monospace\" font-size=\"12\"";
const DATA: &str = "fill=\"#57606a\" font-family=\"sans-serif\" font-size=\"12\"";
const SUCCESS: &str = "fill=\"#1a7f37\" font-family=\"sans-serif\" font-size=\"12\"";
const FAILURE: &str = "fill=\"#cf222e\" font-family=\"sans-serif\" font-size=\"12\"";

fn step_lines(workflow: &Workflow, index: usize, step: &Step) -> Vec<(&'static str, String)> {
    let mut lines = vec![(TITLE, short(&format!("{}. {}", index + 1, step.id)))];
    lines.push((
        ROUTE,
        short(match &step.call.route {
            Some(route) => route,
            None => &step.call.operation,
        }),
    ));
    for (source, outputs) in reads(workflow, step) {
        lines.push((
            DATA,
            short(&format!("reads {} of {source}", outputs.join(", "))),
        ));
    }
    for action in &step.on_success {
        let target = match action.to {
            Next::Step(target) => format!("go to {}", step_id(workflow, target)),
            Next::End => "end".to_owned(),
        };
        lines.push((
            SUCCESS,
            short(&format!(
                "on success{}: {target}",
                condition(&action.criteria)
            )),
        ));
    }
    for action in &step.on_failure {
        let outcome = match action.outcome {
            FailureOutcome::End => "fail".to_owned(),
            FailureOutcome::Goto(target) => format!("go to {}", step_id(workflow, target)),
            FailureOutcome::Retry {
                after,
                limit,
                first,
            } => {
                let first = first.map(|first| format!("run {}, then ", step_id(workflow, first)));
                let times = if limit == 1 {
                    "once"
                } else {
                    &format!("up to {limit} times")
                };
                format!(
                    "{}retry {times}, {after} s apart",
                    first.unwrap_or_default()
                )
            }
        };
        lines.push((
            FAILURE,
            short(&format!(
                "on failure{}: {outcome}",
                condition(&action.criteria)
            )),
        ));
    }
    lines
}

fn end_lines(workflow: &Workflow) -> Vec<(&'static str, String)> {
    let outputs: Vec<&str> = workflow
        .outputs
        .iter()
        .map(|output| output.id.as_str())
        .collect();
    let mut lines = vec![(TITLE, "Outputs".to_owned())];
    let mut line = String::new();
    for output in outputs {
        if !line.is_empty() && line.chars().count() + output.chars().count() + 2 > COLUMNS {
            lines.push((DATA, short(&std::mem::take(&mut line))));
        }
        if !line.is_empty() {
            line.push_str(", ");
        }
        line.push_str(output);
    }
    if line.is_empty() {
        line.push_str("none");
    }
    lines.push((DATA, short(&line)));
    lines
}

fn step_id(workflow: &Workflow, index: usize) -> &str {
    workflow.steps.get(index).map_or("", |step| &step.id)
}

fn condition(criteria: &[Criterion]) -> String {
    let texts: Vec<String> = criteria
        .iter()
        .map(|criterion| one_line(&criterion.text))
        .collect();
    match texts.as_slice() {
        [] => String::new(),
        texts => format!(" if {}", texts.join(" and ")),
    }
}

/// `true` if a success of the step can lead to the one below it.
fn reaches_next(step: &Step) -> bool {
    !step
        .on_success
        .iter()
        .any(|action| action.criteria.is_empty())
}

fn edges(workflow: &Workflow) -> Vec<Edge> {
    let end = workflow.steps.len();
    let mut edges = Vec::new();
    for (from, step) in workflow.steps.iter().enumerate() {
        for action in &step.on_success {
            let to = match action.to {
                Next::Step(to) => to,
                Next::End => end,
            };
            edges.push(Edge {
                from,
                to,
                failure: false,
            });
        }
        for action in &step.on_failure {
            let to = match action.outcome {
                FailureOutcome::End => continue,
                FailureOutcome::Goto(to) => to,
                FailureOutcome::Retry { first: None, .. } => from,
                FailureOutcome::Retry {
                    first: Some(first), ..
                } => first,
            };
            edges.push(Edge {
                from,
                to,
                failure: true,
            });
        }
    }
    edges
}

fn draw_edge(text: &mut String, nodes: &[Node], edge: &Edge, lane: usize) {
    let (Some(from), Some(to)) = (nodes.get(edge.from), nodes.get(edge.to)) else {
        return;
    };
    let right = LEFT + WIDTH;
    let x = right + LANE * (lane + 1);
    // Arrows leave a box in its lower half and arrive in the upper one, so that a loop is not a single line.
    let start = from.top + from.height - PADDING;
    let end = to.top + PADDING;
    let path = format!("M{right} {start}H{x}V{end}H{right}");
    arrow(text, &path, (right, end), edge.failure, Direction::Left);
}

enum Direction {
    Down,
    Left,
}

fn arrow(
    text: &mut String,
    path: &str,
    (x, y): (usize, usize),
    failure: bool,
    direction: Direction,
) {
    let (color, dashes) = match failure {
        true => ("#cf222e", " stroke-dasharray=\"4 3\""),
        false => ("#57606a", ""),
    };
    let head = match direction {
        Direction::Down => format!("M{x} {y}l-4 -7h8z"),
        Direction::Left => format!("M{x} {y}l7 -4v8z"),
    };
    let _ = writeln!(
        text,
        "<path d=\"{path}\" fill=\"none\" stroke=\"{color}\"{dashes}/><path d=\"{head}\" fill=\"{color}\"/>"
    );
}

/// The outputs of other steps that a step reads, by the name of that step, in the order of the steps.
fn reads<'w>(workflow: &'w Workflow, step: &Step) -> Vec<(&'w str, Vec<&'w str>)> {
    let mut found: BTreeMap<usize, Vec<&'w str>> = BTreeMap::new();
    let mut note = |read: &Read| {
        let ReadFrom::Output { step, output } = read.from else {
            return;
        };
        let Some(output) = workflow
            .steps
            .get(step)
            .and_then(|step| step.outputs.get(output))
        else {
            return;
        };
        let outputs = found.entry(step).or_default();
        if !outputs.contains(&output.id.as_str()) {
            outputs.push(&output.id);
        }
    };
    match &step.call.callee {
        Callee::Request(request) => {
            for assignment in request.assignments() {
                assignment.visit(&mut note);
            }
        }
        Callee::Workflow(run) => {
            for field in &run.fields {
                field.value.visit(&mut note);
            }
        }
    }
    for Output { value, .. } in &step.outputs {
        value.visit(&mut note);
    }
    let own = workflow.steps.iter().position(|other| other.id == step.id);
    found
        .into_iter()
        .filter(|(index, _)| Some(*index) != own)
        .map(|(index, outputs)| (step_id(workflow, index), outputs))
        .collect()
}

/// A line that fits into a box.
fn short(line: &str) -> String {
    let line = one_line(line);
    match line.chars().count() > COLUMNS {
        true => line.chars().take(COLUMNS - 1).chain(['…']).collect(),
        false => line,
    }
}

/// Text for XML that is also Markdown: no markup, no characters that XML cannot hold.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            character if character.is_control() || matches!(character, '\u{fffe}' | '\u{ffff}') => {
                escaped.push('\u{fffd}')
            }
            character => escaped.push(character),
        }
    }
    escaped
}
