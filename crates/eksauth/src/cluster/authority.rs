//! The certificate authority of a cluster.

use data_encoding::BASE64;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

/// The PEM in the base64 of EKS; otherwise what was found instead.
///
/// Every certificate must be fit to be a root: a client that skips one would trust less than the
/// cluster asks for, and one that does not would fail later and further away.
pub(super) fn checked(base64: Option<&str>) -> Result<Vec<u8>, &'static str> {
    let base64 = base64.map(str::trim).filter(|it| !it.is_empty());
    let base64 = base64.ok_or("none")?;
    let pem = BASE64
        .decode(base64.as_bytes())
        .map_err(|_| "something that is not base64")?;
    checked_pem(&pem)?;
    Ok(pem)
}

/// The certificates in PEM, in DER; otherwise what was found instead.
pub(super) fn checked_pem(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, &'static str> {
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .map_err(|_| "damaged PEM")?;
    if certificates.is_empty() {
        return Err("no certificate in PEM");
    }
    let mut roots = RootCertStore::empty();
    for certificate in &certificates {
        roots
            .add(certificate.clone())
            .map_err(|_| "a certificate that cannot be a root")?;
    }
    Ok(certificates)
}
