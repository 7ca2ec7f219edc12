//! What a webhook is called.

use std::net::IpAddr;

use rustls::pki_types::ServerName;

/// The address that a webhook listens on, and the host that its clients ask for.
///
/// # Examples
///
/// ```
/// use eksauth_server::ServerNames;
///
/// let names = ServerNames::new("127.0.0.1".parse().unwrap(), "localhost")?;
/// assert_eq!(names.hostname(), "localhost");
/// # Ok::<(), eksauth_server::InvalidHostname>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerNames {
    address: IpAddr,
    hostname: String,
    server_name: ServerName<'static>,
}

/// A hostname that no certificate can be for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a DNS name or an IP address, but found `{}`", found.escape_default())]
pub struct InvalidHostname {
    found: String,
}

/// As much of a wrong name as an error shows.
const SHOWN: usize = 64;

impl ServerNames {
    /// The names of a webhook.
    ///
    /// # Errors
    ///
    /// When the hostname is neither a DNS name nor an IP address, which has no brackets here.
    pub fn new(address: IpAddr, hostname: &str) -> Result<Self, InvalidHostname> {
        let server_name = ServerName::try_from(hostname).map_err(|_| InvalidHostname {
            found: hostname.chars().take(SHOWN).collect(),
        })?;
        Ok(Self {
            address,
            hostname: hostname.to_owned(),
            server_name: server_name.to_owned(),
        })
    }

    /// The host that clients ask for.
    pub fn hostname(&self) -> &str {
        &self.hostname
    }

    /// The same, as TLS compares it with a certificate.
    pub(super) fn server_name(&self) -> &ServerName<'static> {
        &self.server_name
    }

    /// The names in a certificate: the address, unless it stands for all, and the hostname.
    pub(super) fn alternative_names(&self) -> Vec<String> {
        let mut names = Vec::new();
        if !self.address.is_unspecified() {
            names.push(self.address.to_string());
        }
        let same_address = self.hostname.parse() == Ok(self.address);
        if !same_address || self.address.is_unspecified() {
            names.push(self.hostname.clone());
        }
        names
    }

    /// The host as it is written in a URL.
    pub(super) fn url_host(&self) -> String {
        match self.hostname.parse() {
            Ok(IpAddr::V6(address)) => format!("[{address}]"),
            _ => self.hostname.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alternative_names(address: &str, hostname: &str) -> Vec<String> {
        let names = ServerNames::new(address.parse().unwrap(), hostname).unwrap();
        names.alternative_names()
    }

    #[test]
    fn a_certificate_is_for_the_address_and_the_hostname() {
        for (address, hostname, names) in [
            ("127.0.0.1", "localhost", vec!["127.0.0.1", "localhost"]),
            ("0.0.0.0", "localhost", vec!["localhost"]),
            ("::", "auth.example.org", vec!["auth.example.org"]),
            ("127.0.0.1", "127.0.0.1", vec!["127.0.0.1"]),
            ("127.0.0.1", "10.0.0.7", vec!["127.0.0.1", "10.0.0.7"]),
            ("::1", "0:0::1", vec!["::1"]),
        ] {
            assert_eq!(alternative_names(address, hostname), names, "{hostname}");
        }
    }

    #[test]
    fn a_hostname_that_is_none_is_shown_escaped_and_cut() {
        let address = IpAddr::from([127, 0, 0, 1]);
        let hostile = format!("a\n{}", "b".repeat(1_000));
        for hostname in ["", "a b", "https://localhost", "[::1]", "host:1", &hostile] {
            let error = ServerNames::new(address, hostname).unwrap_err().to_string();
            assert!(!error.contains('\n') && error.len() < 200, "{error}");
        }
    }
}
