//! Certificates that are not made by the webhook itself.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose,
};

use crate::client::Trust;

/// A certificate and its key, in PEM.
#[derive(Clone)]
pub(crate) struct Pair {
    pub(crate) certificate: String,
    pub(crate) key: String,
}

/// Signs certificates of servers and of clients.
pub(crate) struct Ca(CertifiedIssuer<'static, KeyPair>);

impl Ca {
    pub(crate) fn new() -> Self {
        let mut ca = CertificateParams::new(Vec::new()).unwrap();
        ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        ca.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let issuer = CertifiedIssuer::self_signed(ca, KeyPair::generate().unwrap());
        Self(issuer.unwrap())
    }

    pub(crate) fn pem(&self) -> String {
        self.0.pem()
    }

    pub(crate) fn trust(&self) -> Trust {
        Trust::in_pem(&self.pem())
    }

    /// For a server called `localhost`.
    pub(crate) fn server(&self) -> Pair {
        self.server_until(2100)
    }

    /// The same, up to the beginning of a year.
    pub(crate) fn server_until(&self, year: i32) -> Pair {
        let mut server = CertificateParams::new(["localhost".to_owned()]).unwrap();
        server.not_after = rcgen::date_time_ymd(year, 1, 1);
        self.sign(server, ExtendedKeyUsagePurpose::ServerAuth)
    }

    /// For a client.
    pub(crate) fn client(&self) -> Pair {
        let mut client = CertificateParams::new(Vec::new()).unwrap();
        client.distinguished_name.push(DnType::CommonName, "client");
        self.sign(client, ExtendedKeyUsagePurpose::ClientAuth)
    }

    fn sign(&self, mut certificate: CertificateParams, usage: ExtendedKeyUsagePurpose) -> Pair {
        certificate.extended_key_usages = vec![usage];
        let key = KeyPair::generate().unwrap();
        Pair {
            certificate: certificate.signed_by(&key, &self.0).unwrap().pem(),
            key: key.serialize_pem(),
        }
    }
}
