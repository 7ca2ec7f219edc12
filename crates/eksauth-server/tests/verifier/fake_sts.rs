//! An STS on loopback that answers by a script, and keeps what it was sent to the byte.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, KeyUsagePurpose};
use rcgen::{CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::server::TlsStream;

/// The names that the certificate has unless told otherwise.
const NAMES: &[&str] = &[
    "sts.eu-west-1.amazonaws.com",
    "sts.us-east-1.amazonaws.com",
    "sts.amazonaws.com",
];

/// It runs as long as the runtime of its test.
pub(crate) struct FakeSts {
    address: SocketAddr,
    ca_pem: String,
    shared: Arc<Shared>,
}

struct Shared {
    tls: TlsAcceptor,
    script: Mutex<VecDeque<Answer>>,
    otherwise: Mutex<Answer>,
    requests: Mutex<Vec<SeenRequest>>,
    tally: watch::Sender<Tally>,
}

/// What has happened so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// TCP connections, ever.
    pub(crate) connections: usize,
    /// Those that neither side has closed.
    pub(crate) open: usize,
    /// Requests, ever.
    pub(crate) requests: usize,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct SeenRequest {
    /// The name asked for in the TLS handshake.
    pub(crate) server_name: Option<String>,
    /// From the request line to the last header, without the line ends of the last.
    head: String,
}

impl SeenRequest {
    /// The request line.
    pub(crate) fn line(&self) -> &str {
        self.head.lines().next().unwrap()
    }

    /// The headers in lower case, in order of their names.
    pub(crate) fn headers(&self) -> Vec<(String, String)> {
        let lines = self.head.lines().skip(1);
        let mut headers: Vec<_> = lines
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        headers.sort();
        headers
    }
}

impl FakeSts {
    /// Has a certificate for STS in a few regions, and knows everybody as [`Answer::role`].
    pub(crate) async fn start() -> Self {
        Self::start_as(NAMES).await
    }

    /// Has a certificate for these names.
    pub(crate) async fn start_as(names: &[&str]) -> Self {
        let (ca_pem, tls) = throw_away(names);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            tls,
            script: Mutex::default(),
            otherwise: Mutex::new(Answer::role()),
            requests: Mutex::default(),
            tally: watch::Sender::default(),
        });
        tokio::spawn(accept(listener, Arc::clone(&shared)));
        Self {
            address,
            ca_pem,
            shared,
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whom to trust, to trust it.
    pub(crate) fn ca_pem(&self) -> &[u8] {
        self.ca_pem.as_bytes()
    }

    /// Answers the next request so, after those that are already in the script.
    pub(crate) fn next(&self, answer: Answer) {
        self.shared.script.lock().unwrap().push_back(answer);
    }

    /// Answers so when the script has ended.
    pub(crate) fn otherwise(&self, answer: Answer) {
        *self.shared.otherwise.lock().unwrap() = answer;
    }

    pub(crate) fn requests(&self) -> Vec<SeenRequest> {
        self.shared.requests.lock().unwrap().clone()
    }

    pub(crate) fn tally(&self) -> Tally {
        *self.shared.tally.borrow()
    }

    /// Waits until it has come to this.
    pub(crate) async fn until(&self, it_has_come_to: impl Fn(&Tally) -> bool) {
        let mut tally = self.shared.tally.subscribe();
        tally.wait_for(it_has_come_to).await.unwrap();
    }
}

/// What the stand-in does with a request, step by step. A client that goes ends it.
#[derive(Clone, Debug)]
pub(crate) struct Answer(Vec<Step>);

#[derive(Clone, Debug)]
enum Step {
    Send(Vec<u8>),
    /// Again and again.
    Repeat(Vec<u8>),
    Wait(Gate),
    HangUp,
}

impl Answer {
    /// Confirms the session `bob@example.com` of the role `Deploy`.
    pub(crate) fn role() -> Self {
        Self::identity(
            "123456789012",
            "arn:aws:sts::123456789012:assumed-role/Deploy/bob@example.com",
            "AROACKCEVSQ6C2EXAMPLE:bob@example.com",
        )
    }

    pub(crate) fn identity(account: &str, arn: &str, user_id: &str) -> Self {
        let body = serde_json::json!({"GetCallerIdentityResponse": {
            "GetCallerIdentityResult": {"Account": account, "Arn": arn, "UserId": user_id},
            "ResponseMetadata": {"RequestId": "01234567-89ab-cdef-0123-456789abcdef"},
        }});
        Self::status(200, body.to_string())
    }

    /// An error of STS.
    pub(crate) fn error(status: u16, code: &str) -> Self {
        let body = serde_json::json!({
            "Error": {"Code": code, "Message": "words of STS", "Type": "Sender"},
            "RequestId": "01234567-89ab-cdef-0123-456789abcdef",
        });
        Self::status(status, body.to_string())
    }

    pub(crate) fn denied() -> Self {
        Self::error(403, "InvalidClientTokenId")
    }

    pub(crate) fn status(status: u16, body: impl AsRef<[u8]>) -> Self {
        Self::with_headers(status, "", body.as_ref())
    }

    pub(crate) fn redirect(status: u16, location: &str) -> Self {
        Self::with_headers(status, &format!("Location: {location}\r\n"), b"")
    }

    fn with_headers(status: u16, headers: &str, body: &[u8]) -> Self {
        let length = body.len();
        let head = format!("HTTP/1.1 {status} \r\n{headers}Content-Length: {length}\r\n\r\n");
        Self(vec![Step::Send([head.as_bytes(), body].concat())])
    }

    /// Whatever this is.
    pub(crate) fn bytes(bytes: impl AsRef<[u8]>) -> Self {
        Self(vec![Step::Send(bytes.as_ref().to_vec())])
    }

    /// A body without an end.
    pub(crate) fn endless() -> Self {
        let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
        let chunk = [b"1000\r\n".as_slice(), &[b' '; 0x1000], b"\r\n"].concat();
        Self(vec![Step::Send(head), Step::Repeat(chunk)])
    }

    /// Closes the connection without a word.
    pub(crate) fn hang_up() -> Self {
        Self(vec![Step::HangUp])
    }

    /// Nothing until the gate is open.
    pub(crate) fn after(self, gate: &Gate) -> Self {
        self.held_at(0, gate)
    }

    /// So many bytes before the gate is open, the others after.
    pub(crate) fn held_at(mut self, byte: usize, gate: &Gate) -> Self {
        let Some(Step::Send(bytes)) = self.0.first_mut() else {
            panic!("only what is sent can be held");
        };
        let rest = bytes.split_off(byte);
        self.0.insert(1, Step::Wait(gate.clone()));
        self.0.insert(2, Step::Send(rest));
        self
    }

    /// How long the first piece is.
    pub(crate) fn len(&self) -> usize {
        match self.0.first() {
            Some(Step::Send(bytes)) => bytes.len(),
            _ => 0,
        }
    }

    /// The first so many bytes, and then the connection closes.
    pub(crate) fn broken_at(mut self, byte: usize) -> Self {
        if let Some(Step::Send(bytes)) = self.0.first_mut() {
            bytes.truncate(byte);
        }
        self.0.push(Step::HangUp);
        self
    }
}

/// Closed until somebody opens it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gate(Arc<watch::Sender<bool>>);

impl Gate {
    pub(crate) fn open(&self) {
        self.0.send_replace(true);
    }

    async fn opened(&self) {
        let _ = self.0.subscribe().wait_for(|open| *open).await;
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((tcp, _)) = listener.accept().await {
        shared.tally.send_modify(|tally| {
            tally.connections += 1;
            tally.open += 1;
        });
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            // A client that goes, or does not trust the certificate, ends its connection.
            let _ = converse(tcp, &shared).await;
            shared.tally.send_modify(|tally| tally.open -= 1);
        });
    }
}

