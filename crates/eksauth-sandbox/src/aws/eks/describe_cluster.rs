//! All about one cluster.

use data_encoding::BASE64;
use eksauth_token::ClusterId;
use serde_json::{Value, json};

use super::refusals;
use crate::aws::Shared;
use crate::aws::gate::Authenticated;
use crate::aws::refusal::Refusal;
use crate::world::{Action, Cluster};

pub(super) fn answer(
    aws: &Shared,
    authenticated: &Authenticated,
    name: &str,
) -> Result<Value, Refusal> {
    let Authenticated { caller, region } = authenticated;
    if caller.is_denied(Action::DescribeCluster) {
        let (partition, account) = (aws.principals.partition(), caller.account());
        let shown: String = name.chars().filter(|c| !c.is_control()).take(128).collect();
        let resource = format!("arn:{partition}:eks:{region}:{account}:cluster/{shown}");
        return Err(refusals::denied(caller, Action::DescribeCluster, &resource));
    }
    let mut clusters = aws.clusters.iter();
    let cluster = clusters.find(|it| {
        it.name == name && it.account == caller.account() && it.region.as_str() == region
    });
    let cluster = cluster.ok_or_else(|| refusals::no_cluster(name))?;
    Ok(json!({"cluster": description(aws, cluster)}))
}

fn description(aws: &Shared, cluster: &Cluster) -> Value {
    let (partition, account) = (aws.principals.partition(), &cluster.account);
    let mut description = json!({
        "name": cluster.name,
        "arn": cluster.arn,
        "createdAt": aws.started.as_millisecond() as f64 / 1000.0,
        "version": cluster.version,
        "roleArn": format!("arn:{partition}:iam::{account}:role/eks-cluster"),
        "resourcesVpcConfig": {
            "subnetIds": [],
            "securityGroupIds": [],
            "endpointPublicAccess": true,
            "endpointPrivateAccess": false,
            "publicAccessCidrs": ["0.0.0.0/0"],
        },
        "kubernetesNetworkConfig": {"serviceIpv4Cidr": "10.100.0.0/16", "ipFamily": "ipv4"},
        "accessConfig": {"authenticationMode": "CONFIG_MAP"},
        "status": cluster.status.name(),
        "platformVersion": "eks.1",
        "tags": {},
    });
    if let Some(id) = &cluster.id {
        description["id"] = ClusterId::as_str(id).into();
    }
    let endpoint = aws.endpoint_of(&cluster.name);
    // EKS tells of an API server only once there is one.
    if let Some(endpoint) = endpoint.filter(|_| cluster.status.has_endpoint()) {
        let ca = BASE64.encode(endpoint.ca_pem.as_bytes());
        description["endpoint"] = endpoint.url.into();
        description["certificateAuthority"] = json!({"data": ca});
    }
    description
}
