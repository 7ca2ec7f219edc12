//! A certificate that vouches for itself.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P256_SHA256,
};
use zeroize::Zeroizing;

use super::{CertificateError, CertificateFiles, ServerNames, write};

/// Clients' clocks may be behind ours.
const BEFORE: SignedDuration = SignedDuration::from_hours(24);

/// Ten years. Only API servers whose kubeconfig names this very certificate trust it, and it takes a
/// restart of theirs to trust another one: a short life would be an outage by schedule.
const LIFETIME: SignedDuration = SignedDuration::from_hours(10 * 365 * 24);

/// The mode of the certificate, which is no secret.
const READABLE: u32 = 0o644;

/// The mode of the key.
const PRIVATE: u32 = 0o600;

/// Makes a certificate and its key, and writes both. Whichever is missing is written last: should this
/// end in between, it is still missing, and both are made again the next time.
///
/// The certificate is no CA's: what knows its key can be this server, and nothing else.
pub(super) fn write_pair(
    files: &CertificateFiles,
    names: &ServerNames,
    now: Timestamp,
) -> Result<(), CertificateError> {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(failed)?;
    let key = Zeroizing::new(key);
    let certificate = parameters(names, now)?.self_signed(&*key).map_err(failed)?;
    let key = Zeroizing::new(key.serialize_pem());
    let certificate = Zeroizing::new(certificate.pem());
    let mut parts = [
        (&files.key, PRIVATE, key),
        (&files.certificate, READABLE, certificate),
    ];
    if files.has_certificate()? {
        parts.reverse();
    }
    for (path, mode, content) in parts {
        write::atomically(path, mode, content.as_bytes()).map_err(|source| {
            CertificateError::Write {
                path: path.clone(),
                source,
            }
        })?;
    }
    Ok(())
}

fn parameters(names: &ServerNames, now: Timestamp) -> Result<CertificateParams, CertificateError> {
    let mut certificate = CertificateParams::new(names.alternative_names()).map_err(failed)?;
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CommonName, "aws-iam-authenticator");
    certificate.distinguished_name = subject;
    certificate.is_ca = IsCa::ExplicitNoCa;
    certificate.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    certificate.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    // The sums cannot overflow: both libraries end with the year 9999.
    certificate.not_before = epoch + since_epoch(now, -BEFORE)?;
    certificate.not_after = epoch + since_epoch(now, LIFETIME)?;
    Ok(certificate)
}

fn since_epoch(now: Timestamp, shift: SignedDuration) -> Result<Duration, CertificateError> {
    now.checked_add(shift)
        .ok()
        .and_then(|moment| Duration::try_from(moment.as_duration()).ok())
        .ok_or_else(|| CertificateError::Generate {
            reason: format!("expected a clock between 1970 and 9989, but found {now}"),
        })
}

fn failed(error: rcgen::Error) -> CertificateError {
    CertificateError::Generate {
        reason: error.to_string(),
    }
}
