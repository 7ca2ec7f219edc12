//! Many clusters, one process.

use std::fmt;
use std::sync::Arc;

use eksauth::token::Region;
use kube::Client;
use moka::future::Cache;

use crate::{ConnectError, EksClientBuilder};

/// Clients of any number of clusters, each made once.
///
/// All of them share one source of credentials for each role, one scheduler that renews their tokens, and
/// whatever was set on the builder that they are made with.
///
/// - The first who asks for a cluster has it looked up; everybody who asks meanwhile gets the same
///   client, or the same error.
/// - An error is not remembered: who asks next tries again.
/// - A client lives until it is [forgotten](Clusters::forget), which a cluster should be whose
///   endpoint has changed.
///
/// Clones share everything.
///
/// # Examples
///
/// ```no_run
/// use eksauth_kube::Clusters;
/// use eksauth_kube::eksauth::token::Region;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let clusters = Clusters::new();
/// for (region, name) in [("eu-west-1", "prod"), ("us-east-1", "prod"), ("us-east-1", "staging")] {
///     let client = clusters.client_in(&Region::new(region)?, name).await?;
///     println!("{region} {name}: {}", client.apiserver_version().await?.git_version);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Clusters {
    template: Arc<EksClientBuilder>,
    clients: Cache<Key, Client>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    region: Option<Region>,
    name: String,
}

impl Clusters {
    /// Clusters that the credentials of this process can reach.
    pub fn new() -> Self {
        Self::with(EksClientBuilder::new(""))
    }

    /// Clusters that are connected to as this builder says. What it says of one cluster, its name,
    /// [endpoint](EksClientBuilder::known) and [id](EksClientBuilder::cluster_id), is left out.
    pub fn with(template: EksClientBuilder) -> Self {
        Self {
            template: Arc::new(template.sharing()),
            clients: Cache::builder().support_invalidation_closures().build(),
        }
    }

    /// The client of a cluster in the region of the builder or of the environment.
    ///
    /// # Errors
    ///
    /// As of [`EksClientBuilder::connect`]; shared by all who waited for it.
    pub async fn client(&self, name: &str) -> Result<Client, Arc<ConnectError>> {
        self.get(None, name).await
    }

    /// The client of a cluster in this region.
    ///
    /// # Errors
    ///
    /// As of [`EksClientBuilder::connect`]; shared by all who waited for it.
    pub async fn client_in(
        &self,
        region: &Region,
        name: &str,
    ) -> Result<Client, Arc<ConnectError>> {
        self.get(Some(region), name).await
    }

    /// Has the cluster looked up anew by whoever asks for it next. Clients that are in use stay so.
    pub async fn forget(&self, name: &str) {
        let name = name.to_owned();
        let forgotten = self
            .clients
            .invalidate_entries_if(move |key, _| key.name == name);
        // Only caches made without the support for it refuse.
        debug_assert!(forgotten.is_ok());
        self.clients.run_pending_tasks().await;
    }

    async fn get(&self, region: Option<&Region>, name: &str) -> Result<Client, Arc<ConnectError>> {
        let key = Key {
            region: region.cloned(),
            name: name.to_owned(),
        };
        let builder = || {
            let builder = EksClientBuilder::clone(&self.template).named(name);
            match region {
                Some(region) => builder.region(region.clone()),
                None => builder,
            }
        };
        let connecting = async { builder().connect().await };
        self.clients.try_get_with(key, connecting).await
    }
}

impl Default for Clusters {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Clusters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clusters")
            .field("template", &self.template)
            .finish_non_exhaustive()
    }
}
