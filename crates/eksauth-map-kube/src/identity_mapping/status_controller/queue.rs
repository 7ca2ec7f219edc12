//! The objects whose status is to be looked at.

use std::convert::Infallible;
use std::iter;

use futures_util::stream::{self, Stream, StreamExt};
use kube::Api;
use kube::runtime::reflector::{self, ObjectRef, Store};
use kube::runtime::watcher::Event;

use crate::identity_mapping::entry::Received;
use crate::list_watch::{Change, changes};

/// All objects as they come and change, and what they are now.
pub(super) fn queue(
    objects: Api<Received>,
) -> (
    Store<Received>,
    impl Stream<Item = Result<ObjectRef<Received>, Infallible>> + Send,
) {
    let (store, mut known) = reflector::store();
    let queue = changes(objects, None, |object| object).flat_map(move |change| {
        let events = events_of(change);
        for event in &events {
            known.apply_watcher_event(event);
        }
        stream::iter(events.into_iter().filter_map(touched).map(Ok))
    });
    (store, queue)
}

fn events_of(change: Change<Received>) -> Vec<Event<Received>> {
    match change {
        Change::Replaced(all) => iter::once(Event::Init)
            .chain(all.into_iter().map(Event::InitApply))
            .chain(iter::once(Event::InitDone))
            .collect(),
        Change::Applied(object) => vec![Event::Apply(object)],
        Change::Deleted(object) => vec![Event::Delete(object)],
        Change::Failed(failure) => {
            tracing::warn!(
                error = %failure,
                "the status of IAMIdentityMapping objects is behind for a while"
            );
            Vec::new()
        }
        Change::Resumed => Vec::new(),
    }
}

fn touched(event: Event<Received>) -> Option<ObjectRef<Received>> {
    match event {
        Event::Apply(object) | Event::InitApply(object) => Some(ObjectRef::from_obj(&object)),
        Event::Delete(_) | Event::Init | Event::InitDone => None,
    }
}
