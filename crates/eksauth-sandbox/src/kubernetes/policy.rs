//! Who may do what.
//!
//! | group | may |
//! |---|---|
//! | `system:masters` | everything |
//! | `sandbox:developers` | get, list and watch namespaces and pods |
//! | `sandbox:viewers` | get, list and watch namespaces |
//! | `system:authenticated` (everyone with a token) | ask about themselves, discover the API |
//! | nobody in particular | get the version and the health |
//!
//! The last two rows are what Kubernetes binds by default: `system:basic-user`,
//! `system:discovery` and `system:public-info-viewer`.

use serde_json::{Value, json};

use super::attributes::{Attributes, PathAttributes, ResourceAttributes};
use super::user::{AUTHENTICATED, User};

static POLICY: [Rule; 6] = [
    Rule {
        group: "system:masters",
        verbs: &[ANY],
        what: What::Resources(&[ANY], &[ANY]),
    },
    Rule {
        group: "system:masters",
        verbs: &[ANY],
        what: What::Paths(&[ANY]),
    },
    Rule {
        group: "sandbox:developers",
        verbs: &["get", "list", "watch"],
        what: What::Resources(&[""], &["namespaces", "pods"]),
    },
    Rule {
        group: "sandbox:viewers",
        verbs: &["get", "list", "watch"],
        what: What::Resources(&[""], &["namespaces"]),
    },
    Rule {
        group: AUTHENTICATED,
        verbs: &["create"],
        what: What::Resources(
            &["authentication.k8s.io", "authorization.k8s.io"],
            &[
                "selfsubjectreviews",
                "selfsubjectaccessreviews",
                "selfsubjectrulesreviews",
            ],
        ),
    },
    Rule {
        group: AUTHENTICATED,
        verbs: &["get"],
        what: What::Paths(&[
            "/api",
            "/api/*",
            "/apis",
            "/apis/*",
            "/healthz",
            "/livez",
            "/openapi",
            "/openapi/*",
            "/readyz",
            "/version",
            "/version/",
        ]),
    },
];

static PUBLIC: Rule = Rule {
    group: "system:unauthenticated",
    verbs: &["get"],
    what: What::Paths(&["/healthz", "/livez", "/readyz", "/version", "/version/"]),
};

const ANY: &str = "*";

struct Rule {
    /// Whom it is for.
    group: &'static str,
    verbs: &'static [&'static str],
    what: What,
}

enum What {
    /// In these API groups, these resources.
    Resources(&'static [&'static str], &'static [&'static str]),
    /// A `*` at the end stands for any rest.
    Paths(&'static [&'static str]),
}

/// Whether everyone may, without credentials.
pub(super) fn allows_anonymous(attributes: &Attributes) -> bool {
    PUBLIC.covers(attributes)
}

/// The group by which `user` may; `None` is a no.
pub(super) fn allowing_group(user: &User, attributes: &Attributes) -> Option<&'static str> {
    let rule = rules_of(user).find(|rule| rule.covers(attributes))?;
    Some(rule.group)
}

/// What `user` may, as `status` of a `SelfSubjectRulesReview`.
pub(super) fn rules_status(user: &User) -> Value {
    let (resources, paths): (Vec<_>, Vec<_>) =
        rules_of(user).partition(|rule| matches!(rule.what, What::Resources(..)));
    let told = |rules: Vec<&Rule>| rules.into_iter().map(Rule::tell).collect::<Vec<_>>();
    json!({
        "resourceRules": told(resources),
        "nonResourceRules": told(paths),
        "incomplete": false,
    })
}

fn rules_of(user: &User) -> impl Iterator<Item = &'static Rule> {
    let has = |group| user.groups().iter().any(|it| it == group);
    POLICY.iter().filter(move |rule| has(rule.group))
}

impl Rule {
    fn covers(&self, attributes: &Attributes) -> bool {
        match (attributes, &self.what) {
            (Attributes::Resource(asked), What::Resources(groups, resources)) => {
                let ResourceAttributes { verb, group, .. } = asked;
                lists(self.verbs, verb)
                    && lists(groups, group)
                    && lists(resources, &asked.resource_and_subresource())
            }
            (Attributes::Path(PathAttributes { verb, path }), What::Paths(patterns)) => {
                lists(self.verbs, verb) && patterns.iter().any(|pattern| fits(pattern, path))
            }
            _ => false,
        }
    }

    fn tell(&self) -> Value {
        match self.what {
            What::Resources(groups, resources) => json!({
                "verbs": self.verbs, "apiGroups": groups, "resources": resources,
            }),
            What::Paths(paths) => json!({ "verbs": self.verbs, "nonResourceURLs": paths }),
        }
    }
}

fn lists(list: &[&str], wanted: &str) -> bool {
    list.iter().any(|it| *it == ANY || *it == wanted)
}

fn fits(pattern: &str, path: &str) -> bool {
    match pattern.strip_suffix(ANY) {
        Some(start) => path.starts_with(start),
        None => pattern == path,
    }
}
