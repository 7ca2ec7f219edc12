//! The objects as they are, and how they became so.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::super::api::Collection;
use super::Object;
use super::history::{Change, Expired, History};

/// Counts every change of anything by one: the resource version.
pub(super) struct Store {
    objects: BTreeMap<Key, Arc<Object>>,
    history: History,
}

/// In the order of lists.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    collection: Collection,
    namespace: String,
    name: String,
}

impl Key {
    pub(super) fn new(collection: Collection, namespace: &str, name: &str) -> Self {
        Self {
            collection,
            namespace: namespace.to_owned(),
            name: name.to_owned(),
        }
    }
}

impl Store {
    pub(super) fn new() -> Self {
        Self {
            objects: BTreeMap::new(),
            history: History::new(),
        }
    }

    pub(super) fn revision(&self) -> u64 {
        self.history.revision()
    }

    pub(super) fn get(&self, key: &Key) -> Option<Arc<Object>> {
        self.objects.get(key).cloned()
    }

    pub(super) fn list(&self, include: impl Fn(&Object) -> bool) -> Vec<Arc<Object>> {
        let objects = self.objects.values();
        objects.filter(|it| include(it)).cloned().collect()
    }

    pub(super) fn change_after(&self, revision: u64) -> Result<Option<Change>, Expired> {
        self.history.after(revision)
    }

    /// Makes the object, or gives it that content; nothing happens when it has it.
    pub(super) fn apply(&mut self, key: Key, mut content: Value, created: &str) {
        let revision = self.revision() + 1;
        let before = self.objects.get(&key).cloned();
        let mut metadata = match &before {
            Some(before) => before.metadata().clone(),
            None => new_metadata(&key, revision, created),
        };
        if content["metadata"]["labels"].is_object() {
            metadata["labels"] = content["metadata"]["labels"].take();
        }
        content["metadata"] = metadata;
        if before.as_ref().is_some_and(|it| it.value == content) {
            return;
        }
        let object = Arc::new(Object::new(&key, content, revision));
        self.objects.insert(key, Arc::clone(&object));
        self.history.push(before, Some(object));
    }

    pub(super) fn delete(&mut self, key: &Key) -> bool {
        let Some(last) = self.objects.remove(key) else {
            return false;
        };
        // A deletion shows the object as it was, at the resource version of its end.
        let revision = self.revision() + 1;
        let end = Arc::new(Object::new(key, last.value.clone(), revision));
        self.history.push(Some(end), None);
        true
    }
}

impl Object {
    fn new(key: &Key, mut value: Value, revision: u64) -> Self {
        value["metadata"]["resourceVersion"] = json!(revision.to_string());
        Self {
            collection: key.collection,
            namespace: key.namespace.clone(),
            value,
        }
    }
}

fn new_metadata(key: &Key, revision: u64, created: &str) -> Value {
    let mut metadata = json!({
        "name": key.name,
        // Unique in this server, which is all that anyone can compare it with.
        "uid": format!("00000000-0000-4000-8000-{revision:012x}"),
        "resourceVersion": revision.to_string(),
        "creationTimestamp": created,
    });
    if !key.namespace.is_empty() {
        metadata["namespace"] = json!(key.namespace);
    }
    metadata
}
