//! The CA's certificate, and those it vouches for.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use jiff::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CidrSubnet, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, KeyUsagePurpose, NameConstraints, SerialNumber,
};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::sign::CertifiedKey;

use super::key::Key;
use super::pem::PemPair;
use super::validity::Validity;
use crate::net::NetError;
use crate::net::aws_host::{aws_domains, is_aws_host};

/// What makes certificates. All of them share one key: they live and die in one process.
pub(super) struct Issuer {
    ca: CertifiedIssuer<'static, Key>,
    validity: Validity,
    leaf_key: Key,
    /// `leaf_key`, as the TLS library wants it.
    tls_key: Arc<dyn rustls::sign::SigningKey>,
}

impl Issuer {
    pub(super) fn new(now: Timestamp) -> Result<Self, NetError> {
        let validity = Validity::around(now)?;
        let ca = CertifiedIssuer::self_signed(ca_certificate(validity)?, Key::generate()?)?;
        let leaf_key = Key::generate()?;
        let encoded = PrivatePkcs8KeyDer::from(leaf_key.secret_der());
        let tls_key = rustls::crypto::ring::sign::any_ecdsa_type(&encoded.into())?;
        Ok(Self {
            ca,
            validity,
            leaf_key,
            tls_key,
        })
    }

    pub(super) fn pem(&self) -> String {
        self.ca.pem()
    }

    /// A certificate for a server of these names, which are IP addresses or DNS names.
    pub(super) fn issue(&self, names: &[&str]) -> Result<Arc<CertifiedKey>, NetError> {
        let leaf = self.server(names)?.signed_by(&self.leaf_key, &self.ca)?;
        let chain = vec![leaf.der().clone()];
        Ok(Arc::new(CertifiedKey::new(
            chain,
            Arc::clone(&self.tls_key),
        )))
    }

    /// The same for another program, which must not know our key.
    pub(super) fn server_pem(&self, names: &[&str]) -> Result<PemPair, NetError> {
        self.pem_pair(self.server(names)?)
    }

    /// A certificate for a client: in Kubernetes the common name is the user and the organization a
    /// group.
    pub(super) fn client_pem(&self, user: &str, group: &str) -> Result<PemPair, NetError> {
        let mut client = self.leaf(user, ExtendedKeyUsagePurpose::ClientAuth)?;
        let subject = &mut client.distinguished_name;
        subject.push(DnType::OrganizationName, group);
        self.pem_pair(client)
    }

    fn pem_pair(&self, leaf: CertificateParams) -> Result<PemPair, NetError> {
        let key = Key::generate()?;
        Ok(PemPair {
            certificate: leaf.signed_by(&key, &self.ca)?.pem(),
            key: key.secret_pem(),
        })
    }

    fn server(&self, names: &[&str]) -> Result<CertificateParams, NetError> {
        if let Some(foreign) = names.iter().find(|name| !may_vouch_for(name)) {
            return Err(NetError::ForeignName {
                found: foreign.escape_default().to_string(),
            });
        }
        let mut server = self.leaf(
            "eksauth sandbox server",
            ExtendedKeyUsagePurpose::ServerAuth,
        )?;
        server.subject_alt_names = names_of(names)?;
        Ok(server)
    }

    fn leaf(
        &self,
        name: &str,
        purpose: ExtendedKeyUsagePurpose,
    ) -> Result<CertificateParams, NetError> {
        let mut leaf = certificate(name, self.validity)?;
        leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf.extended_key_usages = vec![purpose];
        leaf.use_authority_key_identifier_extension = true;
        Ok(leaf)
    }
}

/// A CA that can vouch for AWS's names and this machine, and nothing else: whoever comes to trust it
/// by accident risks no more than the sandbox itself.
fn ca_certificate(validity: Validity) -> Result<CertificateParams, NetError> {
    let mut ca = certificate("eksauth sandbox CA", validity)?;
    ca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    ca.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    ca.name_constraints = Some(NameConstraints {
        permitted_subtrees: permitted_names(),
        excluded_subtrees: Vec::new(),
    });
    Ok(ca)
}

/// RFC 5280, section 4.2.1.10: a DNS name permits itself and what is below it.
fn permitted_names() -> Vec<GeneralSubtree> {
    let mut domains: Vec<_> = aws_domains().chain(["localhost"]).collect();
    domains.sort_unstable();
    domains.dedup();
    let loopback = [
        CidrSubnet::from_addr_prefix(IpAddr::V4(Ipv4Addr::LOCALHOST), 8),
        CidrSubnet::from_addr_prefix(IpAddr::V6(Ipv6Addr::LOCALHOST), 128),
    ];
    domains
        .into_iter()
        .map(|domain| GeneralSubtree::DnsName(domain.to_owned()))
        .chain(loopback.into_iter().map(GeneralSubtree::IpAddress))
        .collect()
}

/// What [`permitted_names`] says, before a client does.
fn may_vouch_for(name: &str) -> bool {
    match name.parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => name == "localhost" || is_aws_host(name),
    }
}

fn names_of(names: &[&str]) -> Result<Vec<rcgen::SanType>, NetError> {
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    Ok(CertificateParams::new(names)?.subject_alt_names)
}

/// What all certificates have in common.
fn certificate(name: &str, validity: Validity) -> Result<CertificateParams, NetError> {
    let mut certificate = CertificateParams::default();
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CommonName, name);
    certificate.distinguished_name = subject;
    certificate.serial_number = Some(serial_number()?);
    validity.apply(&mut certificate);
    Ok(certificate)
}

/// RFC 5280, section 4.1.2.2: unique, positive, of at most 20 bytes. Without one, rcgen takes a hash
/// of the key, which all certificates share.
fn serial_number() -> Result<SerialNumber, NetError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(NetError::Randomness)?;
    bytes[0] = bytes[0] & 0x7f | 0x40;
    Ok(SerialNumber::from_slice(&bytes))
}
