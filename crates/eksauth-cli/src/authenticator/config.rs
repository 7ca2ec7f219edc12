//! The incumbent's configuration file, as far as it concerns a token.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value};

use crate::failed::Failed;
use crate::process::Process;

use super::{TokenFlags, TokenSettings};

/// Where the incumbent looks for a role, beside flag and file.
const ROLE_VARIABLE: &str = "DEFAULT_ROLE";

/// Settings of the top level, their keys in lower case. Others belong to the server.
#[derive(Debug, Default)]
pub(super) struct Config(Map<String, Value>);

impl Config {
    /// Reads a file, YAML or JSON by its extension.
    pub(super) fn read(path: &Path) -> Result<Self, Failed> {
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

    /// What flags leave open is taken from the environment, then from the file.
    pub(super) fn complete(&self, flags: TokenFlags, process: &Process) -> TokenSettings {
        let mut role = flags.role;
        role.role_arn = role
            .role_arn
            .or_else(|| process.context().var(ROLE_VARIABLE))
            .or_else(|| self.text("role"))
            .or_else(|| self.text("defaultrole"));
        role.external_id = role.external_id.or_else(|| self.text("externalid"));
        role.session_name = role.session_name.or_else(|| self.text("sessionname"));
        role.forward_session_name |= self.flag("forwardsessionname");
        TokenSettings {
            cluster_id: self.text("clusterid"),
            region: flags
                .region
                .map(|it| it.to_string())
                .or_else(|| self.text("region")),
            role,
            token_only: flags.token_only || self.flag("tokenonly"),
        }
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
