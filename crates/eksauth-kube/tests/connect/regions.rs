//! For which region the tokens of a kubeconfig's user are signed.

use eksauth_kube::KubeconfigConnection;
use eksauth_kube::eksauth::Context;

use crate::scene::Scene;
use crate::written::{Written, exec};

const OF_NORTH: &str = "https://0AB.gr7.eu-north-1.eks.amazonaws.com";

/// Nothing but a key, and what is said here.
fn context(scene: &Scene, variables: &[(&str, &str)]) -> Context {
    let usual = [
        ("HOME", scene.home.path().to_str().unwrap()),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "of-no-use"),
    ];
    Context::new(usual.iter().chain(variables).copied(), scene.time.clone())
}

async fn region(scene: &Scene, flags: &[&str], variables: &[(&str, &str)], server: &str) -> String {
    let mut written = Written::of(scene);
    let args = ["eks", "get-token", "--cluster-name", "demo"];
    written.user = exec("aws", &[&args, flags].concat());
    written.cluster["server"] = server.into();
    let builder = scene.kubeconfig(&written.text());
    let resolved = builder.context(context(scene, variables)).resolve().await;
    match resolved.unwrap() {
        KubeconfigConnection::InProcess(connection) => {
            connection.token_source().endpoint().host().to_owned()
        }
        left => panic!("{left:?}"),
    }
}

#[tokio::test]
async fn it_is_that_of_a_flag_then_of_the_settings_then_of_the_server_then_the_default_one() {
    let scene = Scene::start().await;
    let of_profile = "[default]\nregion = eu-west-3\n";
    let variable = [("AWS_REGION", "eu-west-2")];
    for (flags, variables, profile, server, host) in [
        (
            &["--region", "eu-west-1"][..],
            &variable[..],
            of_profile,
            OF_NORTH,
            "eu-west-1",
        ),
        (&[], &variable, of_profile, OF_NORTH, "eu-west-2"),
        (&[], &[], of_profile, OF_NORTH, "eu-west-3"),
        (&[], &[], "", OF_NORTH, "eu-north-1"),
        (&[], &[], "", "https://demo.example.com", "us-east-1"),
    ] {
        scene.home.write_config(profile);
        assert_eq!(
            region(&scene, flags, variables, server).await,
            format!("sts.{host}.amazonaws.com")
        );
    }
    scene.end().await;
}
