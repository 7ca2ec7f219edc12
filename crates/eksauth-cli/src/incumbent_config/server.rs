//! `server:` of the configuration file, apart from the lists of mappings.

use std::path::PathBuf;

use eksauth::token::ClusterId;
use serde_json::Value;

use crate::failed::Failed;
use crate::problems::Problems;

use super::section::{Section, scalar, shown};

/// What the file says about the server. Nothing is filled in.
#[derive(Debug, Default)]
pub(crate) struct ServerSection {
    pub(crate) partition: Option<String>,
    pub(crate) generate_kubeconfig: Option<PathBuf>,
    pub(crate) kubeconfig_pregenerated: Option<bool>,
    pub(crate) state_dir: Option<PathBuf>,
    pub(crate) kubeconfig: Option<PathBuf>,
    pub(crate) master: Option<String>,
    pub(crate) address: Option<String>,
    pub(crate) port: Option<u16>,
    pub(crate) hostname: Option<String>,
    pub(crate) backend_mode: Option<Vec<String>>,
    pub(crate) ec2_qps: Option<u32>,
    pub(crate) ec2_burst: Option<u32>,
    pub(crate) ec2_role_arn: Option<String>,
    pub(crate) source_arn: Option<String>,
    pub(crate) scrubbed_accounts: Vec<String>,
    pub(crate) dynamic_file: Option<PathBuf>,
    pub(crate) dynamic_file_user_id_strict: Option<bool>,
    pub(crate) dynamic_backend_mode: Option<PathBuf>,
    pub(crate) reserved_prefixes: Vec<ReservedPrefixes>,

    // Below, what aws-iam-authenticator does not know.
    pub(crate) cluster_ids: Vec<ClusterId>,
    pub(crate) health_address: Option<String>,
    pub(crate) health_port: Option<u16>,
    pub(crate) drain_timeout: Option<String>,
    pub(crate) audit_log: Option<PathBuf>,
    pub(crate) client_ca: Option<PathBuf>,
    pub(crate) drop_role_paths: Option<bool>,
    pub(crate) wildcard_roles: Option<bool>,
    pub(crate) denials_as_200: Option<bool>,
    pub(crate) crd_status: Option<bool>,
    pub(crate) leader_elect: Option<bool>,
    pub(crate) leader_elect_namespace: Option<String>,
    pub(crate) sts_qps: Option<u32>,
    pub(crate) sts_burst: Option<u32>,
    pub(crate) sts_timeout: Option<String>,
}

/// An entry of `reservedPrefixConfig`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ReservedPrefixes {
    /// As it is written; empty if it is not.
    pub(crate) backend_mode: String,
    pub(crate) prefixes: Vec<String>,
}

impl ServerSection {
    pub(super) fn of(root: &Section) -> (Self, Problems) {
        let mut problems = Problems::default();
        let section = problems.or_default(root.section("server"));
        let section = section.unwrap_or_default();
        let read = Self::read(&section, &mut problems);
        (read, problems)
    }

    fn read(section: &Section, problems: &mut Problems) -> Self {
        Self {
            reserved_prefixes: problems.or_default(reserved_prefixes(section)),
            scrubbed_accounts: list(problems.or_default(section.words("scrubbedaccounts"))),
            cluster_ids: problems.or_default(cluster_ids(section)),
            ..Self::read_rest(section, problems)
        }
    }

