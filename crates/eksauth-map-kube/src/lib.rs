//! Identity mappings that are kept in a Kubernetes cluster.
