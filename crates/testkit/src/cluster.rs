//! A PostgreSQL server of a test's own.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// Where Debian puts the programs of each version of PostgreSQL.
const DEBIAN: &str = "/usr/lib/postgresql";

/// Looks after the server: makes its folder, does as it is told on its input, and takes everything
/// away when its input closes, so that nothing is left however a test ends; an answer that nobody
/// hears must not end it before.
///
/// The server must be its child: a killed server is then gone for good once it has been waited
/// for. Processes of a killed server end only when they next look for it, so all are killed.
const KEEPER: &str = r#"
trap '' INT TERM HUP PIPE
bin=$1
folder=$(mktemp -d "${TMPDIR:-/tmp}/palermo-pg.XXXXXX" 2>/dev/null) ||
    folder=$(mktemp -d /tmp/palermo-pg.XXXXXX) || exit 1
cd "$folder" || exit 1
data=$folder/data
server=

start() {
    tries=0
    while [ $tries -lt 5 ]; do
        tries=$((tries + 1))
        "$bin/postgres" -D "$data" -k "$folder" -c listen_addresses= -c max_connections=64 \
            >>"$folder/log" 2>&1 &
        server=$!
        while kill -0 "$server" 2>/dev/null; do
            # Both lines of one reading: a killed server's file is still there at first.
            case $(sed -n '1p;8p' "$data/postmaster.pid" 2>/dev/null | tr '\n' ' ') in
                "$server ready"*) return 0 ;;
            esac
            sleep 0.02
        done
        wait "$server"
        # Processes of a killed server may hold its shared memory for a moment.
        sleep 0.2
    done
    server=
    return 1
}

crash() {
    [ -n "$server" ] || return 0
    all="$server $(cat "/proc/$server/task/$server/children" 2>/dev/null)"
    kill -KILL $all 2>/dev/null
    wait "$server" 2>/dev/null
    server=
}

answer() {
    if "$@"; then
        echo "ready $folder"
    else
        echo "failed $(tail -n 5 "$folder/log" 2>/dev/null | tr '\n' ' ')"
    fi
}

first() {
    "$bin/initdb" -D "$data" -U palermo --auth=trust --no-sync --encoding=UTF8 --no-locale \
        >>"$folder/log" 2>&1 && start
}

answer first
while read -r order; do
    answer "$order"
done
crash
cd / && rm -rf "$folder"
"#;

/// A PostgreSQL server with a folder of its own, reached by a Unix socket in it and nothing else.
/// It ends, and its folder with it, when this is dropped or the process ends in any other way; so
/// it may stand in a static.
#[derive(Debug)]
pub struct Cluster {
    keeper: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    url: String,
}

impl Cluster {
    /// Starts a server and waits until it takes connections. As root, who may not run PostgreSQL,
    /// it runs as the user `postgres`.
    ///
    /// # Errors
    /// When PostgreSQL is not installed or does not start, in words.
    pub fn start() -> Result<Self, String> {
        let programs = programs()?;
        let mut command = as_server_user()?;
        let mut keeper = command
            .args(["sh", "-c", KEEPER, "sh"])
            .arg(&programs)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("cannot start a shell for PostgreSQL: {error}"))?;
        let (orders, answers) = (keeper.stdin.take(), keeper.stdout.take());
        let answers = answers.ok_or("the shell for PostgreSQL has no output")?;
        let mut cluster = Self {
            keeper,
            orders,
            answers: BufReader::new(answers),
            url: String::new(),
        };
        let folder = cluster.answer()?.replace('/', "%2F");
        cluster.url = format!("postgresql://palermo@{folder}/postgres");
        Ok(cluster)
    }

    /// The address for a client, the same after a restart.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Kills all processes of the server in the middle of what they do.
    ///
    /// # Errors
    /// When its keeper is gone.
    pub fn kill(&mut self) -> Result<(), String> {
        self.order("crash")
    }

    /// Starts the server again after [`Cluster::kill`], and waits until it has recovered.
    ///
    /// # Errors
    /// When it does not start, in words.
    pub fn restart(&mut self) -> Result<(), String> {
        self.order("start")
    }

    fn order(&mut self, order: &str) -> Result<(), String> {
        let orders = self.orders.as_mut().ok_or("PostgreSQL has been stopped")?;
        writeln!(orders, "{order}").map_err(|error| format!("cannot reach PostgreSQL: {error}"))?;
        self.answer().map(|_| ())
    }

    fn answer(&mut self) -> Result<String, String> {
        let mut line = String::new();
        self.answers
            .read_line(&mut line)
            .map_err(|error| format!("cannot hear of PostgreSQL: {error}"))?;
        line.trim_end()
            .strip_prefix("ready ")
            .map(str::to_owned)
            .ok_or_else(|| format!("PostgreSQL does not start: {}", line.trim_end()))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // The keeper ends when its input does; whatever it answers, the test is over.
        drop(self.orders.take());
        let _ = self.keeper.wait();
    }
}

/// The folder with `initdb` and `postgres`: where Debian puts them, the highest version first, or
/// on the path.
fn programs() -> Result<PathBuf, String> {
    let versions = std::fs::read_dir(DEBIAN).into_iter().flatten().flatten();
    let mut folders: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    folders.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let has_both =
        |folder: &Path| folder.join("initdb").is_file() && folder.join("postgres").is_file();
    folders
        .into_iter()
        .rev()
        .map(|(_, folder)| folder)
        .chain(std::env::split_paths(&path))
        .find(|folder| has_both(folder))
        .ok_or_else(|| "PostgreSQL is not installed (Debian: apt-get install postgresql-15)".into())
}

/// A command that runs another as a user who may run PostgreSQL.
fn as_server_user() -> Result<Command, String> {
    let user = Command::new("id").arg("-u").output();
    let user = user.map_err(|error| format!("PostgreSQL needs a Unix system: {error}"))?;
    if user.stdout.trim_ascii() != b"0" {
        return Ok(Command::new("env"));
    }
    let mut command = Command::new("setpriv");
    command.args([
        "--reuid=postgres",
        "--regid=postgres",
        "--init-groups",
        "--",
    ]);
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_comes_back_after_a_kill_and_leaves_nothing() {
        let mut cluster = Cluster::start().expect("PostgreSQL");
        let url = cluster.url().to_owned();
        let folder = url
            .trim_start_matches("postgresql://palermo@")
            .trim_end_matches("/postgres")
            .replace("%2F", "/");
        let folder = PathBuf::from(folder);
        assert!(folder.join(".s.PGSQL.5432").exists());
        cluster.kill().expect("killed");
        cluster.kill().expect("killed already");
        cluster.restart().expect("back");
        assert_eq!(cluster.url(), url);
        drop(cluster);
        assert!(!folder.exists(), "{} is left", folder.display());
    }
}