    /// What is one word.
    fn read_rest(section: &Section, problems: &mut Problems) -> Self {
        macro_rules! read {
            (text $key:literal) => {
                problems.or_default(section.text($key))
            };
            (path $key:literal) => {
                problems.or_default(section.path($key))
            };
            (flag $key:literal) => {
                problems.or_default(section.flag($key))
            };
            (port $key:literal) => {
                problems.or_default(section.parsed($key, "a port, from 0 to 65535,"))
            };
            (count $key:literal) => {
                problems.or_default(section.parsed($key, "a whole number"))
            };
        }
        Self {
            partition: read!(text "partition"),
            generate_kubeconfig: read!(path "generatekubeconfig"),
            kubeconfig_pregenerated: read!(flag "kubeconfigpregenerated"),
            state_dir: read!(path "statedir"),
            kubeconfig: read!(path "kubeconfig"),
            master: read!(text "master"),
            address: read!(text "address"),
            port: read!(port "port"),
            hostname: read!(text "hostname"),
            backend_mode: problems.or_default(section.words("backendmode")),
            ec2_qps: read!(count "ec2describeinstancesqps"),
            ec2_burst: read!(count "ec2describeinstancesburst"),
            ec2_role_arn: read!(text "ec2describeinstancesrolearn"),
            source_arn: read!(text "sourcearn"),
            dynamic_file: read!(path "dynamicfilepath"),
            dynamic_file_user_id_strict: read!(flag "dynamicfileuseridstrict"),
            dynamic_backend_mode: read!(path "dynamicbackendmodepath"),
            health_address: read!(text "healthaddress"),
            health_port: read!(port "healthport"),
            drain_timeout: read!(text "draintimeout"),
            audit_log: read!(path "auditlog"),
            client_ca: read!(path "clientca"),
            drop_role_paths: read!(flag "droprolepaths"),
            wildcard_roles: read!(flag "wildcardroles"),
            denials_as_200: read!(flag "denialsas200"),
            crd_status: read!(flag "crdstatus"),
            leader_elect: read!(flag "leaderelect"),
            leader_elect_namespace: read!(text "leaderelectnamespace"),
            sts_qps: read!(count "stsqps"),
            sts_burst: read!(count "stsburst"),
            sts_timeout: read!(text "ststimeout"),
            ..Self::default()
        }
    }
}

/// A text may name several with commas, as elsewhere in lists that are weakly typed.
fn list(words: Option<Vec<String>>) -> Vec<String> {
    let words = words.unwrap_or_default();
    let words = words.iter().flat_map(|it| it.split(','));
    words
        .map(|it| it.trim().to_owned())
        .filter(|it| !it.is_empty())
        .collect()
}

fn cluster_ids(section: &Section) -> Result<Vec<ClusterId>, Failed> {
    let names = list(section.words("clusterids")?);
    let ids: Result<_, _> = names.into_iter().map(ClusterId::new).collect();
    ids.map_err(|error| {
        Failed::new("could not use `server.clusterIDs` of the configuration file").because(error)
    })
}

fn reserved_prefixes(section: &Section) -> Result<Vec<ReservedPrefixes>, Failed> {
    let way = section.way_to("reservedPrefixConfig");
    match section.value("reservedprefixconfig") {
        None => Ok(Vec::new()),
        Some(Value::Array(entries)) => entries
            .iter()
            .enumerate()
            .map(|(index, entry)| prefixes_of(&format!("{way}[{index}]"), entry))
            .collect(),
        Some(entry @ Value::Object(_)) => Ok(vec![prefixes_of(&way, entry)?]),
        Some(other) => Err(Failed::new(format!(
            "expected a list as `{way}` in the configuration file, but found {}",
            shown(other)
        ))),
    }
}

fn prefixes_of(way: &str, entry: &Value) -> Result<ReservedPrefixes, Failed> {
    let Value::Object(values) = entry else {
        return Err(Failed::new(format!(
            "expected `backendmode` and `usernamePrefixReserveList` as `{way}` in the configuration \
             file, but found {}",
            shown(entry)
        )));
    };
    let section = Section::new(way, values.clone())?;
    let prefixes = match section.value("usernameprefixreservelist") {
        None => Vec::new(),
        Some(Value::Array(items)) => items.iter().filter_map(scalar).collect(),
        Some(value) => list(scalar(value).map(|it| vec![it])),
    };
    Ok(ReservedPrefixes {
        backend_mode: section.text("backendmode")?.unwrap_or_default(),
        prefixes,
    })
}
