//! The flags of the server and of `init`, with the names of aws-iam-authenticator where it has them.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueHint};
use eksauth::token::{ClusterId, Partition};

use crate::feature_gates::FeatureGates;
use crate::go_bool::flag_value;
use crate::mapping_rules::MappingFlags;
use crate::sts_flags::StsFlags;

/// Flags that aws-iam-authenticator has for all of its commands.
#[derive(Debug, Default, Args)]
pub(crate) struct CommonFlags {
    /// Configuration file (YAML, JSON or TOML)
    #[arg(short, long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Name of the cluster that tokens are for [env: KUBERNETES_AWS_AUTHENTICATOR_CLUSTER_ID]
    #[arg(short = 'i', long = "cluster-id", visible_alias = "cluster-name")]
    #[arg(value_name = "NAME")]
    pub(crate) cluster: Option<ClusterId>,

    /// SSORoleMatch, ConfiguredInitDirectories, IAMIdentityMappingCRD, AllAlpha, AllBeta
    #[arg(long, value_name = "NAME=BOOL")]
    pub(crate) feature_gates: Vec<FeatureGates>,
}

/// Where the server listens, and where its files are.
#[derive(Debug, Default, Args)]
pub(crate) struct PlaceFlags {
    /// IP address to listen on [default: 127.0.0.1]
    #[arg(long, value_name = "IP")]
    pub(crate) address: Option<String>,

    /// Port to listen on [default: 21362]
    #[arg(long, value_name = "PORT")]
    pub(crate) port: Option<u16>,

    /// Name by which API servers reach it, for the certificate [default: localhost]
    #[arg(long, value_name = "NAME")]
    pub(crate) hostname: Option<String>,

    /// Folder of cert.pem and key.pem [default: /var/aws-iam-authenticator]
    #[arg(long, value_name = "DIR")]
    pub(crate) state_dir: Option<PathBuf>,

    /// Where to write the kubeconfig for `--authentication-token-webhook-config-file` of the API server
    /// [default: /etc/kubernetes/aws-iam-authenticator/kubeconfig.yaml]
    #[arg(long, value_name = "FILE")]
    pub(crate) generate_kubeconfig: Option<PathBuf>,
}

/// Flags of the server.
#[derive(Debug, Default, Args)]
pub(crate) struct ServerFlags {
    #[command(flatten)]
    pub(crate) place: PlaceFlags,

    /// AWS partition whose STS hosts are accepted [default: aws]
    #[arg(long, value_name = "PARTITION")]
    pub(crate) partition: Option<Partition>,

    /// The kubeconfig for the API server is there already: do not write it
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(value_name = "BOOL", value_parser = flag_value)]
    pub(crate) kubeconfig_pregenerated: Option<bool>,

    /// Where mappings come from, the first that has one wins: MountedFile, EKSConfigMap, CRD,
    /// DynamicFile [default: MountedFile]
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub(crate) backend_mode: Vec<String>,

    #[command(flatten)]
    pub(crate) mappings: MappingFlags,

    /// Kubeconfig for the backends EKSConfigMap and CRD [default: the pod's service account]
    // A path would not be let be empty.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::AnyPath)]
    pub(crate) kubeconfig: Option<OsString>,

    /// URL of the API server for these backends [default: that of the kubeconfig]
    #[arg(long, value_name = "URL")]
    pub(crate) master: Option<String>,

    /// Write the status of IAMIdentityMapping objects, for tools that look at it
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(value_name = "BOOL", value_parser = flag_value)]
    pub(crate) crd_status: Option<bool>,

    /// One of several servers writes the status, the others stand by; for `--crd-status`
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(value_name = "BOOL", value_parser = flag_value)]
    pub(crate) leader_elect: Option<bool>,

    /// Namespace of the Lease by which they agree [default: kube-system]
    #[arg(long, value_name = "NAME")]
    pub(crate) leader_elect_namespace: Option<String>,

    /// Calls of EC2 per second for private DNS names, 0 for no limit [default: 15]
    #[arg(long = "ec2-describeInstances-qps", value_name = "N")]
    pub(crate) ec2_qps: Option<u32>,

    /// Calls of EC2 at once [default: 5]
    #[arg(long = "ec2-describeInstances-burst", value_name = "N")]
    pub(crate) ec2_burst: Option<u32>,

    /// Calls of STS per second [default: 100]
    #[arg(long, value_name = "N")]
    pub(crate) sts_qps: Option<u32>,

    /// Calls of STS at once [default: 200]
    #[arg(long, value_name = "N")]
    pub(crate) sts_burst: Option<u32>,

    /// Time for a call of STS [default: 10s]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(crate) sts_timeout: Option<Duration>,

    /// IP address of the health port [default: all]
    #[arg(long, value_name = "IP")]
    pub(crate) health_address: Option<String>,

    /// Port that answers `ok` in plain HTTP, 0 for none [default: 21363]
    #[arg(long, value_name = "PORT")]
    pub(crate) health_port: Option<u16>,

    /// Time for requests under way when it is told to end [default: 20s]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(crate) drain_timeout: Option<Duration>,

    /// Write each decision into this file, a line of JSON each, `-` for stdout
    #[arg(long, value_name = "FILE")]
    pub(crate) audit_log: Option<PathBuf>,

    /// Ask clients for a certificate of one of these CAs (PEM)
    #[arg(long, value_name = "FILE")]
    pub(crate) client_ca: Option<PathBuf>,

    /// Answer 200 and `authenticated: false` where a token is refused, instead of 403
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(value_name = "BOOL", value_parser = flag_value)]
    pub(crate) denials_as_200: Option<bool>,

    #[command(flatten)]
    pub(crate) sts: StsFlags,
}

/// A duration such as `20s` or `1m30s`; a number alone is in seconds.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    if let Ok(seconds) = text.parse() {
        return Ok(Duration::from_secs(seconds));
    }
    let parsed: Option<jiff::SignedDuration> = text.parse().ok();
    parsed
        .and_then(|it| Duration::try_from(it).ok())
        .ok_or_else(|| {
            format!(
                "expected a duration such as `20s`, but found `{}`",
                text.escape_default()
            )
        })
}
