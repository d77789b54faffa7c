"""Times the counting of a node's dossiers beside DuckDB on the same rows in clear, in one run.

    python bench.py PALERMO EXAMPLES FOLDER [--persons N,N,...] [--laid N,N,...] [--rounds N] [--write PATH]

PALERMO is the program, EXAMPLES the folder of the built examples of the room `office`, FOLDER a place on the
disk that is to be measured: the node is made there, or goes on growing if it is there already. Synthetic
victims of an invented State are brought in by `palermo record import`, a file of 100,000 at a time. DuckDB
reads those very files, works its rows out of them in SQL of its own, and keeps them in its own format and as
Parquet, in clear. Both then count the same tables, each in a process that stays; every cell is compared.

`--laid` measures the counting alone, of more persons than there is time to bring in: their rows are laid into
sealed columns as a node lays them, without journal and views, and written in clear for DuckDB.
"""

import argparse
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import time

import duckdb

# Victims in a file; the generator makes 64 victims of 100 cases.
CHUNK = 100_000
CASES = 156_250
PASSPHRASE = "words for a node that is measured"
AGENCIES = ["shelter", "police", "border", "inspectorate"]

SPAN = "2019-01..2024-12"
# What is counted: a name, the line as the node keeps it, and the same in SQL.
TABLES = [
    ("sex", f"victim by sex over {SPAN} on detected",
     "SELECT sex, count(*) FROM victim WHERE year BETWEEN 2019 AND 2024 GROUP BY ALL"),
    ("form, two years", "victim by form over 2021-01..2022-12 on detected",
     "SELECT form, count(*) FROM victim WHERE year IN (2021, 2022) GROUP BY ALL"),
    ("sex × age × year", f"victim by sex,age,year over {SPAN} on detected",
     "SELECT sex, age, year, count(*) FROM victim WHERE year BETWEEN 2019 AND 2024 GROUP BY ALL"),
    ("citizenship × form × sex × year", f"victim by citizenship,form,sex,year over {SPAN} on detected",
     "SELECT citizenship, form, sex, year, count(*) FROM victim "
     "WHERE year BETWEEN 2019 AND 2024 GROUP BY ALL"),
    ("each form × sex (several at once)", f"victim by forms,sex over {SPAN} on detected",
     "SELECT form, sex, count(*) FROM (SELECT unnest(forms) AS form, sex FROM victim "
     "WHERE year BETWEEN 2019 AND 2024) GROUP BY ALL"),
]

ROWS = """
WITH read AS (
    SELECT answers FROM read_json('{file}', format = 'newline_delimited', columns = {{
        answers: 'STRUCT(concept VARCHAR, code STRUCT(code VARCHAR), "date" VARCHAR, number BIGINT)[]'
    }})
), said AS (
    SELECT
        list_filter(answers, lambda one: one.concept = 'person.sex')[-1].code.code AS sex,
        list_filter(answers, lambda one: one.concept = 'person.age_years')[-1].number AS years,
        list_filter(answers, lambda one: one.concept = 'person.age_group')[-1].code.code AS age_group,
        list_filter(answers, lambda one: one.concept = 'person.age_presumed')[-1].code.code AS presumed,
        list_filter(answers, lambda one: one.concept = 'person.citizenship')[1].code.code AS citizenship,
        list_distinct(list_transform(
            list_filter(answers, lambda one: one.concept = 'tip.exploitation'),
            lambda one: one.code.code)) AS forms,
        list_min(list_transform(
            list_filter(answers, lambda one: one.concept = 'event.date_detected'),
            lambda one: one.date)) AS detected
    FROM read
)
SELECT
    CAST(detected[1:4] AS SMALLINT) AS year,
    coalesce(sex, '_U') AS sex,
    CASE WHEN years < 18 THEN 'child' WHEN years >= 18 THEN 'adult'
         WHEN age_group IN ('child', 'adult') THEN age_group
         WHEN presumed = 'yes' THEN 'child' ELSE 'unknown' END AS age,
    coalesce(citizenship, 'not_said') AS citizenship,
    CASE len(forms) WHEN 0 THEN 'not_said' WHEN 1 THEN forms[1] ELSE 'mixed' END AS form,
    forms
FROM said
"""

