//! What a layer adds to each request, alone and when two threads send at the same time.

mod race;

use std::time::Duration;

use aws_smithy_async::time::{SharedTimeSource, SystemTimeSource};
use eksauth_kube::AuthLayer;
use eksauth_kube::eksauth::{Refresher, SharedCredentials};
use eksauth_kube::kube::client::ConfigExt as _;
use tokio::runtime::{Builder, Runtime};
use tower::Layer as _;

use crate::Effort;
use crate::layers::{Bare, Floor};
use crate::plugin::Plugin;
use crate::source::{self, Sessions};

use race::{Contestant, Rounds};

const THREADS: usize = 2;

/// Places among the contestants.
const FLOOR: usize = 1;
const KUBE: usize = 3;

pub(crate) fn run(effort: Effort) {
    let runtime = Builder::new_multi_thread()
        .worker_threads(THREADS)
        .enable_all()
        .build()
        .unwrap();
    let length = runtime.block_on(source::length());
    println!("per request, with a token of {length} bytes: median ns");
    let contestants = contestants(&runtime, length);
    let rounds = effort.pick(Rounds::many(), Rounds::few());
    let alone = race::alone(&contestants, rounds);
    let together = race::together(&runtime, &contestants, THREADS, rounds);

    println!(
        "{:<36} {:>8} {:>8} {:>9} {:>11} {:>8} {:>9}",
        "", "1 thread", "x floor", "kube ÷ it", "2 threads", "x floor", "kube ÷ it"
    );
    let [floor, kube] = [FLOOR, KUBE].map(|it| (alone[it], together[it]));
    for (contestant, (alone, together)) in contestants.iter().zip(alone.iter().zip(together)) {
        println!(
            "{:<36} {alone:>8.0} {:>8.2} {:>9.1} {together:>11.0} {:>8.2} {:>9.1}",
            contestant.name,
            alone / floor.0,
            kube.0 / alone,
            together / floor.1,
            kube.1 / together,
        );
    }
}

/// All of them around the same service, which drops the request and answers at once. Two threads share
/// what clones of a layer's service share.
fn contestants(runtime: &Runtime, length: usize) -> [Contestant; 4] {
    let time = SharedTimeSource::new(SystemTimeSource::new());
    let credentials = SharedCredentials::new(Sessions::lasting_an_hour(time.clone()), time);
    let source = source::source("prod", &credentials).refreshed_by(&Refresher::default());
    let bearer = runtime.block_on(source.bearer()).unwrap();
    let plugin = Plugin {
        length,
        lifetime: Duration::from_secs(3600),
        delay: Duration::ZERO,
    };
    // It runs the plugin here, once.
    let kube = plugin.config().auth_layer().unwrap().unwrap();
    [
        Contestant::new("the service alone", Bare),
        // A header that is there already, taken without a lock: no clock, no copy to send again.
        Contestant::new(
            "floor: a header from an ArcSwap",
            Floor::new(bearer.header(), Bare),
        ),
        // Whether the token is valid now, a copy of the request in case that it is refused, the turn.
        Contestant::new("AuthLayer", AuthLayer::new(source).layer(Bare)),
        // A lock, whether the token is valid now, a new header from its text; boxed.
        Contestant::new("kube's layer for a plugin", kube.layer(Bare)),
    ]
}
