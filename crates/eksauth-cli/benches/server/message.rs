//! Requests and answers of HTTP/1.1, as far as a benchmark looks into them.

/// A message that is there as a whole.
pub(crate) struct Message<'a> {
    /// Its first line.
    pub(crate) start: &'a str,
}

impl<'a> Message<'a> {
    pub(crate) fn complete(bytes: &'a [u8]) -> Option<Self> {
        let end_of_head = bytes.windows(4).position(|it| it == b"\r\n\r\n")? + 4;
        let head = std::str::from_utf8(&bytes[..end_of_head]).unwrap();
        let length = head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
        let length: usize = length.map_or(0, |(_, value)| value.trim().parse().unwrap());
        (bytes.len() >= end_of_head + length).then(|| Self {
            start: head.lines().next().unwrap_or_default(),
        })
    }
}
