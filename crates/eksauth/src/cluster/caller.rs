//! Who is asking.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_sts::Client;

use crate::unlogged::unlogged;

/// An error message does not wait longer for what would only make it better.
const PATIENCE: Duration = Duration::from_secs(3);

/// An identity, as far as it is known.
#[derive(Default)]
pub(super) struct Caller {
    pub(super) account: Option<String>,
    pub(super) arn: Option<String>,
}

impl Caller {
    /// Asks STS once; without an answer, nothing is known.
    pub(super) async fn ask(config: &SdkConfig) -> Self {
        let config = aws_sdk_sts::config::Builder::from(config)
            .retry_config(RetryConfig::disabled())
            .timeout_config(TimeoutConfig::builder().operation_timeout(PATIENCE).build())
            .build();
        let asked = async { Client::from_conf(config).get_caller_identity().send().await };
        match unlogged(asked).await {
            Ok(answer) => Self {
                account: answer.account,
                arn: answer.arn,
            },
            Err(_) => {
                tracing::debug!("STS did not tell whose credentials these are");
                Self::default()
            }
        }
    }
}
