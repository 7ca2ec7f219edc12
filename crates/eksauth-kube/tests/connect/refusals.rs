//! Every error that stands between a name and a client, in full.

use eksauth_kube::eksauth::token::Region;
use serde_json::json;

use crate::fake_eks::FakeEks;
use crate::scene::{Scene, role};

const NOT_REACHED: &str = "could not find out how to reach the cluster";

/// Nothing but a home and what is said here.
fn bare(scene: &Scene, variables: &[(&str, &str)]) -> eksauth_kube::EksClientBuilder {
    let home = scene.home.path().to_str().unwrap();
    let usual = [("HOME", home), ("AWS_EC2_METADATA_DISABLED", "true")];
    let variables = usual.iter().chain(variables).copied();
    let context = eksauth_kube::eksauth::Context::new(variables, scene.time.clone());
    eksauth_kube::EksClientBuilder::new("demo").context(context)
}

/// Between what cannot be done and why, each provider of the AWS SDK has a word of its own to say.
#[track_caller]
fn assert_no_credentials(told: &str, why: &str) {
    let what = format!("{NOT_REACHED}: could not get AWS credentials to ask EKS with: ");
    assert!(told.starts_with(&what), "{told}");
    assert!(told.ends_with(why), "{told}");
}

#[tokio::test]
async fn a_cluster_that_is_not_there() {
    let scene = Scene::start().await;
    assert_eq!(
        scene.refused(scene.builder("nowhere").resolve().await),
        format!(
            "{NOT_REACHED}: expected a cluster `nowhere` in region eu-west-1 of account 111122223333, \
             but EKS found none there: check name, region and profile"
        )
    );
    scene.end().await;
}

#[tokio::test]
async fn a_cluster_that_is_not_ready() {
    let scene = Scene::start().await;
    assert_eq!(
        scene.refused(scene.builder("creating").resolve().await),
        format!(
            "{NOT_REACHED}: expected the cluster `creating` to be ACTIVE, but found it CREATING: wait \
             for it with `aws eks wait cluster-active --name creating --region eu-west-1`"
        )
    );
    scene.end().await;
}

#[tokio::test]
async fn no_permission_to_describe() {
    let scene = Scene::start().await;
    assert_eq!(
        scene.refused(scene.builder("demo").profile("ci").resolve().await),
        format!(
            "{NOT_REACHED}: expected arn:aws:iam::111122223333:user/ci to be allowed \
             `eks:DescribeCluster` on `arn:aws:eks:eu-west-1:111122223333:cluster/demo`, but AWS denies \
             it: have a policy of that identity allow it, or give endpoint and certificate authority of \
             the cluster, for which no such permission is needed: User: \
             arn:aws:iam::111122223333:user/ci is not authorized to perform: eks:DescribeCluster on \
             resource: arn:aws:eks:eu-west-1:111122223333:cluster/demo with an explicit deny in an \
             identity-based policy"
        )
    );
    scene.end().await;
}

#[tokio::test]
async fn a_certificate_authority_that_is_none() {
    let scene = Scene::start().await;
    let eks = FakeEks::describing(json!({
        "name": "demo",
        "status": "ACTIVE",
        "endpoint": "https://demo.example.com",
        "certificateAuthority": { "data": "bm90IGEgY2VydGlmaWNhdGU=" },
    }));
    let context = scene.context().with_variables(eks.variables());
    let described = scene.builder("demo").context(context).resolve().await;
    let told = format!(
        "{NOT_REACHED}: expected the certificate authority of the cluster `demo`, certificates in PEM \
         (from EKS, in base64), but found no certificate in PEM: check what was given, or what answers \
         in the place of EKS, such as AWS_ENDPOINT_URL_EKS"
    );
    assert_eq!(scene.refused(described), told);

    let endpoint = "https://demo.example.com".parse().unwrap();
    let known = scene.builder("demo").known(endpoint, "not a certificate");
    assert_eq!(scene.refused(known.resolve().await), told);
    scene.end().await;
}

#[tokio::test]
async fn a_known_endpoint_that_is_none() {
    let scene = Scene::start().await;
    let endpoint = "http://demo.example.com".parse().unwrap();
    let known = scene
        .builder("demo")
        .known(endpoint, scene.sandbox.ca_pem());
    assert_eq!(
        scene.refused(known.resolve().await),
        format!(
            "{NOT_REACHED}: expected `https://<host>` as the endpoint of the cluster `demo`, but found \
             `http://demo.example.com/`: check what was given, or what answers in the place of EKS, \
             such as AWS_ENDPOINT_URL_EKS"
        )
    );
    scene.end().await;
}

