//! As much HTTP/1.1 as Kubernetes and AWS clients speak to a small server.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Read as _, Write};

/// Request line and headers together, and a body: far more than clients send.
const LARGEST_HEAD: u64 = 64 * 1024;
const LARGEST_BODY: u64 = 1024 * 1024;

/// What a client sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SentRequest {
    /// `GET`, `POST` …
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// The headers, with their names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, as text.
    pub body: String,
}

impl SentRequest {
    /// The value of a header; its name is in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// A field of a body that is a form.
    #[must_use]
    pub fn form(&self, name: &str) -> Option<String> {
        form_fields(&self.body).remove(name)
    }
}

/// The fields of a form.
pub(crate) fn form_fields(form: &str) -> BTreeMap<String, String> {
    let fields = form.split('&').filter_map(|field| field.split_once('='));
    let decoded = |text: &str| {
        let text = text.replace('+', " ");
        let bytes = percent_encoding::percent_decode_str(&text);
        bytes.decode_utf8_lossy().into_owned()
    };
    fields
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect()
}

/// What is answered. The content type follows from how the body starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Answer {
    /// A status and a body.
    pub fn new(status: u16, body: impl Into<String>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: body.into(),
        }
    }

    /// Adds a header.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    fn content_type(&self) -> &'static str {
        match self.body.as_bytes().first() {
            Some(b'{') => "application/json",
            Some(b'<') => "text/xml",
            _ => "text/plain",
        }
    }
}

/// The next request of a connection that is kept alive; `None` once the client is gone.
///
/// # Errors
///
/// When it is no HTTP/1.1 request, too large, or has a body of unknown length.
pub(super) fn read(client: &mut impl BufRead) -> io::Result<Option<SentRequest>> {
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
    let mut request = SentRequest {
        method: method.to_owned(),
        path: path.to_owned(),
        headers: Vec::new(),
        body: String::new(),
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
        let (name, value) = (name.to_ascii_lowercase(), value.trim());
        match name.as_str() {
            "content-length" => length = value.parse().map_err(|_| invalid("content-length"))?,
            "transfer-encoding" => return Err(invalid("a body of unknown length")),
            _ => {}
        }
        request.headers.push((name, value.to_owned()));
    }
    request.body = read_body(client, length)?;
    Ok(Some(request))
}

pub(super) fn write(client: &mut impl Write, answer: &Answer) -> io::Result<()> {
    let (status, body) = (answer.status, &answer.body);
    let (content_type, length) = (answer.content_type(), body.len());
    let headers: String = answer
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    // One write, one TLS record. Clients read the number, not the phrase.
    let text = format!(
        "HTTP/1.1 {status} recorded\r\nContent-Type: {content_type}\r\n\
         Content-Length: {length}\r\n{headers}\r\n{body}"
    );
    client.write_all(text.as_bytes())?;
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

fn read_body(client: &mut impl BufRead, length: u64) -> io::Result<String> {
    if length > LARGEST_BODY {
        return Err(invalid("too large a body"));
    }
    let mut body = Vec::new();
    client.take(length).read_to_end(&mut body)?;
    if u64::try_from(body.len()) != Ok(length) {
        return Err(invalid("the body does not end"));
    }
    Ok(String::from_utf8_lossy(&body).into_owned())
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
        assert_eq!(
            (first.header("authorization"), first.body.as_str()),
            (None, "abc")
        );
        let second = read(&mut client).expect("valid").expect("a request");
        assert_eq!(
            (second.method.as_str(), second.path.as_str()),
            ("GET", "/c")
        );
        assert_eq!(second.header("authorization"), Some("Bearer t"));
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
