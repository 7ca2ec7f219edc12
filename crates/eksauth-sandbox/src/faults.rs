//! Faults that can be switched while the sandbox runs.
