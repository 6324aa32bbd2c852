//! An SMTP server on loopback that takes mail for real: the protocol is the crate `mailin`, the transport and
//! its strictness are here. It refuses bare line feeds, over-long lines and commands slipped in before TLS, and
//! can be told to greylist, refuse, hang and hang up.

use crate::certificate::certificate;
use crate::mood::Shared;
use mailin::response::{INVALID_CREDENTIALS, NO_SERVICE, OK};
use mailin::{Action, AuthMechanism, Handler, Response, Session, SessionBuilder};
use std::future::pending;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// The longest line of mail (RFC 5321, 4.5.3.1.6), with its end.
const LINE: usize = 1_000;
/// The longest mail.
const MAIL: usize = 1 << 20;
/// Who may log in.
pub const USER: &str = "leads@acme.example";
/// With which password.
pub const PASSWORD: &str = "correct horse";

/// How the server keeps its connections private.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// In the clear, without login.
    None,
    /// Begins in the clear, offers STARTTLS, and login after it.
    Starttls,
    /// TLS from the first byte, with login.
    Implicit,
}

/// How the server behaves just now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Mood {
    /// Takes mail.
    #[default]
    Alive,
    /// Answers every recipient with 451, try again later.
    Greylist,
    /// Answers every connection with 421, too busy.
    Busy,
    /// Answers every recipient with 550, no such mailbox.
    Refuse,
    /// Takes mail, but answers to its end only after this time.
    Slow(Duration),
    /// Takes the connection and says nothing.
    Hang,
    /// Hangs up in the middle of a mail.
    HangUp,
}

/// A mail that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The envelope's sender.
    pub from: String,
    /// The envelope's recipients.
    pub to: Vec<String>,
    /// The mail itself, header and body, without dot-stuffing.
    pub data: Vec<u8>,
    /// Whether it came over TLS.
    pub private: bool,
    /// Who had logged in.
    pub user: Option<String>,
}

/// The server; stopped when dropped.
pub struct Smtp {
    address: SocketAddr,
    inside: Shared<Inside>,
    authority: String,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Inside {
    mood: Mood,
    mails: Vec<Mail>,
    connections: usize,
    complaints: Vec<String>,
}

impl Smtp {
    /// Starts it on a free port, with a certificate for `localhost` by an authority of its own.
    ///
    /// # Errors
    /// When no port or certificate can be had.
    pub async fn start(security: Security) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let inside = Shared::<Inside>::default();
        let (authority, acceptor) = certificate()?;
        let desk = Desk { inside: inside.clone(), security, acceptor, mail: None, user: None };
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(desk.clone().welcome(stream));
            }
        });
        Ok(Self { address, inside, authority, task })
    }

    /// Its port on 127.0.0.1.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.address.port()
    }

    /// The certificate to trust, as PEM.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Behaves otherwise from now on.
    pub fn set(&self, mood: Mood) {
        self.inside.lock().mood = mood;
    }

    /// The mails that were taken, in order.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        self.inside.lock().mails.clone()
    }

    /// How many connections were made.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.inside.lock().connections
    }

    /// Where the other side broke the protocol; empty when all was well.
    #[must_use]
    pub fn complaints(&self) -> Vec<String> {
        self.inside.lock().complaints.clone()
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What one connection knows.
#[derive(Clone)]
struct Desk {
    inside: Shared<Inside>,
    security: Security,
    acceptor: TlsAcceptor,
    mail: Option<Mail>,
    user: Option<String>,
}

/// How a conversation ended.
enum End {
    Over,
    Tls,
}

impl Desk {
    async fn welcome(self, stream: TcpStream) {
        self.inside.lock().connections += 1;
        if self.mood() == Mood::Hang {
            pending::<()>().await;
        }
        let mut builder = SessionBuilder::new("mail.fake.example");
        match self.security {
            Security::None => {}
            Security::Starttls => {
                builder.enable_start_tls().enable_auth(AuthMechanism::Plain);
            }
            Security::Implicit => {
                builder.enable_auth(AuthMechanism::Plain);
            }
        }
        let (inside, acceptor, security) = (self.inside.clone(), self.acceptor.clone(), self.security);
        let mut session = builder.build(IpAddr::from([127, 0, 0, 1]), self);
        let result = if security == Security::Implicit {
            session.tls_active();
            match acceptor.accept(stream).await {
                Ok(stream) => converse(&mut BufReader::new(stream), &mut session, &inside, true).await.map(|_| ()),
                Err(error) => Err(error),
            }
        } else {
            in_the_clear(stream, &mut session, &inside, &acceptor).await
        };
        if let Err(error) = result {
            inside.lock().complaints.push(error.to_string());
        }
    }

    fn mood(&self) -> Mood {
        self.inside.lock().mood.clone()
    }
}

async fn in_the_clear(stream: TcpStream, session: &mut Session<Desk>, inside: &Shared<Inside>, acceptor: &TlsAcceptor) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    if let End::Over = converse(&mut stream, session, inside, true).await? {
        return Ok(());
    }
    if !stream.buffer().is_empty() {
        return Err(io::Error::other("commands were slipped in before TLS"));
    }
    let stream = acceptor.accept(stream.into_inner()).await?;
    session.tls_active();
    converse(&mut BufReader::new(stream), session, inside, false).await.map(|_| ())
}

