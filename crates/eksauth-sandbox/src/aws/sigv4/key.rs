//! The signing key of a day, region and service.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::Scope;

pub(in crate::aws) type HmacSha256 = Hmac<Sha256>;

/// The key, ready to sign with.
pub(super) fn derive(secret_access_key: &str, scope: &Scope) -> HmacSha256 {
    let first = Zeroizing::new(format!("AWS4{secret_access_key}"));
    let parts = [&scope.day, &scope.region, &scope.service, "aws4_request"];
    parts.iter().fold(keyed(first.as_bytes()), |mut mac, part| {
        mac.update(part.as_bytes());
        keyed(&*Zeroizing::new(<[u8; 32]>::from(
            mac.finalize().into_bytes(),
        )))
    })
}

#[expect(
    clippy::expect_used,
    reason = "HMAC (RFC 2104) takes keys of any length"
)]
pub(in crate::aws) fn keyed(key: &[u8]) -> HmacSha256 {
    HmacSha256::new_from_slice(key).expect("HMAC takes keys of any length")
}
