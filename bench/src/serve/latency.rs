//! Latency at 500 leads a second, whether the server keeps up or not: each request has its moment, and its time
//! counts from there, so that a request that waits for others before it is not left out.

use crate::{Asked, Result, Subject, leads::lead};
use pointsman_testkit::client::Ask;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;
use tokio::task::JoinSet;

const RATE: u32 = 500;
const CONNECTIONS: usize = 64;

pub async fn measure(asked: &Asked) -> Result<()> {
    let subject = Subject::start(asked, true, &Subject::policy()).await?;
    let connections = Arc::new(Mutex::new((0..CONNECTIONS).map(|_| subject.client()).collect::<Vec<_>>()));
    let (mut under_way, count, began) = (JoinSet::new(), RATE * u32::try_from(asked.seconds)?, Instant::now());
    for number in 0..count {
        let due = began + Duration::from_secs(1) * number / RATE;
        tokio::time::sleep_until(due.into()).await;
        let free = Arc::clone(&connections);
        let spare = subject.client();
        under_way.spawn(async move {
            let mut client = free.lock().await.pop().unwrap_or(spare);
            let body = lead(u64::from(number) + 20_000_000);
            let answer = client.send(Ask::post("/v1/leads", body.as_bytes())).await.map_err(|error| error.to_string())?;
            let took = due.elapsed();
            free.lock().await.push(client);
            if answer.status == 201 { Ok(took) } else { Err(format!("{}", answer.status)) }
        });
    }
    let mut times = Vec::new();
    while let Some(request) = under_way.join_next().await {
        times.push(request??);
    }
    times.sort_unstable();
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize].as_secs_f64() * 1e3;
    let name = if asked.postgres { "PostgreSQL" } else { "SQLite" };
    println!("latency, {name}: {RATE}/s for {} s: p50 {:.1} ms, p90 {:.1}, p99 {:.1}, p99.9 {:.1}, longest {:.1}", asked.seconds, at(0.5), at(0.9), at(0.99), at(0.999), at(1.0));
    Ok(())
}