async fn converse<S>(stream: &mut BufReader<S>, session: &mut Session<Desk>, inside: &Shared<Inside>, greet: bool) -> io::Result<End>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let busy = inside.lock().mood == Mood::Busy;
    let greeting = if busy { NO_SERVICE.clone() } else { session.greeting() };
    if greet && say(stream, greeting).await? == Action::Close {
        return Ok(End::Over);
    }
    let (mut in_data, mut size) = (false, 0);
    while let Some(line) = read(stream).await? {
        size += line.len();
        let hangs_up = in_data && inside.lock().mood == Mood::HangUp;
        if hangs_up || size > MAIL {
            return Ok(End::Over);
        }
        let response = session.process(&line);
        let (starts, ends) = (response.code == 354, in_data && response.action != Action::NoReply);
        let patience = inside.lock().mood.clone();
        if let (Mood::Slow(time), true) = (patience, ends) {
            tokio::time::sleep(time).await;
        }
        in_data = (in_data || starts) && !ends;
        match say(stream, response).await? {
            Action::Close => return Ok(End::Over),
            Action::UpgradeTls => return Ok(End::Tls),
            Action::Reply | Action::NoReply => {}
        }
    }
    Ok(End::Over)
}

/// One line with its end, checked for what a mail server must not let pass.
async fn read(stream: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    if stream.read_until(b'\n', &mut line).await? == 0 {
        return Ok(None);
    }
    let Some(text) = line.strip_suffix(b"\r\n") else { return Err(io::Error::other("a line that does not end in CR LF")) };
    if text.contains(&b'\r') || text.contains(&0) {
        return Err(io::Error::other("a bare CR or a NUL within a line"));
    }
    if line.len() > LINE {
        return Err(io::Error::other(format!("a line of {} bytes", line.len())));
    }
    Ok(Some(line))
}

async fn say<S: AsyncWrite + Unpin>(stream: &mut S, response: Response) -> io::Result<Action> {
    if response.action != Action::NoReply {
        let mut text = Vec::new();
        response.write_to(&mut text)?;
        stream.write_all(&text).await?;
        stream.flush().await?;
    }
    Ok(response.action)
}

impl Handler for Desk {
    fn mail(&mut self, _: IpAddr, _: &str, from: &str) -> Response {
        if self.security != Security::None && self.user.is_none() {
            return Response::custom(530, "Authentication required".to_owned());
        }
        // Without TLS the protocol offers no login, and without login no mail is taken.
        let (private, user) = (self.security != Security::None, self.user.clone());
        self.mail = Some(Mail { from: from.to_owned(), to: Vec::new(), data: Vec::new(), private, user });
        OK
    }

    fn rcpt(&mut self, to: &str) -> Response {
        match self.mood() {
            Mood::Greylist => return Response::custom(451, "4.7.1 Greylisted, try again later".to_owned()),
            Mood::Refuse => return Response::custom(550, "5.1.1 No such mailbox".to_owned()),
            _ => {}
        }
        self.mail.iter_mut().for_each(|mail| mail.to.push(to.to_owned()));
        OK
    }

    fn data(&mut self, line: &[u8]) -> io::Result<()> {
        self.mail.iter_mut().for_each(|mail| mail.data.extend_from_slice(line));
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        let Some(mail) = self.mail.take() else { return NO_SERVICE };
        let mut inside = self.inside.lock();
        inside.mails.push(mail);
        Response::custom(250, format!("2.0.0 queued as {}", inside.mails.len()))
    }

    fn auth_plain(&mut self, _: &str, user: &str, password: &str) -> Response {
        if (user, password) != (USER, PASSWORD) {
            return INVALID_CREDENTIALS;
        }
        self.user = Some(user.to_owned());
        mailin::response::AUTH_OK
    }
}
