//! What the server is to do: flags, environment and configuration file in one.

mod backends;
mod election;
mod first_reading;
mod limits;
#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use eksauth::token::{ClusterId, Partition};
use eksauth_server::{DenialStatus, Limits};

use crate::failed::Failed;
use crate::feature_gates::FeatureGates;
use crate::incumbent_config::{Config, ServerSection};
use crate::kube_target::{Advice, ApiServer};
use crate::problems::Problems;
use crate::process::Process;
use crate::sts_flags::StsFlags;
use crate::token_request::{CLUSTER_VARIABLE, found_cluster};

use super::flags::{CommonFlags, ServerFlags, duration};
use super::place::{Place, ip_address};

pub(crate) use backends::{BackendSettings, MountedFile};
pub(crate) use election::ElectionSettings;
pub(crate) use limits::Ec2Settings;

const HEALTH_PORT: u16 = 21363;
const DRAIN_TIMEOUT: Duration = Duration::from_secs(20);
/// A server looks for no kubeconfig of whoever starts it.
const ADVICE: Advice = Advice {
    kubeconfig: "`--kubeconfig`, or `server.kubeconfig` of the configuration file",
    context: "name one there as `current-context`",
};

/// What the server is to do. The order of each value: First the flag. Next the environment. Next the
/// configuration file. Finally the default.
pub(crate) struct ServerSettings {
    /// Unless there is no configuration file.
    pub(crate) mounted_file: Option<MountedFile>,
    pub(crate) cluster: ClusterId,
    /// Names that the cluster had, whose tokens are good still.
    pub(crate) further_clusters: Vec<ClusterId>,
    pub(crate) partition: Partition,
    pub(crate) place: Place,
    pub(crate) kubeconfig_pregenerated: bool,
    pub(crate) backends: BackendSettings,
    pub(crate) scrubbed_accounts: Vec<String>,
    pub(crate) api_server: ApiServer,
    pub(crate) crd_status: bool,
    pub(crate) election: ElectionSettings,
    pub(crate) ec2: Ec2Settings,
    pub(crate) limits: Limits,
    pub(crate) sts: StsFlags,
    pub(crate) health: Option<SocketAddr>,
    pub(crate) drain_timeout: Duration,
    pub(crate) audit_log: Option<PathBuf>,
    pub(crate) client_ca: Option<PathBuf>,
    pub(crate) denial_status: DenialStatus,
    /// What is odd, a line each.
    pub(crate) warnings: Vec<String>,
}

impl ServerSettings {
    /// # Errors
    ///
    /// Everything that is wrong, in the order in which aws-iam-authenticator looks at it.
    pub(crate) fn resolve(
        common: CommonFlags,
        flags: ServerFlags,
        process: &Process,
    ) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let Some(config) = problems.take(read_config(&common)) else {
            return Err(problems);
        };
        let (file, of_file) = config.server();
        problems.append(of_file);
        let warnings = config.unknown_keys();
        let gates = FeatureGates::merged(&common.feature_gates);
        let resolved = Resolving {
            config: &config,
            file,
            gates,
            problems: &mut problems,
            warnings,
        }
        .all(common.cluster, flags, process);
        match resolved {
            Some(resolved) if problems.is_empty() => Ok(resolved),
            _ => Err(problems),
        }
    }
}

/// The file that `--config` names, or nothing.
pub(crate) fn read_config(common: &CommonFlags) -> Result<Config, Failed> {
    let config = common.config.as_deref().map(Config::read).transpose()?;
    Ok(config.unwrap_or_default())
}

/// The cluster: first the flag, next the environment, finally the file.
pub(crate) fn cluster(
    flag: Option<ClusterId>,
    config: &Config,
    process: &Process,
) -> Result<ClusterId, Failed> {
    let found = match flag {
        Some(cluster) => Some(cluster),
        None => found_cluster(config, process)?,
    };
    found.ok_or_else(|| {
        Failed::new(format!(
            "expected the name of the cluster, but found none: give it with `--cluster-id NAME` (`-i`), in \
             {CLUSTER_VARIABLE}, or as `clusterID` of the configuration file"
        ))
    })
}

/// The partition: first the flag, finally the file.
pub(crate) fn partition(
    flag: Option<Partition>,
    file: &ServerSection,
) -> Result<Partition, Failed> {
    match (flag, &file.partition) {
        (Some(partition), _) => Ok(partition),
        (None, Some(name)) => name.parse().map_err(|error| {
            Failed::new("could not use `server.partition` of the configuration file").because(error)
        }),
        (None, None) => Ok(Partition::Aws),
    }
}

fn denial_status(as_200: Option<bool>) -> DenialStatus {
    match as_200 {
        Some(true) => DenialStatus::Review,
        _ => DenialStatus::Error,
    }
}

/// On the way.
struct Resolving<'a> {
    config: &'a Config,
    file: ServerSection,
    gates: FeatureGates,
    problems: &'a mut Problems,
    warnings: Vec<String>,
}