#[tokio::test]
async fn a_name_that_is_none() {
    let scene = Scene::start().await;
    let arn = "arn:aws:eks:eu-west-1:111122223333:cluster/demo";
    assert_eq!(
        scene.refused(scene.builder(arn).resolve().await),
        format!(
            "{NOT_REACHED}: expected the name of an EKS cluster (1 to 100 letters, digits, `-` and `_`, \
             the first a letter or a digit), but found `{arn}`: give the name alone, not the ARN"
        )
    );
    scene.end().await;
}

#[tokio::test]
async fn no_region() {
    let scene = Scene::start().await;
    scene.home.write_config("[profile ci]\n");
    let told = |profile| {
        format!(
            "expected the region of the cluster `demo`, but found none: set AWS_REGION, or `region` of \
             the profile `{profile}` (`aws configure set region <region> --profile {profile}`), or \
             `EksClientBuilder::region`"
        )
    };
    let by_default = bare(&scene, &[]).resolve().await;
    assert_eq!(scene.refused(by_default), told("default"));
    let of_profile = bare(&scene, &[("AWS_PROFILE", "ci")]).resolve().await;
    assert_eq!(scene.refused(of_profile), told("ci"));
    scene.end().await;
}

#[tokio::test]
async fn a_sign_in_that_has_expired() {
    let scene = Scene::start().await;
    scene.home.write_config(
        "[profile work]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Dev\n\
         region = eu-west-1\n\
         [sso-session corp]\nsso_start_url = https://corp.example.com/start\nsso_region = eu-west-1\n",
    );
    let access_token = "aoaAAAAAGc0nO8t8S4kR1PZxO2bQ";
    scene.hide("SSO token", access_token);
    let cached = json!({
        "accessToken": access_token,
        "expiresAt": "2001-01-01T00:00:00Z",
        "region": "eu-west-1",
        "startUrl": "https://corp.example.com/start",
    });
    // The SHA-1 of `corp`.
    let name = ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";
    scene.home.write(name, &cached.to_string());
    let told = scene.refused(bare(&scene, &[]).profile("work").resolve().await);
    assert_no_credentials(
        &told,
        "expected a valid sign-in for the profile `work`, but it has expired or there is none: run \
         `aws sso login --profile work`: an error occurred while loading credentials: an error \
         occurred while loading an access token: the SSO token has expired and cannot be refreshed",
    );
    scene.end().await;
}

#[tokio::test]
async fn a_profile_that_is_not_there() {
    let scene = Scene::start().await;
    scene.home.write_config("[profile ci]\n[profile dev]\n");
    assert_eq!(
        scene.refused(bare(&scene, &[]).profile("gone").resolve().await),
        "could not use the settings of the AWS tools: expected the profile `gone` in \
         `HOME/.aws/config` and `HOME/.aws/credentials`, but found only `ci`, `dev`"
    );
    scene.end().await;
}

#[tokio::test]
async fn no_credentials() {
    let scene = Scene::start().await;
    let builder = bare(&scene, &[]).region(Region::new("eu-west-1").unwrap());
    let told = scene.refused(builder.resolve().await);
    assert_no_credentials(
        &told,
        "expected AWS credentials, but found none. Tried:\n  \
         - environment: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set\n  \
         - profile `default`: is not in `HOME/.aws/config` and `HOME/.aws/credentials`\n  \
         - web identity: AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN are not both set\n  \
         - container: AWS_CONTAINER_CREDENTIALS_FULL_URI and _RELATIVE_URI are not set\n  \
         - instance metadata: disabled by AWS_EC2_METADATA_DISABLED\n\
         What to do: name another profile (AWS_PROFILE, or `--profile` of a command line), sign in with \
         `aws sso login` or `aws login`, or store an access key with `aws configure`",
    );
    scene.end().await;
}

#[tokio::test]
async fn a_role_that_does_not_trust_the_caller() {
    let scene = Scene::start().await;
    let nobodys = "arn:aws:iam::111122223333:role/Nobodys";
    let builder = scene.builder("demo").describe_role(role(nobodys));
    let told = scene.refused(builder.resolve().await);
    assert_no_credentials(
        &told,
        "could not assume the role `arn:aws:iam::111122223333:role/Nobodys` (AccessDenied): check that \
         the role exists, that its trust policy names you, and that external id and MFA are given if \
         it asks for them: User: arn:aws:iam::111122223333:user/developer is not authorized to perform: \
         sts:AssumeRole on resource: arn:aws:iam::111122223333:role/Nobodys",
    );
    scene.end().await;
}

#[tokio::test]
async fn an_eks_that_is_out_of_order() {
    let scene = Scene::start().await;
    scene.sandbox.faults().set_unavailable(true);
    let context = scene.context().with_variables([("AWS_MAX_ATTEMPTS", "1")]);
    assert_eq!(
        scene.refused(scene.builder("demo").context(context).resolve().await),
        format!(
            "{NOT_REACHED}: expected EKS in region eu-west-1 to describe the cluster `demo`, but found \
             ServiceUnavailableException: Service is currently unavailable"
        )
    );
    scene.end().await;
}
