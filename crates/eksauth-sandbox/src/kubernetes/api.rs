//! What the API serves.

/// One resource in one version of its group.
#[derive(Debug)]
pub(super) struct Resource {
    /// Empty for the core group.
    pub(super) group: &'static str,
    pub(super) version: &'static str,
    /// The plural, as in paths.
    pub(super) name: &'static str,
    pub(super) singular: &'static str,
    pub(super) kind: &'static str,
    pub(super) short_names: &'static [&'static str],
    pub(super) categories: &'static [&'static str],
    pub(super) namespaced: bool,
    pub(super) service: Service,
}

/// How a resource is served.
#[derive(Clone, Copy, Debug)]
pub(super) enum Service {
    /// Objects that can be got, listed and watched.
    Stored(Collection),
    /// A question about oneself, answered and forgotten.
    Review(Review),
}

/// The objects of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Collection {
    Namespaces,
    Pods,
}

/// What one may ask about oneself.
#[derive(Clone, Copy, Debug)]
pub(super) enum Review {
    /// `kubectl auth whoami`
    Identity,
    /// `kubectl auth can-i`
    Access,
    /// `kubectl auth can-i --list`
    Rules,
}

pub(super) static NAMESPACES: Resource = Resource {
    group: "",
    version: "v1",
    name: "namespaces",
    singular: "namespace",
    kind: "Namespace",
    short_names: &["ns"],
    categories: &[],
    namespaced: false,
    service: Service::Stored(Collection::Namespaces),
};

pub(super) static PODS: Resource = Resource {
    group: "",
    version: "v1",
    name: "pods",
    singular: "pod",
    kind: "Pod",
    short_names: &["po"],
    categories: &["all"],
    namespaced: true,
    service: Service::Stored(Collection::Pods),
};

/// In the order in which discovery shows them.
static RESOURCES: [&Resource; 6] = [
    &NAMESPACES,
    &PODS,
    &IDENTITY_REVIEWS,
    // For `kubectl auth whoami` up to 1.27.
    &Resource {
        version: "v1beta1",
        ..IDENTITY_REVIEWS
    },
    &ACCESS_REVIEWS,
    &Resource {
        name: "selfsubjectrulesreviews",
        singular: "selfsubjectrulesreview",
        kind: "SelfSubjectRulesReview",
        service: Service::Review(Review::Rules),
        ..ACCESS_REVIEWS
    },
];

const IDENTITY_REVIEWS: Resource = Resource {
    group: AUTHENTICATION,
    version: "v1",
    name: "selfsubjectreviews",
    singular: "selfsubjectreview",
    kind: "SelfSubjectReview",
    short_names: &[],
    categories: &[],
    namespaced: false,
    service: Service::Review(Review::Identity),
};

const ACCESS_REVIEWS: Resource = Resource {
    group: AUTHORIZATION,
    name: "selfsubjectaccessreviews",
    singular: "selfsubjectaccessreview",
    kind: "SelfSubjectAccessReview",
    service: Service::Review(Review::Access),
    ..IDENTITY_REVIEWS
};

const AUTHENTICATION: &str = "authentication.k8s.io";
const AUTHORIZATION: &str = "authorization.k8s.io";

/// The groups with a name and their versions, the preferred one first.
pub(super) static NAMED_GROUPS: [(&str, &[&str]); 2] = [
    (AUTHENTICATION, &["v1", "v1beta1"]),
    (AUTHORIZATION, &["v1"]),
];

impl Resource {
    pub(super) fn find(group: &str, version: &str, name: &str) -> Option<&'static Self> {
        Self::all_of(group, version).find(|it| it.name == name)
    }

    pub(super) fn all_of(group: &str, version: &str) -> impl Iterator<Item = &'static Self> {
        RESOURCES
            .into_iter()
            .filter(move |it| it.group == group && it.version == version)
    }

    /// `v1`, or `GROUP/VERSION`
    pub(super) fn api_version(&self) -> String {
        group_version(self.group, self.version)
    }

    pub(super) fn verbs(&self) -> &'static [&'static str] {
        match self.service {
            Service::Stored(_) => &["get", "list", "watch"],
            Service::Review(_) => &["create"],
        }
    }
}

impl Collection {
    pub(super) fn resource(self) -> &'static Resource {
        match self {
            Self::Namespaces => &NAMESPACES,
            Self::Pods => &PODS,
        }
    }
}

/// `v1`, or `GROUP/VERSION`
pub(super) fn group_version(group: &str, version: &str) -> String {
    match group {
        "" => version.to_owned(),
        _ => format!("{group}/{version}"),
    }
}
