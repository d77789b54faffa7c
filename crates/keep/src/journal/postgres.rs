//! The journal of a node that several servers share: one schema of a PostgreSQL database.

use std::error::Error as _;
use std::net::IpAddr;

use ::postgres::config::Host;
use ::postgres::{Client, Config, NoTls, Row, Statement};

use super::batch::{Batch, Hash, Head, Incarnation, SealedAct};
use super::error::JournalError;
use super::store::{SignedHead, Store};

/// The journal's format, kept in the one row of its table `journal`.
const FORMAT: i64 = 1;
/// The longest name that PostgreSQL keeps whole, in bytes.
const SCHEMA_NAME_MAX: usize = 63;
/// How many bytes of acts go in one statement; a message of PostgreSQL must stay below 1 GiB.
const STATEMENT_BYTES_MAX: usize = 16 << 20;

/// Sealed acts do not compress, so PostgreSQL is told not to try. The triggers fire under
/// replication too, and for a statement that touches no row.
const SCHEMA: &str = "
CREATE TABLE journal (format BIGINT NOT NULL);
CREATE TABLE batch (
    number BIGINT PRIMARY KEY,
    previous BYTEA NOT NULL,
    incarnation BIGINT NOT NULL,
    incarnation_id BYTEA NOT NULL,
    first_act BIGINT NOT NULL,
    count BIGINT NOT NULL,
    hash BYTEA NOT NULL
);
CREATE TABLE act (number BIGINT PRIMARY KEY, sealed BYTEA NOT NULL);
ALTER TABLE act ALTER COLUMN sealed SET STORAGE EXTERNAL;
CREATE TABLE signed_head (
    batch BIGINT PRIMARY KEY,
    hash BYTEA NOT NULL,
    signature BYTEA NOT NULL
);
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$;
CREATE TRIGGER batch_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON batch
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER act_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON act
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER signed_head_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON signed_head
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE batch ENABLE ALWAYS TRIGGER batch_stays;
ALTER TABLE act ENABLE ALWAYS TRIGGER act_stays;
ALTER TABLE signed_head ENABLE ALWAYS TRIGGER signed_head_stays;
";

/// What the session needs whatever the server's own configuration says. Every read goes by the
/// number: a plan made while the tables were empty must not go through them all once they are full.
const SESSION: &str = "
SET lock_timeout = '30s';
SET statement_timeout = 0;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SET enable_sort = off;
";

/// The lock is on a table of one row that never changes: writers stop each other, readers go on,
/// and nobody waits for the vacuum of a large table, which asks for the same kind of lock.
const BEGIN: &str = "
BEGIN ISOLATION LEVEL READ COMMITTED;
LOCK TABLE journal IN SHARE ROW EXCLUSIVE MODE";

const HEAD: &str = "
SELECT number, previous, incarnation, incarnation_id, first_act, count, hash
FROM batch ORDER BY number DESC LIMIT 1";
const HEADERS: &str = "
SELECT number, previous, incarnation, incarnation_id, first_act, count
FROM batch WHERE number > $1 ORDER BY number LIMIT $2";
const ACTS: &str = "
SELECT number, sealed FROM act WHERE number BETWEEN $1 AND $2 ORDER BY number";
const ACT: &str = "SELECT sealed FROM act WHERE number = $1";
const APPEND_ACTS: &str = "
INSERT INTO act (number, sealed)
SELECT $1 + place - 1, sealed FROM unnest($2::BYTEA[]) WITH ORDINALITY AS given (sealed, place)";
/// The last acts of a batch and its header in one round trip.
const APPEND: &str = "
WITH kept AS (
    INSERT INTO act (number, sealed)
    SELECT $1 + place - 1, sealed
    FROM unnest($2::BYTEA[]) WITH ORDINALITY AS given (sealed, place)
)
INSERT INTO batch VALUES ($3, $4, $5, $6, $7, $8, $9)";
const SIGN: &str = "INSERT INTO signed_head VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
const SIGNED: &str = "SELECT batch, hash, signature FROM signed_head ORDER BY batch";

/// A journal in one schema of a PostgreSQL database.
///
/// The connection is not encrypted, so the server must be on the same host: a Unix socket or a
/// loopback address; any other address is refused. Acts are sealed before they come here.
///
/// `synchronous_commit` is on for the session and a server with `fsync` off is refused, so that
/// [`Store::commit`] returns after the flush. When the connection is lost, every call is refused
/// from then on: the journal must be opened again, and only its head then says whether a batch
/// whose commit was under way is kept.
pub struct PostgresJournal {
    client: Client,
    statements: Statements,
    schema: String,
    state: State,
}

