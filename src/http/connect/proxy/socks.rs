//! Tunnels by SOCKS 5 (RFC 1928), with user and password where they are given (RFC 1929).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{Refusal, Stream};

const ANONYMOUS: u8 = 0;
const BY_PASSWORD: u8 = 2;

/// Opens a tunnel to a host, which is an address or a name that the proxy resolves.
pub(super) async fn open(
    stream: &mut dyn Stream,
    credentials: Option<&(String, String)>,
    host: &str,
    port: u16,
) -> Result<(), Refusal> {
    let greeting: &[u8] =
        if credentials.is_some() { &[5, 2, ANONYMOUS, BY_PASSWORD] } else { &[5, 1, ANONYMOUS] };
    stream.write_all(greeting).await?;
    stream.flush().await?;
    let mut chosen = [0; 2];
    stream.read_exact(&mut chosen[..1]).await?;
    check_version(chosen[0])?;
    stream.read_exact(&mut chosen[1..]).await?;
    match (chosen[1], credentials) {
        (ANONYMOUS, _) => {}
        (BY_PASSWORD, Some(credentials)) => authenticate(stream, credentials).await?,
        (_, None) => return Err(Refusal::credentials("it wants a user and a password")),
        (_, Some(_)) => {
            let hint = "only user and password are spoken to SOCKS proxies";
            return Err(Refusal::new("it takes no user and password, and wants something else", hint));
        }
    }
    request(stream, host, port).await
}

/// Something else than a SOCKS 5 proxy shows with its first byte.
fn check_version(version: u8) -> Result<(), Refusal> {
    match version {
        5 => Ok(()),
        0 | 4 => Err(Refusal::new("it speaks SOCKS 4", "that is not spoken here; a SOCKS 5 proxy is wanted")),
        b'H' | b'<' => {
            Err(Refusal::new("it answers in HTTP", "it may be a proxy for http:// instead of socks5://"))
        }
        _ => Err(Refusal::new("its answer is not SOCKS 5", "is this the port of a SOCKS proxy?")),
    }
}

async fn authenticate(stream: &mut dyn Stream, (name, word): &(String, String)) -> Result<(), Refusal> {
    let message = [&[1][..], &counted(name)?, &counted(word)?].concat();
    stream.write_all(&message).await?;
    stream.flush().await?;
    let mut answer = [0; 2];
    stream.read_exact(&mut answer).await?;
    if answer[1] != 0 {
        return Err(Refusal::credentials("it did not take the user and the password"));
    }
    Ok(())
}

async fn request(stream: &mut dyn Stream, host: &str, port: u16) -> Result<(), Refusal> {
    let mut message = vec![5, 1, 0];
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => {
            message.push(1);
            message.extend(address.octets());
        }
        Ok(IpAddr::V6(address)) => {
            message.push(4);
            message.extend(address.octets());
        }
        Err(_) => {
            message.push(3);
            message.extend(counted(host)?);
        }
    }
    message.extend(port.to_be_bytes());
    stream.write_all(&message).await?;
    stream.flush().await?;
    let mut answer = [0; 4];
    // Some close the connection right after the code that says why.
    stream.read_exact(&mut answer[..2]).await?;
    check_version(answer[0])?;
    if answer[1] != 0 {
        let (cause, hint) = reason(answer[1]);
        return Err(Refusal::new(cause, hint));
    }
    stream.read_exact(&mut answer[2..]).await?;
    // The address that the proxy bound, which nobody needs, stands before the tunnel.
    let length = match answer[3] {
        1 => size_of::<Ipv4Addr>(),
        4 => size_of::<Ipv6Addr>(),
        _ => usize::from(stream.read_u8().await?),
    };
    let mut bound = vec![0; length + 2];
    stream.read_exact(&mut bound).await?;
    Ok(())
}

/// Text with its length before it.
fn counted(text: &str) -> Result<Vec<u8>, Refusal> {
    let length = u8::try_from(text.len())
        .map_err(|_| Refusal::new("a name is longer than 255 bytes", "SOCKS cannot say longer ones"))?;
    Ok([&[length], text.as_bytes()].concat())
}

/// What a code means (RFC 1928, section 6), and what to do.
fn reason(code: u8) -> (&'static str, &'static str) {
    const ADDRESS: &str = "check the host and the port; is it reachable from the proxy?";
    match code {
        2 => ("its rules do not allow the connection", "the proxy allows some hosts and ports only"),
        3 => ("the network is unreachable from it", ADDRESS),
        4 => ("the host is unreachable from it", ADDRESS),
        5 => ("the host refused the connection", "is the server running, and is that its port?"),
        6 => ("the connection took too long", ADDRESS),
        7 => ("it does not know the command", "it does not open tunnels: another proxy is needed"),
        8 => (
            "it does not know this kind of address",
            "socks5h:// gives it names in place of addresses, socks5:// the other way round",
        ),
        _ => ("it failed without saying why", ADDRESS),
    }
}
