//! How often AWS is asked.

use std::num::NonZeroU32;
use std::time::Duration;

use eksauth::{AssumeRole, InvalidRole};
use eksauth_server::{DescribeRate, Limits};

use crate::failed::Failed;
use crate::incumbent_config::ServerSection;

const EC2_QPS: u32 = 15;
const EC2_BURST: u32 = 5;

/// How EC2 is asked for private DNS names.
#[derive(Clone, Debug)]
pub(crate) struct Ec2Settings {
    pub(crate) rate: DescribeRate,
    /// Assumed on behalf of `sourceARN`, if there is one.
    pub(crate) role: Option<AssumeRole>,
}

pub(super) fn ec2(
    qps: Option<u32>,
    burst: Option<u32>,
    file: &ServerSection,
) -> Result<Ec2Settings, Failed> {
    let qps = qps.or(file.ec2_qps).unwrap_or(EC2_QPS);
    let burst = burst.or(file.ec2_burst).unwrap_or(EC2_BURST);
    let rate = DescribeRate::new(qps, burst)
        .map_err(|error| Failed::new("could not use `ec2DescribeInstancesBurst`").because(error))?;
    let role = ec2_role(file)?;
    Ok(Ec2Settings { rate, role })
}

/// The role that EC2 is asked with, on behalf of the cluster that `sourceARN` names. Nobody looks at the
/// source of no role.
fn ec2_role(file: &ServerSection) -> Result<Option<AssumeRole>, Failed> {
    let unusable = |key: &str, error: InvalidRole| {
        let message = format!("could not use `server.{key}` of the configuration file");
        Failed::new(message).because(error)
    };
    let Some(arn) = &file.ec2_role_arn else {
        return Ok(None);
    };
    let role = AssumeRole::new(arn);
    let role = role.map_err(|error| unusable("ec2DescribeInstancesRoleARN", error))?;
    let Some(source) = &file.source_arn else {
        return Ok(Some(role));
    };
    let role = role.with_source_arn(source);
    let role = role.map_err(|error| unusable("sourceARN", error))?;
    Ok(Some(role))
}

pub(super) fn sts(
    qps: Option<u32>,
    burst: Option<u32>,
    timeout: Option<Duration>,
) -> Result<Limits, Failed> {
    let mut limits = Limits::default();
    if let Some(qps) = qps {
        limits.calls_per_second = at_least_one(qps, "stsQps")?;
    }
    if let Some(burst) = burst {
        limits.burst = at_least_one(burst, "stsBurst")?;
    }
    if let Some(timeout) = timeout {
        if timeout.is_zero() {
            return Err(Failed::new(
                "expected more than no time as `stsTimeout`, but found 0",
            ));
        }
        limits.sts_timeout = timeout;
        limits.connect_timeout = limits.connect_timeout.min(timeout);
    }
    Ok(limits)
}

fn at_least_one(number: u32, key: &str) -> Result<NonZeroU32, Failed> {
    NonZeroU32::new(number)
        .ok_or_else(|| Failed::new(format!("expected at least 1 as `{key}`, but found 0")))
}
