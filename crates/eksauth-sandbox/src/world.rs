//! What there is in the local AWS: accounts, users, roles, keys, clusters, mappings.
