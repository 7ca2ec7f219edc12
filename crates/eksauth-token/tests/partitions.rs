//! The partition table and the STS endpoints are those of botocore.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;
use std::sync::OnceLock;

use eksauth_testing::Oracles;
use eksauth_token::{EndpointOptions, Partition, Region, StsEndpoint};
use serde_json::{Value, json};

/// botocore's names of the variants, and ours.
const VARIANTS: [(&str, bool, bool); 4] = [
    ("standard", false, false),
    ("fips", true, false),
    ("dualstack", false, true),
    ("fips_dualstack", true, true),
];

/// Names that look like regions, more or less.
const NAMES: [&str; 30] = [
    "us-east-1",
    "mx-central-1",
    "il-central-1",
    "us-new_place2-77",
    "ap-southeast-10",
    "sa-x-0",
    "cn-north-1",
    "cn-x-9",
    "us-gov-east-1",
    "us-gov-x-1",
    "us-iso-east-1",
    "us-isob-east-1",
    "eu-isoe-west-1",
    "us-isof-south-1",
    "eusc-de-east-1",
    "eusc-fr-east-1",
    "eu-isob-east-1",
    "aws-global",
    "aws-cn-global",
    "moon-base-9",
    "us-east-1a",
    "us-east-",
    "us-east",
    "us--1",
    "us-east-1-2",
    "xus-east-1",
    "US-EAST-1",
    "us-east.x-1",
    "us-gov-1",
    "",
];

/// botocore's table, asked for once; nothing where there is no botocore.
fn table(test: &str) -> Option<&'static Value> {
    static TABLE: OnceLock<Value> = OnceLock::new();
    let oracles = Oracles::or_skip(test)?;
    Some(TABLE.get_or_init(|| oracles.run("partitions.py", &json!({ "names": NAMES }))))
}

/// Each partition of botocore, and ours of that id.
fn partitions(table: &Value) -> Vec<(Partition, &Value)> {
    let theirs = table["partitions"].as_object().unwrap();
    theirs
        .iter()
        .map(|(id, facts)| {
            let ours = id
                .parse()
                .unwrap_or_else(|_| panic!("botocore has the partition `{id}`, we have not"));
            (ours, facts)
        })
        .collect()
}

/// The regions that botocore lists for a partition, and what it says of each.
fn regions(facts: &Value) -> impl Iterator<Item = (Region, &Value)> {
    let regions = facts["regions"].as_object().unwrap();
    regions
        .iter()
        .map(|(name, endpoints)| (Region::new(name).unwrap(), endpoints))
}

fn options(fips: bool, dual_stack: bool) -> EndpointOptions {
    EndpointOptions {
        fips,
        dual_stack,
        legacy_global: false,
    }
}

#[test]
fn every_partition_of_botocore_is_ours_and_every_one_of_ours_is_botocores() {
    let Some(table) =
        table("every_partition_of_botocore_is_ours_and_every_one_of_ours_is_botocores")
    else {
        return;
    };
    let theirs: BTreeSet<_> = partitions(table).iter().map(|(it, _)| it.id()).collect();
    assert_eq!(theirs, Partition::ALL.iter().map(|it| it.id()).collect());
    for (ours, facts) in partitions(table) {
        assert_eq!(ours.dns_suffix(), facts["dnsSuffix"], "{ours}");
        assert_eq!(
            ours.dual_stack_dns_suffix(),
            facts["dualStackDnsSuffix"],
            "{ours}"
        );
    }
}

#[test]
fn every_region_of_botocore_is_of_the_same_partition() {
    let Some(table) = table("every_region_of_botocore_is_of_the_same_partition") else {
        return;
    };
    for (ours, facts) in partitions(table) {
        for (region, _) in regions(facts) {
            assert_eq!(Partition::of_region(&region), ours, "{region}");
        }
        let pseudo = regions(facts)
            .map(|(region, _)| region.to_string())
            .find(|it| it.ends_with("-global"));
        assert_eq!(
            pseudo.as_deref().unwrap_or(ours.global_region()),
            ours.global_region()
        );
    }
}

#[test]
fn a_text_can_be_a_region_of_the_partitions_that_botocore_says() {
    let Some(table) = table("a_text_can_be_a_region_of_the_partitions_that_botocore_says") else {
        return;
    };
    let mut fitting = 0;
    for (ours, facts) in partitions(table) {
        for name in NAMES {
            let theirs = facts["named"].as_array().unwrap().contains(&json!(name));
            assert_eq!(ours.has_region_name(name), theirs, "`{name}` in {ours}");
            fitting += usize::from(theirs);
        }
    }
    assert!(fitting > 12, "the samples tell nothing: {fitting} fit");
}

#[test]
fn every_region_has_the_sts_endpoints_that_botocore_gives_it() {
    let Some(table) = table("every_region_has_the_sts_endpoints_that_botocore_gives_it") else {
        return;
    };
    let mut compared = 0;
    for (_, facts) in partitions(table) {
        for (region, endpoints) in regions(facts) {
            for (name, fips, dual_stack) in VARIANTS {
                let pseudo = region.as_str().ends_with("-global");
                if pseudo && (region.as_str(), name) != ("aws-global", "standard") {
                    continue;
                }
                let theirs = &endpoints[name];
                if theirs.is_null() {
                    continue;
                }
                let ours = StsEndpoint::new(&region, options(fips, dual_stack));
                assert_eq!(ours.host(), theirs["host"], "{region} {name}");
                assert_eq!(
                    ours.signing_region().as_str(),
                    theirs["signing_region"].as_str().unwrap_or(region.as_str()),
                    "{region} {name}"
                );
                compared += 1;
            }
        }
    }
    assert!(compared > 100, "only {compared} endpoints were compared");
}

#[test]
fn the_same_regions_have_the_global_endpoint_as_their_legacy() {
    let Some(table) = table("the_same_regions_have_the_global_endpoint_as_their_legacy") else {
        return;
    };
    let theirs: BTreeSet<_> = table["legacy_global"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it.as_str().unwrap().to_owned())
        .collect();
    let legacy = EndpointOptions {
        legacy_global: true,
        ..EndpointOptions::default()
    };
    let ours: BTreeSet<_> = partitions(table)
        .iter()
        .flat_map(|(_, facts)| regions(facts))
        .filter(|(region, _)| StsEndpoint::new(region, legacy).host() == "sts.amazonaws.com")
        .map(|(region, _)| region.to_string())
        .collect();
    assert_eq!(ours, theirs);
}
