//! Batches: durable leads per second over HTTP, beside what the bare store commits of the very rows that came of
//! them, as many leads to a transaction, through the same driver.

use crate::process::used;
use crate::{Asked, Result, Subject, bare, leads::lead};
use pointsman_testkit::client::Ask;
use std::time::Instant;
use tokio::task::JoinSet;

/// Leads in one request.
const BATCH: u64 = 2_000;
const CALLERS: u64 = 4;
const TURNS: u64 = 5;

pub async fn measure(asked: &Asked) -> Result<()> {
    for delivers in [false, true] {
        let subject = Subject::start(asked, delivers, &Subject::policy()).await?;
        let (mut rates, mut bares, mut costs) = (Vec::new(), Vec::new(), Vec::new());
        for turn in 0..TURNS {
            // The driver waits in its own way, which no asynchronous thread may do.
            let head = tokio::task::block_in_place(|| bare::head(&subject.place))?;
            let (began, before) = (Instant::now(), used(subject.node.id()));
            let leads = send(&subject, turn).await?;
            rates.push(leads as f64 / began.elapsed().as_secs_f64());
            costs.push((used(subject.node.id()) - before).as_secs_f64() * 1e6 / leads as f64);
            bares.push(tokio::task::block_in_place(|| bare::measure(&subject, head, turn == 0))?);
        }
        let name = if asked.postgres { "PostgreSQL" } else { "SQLite" };
        let (rate, bare, cost) = (median(rates), median(bares), median(costs));
        let told = if delivers { "with delivery" } else { "no channel set up" };
        println!("batch, {name}, {told}: {rate:.0} leads/s ({cost:.0} us of processor time each); bare store {bare:.0}/s; ratio {:.2}", rate / bare);
    }
    Ok(())
}

async fn send(subject: &Subject, turn: u64) -> Result<u64> {
    let mut callers = JoinSet::new();
    for caller in 0..CALLERS {
        let mut client = subject.client();
        callers.spawn(async move {
            for batch in 0..2 {
                let first = ((turn * CALLERS + caller) * 2 + batch) * BATCH + 10_000_000;
                let body: String = (first..first + BATCH).map(|number| lead(number) + "\n").collect();
                let ask = Ask { kind: "application/x-ndjson", ..Ask::post("/v1/leads/batch", body.as_bytes()) };
                let answer = client.send(ask).await.map_err(|error| error.to_string())?;
                if answer.status != 200 {
                    return Err(format!("{}: {}", answer.status, String::from_utf8_lossy(&answer.body)));
                }
            }
            Ok(())
        });
    }
    while let Some(caller) = callers.join_next().await {
        caller??;
    }
    Ok(CALLERS * 2 * BATCH)
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}
