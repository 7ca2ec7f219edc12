//! Sources that end, panic, or do not stop.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use eksauth_server::map::{List, Mapping, MappingSet, Matching, Place, Who};
use eksauth_server::{Backends, Publisher, Source};
use futures_util::future::BoxFuture;
use tokio::time::{Instant, advance};
use tokio_util::sync::CancellationToken;

use crate::scene::{DYNAMIC, FILE, Scene, arn, boxed};

/// What a source does after it has told that Deploy is its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    Ends,
    Panics,
    Waits,
    /// Whatever it is told.
    GoesOn,
}

struct Numbered {
    number: usize,
    then: Then,
}

impl Source for Numbered {
    fn run(
        self: Box<Self>,
        publisher: Publisher,
        stop: CancellationToken,
    ) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            publisher.publish(deploy_is(&self.number.to_string()));
            match self.then {
                Then::Ends => {}
                Then::Panics => panic!("this source is broken"),
                Then::Waits => stop.cancelled().await,
                Then::GoesOn => pending().await,
            }
        })
    }
}

fn deploy_is(username: &str) -> MappingSet {
    let role = Mapping {
        who: Who::Arn(arn("Deploy")),
        user_id: None,
        username: username.to_owned(),
        groups: Vec::new(),
        place: Place {
            list: List::Roles,
            index: 0,
            line: None,
        },
    };
    let loaded = MappingSet::builder(Matching::of(FILE)).mappings([role]);
    loaded.build().set
}

/// Backends with one source, and how many of it have been made.
fn backends_of(scene: &Scene, then: Then) -> (Backends, Arc<AtomicUsize>) {
    let made = Arc::new(AtomicUsize::new(0));
    let factory = {
        let made = Arc::clone(&made);
        move || {
            let number = made.fetch_add(1, Ordering::Relaxed) + 1;
            boxed(Numbered { number, then })
        }
    };
    let backends = Backends::new(scene.map.clone(), scene.clock.clone());
    (backends.with_source(FILE, factory), made)
}

async fn settle() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_source_that_ends_or_panics_is_made_anew_after_growing_pauses() {
    for then in [Then::Ends, Then::Panics] {
        let scene = Scene::new(&[FILE]);
        let (backends, made) = backends_of(&scene, then);
        let run = tokio::spawn(backends.run(scene.shutdown.clone()));
        settle().await;
        assert_eq!(made.load(Ordering::Relaxed), 1);
        for (number, pause) in (1..).zip([1, 2, 4, 8, 16, 32, 60, 60]) {
            // What it held stays, and that it is not read any more is known.
            let username = number.to_string();
            assert_eq!(scene.username("Deploy"), Ok(username), "{then:?}");
            assert_eq!(scene.of(FILE, "failing"), Some(1.0));
            let error = scene.status(FILE).last_error.unwrap();
            assert!(error.ends_with("it is started anew"), "{error}");
            advance(Duration::from_millis(pause * 1_000 - 2)).await;
            settle().await;
            assert_eq!(made.load(Ordering::Relaxed), number, "{then:?}");
            advance(Duration::from_millis(4)).await;
            settle().await;
            assert_eq!(made.load(Ordering::Relaxed), number + 1, "{then:?}");
        }
        scene.shutdown.cancel();
        run.await.unwrap().unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn it_ends_when_it_is_told_to_and_waits_no_longer_than_the_grace_for_a_source() {
    for (then, least, most) in [(Then::Waits, 0, 0), (Then::GoesOn, 5, 6)] {
        let scene = Scene::new(&[FILE]);
        let (backends, _) = backends_of(&scene, then);
        let run = tokio::spawn(backends.run(scene.shutdown.clone()));
        settle().await;
        assert_eq!(scene.username("Deploy").as_deref(), Ok("1"));
        let start = Instant::now();
        scene.shutdown.cancel();
        run.await.unwrap().unwrap();
        let took = start.elapsed().as_secs();
        assert!((least..=most).contains(&took), "{then:?}: {took}");
        // Requests that are still under way are answered as before.
        assert_eq!(scene.username("Deploy").as_deref(), Ok("1"));
    }
}

#[tokio::test(start_paused = true)]
async fn sources_are_told_to_stop_when_nobody_runs_them_any_more() {
    struct Told(Arc<AtomicUsize>);
    impl Source for Told {
        fn run(
            self: Box<Self>,
            publisher: Publisher,
            stop: CancellationToken,
        ) -> BoxFuture<'static, ()> {
            publisher.publish(deploy_is("told"));
            Box::pin(async move {
                stop.cancelled().await;
                self.0.fetch_add(1, Ordering::Relaxed);
            })
        }
    }
    let scene = Scene::new(&[FILE]);
    let stopped = Arc::new(AtomicUsize::new(0));
    let factory = {
        let stopped = Arc::clone(&stopped);
        move || boxed(Told(Arc::clone(&stopped)))
    };
    let backends = Backends::new(scene.map.clone(), scene.clock.clone());
    let run = tokio::spawn(
        backends
            .with_source(FILE, factory)
            .run(scene.shutdown.clone()),
    );
    settle().await;
    assert!(scene.map.is_ready());
    run.abort();
    settle().await;
    assert_eq!(stopped.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_backend_in_the_order_without_a_source_is_an_error_at_once() {
    let scene = Scene::new(&[FILE, DYNAMIC]);
    let (backends, made) = backends_of(&scene, Then::Waits);
    let error = backends.run(scene.shutdown.clone()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "expected the settings that the backend `DynamicFile` is read with, but found none"
    );
    assert_eq!(made.load(Ordering::Relaxed), 0);
}
