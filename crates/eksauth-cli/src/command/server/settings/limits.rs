//! How often AWS is asked.

use std::num::NonZeroU32;
use std::time::Duration;

use eksauth::AssumeRole;
use eksauth::token::Arn;
use eksauth_server::{DescribeRate, Limits};

use crate::failed::Failed;
use crate::incumbent_config::ServerSection;

const EC2_QPS: u32 = 15;
const EC2_BURST: u32 = 5;

/// How EC2 is asked for private DNS names.
#[derive(Clone, Debug)]
pub(crate) struct Ec2Settings {
    pub(crate) rate: DescribeRate,
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
    let role = file.ec2_role_arn.as_ref().map(AssumeRole::new);
    let role = role.transpose().map_err(|error| {
        Failed::new("could not use `server.ec2DescribeInstancesRoleARN` of the configuration file")
            .because(error)
    })?;
    if role.is_some()
        && let Some(arn) = &file.source_arn
    {
        check_source(arn)?;
    }
    Ok(Ec2Settings { rate, role })
}

/// `sourceARN` names the cluster on whose behalf the role is assumed, and its account.
fn check_source(arn: &str) -> Result<(), Failed> {
    let unusable = || Failed::new("could not use `server.sourceARN` of the configuration file");
    let parsed = Arn::parse(arn).map_err(|error| unusable().because(error))?;
    match parsed.account() {
        "" => Err(unusable().because(Failed::new(
            "expected an ARN with an account, but found none",
        ))),
        _ => Ok(()),
    }
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
