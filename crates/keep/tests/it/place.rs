//! Where a journal under test lies, and the ways to it that the product does not have.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use keep::journal::{
    Batch, Head, Incarnation, JournalError, PostgresJournal, SealedAct, SqliteJournal, Store,
};
use tempfile::TempDir;
use testkit::cluster::Cluster;

/// One server for all tests of this binary. It ends when the process does.
static CLUSTER: LazyLock<Cluster> = LazyLock::new(|| Cluster::start().expect("PostgreSQL"));
static SCHEMAS: AtomicU32 = AtomicU32::new(1);

pub(crate) const LIFE: Incarnation = Incarnation {
    number: 1,
    id: [7; 16],
};

/// Where one journal lies.
pub(crate) enum Place {
    Sqlite(TempDir),
    Postgres { url: String, schema: String },
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().expect("a folder"))
    }

    /// A new schema of the server that all tests share.
    pub(crate) fn postgres() -> Self {
        Self::postgres_in(&CLUSTER)
    }

    pub(crate) fn postgres_in(cluster: &Cluster) -> Self {
        let number = SCHEMAS.fetch_add(1, Ordering::Relaxed);
        Self::Postgres {
            url: cluster.url().to_owned(),
            schema: format!("Journal_{number}"),
        }
    }

    pub(crate) fn try_open(&self) -> Result<Box<dyn Store>, JournalError> {
        Ok(match self {
            Self::Sqlite(folder) => {
                Box::new(SqliteJournal::open(&folder.path().join("journal.db"))?)
            }
            Self::Postgres { url, schema } => Box::new(PostgresJournal::open(url, schema)?),
        })
    }

    /// A connection of its own, as another process would have.
    pub(crate) fn open(&self) -> Box<dyn Store> {
        self.try_open().expect("a journal")
    }

    /// Runs statements beside the journal's own code, and answers with what the database says.
    pub(crate) fn raw(&self, statements: &str) -> Result<(), String> {
        match self {
            Self::Sqlite(folder) => {
                let raw = rusqlite::Connection::open(folder.path().join("journal.db"));
                let raw = raw.expect("a raw connection");
                raw.execute_batch(statements)
                    .map_err(|error| error.to_string())
            }
            Self::Postgres { url, schema } => {
                let mut raw =
                    postgres::Client::connect(url, postgres::NoTls).expect("a raw connection");
                raw.batch_execute(&format!("SET search_path TO \"{schema}\""))
                    .expect("the schema");
                raw.batch_execute(statements).map_err(|error| {
                    let database = error.as_db_error().expect("an answer of the database");
                    database.message().to_owned()
                })
            }
        }
    }

    /// Runs statements as somebody would who owns the database and takes its guards away first.
    pub(crate) fn tamper(&self, statements: &str) {
        let unguard = match self {
            Self::Sqlite(_) => {
                "DROP TRIGGER act_stays; DROP TRIGGER act_is_kept;
                 DROP TRIGGER batch_stays; DROP TRIGGER batch_is_kept;"
            }
            Self::Postgres { .. } => {
                "ALTER TABLE act DISABLE TRIGGER ALL; ALTER TABLE batch DISABLE TRIGGER ALL;"
            }
        };
        self.raw(&format!("{unguard} {statements}"))
            .expect("tampering");
    }

    /// Bytes as this back end writes them in a statement.
    pub(crate) fn literal(&self, bytes: &[u8]) -> String {
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        match self {
            Self::Sqlite(_) => format!("X'{digits}'"),
            Self::Postgres { .. } => format!("'\\x{digits}'::BYTEA"),
        }
    }
}

/// Writes a batch behind the head and answers with the new head.
pub(crate) fn put(store: &mut dyn Store, acts: &[&[u8]]) -> Head {
    let head = store.begin().expect("begun");
    let batch = head.next(LIFE, acts.iter().map(|act| act.to_vec()).collect());
    store.append(&batch).expect("appended");
    store.commit().expect("committed");
    head.follow(&batch).expect("a batch that follows")
}

/// All batches, page by page.
pub(crate) fn all(store: &mut dyn Store, acts_max: u64) -> Vec<Batch> {
    let mut found: Vec<Batch> = Vec::new();
    loop {
        let after = found.last().map_or(0, |batch| batch.number);
        let page = store.batches(after, acts_max).expect("a page");
        if page.is_empty() {
            return found;
        }
        let acts: u64 = page.iter().map(|batch| batch.acts.len() as u64).sum();
        assert!(page.len() == 1 || acts <= acts_max, "{acts} acts in a page");
        found.extend(page);
    }
}

/// All acts in order.
pub(crate) fn all_acts(store: &mut dyn Store) -> Vec<SealedAct> {
    let batches = all(store, 1_000);
    batches.into_iter().flat_map(|batch| batch.acts).collect()
}
