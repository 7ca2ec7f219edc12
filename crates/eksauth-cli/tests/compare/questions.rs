//! All that is asked, by configuration.

use eksauth_sandbox::{Fault, Sandbox};
use jiff::SignedDuration;
use serde_json::json;

use crate::both::Setup;
use crate::question::{Question, review};
use crate::tokens::{By, Signed};

const DEVELOPER: By<'static> = By::Role(
    "arn:aws:iam::111122223333:role/Developer",
    "alice@example.com",
);
const ROBOT: By<'static> = By::Role("arn:aws:iam::111122223333:role/Robot", "night-shift");
const UNMAPPED: By<'static> = By::Role("arn:aws:iam::111122223333:role/Unmapped", "alice");
const OPS: By<'static> = By::Role(
    "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Ops_0123456789abcdef",
    "alice@example.com",
);
const VIEWER: By<'static> = By::Role("arn:aws:iam::111122223333:role/teams/Viewer", "alice");
const GUEST: By<'static> = By::Role("arn:aws:iam::444455556666:role/Guest", "visit");

pub(crate) fn setups(sandbox: &Sandbox) -> Vec<Setup<'static>> {
    vec![mounted(sandbox), dynamic(sandbox), strict(sandbox)]
}

/// The backend MountedFile with everything that it knows.
fn mounted(sandbox: &Sandbox) -> Setup<'static> {
    let section = r#"
  mapRoles:
    - rolearn: arn:aws:iam::111122223333:role/Developer
      username: "developer:{{SessionName}}"
      groups: [developers, "account:{{AccountID}}", "raw:{{SessionNameRaw}}", "{{Unknown}}"]
    - roleARN: arn:aws:sts::111122223333:assumed-role/Robot/somebody
      username: "system:robot"
    - roleARN: arn:aws:iam::111122223333:role/teams/Viewer
      username: viewer
    - sso: {permissionSetName: Ops, accountID: "111122223333"}
      username: "ops:{{SessionName}}"
      groups: [operators]
  mapUsers:
    - userARN: arn:aws:iam::111122223333:user/Developer
      username: developer
      groups: []
    - userarn: arn:aws:iam::111122223333:user/automation/ci
      username: "ci:{{SessionName}}"
      groups: [robots]
  mapAccounts: ["444455556666"]
  scrubbedAccounts: ["444455556666"]
  reservedPrefixConfig:
    - backendmode: MountedFile
      usernamePrefixReserveList: ["system:"]
"#;
    Setup {
        name: "MountedFile",
        arguments: &["--feature-gates", "SSORoleMatch=true"],
        section: section.to_owned(),
        questions: [protocol(sandbox), tokens(), identities(), troubles()]
            .into_iter()
            .flatten()
            .collect(),
    }
}

/// The webhook itself.
fn protocol(sandbox: &Sandbox) -> Vec<Question<'static>> {
    let token = Signed::by(DEVELOPER).token(sandbox);
    let v1 = review("v1", &token).to_string();
    let of = |kind: &str, version: &str| json!({"kind": kind, "apiVersion": version, "spec": {"token": token}});
    vec![
        Question::new("GET of /authenticate", "GET", "/authenticate", ""),
        Question::new("PUT of /authenticate", "PUT", "/authenticate", v1.clone()),
        Question::new(
            "a path below /authenticate",
            "POST",
            "/authenticate/x",
            v1.clone(),
        ),
        Question::new("the root", "GET", "/", ""),
        Question::new("GET of /healthz", "GET", "/healthz", ""),
        Question::new("POST to /healthz", "POST", "/healthz", ""),
        Question::new(
            "a query after the path",
            "POST",
            "/authenticate?timeout=30s",
            v1.clone(),
        ),
        Question::posted("an empty body", ""),
        Question::posted("no JSON", "token"),
        Question::posted("half a review", &v1[..40]),
        Question::posted("an array", "[]"),
        Question::posted("`null`", "null"),
        Question::posted("`{}`", "{}"),
        Question::posted("a number as token", r#"{"spec":{"token":5}}"#),
        Question::posted("text after the review", format!("{v1} and more")),
        Question::posted("a review of v1", v1.clone()),
        Question::posted("a review of v1beta1", review("v1beta1", &token).to_string()),
        Question::posted(
            "a review without a version",
            json!({"spec": {"token": token}}).to_string(),
        ),
        Question::posted(
            "another kind",
            of("Pod", "authentication.k8s.io/v1").to_string(),
        ),
        Question::posted(
            "another version",
            of("TokenReview", "authentication.k8s.io/v9").to_string(),
        ),
        Question::posted(
            "keys in another case",
            json!({"Spec": {"TOKEN": token}}).to_string(),
        ),
    ]
}

