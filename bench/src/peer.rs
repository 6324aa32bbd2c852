//! The peer: zen-engine, deciding the typical table as a JSON decision model, first hit.
//!
//! Its decision is compiled beforehand and its input is converted beforehand; only deciding is timed. Trace
//! on is what compares with a decision of ours that can answer "why".

use crate::measure::median_ns;
use crate::shapes::{Dice, Typical};
use serde_json::{Value, json};
use zen_engine::model::DecisionContent;
use zen_engine::{Decision, DecisionEngine, EvaluationOptions, Variable};

const ROWS: usize = 10_000;

/// Prints a line for each of typical and nothing matches, with trace and without.
pub fn measure() {
    println!("\n{:<44}{:>12}{:>12}", format!("zen-engine 2.1.6, {ROWS} rows"), "us a lead", "a second");
    let decision = decision(ROWS);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    for (name, unknown_product) in [("typical", false), ("nothing matches", true)] {
        let mut dice = Dice(1);
        let leads: Vec<Variable> = (0..8).map(|_| lead(&Typical::row(dice.below(ROWS)), unknown_product).into()).collect();
        for trace in [true, false] {
            let decide = |lead: &Variable| {
                let options = EvaluationOptions { trace, max_depth: 10 };
                let answer = runtime.block_on(decision.evaluate_with_opts(lead.depth_clone(2), options)).expect("a decision");
                assert_eq!(answer.result.dot("rep").is_none_or(|rep| rep == Variable::Null), unknown_product);
            };
            let ns = median_ns(&leads, decide);
            println!("{:<44}{:>12.1}{:>12.0}", format!("{name}, trace {}", if trace { "on" } else { "off" }), ns / 1e3, 1e9 / ns);
        }
    }
}

fn decision(rows: usize) -> Decision {
    let content: DecisionContent = serde_json::from_value(graph(rows)).expect("a decision model");
    let mut decision = DecisionEngine::default().create_decision(content.into()).expect("a graph");
    decision.compile();
    decision
}

fn graph(rows: usize) -> Value {
    let columns = ["country", "state", "product", "employees"];
    let inputs: Vec<Value> = columns.iter().map(|name| json!({ "id": name, "name": name, "field": name })).collect();
    let rules: Vec<Value> = (0..rows).map(row).collect();
    json!({
        "nodes": [
            { "id": "in", "name": "lead", "type": "inputNode", "content": {} },
            { "id": "table", "name": "table", "type": "decisionTableNode", "content": {
                "hitPolicy": "first", "inputs": inputs, "outputs": [{ "id": "rep", "name": "rep", "field": "rep" }], "rules": rules
            } },
            { "id": "out", "name": "out", "type": "outputNode", "content": {} }
        ],
        "edges": [
            { "id": "e1", "sourceId": "in", "targetId": "table" },
            { "id": "e2", "sourceId": "table", "targetId": "out" }
        ]
    })
}

fn row(n: usize) -> Value {
    let of = Typical::row(n);
    let quoted = |text: &str| format!("\"{text}\"");
    json!({
        "_id": format!("r{n}"),
        "country": quoted(&of.country),
        "state": quoted(&of.state),
        "product": quoted(&of.product),
        "employees": format!("[{}..{}]", of.employees.0, of.employees.1),
        "rep": quoted(&format!("rep{n}")),
    })
}

fn lead(of: &Typical, unknown_product: bool) -> Value {
    let product = if unknown_product { "none" } else { &of.product };
    json!({ "country": of.country, "state": of.state, "product": product, "employees": of.employees.0 + 3 })
}
