//! What the gate says, in the words of the webhook.

use eksauth_server::{Authenticated, Decision, Denial, Grant};

use crate::gate::Gate;

impl eksauth_server::Authenticate for Gate {
    async fn authenticate(&self, token: &str) -> Decision {
        let outcome = self.ask(token).await;
        Decision {
            signer: None,
            verdict: outcome.map(grant).map_err(|error| Denial::from(&error)),
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
