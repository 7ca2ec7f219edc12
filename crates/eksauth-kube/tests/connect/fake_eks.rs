//! An EKS that says what the sandbox's does not.

use eksauth_testing::{Answer, HttpService};
use serde_json::{Value, json};

use crate::scene::Scene;

pub(crate) struct FakeEks(HttpService);

impl FakeEks {
    /// Describes every cluster like this.
    pub(crate) fn describing(cluster: Value) -> Self {
        let body = json!({ "cluster": cluster }).to_string();
        Self(HttpService::start(move |_| Answer::new(200, body.clone())))
    }

    /// The endpoint of every cluster is this one, and private.
    pub(crate) fn private(scene: &Scene, endpoint: &str) -> Self {
        Self::describing(json!({
            "name": "demo",
            "status": "ACTIVE",
            "endpoint": endpoint,
            "certificateAuthority": { "data": certificate_authority(scene) },
            "resourcesVpcConfig": {
                "endpointPublicAccess": false,
                "endpointPrivateAccess": true,
                "vpcId": "vpc-0123",
            },
        }))
    }

    /// What leads to it.
    pub(crate) fn variables(&self) -> [(&'static str, String); 1] {
        [("AWS_ENDPOINT_URL_EKS", self.0.url())]
    }
}

/// In base64, as the kubeconfig of the sandbox has it.
fn certificate_authority(scene: &Scene) -> Value {
    let kubeconfig = std::fs::read(scene.sandbox.kubeconfig()).unwrap();
    let kubeconfig: Value = serde_json::from_slice(&kubeconfig).unwrap();
    kubeconfig["clusters"][0]["cluster"]["certificate-authority-data"].clone()
}
