//! The pages of a node, asked over a real socket.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::run::{palermo, text};

/// A running server, stopped when the test ends.
pub(crate) struct Server {
    pub(crate) child: Child,
    pub(crate) address: String,
    /// The line that it announced itself with.
    pub(crate) said: serde_json::Value,
}

impl Server {
    /// Starts `palermo` with these arguments and a free port, and waits for its address.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::start_as(arguments, &mut Command::new(env!("CARGO_BIN_EXE_palermo")))
    }

    /// The same, from a command that says where errors and temporary files go.
    pub(crate) fn start_as(arguments: &[&str], command: &mut Command) -> Self {
        let mut child = command
            .args(arguments)
            .args(["--listen", "127.0.0.1:0", "--json"])
            .env_remove("PALERMO_PASSPHRASE")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the built program starts");
        let mut line = String::new();
        let out = child.stdout.as_mut().expect("piped");
        BufReader::new(out).read_line(&mut line).expect("a line");
        let said: serde_json::Value = serde_json::from_str(&line).expect("a line of JSON");
        let address = said["address"].as_str().expect("an address");
        let address = address
            .trim_start_matches("http://")
            .trim_end_matches('/')
            .to_owned();
        Self {
            child,
            address,
            said,
        }
    }

    pub(crate) fn page(&self, path: &str) -> String {
        self.ask("GET", path, "text/plain", b"")
    }

    /// Sends a request with a body.
    pub(crate) fn ask(&self, method: &str, path: &str, kind: &str, body: &[u8]) -> String {
        self.ask_with((method, path), &[], kind, body)
    }

    /// The same with headers.
    pub(crate) fn ask_with(
        &self,
        (method, path): (&str, &str),
        headers: &[(&str, &str)],
        kind: &str,
        body: &[u8],
    ) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("a connection");
        let headers: String = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{headers}\
             Content-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
            self.address,
            body.len()
        );
        stream.write_all(request.as_bytes()).expect("sent");
        // A server that refuses a long body answers before it has all of it.
        let _ = stream.write_all(body);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8(answer).expect("UTF-8")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn node(folder: &Path) -> String {
    let node = folder.join("node");
    let made = palermo(&[
        "init",
        text(&node),
        "--as",
        "public",
        "--name",
        "Reading room of XA",
    ]);
    assert_eq!(made.code, 0, "{}", made.err);
    text(&node).to_owned()
}

#[test]
fn the_demo_shows_real_public_figures_alone() {
    let server = Server::start(&["demo", "--public-only"]);
    let page = server.page("/en/treaties/TIP?on=2013-09-04");
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert!(page.contains(">157<"));
    assert!(server.page("/en/missing-migrants").contains("75,068"));
}

/// Every file below a folder, as bytes.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let name = path.display().to_string();
            found.push((name, fs::read(&path).unwrap_or_default()));
        }
    }
    found
}

#[test]
fn a_capture_table_is_neither_written_nor_logged() {
    let folder = tempfile::tempdir().expect("a folder");
    let node = node(folder.path());
    let temporary = folder.path().join("temporary");
    fs::create_dir(&temporary).expect("a folder");
    let errors = fs::File::create(folder.path().join("errors")).expect("a file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_palermo"));
    command.env("TMPDIR", &temporary).stderr(errors);
    let mut server = Server::start_as(&["serve", &node], &mut command);
    let good = "Zqshelter,Zqpolice,count\n1,0,918273\n0,1,40\n1,1,10\n";
    let bad = "Zqshelter,Zqpolice,count\n1,0,918273\n0,1,-40\n";
    let form = |table: &str| {
        let head =
            "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"Zq.csv\"\r\n\r\n";
        format!("{head}{table}\r\n--x--\r\n")
    };
    let kind = "multipart/form-data; boundary=x";
    let answer = server.ask("POST", "/en/estimate", kind, form(good).as_bytes());
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.contains("Zqshelter"),
        "{answer}"
    );
    let refused = server.ask("POST", "/fr/estimate", kind, form(bad).as_bytes());
    assert!(
        refused.starts_with("HTTP/1.1 422") && refused.contains("Zqpolice"),
        "{refused}"
    );
    // Whoever asks next sees nothing of it.
    assert!(!server.page("/en/estimate").contains("Zq"));
    let _ = server.child.kill();
    let _ = server.child.wait();
    let mut out = Vec::new();
    let told = server.child.stdout.as_mut().expect("piped");
    told.read_to_end(&mut out).expect("what was printed");
    let mut all = files(folder.path());
    all.push(("standard output".to_owned(), out));
    assert!(all.len() > 3, "the node's folder holds files");
    for (name, bytes) in all {
        for planted in ["Zq", "918273"] {
            let there = bytes
                .windows(planted.len())
                .any(|own| own == planted.as_bytes());
            assert!(!there, "{planted} in {name}");
        }
    }
}

