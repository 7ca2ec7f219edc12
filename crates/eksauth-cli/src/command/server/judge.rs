//! The authenticator, as the webhook asks it.

use eksauth::token::Problem;
use eksauth_server::{
    Authenticate, AuthenticateError, Authenticated, Authenticator, Decision, Denial, DenialClass,
    Grant, NoUser, Signer, VerifiedIdentity, VerifyError,
};

use crate::failed::chain;

/// Says which user has signed a token.
#[derive(Clone, Debug)]
pub(super) struct Judge(pub(super) Authenticator);

impl Authenticate for Judge {
    async fn authenticate(&self, token: &str) -> Decision {
        match self.0.authenticate(token).await {
            Ok(authenticated) => granted(authenticated),
            Err(error) => denied(&error),
        }
    }
}

fn granted(authenticated: Authenticated) -> Decision {
    Decision {
        signer: Some(signer(&authenticated.identity, authenticated.scrubbed)),
        verdict: Ok(Grant {
            user: authenticated.user,
            backend: authenticated.backend.name().to_owned(),
            rule: authenticated.place.to_string(),
        }),
    }
}

fn denied(error: &AuthenticateError) -> Decision {
    let (signer, class) = match error {
        AuthenticateError::Verify(error) => (None, class_of_token(error)),
        AuthenticateError::Map {
            identity,
            scrubbed,
            reason,
        } => (Some(signer(identity, *scrubbed)), class_of_identity(reason)),
        _ => (None, DenialClass::MappingFailed),
    };
    Decision {
        signer,
        verdict: Err(Denial {
            class,
            reason: reason(error),
        }),
    }
}

/// The whole chain. The host that a token names is the caller's to choose, and nobody who reads a log is
/// to take it for one that was asked: it is told at debug only.
fn reason(error: &AuthenticateError) -> String {
    if let AuthenticateError::Verify(VerifyError::Token(problem @ Problem::Host { .. })) = error {
        tracing::debug!(%problem, "the host of a token");
        return format!(
            "{error}: expected a host of AWS STS in the partition of this server, but found another one"
        );
    }
    chain(error, ": ")
}

fn signer(identity: &VerifiedIdentity, scrubbed: bool) -> Signer {
    Signer {
        principal: identity.principal().clone(),
        sts_host: identity.sts_host().to_owned(),
        scrubbed,
    }
}

fn class_of_token(error: &VerifyError) -> DenialClass {
    match error {
        VerifyError::Token(_) => DenialClass::InvalidToken,
        VerifyError::Denied { .. } => DenialClass::RefusedBySts,
        VerifyError::Throttled { .. } => DenialClass::Throttled,
        VerifyError::Overloaded { retry_after, .. } => DenialClass::Overloaded {
            retry_after: *retry_after,
        },
        _ => DenialClass::StsUnavailable,
    }
}

fn class_of_identity(reason: &NoUser) -> DenialClass {
    match reason {
        NoUser::Denied(_) | NoUser::Unusable(_) => DenialClass::NotMapped,
        _ => DenialClass::MappingFailed,
    }
}
