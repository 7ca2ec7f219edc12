//! Which cluster `add` changes.

use crate::aws_auth_api::{AwsAuthApi, kubeconfig};
use crate::scene::{Scene, assert_says};

use super::{USER, at_once};

const NOWHERE: &str = "http://127.0.0.1:1";

#[test]
fn the_kubeconfig_is_that_of_the_flag_then_of_the_variable_then_the_usual_one() {
    for place in ["flag", "variable", "usual"] {
        let api = AwsAuthApi::with(&[]);
        let mut scene = Scene::empty();
        let here = scene.home().write("here", &api.kubeconfig("here"));
        let here = here.display().to_string();
        let nowhere = kubeconfig(NOWHERE, "nowhere");
        let nowhere_path = scene.home().write("nowhere", &nowhere);
        let mut words = USER.to_owned();
        match place {
            "flag" => {
                scene.home().write_kubeconfig(&nowhere);
                scene = scene.set("KUBECONFIG", &nowhere_path.display().to_string());
                words.push_str(&format!(" --kubeconfig {here}"));
            }
            "variable" => {
                scene.home().write_kubeconfig(&nowhere);
                scene = scene.set("KUBECONFIG", &here);
            }
            _ => drop(scene.home().write_kubeconfig(&api.kubeconfig("here"))),
        }
        at_once(&scene, &words).succeeded();
        assert_eq!(api.writes(), 1, "{place}");
    }
}

#[test]
fn an_empty_name_of_a_kubeconfig_is_the_usual_one() {
    let api = AwsAuthApi::with(&[]);
    let words = USER.split_whitespace();
    let ran = api
        .scene()
        .run_args(words.chain(["--prompt=false", "--kubeconfig", ""]));
    ran.succeeded();
    assert_eq!(api.writes(), 1);
}

#[test]
fn the_context_may_be_another_than_the_current_one() {
    let api = AwsAuthApi::with(&[]);
    let scene = Scene::empty();
    let both = api.kubeconfig("here").replace(
        r#""current-context":"here""#,
        r#""current-context":"another""#,
    );
    scene.home().write_kubeconfig(&both);
    assert_says(&at_once(&scene, USER).failed(), &["`another`", "here"]);
    at_once(&scene, &format!("{USER} --kubeconfig-context here")).succeeded();
    let again = at_once(&scene, &format!("{USER} --context here")).failed();
    assert_says(&again, &["without a mapping"]);
}

#[test]
fn the_url_may_be_another_than_that_of_the_kubeconfig() {
    let api = AwsAuthApi::with(&[]);
    let scene = Scene::empty();
    scene.home().write_kubeconfig(&kubeconfig(NOWHERE, "here"));
    at_once(&scene, &format!("{USER} --master-url {}", api.url())).succeeded();
    assert_eq!(api.writes(), 1);
    let stderr = at_once(&scene, &format!("{USER} --master-url here")).failed();
    assert_says(&stderr, &["URL of an API server", "`here`"]);
}

#[test]
fn without_a_kubeconfig_the_error_says_where_one_is_looked_for() {
    let stderr = at_once(&Scene::empty(), USER).failed();
    assert_says(&stderr, &["--kubeconfig", "KUBECONFIG", "service account"]);
}
