//! A local AWS (STS, EKS) that really checks signatures, and a Kubernetes API behind it.

mod aws;
mod counters;
mod faults;
mod kubernetes;
mod net;
mod world;
