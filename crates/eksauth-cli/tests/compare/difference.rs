//! Fields in which answers differ.

use std::collections::{BTreeMap, BTreeSet};

use eksauth_testing::Reply;
use serde_json::Value;

/// Headers that say nothing about the answer.
const OF_THE_CONNECTION: [&str; 3] = ["connection", "content-length", "date"];

const ABSENT: &str = "–";

/// One field that is not the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Difference {
    pub(crate) setup: &'static str,
    pub(crate) question: String,
    pub(crate) field: String,
    pub(crate) theirs: String,
    pub(crate) ours: String,
}

#[derive(Default)]
pub(crate) struct Differences {
    pub(crate) all: Vec<Difference>,
    /// What was asked, and what was the same everywhere.
    pub(crate) questions: usize,
    pub(crate) fields: usize,
}

type Fields = BTreeMap<String, String>;

impl Differences {
    pub(crate) fn of_replies(
        &mut self,
        setup: &'static str,
        question: &str,
        theirs: &Reply,
        ours: &Reply,
    ) {
        self.questions += 1;
        self.compare(setup, question, &fields(theirs), &fields(ours));
    }

    /// Only series that aws-iam-authenticator has, too: what is missing would break a dashboard.
    pub(crate) fn of_metrics(&mut self, setup: &'static str, theirs: &Fields, ours: &Fields) {
        let mut shared = ours.clone();
        shared.retain(|name, _| theirs.contains_key(name));
        self.compare(setup, "metrics afterwards", theirs, &shared);
    }

    pub(crate) fn compare(
        &mut self,
        setup: &'static str,
        question: &str,
        theirs: &Fields,
        ours: &Fields,
    ) {
        let names: BTreeSet<_> = theirs.keys().chain(ours.keys()).collect();
        for field in names {
            self.fields += 1;
            let shown = |fields: &Fields| fields.get(field).map_or(ABSENT, |it| it).to_owned();
            let (theirs, ours) = (shown(theirs), shown(ours));
            if theirs != ours {
                self.all.push(Difference {
                    setup,
                    question: question.to_owned(),
                    field: field.clone(),
                    theirs: without_random(theirs),
                    ours: without_random(ours),
                });
            }
        }
    }
}

/// A session's access key id is another one in each run, and the document is not.
fn without_random(value: String) -> String {
    match value.starts_with("[\"ASIA") {
        true => "[\"ASIA…\"]".to_owned(),
        false => value,
    }
}

/// All that a reply holds, a name each.
fn fields(reply: &Reply) -> Fields {
    let mut fields = Fields::from([("HTTP status".to_owned(), reply.status.to_string())]);
    for (name, value) in &reply.headers {
        if !OF_THE_CONNECTION.contains(&name.as_str()) {
            fields.insert(format!("header `{name}`"), value.clone());
        }
    }
    match serde_json::from_str(&reply.body) {
        Ok(json) => leaves("", &json, &mut fields),
        Err(_) => {
            fields.insert("body".to_owned(), format!("{:?}", reply.body));
        }
    }
    fields
}

fn leaves(path: &str, value: &Value, fields: &mut Fields) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (name, value) in members {
                leaves(&format!("{path}.{name}"), value, fields);
            }
        }
        // Empty objects are how Go writes nothing.
        Value::Object(_) => {}
        value => {
            let name = path.trim_start_matches('.');
            fields.insert(format!("`{name}`"), value.to_string());
        }
    }
}
