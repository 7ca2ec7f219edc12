//! The ConfigMap `kube-system/aws-auth`, watched and edited.

mod add;
mod watch;

pub use add::{AwsAuthAddError, IfMissing, add_role, add_user};
pub use watch::AwsAuthWatch;

const NAMESPACE: &str = "kube-system";
const NAME: &str = "aws-auth";
