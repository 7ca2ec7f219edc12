//! The text of a file, and what is made of it.

use hyper::body::Bytes;
use tokio::task::spawn_blocking;

pub(super) fn text(bytes: &Bytes) -> Result<&str, String> {
    std::str::from_utf8(bytes).map_err(|error| format!("expected UTF-8 text, but found {error}"))
}

/// Makes something of a text where it may take its time. What a panic says may be anything, so it is
/// not told.
pub(super) async fn parsed<T: Send + 'static>(
    bytes: Bytes,
    parse: impl FnOnce(&str) -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    let parsing = spawn_blocking(move || parse(text(&bytes)?));
    let parsed = parsing.await;
    parsed.unwrap_or_else(|_| Err("reading it has panicked".to_owned()))
}
