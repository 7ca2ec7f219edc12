//! Watches that outlive their tokens.

use std::pin::pin;
use std::time::Duration;

use eksauth_kube::k8s_openapi::api::core::v1::{Namespace, Pod};
use eksauth_kube::kube::api::{Api, ListParams, WatchEvent, WatchParams};
use eksauth_kube::kube::runtime::watcher::{self, Event, watcher};
use eksauth_kube::kube::{self, Client, ResourceExt as _};
use eksauth_sandbox::Event as Told;
use futures_util::{Stream, TryStreamExt as _};

use crate::scene::Scene;
use crate::wire::Wire;

const LIVES: usize = 200;

/// A client whose connections can be cut.
async fn client_on_a_wire(scene: &Scene) -> (Client, Wire) {
    let mut connection = scene.connection(|builder| builder).await;
    let wire = Wire::to(&connection.config().cluster_url).await;
    connection.config_mut().cluster_url = wire.url();
    (connection.client().unwrap(), wire)
}

/// What the next event says; an error fails the test.
async fn next(events: &mut (impl Stream<Item = watcher::Result<Event<Pod>>> + Unpin)) -> String {
    match events.try_next().await.unwrap().unwrap() {
        Event::Apply(pod) => format!("applied {}", pod.name_any()),
        Event::Delete(pod) => format!("deleted {}", pod.name_any()),
        Event::Init => "init".to_owned(),
        Event::InitApply(pod) => format!("found {}", pod.name_any()),
        Event::InitDone => "all found".to_owned(),
    }
}

async fn find_all(events: &mut (impl Stream<Item = watcher::Result<Event<Pod>>> + Unpin)) {
    for expected in [
        "init",
        "found hello",
        "found coredns-5d78c9869d-7xk2p",
        "all found",
    ] {
        assert_eq!(next(events).await, expected);
    }
}

#[tokio::test]
async fn a_watcher_misses_nothing_when_its_connection_is_cut_in_each_life_of_a_token() {
    let scene = Scene::with_short_lives().await;
    let (client, wire) = client_on_a_wire(&scene).await;
    let mut events = pin!(watcher(Api::<Pod>::all(client), watcher::Config::default()));
    find_all(&mut events).await;
    for life in 0..LIVES {
        let (seen, unseen) = (format!("seen-{life}"), format!("unseen-{life}"));
        scene.objects().apply_pod("default", &seen, "Running");
        assert_eq!(next(&mut events).await, format!("applied {seen}"));
        scene.outlive_tokens();
        wire.cut();
        scene.objects().apply_pod("default", &unseen, "Running");
        scene.objects().delete_pod("default", &seen);
        assert_eq!(next(&mut events).await, format!("applied {unseen}"));
        assert_eq!(next(&mut events).await, format!("deleted {seen}"));
    }
    // The first watch began with the token of the list.
    assert_eq!(scene.counters().refused, LIVES as u64);
    scene.end("").await;
}

#[tokio::test]
async fn a_watcher_whose_watches_the_server_ends_goes_on_with_a_new_token() {
    let scene = Scene::with_short_lives().await;
    let (client, _) = scene.client().await;
    let mut told = scene.sandbox.events();
    // The shortest there is: the server counts seconds of its own.
    let config = watcher::Config::default().timeout(1);
    let mut events = pin!(watcher(Api::<Pod>::all(client), config));
    find_all(&mut events).await;
    for life in 0..2 {
        scene.outlive_tokens();
        let refusal =
            async { while !matches!(told.recv().await.unwrap(), Told::Refused { .. }) {} };
        tokio::select! {
            event = next(&mut events) => panic!("nothing has happened, but {event}"),
            () = refusal => {}
        }
        let name = format!("web-{life}");
        scene.objects().apply_pod("default", &name, "Running");
        assert_eq!(next(&mut events).await, format!("applied {name}"));
    }
    assert_eq!(scene.counters().refused, 2);
    scene.end("").await;
}

#[tokio::test]
async fn a_watcher_reconnects_while_the_clock_stands() {
    let scene = Scene::start().await;
    let (client, wire) = client_on_a_wire(&scene).await;
    let mut events = pin!(watcher(Api::<Pod>::all(client), watcher::Config::default()));
    find_all(&mut events).await;
    for cut in 0..50 {
        wire.cut();
        let name = format!("web-{cut}");
        scene.objects().apply_pod("default", &name, "Running");
        assert_eq!(next(&mut events).await, format!("applied {name}"));
    }
    assert_eq!(scene.counters().refused, 0);
    scene.end("").await;
}

#[tokio::test]
async fn a_watcher_tells_of_refusals_in_an_outage_of_sts_and_misses_nothing() {
    let scene = Scene::start().await;
    let (client, wire) = client_on_a_wire(&scene).await;
    let mut events = pin!(watcher(Api::<Pod>::all(client), watcher::Config::default()));
    find_all(&mut events).await;
    for outage in 0..10 {
        scene.sandbox.faults().set_outage(true);
        wire.cut();
        match events.try_next().await.unwrap_err() {
            watcher::Error::WatchStartFailed(kube::Error::Api(status)) => {
                assert_eq!(status.code, 401);
            }
            other => panic!("{other:?}"),
        }
        let name = format!("web-{outage}");
        scene.objects().apply_pod("default", &name, "Running");
        scene.sandbox.faults().set_outage(false);
        assert_eq!(next(&mut events).await, format!("applied {name}"));
    }
    scene.end("").await;
}

#[tokio::test]
async fn an_open_watch_goes_on_after_the_end_of_its_token() {
    let scene = Scene::with_short_lives().await;
    let (client, _) = scene.client().await;
    let namespaces = Api::<Namespace>::all(client);
    let list = namespaces.list(&ListParams::default()).await.unwrap();
    let mut version = list.metadata.resource_version.unwrap();
    for life in 0..LIVES {
        scene.outlive_tokens();
        let events = namespaces.watch(&WatchParams::default(), &version).await;
        let mut events = pin!(events.unwrap());
        for hour in 0..3 {
            let name = format!("team-{life}-{hour}");
            scene.objects().apply_namespace(&name);
            match events.try_next().await.unwrap().unwrap() {
                WatchEvent::Added(namespace) => {
                    assert_eq!(namespace.name_any(), name);
                    version = namespace.resource_version().unwrap();
                }
                other => panic!("{other:?}"),
            }
            scene.time.advance(Duration::from_secs(3600));
        }
    }
    scene.end("").await;
}
