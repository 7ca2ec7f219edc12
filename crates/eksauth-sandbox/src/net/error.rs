//! Why the network of the sandbox cannot be set up.

/// Why the network of the sandbox cannot be set up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum NetError {
    /// The given time, or the end of the certificates counted from it, cannot stand in a certificate.
    #[error("expected a time that a certificate can hold, but found {now}")]
    Time {
        /// The time that was given.
        now: jiff::Timestamp,
    },
    /// A name of a server that is neither AWS nor on this machine.
    #[error(
        "expected a loopback address, `localhost` or an AWS host name, which are all that the \
         sandbox's CA may vouch for, but found `{found}`"
    )]
    ForeignName {
        /// The name that was given.
        found: String,
    },
    /// The system gave no randomness.
    #[error("cannot get random bytes for a certificate's serial number")]
    Randomness(#[source] getrandom::Error),
    /// A key or a certificate cannot be made.
    #[error("cannot make a certificate of the sandbox")]
    Certificate(#[from] rcgen::Error),
    /// A listener cannot be used.
    #[error("cannot listen")]
    Listen(#[from] std::io::Error),
    /// The TLS library takes no key of that kind, or no version of TLS.
    #[error("cannot set up TLS for the sandbox")]
    Tls(#[from] rustls::Error),
}