/// One connection, until either side closes it.
async fn converse(tcp: TcpStream, shared: &Shared) -> std::io::Result<()> {
    tcp.set_nodelay(true)?;
    let mut tls = shared.tls.accept(tcp).await?;
    let server_name = tls.get_ref().1.server_name().map(str::to_owned);
    while let Some(head) = read_head(&mut tls).await? {
        let request = SeenRequest {
            server_name: server_name.clone(),
            head,
        };
        shared.requests.lock().unwrap().push(request);
        let scripted = shared.script.lock().unwrap().pop_front();
        let answer = scripted.unwrap_or_else(|| shared.otherwise.lock().unwrap().clone());
        shared.tally.send_modify(|tally| tally.requests += 1);
        for step in answer.0 {
            match step {
                Step::Send(bytes) => tls.write_all(&bytes).await?,
                Step::Repeat(bytes) => loop {
                    tls.write_all(&bytes).await?;
                },
                Step::Wait(gate) => tokio::select! {
                    () = gate.opened() => {}
                    // Nothing comes before the answer but the client's leaving.
                    _ = tls.read_u8() => return Ok(()),
                },
                Step::HangUp => return tls.shutdown().await,
            }
            tls.flush().await?;
        }
    }
    Ok(())
}

/// A request without a body, or none when the client closes the connection.
async fn read_head(tls: &mut TlsStream<TcpStream>) -> std::io::Result<Option<String>> {
    let mut head = Vec::new();
    // Nothing comes behind it: the client waits for the answer.
    while !head.ends_with(b"\r\n\r\n") {
        if tls.read_buf(&mut head).await? == 0 {
            return Ok(None);
        }
    }
    head.truncate(head.len() - 4);
    Ok(Some(String::from_utf8(head).unwrap()))
}

/// The certificate of a CA in PEM, and the server that it vouches for.
fn throw_away(names: &[&str]) -> (String, TlsAcceptor) {
    let key = || KeyPair::generate().unwrap();
    let mut ca = CertificateParams::new([]).unwrap();
    ca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    ca.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let ca = CertifiedIssuer::self_signed(ca, key()).unwrap();

    let names: Vec<_> = names.iter().copied().map(str::to_owned).collect();
    let mut leaf = CertificateParams::new(names).unwrap();
    leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let leaf_key = key();
    let leaf = leaf.signed_by(&leaf_key, &ca).unwrap();

    let private_key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(leaf_key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], private_key)
        .unwrap();
    (ca.pem(), TlsAcceptor::from(Arc::new(config)))
}
