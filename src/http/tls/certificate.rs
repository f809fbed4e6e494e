//! Certificates as people look at them, read from their DER form. Nothing is verified here.

use std::net::IpAddr;

use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use sha2::{Digest, Sha256};
use x509_parser::{
    asn1_rs::FromDer,
    certificate::X509Certificate,
    extensions::GeneralName,
    objects::{oid_registry, oid2abbrev, oid2sn},
    oid_registry::{
        OID_EC_P256, OID_KEY_TYPE_EC_PUBLIC_KEY, OID_NIST_EC_P384, OID_NIST_EC_P521, OID_PKCS1_RSAENCRYPTION,
        OID_SIG_ED448, OID_SIG_ED25519, Oid,
    },
    prelude::ASN1Time,
    x509::{AttributeTypeAndValue, SubjectPublicKeyInfo, X509Name},
};

use crate::model::{Certificate, hex};

/// Those that can be read, in the same order.
pub(super) fn read_all(chain: &[CertificateDer<'_>]) -> Vec<Certificate> {
    chain.iter().filter_map(|der| read(der)).collect()
}

pub(super) fn read(der: &[u8]) -> Option<Certificate> {
    let (_, read) = X509Certificate::from_der(der).ok()?;
    let (key, key_bits) = key(read.public_key());
    Some(Certificate {
        subject: distinguished_name(read.subject()),
        issuer: distinguished_name(read.issuer()),
        names: names(&read),
        not_before: moment(read.validity().not_before),
        not_after: moment(read.validity().not_after),
        serial: hex(read.raw_serial()),
        key,
        key_bits,
        signature: short_name(&read.signature_algorithm.algorithm),
        fingerprint: hex(&Sha256::digest(der)),
    })
}

/// The text of a distinguished name that stands alone, as in a server's list of issuers that it takes.
pub(super) fn read_name(der: &[u8]) -> Option<String> {
    let (_, name) = X509Name::from_der(der).ok()?;
    Some(distinguished_name(&name))
}

/// "C=DE, O=Example, CN=api.example.com"; values are escaped as in RFC 4514, section 2.4.
fn distinguished_name(name: &X509Name<'_>) -> String {
    let part = |part: &AttributeTypeAndValue<'_>| {
        let kind = part.attr_type();
        let kind = oid2abbrev(kind, oid_registry()).map_or_else(|_| kind.to_id_string(), str::to_owned);
        let value = part.as_str().map_or_else(|_| format!("#{}", hex(part.as_slice())), escaped);
        format!("{kind}={value}")
    };
    name.iter_attributes().map(part).collect::<Vec<_>>().join(", ")
}

fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for letter in value.chars() {
        if matches!(letter, ',' | '+' | '"' | '\\' | '<' | '>' | ';') {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

/// The hosts and addresses of the subject's alternative names. The common name is none: no client goes by it any more
/// (RFC 9525, section 2).
fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(extension)) = certificate.subject_alternative_name() else { return Vec::new() };
    let name = |name: &GeneralName<'_>| match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => address(bytes).map(|address| address.to_string()),
        _ => None,
    };
    extension.value.general_names.iter().filter_map(name).collect()
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    <[u8; 4]>::try_from(bytes)
        .map(IpAddr::from)
        .or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from))
        .ok()
}

/// A date beyond what a calendar of four digits holds, as in RFC 5280's "no end" (section 4.1.2.5), becomes its last.
fn moment(time: ASN1Time) -> Timestamp {
    let seconds = time.timestamp();
    let bound = if seconds < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_second(seconds).unwrap_or(bound)
}

/// The kind of a key, and its bits.
fn key(info: &SubjectPublicKeyInfo<'_>) -> (String, Option<u32>) {
    let algorithm = &info.algorithm.algorithm;
    if *algorithm == OID_PKCS1_RSAENCRYPTION {
        let size = info.parsed().ok().and_then(|key| u32::try_from(key.key_size()).ok());
        return ("RSA".into(), size);
    }
    if *algorithm == OID_SIG_ED25519 {
        return ("Ed25519".into(), Some(256));
    }
    if *algorithm == OID_SIG_ED448 {
        return ("Ed448".into(), Some(456));
    }
    if *algorithm != OID_KEY_TYPE_EC_PUBLIC_KEY {
        return (short_name(algorithm), None);
    }
    let curve = info.algorithm.parameters.as_ref().and_then(|any| any.as_oid().ok());
    let known =
        [(OID_EC_P256, "P-256", 256), (OID_NIST_EC_P384, "P-384", 384), (OID_NIST_EC_P521, "P-521", 521)];
    match known.into_iter().find(|(oid, ..)| curve.as_ref() == Some(oid)) {
        Some((_, name, bits)) => (format!("ECDSA {name}"), Some(bits)),
        None => ("ECDSA".into(), None),
    }
}

/// The registered name of an algorithm, else its number.
fn short_name(oid: &Oid<'_>) -> String {
    oid2sn(oid, oid_registry()).map_or_else(|_| oid.to_id_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, DnType, KeyPair, PKCS_ECDSA_P384_SHA384, PKCS_ED25519, date_time_ymd};

    use super::*;

    #[test]
    fn a_certificate_is_told_as_it_is() {
        let mut params = CertificateParams::new(vec!["a.test".into(), "*.b.test".into()]).unwrap();
        params.subject_alt_names.push(rcgen::SanType::IpAddress("::1".parse().unwrap()));
        params.subject_alt_names.push(rcgen::SanType::IpAddress("10.0.0.1".parse().unwrap()));
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::OrganizationName, "Shop, Inc.");
        params.distinguished_name.push(DnType::CommonName, "a.test");
        params.not_before = date_time_ymd(2020, 1, 2);
        params.not_after = date_time_ymd(9999, 12, 31);
        params.serial_number = Some(vec![0x0a, 0xff].into());
        let key = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap();
        let made = params.self_signed(&key).unwrap();
        let read = read(made.der()).unwrap();
        assert_eq!(read.subject, r"O=Shop\, Inc., CN=a.test");
        assert!(read.is_self_issued());
        assert_eq!(read.names, ["a.test", "*.b.test", "::1", "10.0.0.1"]);
        assert_eq!(read.not_before.to_string(), "2020-01-02T00:00:00Z");
        assert_eq!(read.not_after, Timestamp::MAX);
        assert_eq!(read.serial, "0aff");
        assert_eq!((read.key.as_str(), read.key_bits), ("ECDSA P-384", Some(384)));
        assert_eq!(read.signature, "ecdsa-with-SHA384");
        assert_eq!(read.fingerprint.len(), 64);
    }

    #[test]
    fn other_kinds_of_keys() {
        let made = |key: &KeyPair| CertificateParams::new(Vec::new()).unwrap().self_signed(key).unwrap();
        let of_ed25519 = made(&KeyPair::generate_for(&PKCS_ED25519).unwrap());
        assert_eq!(read(of_ed25519.der()).unwrap().key, "Ed25519");
    }

    #[test]
    fn what_is_no_certificate_is_left_out() {
        let chain = [CertificateDer::from(vec![0x30, 0x03, 1, 2, 3]), CertificateDer::from(Vec::new())];
        assert_eq!(read_all(&chain), []);
    }
}
