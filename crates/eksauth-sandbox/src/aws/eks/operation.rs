//! What EKS can be asked.

use http::Method;
use percent_encoding::percent_decode_str;

use crate::aws::received::Received;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    DescribeCluster(String),
    ListClusters,
}

impl Operation {
    /// By method and path; `None` for what this local AWS does not have.
    pub(super) fn of(request: &Received) -> Option<Self> {
        if request.method() != Method::GET {
            return None;
        }
        let rest = request.path().strip_prefix("/clusters")?;
        match rest.strip_prefix('/') {
            None if rest.is_empty() => Some(Self::ListClusters),
            Some("") => Some(Self::ListClusters),
            Some(name) if !name.contains('/') => {
                let name = percent_decode_str(name).decode_utf8().ok()?;
                Some(Self::DescribeCluster(name.into_owned()))
            }
            _ => None,
        }
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::DescribeCluster(_) => "DescribeCluster",
            Self::ListClusters => "ListClusters",
        }
    }
}