impl std::fmt::Debug for PostgresJournal {
    // The address may hold a password and is not kept.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostgresJournal")
            .field("schema", &self.schema)
            .finish_non_exhaustive()
    }
}

/// Where the writing stands.
#[derive(Clone, Copy)]
enum State {
    Idle,
    /// The lock is held; the head is the one after what was appended.
    Writing(Head),
    /// A statement failed under the lock. PostgreSQL would answer COMMIT with a silent ROLLBACK, so
    /// only abandoning is left.
    Failed,
}

struct Statements {
    head: Statement,
    headers: Statement,
    acts: Statement,
    act: Statement,
    append_acts: Statement,
    append: Statement,
    sign: Statement,
    signed: Statement,
}

impl Statements {
    fn prepare(client: &mut Client) -> Result<Self, ::postgres::Error> {
        Ok(Self {
            head: client.prepare(HEAD)?,
            headers: client.prepare(HEADERS)?,
            acts: client.prepare(ACTS)?,
            act: client.prepare(ACT)?,
            append_acts: client.prepare(APPEND_ACTS)?,
            append: client.prepare(APPEND)?,
            sign: client.prepare(SIGN)?,
            signed: client.prepare(SIGNED)?,
        })
    }
}

impl PostgresJournal {
    /// Opens the journal in `schema` of the database at `url`
    /// (`postgresql://USER@HOST/DATABASE`, or `host=FOLDER user=USER dbname=DATABASE` for a Unix
    /// socket), or makes an empty one; the schema is made too if it is not there.
    ///
    /// # Errors
    /// When the name of the schema has other characters than ASCII letters, digits and
    /// underscores, the server is on another host, its `fsync` is off, it refuses, or the journal
    /// is of a later format.
    pub fn open(url: &str, schema: &str) -> Result<Self, JournalError> {
        check_name(schema)?;
        let config: Config = url.parse().map_err(refused("be opened"))?;
        check_host(&config)?;
        let mut client = config.connect(NoTls).map_err(refused("be opened"))?;
        check_durable(&mut client)?;
        client
            .batch_execute(&format!("{SESSION} SET search_path TO \"{schema}\";"))
            .map_err(refused("be opened"))?;
        make(&mut client, schema)?;
        let statements = Statements::prepare(&mut client).map_err(refused("be opened"))?;
        Ok(Self {
            client,
            statements,
            schema: schema.to_owned(),
            state: State::Idle,
        })
    }

    /// The schema that it lies in.
    #[must_use]
    pub fn schema(&self) -> &str {
        &self.schema
    }

    fn done<T>(
        &mut self,
        what: &'static str,
        result: Result<T, ::postgres::Error>,
    ) -> Result<T, JournalError> {
        result.map_err(|error| {
            if let State::Writing(_) = self.state {
                self.state = State::Failed;
            }
            if self.client.is_closed() {
                return lost(what);
            }
            refused(what)(error)
        })
    }

    /// Lets a transaction go that could not be begun.
    fn not_begun(&mut self, error: JournalError) -> JournalError {
        self.state = State::Failed;
        if self.client.batch_execute("ROLLBACK").is_ok() {
            self.state = State::Idle;
        }
        error
    }

    fn headers(&mut self, after: u64, batches_max: u64) -> Result<Vec<Header>, JournalError> {
        let (after, batches_max) = (signed(after), signed(batches_max));
        let rows = self
            .client
            .query(&self.statements.headers, &[&after, &batches_max]);
        let rows = self.done("be read", rows)?;
        rows.iter().map(read_header).collect()
    }
}

fn check_name(schema: &str) -> Result<(), JournalError> {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    // PostgreSQL keeps names that begin with `pg_` for itself.
    let good = (1..=SCHEMA_NAME_MAX).contains(&schema.len())
        && schema.bytes().all(known)
        && !schema.starts_with("pg_");
    if good {
        return Ok(());
    }
    Err(JournalError::Refused {
        what: "be opened",
        reason: format!(
            "the schema's name is {schema:?}; allowed are 1 to {SCHEMA_NAME_MAX} ASCII letters, \
             digits and underscores, not beginning with pg_"
        ),
    })
}