# Run as a process of its own, so that its memory is its own.
DUCK = """
import json, sys, time, duckdb
asked = json.load(sys.stdin)
source = duckdb.connect(asked["database"], read_only=True) if asked["database"] else duckdb.connect()
source.execute("SET enable_progress_bar = false")
source.execute(f"SET threads = {asked['threads']}")
if not asked["database"]:
    source.execute(f"CREATE VIEW victim AS SELECT * FROM '{asked['parquet']}'")
answers = []
for query in asked["queries"]:
    took = []
    rows = source.execute(query).fetchall()
    for _ in range(asked["rounds"]):
        began = time.perf_counter()
        rows = source.execute(query).fetchall()
        took.append((time.perf_counter() - began) * 1000)
    cells = {"|".join(map(str, row[:-1])): row[-1] for row in rows}
    answers.append({"ms": took, "cells": cells})
status = open("/proc/self/status").read().split("VmHWM:")[1].split()[0]
print(json.dumps({"answers": answers, "most_mib": int(status) / 1024}))
"""


def told(command, asked=None, taskset=None):
    """What a program printed as JSON."""
    if taskset is not None:
        command = ["taskset", "-c", taskset, *command]
    ended = subprocess.run(
        list(map(str, command)), input=asked, capture_output=True, text=True,
        env=os.environ | {"PALERMO_PASSPHRASE": PASSPHRASE},
    )
    if ended.returncode:
        sys.exit(f"{' '.join(map(str, command))}: {ended.stdout}{ended.stderr}")
    return json.loads(ended.stdout)


