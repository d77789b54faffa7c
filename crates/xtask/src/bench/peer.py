"""The same work by the tools a data manager would reach for: pandas and country_converter.

Run by `cargo xtask bench`, which times the whole command. Prints one line of JSON: the seconds
spent on the work itself, imports left out, and the number of rows or labels.
"""

import json
import logging
import sys
import time


def group(path, kind):
    """Reads one public table, finds repeats and sums as the importer's checks do."""
    import pandas

    start = time.perf_counter()
    if kind == "glotip":
        table = pandas.read_csv(path, dtype=str, keep_default_na=False)
        key = [name for name in table.columns if name not in ("txtVALUE", "Source")]
        table.duplicated().sum()
        table.groupby(key, sort=False).size()
    elif kind == "missing-migrants":
        table = pandas.read_csv(path, parse_dates=["t"])
        table.duplicated().sum()
        table.groupby(["route", table["t"].dt.year])[["dead", "m"]].agg({"dead": "sum"})
    else:
        table = pandas.read_csv(path, parse_dates=["t"])
        table.duplicated().sum()
        table.groupby(["route", table["t"].dt.year])["n"].sum()
    return time.perf_counter() - start, len(table)


def resolve(path):
    """Resolves labels, one a line, to ISO alpha-3."""
    import country_converter

    logging.getLogger("country_converter").setLevel(logging.CRITICAL)
    with open(path, encoding="utf-8") as lines:
        labels = lines.read().split("\n")[:-1]
    start = time.perf_counter()
    country_converter.CountryConverter().convert(labels, to="ISO3", not_found=None)
    return time.perf_counter() - start, len(labels)


def versions():
    """Which versions answered."""
    from importlib.metadata import version

    names = ("pandas", "country_converter")
    return " ".join(f"{name} {version(name)}" for name in names) + f", Python {sys.version.split()[0]}"


def main(arguments):
    """`group FILE KIND`, `resolve FILE` or `versions`."""
    if arguments[0] == "versions":
        print(versions())
        return
    work = group if arguments[0] == "group" else resolve
    seconds, rows = work(*arguments[1:])
    print(json.dumps({"seconds": seconds, "rows": rows}))


main(sys.argv[1:])
