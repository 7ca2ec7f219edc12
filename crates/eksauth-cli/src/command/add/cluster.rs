//! The ConfigMap in the cluster.

use eksauth_map::List;
use eksauth_map_kube::{AwsAuthAddError, IfMissing, add_role, add_user};
use k8s_openapi::api::core::v1::ConfigMap;
use kube::{Api, Client};

use crate::command::whoami::trouble;
use crate::failed::Failed;
use crate::kube_target::ApiServer;
use crate::process::Process;

use super::answer::Added;
use super::confirm::confirm;
use super::diff::Diff;
use super::new::New;

const NAMESPACE: &str = "kube-system";
const NAME: &str = "aws-auth";

/// Shows what will change, asks, and changes it; `None` if that is not wanted.
pub(super) async fn add(
    new: &New,
    api_server: ApiServer,
    asks: bool,
    process: &Process,
) -> Result<Option<Added>, Failed> {
    let target = api_server.find(process).await?;
    let url = target.config.cluster_url.to_string();
    let unable = |error: kube::Error| {
        let message = format!("could not read the ConfigMap {NAMESPACE}/{NAME} from `{url}`");
        Failed::new(message).because(trouble::told(error, target.exec.as_ref()))
    };
    let client = Client::try_from(target.config.clone()).map_err(&unable)?;
    let config_maps: Api<ConfigMap> = Api::namespaced(client.clone(), NAMESPACE);
    let found = config_maps.get_opt(NAME).await.map_err(unable)?;
    let found = found.ok_or_else(|| Failed::new(AwsAuthAddError::Missing.to_string()))?;
    let place = format!("{NAMESPACE}/{NAME} at {url}");
    if asks && !confirmed(new, &found, &place)? {
        return Ok(None);
    }
    // What others have changed since then stays: it is read again, and written unless it changes
    // meanwhile.
    let written = match new.list {
        List::Users => add_user(&client, &new.mapping, IfMissing::Fail).await,
        _ => add_role(&client, &new.mapping, IfMissing::Fail).await,
    };
    let object = serde_json::to_value(written?)
        .map_err(|error| Failed::new("could not write the ConfigMap").because(error))?;
    Ok(Some(Added::new(new, format!("{NAMESPACE}/{NAME}"), object)))
}

fn confirmed(new: &New, found: &ConfigMap, place: &str) -> Result<bool, Failed> {
    let list = new.list.key();
    let data = found.data.as_ref();
    let section = data.and_then(|it| it.get(list)).map(String::as_str);
    let added = new
        .added_to(section)
        .map_err(|source| AwsAuthAddError::Mapping {
            list: new.list,
            source,
        })?;
    let title = format!("{NAMESPACE}/{NAME}, {list}");
    confirm(
        place,
        &Diff::new(title, section.unwrap_or_default(), &added),
    )
}
