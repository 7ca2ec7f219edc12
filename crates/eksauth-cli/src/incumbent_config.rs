//! The incumbent authenticator's configuration file, as far as it concerns tokens.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use eksauth::token::{ClusterId, Partition, Region};
use serde_json::{Map, Value};

use crate::failed::Failed;
use crate::token_argument::TokenArgument;

/// Settings of the top level, their keys in lower case. Others belong to the server.
#[derive(Debug, Default)]
pub(crate) struct Config(Map<String, Value>);

impl Config {
    /// Reads a file, YAML or JSON by its extension.
    pub(crate) fn read(path: &Path) -> Result<Self, Failed> {
        let unusable = || {
            Failed::new(format!(
                "could not use the configuration file `{}`",
                path.display()
            ))
        };
        let text = fs::read_to_string(path).map_err(|source| unusable().because(source))?;
        let settings: Map<String, Value> = match path.extension().and_then(OsStr::to_str) {
            Some("yaml" | "yml") => {
                serde_saphyr::from_str(&text).map_err(|source| unusable().because(source))?
            }
            Some("json") => {
                serde_json::from_str(&text).map_err(|source| unusable().because(source))?
            }
            _ => {
                let reason = Failed::new("expected a name that ends in .yaml, .yml or .json");
                return Err(unusable().because(reason));
            }
        };
        Ok(Self(
            settings
                .into_iter()
                .map(|(key, value)| (key.to_lowercase(), value))
                .collect(),
        ))
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
        match self.0.get(key)? {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    fn flag(&self, key: &str) -> bool {
        match self.0.get(key) {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(text)) => text.eq_ignore_ascii_case("true"),
            _ => false,
        }
    }
}
