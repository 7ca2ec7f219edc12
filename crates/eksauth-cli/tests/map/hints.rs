//! What would have to be otherwise.

use crate::scene::Scene;

const CONFIG: &str = "\
server:
  mapRoles:
    - {rolearn: 'arn:aws:iam::111122223333:role/teams/Viewer', username: viewer}
    - {rolearn: 'arn:aws:iam::444455556666:role/Deploy', username: deploy}
    - {sso: {permissionSetName: Ops, accountID: '111122223333'}, username: ops}
    - {rolearn: 'arn:aws:iam::111122223333:role/Session', username: 's:{{SessionName}}:{{AccessKeyID}}'}
    - {rolearn: 'arn:aws:iam::111122223333:role/Bare', username: '{{SessionName}}'}
";

fn hints(arguments: &str) -> String {
    let scene = Scene::with("config.yaml", CONFIG);
    let stderr = scene.map(&format!("-c config.yaml {arguments}")).stderr;
    // What is odd about the file is told beside.
    let lines = stderr.lines().filter(|it| !it.starts_with("warning: "));
    lines.map(|it| format!("{it}\n")).collect()
}

#[test]
fn the_one_thing_that_keeps_an_entry_from_matching_is_told() {
    let session = "arn:aws:sts::111122223333:assumed-role";
    for (name, expected) in [
        (
            "Viewer/dev",
            "hint: MountedFile, mapRoles[0], line 3: this ARN would match without its path `/teams/`\n",
        ),
        (
            "Deploy/dev",
            "hint: MountedFile, mapRoles[1], line 4: this would match in another account than `444455556666`\n",
        ),
        (
            "AWSReservedSSO_Ops_0123456789abcdef/dev",
            "hint: MountedFile, mapRoles[2], line 5: this permission set would match if the feature gate \
             `SSORoleMatch` were on\n",
        ),
        ("Nobody/dev", ""),
    ] {
        assert_eq!(hints(&format!("--arn {session}/{name}")), expected);
    }
}

#[test]
fn an_arn_with_a_path_is_taken_for_what_sts_says() {
    assert_eq!(
        hints("--arn arn:aws:iam::111122223333:role/a/b/Nobody"),
        "note: STS names the sessions of a role without its path, so this looks for \
         `arn:aws:iam::111122223333:role/Nobody`\n"
    );
}

#[test]
fn what_was_not_said_and_changes_the_user_is_told() {
    let role = "--arn arn:aws:iam::111122223333:role/Session";
    let session =
        "hint: the user depends on the name of the session: give it with `--session-name NAME`\n";
    let key = "hint: the user depends on the access key id: give it with `--access-key-id ID`\n";
    assert_eq!(hints(role), format!("{session}{key}"));
    assert_eq!(hints(&format!("{role} --session-name s")), key);
    assert_eq!(
        hints(&format!("{role} --session-name s --access-key-id k")),
        ""
    );
    assert_eq!(hints("--arn arn:aws:iam::111122223333:role/Bare"), session);
}

#[test]
fn not_more_are_told_than_anybody_reads() {
    let entries: String = (0..12)
        .map(|n| {
            format!("    - {{rolearn: 'arn:aws:iam::111122223333:role/{n}/R', username: r}}\n")
        })
        .collect();
    let scene = Scene::with("config.yaml", &format!("server:\n  mapRoles:\n{entries}"));
    let ran = scene.map("-c config.yaml --arn arn:aws:iam::111122223333:role/R");
    let hints: Vec<_> = ran
        .stderr
        .lines()
        .filter(|it| it.starts_with("hint: "))
        .collect();
    assert_eq!(hints.len(), 11, "{}", ran.stderr);
    assert_eq!(hints[10], "hint: 2 more nearly match");
}
