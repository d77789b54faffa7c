//! Where people find a node that is served: `--origin`.

use std::fmt::{self, Display};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// Longest name of a host, and of one of its labels, in bytes (RFC 1035, section 2.3.4).
const HOST_BYTES_MAX: usize = 253;
const LABEL_BYTES_MAX: usize = 63;

/// An origin as a browser writes it (RFC 6454, section 6.2): scheme, host, and the port unless it
/// is the scheme's own, all in small letters and without a path. Two are the same if their texts
/// are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin(String);

/// An origin that no browser would write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OriginUnfit(&'static str);

impl Display for OriginUnfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(what) = self;
        write!(
            f,
            "{what}; allowed: http or https, a host and maybe a port, without a path, such as \
             https://node.example [origin_unfit]"
        )
    }
}

impl std::error::Error for OriginUnfit {}

impl Origin {
    /// This machine's own name for itself, which browsers trust without a certificate.
    pub(crate) fn localhost(port: u16) -> Self {
        Self::of("http", "localhost", port)
    }

    /// As a browser writes it.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    fn of(scheme: &str, host: &str, port: u16) -> Self {
        match (scheme, port) {
            ("http", 80) | ("https", 443) => Self(format!("{scheme}://{host}")),
            _ => Self(format!("{scheme}://{host}:{port}")),
        }
    }
}

impl FromStr for Origin {
    type Err = OriginUnfit;

    fn from_str(text: &str) -> Result<Self, OriginUnfit> {
        let text = text.to_ascii_lowercase();
        let (scheme, rest) = text.split_once("://").ok_or(OriginUnfit("no scheme"))?;
        let own_port = match scheme {
            "http" => 80,
            "https" => 443,
            _ => return Err(OriginUnfit("another scheme")),
        };
        if rest.contains(['/', '?', '#', '\\']) {
            return Err(OriginUnfit("it has a path, or a slash at the end"));
        }
        if rest.contains('@') {
            return Err(OriginUnfit("it has the name of a user"));
        }
        // The colons of an IPv6 address stand within brackets.
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port_of(port)?),
            _ => (rest, own_port),
        };
        Ok(Self::of(scheme, &host_of(host)?, port))
    }
}

fn port_of(text: &str) -> Result<u16, OriginUnfit> {
    // `+80` is a number to the parser, and no port.
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let port = text.parse().ok().filter(|port| digits && *port > 0);
    port.ok_or(OriginUnfit("its port is none of 1 to 65535"))
}

fn host_of(text: &str) -> Result<String, OriginUnfit> {
    if let Some(inside) = text.strip_prefix('[') {
        let address: Option<Ipv6Addr> = inside
            .strip_suffix(']')
            .and_then(|inside| inside.parse().ok());
        let address = address.ok_or(OriginUnfit("its host is no IPv6 address"))?;
        return Ok(format!("[{address}]"));
    }
    let is_label = |label: &str| {
        let inside = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        (1..=LABEL_BYTES_MAX).contains(&label.len())
            && label.bytes().all(inside)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if text.len() > HOST_BYTES_MAX || !text.split('.').all(is_label) {
        let what = "its host is no name; one in other letters is written with xn--";
        return Err(OriginUnfit(what));
    }
    // A browser reads a name whose last label is a number as an address, and writes it otherwise.
    let last = text.rsplit('.').next().unwrap_or_default();
    if last.starts_with(|letter: char| letter.is_ascii_digit()) && text.parse::<Ipv4Addr>().is_err()
    {
        return Err(OriginUnfit("its host is no IPv4 address"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::Origin;

    #[test]
    fn an_origin_is_written_as_a_browser_writes_it() {
        for (typed, written) in [
            ("https://node.example", "https://node.example"),
            ("HTTPS://Node.Example:443", "https://node.example"),
            ("https://node.example:8443", "https://node.example:8443"),
            ("http://localhost:80", "http://localhost"),
            ("http://192.0.2.7:8017", "http://192.0.2.7:8017"),
            ("http://[2001:DB8:0::1]:8017", "http://[2001:db8::1]:8017"),
            ("https://[::1]", "https://[::1]"),
            ("https://xn--caf-dma.example", "https://xn--caf-dma.example"),
        ] {
            let origin: Origin = typed.parse().expect(typed);
            assert_eq!(origin.as_str(), written);
        }
        assert_eq!(Origin::localhost(8017).as_str(), "http://localhost:8017");
        assert_eq!(Origin::localhost(80).as_str(), "http://localhost");
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for typed in [
            "",
            "node.example",
            "ftp://node.example",
            "https://",
            "https://node.example/",
            "https://node.example/office",
            "https://node.example?x",
            "https://node.example#x",
            "https://user@node.example",
            "https://node.example:",
            "https://node.example:0",
            "https://node.example:65536",
            "https://node.example:+80",
            "https://node..example",
            "https://node.example.",
            "https://-node.example",
            "https://node example",
            "https://café.example",
            "https://*.example",
            "https://1.2.3",
            "https://0x7f.1",
            "https://node.0x7f",
            "https://[::1",
            "https://::1",
            "https://[node]",
        ] {
            let refused = typed.parse::<Origin>().expect_err(typed);
            assert!(refused.to_string().contains("[origin_unfit]"), "{typed}");
        }
    }
}
