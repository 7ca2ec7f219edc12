//! From a token to a user: verify, then map.

mod error;
mod verification;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use eksauth_map::{BackendMode, Denial, Match, Place};

use crate::{LiveMap, PrivateDnsNames, UserInfo, VerifiedIdentity, Verifier};

use verification::Verification;

pub use error::{AuthenticateError, NoUser};

/// Verifies tokens and maps who signed them.
///
/// - A token is signed for one cluster id. Where tokens for several ids are good, as while a cluster is
///   given another, there is a verifier for each: the first is asked first, and only when STS says that
///   the signature does not match is the next one. So a token for the last of N ids costs N calls of
///   STS, unless what was found out is remembered; each verifier remembers for itself.
/// - When STS throttles, it is asked again after a pause with jitter, for 8 s at most; see
///   [`with_patience`](Self::with_patience).
/// - The mappings may change at any time; a request sees one state of them as a whole.
/// - Of identities in scrubbed accounts nothing is told but the user name and groups.
///
/// Clones share everything.
///
/// # Examples
///
/// ```
/// use eksauth_server::{AuthenticateError, Authenticator, LiveMap, Verifier};
///
/// async fn greet(verifier: Verifier, map: LiveMap, token: &str) -> Result<(), AuthenticateError> {
///     let authenticator =
///         Authenticator::new(verifier, map).with_scrubbed_accounts(["123456789012".to_owned()]);
///     match authenticator.authenticate(token).await {
///         Ok(authenticated) => println!("hello {}", authenticated.user.username),
///         Err(AuthenticateError::Map { identity, .. }) => {
///             println!("hello {}, you have no access", identity.canonical_arn());
///         }
///         Err(error) => return Err(error),
///     }
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Authenticator {
    shared: Arc<Shared>,
}

#[derive(Clone, Debug)]
struct Shared {
    verification: Verification,
    map: LiveMap,
    private_dns_names: Option<PrivateDnsNames>,
    scrubbed_accounts: HashSet<String>,
}

/// Somebody whose token is good, and who they are in Kubernetes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Authenticated {
    /// Who signed the token.
    pub identity: Arc<VerifiedIdentity>,
    /// Whether the identity is in a scrubbed account, and so not to be told of.
    pub scrubbed: bool,
    /// Who that is in Kubernetes.
    pub user: UserInfo,
    /// The backend that says so.
    pub backend: BackendMode,
    /// Where in it.
    pub place: Place,
}

impl Authenticator {
    /// An authenticator for one cluster id.
    pub fn new(verifier: Verifier, map: LiveMap) -> Self {
        let shared = Shared {
            verification: Verification::new(verifier),
            map,
            private_dns_names: None,
            scrubbed_accounts: HashSet::new(),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Also takes tokens for the cluster id of another verifier, which is asked after those before it.
    #[must_use]
    pub fn with_verifier(self, verifier: Verifier) -> Self {
        self.with(|shared| shared.verification.push(verifier))
    }

    /// Looks up the private DNS names of nodes. Without it, nobody is let in by a mapping that has the
    /// placeholder `{{EC2PrivateDNSName}}`.
    #[must_use]
    pub fn with_private_dns_names(self, names: PrivateDnsNames) -> Self {
        self.with(|shared| shared.private_dns_names = Some(names))
    }

    /// For so long STS is asked again while it throttles, 8 s unless said; not at all with zero.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        self.with(|shared| shared.verification.set_patience(patience))
    }

    /// Accounts of whose identities nothing is told.
    #[must_use]
    pub fn with_scrubbed_accounts(self, accounts: impl IntoIterator<Item = String>) -> Self {
        self.with(|shared| shared.scrubbed_accounts.extend(accounts))
    }

    /// The user that has signed a token.
    ///
    /// # Errors
    ///
    /// [`AuthenticateError::Verify`] when it is unknown who has, [`AuthenticateError::Map`] when
    /// that is no user.
    pub async fn authenticate(&self, token: &str) -> Result<Authenticated, AuthenticateError> {
        let shared = &self.shared;
        let identity = shared.verification.verify(token).await?;
        let scrubbed = shared.scrubbed_accounts.contains(identity.account_id());
        match shared.map(&identity, scrubbed).await {
            Ok((user, backend, place)) => Ok(Authenticated {
                identity,
                scrubbed,
                user,
                backend,
                place,
            }),
            Err(reason) => Err(AuthenticateError::Map {
                identity,
                scrubbed,
                reason,
            }),
        }
    }

    /// The verifiers, in the order in which they are asked.
    pub fn verifiers(&self) -> impl Iterator<Item = &Verifier> {
        self.shared.verification.verifiers()
    }

    /// The mappings.
    pub fn map(&self) -> &LiveMap {
        &self.shared.map
    }

    fn with(mut self, change: impl FnOnce(&mut Shared)) -> Self {
        change(Arc::make_mut(&mut self.shared));
        self
    }
}

impl Shared {
    async fn map(
        &self,
        identity: &VerifiedIdentity,
        scrubbed: bool,
    ) -> Result<(UserInfo, BackendMode, Place), NoUser> {
        let snapshot = self.map.snapshot();
        let found = snapshot.map.decide(identity.principal());
        let found = found.map_err(|denial| match denial {
            Denial::NotMapped if !snapshot.missing.is_empty() => NoUser::NotReady {
                missing: snapshot.missing.clone(),
            },
            denial => NoUser::Denied(denial),
        })?;
        let name = self.private_dns_name(&found, identity).await?;
        let user = found.render(identity.principal(), name.as_deref())?;
        let user = match scrubbed {
            true => UserInfo::scrubbed(user),
            false => UserInfo::new(user, identity),
        };
        Ok((user, found.backend(), found.place()))
    }

    /// The name that a mapping needs, if it needs one and somebody knows it.
    async fn private_dns_name(
        &self,
        found: &Match<'_>,
        identity: &VerifiedIdentity,
    ) -> Result<Option<Arc<str>>, NoUser> {
        let needed = found.instance_id(identity.principal())?;
        match (needed, &self.private_dns_names) {
            (Some(instance_id), Some(names)) => Ok(Some(names.name(&instance_id).await?)),
            _ => Ok(None),
        }
    }
}
