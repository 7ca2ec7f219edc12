//! Where a cluster is, and what to trust there.

mod answer;
mod authority;
mod caller;
mod error;
mod known;
mod lookup;
mod name;
mod refusal;

use eksauth_token::{ClusterId, Region};

pub use error::DescribeError;
pub use lookup::ClusterLookup;

/// A cluster that can be connected to, as EKS describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    name: String,
    region: Region,
    arn: Option<String>,
    endpoint: String,
    certificate_authority: Vec<u8>,
    token_cluster: ClusterId,
    access: EndpointAccess,
}

impl Cluster {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The region it is in.
    pub fn region(&self) -> &Region {
        &self.region
    }

    /// Its ARN, if EKS told it.
    pub fn arn(&self) -> Option<&str> {
        self.arn.as_deref()
    }

    /// The URL of its API server, with `https`.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The certificates to trust its API server by, in PEM: one at least, each fit to be a root.
    pub fn certificate_authority(&self) -> &[u8] {
        &self.certificate_authority
    }

    /// What its tokens are bound to: the id of a local cluster on Outposts, the name of any other.
    pub fn token_cluster(&self) -> &ClusterId {
        &self.token_cluster
    }

    /// From where its API server can be reached.
    pub fn access(&self) -> &EndpointAccess {
        &self.access
    }
}

/// From where the API server of a cluster can be reached.
///
/// Neither [`public`](Self::public) nor [`private`](Self::private) is set when EKS did not say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EndpointAccess {
    /// From the internet, as far as [`public_cidrs`](Self::public_cidrs) reach.
    pub public: bool,
    /// From within the cluster's VPC, and from networks connected to it.
    pub private: bool,
    /// The address ranges on the internet that are let in, such as `0.0.0.0/0`.
    pub public_cidrs: Vec<String>,
    /// The id of the cluster's VPC.
    pub vpc: Option<String>,
}

#[cfg(test)]
mod tests;
