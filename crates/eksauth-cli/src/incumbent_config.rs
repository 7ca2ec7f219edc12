//! The configuration file of aws-iam-authenticator.

mod known_keys;
mod read;
mod section;
mod server;
#[cfg(test)]
mod tests;
mod values;

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};

use eksauth::token::{ClusterId, Partition, Region};
use serde_json::Value;

use crate::failed::Failed;
use crate::problems::Problems;
use crate::token_argument::TokenArgument;

use section::Section;

pub(crate) use server::{ReservedPrefixes, ServerSection};

/// What is in a file. Keys are the same in any case, as for aws-iam-authenticator.
#[derive(Default)]
pub(crate) struct Config {
    path: Option<PathBuf>,
    /// Its text.
    source: String,
    /// Everything but the lists of mappings, of which there may be very many.
    root: Section,
}

/// What the lists of mappings are read from, so that people are told lines and a number without
/// quotes stays what they see.
#[derive(Default)]
pub(crate) struct MappingsText<'a> {
    /// YAML or JSON.
    pub(crate) text: Cow<'a, str>,
    /// Whether its lines are those of the file.
    pub(crate) has_lines: bool,
}

impl<'a> MappingsText<'a> {
    /// Those in the text of a file with this name.
    pub(crate) fn of(path: &Path, text: &'a str) -> Result<Self, Failed> {
        read::mappings(path, text)
    }
}

/// A token may stand in it.
impl fmt::Debug for MappingsText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MappingsText").finish_non_exhaustive()
    }
}

/// A token may stand in it.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl Config {
    /// Reads a file: YAML, JSON or TOML by its extension.
    pub(crate) fn read(path: &Path) -> Result<Self, Failed> {
        Self::at(path).map_err(|error| {
            let message = format!(
                "could not use the configuration file `{}`",
                path.display().to_string().escape_default()
            );
            Failed::new(message).because(error)
        })
    }

    fn at(path: &Path) -> Result<Self, Failed> {
        let (source, values) = read::file(path)?;
        Ok(Self {
            path: Some(path.to_owned()),
            source,
            root: Section::new("", values)?,
        })
    }

    /// The file, if there is one.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// All of it, as it was read.
    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    /// The text of the lists of mappings.
    pub(crate) fn mappings(&self) -> Result<MappingsText<'_>, Failed> {
        match &self.path {
            Some(path) => MappingsText::of(path, &self.source),
            None => Ok(MappingsText::default()),
        }
    }

    /// What concerns the server, and what is wrong with it.
    pub(crate) fn server(&self) -> (ServerSection, Problems) {
        ServerSection::of(&self.root)
    }

    /// A line for each key that means nothing, with the one that may be meant.
    pub(crate) fn unknown_keys(&self) -> Vec<String> {
        known_keys::unknown_in(&self.root)
    }

    pub(crate) fn cluster(&self) -> Result<Option<ClusterId>, Failed> {
        let cluster = self.text("clusterid").map(ClusterId::new).transpose();
        cluster.map_err(|error| {
            Failed::new("could not use `clusterID` of the configuration file").because(error)
        })
    }

    pub(crate) fn region(&self) -> Result<Option<Region>, Failed> {
        let region = self.text("region").map(Region::new).transpose();
        region.map_err(|error| {
            Failed::new("could not use `region` of the configuration file").because(error)
        })
    }

    /// The incumbent reads `role`; its documentation says `defaultRole`.
    pub(crate) fn role_arn(&self) -> Option<String> {
        self.text("role").or_else(|| self.text("defaultrole"))
    }

    pub(crate) fn external_id(&self) -> Option<String> {
        self.text("externalid")
    }

    pub(crate) fn session_name(&self) -> Option<String> {
        self.text("sessionname")
    }

    pub(crate) fn forward_session_name(&self) -> bool {
        self.flag("forwardsessionname")
    }

    pub(crate) fn token_only(&self) -> bool {
        self.flag("tokenonly")
    }

    /// The token to verify.
    pub(crate) fn token(&self) -> Option<TokenArgument> {
        self.text("token").map(TokenArgument::from)
    }

    /// The format of `verify`.
    pub(crate) fn output(&self) -> Option<String> {
        self.text("output")
    }

    pub(crate) fn partition(&self) -> Result<Option<Partition>, Failed> {
        let partition = self.text("partition").map(|it| it.parse()).transpose();
        partition.map_err(|error| {
            Failed::new("could not use `partition` of the configuration file").because(error)
        })
    }

    /// Weakly typed, as in the incumbent: a number is as good as its digits.
    fn text(&self, key: &str) -> Option<String> {
        match self.root.value(key)? {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    fn flag(&self, key: &str) -> bool {
        match self.root.value(key) {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(text)) => text.eq_ignore_ascii_case("true"),
            _ => false,
        }
    }
}
