//! How AWS STS is asked.

use eksauth_sandbox::World;
use eksauth_testing::{Answer, HttpService};
use jiff::SignedDuration;

use crate::aws::Aws;
use crate::scene::Scene;

const ROLE: &str = "arn:aws:iam::111122223333:role/Developer";

#[test]
fn tokens_for_each_name_of_the_cluster_are_counted_together() {
    let aws = Aws::start(World::default());
    let mapped = format!("  mapRoles: [{{rolearn: '{ROLE}', username: dev}}]\n");
    let scene = aws.lead(Scene::with_config(&format!(
        "  clusterIDs: [earlier]\n{mapped}"
    )));
    let server = scene.start("");
    server.wait_until_ready();
    let (caller, _) = aws.session(ROLE, "dev");
    let token = caller.token_of("earlier", SignedDuration::ZERO);
    assert_eq!(server.review(&token).status, 200);
    let metrics = server.get("/metrics").body;
    // The first name is not that of the token, the second is.
    for status in [403, 200] {
        let series = format!(
            r#"aws_iam_authenticator_sts_responses_total{{ResponseCode="{status}",StsRegion="eu-west-1"}} 1"#
        );
        assert!(metrics.contains(&series), "{series} in {metrics}");
    }
    server.stop();
}

#[test]
fn the_role_for_ec2_is_assumed_on_behalf_of_its_source() {
    const SOURCE: &str = "arn:aws:eks:eu-west-1:444455556666:cluster/demo";
    let aws = Aws::start(World::default());
    let sts = HttpService::start(|_| Answer::new(403, ""));
    let lines = format!(
        "  ec2DescribeInstancesRoleARN: arn:aws:iam::444455556666:role/Ec2\n  sourceARN: {SOURCE}\n  mapRoles:\n  - \
         rolearn: {ROLE}\n    username: 'system:node:{{{{EC2PrivateDNSName}}}}'\n"
    );
    let scene = aws
        .lead(Scene::with_config(&lines))
        .set("AWS_ENDPOINT_URL_STS", &sts.url())
        .set("AWS_ACCESS_KEY_ID", "AKIAOFTHESERVER")
        .set("AWS_SECRET_ACCESS_KEY", "secret/of/the/server");
    let server = scene.start("");
    server.wait_until_ready();
    let (node, _) = aws.session(ROLE, "i-0123456789abcdef0");
    assert_ne!(server.review(&node.token()).status, 200);
    let requests = sts.requests();
    let request = requests.first().expect("STS was not asked for the role");
    assert_eq!(request.form("Action").as_deref(), Some("AssumeRole"));
    assert_eq!(request.header("x-amz-source-arn"), Some(SOURCE));
    assert_eq!(request.header("x-amz-source-account"), Some("444455556666"));
    let signed = request.header("authorization").unwrap();
    assert!(
        signed.contains(";x-amz-source-account;x-amz-source-arn"),
        "{signed}"
    );
    server.stop();
}