class Bench:
    """The node, DuckDB's own table, and how far both have come."""

    def __init__(self, palermo, examples, folder):
        self.palermo, self.folder = palermo, folder
        self.count, self.columns = examples / "count_bench", examples / "columns_bench"
        self.node, self.clear = folder / "node", folder / "clear.duckdb"
        self.kept = folder / "state.json"
        if self.kept.exists():
            self.state = json.loads(self.kept.read_text())
        else:
            folder.mkdir(parents=True, exist_ok=True)
            self.state = self.found()

    def save(self):
        self.kept.write_text(json.dumps(self.state, indent=1))

    def run(self, *arguments):
        return told([self.palermo, *arguments, "--json"])

    def found(self):
        secret = self.folder / "passphrase"
        secret.write_text(PASSPHRASE + "\n")
        self.run("init", self.node, "--as", "national", "--jurisdiction", "XAA", "--name",
                 "National hub of XA (invented)", "--no-sign-in", "--passphrase-file", secret)
        add = ("user", "add", self.node, "--role", "data-manager", "--name")
        state = {"manager": self.run(*add, "Syn Manager")["staff"], "managers": [], "chunks": []}
        for agency in AGENCIES:
            made = self.run("agency", "add", self.node, "--name", f"{agency} of XA (invented)",
                            "--kind", "services")["agency"]
            state["managers"].append(self.run(*add, f"Syn {agency}", "--agency", made)["staff"])
        return state

    def make(self, number):
        """A file of victims whose sources nothing else bears. It runs beside the import before."""
        made, file = self.folder / f"made-{number}", self.folder / f"victims-{number}.jsonl"
        script = (
            f"rm -rf '{made}' && '{self.palermo}' synthetic '{made}' --cases {CASES} --seed {number + 1} "
            f">/dev/null && cat '{made}'/*/victim.jsonl | "
            f"sed 's/\"synthetic victim of/\"synthetic {number} victim of/' >'{file}' && rm -rf '{made}'"
        )
        return file, subprocess.Popen(["sh", "-c", script])

    def grow(self, persons):
        """Brings files in until there are so many persons."""
        under_way = None
        while len(self.state["chunks"]) * CHUNK < persons:
            number = len(self.state["chunks"])
            file, making = under_way or self.make(number)
            if making.wait():
                sys.exit(f"{file} could not be made")
            more = (number + 1) * CHUNK < persons
            under_way = self.make(number + 1) if more else None
            began = time.perf_counter()
            manager = self.state["managers"][number % len(AGENCIES)]
            taken = self.run("record", "import", self.node, file, "--about", "victim",
                             "--actor", manager)["taken"]
            took = time.perf_counter() - began
            if taken != CHUNK:
                sys.exit(f"{file}: {taken} records were taken in")
            with duckdb.connect(str(self.clear)) as clear:
                rows = ROWS.format(file=file)
                start = "CREATE TABLE victim AS" if number == 0 else "INSERT INTO victim"
                clear.execute(f"{start} {rows}")
            file.unlink()
            self.state["chunks"].append(round(took, 2))
            self.save()
            print(f"{(number + 1) * CHUNK} persons: {took:.1f} s, load {os.getloadavg()[0]:.1f}",
                  file=sys.stderr)

    def measure(self, rounds):
        """Both engines on what there is; the cells that differ end it."""
        parquet = self.folder / "clear.parquet"
        with duckdb.connect(str(self.clear), read_only=True) as clear:
            persons = clear.execute("SELECT count(*) FROM victim").fetchone()[0]
            clear.execute(f"COPY victim TO '{parquet}'")
        lines = "\n".join(line for _, line, _ in TABLES)
        count = [self.count, self.node, self.state["manager"]]
        found = {"persons": persons, "load": os.getloadavg()[0]}
        # The first count brings the columns up to date; it is told apart.
        found["cold"] = told([*count, 1], lines)
        beside(found, ([*count, rounds], lines), (str(self.clear), str(parquet)), rounds)
        began = time.perf_counter()
        self.run("tabulate", self.node, "--unit", "victim", "--rows", "sex", "--period", "2019..2024",
                 "--reference", "detected", "--actor", self.state["manager"])
        found["command_s"] = time.perf_counter() - began
        found["sizes"] = {name: size(self.node / name) for name in ("blobs", "views", "columns")}
        found["sizes"]["duckdb"] = self.clear.stat().st_size
        found["sizes"]["parquet"] = parquet.stat().st_size
        parquet.unlink()
        self.note("found", persons, found)

    def note(self, kind, persons, found):
        for one in found.values():
            for answer in one.get("answers", []) if isinstance(one, dict) else []:
                answer["cells"] = len(answer["cells"])
        self.state.setdefault(kind, {})[str(persons)] = found
        self.save()

    def lay(self, persons, rounds):
        """The counting alone, of rows that were laid without a journal."""
        folder = self.folder / f"laid-{persons}"
        csv, clear, parquet = (folder.with_suffix(end) for end in (".csv", ".duckdb", ".parquet"))
        found = {"persons": persons, "load": os.getloadavg()[0]}
        if not folder.exists():
            found["lay"] = told([self.columns, folder, persons, csv])
            with duckdb.connect(str(clear)) as table:
                table.execute(
                    "CREATE TABLE victim AS SELECT CAST(year AS SMALLINT) AS year, sex, age, citizenship, "
                    f"form, string_split(forms, ';') AS forms FROM read_csv('{csv}', header = true)")
                table.execute(f"COPY victim TO '{parquet}'")
            csv.unlink()
            self.state.setdefault("lay", {})[str(persons)] = found["lay"]
            self.save()
        else:
            found["lay"] = self.state.get("lay", {}).get(str(persons))
        beside(found, ([self.columns, folder, "--rounds", rounds], None), (str(clear), str(parquet)), rounds)
        found["sizes"] = {"columns": size(folder), "duckdb": clear.stat().st_size,
                          "parquet": parquet.stat().st_size}
        self.note("laid", persons, found)


