//! Text that is not YAML, or too much of it.

use granit_parser::ScanError;

use super::super::foreign::visible;

/// A text that could not be read as YAML.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", line.map(|line| format!("line {line}: ")).unwrap_or_default())]
pub struct YamlError {
    line: Option<usize>,
    message: String,
}

impl YamlError {
    pub(super) fn syntax(error: &ScanError) -> Self {
        Self {
            line: Some(error.marker().line()),
            message: format!(
                "expected YAML, but found an error: {}",
                visible(&error.info())
            ),
        }
    }

    pub(super) fn too_long(found: usize, max: usize) -> Self {
        Self {
            line: None,
            message: format!("expected at most {max} bytes, but found {found}"),
        }
    }

    pub(super) fn at(line: usize, message: &str) -> Self {
        Self {
            line: Some(line),
            message: message.to_owned(),
        }
    }

    /// What was expected and found, without where.
    pub(in super::super) fn message(&self) -> &str {
        &self.message
    }

    /// The line, from 1, where it is known.
    pub fn line(&self) -> Option<usize> {
        self.line
    }
}
