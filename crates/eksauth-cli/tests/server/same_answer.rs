//! `eksauth map` says what the server does.

use eksauth_sandbox::World;
use serde_json::Value;

use crate::aws::{Aws, Caller};
use crate::scene::Scene;

const WORLD: &str = "
accounts: [{id: '111122223333'}, {id: '444455556666'}, {id: '012345678901'}]
users:
  - name: developer
  - {name: ci, path: /automation/}
  - {name: guest, account: '444455556666'}
  - {name: stranger, account: '012345678901'}
roles:
  - {name: Admin}
  - {name: Viewer, path: /teams/}
  - {name: Unmapped}
  - {name: Reserved}
  - {name: Both}
  - {name: OnlySession}
  - {name: AWSReservedSSO_Operators_0123456789abcdef}
  - {name: AWSReservedSSO_Operators_Readonly_0123456789abcdef}
  - {name: Partner, account: '444455556666'}
clusters: [{name: demo}]
";

const MAPPINGS: &str = "\
\x20 backendMode: [MountedFile, DynamicFile]
  dynamicfilepath: dynamic.json
  scrubbedAccounts: ['444455556666']
  reservedPrefixConfig: [{backendmode: DynamicFile, usernamePrefixReserveList: ['system:']}]
  mapRoles:
    - {rolearn: 'arn:aws:iam::111122223333:role/ADMIN', username: 'admin:{{SessionName}}', groups: ['system:masters']}
    - {rolearn: 'arn:aws:iam::111122223333:role/teams/Viewer', username: viewer}
    - {rolearn: 'arn:aws:iam::111122223333:role/Both', username: first}
    - {rolearn: 'arn:aws:iam::111122223333:role/Both', username: 'last:{{AccessKeyID}}', groups: ['{{AccountID}}', 'b']}
    - {rolearn: 'arn:aws:iam::111122223333:role/OnlySession', username: '{{SessionNameRaw}}'}
    - {sso: {permissionSetName: Operators, accountID: '111122223333'}, username: 'operator:{{SessionName}}'}
  mapUsers:
    - {userarn: 'arn:aws:iam::111122223333:user/developer', username: developer, groups: [a, b]}
  mapAccounts: ['444455556666']
";

const DYNAMIC: &str = r#"{
    "mapRoles": [
        {"rolearn": "arn:aws:iam::111122223333:role/Reserved", "username": "system:admin"},
        {"rolearn": "arn:aws:iam::111122223333:role/Admin", "username": "never"}
    ],
    "mapUsers": [
        {"userarn": "arn:aws:iam::111122223333:user/automation/ci", "username": "ci", "groups": ["bots"]}
    ]
}"#;

/// Who they are, and how each is told to `map`.
fn identities(aws: &Aws) -> Vec<(Caller, String)> {
    let session = |arn: &str, name: &str| {
        let (caller, session) = aws.session(arn, name);
        let told = format!(
            "--arn {} --user-id {} --access-key-id {}",
            session.arn(),
            session.user_id(),
            session.access_key_id()
        );
        (caller, told)
    };
    let user = |arn: &str| {
        let caller = aws.user(arn);
        let told = format!("--arn {arn} --access-key-id {}", caller.access_key_id);
        (caller, told)
    };
    let role = |name: &str, session_name: &str| {
        session(
            &format!("arn:aws:iam::111122223333:role/{name}"),
            session_name,
        )
    };
    vec![
        role("Admin", "a.person@example.org"),
        role("teams/Viewer", "dev"),
        role("Unmapped", "dev"),
        role("Reserved", "dev"),
        role("Both", "dev"),
        role("OnlySession", "a@b"),
        role("AWSReservedSSO_Operators_0123456789abcdef", "op"),
        role("AWSReservedSSO_Operators_Readonly_0123456789abcdef", "op"),
        session("arn:aws:iam::444455556666:role/Partner", "dev"),
        user("arn:aws:iam::111122223333:user/developer"),
        user("arn:aws:iam::111122223333:user/automation/ci"),
        user("arn:aws:iam::444455556666:user/guest"),
        user("arn:aws:iam::012345678901:user/stranger"),
    ]
}

/// What `map` says.
fn asked(scene: &Scene, told: &str, flags: &str) -> Value {
    let ran = scene.run(&format!("map -c config.yaml -o json {flags} {told}"));
    let answer: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran:#?}"));
    assert_eq!(
        ran.code,
        Some(i32::from(answer["mapped"] == false)),
        "{ran:#?}"
    );
    answer
}

#[track_caller]
fn assert_same(flags: &str) -> Vec<Value> {
    let aws = Aws::start(World::parse(WORLD).unwrap());
    assert_same_with(&aws, MAPPINGS, DYNAMIC, flags)
}

