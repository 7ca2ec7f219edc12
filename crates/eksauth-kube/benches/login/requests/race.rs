//! Contestants in turn, so that a machine that slows down slows them all.

use std::hint::black_box;
use std::pin::{Pin, pin};
use std::sync::{Arc, Barrier};
use std::task::{Context, Poll, Waker};

use eksauth_kube::kube::client::Body;
use http::{Request, Response};
use tokio::runtime::Runtime;
use tokio::time::Instant;
use tower::{BoxError, Service, ServiceExt as _};

/// Sends a batch, and says how long a request took, in ns.
type Alone = Box<dyn Fn(Vec<Request<Body>>) -> f64>;
type Together =
    Box<dyn Fn(Vec<Request<Body>>, Arc<Barrier>) -> Pin<Box<dyn Future<Output = f64> + Send>>>;

pub(super) struct Contestant {
    pub(super) name: &'static str,
    alone: Alone,
    together: Together,
}

#[derive(Clone, Copy)]
pub(super) struct Rounds {
    rounds: usize,
    batch: usize,
    /// Longer, so that the threads are at it at the same time.
    batch_together: usize,
}

impl Rounds {
    pub(super) fn many() -> Self {
        Self {
            rounds: 1_000,
            batch: 500,
            batch_together: 5_000,
        }
    }

    pub(super) fn few() -> Self {
        Self {
            rounds: 20,
            batch: 100,
            batch_together: 1_000,
        }
    }
}

impl Contestant {
    pub(super) fn new<S>(name: &'static str, service: S) -> Self
    where
        S: Service<Request<Body>, Response = Response<Body>, Error = BoxError>
            + Clone
            + Send
            + 'static,
        S::Future: Send,
    {
        let again = service.clone();
        Self {
            name,
            alone: Box::new(move |requests| send_all(&mut service.clone(), requests)),
            together: Box::new(move |requests, start| {
                Box::pin(send_all_as_a_task(again.clone(), requests, start))
            }),
        }
    }
}

/// Medians, one request after the other, polled here.
pub(super) fn alone(contestants: &[Contestant], rounds: Rounds) -> Vec<f64> {
    medians(contestants, rounds.rounds, |it| {
        (it.alone)(requests(rounds.batch))
    })
}

/// Medians of what each of the tasks sees that send at the same time, as in a program: who has to wait is
/// woken up by the runtime.
pub(super) fn together(
    runtime: &Runtime,
    contestants: &[Contestant],
    tasks: usize,
    rounds: Rounds,
) -> Vec<f64> {
    // Such a batch is ten times as long.
    medians(contestants, rounds.rounds / 5, |it| {
        let start = Arc::new(Barrier::new(tasks));
        let batch = || (it.together)(requests(rounds.batch_together), Arc::clone(&start));
        let tasks: Vec<_> = (0..tasks).map(|_| runtime.spawn(batch())).collect();
        let times: Vec<f64> = tasks
            .into_iter()
            .map(|it| runtime.block_on(it).unwrap())
            .collect();
        times.iter().sum::<f64>() / times.len() as f64
    })
}

fn medians(
    contestants: &[Contestant],
    rounds: usize,
    run: impl Fn(&Contestant) -> f64,
) -> Vec<f64> {
    let mut times = vec![Vec::with_capacity(rounds); contestants.len()];
    for _ in 0..rounds {
        for (contestant, times) in contestants.iter().zip(&mut times) {
            times.push(run(contestant));
        }
    }
    let median = |mut times: Vec<f64>| {
        times.sort_unstable_by(f64::total_cmp);
        times[times.len() / 2]
    };
    times.into_iter().map(median).collect()
}

/// As kube makes them for `Api::list`.
fn requests(count: usize) -> Vec<Request<Body>> {
    let request = || {
        let mut request = Request::get("/api/v1/namespaces/default/pods?&limit=500")
            .body(Body::empty())
            .unwrap();
        request.extensions_mut().insert("list");
        request
    };
    (0..count).map(|_| request()).collect()
}

fn send_all<S>(service: &mut S, requests: Vec<Request<Body>>) -> f64
where
    S: Service<Request<Body>>,
{
    let mut context = Context::from_waker(Waker::noop());
    let count = requests.len();
    let start = Instant::now();
    for request in requests {
        let Poll::Ready(Ok(())) = service.poll_ready(&mut context) else {
            panic!("it is always ready");
        };
        let answer = pin!(service.call(request)).poll(&mut context);
        assert!(
            black_box(answer).is_ready(),
            "nobody else has anything locked"
        );
    }
    nanos_each(start, count)
}

async fn send_all_as_a_task<S>(
    mut service: S,
    requests: Vec<Request<Body>>,
    together: Arc<Barrier>,
) -> f64
where
    S: Service<Request<Body>, Error = BoxError>,
{
    together.wait();
    let count = requests.len();
    let start = Instant::now();
    for request in requests {
        let answer = service.ready().await.unwrap().call(request).await;
        let _ = black_box(answer);
    }
    nanos_each(start, count)
}

fn nanos_each(start: Instant, count: usize) -> f64 {
    start.elapsed().as_secs_f64() * 1e9 / count as f64
}
