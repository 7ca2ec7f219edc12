//! Signing and decoding.
