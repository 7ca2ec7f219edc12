use std::fs;

use serde_json::Value;

use super::*;
use crate::failed::chain;

fn read(name: &str, text: &str) -> Result<Config, String> {
    let home = eksauth_testing::TestHome::new();
    let path = home.write(name, text);
    let read = Config::read(&path);
    fs::remove_file(path).unwrap();
    read.map_err(|error| chain(&error, ": "))
}

/// What is wrong with `server:`.
fn problems(text: &str) -> Vec<String> {
    let (_, problems) = read("c.yaml", text).unwrap().server();
    problems.texts().collect()
}

const ALL: &str = "
partition: aws-cn
generateKubeconfig: /k
kubeconfigPregenerated: true
stateDir: /s
kubeconfig: /client
master: https://m
address: 0.0.0.0
port: 21362
hostname: h
backendMode: [MountedFile, CRD]
ec2DescribeInstancesQps: 7
ec2DescribeInstancesBurst: 3
ec2DescribeInstancesRoleARN: arn:r
sourceARN: arn:s
mapRoles: []
mapUsers: []
mapAccounts: []
scrubbedAccounts: ['012345678901']
dynamicfilepath: /d
dynamicfileUserIDStrict: true
dynamicBackendModePath: /b
reservedPrefixConfig: [{backendmode: CRD, usernamePrefixReserveList: ['aws:', 'iam:']}]
clusterIDs: [old]
healthAddress: 127.0.0.1
healthPort: 0
drainTimeout: 5s
auditLog: /a
clientCA: /ca
dropRolePaths: true
wildcardRoles: true
denialsAs200: true
crdStatus: true
leaderElect: true
leaderElectNamespace: leases
stsQps: 10
stsBurst: 20
stsTimeout: 3s
";

fn below_server(lines: &str, indent: &str) -> String {
    let lines = lines.trim().lines();
    let lines: Vec<_> = lines.map(|it| format!("{indent}{it}\n")).collect();
    format!("clusterID: prod\nserver:\n{}", lines.concat())
}

/// Every section in one line.
fn as_toml(json: &Value) -> String {
    fn inline(value: &Value) -> String {
        match value {
            Value::Object(fields) => {
                let fields: Vec<_> = fields
                    .iter()
                    .map(|(key, value)| format!("{key} = {}", inline(value)))
                    .collect();
                format!("{{ {} }}", fields.join(", "))
            }
            Value::Array(items) => {
                let items: Vec<_> = items.iter().map(inline).collect();
                format!("[{}]", items.join(", "))
            }
            value => value.to_string(),
        }
    }
    let fields = json.as_object().unwrap().iter();
    let lines: Vec<_> = fields
        .map(|(key, it)| format!("{key} = {}\n", inline(it)))
        .collect();
    lines.concat()
}

#[test]
fn every_key_is_read_in_any_case_and_any_format() {
    let yaml = below_server(ALL, "  ");
    let as_json: Value = serde_saphyr::from_str(&yaml).unwrap();
    let upper: Vec<String> = ALL
        .trim()
        .lines()
        .map(|line| {
            let (key, value) = line.split_once(": ").unwrap();
            format!("{}: {value}", key.to_uppercase())
        })
        .collect();
    let upper = below_server(&upper.join("\n"), "    ");
    let (expected, problems) = read("c.yaml", &yaml).unwrap().server();
    assert!(problems.is_empty(), "{problems:?}");
    let expected = format!("{expected:?}");
    assert!(!expected.contains("None"), "{expected}");
    for (name, text) in [
        ("c.yml", upper),
        ("c.json", as_json.to_string()),
        ("c.toml", as_toml(&as_json)),
    ] {
        let config = read(name, &text).unwrap();
        assert_eq!(config.cluster().unwrap().unwrap().as_str(), "prod");
        assert_eq!(config.unknown_keys(), [""; 0], "{name}");
        let (found, problems) = config.server();
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(format!("{found:?}"), expected, "{name}");
    }
}

