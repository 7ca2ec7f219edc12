//! One more mapping in the ConfigMap.

mod error;

use std::collections::BTreeMap;
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use eksauth_map::List;
use eksauth_map::aws_auth::{self, NewMapping};
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::PostParams;
use kube::core::ObjectMeta;
use kube::{Api, Client};

use super::{NAME, NAMESPACE};

pub use error::AwsAuthAddError;

/// How often somebody else may come first.
const TRIES: usize = 5;
/// Before the second try. Each wait is twice the one before, and up to as much again by chance.
const FIRST_WAIT: Duration = Duration::from_millis(10);

/// What is to be done when the cluster has no ConfigMap `kube-system/aws-auth`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IfMissing {
    /// It is an error: the cluster may keep its mappings elsewhere.
    #[default]
    Fail,
    /// It is created.
    Create,
}

/// Adds a role, or a permission set, to `mapRoles` of the ConfigMap `kube-system/aws-auth`, and
/// returns the ConfigMap as it is then.
///
/// Nothing else in it changes: comments, other keys and the order of the entries stay. If somebody
/// else changes it at the same time, both changes are in it afterwards: it is read and written again,
/// up to five times.
///
/// It needs to `get` and `update` this ConfigMap, and to `create` ConfigMaps for
/// [`IfMissing::Create`].
///
/// # Errors
///
/// [`AwsAuthAddError`]; then nothing has been added, unless the answer was lost.
///
/// # Examples
///
/// ```no_run
/// use eksauth_map::Who;
/// use eksauth_map::aws_auth::NewMapping;
/// use eksauth_map_kube::{IfMissing, add_role};
///
/// # async fn example(client: kube::Client) -> Result<(), eksauth_map_kube::AwsAuthAddError> {
/// let deploy = NewMapping {
///     who: Who::Arn("arn:aws:iam::123456789012:role/Deploy".to_owned()),
///     username: "deploy:{{SessionName}}".to_owned(),
///     groups: vec!["deployers".to_owned()],
///     user_id: None,
/// };
/// let updated = add_role(&client, &deploy, IfMissing::Fail).await?;
/// # Ok(())
/// # }
/// ```
pub async fn add_role(
    client: &Client,
    mapping: &NewMapping,
    if_missing: IfMissing,
) -> Result<ConfigMap, AwsAuthAddError> {
    add(client, List::Roles, mapping, if_missing).await
}

/// Adds a user to `mapUsers` of the ConfigMap, as [`add_role`] does a role to `mapRoles`.
///
/// # Errors
///
/// As [`add_role`].
pub async fn add_user(
    client: &Client,
    mapping: &NewMapping,
    if_missing: IfMissing,
) -> Result<ConfigMap, AwsAuthAddError> {
    add(client, List::Users, mapping, if_missing).await
}

async fn add(
    client: &Client,
    list: List,
    mapping: &NewMapping,
    if_missing: IfMissing,
) -> Result<ConfigMap, AwsAuthAddError> {
    let api: Api<ConfigMap> = Api::namespaced(client.clone(), NAMESPACE);
    let waits = ExponentialBuilder::default()
        .with_min_delay(FIRST_WAIT)
        .with_max_times(TRIES - 1)
        .with_jitter();
    (|| try_once(&api, list, mapping, if_missing))
        .retry(waits)
        .when(|error| matches!(error, AwsAuthAddError::Conflict))
        .await
}

/// What is written carries the version that was read, so that the API server refuses it if that has
/// changed.
async fn try_once(
    api: &Api<ConfigMap>,
    list: List,
    mapping: &NewMapping,
    if_missing: IfMissing,
) -> Result<ConfigMap, AwsAuthAddError> {
    let found = api.get_opt(NAME).await.map_err(AwsAuthAddError::of)?;
    let params = PostParams::default();
    let written = match (found, if_missing) {
        (Some(mut config_map), _) => {
            edit(&mut config_map, list, mapping)?;
            api.replace(NAME, &params, &config_map).await
        }
        (None, IfMissing::Create) => {
            let mut config_map = empty();
            edit(&mut config_map, list, mapping)?;
            api.create(&params, &config_map).await
        }
        (None, IfMissing::Fail) => return Err(AwsAuthAddError::Missing),
    };
    written.map_err(AwsAuthAddError::of)
}

fn edit(
    config_map: &mut ConfigMap,
    list: List,
    mapping: &NewMapping,
) -> Result<(), AwsAuthAddError> {
    let data = config_map.data.get_or_insert_with(BTreeMap::new);
    let section = data.get(list.key()).map(String::as_str);
    let added = match list {
        List::Users => aws_auth::add_user(section, mapping),
        _ => aws_auth::add_role(section, mapping),
    };
    let added = added.map_err(|source| AwsAuthAddError::Mapping { list, source })?;
    data.insert(list.key().to_owned(), added);
    Ok(())
}

fn empty() -> ConfigMap {
    ConfigMap {
        metadata: ObjectMeta {
            name: Some(NAME.to_owned()),
            namespace: Some(NAMESPACE.to_owned()),
            ..ObjectMeta::default()
        },
        ..ConfigMap::default()
    }
}
