//! A client that is not always ready.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use futures_util::future::{Ready, ready};
use http::Response;
use tower::Service;

use super::*;

/// Ready for one call at a time, and keeps one waker only.
#[derive(Clone, Default)]
struct Narrow(Arc<Mutex<NarrowState>>);

#[derive(Default)]
struct NarrowState {
    is_ready: bool,
    /// Whether `poll_ready` has promised the next call.
    promised: bool,
    waker: Option<Waker>,
    calls: usize,
}

impl Narrow {
    fn becomes_ready(&self) {
        let mut state = self.0.lock().unwrap();
        state.is_ready = true;
        let waker = state.waker.take();
        drop(state);
        waker.inspect(Waker::wake_by_ref);
    }

    fn calls(&self) -> usize {
        self.0.lock().unwrap().calls
    }
}

impl Service<Request<Body>> for Narrow {
    type Response = Response<Body>;
    type Error = std::convert::Infallible;
    type Future = Ready<Result<Response<Body>, Self::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        let mut state = self.0.lock().unwrap();
        if state.is_ready {
            state.promised = true;
            return Poll::Ready(Ok(()));
        }
        state.waker = Some(context.waker().clone());
        Poll::Pending
    }

    fn call(&mut self, _: Request<Body>) -> Self::Future {
        let mut state = self.0.lock().unwrap();
        assert!(state.promised, "called without being ready");
        state.promised = false;
        state.is_ready = false;
        state.calls += 1;
        ready(Ok(Response::new(Body::empty())))
    }
}

async fn around(narrow: &Narrow) -> AuthService<Narrow> {
    let scene = Scene::new(&[]);
    scene.bearer().await;
    AuthLayer::new(scene.source).layer(narrow.clone())
}

#[tokio::test]
async fn a_request_waits_until_the_client_is_ready() {
    let narrow = Narrow::default();
    let mut service = around(&narrow).await;
    let mut answer = pin!(service.call(get()));
    assert!(futures_util::poll!(answer.as_mut()).is_pending());
    assert_eq!(narrow.calls(), 0);
    narrow.becomes_ready();
    assert_eq!(answer.await.unwrap().status(), 200);
}

#[tokio::test]
async fn everybody_who_waits_hears_of_it_though_the_client_knows_one_waker_only() {
    let narrow = Narrow::default();
    let mut service = around(&narrow).await;
    let requests: Vec<_> = (0..10).map(|_| tokio::spawn(service.call(get()))).collect();
    tokio::task::yield_now().await;
    for served in 0..requests.len() {
        assert_eq!(narrow.calls(), served);
        narrow.becomes_ready();
        while narrow.calls() == served {
            tokio::task::yield_now().await;
        }
    }
    for request in requests {
        assert_eq!(request.await.unwrap().unwrap().status(), 200);
    }
}

/// Becomes ready between the first look at it and the second.
#[derive(Clone, Default)]
struct Sudden {
    narrow: Narrow,
    looks: Arc<AtomicUsize>,
}

impl Service<Request<Body>> for Sudden {
    type Response = Response<Body>;
    type Error = std::convert::Infallible;
    type Future = Ready<Result<Response<Body>, Self::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        let polled = self.narrow.poll_ready(context);
        // Each request looks when it is made, and then twice; it happens between the second's.
        if self.looks.fetch_add(1, Ordering::SeqCst) == 4 {
            self.narrow.becomes_ready();
        }
        polled
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        self.narrow.call(request)
    }
}

#[tokio::test]
async fn who_waits_is_not_forgotten_when_somebody_else_finds_the_client_ready() {
    let sudden = Sudden::default();
    let scene = Scene::new(&[]);
    scene.bearer().await;
    let mut service = AuthLayer::new(scene.source).layer(sudden.clone());
    let first = tokio::spawn(service.call(get()));
    tokio::task::yield_now().await;
    let second = tokio::spawn(service.call(get()));
    assert_eq!(second.await.unwrap().unwrap().status(), 200);
    // It has been woken, and so is registered with the client again.
    tokio::task::yield_now().await;
    sudden.narrow.becomes_ready();
    assert_eq!(first.await.unwrap().unwrap().status(), 200);
}

#[tokio::test]
async fn who_gives_up_while_waiting_disturbs_nobody() {
    let narrow = Narrow::default();
    let mut service = around(&narrow).await;
    let first = tokio::spawn(service.call(get()));
    let second = tokio::spawn(service.call(get()));
    tokio::task::yield_now().await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    narrow.becomes_ready();
    assert_eq!(second.await.unwrap().unwrap().status(), 200);
    assert_eq!(narrow.calls(), 1);
}
