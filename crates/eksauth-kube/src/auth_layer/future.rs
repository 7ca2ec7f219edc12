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
        core: Arc<Core<S>>,
        // Large, and so no part of the states, which are moved.
        request: Option<Request<Body>>,
        spare: Option<Spare>,
        #[pin]
        state: State<S>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<S: Service<Request<Body>>> {
        /// It has a token, and waits for the client to take it.
        Ready { id: TokenId },
        /// It was sent.
        Sent {
            #[pin]
            answer: S::Future,
            id: TokenId,
        },
        /// It has to wait for a token. Rare, so it may cost an allocation.
        Rare {
            answer: Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>,
        },
    }
}

impl<S, B> AuthFuture<S>
where
    S: Service<Request<Body>, Response = Response<B>> + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Into<BoxError> + 'static,
    B: Send + 'static,
{
    pub(super) fn new(core: Arc<Core<S>>, mut request: Request<Body>) -> Self {
        let Some(bearer) = core.source.bearer_in_hand() else {
            let answer = Arc::clone(&core).send_when_there_is_a_token(request);
            return Self {
                core,
                request: None,
                spare: None,
                state: State::Rare {
                    answer: Box::pin(answer),
                },
            };
        };
        let spare = Spare::of(&request);
        let id = authorize(&mut request, bearer);
        Self {
            core,
            request: Some(request),
            spare,
            state: State::Ready { id },
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
            let next = match this.state.as_mut().project() {
                StateProjection::Ready { id } => {
                    let called = ready!(this.core.service.poll_call(context, this.request));
                    State::Sent {
                        answer: called.map_err(Into::into)?,
                        id: *id,
                    }
                }
                StateProjection::Sent { answer, id } => {
                    let answer = ready!(answer.poll(context)).map_err(Into::into)?;
                    if answer.status() != StatusCode::UNAUTHORIZED {
                        this.core.is_accepted(answer.status());
                        return Poll::Ready(Ok(answer));
                    }
                    let again = Arc::clone(this.core).send_again(answer, this.spare.take(), *id);
                    State::Rare {
                        answer: Box::pin(again),
                    }
                }
                StateProjection::Rare { answer } => return answer.as_mut().poll(context),
            };
            this.state.set(next);
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
        let answer = self.send(request).await?;
        if answer.status() != StatusCode::UNAUTHORIZED {
            self.is_accepted(answer.status());
            return Ok(answer);
        }
        self.send_again(answer, spare, id).await
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
