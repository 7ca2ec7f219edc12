//! Token source.
