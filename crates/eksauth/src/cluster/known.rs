//! Clusters that need no looking up.

use eksauth_token::Region;

use super::answer::endpoint;
use super::{Cluster, DescribeError, EndpointAccess, authority, name};

impl Cluster {
    /// A cluster whose endpoint (`https://…`) and certificate authority (certificates in PEM) are known.
    ///
    /// # Errors
    ///
    /// [`DescribeError::Name`], [`DescribeError::Endpoint`] and [`DescribeError::CertificateAuthority`]
    /// for what cannot be used.
    ///
    /// # Examples
    ///
    /// ```
    /// use eksauth::token::Region;
    /// use eksauth::{Cluster, DescribeError};
    ///
    /// let region = Region::new("eu-west-1")?;
    /// let found = Cluster::known("prod", region, "https://prod.example.com", b"no certificate");
    /// assert!(matches!(found, Err(DescribeError::CertificateAuthority { .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn known(
        cluster: &str,
        region: Region,
        server: &str,
        certificate_authority: &[u8],
    ) -> Result<Self, DescribeError> {
        let token_cluster = name::checked(cluster)?;
        let endpoint = endpoint(cluster, Some(server.to_owned()))?;
        authority::checked_pem(certificate_authority).map_err(|found| {
            DescribeError::CertificateAuthority {
                cluster: cluster.to_owned(),
                found,
            }
        })?;
        Ok(Self {
            name: cluster.to_owned(),
            region,
            arn: None,
            endpoint,
            certificate_authority: certificate_authority.to_vec(),
            token_cluster,
            access: EndpointAccess::default(),
        })
    }

    /// The certificates to trust its API server by, each in DER.
    pub fn certificates(&self) -> Vec<Vec<u8>> {
        let checked = authority::checked_pem(&self.certificate_authority);
        // They were checked when they came in.
        let certificates = checked.unwrap_or_default().into_iter();
        certificates.map(|it| it.to_vec()).collect()
    }
}
