//! From a token to a user: verify, then map.

use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::{IdentityMap, MapError, UserInfo, VerifiedIdentity, Verifier, VerifyError};

/// Verifies tokens and maps who signed them.
///
/// Clones share everything; the map can be swapped while requests are under way, each of which sees
/// the one or the other as a whole.
///
/// # Examples
///
/// ```
/// use eksauth_server::{AuthenticateError, Authenticator, IdentityMap, RoleMapping, Verifier};
///
/// async fn greet(verifier: Verifier, token: &str) -> Result<(), Box<dyn std::error::Error>> {
///     let admin = RoleMapping {
///         role_arn: "arn:aws:iam::123456789012:role/Admin".to_owned(),
///         username: "admin:{{SessionName}}".to_owned(),
///         groups: vec!["system:masters".to_owned()],
///     };
///     let authenticator = Authenticator::new(verifier, IdentityMap::new([admin], [], [])?);
///     match authenticator.authenticate(token).await {
///         Ok(user) => println!("hello {}", user.username),
///         Err(AuthenticateError::Map { identity, .. }) => {
///             println!("hello {}, you have no access", identity.canonical_arn());
///         }
///         Err(error) => return Err(error.into()),
///     }
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Authenticator {
    verifier: Verifier,
    map: Arc<ArcSwap<IdentityMap>>,
}

impl Authenticator {
    /// An authenticator of these two.
    pub fn new(verifier: Verifier, map: IdentityMap) -> Self {
        Self {
            verifier,
            map: Arc::new(ArcSwap::from_pointee(map)),
        }
    }

    /// The user that has signed a token.
    ///
    /// # Errors
    ///
    /// [`AuthenticateError::Verify`] when it is unknown who has, [`AuthenticateError::Map`] when
    /// that is no user.
    pub async fn authenticate(&self, token: &str) -> Result<UserInfo, AuthenticateError> {
        let identity = self.verifier.verify(token).await?;
        let user = self.map.load().map(&identity);
        user.map_err(|reason| AuthenticateError::Map { identity, reason })
    }

    /// Takes another map from now on.
    pub fn set_map(&self, map: IdentityMap) {
        self.map.store(Arc::new(map));
    }

    /// The verifier.
    pub fn verifier(&self) -> &Verifier {
        &self.verifier
    }
}

/// Why a token is no user's.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuthenticateError {
    /// It is unknown who signed it.
    #[error("could not verify the token")]
    Verify(#[from] VerifyError),
    /// Who signed it is not a user here.
    #[error("could not map `{}` to a user", identity.canonical_arn())]
    Map {
        /// Who signed it.
        identity: Arc<VerifiedIdentity>,
        /// What is missing.
        #[source]
        reason: MapError,
    },
}
