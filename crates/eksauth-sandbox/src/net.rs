//! Certificates, listeners and the proxy.
