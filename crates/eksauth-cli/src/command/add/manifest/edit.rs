//! Exchanging one section in the text of a manifest.
//!
//! This knows YAML as people and kubectl write it: keys in lines of their own. Whoever calls reads the
//! result again, so that a text of another form is refused and never spoilt.

mod block;
mod data;
mod json;
#[cfg(test)]
mod tests;

use data::Data;

/// The text with another section; `None` where that cannot be done.
pub(super) fn with_section(text: &str, key: &str, section: &str) -> Option<String> {
    if text.trim_start().starts_with('{') {
        return json::with_section(text, key, section);
    }
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let lines: Vec<&str> = text.lines().collect();
    let mut changed = match Data::find(&lines)? {
        Some(data) => data.with_section(&lines, key, section),
        None => appended(&lines, key, section),
    }
    .join(line_end);
    changed.push_str(line_end);
    Some(changed)
}

/// To a manifest without `data`.
fn appended(lines: &[&str], key: &str, section: &str) -> Vec<String> {
    let mut all: Vec<String> = lines.iter().map(|&it| it.to_owned()).collect();
    all.push("data:".to_owned());
    all.extend(block::lines(key, section, data::INDENT, None));
    all
}
