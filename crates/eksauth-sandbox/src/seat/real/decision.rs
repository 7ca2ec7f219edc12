//! What the gate says, in the words of the webhook.

use eksauth_server::{
    AuthenticateError, Authenticated, Decision, Denial, DenialClass, Grant, NoUser, VerifyError,
};

use crate::gate::{Gate, chain};

impl eksauth_server::Authenticate for Gate {
    async fn authenticate(&self, token: &str) -> Decision {
        let outcome = self.ask(token).await;
        Decision {
            signer: None,
            verdict: outcome.map(grant).map_err(|error| denial(&error)),
        }
    }
}

fn grant(authenticated: Authenticated) -> Grant {
    Grant {
        backend: authenticated.backend.name().to_owned(),
        rule: authenticated.place.to_string(),
        user: authenticated.user,
    }
}

fn denial(error: &AuthenticateError) -> Denial {
    let class = match error {
        AuthenticateError::Verify(error) => unverified(error),
        AuthenticateError::Map {
            reason: NoUser::Denied(_),
            ..
        } => DenialClass::NotMapped,
        _ => DenialClass::MappingFailed,
    };
    Denial {
        class,
        reason: chain(error),
    }
}

fn unverified(error: &VerifyError) -> DenialClass {
    match error {
        VerifyError::Token(_) => DenialClass::InvalidToken,
        VerifyError::Denied { .. } => DenialClass::RefusedBySts,
        VerifyError::Throttled { .. } => DenialClass::Throttled,
        VerifyError::Overloaded { retry_after } => DenialClass::Overloaded {
            retry_after: *retry_after,
        },
        _ => DenialClass::StsUnavailable,
    }
}