#[track_caller]
fn assert_same_with(aws: &Aws, mappings: &str, dynamic: &str, flags: &str) -> Vec<Value> {
    let scene = aws.lead(Scene::with_config(mappings));
    scene.write("dynamic.json", dynamic);
    let server = scene.start(&format!("--audit-log audit {flags}"));
    server.wait_until_ready();
    let identities = identities(aws);
    let replies: Vec<_> = identities
        .iter()
        .map(|(caller, _)| server.review(&caller.token()).json()["status"].clone())
        .collect();
    server.stop();
    let audit = std::fs::read_to_string(scene.path("audit")).unwrap();
    let audit: Vec<Value> = audit
        .lines()
        .map(|it| serde_json::from_str(it).unwrap())
        .collect();
    assert_eq!(audit.len(), identities.len());
    let mut answers = Vec::new();
    for (((_, told), status), line) in identities.iter().zip(&replies).zip(&audit) {
        let answer = asked(&scene, told, flags);
        let user = &status["user"];
        let groups = user["groups"].as_array().cloned().unwrap_or_default();
        assert_eq!(
            answer["mapped"],
            status["authenticated"] == true,
            "{told}: {answer} {status}"
        );
        assert_eq!(answer["username"], user["username"], "{told}");
        assert_eq!(answer["groups"], Value::Array(groups), "{told}");
        if answer["mapped"] == true {
            assert_eq!(
                (&answer["backend"], &answer["rule"]),
                (&line["backend"], &line["rule"]),
                "{told}"
            );
        } else if let Some(reason) = line["reason"].as_str() {
            let said = answer["reason"].as_str().unwrap();
            assert!(reason.ends_with(said), "{told}: {said} in {reason}");
        }
        answers.push(answer);
    }
    answers
}

fn usernames(answers: &[Value]) -> Vec<&str> {
    answers
        .iter()
        .map(|it| it["username"].as_str().unwrap_or("-"))
        .collect()
}

#[test]
fn the_answer_is_that_of_the_server_for_each_identity() {
    let answers = assert_same("");
    let names = usernames(&answers);
    assert_eq!(names[0], "admin:a.person-example.org");
    assert!(names[4].starts_with("last:ASIA"), "{names:?}");
    assert_eq!(
        names[1..4]
            .iter()
            .chain(&names[5..])
            .copied()
            .collect::<Vec<_>>(),
        [
            "-",
            "-",
            "-",
            "a@b",
            "-",
            "-",
            "arn:aws:iam::444455556666:role/Partner",
            "developer",
            "ci",
            "arn:aws:iam::444455556666:user/guest",
            "-",
        ]
    );
}

#[test]
fn it_is_so_whatever_is_turned_on() {
    let answers =
        assert_same("--feature-gates SSORoleMatch=true --drop-role-paths --wildcard-roles");
    let names = usernames(&answers);
    assert_eq!(
        (names[1], names[6], names[7]),
        ("viewer", "operator:op", "-")
    );
}

#[test]
fn it_is_so_with_other_backends_in_another_order() {
    let answers = assert_same("--backend-mode DynamicFile,MountedFile");
    assert_eq!(usernames(&answers)[0], "never");
}

#[test]
fn it_is_so_where_user_ids_count() {
    let aws = Aws::start(World::parse(WORLD).unwrap());
    let id = |name: &str| {
        let arn = format!("arn:aws:iam::111122223333:role/{name}");
        let (_, session) = aws.session(&arn, "dev");
        session.user_id().split(':').next().unwrap().to_owned()
    };
    let role = |name: &str, id: &str, username: &str| {
        serde_json::json!({
            "rolearn": format!("arn:aws:iam::111122223333:role/{name}"),
            "userid": id,
            "username": username,
        })
    };
    let dynamic = serde_json::json!({"mapRoles": [
        role("Admin", &id("Admin"), "admin"),
        role("teams/Viewer", &id("teams/Viewer"), "viewer"),
        // The ARN of another role, and the user id of one that is gone.
        role("Admin", &id("Unmapped"), "never"),
        role("Both", "AROAGONE", "never"),
    ]});
    let mappings = format!("{MAPPINGS}  dynamicfileUserIDStrict: true\n");
    let flags = "--backend-mode DynamicFile,MountedFile";
    let answers = assert_same_with(&aws, &mappings, &dynamic.to_string(), flags);
    let names = usernames(&answers);
    assert_eq!(names[..3], ["admin", "viewer", "-"]);
    assert!(names[4].starts_with("last:"), "{names:?}");
    assert_eq!(answers[2]["backend"], "DynamicFile");
}