def beside(found, ours, clear, rounds):
    """Ours and DuckDB in turn, with two threads and with one; the cells that differ end it."""
    for threads, cores in ((2, None), (1, "0")):
        found[f"palermo {threads}"] = told(*ours, cores)
        for name, database in (("duckdb", clear[0]), ("parquet", None)):
            asked = {"database": database, "parquet": clear[1], "threads": threads,
                     "rounds": rounds, "queries": [query for _, _, query in TABLES]}
            found[f"{name} {threads}"] = told([sys.executable, "-c", DUCK], json.dumps(asked))
    differ(found)


def differ(found):
    """Every cell of every engine is every other's."""
    for other in ("palermo 1", "duckdb 2", "duckdb 1", "parquet 2", "parquet 1"):
        for (name, _, _), ours, theirs in zip(
                TABLES, found["palermo 2"]["answers"], found[other]["answers"]):
            if ours["cells"] != theirs["cells"]:
                odd = set(ours["cells"].items()) ^ set(theirs["cells"].items())
                sys.exit(f"{name}, {other}: {len(odd)} cells differ: {sorted(odd)[:8]}")


def size(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def ms(answer):
    """The best and the median."""
    return min(answer["ms"]), statistics.median(answer["ms"])


def tables(found):
    """Times and ratios of every table."""
    lines = [
        "| table | cells | threads | palermo, sealed | DuckDB's own format | ratio | Parquet in clear | ratio |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for place, (name, _, _) in enumerate(TABLES):
        for threads in (2, 1):
            ours = ms(found[f"palermo {threads}"]["answers"][place])
            duck = ms(found[f"duckdb {threads}"]["answers"][place])
            parquet = ms(found[f"parquet {threads}"]["answers"][place])
            cells = found[f"palermo {threads}"]["answers"][place]["cells"]
            lines.append(
                f"| {name} | {cells:,} | {threads} | {ours[0]:.1f} / {ours[1]:.1f} "
                f"| {duck[0]:.1f} / {duck[1]:.1f} | {ours[1] / duck[1]:.2f} "
                f"| {parquet[0]:.1f} / {parquet[1]:.1f} | {ours[1] / parquet[1]:.2f} |")
    return lines


def weights(found):
    """Memory and disk."""
    most = {key: one["most_mib"] for key, one in found.items()
            if isinstance(one, dict) and "most_mib" in one}
    sizes = {name: bytes_ / 1e6 for name, bytes_ in found["sizes"].items()}
    return [
        "",
        "| | palermo | DuckDB's own format | Parquet in clear |",
        "|---|--:|--:|--:|",
        *(f"| most memory, {threads} threads, MiB | {most[f'palermo {threads}']:.0f} "
          f"| {most[f'duckdb {threads}']:.0f} | {most[f'parquet {threads}']:.0f} |" for threads in (2, 1)),
        f"| on the disk, MB | {sizes['columns']:.1f} (columns) | {sizes['duckdb']:.1f} "
        f"| {sizes['parquet']:.1f} |",
        "",
    ]


def growth(of):
    """How times grow with persons."""
    smallest, largest = min(map(int, of)), max(map(int, of))
    if smallest == largest:
        return []
    lines = [f"Growth from {smallest:,} to {largest:,}, two threads, medians:", "",
             "| table | persons | palermo | DuckDB |", "|---|--:|--:|--:|"]
    small, large = of[str(smallest)], of[str(largest)]
    for place, (name, _, _) in enumerate(TABLES):
        grown = [ms(large[key]["answers"][place])[1] / ms(small[key]["answers"][place])[1]
                 for key in ("palermo 2", "duckdb 2")]
        lines.append(f"| {name} | × {largest / smallest:.0f} | × {grown[0]:.1f} | × {grown[1]:.1f} |")
    return [*lines, ""]


def page(state, rounds):
    """The page of the benchmarks."""
    found, laid = state.get("found", {}), state.get("laid", {})
    of = {kind: ",".join(sorted(some, key=int)) for kind, some in (("persons", found), ("laid", laid))}
    processor = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo")
                      if line.startswith("model name")), platform.machine())
    lines = [
        "# Counting dossiers beside DuckDB",
        "",
        f"Measured on {processor}, {os.cpu_count()} cores, DuckDB {duckdb.__version__}, Python "
        f"{platform.python_version()}, by",
        "",
        "    cargo build --release --workspace --locked --bins --example count_bench --example columns_bench",
        "    python attack/columns/bench.py PALERMO EXAMPLES FOLDER \\",
        f"        --persons {of['persons'] or 0} --laid {of['laid'] or 0} --rounds {rounds} \\",
        "        --write docs/benchmarks-columns.md",
        "",
        "Milliseconds, best / median; a ratio is that of the medians, and above 1 Palermo was slower. One thread:",
        "`taskset` for Palermo, `threads = 1` for DuckDB. DuckDB's time is that of `execute` and `fetchall`, after one",
        "turn to warm up, on rows in clear; the two engines have their turns one after the other. All cells of all",
        "tables were equal. The load is the average of the last minute when a measurement began: what is above 0 is",
        "other work on the same two cores, and weighs on both.",
        "",
    ]
    if found:
        lines += [
            "## A node, from journal to table",
            "",
            "Every person was brought into the node by `palermo record import` (journal, sealed records, views), a file",
            "of 100,000 at a time. DuckDB read the same files and worked its rows out in SQL of its own. Palermo's time",
            "is that of the whole act at the office, in a process that stays: columns looked at, opened, counted by",
            "agency as well, totals added up, the act sealed and written to the journal with a flush.",
            "",
        ]
    for persons in sorted(found, key=int):
        one = found[persons]
        chunks = state["chunks"][: int(persons) // CHUNK]
        lines += [f"### {int(persons):,} persons (load {one['load']:.1f})", "", *tables(one), *weights(one),
                  f"Bringing the columns up to date, by the first count after the import: "
                  f"{one['cold']['first_ms'] / 1000:.1f} s, at most",
                  f"{one['cold']['first_mib']:.0f} MiB; unlocking: {one['cold']['unlock_ms'] / 1000:.1f} s. "
                  f"`palermo tabulate` from start to end, columns laid,",
                  f"unlocking included: {one['command_s']:.1f} s. Import: {sum(chunks):.0f} s in all; "
                  f"the first file {chunks[0]:.1f} s, the last {chunks[-1]:.1f} s.",
                  f"Sealed records {one['sizes']['blobs'] / 1e6:,.0f} MB, views "
                  f"{one['sizes']['views'] / 1e6:,.0f} MB.", ""]
    if found:
        lines += growth(found)
    if laid:
        lines += [
            "## The counting alone",
            "",
            "Rows were laid into sealed columns as the node lays them, without journal and views, and written in clear",
            "for DuckDB. Palermo's time is that of opening the files, counting by agency as well, and bringing the",
            "counts together; there is no act.",
            "",
        ]
    for persons in sorted(laid, key=int):
        one = laid[persons]
        lines += [f"### {int(persons):,} persons (load {one['load']:.1f})", "", *tables(one), *weights(one)]
        if one["lay"]:
            took = f"{one['lay']['seconds']:.1f} s, at most {one['lay']['most_mib']:.0f} MiB"
            lines += [f"Laying them took {took}.", ""]
    if laid:
        lines += growth(laid)
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("palermo", type=pathlib.Path)
    parser.add_argument("examples", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--persons", default="100000,1000000,10000000")
    parser.add_argument("--laid", default="")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", type=pathlib.Path)
    asked = parser.parse_args()
    bench = Bench(asked.palermo.resolve(), asked.examples.resolve(), asked.folder.resolve())
    for persons in sorted(int(number) for number in asked.persons.split(",") if int(number or 0)):
        bench.grow(persons)
        # A node that has grown past it is not measured at it again.
        if len(bench.state["chunks"]) * CHUNK == persons:
            bench.measure(asked.rounds)
    for persons in sorted(int(number) for number in asked.laid.split(",") if int(number or 0)):
        bench.lay(persons, asked.rounds)
    text = page(bench.state, asked.rounds)
    print(text)
    if asked.write:
        asked.write.write_text(text)


if __name__ == "__main__":
    main()
