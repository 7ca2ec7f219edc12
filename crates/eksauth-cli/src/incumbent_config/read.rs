//! From a file to values.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use serde_saphyr::Error;

use crate::failed::Failed;

use super::MappingsText;
use super::values::{WithMappings, WithoutMappings};

/// The text of a file, and what is in it apart from the lists of mappings, in the format that its
/// extension names. An empty file holds nothing.
pub(super) fn file(path: &Path) -> Result<(String, Map<String, Value>), Failed> {
    let format = Format::of(path)?;
    let text = fs::read_to_string(path).map_err(|error| Failed::new(error.to_string()))?;
    let values = format.values(&text)?;
    Ok((text, values))
}

/// The lists of mappings in the text of a file.
pub(super) fn mappings<'a>(path: &Path, text: &'a str) -> Result<MappingsText<'a>, Failed> {
    match Format::of(path)? {
        Format::Yaml | Format::Json => Ok(MappingsText {
            text: text.into(),
            has_lines: true,
        }),
        // JSON is the other format that lists of mappings are read from.
        Format::Toml => Ok(MappingsText {
            text: toml::<WithMappings>(text)?.0.to_string().into(),
            has_lines: false,
        }),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Yaml,
    Json,
    Toml,
}

impl Format {
    fn of(path: &Path) -> Result<Self, Failed> {
        match path.extension().and_then(OsStr::to_str).unwrap_or_default() {
            "yaml" | "yml" => Ok(Self::Yaml),
            "json" => Ok(Self::Json),
            "toml" => Ok(Self::Toml),
            other => Err(other_format(other)),
        }
    }

    fn values(self, text: &str) -> Result<Map<String, Value>, Failed> {
        let values = match self {
            _ if text.trim().is_empty() => Value::Null,
            Self::Yaml => yaml(text)?,
            Self::Json => json(text)?,
            Self::Toml => toml::<WithoutMappings>(text)?.0,
        };
        match values {
            Value::Object(values) => Ok(values),
            Value::Null => Ok(Map::new()),
            _ => Err(Failed::new(
                "expected keys and values, such as `clusterID: prod`, but found something else",
            )),
        }
    }
}

/// Without the lines that a mistake is in: a token may stand there.
fn yaml(text: &str) -> Result<Value, Failed> {
    let options = serde_saphyr::options! {
        with_snippet: false,
        // The file is the administrator's own, and may hold very many mappings.
        budget: None,
        // An account id without quotes keeps its zeros.
        leading_zero_numbers_as_strings: true,
        strict_booleans: true,
    };
    let values = serde_saphyr::from_str_with_options(text, options);
    let WithoutMappings(values) = values.map_err(|error| match error {
        // Its own text is for programmers.
        Error::MultipleDocuments { location, .. } => Failed::new(format!(
            "expected one document, but found another one behind `---` at line {}",
            location.line()
        )),
        error => Failed::new(error.to_string()),
    })?;
    Ok(values)
}

fn json(text: &str) -> Result<Value, Failed> {
    let values = serde_json::from_str(text);
    let WithoutMappings(values) = values.map_err(|error| Failed::new(error.to_string()))?;
    Ok(values)
}

fn toml<T: DeserializeOwned>(text: &str) -> Result<T, Failed> {
    ::toml::from_str(text).map_err(|error| Failed::new(toml_message(text, &error)))
}

/// The error itself would repeat the line.
fn toml_message(text: &str, error: &::toml::de::Error) -> String {
    let before = error.span().and_then(|it| text.get(..it.start));
    match before {
        Some(before) => format!(
            "{} at line {}",
            error.message(),
            before.matches('\n').count() + 1
        ),
        None => error.message().to_owned(),
    }
}

fn other_format(extension: &str) -> Failed {
    let hint = match extension {
        "env" | "dotenv" | "properties" | "props" | "prop" | "ini" | "hcl" | "tfvars" => {
            ": lists of mappings need one of these formats"
        }
        _ => "",
    };
    Failed::new(format!(
        "expected a name that ends in .yaml, .yml, .json or .toml, but found `{}`{hint}",
        match extension {
            "" => "no extension".to_owned(),
            it => format!(".{}", it.escape_default()),
        }
    ))
}
