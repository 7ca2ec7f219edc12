//! What flags leave open, and where it is taken from.

use eksauth::token::Region;
use eksauth::{AssumeRole, Context, SessionName};
use kube::config::{Cluster, NamedExtension};
use serde_json::{Value, json};

use super::{ROLE, exec, with_variables};
use crate::exec_user::{ExecUser, NotTaken, TokenSettings, extension_shown_to};

const OTHER_ROLE: &str = "arn:aws:iam::111122223333:role/Other";
const SERVER: &str = "https://0AB.gr7.eu-north-1.eks.amazonaws.com";
const CLUSTER_VARIABLE: &str = "KUBERNETES_AWS_AUTHENTICATOR_CLUSTER_ID";

/// A user in its surroundings.
struct Entry {
    line: String,
    variables: &'static [(&'static str, &'static str)],
    process: &'static [(&'static str, &'static str)],
    extension: Value,
    server: &'static str,
}

impl Entry {
    fn of(line: &str) -> Self {
        Self {
            line: line.replace("ARN", ROLE),
            variables: &[],
            process: &[],
            extension: Value::Null,
            server: "https://localhost:6443",
        }
    }

    fn complete(&self) -> Result<TokenSettings, NotTaken> {
        let mut exec = with_variables(exec(&self.line), self.variables);
        exec.provide_cluster_info = !self.extension.is_null();
        let extension = NamedExtension {
            name: "client.authentication.k8s.io/exec".to_owned(),
            extension: self.extension.clone(),
        };
        let cluster = Cluster {
            extensions: Some(vec![extension]),
            ..Cluster::default()
        };
        let extension = extension_shown_to(&exec, &cluster)?;
        let time = eksauth_testing::ManualTime::at_unix(0);
        let context = Context::new(self.process.iter().copied(), time);
        ExecUser::recognise(&exec)?.complete(&context, extension.as_ref(), self.server)
    }

    #[track_caller]
    fn completed(&self) -> TokenSettings {
        match self.complete() {
            Ok(settings) => settings,
            Err(reason) => panic!("{}: {reason}", self.line),
        }
    }
}

#[test]
fn a_cluster_is_named_by_a_flag_then_the_extension_then_the_variable() {
    let mut entry = Entry::of("eksauth token -i of-the-flag");
    entry.extension = json!({ "clusterName": "of-the-extension" });
    entry.variables = &[(CLUSTER_VARIABLE, "of-the-user")];
    entry.process = &[(CLUSTER_VARIABLE, "of-the-process")];
    assert_eq!(entry.completed().cluster.as_str(), "of-the-flag");
    entry.line = "eksauth token".to_owned();
    assert_eq!(entry.completed().cluster.as_str(), "of-the-extension");
    entry.extension = Value::Null;
    assert_eq!(entry.completed().cluster.as_str(), "of-the-user");
    entry.variables = &[];
    assert_eq!(entry.completed().cluster.as_str(), "of-the-process");
    entry.process = &[];
    assert!(matches!(entry.complete(), Err(NotTaken::NoCluster)));
}

fn region(entry: &Entry) -> Option<String> {
    entry.completed().region.map(|it: Region| it.to_string())
}

#[test]
fn a_region_is_named_by_a_flag_then_the_extension_then_a_server_that_is_seen() {
    let mut entry = Entry::of("eksauth token -i prod --region eu-west-1");
    entry.extension = json!({ "region": "eu-west-2" });
    entry.variables = &[("AWS_REGION", "eu-west-3")];
    entry.server = SERVER;
    assert_eq!(region(&entry).as_deref(), Some("eu-west-1"));
    entry.line = "eksauth token -i prod".to_owned();
    assert_eq!(region(&entry).as_deref(), Some("eu-west-2"));
    entry.extension = json!({});
    assert_eq!(region(&entry).as_deref(), Some("eu-north-1"));
    // Without it, the settings have the region, and read it from the context.
    entry.extension = Value::Null;
    assert_eq!(region(&entry), None);
    let settings = entry.completed();
    assert_eq!(
        settings.context.var("AWS_REGION").as_deref(),
        Some("eu-west-3")
    );
    let of_server = settings.region_of_server.map(|it| it.to_string());
    assert_eq!(of_server.as_deref(), Some("eu-north-1"));
    entry.server = "https://localhost:6443";
    assert_eq!(entry.completed().region_of_server, None);
}

#[test]
fn the_other_commands_do_not_go_by_the_server() {
    for line in [
        "aws eks get-token --cluster-name prod",
        "aws-iam-authenticator token -i prod",
    ] {
        let mut entry = Entry::of(line);
        entry.extension = json!({});
        entry.server = SERVER;
        assert_eq!(region(&entry), None);
    }
}

#[test]
fn the_other_commands_do_not_read_the_extension() {
    let extension = json!({
        "clusterName": "other", "region": "eu-west-2", "profile": "other", "roleArn": OTHER_ROLE,
    });
    for line in [
        "aws eks get-token --cluster-name prod",
        "aws-iam-authenticator token -i prod",
    ] {
        let mut entry = Entry::of(line);
        entry.extension = extension.clone();
        let settings = entry.completed();
        assert_eq!(settings.cluster.as_str(), "prod");
        assert_eq!(settings.region, None);
        assert_eq!(settings.profile, None);
        assert_eq!(settings.role, None);
    }
    let mut entry = Entry::of("aws eks get-token");
    entry.extension = extension;
    assert!(matches!(entry.complete(), Err(NotTaken::NoCluster)));
}

