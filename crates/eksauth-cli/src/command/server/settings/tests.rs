use std::fs;

use clap::{Args as _, Command, FromArgMatches as _};
use eksauth_testing::TestHome;

use super::*;

const CLUSTER: (&str, &str) = (CLUSTER_VARIABLE, "from-variable");

/// The settings of a file, variables and flags that hold no blanks.
fn resolve(file: &str, variables: &[(&str, &str)], flags: &str) -> Result<ServerSettings, String> {
    let home = TestHome::new();
    let path = home.write("config.yaml", file);
    let command = ServerFlags::augment_args(CommonFlags::augment_args(Command::new("server")));
    let line = ["server", "-c", path.to_str().unwrap()];
    let matches = command.get_matches_from(line.into_iter().chain(flags.split_whitespace()));
    let common = CommonFlags::from_arg_matches(&matches).unwrap();
    let flags = ServerFlags::from_arg_matches(&matches).unwrap();
    let settings = ServerSettings::resolve(common, flags, &Process::with_variables(variables));
    fs::remove_file(path).unwrap();
    settings.map_err(|problems| problems.texts().collect::<Vec<_>>().join("\n"))
}

/// Key below `server`, flag, default; then a value for the file and one for the flag, each as it is
/// written and as it is in force.
const SETTINGS: &str = "
partition                 | partition                   | aws | aws-cn | aws-cn | aws-us-gov | aws-us-gov
address                   | address                     | 127.0.0.1 | 0.0.0.0 | 0.0.0.0 | ::1 | ::1
port                      | port                        | 21362 | 1 | 1 | 2 | 2
hostname                  | hostname                    | localhost | a | a | b | b
stateDir                  | state-dir                   | /var/aws-iam-authenticator | /a | /a | b | b
generateKubeconfig        | generate-kubeconfig         | /etc/kubernetes/aws-iam-authenticator/kubeconfig.yaml | /a | /a | b | b
kubeconfigPregenerated    | kubeconfig-pregenerated     | false | true | true | false | false
backendMode               | backend-mode                | [MountedFile] | CRD EKSConfigMap | [Crd, EksConfigMap] | MountedFile,CRD | [MountedFile, Crd]
dropRolePaths             | drop-role-paths             | false | true | true | false | false
wildcardRoles             | wildcard-roles              | false | true | true | false | false
kubeconfig                | kubeconfig                  | None | /a | Some(/a) | b | Some(b)
master                    | master                      | None | https://a | Some(https://a) | https://b | Some(https://b)
crdStatus                 | crd-status                  | false | true | true | false | false
leaderElect               | leader-elect                | false | true | true | false | false
leaderElectNamespace      | leader-elect-namespace      | kube-system | a | a | b-2 | b-2
ec2DescribeInstancesQps   | ec2-describeInstances-qps   | Some(15), 5 | 7 | Some(7), 5 | 0 | None, 5
ec2DescribeInstancesBurst | ec2-describeInstances-burst | Some(15), 5 | 7 | Some(15), 7 | 8 | Some(15), 8
stsQps                    | sts-qps                     | 100 | 7 | 7 | 8 | 8
stsBurst                  | sts-burst                   | 200 | 7 | 7 | 8 | 8
stsTimeout                | sts-timeout                 | 10s | 1m30s | 90s | 7 | 7s
healthAddress             | health-address              | Some([::]:21363) | 127.0.0.1 | Some(127.0.0.1:21363) | ::1 | Some([::1]:21363)
healthPort                | health-port                 | Some([::]:21363) | 1 | Some([::]:1) | 0 | None
drainTimeout              | drain-timeout               | 20s | 0 | 0ns | 5s | 5s
auditLog                  | audit-log                   | None | /a | Some(/a) | - | Some(-)
clientCA                  | client-ca                   | None | /a | Some(/a) | b | Some(b)
denialsAs200              | denials-as-200              | Error | true | Review | false | Error
";

