//! Memory of a server that knows 100,000 accounts, after its start and after it has taken leads in.

use crate::process::memory;
use crate::{Asked, Result, Subject, leads::lead};
use pointsman_testkit::client::Ask;
use std::fs;

pub async fn measure(asked: &Asked) -> Result<()> {
    let subject = Subject::start(asked, true, &Subject::policy()).await?;
    let accounts = fs::read(asked.accounts.as_ref().ok_or("--accounts FILE is needed, a CSV")?)?;
    let mut client = subject.client();
    let answer = client.send(Ask { kind: "text/csv", ..Ask::post("/v1/accounts/import", &accounts) }).await?;
    println!("memory: the import was answered {} {}", answer.status, String::from_utf8_lossy(&answer.body).chars().take(200).collect::<String>());
    let say = |what: &str| {
        let (now, most) = memory(subject.node.id());
        println!("memory, {what}: {now:.0} MB, at most {most:.0} MB");
    };
    say("accounts imported");
    for batch in 0..10 {
        let body: String = (0..2_000).map(|number| lead(30_000_000 + batch * 2_000 + number) + "\n").collect();
        client.send(Ask { kind: "application/x-ndjson", ..Ask::post("/v1/leads/batch", body.as_bytes()) }).await?;
    }
    say("20,000 leads later");
    Ok(())
}
