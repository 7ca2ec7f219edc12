//! Clusters, and who they let in.

use eksauth_server::map::{BackendMode, MappingSet, Matching};
use eksauth_token::{ClusterId, Region};
use serde::Deserialize;

use super::file::{AccessFile, ClusterFile};
use super::{Ground, WorldError, name};

#[derive(Clone, Debug)]
pub(crate) struct Cluster {
    pub(crate) name: String,
    pub(crate) account: String,
    pub(crate) region: Region,
    pub(crate) arn: String,
    pub(crate) status: ClusterStatus,
    pub(crate) version: String,
    /// The id of a local cluster on an Outpost, which its tokens are for in place of its name.
    pub(crate) id: Option<ClusterId>,
    /// Who is let in, as the lists of an authenticator's configuration file.
    pub(crate) mappings: MappingSet,
}

/// The life of a cluster, as EKS tells it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum ClusterStatus {
    Creating,
    #[default]
    Active,
    Deleting,
    Failed,
    Updating,
    Pending,
}

impl Cluster {
    pub(super) fn of(file: ClusterFile, ground: &Ground<'_>) -> Result<Self, WorldError> {
        let entry = format!("clusters: `{}`", file.name);
        name::check_cluster(&entry, &file.name)?;
        let account = ground.account(&entry, file.account)?;
        let region = region(&entry, file.region, ground)?;
        let id = file.id.map(ClusterId::new).transpose();
        let partition = ground.partition;
        Ok(Self {
            arn: format!(
                "arn:{partition}:eks:{region}:{account}:cluster/{}",
                file.name
            ),
            status: file.status,
            version: file.version,
            id: id.map_err(|it| WorldError::caused(&format!("{entry}, id"), it))?,
            mappings: mappings(file.access, &entry)?,
            name: file.name,
            account,
            region,
        })
    }

    /// What tokens for this cluster are signed for.
    pub(crate) fn token_id(&self) -> &str {
        self.id.as_ref().map_or(&self.name, ClusterId::as_str)
    }
}

impl ClusterStatus {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Creating => "CREATING",
            Self::Active => "ACTIVE",
            Self::Deleting => "DELETING",
            Self::Failed => "FAILED",
            Self::Updating => "UPDATING",
            Self::Pending => "PENDING",
        }
    }

    /// Whether there is an API server to talk to.
    pub(crate) fn has_endpoint(self) -> bool {
        matches!(self, Self::Active | Self::Updating)
    }
}

fn mappings(file: AccessFile, entry: &str) -> Result<MappingSet, WorldError> {
    let entry = format!("{entry}, access");
    for account in &file.map_accounts {
        name::check_account(&format!("{entry}.mapAccounts"), account)?;
    }
    let (mappings, accounts) = file.into_mappings();
    let loaded = MappingSet::builder(Matching::of(BackendMode::MountedFile))
        .mappings(mappings)
        .accounts(accounts)
        .build();
    match loaded.problems.into_iter().next() {
        Some(problem) => Err(WorldError::caused(&entry, problem)),
        None => Ok(loaded.set),
    }
}

fn region(entry: &str, named: Option<String>, ground: &Ground<'_>) -> Result<Region, WorldError> {
    let Some(named) = named else {
        return Ok(ground.region.clone());
    };
    let entry = format!("{entry}, region");
    let region = Region::new(named).map_err(|it| WorldError::caused(&entry, it))?;
    if eksauth_token::Partition::of_region(&region) != ground.partition {
        let expected = format!("a region of the partition `{}`", ground.partition);
        return Err(WorldError::unexpected(&entry, &expected, region.as_str()));
    }
    Ok(region)
}
