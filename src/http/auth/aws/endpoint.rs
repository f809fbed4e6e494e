//! The service and region that a host of AWS stands for.

/// Services whose hosts have another name than the one that is signed.
const SIGNED_AS: [(&str, &str); 4] = [
    ("email", "ses"),
    ("bedrock-runtime", "bedrock"),
    ("bedrock-agent-runtime", "bedrock"),
    ("lambda-url", "lambda"),
];
/// The region of services that have one host for the whole world.
const GLOBAL: &str = "us-east-1";

/// What is signed for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Endpoint {
    pub service: String,
    pub region: String,
}

impl Endpoint {
    /// That of a host such as `abc.execute-api.eu-west-1.amazonaws.com`; `None` for a host of another kind.
    pub(super) fn of_host(host: &str) -> Option<Self> {
        let host = host.to_ascii_lowercase();
        let names = [".amazonaws.com", ".amazonaws.com.cn", ".on.aws", ".api.aws"];
        let rest = names.iter().find_map(|name| host.strip_suffix(name))?;
        let mut labels: Vec<&str> = rest.split('.').filter(|label| *label != "dualstack").collect();
        let last = labels.pop()?;
        let before = labels.last().copied();
        let (service, region) = match (before, last) {
            (Some(service), region) if is_region(region) => (service, region),
            // As in `search-x.eu-west-1.es`.
            (Some(region), service) if is_region(region) => (service, region),
            // As in `bucket.s3-eu-west-1`.
            (_, last) => match last.split_once('-') {
                Some((service, region)) if is_region(region) => (service, region),
                _ => (last, GLOBAL),
            },
        };
        let signed = SIGNED_AS.iter().find(|(own, _)| *own == service).map_or(service, |(_, signed)| signed);
        Some(Self { service: signed.to_owned(), region: region.to_owned() })
    }
}

/// As in `eu-west-1` or `us-gov-east-1`.
fn is_region(label: &str) -> bool {
    let parts: Vec<&str> = label.split('-').collect();
    let is_word = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    match parts.as_slice() {
        [country, places @ .., number] if !places.is_empty() => {
            country.len() == 2
                && is_word(country)
                && places.iter().all(is_word)
                && number.parse::<u8>().is_ok()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_say_service_and_region() {
        let cases = [
            ("abc.execute-api.eu-west-1.amazonaws.com", "execute-api", "eu-west-1"),
            ("dynamodb.us-gov-west-1.amazonaws.com", "dynamodb", "us-gov-west-1"),
            ("s3.amazonaws.com", "s3", "us-east-1"),
            ("my.bucket.s3.amazonaws.com", "s3", "us-east-1"),
            ("bucket.s3.ap-southeast-2.amazonaws.com", "s3", "ap-southeast-2"),
            ("bucket.s3.dualstack.eu-west-1.amazonaws.com", "s3", "eu-west-1"),
            ("bucket.s3-eu-west-1.amazonaws.com", "s3", "eu-west-1"),
            ("search-x.eu-central-1.es.amazonaws.com", "es", "eu-central-1"),
            ("sqs.cn-north-1.amazonaws.com.cn", "sqs", "cn-north-1"),
            ("x1y2.lambda-url.us-east-2.on.aws", "lambda", "us-east-2"),
            ("IAM.amazonaws.com", "iam", "us-east-1"),
            ("email.eu-west-1.amazonaws.com", "ses", "eu-west-1"),
        ];
        for (host, service, region) in cases {
            let endpoint = Endpoint { service: service.into(), region: region.into() };
            assert_eq!(Endpoint::of_host(host), Some(endpoint), "{host}");
        }
        for other in ["example.com", "127.0.0.1", "amazonaws.com", "evilamazonaws.com"] {
            assert_eq!(Endpoint::of_host(other), None, "{other}");
        }
    }
}
