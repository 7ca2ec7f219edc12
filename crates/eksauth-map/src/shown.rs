//! Foreign text in messages.

/// Enough of foreign text to recognise it, with nothing that could disturb a terminal or a log.
pub(crate) fn shown(text: &str) -> String {
    const LONGEST: usize = 200;
    text.escape_default().take(LONGEST).collect()
}
