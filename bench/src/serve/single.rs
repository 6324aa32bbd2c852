//! One lead per request, 64 connections, beside a server that only parses and echoes. Both run in turns, so that
//! what else the machine does falls on both.

use crate::process::used;
use crate::{Asked, Result, Subject, leads::lead};
use pointsman_testkit::client::{Ask, Client};
use pointsman_testkit::node::Node;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

const CONNECTIONS: usize = 64;
const TURNS: usize = 5;

/// Rate, and processor time of the server per request.
type Turn = (f64, f64);

pub async fn measure(asked: &Asked) -> Result<()> {
    let subject = Subject::start(asked, true, &Subject::policy()).await?;
    let program = std::env::current_exe()?;
    let echo = Node::start(&program, &["-", "echo"])?;
    let next = Arc::new(AtomicU64::new(0));
    let time = Duration::from_secs(asked.seconds) / 2;
    let (mut ours, mut echoes) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        ours.push(turn(subject.node.address, &subject.token, subject.node.id(), &next, time).await?);
        echoes.push(turn(echo.address, "none", echo.id(), &next, time).await?);
    }
    let (ours, echoes) = (median(ours), median(echoes));
    let name = if asked.postgres { "PostgreSQL" } else { "SQLite" };
    println!("single, {name}: {:.0} leads/s ({:.0} us of processor time each); echo {:.0}/s ({:.0} us); ratio {:.2}", ours.0, ours.1, echoes.0, echoes.1, ours.0 / echoes.0);
    Ok(())
}

async fn turn(address: SocketAddr, token: &str, process: u32, next: &Arc<AtomicU64>, time: Duration) -> Result<Turn> {
    let (began, before) = (Instant::now(), used(process));
    let mut callers = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (mut client, next) = (Client::new(address, token), Arc::clone(next));
        callers.spawn(async move {
            let mut done = 0_u64;
            while began.elapsed() < time {
                let body = lead(next.fetch_add(1, Relaxed));
                let answer = client.send(Ask::post("/v1/leads", body.as_bytes())).await.map_err(|error| error.to_string())?;
                if answer.status != 201 {
                    return Err(format!("{}: {}", answer.status, String::from_utf8_lossy(&answer.body)));
                }
                done += 1;
            }
            Ok(done)
        });
    }
    let mut done = 0;
    while let Some(caller) = callers.join_next().await {
        done += caller??;
    }
    let (took, spent) = (began.elapsed(), used(process) - before);
    Ok((done as f64 / took.as_secs_f64(), spent.as_secs_f64() * 1e6 / done as f64))
}

fn median(mut turns: Vec<Turn>) -> Turn {
    turns.sort_by(|one, other| one.0.total_cmp(&other.0));
    turns[turns.len() / 2]
}