/// Without TLS nothing may leave the host.
fn check_host(config: &Config) -> Result<(), JournalError> {
    let here = |name: &str| {
        name == "localhost"
            || name
                .parse::<IpAddr>()
                .is_ok_and(|address| address.is_loopback())
    };
    let away = |host: &Host| matches!(host, Host::Tcp(name) if !here(name));
    let addresses = config.get_hostaddrs();
    // An address takes the place of the name beside it.
    let leaves = if addresses.is_empty() {
        config.get_hosts().iter().any(away)
    } else {
        !addresses.iter().all(IpAddr::is_loopback)
    };
    if !leaves {
        return Ok(());
    }
    Err(JournalError::Refused {
        what: "be opened",
        reason: "the PostgreSQL server is on another host and the connection is not encrypted; \
                 allowed are a Unix socket and a loopback address"
            .to_owned(),
    })
}

fn check_durable(client: &mut Client) -> Result<(), JournalError> {
    let row = client
        .query_one(
            "SELECT current_setting('fsync'), current_setting('synchronous_commit')",
            &[],
        )
        .map_err(refused("be opened"))?;
    let fsync: &str = row.try_get(0).map_err(refused("be opened"))?;
    let commit: &str = row.try_get(1).map_err(refused("be opened"))?;
    if fsync != "on" {
        return Err(JournalError::Refused {
            what: "be opened",
            reason: format!(
                "the PostgreSQL server runs with fsync = {fsync}: what it acknowledges may be \
                 lost; set fsync = on and start it again"
            ),
        });
    }
    // Waiting for the standby's views as well is stronger still and stays.
    if commit != "remote_apply" {
        client
            .batch_execute("SET synchronous_commit = on")
            .map_err(refused("be opened"))?;
    }
    Ok(())
}

/// Makes the tables when they are not there; two servers may come at the same time.
fn make(client: &mut Client, schema: &str) -> Result<(), JournalError> {
    let mut transaction = client.transaction().map_err(refused("be opened"))?;
    transaction
        .execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('palermo journal ' || $1, 0))",
            &[&schema],
        )
        .map_err(refused("be opened"))?;
    let row = transaction
        .query_one(
            "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1),
                    EXISTS (SELECT FROM pg_tables
                            WHERE schemaname = $1 AND tablename = 'journal')",
            &[&schema],
        )
        .map_err(refused("be opened"))?;
    let has_schema: bool = row.try_get(0).map_err(refused("be opened"))?;
    let has_tables: bool = row.try_get(1).map_err(refused("be opened"))?;
    if !has_schema {
        // The name was checked: it holds no quote.
        transaction
            .batch_execute(&format!("CREATE SCHEMA \"{schema}\""))
            .map_err(refused("be made"))?;
    }
    if !has_tables {
        transaction
            .batch_execute(&format!("{SCHEMA} INSERT INTO journal VALUES ({FORMAT});"))
            .map_err(refused("be made"))?;
    }
    let found: i64 = transaction
        .query_one("SELECT format FROM journal", &[])
        .and_then(|row| row.try_get(0))
        .map_err(refused("be opened"))?;
    if found != FORMAT {
        return Err(JournalError::Format {
            found,
            allowed: FORMAT,
        });
    }
    transaction.commit().map_err(refused("be made"))
}

/// A refusal in the database's words: its message without the detail, which may quote a row.
fn refused(what: &'static str) -> impl FnOnce(::postgres::Error) -> JournalError {
    move |error| {
        let reason = match (error.as_db_error(), error.source()) {
            (Some(database), _) => {
                format!("{} ({})", database.message(), database.code().code())
            }
            (None, Some(cause)) => format!("{error}: {cause}"),
            (None, None) => error.to_string(),
        };
        JournalError::Refused { what, reason }
    }
}

fn lost(what: &'static str) -> JournalError {
    JournalError::Refused {
        what,
        reason: "the connection to PostgreSQL is lost; open the journal again".to_owned(),
    }
}

fn out_of_turn(what: &'static str, reason: &str) -> JournalError {
    JournalError::Refused {
        what,
        reason: reason.to_owned(),
    }
}

/// PostgreSQL's integers are signed; a journal of 2^63 acts is beyond any disk.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A batch without its acts, and how many those are.
type Header = (Batch, u64);

fn read_header(row: &Row) -> Result<Header, JournalError> {
    let number = number_at(row, 0, 0)?;
    let incarnation = number_at(row, 2, number)?;
    let batch = Batch {
        number,
        previous: Hash(bytes_at(row, 1, number)?),
        incarnation: Incarnation {
            number: u32::try_from(incarnation).map_err(|_| formless(number, 2))?,
            id: bytes_at(row, 3, number)?,
        },
        first_act: number_at(row, 4, number)?,
        acts: Vec::new(),
    };
    Ok((batch, number_at(row, 5, number)?))
}