fn in_force(settings: &ServerSettings, key: &str) -> String {
    let it = settings;
    let shown = match key {
        "partition" => it.partition.id().to_owned(),
        "address" => it.place.address.to_string(),
        "port" => it.place.port.to_string(),
        "hostname" => it.place.names.hostname().to_owned(),
        "stateDir" => it.place.state_dir.display().to_string(),
        "generateKubeconfig" => it.place.kubeconfig.display().to_string(),
        "kubeconfigPregenerated" => it.kubeconfig_pregenerated.to_string(),
        "backendMode" => format!("{:?}", it.backends.modes),
        "dropRolePaths" => it.backends.rules.drop_role_paths.to_string(),
        "wildcardRoles" => it.backends.rules.wildcard_roles.to_string(),
        "kubeconfig" => format!("{:?}", it.api_server.kubeconfig),
        "master" => format!("{:?}", it.api_server.url),
        "crdStatus" => it.crd_status.to_string(),
        "leaderElect" => it.election.leader_elect.to_string(),
        "leaderElectNamespace" => it.election.namespace.clone(),
        "ec2DescribeInstancesQps" | "ec2DescribeInstancesBurst" => format!("{:?}", it.ec2.rate)
            .replace("DescribeRate { per_second: ", "")
            .replace("burst: ", "")
            .replace(" }", ""),
        "stsQps" => it.limits.calls_per_second.to_string(),
        "stsBurst" => it.limits.burst.to_string(),
        "stsTimeout" => format!("{:?}", it.limits.sts_timeout),
        "healthAddress" | "healthPort" => format!("{:?}", it.health),
        "drainTimeout" => format!("{:?}", it.drain_timeout),
        "auditLog" => format!("{:?}", it.audit_log),
        "clientCA" => format!("{:?}", it.client_ca),
        "denialsAs200" => format!("{:?}", it.denial_status),
        other => panic!("how does {other} show?"),
    };
    shown.replace('"', "")
}

fn rows() -> impl Iterator<Item = Vec<&'static str>> {
    let lines = SETTINGS.trim().lines();
    lines.map(|line| line.split('|').map(str::trim).collect())
}

#[test]
fn a_flag_comes_before_the_file_and_the_file_before_the_default() {
    for row in rows() {
        let [key, flag, default, file, from_file, given, from_flag] = row[..] else {
            panic!("{row:?}");
        };
        let file = format!("server:\n  {key}: {file}\n");
        let flag = format!("--{flag}={given}");
        for (file, flag, expected) in [
            ("", "", default),
            (&file, "", from_file),
            ("", &flag, from_flag),
            (&file, &flag, from_flag),
        ] {
            let settings = resolve(&format!("clusterID: c\n{file}"), &[], flag);
            let settings = settings.unwrap_or_else(|error| panic!("{file}{flag}: {error}"));
            assert_eq!(in_force(&settings, key), expected, "{file}{flag}");
        }
    }
}

