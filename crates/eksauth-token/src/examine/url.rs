//! A URL cut at its delimiters, with nothing resolved or normalised: what is judged is what will be
//! sent.

/// The parts of `scheme://authority/path?query#fragment`.
pub(super) struct UrlParts<'u> {
    pub(super) scheme: &'u str,
    pub(super) authority: &'u str,
    pub(super) path: &'u str,
    pub(super) query: &'u str,
    pub(super) has_fragment: bool,
}

impl<'u> UrlParts<'u> {
    /// `None` when there is no scheme, or any byte that a request line could not carry as it is.
    pub(super) fn split(url: &'u str) -> Option<Self> {
        // Without an early exit, so that the compiler can look at many bytes at once.
        let foreign = |b: u8| !b.is_ascii_graphic() | (b == b'\\');
        if url.bytes().fold(false, |found, b| found | foreign(b)) {
            return None;
        }
        let (scheme, rest) = url.split_once("://")?;
        let (rest, has_fragment) = match rest.split_once('#') {
            Some((rest, _)) => (rest, true),
            None => (rest, false),
        };
        let (before_query, query) = rest.split_once('?').unwrap_or((rest, ""));
        let path_at = before_query.find('/').unwrap_or(before_query.len());
        let (authority, path) = before_query.split_at(path_at);
        Some(Self {
            scheme,
            authority,
            path,
            query,
            has_fragment,
        })
    }

    pub(super) fn has_user_info(&self) -> bool {
        self.authority.contains('@')
    }
}

/// A host for people to read, unless it holds anything that host names do not.
pub(super) fn shown_host(host: &str) -> Option<String> {
    const MAX_HOST_LEN: usize = 253;
    let readable = (1..=MAX_HOST_LEN).contains(&host.len())
        && host
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-.:[]%".contains(&b));
    readable.then(|| host.to_owned())
}
