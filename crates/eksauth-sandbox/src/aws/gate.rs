//! Where requests come in: which service they are for, and who made them.

use eksauth_token::{Partition, Region};
use http::{Response, StatusCode};
use hyper::body::Bytes;

use super::caller::Caller;
use super::endpoint::{Endpoint, Service};
use super::keys::BadKey;
use super::received::Received;
use super::refusal::{Refusal, Trouble};
use super::sigv4::{Claim, SignatureFault, check_signature, check_window};
use super::{Shared, eks, sts};

/// A request on its way to a service.
pub(super) struct Visit<'a> {
    pub(super) request: &'a Received,
    service: Service,
    /// The region of the endpoint, if it has one.
    region: Option<String>,
    claim: Result<Option<Claim>, SignatureFault>,
}

/// Who called, and for which region.
pub(super) struct Authenticated {
    pub(super) caller: Caller,
    pub(super) region: String,
}

pub(super) fn answer(aws: &Shared, request: &Received) -> Response<Bytes> {
    let claim = Claim::of(request);
    let (service, region) = match Endpoint::of_host(request.host()) {
        Endpoint::Known { service, region } => (Some(service), Some(region)),
        Endpoint::Custom => (service_by_claim(request, &claim), None),
        Endpoint::Absent => (None, None),
    };
    let Some(service) = service else {
        return absent(aws, request);
    };
    let visit = Visit {
        request,
        service,
        region,
        claim,
    };
    match service {
        Service::Sts => sts::answer(aws, &visit),
        Service::Eks => eks::answer(aws, &visit),
    }
}

/// The service of a request to a custom endpoint: First the one it is signed for. Next, of one that
/// has no readable signature, the one that has such paths.
fn service_by_claim(
    request: &Received,
    claim: &Result<Option<Claim>, SignatureFault>,
) -> Option<Service> {
    match claim {
        Ok(Some(claim)) => Service::named(&claim.scope.service),
        _ if request.path() == "/" => Some(Service::Sts),
        _ => Some(Service::Eks),
    }
}

fn absent(aws: &Shared, request: &Received) -> Response<Bytes> {
    aws.counters.aws_request("other", "other");
    let message = "expected a request to STS or EKS, which are all that this local AWS has: check \
                   the host, and the service that the request is signed for";
    let refusal = Refusal::new(StatusCode::NOT_IMPLEMENTED, "NotImplemented", message);
    aws.counters.aws_refusal(refusal.code);
    sts::refused(request, &refusal)
}

impl Visit<'_> {
    /// The fault in force that keeps the service from looking at this request.
    pub(super) fn trouble(&self, aws: &Shared) -> Result<(), Trouble> {
        if aws.faults.is_unavailable() {
            return Err(Trouble::Unavailable);
        }
        if aws.faults.throttles_this() {
            return Err(Trouble::Throttled);
        }
        Ok(())
    }

    /// Finds out who made the request, by its signature alone.
    pub(super) fn authenticate(&self, aws: &Shared) -> Result<Authenticated, SignatureFault> {
        let claim = self.claim.as_ref().map_err(Clone::clone)?;
        let claim = claim.as_ref().ok_or(SignatureFault::Missing)?;
        let now = aws.clock.now();
        let (scope, region) = (&claim.scope, self.region.as_deref());
        scope.check(self.service.name(), region, &claim.date)?;
        check_window(claim, now, aws.presigned_lifetime)?;
        self.check_partition(aws, &scope.region)?;
        let token = claim.session_token.as_ref().map(|it| it.as_str());
        let found = aws.keys.find(&claim.access_key_id, token, now);
        let found = found.map_err(|bad| match bad {
            BadKey::Invalid => SignatureFault::InvalidKey,
            BadKey::Expired => SignatureFault::ExpiredSession,
        })?;
        check_signature(self.request, claim, &found.secret)?;
        Ok(Authenticated {
            caller: found.caller,
            region: scope.region.clone(),
        })
    }

    /// Keys of one partition are unknown in all others.
    fn check_partition(&self, aws: &Shared, region: &str) -> Result<(), SignatureFault> {
        let partition = Region::new(region).map(|it| Partition::of_region(&it));
        match partition {
            Ok(it) if it == aws.principals.partition() => Ok(()),
            _ => Err(SignatureFault::InvalidKey),
        }
    }
}
