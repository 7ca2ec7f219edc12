//! Signature Version 4, from the verifier's side.
//!
//! Everything is worked out from the request as it was received. Nothing is shared with the signer
//! of `eksauth-token` or with `aws-sigv4`: they are what this is to judge.
//!
//! Specification: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

mod canonical;
mod claim;
mod fault;
mod key;
mod scope;
#[cfg(test)]
mod tests;
mod window;

use data_encoding::HEXLOWER;
use hmac::Mac as _;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::received::Received;

pub(super) use claim::Claim;
pub(super) use fault::SignatureFault;
pub(super) use key::{HmacSha256, keyed};
use scope::Scope;
pub(super) use window::check_window;

/// The only algorithm of SigV4 proper.
const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// Checks that the holder of the secret access key signed this very request.
pub(super) fn check_signature(
    request: &Received,
    claim: &Claim,
    secret_access_key: &str,
) -> Result<(), SignatureFault> {
    let canonical_request = canonical::request(request, claim)?;
    let expected = signature(claim, &canonical_request, secret_access_key);
    if expected.as_bytes().ct_eq(claim.signature.as_bytes()).into() {
        Ok(())
    } else {
        Err(SignatureFault::Mismatch)
    }
}

fn signature(claim: &Claim, canonical_request: &[u8], secret: &str) -> Zeroizing<String> {
    let string_to_sign = string_to_sign(claim, canonical_request);
    let mut mac = key::derive(secret, &claim.scope);
    mac.update(string_to_sign.as_bytes());
    Zeroizing::new(HEXLOWER.encode(&mac.finalize().into_bytes()))
}

fn string_to_sign(claim: &Claim, canonical_request: &[u8]) -> String {
    let hash = HEXLOWER.encode(&Sha256::digest(canonical_request));
    format!(
        "{ALGORITHM}\n{}\n{}\n{hash}",
        claim.date.text(),
        claim.scope
    )
}