impl Resolving<'_> {
    fn all(
        mut self,
        cluster_flag: Option<ClusterId>,
        flags: ServerFlags,
        process: &Process,
    ) -> Option<ServerSettings> {
        let rules = backends::rules(self.gates.clone(), &self.file, flags.mappings);
        let names = self.backend_names(flags.backend_mode);
        let mounted_file = self.mounted_file(rules, &names);
        let cluster = cluster(cluster_flag, self.config, process);
        let cluster = self.problems.take(cluster);
        let partition = partition(flags.partition, &self.file);
        let partition = self.problems.take(partition);
        let backends = self.backends(&names, rules);
        let place = Place::resolve(flags.place, &mut self.file, self.problems);
        let ec2 = limits::ec2(flags.ec2_qps, flags.ec2_burst, &self.file);
        let ec2 = self.problems.take(ec2);
        let limits = self.limits(flags.sts_qps, flags.sts_burst, flags.sts_timeout);
        let health = self.health(flags.health_address, flags.health_port);
        let drain = self.file.drain_timeout.take();
        let drain_timeout = self.duration(flags.drain_timeout, drain, "drainTimeout");
        let crd_status = (flags.crd_status.or(self.file.crd_status)).unwrap_or_default();
        let election = self.election(flags.leader_elect, flags.leader_elect_namespace, crd_status);
        let api_server = self.api_server(flags.kubeconfig, flags.master);
        let file = self.file;
        Some(ServerSettings {
            mounted_file,
            cluster: cluster?,
            further_clusters: file.cluster_ids,
            partition: partition?,
            place: place?,
            kubeconfig_pregenerated: (flags.kubeconfig_pregenerated)
                .or(file.kubeconfig_pregenerated)
                .unwrap_or_default(),
            backends: backends?,
            scrubbed_accounts: file.scrubbed_accounts,
            api_server,
            crd_status,
            election: election?,
            ec2: ec2?,
            limits: limits?,
            sts: flags.sts,
            health: health?,
            drain_timeout: drain_timeout.unwrap_or(DRAIN_TIMEOUT),
            audit_log: flags.audit_log.or(file.audit_log),
            client_ca: flags.client_ca.or(file.client_ca),
            denial_status: denial_status(flags.denials_as_200.or(file.denials_as_200)),
            warnings: self.warnings,
        })
    }

    fn limits(
        &mut self,
        qps: Option<u32>,
        burst: Option<u32>,
        timeout: Option<Duration>,
    ) -> Option<Limits> {
        let in_file = self.file.sts_timeout.take();
        let timeout = self.duration(timeout, in_file, "stsTimeout");
        let (qps, burst) = (qps.or(self.file.sts_qps), burst.or(self.file.sts_burst));
        self.problems.take(limits::sts(qps, burst, timeout))
    }

    fn election(
        &mut self,
        leader_elect: Option<bool>,
        namespace: Option<String>,
        crd_status: bool,
    ) -> Option<ElectionSettings> {
        let leader_elect = leader_elect.or(self.file.leader_elect).unwrap_or_default();
        let namespace = namespace.or(self.file.leader_elect_namespace.take());
        let election = ElectionSettings::new(leader_elect, namespace);
        let election = self.problems.take(election)?;
        self.warnings.extend(election.oddity(crd_status));
        Some(election)
    }

    /// An empty flag is as good as none, as in scripts with a variable that is not set.
    fn api_server(&mut self, kubeconfig: Option<OsString>, master: Option<String>) -> ApiServer {
        let kubeconfig = kubeconfig.filter(|it| !it.is_empty()).map(PathBuf::from);
        let master = master.filter(|it| !it.is_empty());
        ApiServer {
            kubeconfig: kubeconfig.or(self.file.kubeconfig.take()),
            context: None,
            url: master.or(self.file.master.take()),
            advice: ADVICE,
        }
    }

    /// First the flag, finally the file.
    fn duration(
        &mut self,
        flag: Option<Duration>,
        file: Option<String>,
        key: &str,
    ) -> Option<Duration> {
        let Some(text) = file.filter(|_| flag.is_none()) else {
            return flag;
        };
        let parsed = duration(&text).map_err(|error| {
            Failed::new(format!(
                "could not use `server.{key}` of the configuration file"
            ))
            .because(Failed::new(error))
        });
        self.problems.take(parsed)
    }

    /// `Some(None)` when there is to be none.
    fn health(&mut self, address: Option<String>, port: Option<u16>) -> Option<Option<SocketAddr>> {
        let address = address.or(self.file.health_address.take());
        let address = match address {
            Some(text) => self.problems.take(ip_address(&text, "healthAddress"))?,
            None => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        };
        let port = port.or(self.file.health_port).unwrap_or(HEALTH_PORT);
        Some((port != 0).then_some(SocketAddr::new(address, port)))
    }
}
