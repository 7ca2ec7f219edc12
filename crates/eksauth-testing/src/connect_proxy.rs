//! A proxy that says what went through it.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex};

use crate::server::{Server, locked};

/// Far more than the head of a `CONNECT` request has.
const LARGEST_HEAD: u64 = 64 * 1024;

/// An HTTP proxy on a free loopback port that tunnels (`CONNECT`), and records where to. Whatever
/// host is asked for, it connects to that port on loopback. It stops when dropped.
pub struct ConnectProxy {
    server: Server,
    tunnels: Arc<Mutex<Vec<String>>>,
}

impl ConnectProxy {
    /// Starts one.
    ///
    /// # Panics
    ///
    /// When loopback cannot be listened on.
    #[must_use]
    pub fn start() -> Self {
        let tunnels = Arc::default();
        let server = Server::start({
            let tunnels = Arc::clone(&tunnels);
            move |client| {
                // A client that goes, or a target that is not there, ends the tunnel.
                let _ = tunnel(&client, &tunnels);
            }
        });
        Self { server, tunnels }
    }

    /// `http://127.0.0.1:PORT`
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// What was asked for so far, oldest first: `HOST:PORT`, or the first line of a request that
    /// asks for no tunnel, which is refused.
    #[must_use]
    pub fn tunnels(&self) -> Vec<String> {
        locked(&self.tunnels).clone()
    }
}

fn tunnel(client: &TcpStream, tunnels: &Mutex<Vec<String>>) -> io::Result<()> {
    let asked = read_head(client)?;
    let target = asked
        .strip_prefix("CONNECT ")
        .and_then(|rest| rest.split(' ').next());
    locked(tunnels).push(target.unwrap_or(&asked).to_owned());
    let port = target.and_then(|target| target.rsplit_once(':')?.1.parse::<u16>().ok());
    let Some(port) = port else {
        return (&*client).write_all(b"HTTP/1.1 405 only CONNECT\r\nContent-Length: 0\r\n\r\n");
    };
    let target = TcpStream::connect(("127.0.0.1", port))?;
    (&*client).write_all(b"HTTP/1.1 200 connected\r\n\r\n")?;
    std::thread::scope(|scope| {
        scope.spawn(|| copy(client, &target));
        copy(&target, client);
    });
    Ok(())
}

/// The first line of a request whose headers are of no interest.
fn read_head(client: &TcpStream) -> io::Result<String> {
    // Without a buffer of its own, since what follows the head belongs to the tunnel.
    let mut head = BufReader::with_capacity(1, client.take(LARGEST_HEAD));
    let mut first = String::new();
    head.read_line(&mut first)?;
    let mut line = String::new();
    while head.read_line(&mut line)? > 2 {
        line.clear();
    }
    Ok(first.trim_end().to_owned())
}

/// Until one side ends, which ends both.
fn copy(mut from: &TcpStream, mut to: &TcpStream) {
    let _ = io::copy(&mut from, &mut to);
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
