//! A small HTTP/1.1 client: one connection, kept open, one request at a time. It costs so little that a load
//! generator on the same machine measures the server and not itself.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// A connection to a server, made when it is first needed and made anew after trouble.
#[derive(Debug)]
pub struct Client {
    address: SocketAddr,
    token: String,
    connection: Option<BufReader<TcpStream>>,
    line: String,
}

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// `GET`, `POST` ...
    pub method: &'a str,
    /// The path and the query.
    pub path: &'a str,
    /// The type of the body.
    pub kind: &'a str,
    /// The `Idempotency-Key`.
    pub key: Option<&'a str>,
    /// The body; nothing where it is empty.
    pub body: &'a [u8],
}

/// What is answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The whole body.
    pub body: Vec<u8>,
}

impl<'a> Ask<'a> {
    /// Asks for something.
    #[must_use]
    pub const fn get(path: &'a str) -> Self {
        Self { method: "GET", path, kind: "", key: None, body: b"" }
    }

    /// Sends a JSON body.
    #[must_use]
    pub const fn post(path: &'a str, body: &'a [u8]) -> Self {
        Self { method: "POST", path, kind: "application/json", key: None, body }
    }

    /// The same with a key that makes sending it twice safe.
    #[must_use]
    pub const fn with_key(self, key: &'a str) -> Self {
        Self { key: Some(key), ..self }
    }
}

impl Client {
    /// A client of the server at this address, with an API token.
    #[must_use]
    pub fn new(address: SocketAddr, token: &str) -> Self {
        Self { address, token: token.to_owned(), connection: None, line: String::new() }
    }

    /// Sends a request and reads its answer whole. After an error nobody knows whether the server did it.
    ///
    /// # Errors
    /// When the connection cannot be made or breaks, or the answer is not HTTP.
    pub async fn send(&mut self, ask: Ask<'_>) -> io::Result<Answer> {
        // Taken out, so that a request given up halfway leaves no connection on which its answer may still come.
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => {
                let stream = TcpStream::connect(self.address).await?;
                stream.set_nodelay(true)?;
                BufReader::with_capacity(16 * 1024, stream)
            }
        };
        connection.write_all(&self.head(ask)).await?;
        let (answer, keeps) = read(&mut connection, &mut self.line).await?;
        if keeps {
            self.connection = Some(connection);
        }
        Ok(answer)
    }

    fn head(&self, ask: Ask<'_>) -> Vec<u8> {
        let Ask { method, path, kind, key, body } = ask;
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\n", self.address, self.token);
        if !body.is_empty() {
            head.push_str(&format!("content-type: {kind}\r\n"));
        }
        if let Some(key) = key {
            head.push_str(&format!("idempotency-key: {key}\r\n"));
        }
        head.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(body);
        bytes
    }
}

async fn read(connection: &mut BufReader<TcpStream>, line: &mut String) -> io::Result<(Answer, bool)> {
    next_line(connection, line).await?;
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| io::Error::new(ErrorKind::InvalidData, format!("no status line: {line}")))?;
    let (mut length, mut keeps) = (None, true);
    loop {
        next_line(connection, line).await?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        let value = value.trim();
        if name.eq_ignore_ascii_case("content-length") {
            length = value.parse().ok();
        } else if name.eq_ignore_ascii_case("connection") {
            keeps = !value.eq_ignore_ascii_case("close");
        }
    }
    let length: usize = match length {
        Some(length) => length,
        None if status == 204 => 0,
        None => return Err(io::Error::new(ErrorKind::InvalidData, "the answer does not say how long it is")),
    };
    let mut body = vec![0; length];
    connection.read_exact(&mut body).await?;
    Ok((Answer { status, body }, keeps))
}

async fn next_line(connection: &mut BufReader<TcpStream>, line: &mut String) -> io::Result<()> {
    line.clear();
    match connection.read_line(line).await? {
        0 => Err(ErrorKind::UnexpectedEof.into()),
        _ => Ok(()),
    }
}
