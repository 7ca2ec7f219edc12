//! What the proxy does not do, and how it says so.

use std::io;

use hyper::StatusCode;

/// Why a request to the proxy is refused. The text goes to the client, and nowhere else.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error("expected CONNECT host:port, but the host or the port is missing")]
    NoDestination,
    #[error("{host} is AWS and does not leave the sandbox, which plays it on port 443 only")]
    AwsPort { host: String },
    #[error("{host} is AWS and does not leave the sandbox, which plays it over HTTPS only")]
    PlainAws { host: String },
    #[error(
        "the metadata and credential services of AWS machines cannot be reached in the sandbox"
    )]
    Metadata,
    #[error("cannot reach {host}:{port}: {source}")]
    Unreachable {
        host: String,
        port: u16,
        source: io::Error,
    },
    #[error("only CONNECT: this proxy takes no plain HTTP requests")]
    OnlyConnect,
    #[error("too many connections through the sandbox's proxy")]
    TooMany,
}

impl Refusal {
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::NoDestination => StatusCode::BAD_REQUEST,
            Self::AwsPort { .. }
            | Self::PlainAws { .. }
            | Self::Metadata
            | Self::Unreachable { .. } => StatusCode::BAD_GATEWAY,
            Self::OnlyConnect => StatusCode::NOT_IMPLEMENTED,
            Self::TooMany => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}
