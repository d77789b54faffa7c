"""Attacks a node by its own description, or proves by a drill that the attack finds faults.

A node of an invented State is founded in a temporary folder and served on 127.0.0.1. For each
OpenAPI document that it serves, schemathesis asks what the document allows and what it forbids
(schemathesis.toml says with which checks). Beyond those checks, an unknown field and a name that is
not UTF-8 must be refused as documented, and every operation of the document must have let something
through, so that an attack that stops at the door is no pass.
"""

import argparse
import contextlib
import http.client
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request

from node import COMMAND_SECONDS_MAX, founded

HERE = pathlib.Path(__file__).resolve().parent
DOCUMENTS = ["/api/v1/openapi.json"]
METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"]
# Seconds for one document; a run takes a fraction of it.
ATTACK_SECONDS_MAX = 300
# Bytes of the node's public key that a deposit begins with.
KEY_MARK_BYTES = 8
# Detections of no State, so that the node has a table to be asked for.
DETECTIONS = """route,type,nat,t,n
Route of XA,Sea,AFG,2020-01-01,41
Route of XA,Sea,SYR,2020-02-01,5
Route of XB,Land,AFG,2020-02-01,7
"""
# A proxy where nothing listens: what is not addressed to 127.0.0.1 does not leave the machine.
NOWHERE = "http://127.0.0.1:9"


def headers_for(document, address):
    """The headers that every request carries that `document` of the node at `address` describes.

    What the public API describes is asked by nobody in particular. A document of pages behind a
    sign-in signs in here, and returns its `Cookie` and the header of its form token.
    """
    return {}


def fetch(url, headers):
    """The JSON at `url`, asked past any proxy."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(url, headers=headers)
    with direct.open(request, timeout=COMMAND_SECONDS_MAX) as answer:
        return json.load(answer)


def operations(document):
    """The operations of an OpenAPI document, as `GET /path`."""
    paths = document["paths"].items()
    return {
        f"{method.upper()} {path}" for path, item in paths for method in item if method in METHODS
    }


def attack(address, document, headers, settings, options):
    """Attacks what a document describes, with further settings of the environment and options of
    the command line. Returns the findings, what schemathesis said, and its report."""
    described = fetch(address + document, headers)
    with tempfile.TemporaryDirectory(prefix="palermo-attack-") as folder:
        # From a file: schemathesis leaves out the operation by which it was told the document.
        copy, report = pathlib.Path(folder, "document.json"), pathlib.Path(folder, "report.json")
        copy.write_text(json.dumps(described))
        command = [sys.executable, "-B", "-m", "schemathesis.cli"]
        command += ["--config-file", str(HERE / "schemathesis.toml")]
        command += ["run", str(copy), "--url", address, "--no-color"]
        command += ["--report-json-path", str(report)]
        command += options
        for name, value in headers.items():
            command += ["--header", f"{name}: {value}"]
        environment = {
            **{name: value for name, value in os.environ.items() if "proxy" not in name.lower()},
            **{"HTTP_PROXY": NOWHERE, "HTTPS_PROXY": NOWHERE, "NO_PROXY": "127.0.0.1"},
            "SCHEMATHESIS_HOOKS": str(HERE / "hooks.py"),
            **settings,
        }
        ended = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=ATTACK_SECONDS_MAX,
        )
        told = json.loads(report.read_text()) if report.exists() else None
    found = findings(operations(described), ended.returncode, told)
    return found | probes(address, described, headers), ended.stdout, told


def probes(address, document, headers):
    """What schemathesis does not ask: an unknown field, and a name that is not UTF-8.

    Each must be refused with a status and a kind of body that the document tells of.
    """
    found = set()
    for operation in operations(document):
        method, path = operation.split(" ", 1)
        told = document["paths"][path][method.lower()]["responses"]
        spoilt = re.sub(r"\{[^}]*\}", "%FF", path)
        for asked in {f"{path}?unheard-of=1", spoilt} - {path}:
            connection = http.client.HTTPConnection(urllib.parse.urlsplit(address).netloc)
            with contextlib.closing(connection):
                connection.request(method, asked.replace("{", "").replace("}", ""), None, headers)
                answer = connection.getresponse()
                kind = (answer.getheader("Content-Type") or "").split(";")[0]
                kinds = told.get(str(answer.status), {}).get("content", {})
                if not 400 <= answer.status < 500 or kind not in kinds:
                    found.add((f"probe: {answer.status} {kind}", operation))
    return found


def findings(described, returned, told):
    """What is wrong, as pairs of code and operation; the operation is empty if there is none."""
    if told is None or not told["complete"]:
        return {("incomplete", "")}
    found = {
        (failure["code"], operation)
        for failure in told["failures"]
        for operation in failure["operations"]
    }
    found |= {(f"error: {error['title']}", "") for error in told["errors"]}
    counted = told["operations"]
    if not described or counted["tested"] != len(described):
        found.add(("untested", ""))
    passed = {
        operation
        for operation, phases in told["valid_rates"].items()
        if any(rate["accepted"] for rate in phases.values())
    }
    found |= {("unreached", operation) for operation in described - passed}
    if returned != 0 and not found:
        found.add((f"exit {returned}", ""))
    return found


@contextlib.contextmanager
def node():
    """A node with a table, served locked while the block runs. Gives its address."""
    with founded() as made:
        table = made.folder.parent / "detections.csv"
        table.write_text(DETECTIONS)
        made.run("import", made.folder, table, "--as", "frontex")
        with made.served([]):
            yield made.address


def attack_node(documents, options):
    """Attacks every document of a node. Returns whether all is well."""
    well = True
    with node() as address:
        key = fetch(f"{address}/api/v1/deposit-key", {})["public"]
        settings = {"PALERMO_DEPOSIT_MARK": key[: 2 * KEY_MARK_BYTES]}
        for document in documents:
            headers = headers_for(document, address)
            found, said, told = attack(address, document, headers, settings, options)
            cases = told["test_cases"]["generated"] if told else 0
            print(f"{document}: {cases} requests, {len(found)} findings")
            if found:
                well = False
                print(said)
                for code, operation in sorted(found):
                    print(f"  {code} {operation}")
    return well


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("documents", nargs="*", default=DOCUMENTS, metavar="DOCUMENT")
    arguments.add_argument("--drill", action="store_true", help="attack faults made for it")
    arguments.add_argument("--seed", help="another seed than that of schemathesis.toml")
    asked = arguments.parse_args()
    # Whoever ends the attack ends its node too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside"))
    if asked.drill:
        from drill import drill

        sys.exit(0 if drill(attack) else 1)
    options = ["--seed", asked.seed] if asked.seed else []
    sys.exit(0 if attack_node(asked.documents, options) else 1)


if __name__ == "__main__":
    main()
