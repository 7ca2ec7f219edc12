//! What there is in the local AWS: accounts, users, roles, keys, clusters, mappings.

mod cluster;
mod deny;
mod error;
mod file;
mod name;
mod principal;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use eksauth_token::{Partition, Region};

pub(crate) use cluster::{Cluster, ClusterStatus};
pub(crate) use deny::{Action, Deny};
pub use error::WorldError;
pub(crate) use name::is_iam_character;
pub(crate) use principal::{Account, Role, TrustedPrincipal, User};

use file::WorldFile;

/// The world that is used when none is given, and the documentation of the format.
const DEFAULT: &str = include_str!("world/default.yaml");

/// What there is in the local AWS: accounts, users with their access keys, roles, clusters and who
/// may do what in them.
///
/// It is read from YAML. The default world documents the format: it is `world/default.yaml` in the
/// sources of this crate, and [`World::DEFAULT_YAML`].
///
/// # Examples
///
/// ```
/// use eksauth_sandbox::World;
///
/// let world = World::parse("users: [{name: developer}]\nclusters: [{name: demo}]")?;
///
/// let error = World::parse("users: [{name: 'a developer'}]").unwrap_err();
/// assert!(error.to_string().contains("users: `a developer`"));
/// # Ok::<(), eksauth_sandbox::WorldError>(())
/// ```
#[derive(Clone, Debug)]
pub struct World {
    pub(crate) region: Region,
    /// Never empty; the first one is that of entries that name none.
    pub(crate) accounts: Vec<Account>,
    pub(crate) users: Vec<User>,
    pub(crate) roles: Vec<Role>,
    pub(crate) clusters: Vec<Cluster>,
}

/// What entries fall back on, and refer to.
struct Ground<'a> {
    region: &'a Region,
    partition: Partition,
    accounts: &'a [Account],
}

impl World {
    /// The YAML of the default world, with comments that explain every field.
    pub const DEFAULT_YAML: &'static str = DEFAULT;

    /// Reads a world from YAML.
    ///
    /// # Errors
    ///
    /// [`WorldError`] names the first entry that AWS would not have let anybody create, or that
    /// could only be a mistake.
    pub fn parse(yaml: &str) -> Result<Self, WorldError> {
        // An excerpt of the file in an error could show a secret access key.
        let options = serde_saphyr::options! { with_snippet: false };
        let file = serde_saphyr::from_str_with_options::<WorldFile>(yaml, options);
        Self::of(file.map_err(WorldError::yaml)?)
    }

    /// The partition of all its accounts: that of its region.
    pub(crate) fn partition(&self) -> Partition {
        Partition::of_region(&self.region)
    }

    fn of(file: WorldFile) -> Result<Self, WorldError> {
        let region = Region::new(file.region).map_err(|it| WorldError::caused("region", it))?;
        let accounts = accounts(file.accounts)?;
        let ground = Ground {
            region: &region,
            partition: Partition::of_region(&region),
            accounts: &accounts,
        };
        let users = each(file.users, |it| User::of(it, &ground))?;
        let roles = each(file.roles, |it| Role::of(it, &ground))?;
        let clusters = each(file.clusters, |it| Cluster::of(it, &ground))?;
        let world = Self {
            region,
            accounts,
            users,
            roles,
            clusters,
        };
        world.check_as_a_whole()?;
        Ok(world)
    }

    fn check_as_a_whole(&self) -> Result<(), WorldError> {
        // IAM compares names without regard to case and to path.
        let name_in = |account: &str, name: &str| (account.to_owned(), name.to_ascii_lowercase());
        unique("users", &self.users, |it| {
            (name_in(&it.account, &it.name), it.name.as_str())
        })?;
        unique("roles", &self.roles, |it| {
            (name_in(&it.account, &it.name), it.name.as_str())
        })?;
        // Wherever they are: the kubeconfig knows them by their names.
        unique("clusters", &self.clusters, |it| {
            (it.name.as_str(), it.name.as_str())
        })?;
        let keys: Vec<_> = self.users.iter().flat_map(|it| &it.access_keys).collect();
        let keys: Vec<_> = keys.iter().filter_map(|it| it.id.as_deref()).collect();
        unique("accessKeys", &keys, |it| (it.to_owned(), it))?;
        self.roles
            .iter()
            .try_for_each(|role| self.check_trust(role))
    }

    /// AWS refuses a trust policy whose principals do not exist.
    fn check_trust(&self, role: &Role) -> Result<(), WorldError> {
        for trusted in &role.trust.principals {
            let exists = match trusted {
                TrustedPrincipal::Anyone => true,
                TrustedPrincipal::Account(id) => self.accounts.iter().any(|it| it.id == *id),
                TrustedPrincipal::Arn(arn) => self.has_principal(arn),
            };
            if !exists {
                return Err(WorldError::unexpected(
                    &format!("roles: `{}`, trust.principals", role.name),
                    "an account, user, role or role session of this world",
                    &trusted.to_string(),
                ));
            }
        }
        Ok(())
    }

    fn has_principal(&self, arn: &str) -> bool {
        self.users.iter().any(|it| it.arn == arn)
            || self.roles.iter().any(|it| it.arn == arn)
            || self.roles.iter().any(|it| it.has_session(arn))
    }
}

impl Default for World {
    /// The world of [`World::DEFAULT_YAML`].
    #[expect(
        clippy::expect_used,
        reason = "the text is part of this crate, and a test parses it"
    )]
    fn default() -> Self {
        Self::parse(DEFAULT).expect("the default world is valid")
    }
}

impl Ground<'_> {
    /// The account that an entry names: First its own. Finally the world's first.
    fn account(&self, entry: &str, named: Option<String>) -> Result<String, WorldError> {
        let Some(named) = named else {
            // `accounts` is never empty: see `accounts()`.
            return Ok(self
                .accounts
                .first()
                .map_or_else(String::new, |it| it.id.clone()));
        };
        if self.accounts.iter().any(|it| it.id == named) {
            return Ok(named);
        }
        Err(WorldError::unexpected(
            &format!("{entry}, account"),
            "one of `accounts`",
            &named,
        ))
    }
}

fn accounts(listed: Option<Vec<file::AccountFile>>) -> Result<Vec<Account>, WorldError> {
    let Some(listed) = listed else {
        return Ok(vec![Account::default()]);
    };
    if listed.is_empty() {
        let expected = "at least one account; leave the field out to have one made";
        return Err(WorldError::unexpected("accounts", expected, ""));
    }
    let accounts = each(listed, Account::of)?;
    unique("accounts", &accounts, |it| (it.id.clone(), it.id.as_str()))?;
    Ok(accounts)
}

fn each<A, B>(
    entries: Vec<A>,
    check: impl FnMut(A) -> Result<B, WorldError>,
) -> Result<Vec<B>, WorldError> {
    entries.into_iter().map(check).collect()
}

fn unique<'a, T, K: Eq + std::hash::Hash>(
    list: &str,
    entries: &'a [T],
    identity: impl Fn(&'a T) -> (K, &'a str),
) -> Result<(), WorldError> {
    let mut seen = HashSet::new();
    for entry in entries {
        let (key, name) = identity(entry);
        if !seen.insert(key) {
            return Err(WorldError::repeated(&format!("{list}: `{name}`")));
        }
    }
    Ok(())
}
