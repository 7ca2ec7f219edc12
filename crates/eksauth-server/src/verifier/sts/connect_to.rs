//! Another place to connect to than the name says.

use std::fmt;
use std::str::FromStr;

/// Where to connect instead, as with curl's `--connect-to`: `HOST1:PORT1:HOST2:PORT2`.
///
/// Requests for `HOST1:PORT1` go to `HOST2:PORT2`, while the certificate is checked for `HOST1`, as
/// TLS's server name and the `Host` header still say. So nothing is trusted that was not before: for
/// a private endpoint of STS, or for a sandbox. An empty first host or port means any, an empty
/// second one means the same. IPv6 addresses stand in brackets.
///
/// # Examples
///
/// ```
/// use eksauth_server::ConnectTo;
///
/// let endpoint: ConnectTo =
///     "sts.eu-west-1.amazonaws.com:443:vpce-1234.sts.eu-west-1.vpce.amazonaws.com:443".parse()?;
/// let sandbox: ConnectTo = "::[::1]:8443".parse()?;
/// # Ok::<(), eksauth_server::InvalidConnectTo>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectTo {
    from_host: Option<String>,
    from_port: Option<u16>,
    to_host: Option<String>,
    to_port: Option<u16>,
}

impl ConnectTo {
    /// Everything goes to this address.
    pub fn everything_to(address: std::net::SocketAddr) -> Self {
        Self {
            from_host: None,
            from_port: None,
            to_host: Some(bracketed(&address.ip().to_string())),
            to_port: Some(address.port()),
        }
    }

    /// Where to connect for a host and port, if this rule is for them.
    pub(super) fn target(&self, host: &str, port: u16) -> Option<(String, u16)> {
        let same_host = |it: &String| it.eq_ignore_ascii_case(host);
        if !self.from_host.as_ref().is_none_or(same_host)
            || self.from_port.is_some_and(|it| it != port)
        {
            return None;
        }
        let to_host = self.to_host.as_deref().unwrap_or(host);
        Some((to_host.to_owned(), self.to_port.unwrap_or(port)))
    }
}

fn bracketed(host: &str) -> String {
    match host.contains(':') {
        true => format!("[{host}]"),
        false => host.to_owned(),
    }
}

impl FromStr for ConnectTo {
    type Err = InvalidConnectTo;

    fn from_str(text: &str) -> Result<Self, InvalidConnectTo> {
        let invalid = || InvalidConnectTo {
            found: text.escape_default().take(200).collect(),
        };
        let (from_host, rest) = split_host(text).ok_or_else(invalid)?;
        let (from_port, rest) = rest.split_once(':').ok_or_else(invalid)?;
        let (to_host, to_port) = split_host(rest).ok_or_else(invalid)?;
        Ok(Self {
            from_host,
            from_port: port(from_port).ok_or_else(invalid)?,
            to_host,
            to_port: port(to_port).ok_or_else(invalid)?,
        })
    }
}

/// A host, perhaps empty, and what is behind its colon.
fn split_host(text: &str) -> Option<(Option<String>, &str)> {
    let end = match text.strip_prefix('[') {
        Some(rest) => rest.find(']')? + 2,
        None => text.find(':')?,
    };
    let (host, rest) = text.split_at_checked(end)?;
    let rest = rest.strip_prefix(':')?;
    let is_host = |it: &str| http::uri::Authority::try_from(it).is_ok_and(|it| it.host() == host);
    match host {
        "" => Some((None, rest)),
        host if is_host(host) => Some((Some(host.to_owned()), rest)),
        _ => None,
    }
}

/// A port, perhaps none.
fn port(text: &str) -> Option<Option<u16>> {
    match text {
        "" => Some(None),
        text => text.parse().ok().filter(|&port| port != 0).map(Some),
    }
}

impl fmt::Display for ConnectTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = |it: &Option<String>| it.clone().unwrap_or_default();
        let port = |it: Option<u16>| it.map(|it| it.to_string()).unwrap_or_default();
        let (from, to) = (host(&self.from_host), host(&self.to_host));
        write!(
            f,
            "{from}:{}:{to}:{}",
            port(self.from_port),
            port(self.to_port)
        )
    }
}

/// A text that is no [`ConnectTo`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected `HOST1:PORT1:HOST2:PORT2`, each of which may be empty, but found `{found}`")]
pub struct InvalidConnectTo {
    found: String,
}

#[cfg(test)]
mod tests;
