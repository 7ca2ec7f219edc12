//! What an API server that refuses everybody costs the provider of credentials.

mod server;

use std::sync::Arc;
use std::time::Duration;

use eksauth_kube::eksauth::{SharedCredentials, TokenSource};
use eksauth_kube::kube::client::Body;
use eksauth_kube::{AuthLayer, AuthService};
use eksauth_testing::{CapturedLogs, ManualTime};
use http::{Request, StatusCode};
use tokio::runtime::Builder;
use tokio::time::Instant;
use tower::{Layer as _, ServiceExt as _};

use crate::Effort;
use crate::quantiles::millis;
use crate::source::{self, Sessions};

use server::{Refuses, Server};

/// Between two requests of the second storm: a hundred a second.
const PAUSE: Duration = Duration::from_millis(10);

pub(crate) fn run(effort: Effort) {
    let at_once = 1_000;
    let one_by_one = effort.pick(10_000, 1_000);
    println!(
        "{:<46} {:>8} {:>11} {:>14} {:>8}",
        "refused with 401", "sent", "new tokens", "provider calls", "ms"
    );
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let first = format!("{at_once} requests at once, the next token is good");
        print(&first, async || Storm::of_the_old_token(at_once).await).await;
        let all = format!("{one_by_one} in turn, 10 ms apart, no token is good");
        print(&all, async || Storm::of_all_tokens(one_by_one).await).await;
    });
}

/// Tokens are counted in the log, in a storm of their own, so that the other one is timed without.
async fn print(name: &str, storm: impl AsyncFn() -> Storm) {
    let logs = CapturedLogs::scoped();
    storm().await;
    // The first token was signed before.
    let signed = logs.text().matches("signed a token").count() - 1;
    drop(logs);
    let Storm { sent, calls, took } = storm().await;
    println!(
        "{name:<46} {sent:>8} {signed:>11} {calls:>14} {:>8.1}",
        millis(took)
    );
}

struct Storm {
    sent: usize,
    calls: usize,
    took: Duration,
}

struct Scene {
    time: ManualTime,
    sessions: Sessions,
    server: Server,
    service: AuthService<Server>,
}

impl Scene {
    /// A client with a token in hand that is some seconds old.
    async fn new(refuses: Refuses) -> Self {
        let time = ManualTime::at_unix(1_795_521_600);
        let sessions = Sessions::lasting_an_hour(time.shared());
        let credentials = SharedCredentials::new(sessions.clone(), time.clone());
        let source: TokenSource = source::source("prod", &credentials);
        let server = Server::new(refuses, source.bearer().await.unwrap().header());
        time.advance(Duration::from_secs(10));
        let service = AuthLayer::new(source).layer(server.clone());
        Self {
            time,
            sessions,
            server,
            service,
        }
    }

    async fn get(&self) -> StatusCode {
        let request = Request::get("/api/v1/namespaces")
            .body(Body::empty())
            .unwrap();
        let answer = self.service.clone().oneshot(request).await;
        answer.unwrap().status()
    }

    fn storm(&self, start: Instant) -> Storm {
        Storm {
            sent: self.server.requests(),
            // The first session was for the first token.
            calls: self.sessions.calls() - 1,
            took: start.elapsed(),
        }
    }
}

impl Storm {
    async fn of_the_old_token(count: usize) -> Self {
        let scene = Arc::new(
            Scene::new(Refuses::TheOldToken {
                until_there_are: count,
            })
            .await,
        );
        let start = Instant::now();
        let get = || {
            let scene = Arc::clone(&scene);
            tokio::spawn(async move { scene.get().await })
        };
        let requests: Vec<_> = (0..count).map(|_| get()).collect();
        for request in requests {
            assert_eq!(request.await.unwrap(), StatusCode::OK);
        }
        scene.storm(start)
    }

    async fn of_all_tokens(count: usize) -> Self {
        let scene = Scene::new(Refuses::AllTokens).await;
        let start = Instant::now();
        for _ in 0..count {
            assert_eq!(scene.get().await, StatusCode::UNAUTHORIZED);
            scene.time.advance(PAUSE);
        }
        scene.storm(start)
    }
}
