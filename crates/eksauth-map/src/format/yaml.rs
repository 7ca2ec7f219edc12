//! YAML as a tree that still knows its lines and the text of its scalars.
//!
//! Deserialising into types would lose both: `012345678901` would become a number, and one value of a
//! wrong type would hide all that follow.

mod composer;
mod error;
mod node;
mod pairs;
mod scalar;
#[cfg(test)]
mod tests;

use granit_parser::{Event, Parser};

use composer::Composer;

pub use error::YamlError;
pub(super) use node::{Kind, Node, Value};
pub(super) use pairs::Pairs;
pub(super) use scalar::plain_kind;

/// How deep lists and mappings may lie in each other. Mappings need five levels.
const DEEPEST: usize = 64;

/// The first document of a text.
#[derive(Clone, Debug)]
pub(super) struct Document {
    /// Its content, unless there is none.
    pub(super) root: Option<Node>,
    /// Where it ends: the offset of what does not belong to it.
    pub(super) end: usize,
    /// Whether another document follows, which nobody reads.
    pub(super) more: bool,
}

/// Takes the items of lists as soon as they are read, instead of the tree: a list of very many need
/// never be in memory as a whole.
pub(super) trait ItemSink {
    /// Begins with a list that stands below these keys, from the outermost, and at this offset. Returns
    /// whether it takes the items: then those that follow are of this list.
    fn begin(&mut self, keys: &[&str], start: usize) -> bool;

    /// Takes the next item.
    fn take(&mut self, item: Node);
}

/// Reads the first document of a text of at most `max_bytes`.
pub(super) fn parse(text: &str, max_bytes: usize) -> Result<Document, YamlError> {
    parse_into(text, max_bytes, &mut NoSink)
}

/// The same. Lists whose items went to the sink are empty in the tree.
pub(super) fn parse_into(
    text: &str,
    max_bytes: usize,
    sink: &mut impl ItemSink,
) -> Result<Document, YamlError> {
    if text.len() > max_bytes {
        return Err(YamlError::too_long(text.len(), max_bytes));
    }
    let options = granit_parser::options! {
        emit_comments: false,
        // As the YAML libraries of Go, which other readers of these texts use.
        block_scalar_eof_without_line_feed: true,
        flow_nesting_limit: DEEPEST,
        block_nesting_limit: DEEPEST,
    };
    let mut composer = Composer::new(text.len(), sink);
    let mut events = Parser::new_from_str_with_options(text, options);
    while let Some(event) = events.next() {
        let (event, span) = event.map_err(|error| YamlError::syntax(&error))?;
        if let Event::DocumentEnd = event {
            let end = span.start.byte_offset().unwrap_or(text.len());
            let more = events
                .by_ref()
                .any(|next| !matches!(next, Ok((Event::StreamEnd | Event::DocumentEnd, _))));
            return Ok(Document {
                root: composer.into_root(),
                end,
                more,
            });
        }
        composer.take(event, span)?;
    }
    Ok(Document {
        root: None,
        end: text.len(),
        more: false,
    })
}

struct NoSink;

impl ItemSink for NoSink {
    fn begin(&mut self, _keys: &[&str], _start: usize) -> bool {
        false
    }

    fn take(&mut self, _item: Node) {}
}
