//! What the AWS CLI itself writes into a kubeconfig.

use aws_smithy_async::time::SystemTimeSource;
use eksauth::token::{ClusterId, Region};
use eksauth::{AssumeRole, SessionName};
use eksauth_sandbox::Sandbox;
use eksauth_testing::{Oracles, TestHome};
use kube::config::Kubeconfig;

use super::{ROLE, recognised};
use crate::exec_user::{ExecUser, Program};

/// The only user of the kubeconfig that the AWS CLI writes for the cluster `demo`.
async fn written(oracles: &Oracles, sandbox: &Sandbox, flags: &[&str]) -> ExecUser {
    let home = TestHome::new();
    let kubeconfig = home.path().join("kubeconfig");
    let mut command = home.command(oracles.aws());
    command
        .envs(
            sandbox
                .environment()
                .set()
                .iter()
                .map(|(name, value)| (name, value)),
        )
        .args(["eks", "update-kubeconfig", "--name", "demo", "--kubeconfig"])
        .arg(&kubeconfig)
        .args(flags);
    let output = tokio::task::spawn_blocking(move || command.output());
    let output = output.await.unwrap().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let kubeconfig = Kubeconfig::read_from(&kubeconfig).unwrap();
    let user = kubeconfig.auth_infos[0].auth_info.as_ref().unwrap();
    ExecUser::recognise(user.exec.as_ref().unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_aws_cli_writes_is_taken_over() {
    let Some(oracles) = Oracles::or_skip("what_the_aws_cli_writes_is_taken_over") else {
        return;
    };
    let sandbox = Sandbox::builder(SystemTimeSource::new())
        .start()
        .await
        .unwrap();

    let plain = written(oracles, &sandbox, &[]).await;
    assert_eq!(plain.program(), Program::AwsCli);
    assert_eq!(plain.cluster().map(ClusterId::as_str), Some("demo"));
    assert_eq!(plain.region().map(Region::as_str), Some(sandbox.region()));
    assert_eq!(plain.role(), None);

    let with_role = written(oracles, &sandbox, &["--role-arn", ROLE]).await;
    let role = AssumeRole::new(ROLE).unwrap();
    let role = role.with_session_name(SessionName::named("EKSGetTokenAuth").unwrap());
    assert_eq!(with_role.role(), Some(&role));

    let with_profile = written(oracles, &sandbox, &["--profile", "Developer"]).await;
    let profile = ("AWS_PROFILE".to_owned(), "Developer".to_owned());
    assert_eq!(with_profile.variables(), [profile]);

    sandbox.stop().await;
}

#[test]
fn what_it_writes_for_a_local_cluster_on_outposts_is_taken_over() {
    let id = "b1a2c3d4-5678-90ab-cdef-0123456789ab";
    let user = recognised(&format!(
        "aws --region eu-west-1 eks get-token --cluster-id {id} --output json"
    ));
    assert_eq!(user.cluster().map(ClusterId::as_str), Some(id));
}
