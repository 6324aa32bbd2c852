//! The scene: the nodes of a run, their database, and the programs around them.

use crate::load::Addresses;
use pointsman_store::place::Place;
use pointsman_testkit::client::{Ask, Client};
use pointsman_testkit::node::Node;
use pointsman_testkit::postgres::{Care, Cluster};
use pointsman_testkit::webhook::Receiver;
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What all nodes seal secrets with; nothing of it is secret.
const KEY: &str = "Y2hhb3MgY2hhb3MgY2hhb3MgY2hhb3MgY2hhb3MgISE=";

/// What webhooks are signed with.
const SECRET: &str = "whsec_Y2hhb3MgY2hhb3MgY2hhb3MgY2hhb3MgY2hhb3MgISE=";

/// Nodes, their database, and who hears from them.
pub struct Scene {
    pub program: PathBuf,
    /// Where the data is; removed at the end, kept when something was wrong.
    pub folder: PathBuf,
    pub cluster: Option<Cluster>,
    pub place: Place,
    pub nodes: Vec<Option<Node>>,
    pub addresses: Arc<Addresses>,
    pub token: String,
    pub receiver: Receiver,
}

impl Scene {
    /// One node on SQLite, or several on PostgreSQL.
    pub async fn new(program: &Path, nodes: usize, shared: bool) -> Result<Self, String> {
        let folder = std::env::temp_dir().join(format!("pointsman-chaos-{}-{}", std::process::id(), if shared { "nodes" } else { "one" }));
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let cluster = if shared { Some(Cluster::start(Care::Durable).map_err(|error| error.to_string())?) } else { None };
        let place = match &cluster {
            Some(cluster) => Place::Postgres(cluster.database().map_err(|error| error.to_string())?),
            None => Place::Sqlite(folder.join("0").join("pointsman.db")),
        };
        let receiver = Receiver::start(SECRET).await.map_err(|error| error.to_string())?;
        let (nodes, addresses) = ((0..nodes).map(|_| None).collect(), Arc::default());
        let mut scene = Self { program: program.to_owned(), folder, cluster, place, nodes, addresses, token: String::new(), receiver };
        scene.start_all()?;
        scene.channels().await?;
        Ok(scene)
    }

    /// The first node makes the token; the others find a workspace that is there already.
    fn start_all(&mut self) -> Result<(), String> {
        for at in 0..self.nodes.len() {
            self.start(at)?;
            if let Some(token) = self.nodes.get(at).and_then(Option::as_ref).and_then(|node| node.token.clone()) {
                self.token = token;
            }
        }
        if self.token.is_empty() { Err("no node said the first token".to_owned()) } else { Ok(()) }
    }

    /// Starts a node.
    pub fn start(&mut self, at: usize) -> Result<(), String> {
        let data = self.folder.join(at.to_string());
        let policy = Path::new(env!("CARGO_MANIFEST_DIR")).join("policy");
        let mut arguments: Vec<String> = ["serve", "--listen", "127.0.0.1:0", "--seed"].map(str::to_owned).to_vec();
        arguments.push(policy.display().to_string());
        arguments.extend(self.database(&data));
        for setting in [
            &format!("key={KEY}"),
            "token_rate=1000000",
            "allow_networks=127.0.0.0/8",
            "reconcile_seconds=1",
            "log_level=warn,pointsman_server::serve=info",
        ] {
            arguments.extend(["--set".to_owned(), setting.to_owned()]);
        }
        let node = Node::start(&self.program, &arguments).map_err(|error| format!("node {at}: {error}"))?;
        self.addresses.set(at, Some(node.address));
        if let Some(place) = self.nodes.get_mut(at) {
            *place = Some(node);
        }
        Ok(())
    }

    /// How the program is told where the data is.
    pub fn database(&self, data: &Path) -> Vec<String> {
        let mut arguments = vec!["--data".to_owned(), data.display().to_string()];
        if let Place::Postgres(url) = &self.place {
            arguments.extend(["--database".to_owned(), url.clone()]);
        }
        arguments
    }

    /// Kills a node.
    pub fn kill(&mut self, at: usize) {
        self.addresses.set(at, None);
        if let Some(mut node) = self.nodes.get_mut(at).and_then(Option::take) {
            node.kill();
        }
    }

    /// Messages to people go into a sink, events to a program that checks signatures.
    async fn channels(&self) -> Result<(), String> {
        let webhook =
            json!({ "kind": "webhook", "url": self.receiver.url(), "secrets": [SECRET], "events": ["lead.suppressed", "lead.not_routed"] });
        for (name, config) in [("people", json!({ "kind": "sink" })), ("programs", webhook)] {
            let (path, body) = (format!("/v1/channels/{name}"), config.to_string());
            let node = self.nodes.iter().flatten().next().ok_or("there is no node")?;
            let mut client = Client::new(node.address, &self.token);
            let answer =
                client.send(Ask { method: "PUT", ..Ask::post(&path, body.as_bytes()) }).await.map_err(|error| error.to_string())?;
            if answer.status != 201 {
                return Err(format!("{path}: {} {}", answer.status, String::from_utf8_lossy(&answer.body)));
            }
        }
        Ok(())
    }

    /// What the nodes said last.
    pub fn said(&self) -> String {
        let said = self.nodes.iter().enumerate().filter_map(|(at, node)| Some(format!("--- node {at} said\n{}", node.as_ref()?.said())));
        said.collect::<Vec<_>>().join("\n")
    }

    /// Ends everything, and leaves nothing behind.
    pub fn end(self) -> Result<(), String> {
        for mut node in self.nodes.into_iter().flatten() {
            let status = node.stop().map_err(|error| error.to_string())?;
            if !status.success() {
                return Err(format!("a node that was told to stop ended with {status}; it said\n{}", node.said()));
            }
        }
        fs::remove_dir_all(&self.folder).map_err(|error| format!("{}: {error}", self.folder.display()))
    }
}
