//! Messages of other libraries, which may quote foreign text.

/// The longest that such a message is shown, in characters.
const LONGEST: usize = 200;

/// A message in one line, with nothing that does not show.
pub(super) fn visible(message: &str) -> String {
    let mut visible = String::new();
    for c in message.chars().take(LONGEST) {
        if c == ' ' || c.is_ascii_graphic() {
            visible.push(c);
        } else {
            visible.extend(c.escape_default());
        }
    }
    visible
}
