//! The private DNS names of EC2 instances, which nodes go by.

mod batch;
mod describe;
mod ec2;
mod error;
mod metrics;
mod names;
mod queue;
mod rate;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::timeout;

use names::Names;
use queue::Queue;
use rate::CallRate;

pub use describe::{DescribeInstances, InstancePage, InstanceQuery};
pub use ec2::{Ec2, InvalidEc2Endpoint};
pub use eksauth_map::{InstanceId, NotAnInstanceId};
pub use error::{DescribeError, PrivateDnsError};
pub use metrics::PrivateDnsMetrics;
pub use rate::{DescribeRate, InvalidDescribeRate};

/// Calls that wait for EC2 at the same time. The rate bounds how many begin.
const MOST_CALLS: usize = 8;

/// Finds out the private DNS name of an EC2 instance.
///
/// - A name is remembered for a day: the id of an instance is never used again, and its name stays.
///   10 000 names are, so that a cluster's nodes fit. That there is no such instance is remembered
///   for 5 s.
/// - Everybody who asks for the same instance at the same time shares one call. A call goes on when
///   those who wait for it leave.
/// - A call is made at once when none was made a moment ago. Otherwise the ids of 50 ms are asked for
///   together, up to 100 in a call, and so are those that wait for the [`DescribeRate`].
/// - An instance that does not exist does not spoil the call for others. An instance without a name is
///   an error, which is not remembered.
/// - A call that EC2 throttles or does not answer is made again, twice at most.
///
/// Clones share everything. It needs a tokio runtime with time.
///
/// # Examples
///
/// ```no_run
/// use aws_credential_types::provider::SharedCredentialsProvider;
/// use aws_smithy_async::time::SystemTimeSource;
/// use eksauth_server::{DescribeRate, Ec2, PrivateDnsNames, StsConnection};
/// use eksauth_token::Region;
///
/// # async fn example(credentials: SharedCredentialsProvider) -> Result<(), Box<dyn std::error::Error>> {
/// let region = Region::new("eu-west-1")?;
/// let ec2 = Ec2::new(region, credentials, &StsConnection::new(), SystemTimeSource::new())?;
/// let names = PrivateDnsNames::new(ec2, DescribeRate::default());
/// println!("{}", names.name(&"i-0123456789abcdef0".parse()?).await?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct PrivateDnsNames {
    desk: Arc<Desk>,
}

/// What everybody shares who asks, and who answers.
struct Desk {
    ec2: Box<dyn DescribeInstances>,
    names: Names,
    queue: Queue,
    rate: CallRate,
    calls: Arc<Semaphore>,
    /// How long somebody waits for a name.
    patience: Duration,
    metrics: PrivateDnsMetrics,
}

impl PrivateDnsNames {
    /// How long somebody waits for a name, unless told otherwise.
    pub const PATIENCE: Duration = Duration::from_secs(5);

    /// Asks EC2, at most so often.
    pub fn new(ec2: impl DescribeInstances + 'static, rate: DescribeRate) -> Self {
        let desk = Desk {
            ec2: Box::new(ec2),
            names: Names::default(),
            queue: Queue::default(),
            rate: CallRate::new(rate),
            calls: Arc::new(Semaphore::new(MOST_CALLS)),
            patience: Self::PATIENCE,
            metrics: PrivateDnsMetrics::default(),
        };
        Self {
            desk: Arc::new(desk),
        }
    }

    /// The private DNS name of an instance.
    ///
    /// # Errors
    ///
    /// [`PrivateDnsError`] when there is no such instance or it has no name, and when EC2 does not say in
    /// time.
    pub async fn name(&self, instance_id: &InstanceId) -> Result<Arc<str>, PrivateDnsError> {
        let answer = self.find(instance_id).await;
        if answer.is_err() {
            self.desk.metrics.failed();
        }
        answer
    }

    /// What is counted.
    pub fn metrics(&self) -> &PrivateDnsMetrics {
        &self.desk.metrics
    }

    async fn find(&self, id: &InstanceId) -> Result<Arc<str>, PrivateDnsError> {
        if let Some(known) = self.desk.names.get(id) {
            self.desk.metrics.remembered();
            return known;
        }
        let limit = self.desk.patience;
        match timeout(limit, batch::join(&self.desk, id.clone())?).await {
            Ok(answer) => answer,
            Err(_) => Err(PrivateDnsError::TimedOut { limit }),
        }
    }
}

impl fmt::Debug for PrivateDnsNames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateDnsNames").finish_non_exhaustive()
    }
}