#[test]
fn values_are_weakly_typed() {
    let text = "
server:
  port: '21362'
  kubeconfigPregenerated: T
  hostname: 7
  backendMode: MountedFile  EKSConfigMap
  scrubbedAccounts: 012345678901,222222222222
  address:
  stateDir: ''
  reservedPrefixConfig: {backendMode: CRD}
";
    let (server, problems) = read("c.yaml", text).unwrap().server();
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(server.port, Some(21362));
    assert_eq!(server.kubeconfig_pregenerated, Some(true));
    assert_eq!(server.hostname.as_deref(), Some("7"));
    assert_eq!(
        server.backend_mode,
        Some(vec!["MountedFile".to_owned(), "EKSConfigMap".to_owned()])
    );
    assert_eq!(server.scrubbed_accounts, ["012345678901", "222222222222"]);
    assert_eq!((server.address, server.state_dir), (None, None));
    assert_eq!(server.reserved_prefixes[0].backend_mode, "CRD");
}

#[test]
fn values_of_another_type_are_told_by_key_all_at_once() {
    let told = problems(
        "server: {port: 70000, kubeconfigPregenerated: perhaps, address: [a], backendMode: {a: b}, \
         reservedPrefixConfig: [{backendmode: [a]}]}",
    );
    let told = told.join("\n");
    for words in [
        "a port, from 0 to 65535, as `server.port`",
        "`70000`",
        "`true` or `false` as `server.kubeconfigPregenerated`",
        "a text as `server.address` in the configuration file, but found a list",
        "a list of texts as `server.backendMode`",
        "`server.reservedPrefixConfig[0].backendmode`",
    ] {
        assert!(told.contains(words), "{words} in {told}");
    }
    assert_eq!(problems("server: 1").len(), 1);
}

#[test]
fn a_key_that_means_nothing_is_told_with_the_one_that_may_be_meant() {
    let config = read(
        "c.yaml",
        "
cluster-id: prod
colour: red
server:
  mapRole: []
  state_dir: /s
  mapRoles: [{roleARN: a, usernames: b}]
  reservedPrefixConfig: [{backendMode: CRD, prefixes: [a]}]
",
    );
    let lines = config.unwrap().unknown_keys();
    assert_eq!(
        lines,
        [
            "the key `cluster-id` of the configuration file means nothing: did you mean `clusterID`?",
            "the key `colour` of the configuration file means nothing",
            "the key `server.mapRole` of the configuration file means nothing: did you mean `mapRoles`?",
            "the key `server.state_dir` of the configuration file means nothing: did you mean `stateDir`?",
            "the key `server.reservedPrefixConfig[0].prefixes` of the configuration file means nothing",
        ]
    );
}

#[test]
fn a_key_that_is_there_twice_is_refused() {
    let error = read("c.yaml", "clusterID: a\nclusterid: b\n").unwrap_err();
    assert!(
        error.contains("`clusterID` once") || error.contains("`clusterid` once"),
        "{error}"
    );
}

#[test]
fn a_file_of_another_kind_is_refused_without_what_is_in_it() {
    for (name, text, words) in [
        ("c.env", "clusterID=secret", "`.env`"),
        ("c", "clusterID: secret", "no extension"),
        ("c.yaml", "- secret", "keys and values"),
        ("c.yaml", "token: [secret", "line 1"),
        (
            "c.yaml",
            "a: 1\n---\ntoken: secret",
            "another one behind `---` at line 3",
        ),
        ("c.json", "{\"token\": secret}", "line 1"),
        ("c.toml", "a = 1\ntoken = secret\n", "line 2"),
    ] {
        let error = read(name, text).unwrap_err();
        assert!(error.contains(words), "{words} in {error}");
        assert!(!error.contains("secret"), "{error}");
    }
}

#[test]
fn an_empty_file_says_nothing() {
    for name in ["c.yaml", "c.toml"] {
        let config = read(name, "\n").unwrap();
        assert!(config.cluster().unwrap().is_none());
        let (server, problems) = config.server();
        assert!(problems.is_empty());
        assert!(server.port.is_none());
    }
}

#[test]
fn anchors_and_merge_keys_stand_for_what_they_name() {
    let text = "
shared: &shared {port: 1, hostname: a}
clusterID: &name demo
server:
  <<: *shared
  hostname: b
  scrubbedAccounts: [&account 012345678901, *account]
  stateDir: *name
";
    let config = read("c.yaml", text).unwrap();
    let (server, problems) = config.server();
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(
        (server.port, server.hostname.as_deref()),
        (Some(1), Some("b"))
    );
    assert_eq!(server.scrubbed_accounts, ["012345678901"; 2]);
    assert_eq!(server.state_dir.as_deref(), Some(Path::new("demo")));
}
