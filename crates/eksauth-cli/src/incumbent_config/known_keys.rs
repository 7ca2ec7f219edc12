//! The keys that mean something, and those that do not.

use serde_json::Value;

use super::section::Section;

/// The keys of the top level, in the spelling of the documentation.
const TOP_LEVEL: [&str; 13] = [
    "cache",
    "clusterID",
    "defaultRole",
    "externalID",
    "forwardSessionName",
    "output",
    "partition",
    "region",
    "role",
    "server",
    "sessionName",
    "token",
    "tokenOnly",
];

/// The keys below `server`.
const SERVER: [&str; 37] = [
    "address",
    "auditLog",
    "backendMode",
    "clientCA",
    "clusterIDs",
    "crdStatus",
    "denialsAs200",
    "drainTimeout",
    "dropRolePaths",
    "dynamicBackendModePath",
    "dynamicfilepath",
    "dynamicfileUserIDStrict",
    "ec2DescribeInstancesBurst",
    "ec2DescribeInstancesQps",
    "ec2DescribeInstancesRoleARN",
    "generateKubeconfig",
    "healthAddress",
    "healthPort",
    "hostname",
    "kubeconfig",
    "kubeconfigPregenerated",
    "leaderElect",
    "leaderElectNamespace",
    "mapAccounts",
    "mapRoles",
    "mapUsers",
    "master",
    "partition",
    "port",
    "reservedPrefixConfig",
    "scrubbedAccounts",
    "sourceARN",
    "stateDir",
    "stsBurst",
    "stsQps",
    "stsTimeout",
    "wildcardRoles",
];

/// The keys of an entry of `reservedPrefixConfig`.
const PREFIXES: [&str; 2] = ["backendmode", "usernamePrefixReserveList"];

/// A line for each key that means nothing. Those of mappings are told by who reads the mappings.
pub(super) fn unknown_in(root: &Section) -> Vec<String> {
    let mut lines = Vec::new();
    unknown_of(root, &TOP_LEVEL, &mut lines);
    if let Ok(Some(server)) = root.section("server") {
        unknown_of(&server, &SERVER, &mut lines);
        unknown_of_prefixes(&server, &mut lines);
    }
    lines
}

fn unknown_of_prefixes(server: &Section, lines: &mut Vec<String>) {
    let entries = server.value("reservedprefixconfig");
    let entries = entries.and_then(Value::as_array).into_iter().flatten();
    for (index, entry) in entries.enumerate() {
        let way = format!("{}[{index}]", server.way_to("reservedPrefixConfig"));
        if let Some(Ok(section)) = entry.as_object().map(|it| Section::new(&way, it.clone())) {
            unknown_of(&section, &PREFIXES, lines);
        }
    }
}

fn unknown_of(section: &Section, known: &[&str], lines: &mut Vec<String>) {
    for (lower, entry) in section.entries() {
        if known.iter().any(|it| it.to_lowercase() == lower) {
            continue;
        }
        let meant = match nearest(lower, known) {
            Some(near) => format!(": did you mean `{near}`?"),
            None => String::new(),
        };
        lines.push(format!(
            "the key `{}` of the configuration file means nothing{meant}",
            section.way_to(&entry.key)
        ));
    }
}

/// The known key that is written most like this one.
fn nearest<'k>(lower: &str, known: &[&'k str]) -> Option<&'k str> {
    let plain = |it: &str| it.to_lowercase().replace(['-', '_'], "");
    let found = plain(lower);
    let distances = known
        .iter()
        .map(|it| (strsim::osa_distance(&found, &plain(it)), *it))
        .filter(|(distance, _)| *distance <= found.chars().count() / 3);
    distances
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, it)| it)
}