#[test]
fn no_flag_is_left_out_of_the_table() {
    let command = ServerFlags::augment_args(Command::new("server"));
    // How STS is reached is no setting of the file.
    let elsewhere = ["ca-file", "connect-to"];
    let flags = command.get_arguments().filter_map(|it| it.get_long());
    let missing: Vec<_> = flags
        .filter(|it| !elsewhere.contains(it) && !rows().any(|row| row[1] == *it))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn the_cluster_comes_from_the_flag_then_the_variable_then_the_file() {
    let file = "clusterID: from-file";
    for (file, variables, flags, expected) in [
        (file, &[CLUSTER][..], "-i from-flag", "from-flag"),
        (file, &[CLUSTER], "", "from-variable"),
        (file, &[], "", "from-file"),
        ("", &[CLUSTER], "", "from-variable"),
        ("", &[], "--cluster-name from-flag", "from-flag"),
    ] {
        let settings = resolve(file, variables, flags).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(settings.cluster.as_str(), expected);
    }
}

#[test]
fn a_leader_without_a_status_to_write_is_odd() {
    for (flags, odd) in [
        ("--leader-elect", true),
        ("--leader-elect --crd-status", false),
        ("--leader-elect=false --leader-elect-namespace=a", false),
        ("", false),
    ] {
        let settings = resolve("clusterID: c", &[], flags).unwrap_or_else(|it| panic!("{it}"));
        let told = settings.warnings.join("\n");
        assert_eq!(
            told.contains("`leaderElect` means nothing"),
            odd,
            "{flags}: {told}"
        );
    }
}

#[test]
fn the_lease_is_in_a_namespace_that_can_be() {
    let longest = "n".repeat(63);
    let too_long = "n".repeat(64);
    for name in ["kube-system", "0", &longest] {
        let flag = format!("--leader-elect-namespace={name}");
        assert!(resolve("clusterID: c", &[], &flag).is_ok(), "{name}");
    }
    for name in ["", "A", "-a", "a-", "a/b", "a.b", "..", &too_long] {
        let flag = format!("--leader-elect-namespace={name}");
        let told = resolve("clusterID: c", &[], &flag).err().unwrap();
        let found = format!("as `leaderElectNamespace`, but found `{name}`");
        assert!(told.contains(&found), "{told}");
    }
}

#[test]
fn everything_that_is_wrong_is_told_in_the_order_of_aws_iam_authenticator() {
    let file = "
server:
  mapRoles: [{username: nobody}]
  partition: mars
  backendMode: [DynamicFile, mountedFile]
  address: everywhere
  ec2DescribeInstancesBurst: 0
  stsTimeout: soon
  stsQps: 0
  healthAddress: nowhere
  drainTimeout: late
  leaderElectNamespace: no/where
";
    let told = resolve(file, &[], "").err().unwrap();
    let lines: Vec<_> = told
        .lines()
        .filter(|it| !it.starts_with("  because"))
        .collect();
    let expected = [
        "could not use the mappings of the configuration file",
        "expected the name of the cluster, but found none",
        "could not use `server.partition`",
        "expected the file of the backend `DynamicFile`",
        "could not use `backendMode`",
        "expected an IP address such as `127.0.0.1` or `0.0.0.0` as `address`, but found `everywhere`",
        "could not use `ec2DescribeInstancesBurst`",
        "could not use `server.stsTimeout`",
        "expected at least 1 as `stsQps`, but found 0",
        "expected an IP address such as `127.0.0.1` or `0.0.0.0` as `healthAddress`, but found `nowhere`",
        "could not use `server.drainTimeout`",
        "expected the name of a namespace such as `kube-system` as `leaderElectNamespace`, but found `no/where`",
    ];
    assert_eq!(lines.len(), expected.len(), "{told}");
    for (line, expected) in lines.iter().zip(expected) {
        assert!(line.starts_with(expected), "{expected} in {line}");
    }
}

#[test]
fn an_empty_kubeconfig_or_url_is_as_good_as_none() {
    let flags = "--kubeconfig= --master=";
    for (file, expected) in [
        ("", None),
        (
            "server: {kubeconfig: /a, master: 'https://a'}",
            Some(("/a", "https://a")),
        ),
    ] {
        let settings = resolve(&format!("clusterID: c\n{file}"), &[], flags);
        let api_server = settings.unwrap_or_else(|it| panic!("{it}")).api_server;
        let kubeconfig = api_server.kubeconfig.as_deref().and_then(|it| it.to_str());
        assert_eq!(kubeconfig.zip(api_server.url.as_deref()), expected);
        assert_eq!(
            (kubeconfig.is_none(), api_server.url.is_none()),
            (expected.is_none(), expected.is_none())
        );
    }
}

#[test]
fn lists_that_no_backend_reads_are_odd_and_no_more() {
    let lists = "clusterID: c\nserver: {dynamicfilepath: a, mapRoles: [{username: nobody}]}";
    for (modes, stops) in [
        ("MountedFile,DynamicFile", true),
        ("File,DynamicFile", true),
        ("CRD,DynamicFile", false),
    ] {
        let told = "could not use the mappings of the configuration file";
        match resolve(lists, &[], &format!("--backend-mode {modes}")) {
            Ok(settings) => {
                assert!(!stops, "{modes}");
                let warning = settings.warnings.iter().find(|it| it.starts_with(told));
                assert!(
                    warning.is_some_and(|it| it.ends_with("`MountedFile` is not asked")),
                    "{modes}"
                );
            }
            Err(problem) => assert!(stops && problem.starts_with(told), "{modes}: {problem}"),
        }
    }
}