fn number_at(row: &Row, index: usize, batch: u64) -> Result<u64, JournalError> {
    let number: i64 = row.try_get(index).map_err(refused("be read"))?;
    u64::try_from(number).map_err(|_| formless(batch, index))
}

fn bytes_at<const N: usize>(row: &Row, index: usize, batch: u64) -> Result<[u8; N], JournalError> {
    let bytes: &[u8] = row.try_get(index).map_err(refused("be read"))?;
    bytes.try_into().map_err(|_| formless(batch, index))
}

fn formless(batch: u64, column: usize) -> JournalError {
    JournalError::Broken {
        batch,
        what: format!("its column {} has not the form of a batch", column + 1),
    }
}

/// Parts of a batch that are not too large for one statement each, the last one never empty.
fn parts(acts: &[SealedAct]) -> Vec<&[SealedAct]> {
    let mut parts = Vec::new();
    let mut from = 0;
    let mut bytes = 0;
    for (index, act) in acts.iter().enumerate() {
        if index > from && bytes + act.len() > STATEMENT_BYTES_MAX {
            parts.push(&acts[from..index]);
            from = index;
            bytes = 0;
        }
        bytes += act.len();
    }
    parts.push(&acts[from..]);
    parts
}

/// Gives each header its acts, by their numbers: an act that is missing must not shift the others.
fn fill(headers: Vec<Header>, rows: &[Row]) -> Result<Vec<Batch>, JournalError> {
    let mut rows = rows.iter();
    let mut next = rows.next();
    let mut batches = Vec::with_capacity(headers.len());
    for (mut batch, count) in headers {
        let end = batch.first_act.saturating_add(count);
        while let Some(row) = next {
            let number = number_at(row, 0, batch.number)?;
            if number >= end {
                break;
            }
            if number >= batch.first_act {
                batch.acts.push(row.try_get(1).map_err(refused("be read"))?);
            }
            next = rows.next();
        }
        batches.push(batch);
    }
    Ok(batches)
}

impl Store for PostgresJournal {
    fn begin(&mut self) -> Result<Head, JournalError> {
        if !matches!(self.state, State::Idle) {
            return Err(out_of_turn(
                "be locked",
                "this connection has begun already",
            ));
        }
        let locked = self.client.batch_execute(BEGIN);
        self.done("be locked", locked)
            .and_then(|()| self.head())
            .inspect(|&head| self.state = State::Writing(head))
            .map_err(|error| self.not_begun(error))
    }

    fn append(&mut self, batch: &Batch) -> Result<(), JournalError> {
        let State::Writing(head) = self.state else {
            return Err(out_of_turn("be written", "no batch is begun"));
        };
        let after = head.follow(batch)?;
        let parts = parts(&batch.acts);
        let mut first = signed(batch.first_act);
        for (left, part) in (0..parts.len()).rev().zip(parts) {
            let written = if left > 0 {
                self.client
                    .execute(&self.statements.append_acts, &[&first, &part])
            } else {
                self.client.execute(
                    &self.statements.append,
                    &[
                        &first,
                        &part,
                        &signed(batch.number),
                        &batch.previous.0.as_slice(),
                        &i64::from(batch.incarnation.number),
                        &batch.incarnation.id.as_slice(),
                        &signed(batch.first_act),
                        &signed(batch.acts.len() as u64),
                        &after.hash.0.as_slice(),
                    ],
                )
            };
            self.done("be written", written)?;
            first += signed(part.len() as u64);
        }
        self.state = State::Writing(after);
        Ok(())
    }

    fn commit(&mut self) -> Result<(), JournalError> {
        match self.state {
            State::Idle => Err(out_of_turn("be written", "no batch is begun")),
            State::Failed => Err(out_of_turn("be written", "an earlier statement has failed")),
            State::Writing(_) => {
                let kept = self.client.batch_execute("COMMIT");
                self.done("be written", kept)?;
                self.state = State::Idle;
                Ok(())
            }
        }
    }

    fn abandon(&mut self) -> Result<(), JournalError> {
        if let State::Idle = self.state {
            return Ok(());
        }
        let left = self.client.batch_execute("ROLLBACK");
        self.done("be let go", left)?;
        self.state = State::Idle;
        Ok(())
    }

