//! Mappings that are swapped while many authenticate.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use eksauth_server::map::{BackendMode, List, Mapping, MappingSet, Matching, Place, Who};
use eksauth_server::{Authenticated, Authenticator, LiveMap};

use crate::scene::Scene;

const FILE: BackendMode = BackendMode::MountedFile;
const DYNAMIC: BackendMode = BackendMode::DynamicFile;

const TASKS: usize = 16;
const REQUESTS: usize = 10_000;
const SWAPS: usize = 1_000;

/// One state of a backend. All that a request sees of it has its name.
fn state(mode: BackendMode, name: &str) -> MappingSet {
    let index = usize::from(name == "b");
    let role = Mapping {
        who: Who::Arn("arn:aws:iam::123456789012:role/Deploy".to_owned()),
        user_id: None,
        username: format!("{mode}-{name}:{{{{SessionName}}}}"),
        groups: vec![format!("{mode}-{name}"), format!("{mode}-{name}-too")],
        place: Place {
            list: List::Roles,
            index,
            line: None,
        },
    };
    let loaded = MappingSet::builder(Matching::of(mode)).mappings([role]);
    loaded.build().set
}

/// The state that all of an answer is of.
fn state_of(authenticated: &Authenticated) -> String {
    let name = ["a", "b"][authenticated.place.index];
    let state = format!("{}-{name}", authenticated.backend);
    let user = &authenticated.user;
    assert_eq!(user.username, format!("{state}:bob-example.com"));
    assert_eq!(user.groups, [state.clone(), format!("{state}-too")]);
    state
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_request_sees_half_a_state() {
    let scene = Scene::new().await;
    let map = LiveMap::new(vec![FILE, DYNAMIC], scene.clock.clone());
    map.publish(FILE, state(FILE, "a"));
    map.publish(DYNAMIC, state(DYNAMIC, "a"));
    let authenticator = Authenticator::new(scene.verifier(), map.clone());
    let (requests, swaps) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let tasks: Vec<_> = (0..TASKS)
        .map(|_| {
            let (authenticator, token) = (authenticator.clone(), scene.token());
            let (requests, swaps) = (Arc::clone(&requests), Arc::clone(&swaps));
            tokio::spawn(async move {
                let mut states = BTreeSet::new();
                while swaps.load(Ordering::Relaxed) < SWAPS
                    || requests.load(Ordering::Relaxed) < REQUESTS
                {
                    // Whatever is swapped, some backend knows who it is.
                    let authenticated = authenticator.authenticate(&token).await.unwrap();
                    states.insert(state_of(&authenticated));
                    requests.fetch_add(1, Ordering::Relaxed);
                    tokio::task::yield_now().await;
                }
                states
            })
        })
        .collect();
    for number in 0.. {
        let name = ["b", "a"][number % 2];
        map.publish(FILE, state(FILE, name));
        map.set_order(vec![DYNAMIC, FILE]);
        map.publish(DYNAMIC, state(DYNAMIC, name));
        map.set_order(vec![FILE]);
        map.set_order(vec![FILE, DYNAMIC]);
        swaps.fetch_add(1, Ordering::Relaxed);
        tokio::task::yield_now().await;
        if tasks.iter().all(|it| it.is_finished()) {
            break;
        }
    }
    let mut states = BTreeSet::new();
    for task in tasks {
        states.extend(task.await.unwrap());
    }
    assert!(states.len() > 1, "{states:?}");
    assert_eq!(scene.sts.tally().requests, TASKS);
}
