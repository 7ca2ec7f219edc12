//! How mappings are compared, as far as flags and the configuration file decide it.

use clap::Args;
use eksauth_map::{BackendMode, Matching, RolePaths, Sso, UserIds};

use crate::go_bool::flag_value;

/// What is turned on for the mappings of all backends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct MappingRules {
    /// The feature gate `SSORoleMatch`.
    pub(crate) sso: bool,
    pub(crate) drop_role_paths: bool,
    pub(crate) wildcard_roles: bool,
    /// `dynamicfileUserIDStrict`.
    pub(crate) user_id_strict: bool,
}

/// Flags that turn on what aws-iam-authenticator does not have.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct MappingFlags {
    /// Match a role that is written down with its path, which STS leaves out, without it
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(value_name = "BOOL", value_parser = flag_value)]
    pub(crate) drop_role_paths: Option<bool>,

    /// Let `*` and `?` in the name of a role in mapRoles stand for other characters
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(value_name = "BOOL", value_parser = flag_value)]
    pub(crate) wildcard_roles: Option<bool>,
}

impl MappingRules {
    /// The rules for one backend.
    pub(crate) fn of(self, backend: BackendMode) -> Matching {
        let mut matching = Matching::of(backend);
        if self.sso && matching.sso == Sso::Ignored {
            matching.sso = Sso::Matched;
        }
        if self.drop_role_paths {
            matching.role_paths = RolePaths::Dropped;
        }
        matching.wildcards = self.wildcard_roles;
        if backend == BackendMode::DynamicFile {
            matching.user_ids = self.user_ids();
        }
        matching
    }

    /// What finds the entries of the dynamic file.
    pub(crate) fn user_ids(self) -> UserIds {
        match self.user_id_strict {
            true => UserIds::Required,
            false => UserIds::Ignored,
        }
    }
}
