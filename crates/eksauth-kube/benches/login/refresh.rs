//! What requests wait for while a token is renewed by somebody who takes two seconds for it.

use std::time::Duration;

use aws_smithy_async::time::{SharedTimeSource, SystemTimeSource};
use eksauth_kube::AuthLayer;
use eksauth_kube::eksauth::{RefreshPolicy, Refresher, SharedCredentials};
use eksauth_kube::kube::client::{Body, ConfigExt as _};
use http::{Request, Response};
use tokio::runtime::Builder;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tower::{BoxError, Layer as _, Service, ServiceExt as _};

use crate::Effort;
use crate::layers::Bare;
use crate::plugin::Plugin;
use crate::quantiles::{Quantiles, millis};
use crate::source::{self, Sessions};

/// How long the provider takes, and the plugin.
const TAKES: Duration = Duration::from_secs(2);

/// From the first token on. A provider is not asked twice within five seconds.
const UNTIL_REFRESH: Duration = Duration::from_secs(6);

/// kube renews a token so long before its announced end.
const MARGIN_OF_KUBE: Duration = Duration::from_secs(60);

pub(crate) fn run(effort: Effort) {
    let count = effort.pick(12_000, 300);
    println!("a request each ms for {count} ms, across a refresh that takes {TAKES:?}: ms");
    println!(
        "{:<36} {:>8} {:>8} {:>8} {:>8}",
        "", "p50", "p99", "max", "> 10 ms"
    );
    let runtime = Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        ours(count).await;
        kubes(count).await;
    });
}

async fn ours(count: u32) {
    let time = SharedTimeSource::new(SystemTimeSource::new());
    // Short sessions are renewed in their last two minutes.
    let lifetime = Duration::from_secs(120) + UNTIL_REFRESH / 2;
    let sessions = Sessions::new(time.clone(), lifetime, TAKES);
    let refresher = Refresher::new(RefreshPolicy::default().with_interval(UNTIL_REFRESH));
    let credentials = SharedCredentials::new(sessions.clone(), time);
    let source = source::source("prod", &credentials).refreshed_by(&refresher);
    source.token().await.unwrap();
    let before = sessions.calls();
    let latencies = latencies(AuthLayer::new(source).layer(Bare), count).await;
    let renewals = sessions.calls() - before;
    print(&format!("AuthLayer, {renewals} provider calls"), &latencies);
}

async fn kubes(count: u32) {
    let plugin = Plugin {
        length: source::length().await,
        lifetime: MARGIN_OF_KUBE + UNTIL_REFRESH,
        delay: TAKES,
    };
    let layer = plugin.config().auth_layer().unwrap().unwrap();
    print(
        "kube's layer for a plugin",
        &latencies(layer.layer(Bare), count).await,
    );
}

/// Of requests that do not wait for each other.
async fn latencies<S>(service: S, count: u32) -> Quantiles
where
    S: Service<Request<Body>, Response = Response<Body>, Error = BoxError> + Clone + Send + 'static,
    S::Future: Send,
{
    let mut ticks = interval(Duration::from_millis(1));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut requests = Vec::new();
    for _ in 0..count {
        ticks.tick().await;
        let start = Instant::now();
        let service = service.clone();
        requests.push(tokio::spawn(async move {
            let request = Request::get("/api/v1/namespaces")
                .body(Body::empty())
                .unwrap();
            drop(service.oneshot(request).await.unwrap());
            start.elapsed()
        }));
    }
    let mut samples = Vec::new();
    for request in requests {
        samples.push(request.await.unwrap());
    }
    Quantiles::of(samples)
}

fn print(name: &str, latencies: &Quantiles) {
    let [p50, p99, max] = [0.5, 0.99, 1.0].map(|it| millis(latencies.at(it)));
    let waited = latencies.above(Duration::from_millis(10));
    println!("{name:<36} {p50:>8.3} {p99:>8.3} {max:>8.1} {waited:>8}");
}
