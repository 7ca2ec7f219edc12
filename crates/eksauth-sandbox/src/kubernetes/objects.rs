//! The namespaces and pods that the API serves.

mod content;
mod history;
mod open_watches;
mod store;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use aws_smithy_async::time::SharedTimeSource;
use serde_json::Value;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::api::Collection;
#[cfg(test)]
pub(super) use history::KEPT;
pub(super) use history::{Change, Expired};
pub(super) use open_watches::{OpenWatch, OpenWatches};
use store::{Key, Store};

/// The namespaces and pods that the sandbox's Kubernetes API serves.
///
/// Clones are the same objects. A change is seen at once by lists and by the watches that are open.
///
/// # Examples
///
/// ```
/// use aws_smithy_async::time::SharedTimeSource;
/// use eksauth_sandbox::Objects;
///
/// let objects = Objects::new(SharedTimeSource::default());
/// objects.apply_pod("team-a", "web", "Pending");
/// objects.apply_pod("team-a", "web", "Running");
/// assert!(objects.delete_pod("team-a", "web"));
/// assert!(!objects.delete_pod("team-a", "web"));
/// ```
#[derive(Clone)]
pub struct Objects(Arc<Shared>);

struct Shared {
    time: SharedTimeSource,
    store: Mutex<Store>,
    /// Wakes watches; what there is to see they read from the store.
    revision: watch::Sender<u64>,
    open_watches: OpenWatches,
    ended: CancellationToken,
}

/// An object as it was at one resource version.
#[derive(Debug)]
pub(super) struct Object {
    pub(super) collection: Collection,
    /// Empty for what is in none.
    pub(super) namespace: String,
    pub(super) value: Value,
}

impl Objects {
    /// The namespaces that every cluster has, `kube-system/coredns-5d78c9869d-7xk2p` and
    /// `default/hello`. `time` is when objects are made and how old they are.
    pub fn new(time: SharedTimeSource) -> Self {
        let store = Store::new();
        let objects = Self(Arc::new(Shared {
            time,
            revision: watch::Sender::new(store.revision()),
            store: Mutex::new(store),
            open_watches: OpenWatches::new(),
            ended: CancellationToken::new(),
        }));
        for namespace in ["default", "kube-node-lease", "kube-public", "kube-system"] {
            objects.apply_namespace(namespace);
        }
        objects.apply_pod("kube-system", "coredns-5d78c9869d-7xk2p", "Running");
        objects.apply_pod("default", "hello", "Running");
        objects
    }

    /// Makes a namespace, unless there is one of that name. The name is not checked.
    pub fn apply_namespace(&self, name: &str) {
        let key = Key::new(Collection::Namespaces, "", name);
        self.apply(key, content::namespace(name));
    }

    /// Makes a pod, or changes the phase of the one there is. Its namespace is made when missing.
    ///
    /// `phase` is `Pending`, `Running`, `Succeeded`, `Failed` or `Unknown`. Neither it nor the names
    /// are checked.
    pub fn apply_pod(&self, namespace: &str, name: &str, phase: &str) {
        self.apply_namespace(namespace);
        let key = Key::new(Collection::Pods, namespace, name);
        self.apply(key, content::pod(name, phase));
    }

    /// Deletes a pod. Returns whether there was one.
    pub fn delete_pod(&self, namespace: &str, name: &str) -> bool {
        let key = Key::new(Collection::Pods, namespace, name);
        let mut store = self.store();
        let deleted = store.delete(&key);
        self.0.revision.send_replace(store.revision());
        deleted
    }

    /// Ends the watches that are open, and those to come at once: the server is stopping.
    pub(crate) fn end_watches(&self) {
        self.0.ended.cancel();
    }

    /// How many watches are open, now and whenever that changes: for a test that waits for a client to
    /// watch, or to have stopped.
    pub fn open_watches(&self) -> watch::Receiver<usize> {
        self.0.open_watches.subscribe()
    }

    fn apply(&self, key: Key, content: Value) {
        let created = content::timestamp(self.now());
        let mut store = self.store();
        store.apply(key, content, &created);
        self.0.revision.send_replace(store.revision());
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        // Each change is made in one step, so that a panic elsewhere leaves nothing half done.
        self.0.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the API reads.
impl Objects {
    pub(super) fn now(&self) -> SystemTime {
        self.0.time.now()
    }

    pub(super) fn get(
        &self,
        collection: Collection,
        namespace: &str,
        name: &str,
    ) -> Option<Arc<Object>> {
        self.store().get(&Key::new(collection, namespace, name))
    }

    /// The objects that `include` picks, by namespace and name, and the resource version at which
    /// they were so.
    pub(super) fn list(&self, include: impl Fn(&Object) -> bool) -> (u64, Vec<Arc<Object>>) {
        let store = self.store();
        (store.revision(), store.list(include))
    }

    pub(super) fn revision(&self) -> u64 {
        self.store().revision()
    }

    /// The first change after a resource version, if there has been one.
    pub(super) fn change_after(&self, revision: u64) -> Result<Option<Change>, Expired> {
        self.store().change_after(revision)
    }

    /// Tells that something has changed since.
    pub(super) fn changed(&self) -> watch::Receiver<u64> {
        self.0.revision.subscribe()
    }

    /// Counts a watch until the guard is dropped.
    pub(super) fn open_watch(&self) -> OpenWatch {
        self.0.open_watches.open()
    }

    pub(super) fn ended(&self) -> CancellationToken {
        self.0.ended.clone()
    }
}

impl fmt::Debug for Objects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Objects").finish_non_exhaustive()
    }
}

impl Object {
    pub(super) fn metadata(&self) -> &Value {
        &self.value["metadata"]
    }

    pub(super) fn label(&self, name: &str) -> Option<&str> {
        self.metadata()["labels"][name].as_str()
    }

    /// A field by its path, such as `status.phase`.
    pub(super) fn field(&self, path: &str) -> Option<&str> {
        let steps = path.split('.');
        steps.fold(&self.value, |value, step| &value[step]).as_str()
    }
}
