use super::super::presigned::{for_region, global};
use super::*;

#[test]
fn a_region_gets_its_label_once_sts_has_answered_there() {
    let labels = RegionLabels::default();
    let ireland = for_region("eu-west-1");
    assert_eq!(labels.silent(&ireland), "other");
    assert_eq!(labels.answered(&ireland), "eu-west-1");
    assert_eq!(labels.silent(&ireland), "eu-west-1");
    assert_eq!(labels.silent(&for_region("eu-west-2")), "other");
}

#[test]
fn the_global_endpoint_has_its_own_label_always() {
    let labels = RegionLabels::default();
    assert_eq!(labels.silent(&global()), "global");
    assert_eq!(labels.answered(&global()), "global");
    assert_eq!(labels.answered.read().unwrap().len(), 0);
}

#[test]
fn there_are_only_so_many_labels_whatever_answers() {
    let labels = RegionLabels::default();
    let label = |number: usize| labels.answered(&for_region(&format!("eu-west-{number}")));
    for number in 0..MOST_REGIONS {
        assert_eq!(label(number), format!("eu-west-{number}"));
    }
    for number in MOST_REGIONS..2 * MOST_REGIONS {
        assert_eq!(label(number), "other");
    }
    assert_eq!(label(0), "eu-west-0");
}

#[test]
fn a_region_that_never_answers_takes_no_label() {
    let labels = RegionLabels::default();
    for number in 0..2 * MOST_REGIONS {
        let url = for_region(&format!("eu-west-{number}"));
        assert_eq!(labels.silent(&url), "other");
    }
    assert_eq!(labels.answered.read().unwrap().len(), 0);
}