/// Tokens, whoever signs them.
fn tokens() -> Vec<Question<'static>> {
    let developer = || Signed::by(DEVELOPER);
    let text = |token: &str| review("v1", token).to_string();
    vec![
        Question::posted("an empty token", text("")),
        Question::posted(
            "a JWT",
            text("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl"),
        ),
        Question::posted("only the prefix", text("k8s-aws-v1.")),
        Question::posted("no URL", text("k8s-aws-v1.bm8gVVJM")),
        Question::review(
            "an expired token",
            Signed {
                age: SignedDuration::from_mins(16),
                ..developer()
            },
        ),
        Question::review(
            "a token of another cluster",
            Signed {
                cluster: "other",
                ..developer()
            },
        ),
        Question::review(
            "a token of another region",
            Signed {
                region: "us-east-2",
                ..developer()
            },
        ),
        Question::review(
            "a token of another partition",
            Signed {
                region: "cn-north-1",
                ..developer()
            },
        ),
    ]
}

/// Who is who.
fn identities() -> Vec<Question<'static>> {
    vec![
        Question::review("a role, with templates", Signed::by(DEVELOPER)),
        Question::review("a reserved prefix", Signed::by(ROBOT)),
        Question::review("a role by its ARN with a path", Signed::by(VIEWER)),
        Question::review("a role that is not mapped", Signed::by(UNMAPPED)),
        Question::review("a permission set", Signed::by(OPS)),
        Question::review(
            "a user, by an ARN in another case",
            Signed::by(By::User("developer")),
        ),
        Question::review("a user with a path", Signed::by(By::User("ci"))),
        Question::review("a user that is not mapped", Signed::by(By::User("nobody"))),
        Question::review("a role of a mapped, scrubbed account", Signed::by(GUEST)),
        Question::review(
            "a user of a mapped, scrubbed account",
            Signed::by(By::User("guest")),
        ),
    ]
}

/// STS has troubles. Tokens are some seconds older, so that nobody has seen them before.
fn troubles() -> Vec<Question<'static>> {
    let aged = |seconds| Signed {
        age: SignedDuration::from_secs(seconds),
        ..Signed::by(DEVELOPER)
    };
    let fault = |text: &str| -> Fault { text.parse().unwrap() };
    vec![
        Question::review("STS throttles", aged(60)).while_sts(fault("throttle 1")),
        Question::review("STS answers 503", aged(90)).while_sts(fault("unavailable on")),
        Question::review("STS is away", aged(120)).while_sts(fault("outage on")),
    ]
}

const DYNAMIC_FILE: &str = r#"{
  "LastUpdatedDateTime": "1700000000",
  "Version": "1",
  "mapRoles": [
    {"rolearn": "arn:aws:iam::111122223333:role/Developer", "userid": "AROANOBODY", "username": "developer:{{SessionName}}", "groups": ["developers"]},
    {"rolearn": "arn:aws:iam::111122223333:role/teams/Viewer", "username": "viewer", "userid": "AROAVIEWER", "groups": []}
  ],
  "mapUsers": [
    {"userarn": "arn:aws:iam::111122223333:user/developer", "userid": "AIDANOBODY", "username": "developer", "groups": ["developers"]}
  ],
  "mapAccounts": ["444455556666"]
}"#;

/// The backend DynamicFile, by ARN.
fn dynamic(sandbox: &Sandbox) -> Setup<'static> {
    Setup {
        name: "DynamicFile",
        arguments: &[],
        section: dynamic_section(sandbox, ""),
        questions: of_dynamic_file(),
    }
}

/// The backend DynamicFile, by user id.
fn strict(sandbox: &Sandbox) -> Setup<'static> {
    Setup {
        name: "DynamicFile, by user id",
        arguments: &[],
        section: dynamic_section(sandbox, "  dynamicfileUserIDStrict: true\n"),
        questions: of_dynamic_file(),
    }
}

fn dynamic_section(sandbox: &Sandbox, more: &str) -> String {
    let file = sandbox.folder().join("dynamic.json");
    std::fs::write(&file, DYNAMIC_FILE).unwrap();
    format!(
        "  backendMode: DynamicFile\n  dynamicfilepath: {}\n{more}",
        file.display()
    )
}

fn of_dynamic_file() -> Vec<Question<'static>> {
    vec![
        Question::review("a role of a mapped account", Signed::by(GUEST)),
        Question::review("a role", Signed::by(DEVELOPER)),
        Question::review("a role by its ARN with a path", Signed::by(VIEWER)),
        Question::review("a user", Signed::by(By::User("developer"))),
        Question::review("a role that is not mapped", Signed::by(UNMAPPED)),
    ]
}
