//! Which service a host name is.

use eksauth_token::Partition;

/// The region that requests to the global STS endpoint are signed for.
const GLOBAL_REGION: &str = "us-east-1";

/// A service of the local AWS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Service {
    Sts,
    Eks,
}

impl Service {
    /// As it stands in credential scopes.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sts => "sts",
            Self::Eks => "eks",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        [Self::Sts, Self::Eks]
            .into_iter()
            .find(|it| it.name() == name)
    }
}

/// What a request was addressed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Endpoint {
    /// AWS's name of a service here. Signatures must be for its region.
    Known { service: Service, region: String },
    /// AWS's name of something that is not here.
    Absent,
    /// No name of AWS's, such as a loopback address: the signature says what it is for.
    Custom,
}

impl Endpoint {
    /// Judges a host, with or without port.
    pub(super) fn of_host(host: &str) -> Self {
        let host = without_port(host).to_ascii_lowercase();
        if host == format!("sts.{}", Partition::Aws.dns_suffix()) {
            return Self::Known {
                service: Service::Sts,
                region: GLOBAL_REGION.to_owned(),
            };
        }
        let known = Partition::ALL
            .iter()
            .find_map(|it| in_partition(*it, &host));
        known.unwrap_or_else(|| {
            let suffixes = Partition::ALL
                .iter()
                .flat_map(|it| [it.dns_suffix(), it.dual_stack_dns_suffix()]);
            let mut suffixes = suffixes.filter_map(|it| host.strip_suffix(it));
            match suffixes.any(|rest| rest.is_empty() || rest.ends_with('.')) {
                true => Self::Absent,
                false => Self::Custom,
            }
        })
    }
}

fn in_partition(partition: Partition, host: &str) -> Option<Endpoint> {
    let suffixes = [partition.dns_suffix(), partition.dual_stack_dns_suffix()];
    let mut rests = suffixes
        .into_iter()
        .filter_map(|it| host.strip_suffix(it)?.strip_suffix('.'));
    let (name, region) = rests.next()?.rsplit_once('.')?;
    let service = match name {
        "sts" | "sts-fips" => Service::Sts,
        "eks" | "fips.eks" | "eks-fips" => Service::Eks,
        _ => return None,
    };
    partition.has_region_name(region).then(|| Endpoint::Known {
        service,
        region: region.to_owned(),
    })
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_aws_say_service_and_region() {
        for (host, service, region) in [
            ("sts.amazonaws.com", Service::Sts, "us-east-1"),
            ("sts.eu-west-1.amazonaws.com", Service::Sts, "eu-west-1"),
            ("STS.eu-west-1.amazonaws.com:443", Service::Sts, "eu-west-1"),
            (
                "sts-fips.us-east-2.amazonaws.com",
                Service::Sts,
                "us-east-2",
            ),
            ("sts.eu-west-1.api.aws", Service::Sts, "eu-west-1"),
            (
                "sts.us-gov-west-1.amazonaws.com",
                Service::Sts,
                "us-gov-west-1",
            ),
            (
                "sts.cn-north-1.amazonaws.com.cn",
                Service::Sts,
                "cn-north-1",
            ),
            ("eks.eu-west-1.amazonaws.com", Service::Eks, "eu-west-1"),
            (
                "fips.eks.us-east-1.amazonaws.com",
                Service::Eks,
                "us-east-1",
            ),
            ("eks-fips.us-east-1.api.aws", Service::Eks, "us-east-1"),
        ] {
            let region = region.to_owned();
            assert_eq!(
                Endpoint::of_host(host),
                Endpoint::Known { service, region },
                "{host}"
            );
        }
    }

    #[test]
    fn other_names_of_aws_are_absent() {
        for host in [
            "s3.eu-west-1.amazonaws.com",
            "eks.amazonaws.com",
            "sts.cn-north-1.amazonaws.com",
            "sts.nowhere.amazonaws.com",
            "amazonaws.com",
            "oidc.eks.eu-west-1.amazonaws.com",
        ] {
            assert_eq!(Endpoint::of_host(host), Endpoint::Absent, "{host}");
        }
    }

    #[test]
    fn other_names_are_custom() {
        for host in [
            "",
            "127.0.0.1:4566",
            "[::1]:4566",
            "localhost",
            "sts.eu-west-1.amazonaws.com.example.org",
            "notamazonaws.com",
        ] {
            assert_eq!(Endpoint::of_host(host), Endpoint::Custom, "{host}");
        }
    }
}
