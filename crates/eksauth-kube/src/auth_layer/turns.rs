//! One client that many requests use.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use tower::Service;

/// A service that is called by whoever has the turn.
///
/// A request that is sent a second time needs the service again, long after the first call; and kube's
/// own cannot be cloned. So readiness and call belong together here, under one lock: nobody's
/// readiness is used up by another.
pub(super) struct Turns<S> {
    service: Mutex<S>,
    waiting: Arc<Waiting>,
}

/// Those who wait for the service to be ready. It knows but one waker.
#[derive(Default)]
struct Waiting {
    wakers: Mutex<Vec<Waker>>,
}

impl<S> Turns<S> {
    pub(super) fn new(service: S) -> Self {
        Self {
            service: Mutex::new(service),
            waiting: Arc::default(),
        }
    }

    /// Calls the service if it is ready now; otherwise, and when it has failed, gives the request back
    /// for [`poll_call`](Self::poll_call).
    pub(super) fn call_if_ready<R>(&self, request: R) -> Result<S::Future, R>
    where
        S: Service<R>,
    {
        let mut service = lock(&self.service);
        // The service forgets the waker that it had: those who wait must hear of it still.
        let everybody = self.waiting.waker();
        let waker = everybody.as_ref().unwrap_or(Waker::noop());
        match service.poll_ready(&mut Context::from_waker(waker)) {
            Poll::Ready(Ok(())) => {
                let answer = service.call(request);
                drop(service);
                if let Some(everybody) = everybody {
                    everybody.wake();
                }
                Ok(answer)
            }
            _ => Err(request),
        }
    }

    /// Another one, for a service that can be cloned.
    pub(super) fn another(&self) -> Self
    where
        S: Clone,
    {
        Self::new(lock(&self.service).clone())
    }

    /// Calls the service as soon as it is ready. The request is gone then.
    pub(super) fn poll_call<R>(
        &self,
        context: &mut Context<'_>,
        request: &mut Option<R>,
    ) -> Poll<Result<S::Future, S::Error>>
    where
        S: Service<R>,
    {
        let mut service = lock(&self.service);
        let mut readiness = service.poll_ready(context);
        if readiness.is_pending() {
            self.waiting.add(context.waker());
            let everybody = Waker::from(Arc::clone(&self.waiting));
            readiness = service.poll_ready(&mut Context::from_waker(&everybody));
            if readiness.is_ready() {
                // It became so in between, and told the first waker alone.
                everybody.wake();
            }
        }
        readiness.map(|ready| {
            ready?;
            #[expect(clippy::expect_used, reason = "nobody polls after the answer")]
            let request = request.take().expect("a request is sent once");
            Ok(service.call(request))
        })
    }
}

impl Waiting {
    /// Wakes all of them; `None` when there is nobody.
    fn waker(self: &Arc<Self>) -> Option<Waker> {
        let is_needed = !lock(&self.wakers).is_empty();
        is_needed.then(|| Waker::from(Arc::clone(self)))
    }

    fn add(&self, waker: &Waker) {
        let mut wakers = lock(&self.wakers);
        if !wakers.iter().any(|it| it.will_wake(waker)) {
            wakers.push(waker.clone());
        }
    }
}

impl Wake for Waiting {
    fn wake(self: Arc<Self>) {
        let wakers = std::mem::take(&mut *lock(&self.wakers));
        wakers.into_iter().for_each(Waker::wake);
    }
}

/// A service that panicked is as usable as its own state; the wakers are whole at every moment.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