#[test]
fn a_node_brings_its_own_names_and_outlines() {
    let folder = tempfile::tempdir().expect("a folder");
    let node = node(folder.path());
    let places = Path::new(&node).join("places");
    fs::create_dir(&places).expect("a folder");
    fs::write(
        places.join("names.csv"),
        "code,language,name\nMWI,en,Nyasa Land of the Test\n",
    )
    .expect("written");
    let outline = r#"{"type":"FeatureCollection","features":[{"type":"Feature",
        "properties":{"code":"MWI"},"geometry":{"type":"Polygon",
        "coordinates":[[[33,-17],[36,-17],[36,-9],[33,-9],[33,-17]]]}}]}"#;
    fs::write(places.join("world.geojson"), outline).expect("written");
    let server = Server::start(&["serve", &node]);
    assert!(
        server
            .page("/en/states/MWI")
            .contains("Nyasa Land of the Test")
    );
    assert!(
        server.page("/fr/states/MWI").contains("Malawi"),
        "only the given language changes"
    );
    let own = server.page("/en/treaties/TIP?on=2013-09-04").len();
    let standard = Server::start(&["demo", "--public-only"])
        .page("/en/treaties/TIP?on=2013-09-04")
        .len();
    assert!(
        own + 20_000 < standard,
        "one outline instead of the world: {own}, {standard}"
    );
}

#[test]
fn what_a_node_brings_is_refused_by_row_when_it_is_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let node = node(folder.path());
    let places = Path::new(&node).join("places");
    fs::create_dir(&places).expect("a folder");
    fs::write(
        places.join("names.csv"),
        "code,language,name\nMWI,en,Malawi\nMalawi,en,x\n",
    )
    .expect("written");
    let ran = palermo(&["serve", &node, "--listen", "127.0.0.1:0"]);
    insta::assert_snapshot!(ran.all());
    fs::remove_file(places.join("names.csv")).expect("removed");
    fs::write(places.join("world.geojson"), "{}").expect("written");
    let ran = palermo(&["serve", &node, "--listen", "127.0.0.1:0"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("world.geojson"), "{}", ran.err);
}

#[test]
fn a_node_behind_a_proxy_is_told_how_it_is_called() {
    let folder = tempfile::tempdir().expect("a folder");
    let node = node(folder.path());
    let server = Server::start(&["serve", &node, "--origin", "HTTPS://Node.Example:443"]);
    assert_eq!(server.said["origin"], "https://node.example");
    assert!(server.page("/en/").starts_with("HTTP/1.1 200"));

    let server = Server::start(&["serve", &node]);
    let (_, port) = server.address.rsplit_once(':').expect("a port");
    assert_eq!(server.said["origin"], format!("http://localhost:{port}"));

    let wrong = palermo(&["serve", &node, "--origin", "https://node.example/office"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("[origin_unfit]"), "{}", wrong.err);
    assert!(wrong.err.contains("it has a path"), "{}", wrong.err);
}
