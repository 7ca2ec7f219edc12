//! From a request to a decision, and to everybody who is told.

mod body;

use std::net::SocketAddr;
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::{Method, Request, StatusCode};
use prometheus_client::registry::Registry;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};

use body::Unread;

use super::answer::{self, Answer};
use super::metrics::Bound;
use super::readiness::Probe;
use super::report::{self, Report};
use super::request_ids::RequestIds;
use super::{
    Authenticate, Decision, Denial, DenialClass, DenialStatus, RETRY_AFTER, ReviewVersion,
    TokenReview, WebhookLimits, WebhookMetrics,
};
use crate::audit::Entry;
use crate::{AuditLog, CertificateStore};

/// All that answers have in common.
pub(super) struct Judge<A> {
    pub(super) authenticator: A,
    pub(super) certificates: CertificateStore,
    pub(super) limits: Arc<WebhookLimits>,
    pub(super) denial_status: DenialStatus,
    pub(super) audit: Option<AuditLog>,
    pub(super) metrics: WebhookMetrics,
    pub(super) registry: Option<Arc<Registry>>,
    pub(super) readiness: Probe,
    pub(super) ids: RequestIds,
    pub(super) requests: Semaphore,
    pub(super) room: Semaphore,
}

/// An answer, and what it is counted as.
struct Judged {
    answer: Answer,
    result: &'static str,
}

impl<A: Authenticate> Judge<A> {
    /// As many requests at the same time as the limits say.
    pub(super) fn requests(limits: &WebhookLimits) -> Semaphore {
        Semaphore::new(limits.max_requests.min(Semaphore::MAX_PERMITS))
    }

    /// As many bytes of unfinished bodies as all requests together may have.
    pub(super) fn room(limits: &WebhookLimits) -> Semaphore {
        let bytes = limits.max_requests.saturating_mul(limits.max_body_len);
        // Room for one, where there may be no request: they are told so when they are read.
        Semaphore::new(bytes.max(limits.max_body_len).min(Semaphore::MAX_PERMITS))
    }

    /// Answers a review.
    pub(super) async fn review(&self, request: Request<Incoming>, client: SocketAddr) -> Answer {
        let start = Instant::now();
        let judged = self.judge(request, client, start).await;
        self.metrics.answered(judged.result, start.elapsed());
        judged.answer
    }

    async fn judge(
        &self,
        request: Request<Incoming>,
        client: SocketAddr,
        start: Instant,
    ) -> Judged {
        if request.method() != Method::POST {
            return malformed(client, answer::not_post());
        }
        let body = match body::read(request.into_body(), &self.limits, &self.room).await {
            Ok(body) => body,
            Err(unread) => return self.unread(unread, client),
        };
        let Ok(review) = TokenReview::parse(&body) else {
            return malformed(client, no_token_review());
        };
        // Not before there is one: who sends no body would keep out those who do.
        let Ok(_permit) = self.requests.try_acquire() else {
            self.metrics.limited(Bound::Requests);
            return overloaded(review.version());
        };
        let _counted = self.metrics.request_begins();
        self.decide(&review, client, start).await
    }

    fn unread(&self, unread: Unread, client: SocketAddr) -> Judged {
        unread.count(&self.metrics);
        match unread.answer(&self.limits) {
            Some(answer) => malformed(client, answer),
            None => overloaded(None),
        }
    }

    async fn decide(&self, review: &TokenReview<'_>, client: SocketAddr, start: Instant) -> Judged {
        let decision = self.ask(review.token()).await;
        let report = Report {
            client,
            id: self.ids.next(),
        };
        let judged = self.judged(review.version(), &decision);
        report.decided(&decision);
        if let Some(audit) = &self.audit {
            audit.write(&Entry {
                time: self.certificates.now(),
                client,
                request: report.id,
                decision: &decision,
                result: judged.result,
                status: judged.answer.status().as_u16(),
                latency: start.elapsed(),
            });
        }
        judged
    }

    async fn ask(&self, token: &str) -> Decision {
        let limit = self.limits.request_timeout;
        let decision = self.authenticator.authenticate(token);
        let Ok(decision) = timeout(limit, decision).await else {
            self.metrics.limited(Bound::RequestTime);
            return Decision {
                signer: None,
                verdict: Err(Denial {
                    class: DenialClass::TimedOut,
                    reason: format!("no decision within {} s", limit.as_secs_f32()),
                }),
            };
        };
        decision
    }

    fn judged(&self, version: Option<ReviewVersion>, decision: &Decision) -> Judged {
        let class = match &decision.verdict {
            Ok(grant) => {
                return Judged {
                    answer: answer::granted(version, &grant.user),
                    result: "success",
                };
            }
            Err(denial) => denial.class,
        };
        let status = self.denial_status.of(class);
        let mut answer = answer::denied(version, status, class.phrase());
        if let DenialClass::Overloaded { retry_after } = class {
            answer = answer::retry_after(answer, retry_after);
        }
        Judged {
            answer,
            result: class.label(),
        }
    }
}

fn malformed(client: SocketAddr, answer: Answer) -> Judged {
    report::malformed(client, &answer);
    Judged {
        answer,
        result: "malformed_request",
    }
}

fn no_token_review() -> Answer {
    answer::error(
        StatusCode::BAD_REQUEST,
        "expected a request body to be a TokenReview",
    )
}

fn overloaded(version: Option<ReviewVersion>) -> Judged {
    let class = DenialClass::Overloaded {
        retry_after: RETRY_AFTER,
    };
    let answer = answer::denied(version, StatusCode::TOO_MANY_REQUESTS, class.phrase());
    Judged {
        answer: answer::retry_after(answer, RETRY_AFTER),
        result: class.label(),
    }
}
