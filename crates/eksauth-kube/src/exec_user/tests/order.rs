//! The order of flags makes no difference.

use proptest::prelude::*;

use super::{exec_of, recognised};
use crate::exec_user::ExecUser;

/// A flag, and its value if that is the next argument.
type Flag = &'static [&'static str];

const AWS_GLOBAL: &[Flag] = &[
    &["--region", "eu-west-1"],
    &["--profile=dev"],
    &["--output", "json"],
    &["--no-cli-pager"],
];
const AWS_OWN: &[Flag] = &[
    &["--cluster-name", "prod"],
    &["--role-arn=arn:aws:iam::111122223333:role/Deploy"],
];

const AUTHENTICATOR_GLOBAL: &[Flag] = &[&["-i", "prod"], &["-vdebug"], &["-l=json"]];
const AUTHENTICATOR_OWN: &[Flag] = &[
    &["--region=eu-west-1"],
    &["-r", "arn:aws:iam::111122223333:role/Deploy"],
    &["--external-id=our-agreement"],
    &["--forward-session-name"],
    &["--cache=true"],
    &["--duration", "3600"],
];

/// Every order: `global` flags anywhere, the command's `own` behind its words.
fn lines(
    words: &'static [&'static str],
    global: &'static [Flag],
    own: &'static [Flag],
) -> impl Strategy<Value = Vec<String>> {
    let places = proptest::collection::vec(1..=words.len(), global.len());
    places.prop_flat_map(move |places| {
        let own = own.iter().map(|flag| (words.len(), *flag));
        let placed = places.into_iter().zip(global.iter().copied()).chain(own);
        Just(placed.collect::<Vec<_>>())
            .prop_shuffle()
            .prop_map(move |placed| line(words, &placed))
    })
}

fn line(words: &[&str], placed: &[(usize, Flag)]) -> Vec<String> {
    let mut line = Vec::new();
    for (index, word) in words.iter().enumerate() {
        line.push((*word).to_owned());
        let here = placed.iter().filter(|(place, _)| *place == index + 1);
        line.extend(here.flat_map(|(_, flag)| *flag).map(|it| (*it).to_owned()));
    }
    line
}

proptest! {
    #[test]
    fn flags_of_the_aws_cli_may_come_in_any_order(
        line in lines(&["aws", "eks", "get-token"], AWS_GLOBAL, AWS_OWN),
    ) {
        let expected = recognised(
            "aws eks get-token --cluster-name prod --region eu-west-1 --profile dev \
             --role-arn arn:aws:iam::111122223333:role/Deploy",
        );
        prop_assert_eq!(ExecUser::recognise(&exec_of(line)).unwrap(), expected);
    }

    #[test]
    fn flags_of_the_authenticator_may_come_in_any_order(
        line in lines(&["aws-iam-authenticator", "token"], AUTHENTICATOR_GLOBAL, AUTHENTICATOR_OWN),
    ) {
        let expected = recognised(
            "aws-iam-authenticator token -i prod --region eu-west-1 --duration 3600 \
             -r arn:aws:iam::111122223333:role/Deploy -e our-agreement --forward-session-name",
        );
        prop_assert_eq!(ExecUser::recognise(&exec_of(line)).unwrap(), expected);
    }

    #[test]
    fn flags_of_eksauth_may_come_in_any_order(
        line in lines(&["eksauth", "eks", "get-token"], AWS_GLOBAL, AWS_OWN),
    ) {
        let expected = recognised(
            "eksauth eks get-token --cluster-name prod --region eu-west-1 --profile dev \
             --role-arn arn:aws:iam::111122223333:role/Deploy",
        );
        prop_assert_eq!(ExecUser::recognise(&exec_of(line)).unwrap(), expected);
    }

    #[test]
    fn no_arguments_make_it_panic(
        program in prop::sample::select(vec!["aws", "aws-iam-authenticator", "eksauth"]),
        arguments in prop::collection::vec(
            prop_oneof![
                Just("token".to_owned()),
                Just("eks".to_owned()),
                Just("get-token".to_owned()),
                "-{0,2}[a-z=-]{0,8}",
                any::<String>(),
            ],
            0..6,
        ),
    ) {
        let mut words = vec![program.to_owned()];
        words.extend(arguments);
        let _ = ExecUser::recognise(&exec_of(words)).map_err(|reason| reason.to_string());
    }
}
