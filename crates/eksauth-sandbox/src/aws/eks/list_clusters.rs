//! The names of clusters, page by page.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

use super::refusals;
use crate::aws::Shared;
use crate::aws::gate::Authenticated;
use crate::aws::received::Received;
use crate::aws::refusal::Refusal;
use crate::world::Action;

/// Also what is given when nothing is asked for.
const LARGEST_PAGE: usize = 100;

pub(super) fn answer(
    aws: &Shared,
    authenticated: &Authenticated,
    request: &Received,
) -> Result<Value, Refusal> {
    let Authenticated { caller, region } = authenticated;
    if caller.is_denied(Action::ListClusters) {
        let (partition, account) = (aws.principals.partition(), caller.account());
        let resource = format!("arn:{partition}:eks:{region}:{account}:cluster/*");
        return Err(refusals::denied(caller, Action::ListClusters, &resource));
    }
    let (size, after) = page(request)?;
    let clusters = aws.clusters.iter();
    let mut names: Vec<_> = clusters
        .filter(|it| it.account == caller.account() && it.region.as_str() == region)
        .map(|it| it.name.as_str())
        .filter(|it| after.as_deref().is_none_or(|after| *it > after))
        .collect();
    names.sort_unstable();
    let more = names.len() > size;
    names.truncate(size);
    let last = names.last().filter(|_| more);
    let next_token = last.map(|it| BASE64URL_NOPAD.encode(it.as_bytes()));
    Ok(json!({"clusters": names, "nextToken": next_token}))
}

/// How many names are wanted, and after which one.
fn page(request: &Received) -> Result<(usize, Option<String>), Refusal> {
    let invalid = refusals::invalid_parameter;
    let query = request.query();
    let query = query.map_err(|_| invalid("The query string contains a syntax error"))?;
    let size = query.get("maxResults").map_or(Ok(LARGEST_PAGE), str::parse);
    let size = size.ok().filter(|it| (1..=LARGEST_PAGE).contains(it));
    let size = size.ok_or_else(|| invalid("maxResults must be a number from 1 to 100"))?;
    let decoded = |token: &str| {
        let name = BASE64URL_NOPAD.decode(token.as_bytes()).ok()?;
        String::from_utf8(name).ok()
    };
    let token = query.get("nextToken").filter(|it| !it.is_empty());
    let after = token.map(|it| decoded(it).ok_or_else(|| invalid("Invalid nextToken")));
    Ok((size, after.transpose()?))
}
