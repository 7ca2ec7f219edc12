//! What was asked of the sandbox, counted.
