//! What is asked of EC2.

use futures_util::future::BoxFuture;

use super::{DescribeError, InstanceId};

/// EC2's `DescribeInstances`, one call at a time.
pub trait DescribeInstances: Send + Sync {
    /// One page of the answer. Instances that do not exist are left out; they fail nothing.
    fn describe_instances<'a>(
        &'a self,
        query: InstanceQuery<'a>,
    ) -> BoxFuture<'a, Result<InstancePage, DescribeError>>;
}

/// Which instances are asked for.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct InstanceQuery<'a> {
    /// At least one, 100 at most.
    pub ids: &'a [InstanceId],
    /// Where the page before has said to go on.
    pub next_token: Option<&'a str>,
}

/// A page of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InstancePage {
    /// The ids of instances and their private DNS names, which are empty for instances that are
    /// being started or are gone.
    pub names: Vec<(String, String)>,
    /// Where to go on, if there is more.
    pub next_token: Option<String>,
}
