//! Foreign bodies of the webhook: what is read is what serde_json's own values say, and what is
//! refused is told nowhere.
#![no_main]

use eksauth_server::{NotATokenReview, ReviewVersion, TokenReview};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};

const VERSIONS: [ReviewVersion; 2] = [ReviewVersion::V1, ReviewVersion::V1Beta1];

fuzz_target!(|body: &[u8]| {
    let review = TokenReview::parse(body);
    if let Err(refused) = &review {
        says_nothing_of_the_body(*refused);
    }
    let mut values = serde_json::Deserializer::from_slice(body).into_iter::<Value>();
    // A value that is skipped may be more than a tree can hold.
    let Some(Ok(value)) = values.next() else {
        return;
    };
    if let Ok(review) = review {
        is_what_the_value_says(&review, &value);
    }
    // Written again, no key is there twice.
    let written = value.to_string();
    match TokenReview::parse(written.as_bytes()) {
        Ok(review) => is_what_the_value_says(&review, &value),
        Err(_) => assert!(!has_its_types(&value), "{value}"),
    }
});

fn says_nothing_of_the_body(refused: NotATokenReview) {
    assert_eq!(
        refused.to_string(),
        "expected a TokenReview, but found something else"
    );
}

fn is_what_the_value_says(review: &TokenReview<'_>, value: &Value) {
    assert!(has_its_types(value), "{value}");
    let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    assert_eq!(review.token(), text(&value["spec"], "token"));
    let named = |version: &ReviewVersion| {
        text(value, "apiVersion") == version.as_str() && text(value, "kind") == ReviewVersion::KIND
    };
    assert_eq!(review.version(), VERSIONS.into_iter().find(named));
}

/// Whether every field that is known is of its type, or `null`.
fn has_its_types(value: &Value) -> bool {
    let Value::Object(review) = value else {
        return value.is_null();
    };
    let no_spec = Map::new();
    let spec = match review.get("spec") {
        None | Some(Value::Null) => &no_spec,
        Some(Value::Object(spec)) => spec,
        Some(_) => return false,
    };
    let is_text = |field: Option<&Value>| is_nothing_or(field, Value::is_string);
    let is_object = |field: Option<&Value>| is_nothing_or(field, Value::is_object);
    let is_texts = |field: Option<&Value>| {
        is_nothing_or(field, |it| {
            it.as_array()
                .is_some_and(|texts| texts.iter().all(|it| is_text(Some(it))))
        })
    };
    is_text(review.get("apiVersion"))
        && is_text(review.get("kind"))
        && is_object(review.get("metadata"))
        && is_object(review.get("status"))
        && is_text(spec.get("token"))
        && is_texts(spec.get("audiences"))
}

fn is_nothing_or(field: Option<&Value>, is_it: impl Fn(&Value) -> bool) -> bool {
    field.is_none_or(|it| it.is_null() || is_it(it))
}