    fn head(&mut self) -> Result<Head, JournalError> {
        let row = self.client.query_opt(&self.statements.head, &[]);
        let Some(row) = self.done("be read", row)? else {
            return Ok(Head::EMPTY);
        };
        let (batch, count) = read_header(&row)?;
        Ok(Head {
            batch: batch.number,
            acts: batch.first_act.saturating_add(count).saturating_sub(1),
            hash: Hash(bytes_at(&row, 6, batch.number)?),
            incarnation: Some(batch.incarnation),
        })
    }

    fn batches(&mut self, after: u64, acts_max: u64) -> Result<Vec<Batch>, JournalError> {
        let mut headers = self.headers(after, acts_max.max(1))?;
        let mut acts: u64 = 0;
        let mut fits = |(_, count): &Header| {
            acts = acts.saturating_add(*count);
            acts <= acts_max
        };
        let fitting = headers.iter().take_while(|&header| fits(header)).count();
        headers.truncate(fitting.max(1));
        let (Some((first, _)), Some((last, count))) = (headers.first(), headers.last()) else {
            return Ok(Vec::new());
        };
        let (from, to) = (first.first_act, last.first_act.saturating_add(*count));
        let rows = self.client.query(
            &self.statements.acts,
            &[&signed(from), &signed(to.saturating_sub(1))],
        );
        let rows = self.done("be read", rows)?;
        fill(headers, &rows)
    }

    fn act(&mut self, number: u64) -> Result<Option<SealedAct>, JournalError> {
        let row = self
            .client
            .query_opt(&self.statements.act, &[&signed(number)]);
        let row = self.done("be read", row)?;
        row.map(|row| row.try_get(0).map_err(refused("be read")))
            .transpose()
    }

    fn sign(&mut self, head: &SignedHead) -> Result<(), JournalError> {
        let kept = self.client.execute(
            &self.statements.sign,
            &[
                &signed(head.batch),
                &head.hash.0.as_slice(),
                &head.signature.as_slice(),
            ],
        );
        self.done("be signed", kept).map(|_| ())
    }

    fn signed(&mut self) -> Result<Vec<SignedHead>, JournalError> {
        let rows = self.client.query(&self.statements.signed, &[]);
        let rows = self.done("be read", rows)?;
        let read = |row: &Row| {
            let batch = number_at(row, 0, 0)?;
            Ok(SignedHead {
                batch,
                hash: Hash(bytes_at(row, 1, batch)?),
                signature: bytes_at(row, 2, batch)?,
            })
        };
        rows.iter().map(read).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_is_named_plainly() {
        for good in ["node", "Node_1", "_", "1", &"n".repeat(63)] {
            check_name(good).expect(good);
        }
        for bad in [
            "",
            "a b",
            "a\"b",
            "a;b",
            "é",
            "pg_node",
            "a-b",
            &"n".repeat(64),
        ] {
            let error = check_name(bad).expect_err(bad);
            assert_eq!(error.code(), "journal_refused");
        }
    }

    #[test]
    fn nothing_leaves_the_host_in_clear() {
        for here in [
            "postgresql://palermo@localhost/node",
            "postgresql://palermo@127.0.0.1/node",
            "postgresql://palermo@[::1]/node",
            "host=/run/postgresql user=palermo",
            "host=node.example.org hostaddr=127.0.0.1 user=palermo",
        ] {
            let config = here.parse().expect("an address");
            check_host(&config).expect(here);
        }
        for away in [
            "postgresql://palermo@node.example.org/node",
            "postgresql://palermo@192.0.2.1/node",
            "postgresql://palermo@localhost,192.0.2.1/node",
            "host=localhost hostaddr=192.0.2.1 user=palermo",
        ] {
            let config = away.parse().expect("an address");
            check_host(&config).expect_err(away);
        }
    }

    #[test]
    fn large_batches_go_in_parts() {
        let sizes = |acts: &[SealedAct]| -> Vec<usize> {
            parts(acts).into_iter().map(<[_]>::len).collect()
        };
        let act = |bytes: usize| vec![0; bytes];
        assert_eq!(sizes(&[act(1)]), [1]);
        assert_eq!(sizes(&[act(1), act(1)]), [2]);
        assert_eq!(sizes(&[act(STATEMENT_BYTES_MAX), act(1)]), [1, 1]);
        assert_eq!(
            sizes(&[act(STATEMENT_BYTES_MAX + 1), act(1), act(1)]),
            [1, 2]
        );
        assert_eq!(sizes(&[act(1), act(STATEMENT_BYTES_MAX)]), [1, 1]);
    }
}
