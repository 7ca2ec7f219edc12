mod accounts;
mod adding;
mod entries;
mod fixtures;
mod properties;
mod sections;

use std::collections::BTreeMap;

use super::AwsAuth;
use crate::{Trouble, Who};

fn data(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let pair = |(key, text): &(&str, &str)| ((*key).to_owned(), (*text).to_owned());
    pairs.iter().map(pair).collect()
}

fn read(pairs: &[(&str, &str)]) -> (AwsAuth, Vec<Trouble>) {
    AwsAuth::default().updated(&data(pairs))
}

fn lines(troubles: &[Trouble]) -> Vec<String> {
    troubles.iter().map(Trouble::to_string).collect()
}

fn arn(who: &Who) -> &str {
    match who {
        Who::Arn(arn) => arn,
        other => panic!("expected an ARN, but found {other:?}"),
    }
}
