//! Watches: answers that go on.
//!
//! A watch holds no queue of its own. It remembers how far it is and reads the next change from the
//! history that all share, when its client has taken the last one: a slow reader costs nothing, and
//! one that is slower than the history is long is told to list again, as Kubernetes does. No task
//! runs for it; it lives and dies with the response body.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use futures_util::future::{Either, select};
use futures_util::stream;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::failure::Failure;
use super::form::{Form, partial};
use super::list_query::ListQuery;
use super::objects::{Change, Object, Objects, OpenWatch};
use super::selection::Selection;
use super::table::Tables;

/// The events, a line each, until the client goes, its time is over, or the server stops.
pub(super) fn answer(
    objects: &Objects,
    selection: Selection,
    query: &ListQuery,
    form: Form,
) -> Result<Response, Failure> {
    query.check_watch()?;
    let end = Box::pin(end(objects.ended(), query.timeout()?));
    let watch = Watch::new(objects, selection, query, form)?;
    // With the last event the watch is dropped, though the client may still hold the connection.
    let lines = stream::unfold((watch, end), async |(mut watch, mut end)| {
        let event = match select(end.as_mut(), pin!(watch.next())).await {
            Either::Left(_) => None,
            Either::Right((event, _)) => event,
        };
        Some((Ok::<_, Infallible>(line(&event?)), (watch, end)))
    });
    let body = Body::from_stream(lines);
    Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
}

/// Comes when the server stops or the time is over.
async fn end(ended: CancellationToken, timeout: Option<Duration>) {
    match timeout {
        // Out of time is an end like any other.
        Some(timeout) => drop(tokio::time::timeout(timeout, ended.cancelled()).await),
        None => ended.cancelled().await,
    }
}

struct Watch {
    objects: Objects,
    changed: watch::Receiver<u64>,
    selection: Selection,
    form: Form,
    tables: Tables,
    /// What there was at the start, if that was asked for and is not yet told.
    initial: std::vec::IntoIter<Arc<Object>>,
    /// A bookmark is due when that has been told.
    bookmark: bool,
    /// The resource version that the client has seen.
    seen: u64,
    /// After an error event there is nothing more to say.
    failed: bool,
    _open: OpenWatch,
}

impl Watch {
    fn new(
        objects: &Objects,
        selection: Selection,
        query: &ListQuery,
        form: Form,
    ) -> Result<Self, Failure> {
        let asked = query.resource_version()?;
        let current = objects.revision();
        if let Some(asked) = asked.filter(|asked| *asked > current) {
            return Err(Failure::not_yet(asked, current));
        }
        let (seen, initial) = match asked {
            Some(asked) if !query.send_initial_events => (asked, Vec::new()),
            _ => objects.list(|object| selection.includes(object)),
        };
        let tables = Tables::new(selection.collection, query.include_object, objects.now());
        Ok(Self {
            changed: objects.changed(),
            tables,
            selection,
            form,
            initial: initial.into_iter(),
            bookmark: query.send_initial_events && query.allow_watch_bookmarks,
            seen,
            failed: false,
            _open: objects.open_watch(),
            objects: objects.clone(),
        })
    }

    async fn next(&mut self) -> Option<Value> {
        if self.failed {
            return None;
        }
        if let Some(object) = self.initial.next() {
            return Some(self.event("ADDED", &object.value));
        }
        if std::mem::take(&mut self.bookmark) {
            return Some(self.initial_events_end());
        }
        loop {
            match self.objects.change_after(self.seen) {
                Ok(Some(change)) => {
                    self.seen = change.revision;
                    if let Some((kind, object)) = self.seen_as(&change) {
                        return Some(self.event(kind, &object.value));
                    }
                }
                Ok(None) => self.changed.changed().await.ok()?,
                Err(expired) => {
                    self.failed = true;
                    let status = Failure::expired(self.seen, expired.oldest).status();
                    return Some(json!({ "type": "ERROR", "object": status }));
                }
            }
        }
    }

    /// What a change is to someone who sees only the selection.
    fn seen_as(&self, change: &Change) -> Option<(&'static str, Arc<Object>)> {
        let selected = |it: &Option<Arc<Object>>| {
            let object = it.as_ref()?;
            let included = self.selection.includes(object);
            included.then(|| Arc::clone(object))
        };
        match (selected(&change.before), selected(&change.after)) {
            (None, None) => None,
            (None, Some(object)) => Some(("ADDED", object)),
            (Some(_), Some(object)) => Some(("MODIFIED", object)),
            (Some(object), None) => Some(("DELETED", object)),
        }
    }

    fn event(&mut self, kind: &str, object: &Value) -> Value {
        let object = match self.form {
            Form::Object => object.clone(),
            Form::Metadata => partial(&object["metadata"]),
            Form::Table => {
                self.tables.set_now(self.objects.now());
                let version = &object["metadata"]["resourceVersion"];
                self.tables.table(version, [object])
            }
        };
        json!({ "type": kind, "object": object })
    }

    /// Says that the events from here on are news, to a client that lists by watching.
    fn initial_events_end(&mut self) -> Value {
        let resource = self.selection.collection.resource();
        let bookmark = json!({
            "kind": resource.kind,
            "apiVersion": resource.api_version(),
            "metadata": {
                "resourceVersion": self.seen.to_string(),
                "creationTimestamp": null,
                "annotations": { "k8s.io/initial-events-end": "true" },
            },
        });
        self.event("BOOKMARK", &bookmark)
    }
}

fn line(event: &Value) -> Bytes {
    format!("{event}\n").into()
}
