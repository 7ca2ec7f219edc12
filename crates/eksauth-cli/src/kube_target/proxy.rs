//! The proxy to an API server. kube looks for one itself, but not at whether `NO_PROXY` lists the server.

use eksauth::Context;
use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use kube::config::Kubeconfig;

use crate::failed::Failed;

/// The one in the kubeconfig, which `NO_PROXY` does not concern.
pub(super) fn of_kubeconfig(kubeconfig: &Kubeconfig, context: &str) -> Result<Option<Uri>, Failed> {
    let contexts = kubeconfig.contexts.iter();
    let context = contexts
        .filter(|it| it.name == context)
        .find_map(|it| it.context.as_ref());
    let clusters = kubeconfig.clusters.iter();
    let cluster = clusters
        .filter(|it| context.is_some_and(|context| context.cluster == it.name))
        .find_map(|it| it.cluster.as_ref());
    let proxy = cluster.and_then(|it| it.proxy_url.as_deref());
    let proxy = proxy.filter(|it| !it.is_empty());
    let parsed = proxy.map(str::parse).transpose();
    // Which may hold a password.
    parsed.map_err(|_| {
        Failed::new("expected the URL of a proxy as `proxy-url`, but found something else")
    })
}

/// `HTTPS_PROXY` or `ALL_PROXY`, unless `NO_PROXY` lists the server; each in lower case too, which wins.
pub(super) fn of_environment(server: &Uri, context: &Context) -> Option<Uri> {
    let either = |lower: &str, upper: &str| context.var(lower).or_else(|| context.var(upper));
    let proxy =
        either("https_proxy", "HTTPS_PROXY").or_else(|| either("all_proxy", "ALL_PROXY"))?;
    let but = either("no_proxy", "NO_PROXY").unwrap_or_default();
    // Which the matcher takes for all names, and for no address.
    if but.split(',').any(|it| it.trim() == "*") {
        return None;
    }
    let with_scheme = match proxy.contains("://") {
        true => proxy,
        false => format!("http://{proxy}"),
    };
    let matcher = Matcher::builder().all(with_scheme.clone()).no(but).build();
    matcher.intercept(server)?;
    // Password and all, which the matcher takes apart.
    with_scheme.parse().ok()
}

#[cfg(test)]
mod tests;
