//! Configurations that no server starts with.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;

use eksauth_testing::TestHome;

use crate::both::EKSAUTH;
use crate::difference::Differences;

const REFUSED: [(&str, &str); 9] = [
    ("no cluster", "server:\n  port: 1\n"),
    (
        "an unknown partition",
        "clusterID: demo\nserver:\n  partition: aws-moon\n",
    ),
    (
        "an unknown backend",
        "clusterID: demo\nserver:\n  backendMode: [Etcd]\n",
    ),
    (
        "a backend twice",
        "clusterID: demo\nserver:\n  backendMode: [MountedFile, MountedFile]\n",
    ),
    (
        "DynamicFile without its file",
        "clusterID: demo\nserver:\n  backendMode: [DynamicFile]\n",
    ),
    (
        "a dynamic file without its backend",
        "clusterID: demo\nserver:\n  dynamicfilepath: dynamic.json\n",
    ),
    (
        "a role without an ARN",
        "clusterID: demo\nserver:\n  mapRoles:\n    - username: x\n",
    ),
    (
        "a role that is no ARN",
        "clusterID: demo\nserver:\n  mapRoles:\n    - rolearn: x\n      username: x\n",
    ),
    (
        "an account of a permission set that is none",
        "clusterID: demo\nserver:\n  mapRoles:\n    - sso: {permissionSetName: Ops, accountID: \"1\"}\n      username: x\n",
    ),
];

/// The exit codes of both.
pub(crate) fn compare(incumbent: &Path, differences: &mut Differences) {
    for (name, config) in REFUSED {
        let code = |program: &Path| {
            let code = exit_code(program, config);
            BTreeMap::from([("exit code".to_owned(), code)])
        };
        differences.questions += 1;
        differences.compare("start", name, &code(incumbent), &code(Path::new(EKSAUTH)));
    }
}

fn exit_code(program: &Path, config: &str) -> String {
    let home = TestHome::new();
    let file = home.write("config.yaml", config);
    let status = home
        .command(program)
        .args(["server", "-c"])
        .arg(file)
        .current_dir(home.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.unwrap().code().unwrap().to_string()
}
