//! The versions of the exec credential API.
//!
//! Specification: <https://kubernetes.io/docs/reference/config-api/client-authentication.v1/>

/// A version of `client.authentication.k8s.io`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ApiVersion {
    V1,
    /// What both incumbents answer with when they are not told otherwise.
    #[default]
    V1Beta1,
    V1Alpha1,
}

impl ApiVersion {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "client.authentication.k8s.io/v1",
            Self::V1Beta1 => "client.authentication.k8s.io/v1beta1",
            Self::V1Alpha1 => "client.authentication.k8s.io/v1alpha1",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::V1, Self::V1Beta1, Self::V1Alpha1]
            .into_iter()
            .find(|it| it.as_str() == text)
    }
}
