//! The authenticator, as the webhook asks it.

use eksauth_server::{
    Authenticate, AuthenticateError, Authenticated, Authenticator, Decision, Denial, Grant, Signer,
    VerifiedIdentity,
};

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
    let signer = match error {
        AuthenticateError::Map {
            identity, scrubbed, ..
        } => Some(signer(identity, *scrubbed)),
        _ => None,
    };
    Decision {
        signer,
        verdict: Err(Denial::from(error)),
    }
}

fn signer(identity: &VerifiedIdentity, scrubbed: bool) -> Signer {
    Signer {
        principal: identity.principal().clone(),
        sts_host: identity.sts_host().to_owned(),
        scrubbed,
    }
}
