//! The server that is measured: the released program as a process of its own, on a new store.

use crate::{Asked, Result};
use pointsman_store::place::Place;
use pointsman_testkit::client::{Ask, Client};
use pointsman_testkit::node::Node;
use pointsman_testkit::postgres::{Care, Cluster};
use std::fs;
use std::path::{Path, PathBuf};

/// A server on a new store.
pub struct Subject {
    pub node: Node,
    pub token: String,
    pub place: Place,
    folder: PathBuf,
    cluster: Option<Cluster>,
}

impl Subject {
    /// Starts it with the example policy of these benchmarks; `delivers`: with a channel that takes messages.
    pub async fn start(asked: &Asked, delivers: bool, policy: &Path) -> Result<Self> {
        // Not in a folder that may be memory: the disk is part of what is measured.
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target").join(format!("serve-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder)?;
        let cluster = if asked.postgres { Some(Cluster::start(Care::Durable)?) } else { None };
        let mut arguments: Vec<String> = ["serve", "--listen", "127.0.0.1:0", "--set", "token_rate=1000000", "--set", "log_level=warn,pointsman_server::serve=info"]
            .map(str::to_owned)
            .to_vec();
        arguments.extend(["--data".to_owned(), folder.display().to_string(), "--seed".to_owned(), policy.display().to_string()]);
        let place = match &cluster {
            Some(cluster) => {
                let url = cluster.database()?;
                arguments.extend(["--database".to_owned(), url.clone()]);
                Place::Postgres(url)
            }
            None => Place::Sqlite(folder.join("pointsman.db")),
        };
        let node = Node::start(&asked.program, &arguments)?;
        let token = node.token.clone().ok_or("the server said no token")?;
        let subject = Self { node, token, place, folder, cluster };
        if delivers {
            let ask = Ask { method: "PUT", ..Ask::post("/v1/channels/people", br#"{"kind":"sink"}"#) };
            let answer = subject.client().send(ask).await?;
            if answer.status != 201 {
                return Err(format!("the channel: {}", answer.status).into());
            }
        }
        Ok(subject)
    }

    /// The policy that is measured with: a table of territories, a rotation, promises.
    pub fn policy() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("serve")
    }

    /// A new connection.
    pub fn client(&self) -> Client {
        Client::new(self.node.address, &self.token)
    }

    /// Another, empty database of the same kind on the same disk.
    pub fn beside(&self) -> Result<Place> {
        Ok(match &self.cluster {
            Some(cluster) => Place::Postgres(cluster.database()?),
            None => Place::Sqlite(self.folder.join("bare.db")),
        })
    }
}

impl Drop for Subject {
    fn drop(&mut self) {
        self.node.kill();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