#[test]
fn the_aws_cli_knows_neither_variable_of_the_authenticators() {
    let mut entry = Entry::of("aws eks get-token --cluster-name prod");
    entry.variables = &[("DEFAULT_ROLE", OTHER_ROLE), (CLUSTER_VARIABLE, "other")];
    assert_eq!(entry.completed().role, None);
    entry.line = "aws eks get-token".to_owned();
    assert!(matches!(entry.complete(), Err(NotTaken::NoCluster)));
}

#[test]
fn a_profile_is_named_by_a_flag_then_the_extension_then_variables() {
    let mut entry = Entry::of("eksauth token -i prod --profile of-the-flag");
    entry.extension = json!({ "profile": "of-the-extension" });
    entry.variables = &[("AWS_PROFILE", "of-the-user")];
    entry.process = &[("AWS_PROFILE", "of-the-process")];
    assert_eq!(entry.completed().profile.as_deref(), Some("of-the-flag"));
    entry.line = "eksauth token -i prod".to_owned();
    assert_eq!(
        entry.completed().profile.as_deref(),
        Some("of-the-extension")
    );
    entry.extension = json!({});
    let settings = entry.completed();
    assert_eq!(settings.profile, None);
    assert_eq!(
        settings.context.var("AWS_PROFILE").as_deref(),
        Some("of-the-user")
    );
}

#[test]
fn two_profiles_of_which_the_aws_cli_takes_another_than_the_sdks_are_left_to_kube() {
    let mut entry = Entry::of("aws eks get-token --cluster-name prod");
    entry.variables = &[("AWS_PROFILE", "one")];
    entry.process = &[("AWS_DEFAULT_PROFILE", "other")];
    assert!(matches!(entry.complete(), Err(NotTaken::Conflict { .. })));
    entry.process = &[("AWS_DEFAULT_PROFILE", "one")];
    entry.completed();
    entry.process = &[("AWS_DEFAULT_PROFILE", "other")];
    entry.line = "aws eks get-token --cluster-name prod --profile third".to_owned();
    entry.completed();
    entry.line = "eksauth token -i prod".to_owned();
    entry.completed();
}

#[test]
fn a_role_is_named_by_a_flag_then_the_extension_then_the_variable() {
    let mut entry = Entry::of("eksauth token -i prod -r ARN");
    entry.extension = json!({ "roleArn": OTHER_ROLE });
    entry.process = &[(
        "DEFAULT_ROLE",
        "arn:aws:iam::111122223333:role/OfTheVariable",
    )];
    let arn = |entry: &Entry| entry.completed().role.map(|it| it.arn().to_owned());
    assert_eq!(arn(&entry).as_deref(), Some(ROLE));
    // An empty flag decides for none.
    entry.line = "eksauth token -i prod -r=".to_owned();
    assert_eq!(arn(&entry), None);
    entry.line = "eksauth token -i prod".to_owned();
    assert_eq!(arn(&entry).as_deref(), Some(OTHER_ROLE));
    entry.extension = Value::Null;
    assert_eq!(
        arn(&entry).as_deref(),
        Some("arn:aws:iam::111122223333:role/OfTheVariable")
    );
    entry.variables = &[("DEFAULT_ROLE", "")];
    assert_eq!(arn(&entry), None);
}

#[test]
fn flags_and_extension_describe_one_role_together() {
    let role = || AssumeRole::new(ROLE).unwrap();
    let named = |name| role().with_session_name(SessionName::named(name).unwrap());
    for (line, extension, expected) in [
        (
            "eksauth token -i prod -e of-the-flag",
            json!({ "roleArn": ROLE, "externalId": "of-the-extension" }),
            role().with_external_id("of-the-flag").unwrap(),
        ),
        (
            "eksauth token -i prod -r ARN",
            json!({ "externalId": "of-the-extension", "sessionName": "robot" }),
            named("robot").with_external_id("of-the-extension").unwrap(),
        ),
        (
            "eksauth token -i prod -r ARN --forward-session-name",
            json!({ "sessionName": "robot" }),
            role().with_session_name(SessionName::forwarded()),
        ),
        (
            "eksauth token -i prod -r ARN -s ci",
            json!({ "sessionName": "robot" }),
            named("ci"),
        ),
        (
            "eksauth token -i prod -r ARN --forward-session-name=false",
            json!({ "sessionName": "robot" }),
            named("robot"),
        ),
        (
            "eksauth eks get-token --cluster-name prod --role ARN",
            json!({ "sessionName": "robot" }),
            named("robot"),
        ),
        (
            "eksauth eks get-token --cluster-name prod",
            json!({ "role": ROLE }),
            named("EKSGetTokenAuth"),
        ),
    ] {
        let mut entry = Entry::of(line);
        entry.extension = extension;
        assert_eq!(entry.completed().role, Some(expected), "{line}");
    }
}

#[test]
fn what_was_found_but_cannot_be_used_is_left_to_kube() {
    for extension in [
        json!({ "cluster": "pröd" }),
        json!({ "cluster": "prod", "region": "EU" }),
        json!({ "cluster": "prod", "role": "Deploy" }),
        json!({ "cluster": "prod", "role": ROLE, "sessionName": "a/b" }),
    ] {
        let mut entry = Entry::of("eksauth token");
        entry.extension = extension;
        let reason = entry.complete().unwrap_err();
        assert!(matches!(reason, NotTaken::Malformed { .. }), "{reason}");
    }
}

#[test]
fn a_flag_against_the_cache_is_passed_on() {
    assert!(
        !Entry::of("eksauth token -i prod --no-cache")
            .completed()
            .uses_cache
    );
    assert!(Entry::of("eksauth token -i prod").completed().uses_cache);
}
