//! One request on its way.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use eksauth::TokenId;
use http::{Request, Response, StatusCode};
use kube::client::Body;
use pin_project_lite::pin_project;
use tower::{BoxError, Service};

use super::spare::Spare;
use super::{Core, authorize};

/// How long a request that was refused waits for another token.
const PATIENCE: Duration = Duration::from_secs(10);

pin_project! {
    /// The answer to a request that an [`AuthLayer`](super::AuthLayer) logs in.
    pub struct AuthFuture<S: Service<Request<Body>>> {
        #[pin]
        state: State<S>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<S: Service<Request<Body>>> {
        /// It had a token, and was sent at once.
        Sent {
            #[pin]
            answer: S::Future,
            core: Arc<Core<S>>,
            spare: Option<Spare>,
            id: TokenId,
        },
        /// It waits for something else first. Rare, so it may cost an allocation.
        Rare { answer: Rare<S::Response> },
    }
}

type Rare<R> = Pin<Box<dyn Future<Output = Result<R, BoxError>> + Send>>;

impl<S, B> AuthFuture<S>
where
    S: Service<Request<Body>, Response = Response<B>> + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Into<BoxError> + 'static,
    B: Send + 'static,
{
    pub(super) fn new(core: &Arc<Core<S>>, request: Request<Body>) -> Self {
        Self {
            state: State::first(core, request),
        }
    }
}

impl<S, B> State<S>
where
    S: Service<Request<Body>, Response = Response<B>> + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Into<BoxError> + 'static,
    B: Send + 'static,
{
    fn first(core: &Arc<Core<S>>, mut request: Request<Body>) -> Self {
        let core = Arc::clone(core);
        let Some(bearer) = core.source.bearer_in_hand() else {
            return Self::rare(core.send_when_there_is_a_token(request));
        };
        let spare = Spare::of(&request);
        let id = authorize(&mut request, bearer);
        match core.service.call_if_ready(request) {
            Ok(answer) => Self::Sent {
                answer,
                core,
                spare,
                id,
            },
            Err(request) => Self::rare(core.send_first(request, spare, id)),
        }
    }

    fn rare(answer: impl Future<Output = Result<Response<B>, BoxError>> + Send + 'static) -> Self {
        Self::Rare {
            answer: Box::pin(answer),
        }
    }
}

impl<S, B> Future for AuthFuture<S>
where
    S: Service<Request<Body>, Response = Response<B>> + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Into<BoxError> + 'static,
    B: Send + 'static,
{
    type Output = Result<Response<B>, BoxError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            let again = match this.state.as_mut().project() {
                StateProjection::Sent {
                    answer,
                    core,
                    spare,
                    id,
                } => {
                    let answer = ready!(answer.poll(context)).map_err(Into::into)?;
                    if answer.status() != StatusCode::UNAUTHORIZED {
                        core.is_accepted(answer.status());
                        return Poll::Ready(Ok(answer));
                    }
                    Arc::clone(core).send_again(answer, spare.take(), *id)
                }
                StateProjection::Rare { answer } => return answer.as_mut().poll(context),
            };
            this.state.set(State::rare(again));
        }
    }
}

impl<S, B> Core<S>
where
    S: Service<Request<Body>, Response = Response<B>> + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Into<BoxError> + 'static,
    B: Send + 'static,
{
    async fn send_when_there_is_a_token(
        self: Arc<Self>,
        mut request: Request<Body>,
    ) -> Result<Response<B>, BoxError> {
        let bearer = self.source.bearer().await?;
        let spare = Spare::of(&request);
        let id = authorize(&mut request, bearer);
        self.send_first(request, spare, id).await
    }

    async fn send_first(
        self: Arc<Self>,
        request: Request<Body>,
        spare: Option<Spare>,
        id: TokenId,
    ) -> Result<Response<B>, BoxError> {
        let answer = self.send(request).await?;
        if answer.status() == StatusCode::UNAUTHORIZED {
            return self.send_again(answer, spare, id).await;
        }
        self.is_accepted(answer.status());
        Ok(answer)
    }

    async fn send_again(
        self: Arc<Self>,
        refusal: Response<B>,
        spare: Option<Spare>,
        refused: TokenId,
    ) -> Result<Response<B>, BoxError> {
        tracing::debug!(cluster = %self.source.cluster(), "the API server refused the token");
        let replaced = tokio::time::timeout(PATIENCE, self.source.replace(refused)).await;
        let (bearer, spare) = match (replaced, spare) {
            (Ok(Ok(bearer)), Some(spare)) => (bearer, spare),
            // Why there is no other token, the source has told.
            _ => return Ok(refusal),
        };
        // Its connection is free for the next.
        drop(refusal);
        let mut request = spare.into_request();
        authorize(&mut request, bearer);
        let answer = self.send(request).await?;
        match answer.status() {
            StatusCode::UNAUTHORIZED => self.is_refused_again(&answer),
            status => self.is_accepted(status),
        }
        Ok(answer)
    }

    async fn send(&self, request: Request<Body>) -> Result<Response<B>, BoxError> {
        let mut request = Some(request);
        let called = poll_fn(|context| self.service.poll_call(context, &mut request)).await;
        called.map_err(Into::into)?.await.map_err(Into::into)
    }
}
