//! Which host names are AWS's.

use eksauth_token::Partition;

/// Whether the host is, or lies below, a DNS suffix of an AWS partition. Such names never leave the
/// sandbox, whether a service of that name is played in it or not.
///
/// Case does not matter, nor does the dot of a fully qualified name.
pub(crate) fn is_aws_host(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    aws_domains().any(|domain| is_at_or_below(host, domain))
}

/// The domains of all partitions' endpoints. Some partitions share theirs.
pub(super) fn aws_domains() -> impl Iterator<Item = &'static str> {
    Partition::ALL
        .iter()
        .flat_map(|it| [it.dns_suffix(), it.dual_stack_dns_suffix()])
}

fn is_at_or_below(host: &str, domain: &str) -> bool {
    let Some(at) = host.len().checked_sub(domain.len()) else {
        return false;
    };
    // Bytes, since the cut may fall into a character of a name that is not ASCII.
    let (above, tail) = host.as_bytes().split_at(at);
    tail.eq_ignore_ascii_case(domain.as_bytes()) && (above.is_empty() || above.ends_with(b"."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_partitions_names_are_aws() {
        for domain in aws_domains() {
            assert!(is_aws_host(domain), "{domain}");
            assert!(
                is_aws_host(&format!("sts.somewhere-1.{domain}")),
                "{domain}"
            );
        }
    }

    #[test]
    fn case_and_the_root_dot_do_not_matter() {
        assert!(is_aws_host("STS.eu-west-1.AmazonAWS.com"));
        assert!(is_aws_host("sts.amazonaws.com."));
    }

    #[test]
    fn look_alikes_are_not_aws() {
        for host in [
            "",
            ".",
            "com",
            "sts.amazonaws.com.example.org",
            "notamazonaws.com",
            "sts-amazonaws.com",
            "sts.amazonaws.com..",
            "amazonaws.com:443",
            "api.awß",
            "éamazonaws.com",
            "127.0.0.1",
            "localhost",
        ] {
            assert!(!is_aws_host(host), "{host:?}");
        }
    }
}
