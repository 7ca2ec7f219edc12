//! Until when a certificate holds.

use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use x509_parser::parse_x509_certificate;

/// The end of a certificate; `None` when it is no certificate.
pub(super) fn of(certificate: &CertificateDer<'_>) -> Option<Timestamp> {
    let (_, certificate) = parse_x509_certificate(certificate).ok()?;
    let seconds = certificate.validity().not_after.timestamp();
    // RFC 5280, section 4.1.2.5: 9999-12-31 is a certificate without an end.
    Some(Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX))
}
