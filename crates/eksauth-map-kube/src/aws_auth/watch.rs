//! The mappings in the ConfigMap, as they change.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Arc;

use eksauth_map::aws_auth::AwsAuth;
use eksauth_map::{Effect, Loaded, MappingSet, Matching, Trouble};
use futures_util::StreamExt;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::{Api, Client};

use super::{NAME, NAMESPACE};
use crate::list_watch::{Change, changes};
use crate::until::until;
use crate::update::{Snapshot, Update};

/// Follows the ConfigMap `kube-system/aws-auth`.
///
/// A cluster without it has no mappings, and is loaded all the same; deleting it ends all of them.
/// People edit it by hand, so a section that is no YAML leaves the entries that it had before in
/// use, and an entry that cannot be used takes none of the others with it.
///
/// What was told stays in use while the API server does not answer. It needs to `list` and `watch`
/// this one ConfigMap.
///
/// # Examples
///
/// ```no_run
/// use eksauth_map::{BackendMode, Matching};
/// use eksauth_map_kube::{AwsAuthWatch, Update};
///
/// # async fn example(client: kube::Client, stop: tokio::sync::oneshot::Receiver<()>) {
/// let matching = Matching::of(BackendMode::EksConfigMap);
/// AwsAuthWatch::new(client, matching)
///     .run(
///         |update| match update {
///             Update::Mappings(snapshot) => println!("{} mappings", snapshot.set.len()),
///             Update::Failed(why) => eprintln!("{why}"),
///             _ => {}
///         },
///         async { drop(stop.await) },
///     )
///     .await;
/// # }
/// ```
#[derive(Clone)]
pub struct AwsAuthWatch {
    client: Client,
    matching: Matching,
}

type Data = BTreeMap<String, String>;

impl AwsAuthWatch {
    /// Watches with this client, which should be one that stays logged in.
    pub fn new(client: Client, matching: Matching) -> Self {
        Self { client, matching }
    }

    /// Tells `sink` what there is and what changes, until `stop` is done.
    ///
    /// The first snapshot comes after the first answer of the API server.
    pub async fn run(self, sink: impl FnMut(Update) + Send, stop: impl Future<Output = ()> + Send) {
        until(stop, self.follow(sink)).await;
    }

    async fn follow(self, mut sink: impl FnMut(Update) + Send) {
        let api: Api<ConfigMap> = Api::namespaced(self.client, NAMESPACE);
        let selector = format!("metadata.name={NAME}");
        let mut changes = pin!(changes(api, Some(&selector), data_of));
        let mut last = AwsAuth::default();
        while let Some(change) = changes.next().await {
            let data = match change {
                Change::Replaced(all) => all.into_iter().flatten().next(),
                Change::Applied(Some(data)) => Some(data),
                Change::Deleted(Some(_)) => None,
                // Another ConfigMap, which was not asked for.
                Change::Applied(None) | Change::Deleted(None) => continue,
                Change::Failed(failure) => {
                    sink(Update::Failed(failure));
                    continue;
                }
                Change::Resumed => {
                    sink(Update::Resumed);
                    continue;
                }
            };
            let snapshot = match data {
                Some(data) => update(&mut last, &data, self.matching),
                None => {
                    last = AwsAuth::default();
                    snapshot_of(&last, &[], self.matching)
                }
            };
            sink(Update::Mappings(snapshot));
        }
    }
}

fn data_of(config_map: ConfigMap) -> Option<Data> {
    let is_it = config_map.metadata.name.as_deref() == Some(NAME);
    is_it.then(|| config_map.data.unwrap_or_default())
}

fn update(last: &mut AwsAuth, data: &Data, matching: Matching) -> Snapshot {
    let (aws_auth, troubles) = last.updated(data);
    *last = aws_auth;
    snapshot_of(last, &troubles, matching)
}

fn snapshot_of(aws_auth: &AwsAuth, read: &[Trouble], matching: Matching) -> Snapshot {
    let Loaded {
        set,
        problems,
        warnings,
    } = MappingSet::builder(matching)
        .mappings(aws_auth.roles.iter().chain(&aws_auth.users).cloned())
        .accounts(aws_auth.accounts.iter().cloned())
        .build();
    let lost = read.iter().filter(|it| is_lost(it.effect()));
    let unusable = lost.count() + problems.len();
    let mut troubles: Vec<_> = read.iter().map(ToString::to_string).collect();
    troubles.extend(problems.iter().map(ToString::to_string));
    troubles.extend(warnings.iter().map(ToString::to_string));
    Snapshot::new(set, troubles, unusable, Arc::default())
}

/// Whether an entry or a list does not count as it stands there.
fn is_lost(effect: Effect) -> bool {
    !matches!(effect, Effect::Noted | Effect::ValueEmptied)
}
