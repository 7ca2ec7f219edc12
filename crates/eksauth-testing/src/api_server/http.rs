//! As much HTTP/1.1 as Kubernetes clients speak to a small server.

use std::io::{self, BufRead, Read as _, Write};

/// Request line and headers together, and a body: far more than clients send.
const LARGEST_HEAD: u64 = 64 * 1024;
const LARGEST_BODY: u64 = 1024 * 1024;

pub(super) struct Request {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) authorization: Option<String>,
}

/// The next request of a connection that is kept alive; `None` once the client is gone.
///
/// # Errors
///
/// When it is no HTTP/1.1 request, too large, or has a body of unknown length.
pub(super) fn read(client: &mut impl BufRead) -> io::Result<Option<Request>> {
    let mut head = client.by_ref().take(LARGEST_HEAD);
    let Some(line) = read_line(&mut head)? else {
        return Ok(None);
    };
    let mut words = line.split(' ');
    let (Some(method), Some(path), Some("HTTP/1.1"), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(invalid("not the first line of an HTTP/1.1 request"));
    };
    let mut request = Request {
        method: method.to_owned(),
        path: path.to_owned(),
        authorization: None,
    };
    let mut length = 0;
    loop {
        let line = read_line(&mut head)?.ok_or_else(|| invalid("the headers do not end"))?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line
            .split_once(':')
            .ok_or_else(|| invalid("a header without `:`"))?;
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "authorization" => request.authorization = Some(value.to_owned()),
            "content-length" => length = value.parse().map_err(|_| invalid("content-length"))?,
            "transfer-encoding" => return Err(invalid("a body of unknown length")),
            _ => {}
        }
    }
    discard_body(client, length)?;
    Ok(Some(request))
}

pub(super) fn write(client: &mut impl Write, status: u16, body: &str) -> io::Result<()> {
    let content_type = if body.starts_with('{') {
        "application/json"
    } else {
        "text/plain"
    };
    let length = body.len();
    // One write, one TLS record. Clients read the number, not the phrase.
    let answer = format!(
        "HTTP/1.1 {status} recorded\r\nContent-Type: {content_type}\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    );
    client.write_all(answer.as_bytes())?;
    client.flush()
}

fn read_line(head: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = String::new();
    head.read_line(&mut line)?;
    if line.is_empty() {
        return Ok(None);
    }
    let line = line
        .strip_suffix("\r\n")
        .ok_or_else(|| invalid("a line without an end"))?;
    Ok(Some(line.to_owned()))
}

fn discard_body(client: &mut impl BufRead, length: u64) -> io::Result<()> {
    if length > LARGEST_BODY {
        return Err(invalid("too large a body"));
    }
    let read = io::copy(&mut client.take(length), &mut io::sink())?;
    if read == length {
        Ok(())
    } else {
        Err(invalid("the body does not end"))
    }
}

fn invalid(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_follow_each_other_on_one_connection() {
        let mut client: &[u8] = b"POST /a?b HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc\
            GET /c HTTP/1.1\r\nAUTHORIZATION: Bearer t\r\n\r\n";
        let first = read(&mut client).expect("valid").expect("a request");
        assert_eq!(
            (first.method.as_str(), first.path.as_str()),
            ("POST", "/a?b")
        );
        assert_eq!(first.authorization, None);
        let second = read(&mut client).expect("valid").expect("a request");
        assert_eq!(
            (second.method.as_str(), second.path.as_str()),
            ("GET", "/c")
        );
        assert_eq!(second.authorization.as_deref(), Some("Bearer t"));
        assert!(read(&mut client).expect("a clean end").is_none());
    }

    #[test]
    fn what_is_endless_or_broken_is_refused() {
        let endless = format!("GET /{} HTTP/1.1\r\n", "a".repeat(70_000));
        for text in [
            endless.as_str(),
            "GET / HTTP/1.0\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc",
            "POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
        ] {
            assert!(read(&mut text.as_bytes()).is_err(), "accepted {:.40}", text);
        }
    }
}
