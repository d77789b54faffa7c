"""Times the compiler and the evaluator beside pyxform, JavaRosa and the web engine, in one run.

    python bench.py EXAMPLES WEB SHARED [--write PATH]

EXAMPLES is the folder of the built examples of the room `instruments`. Compiling is timed inside each
process, the shortest of many turns; filling in is the time of a whole request, the shortest of many
in one warm process, with the form read anew each time as the lines ask. Memory is the most that the
process held at once.
"""

import argparse
import json
import os
import pathlib
import platform
import subprocess
import sys
import tempfile
import time

import oracles

ROOT = pathlib.Path(__file__).resolve().parents[2]

# How often each compiler has its turns at a form.
ROUNDS = 3

PYXFORM = """
import json, sys, time, resource
from pyxform.xls2xform import convert
best = None
for _ in range(int(sys.argv[2])):
    start = time.perf_counter()
    convert(sys.argv[1], validate=False, pretty_print=False)
    took = (time.perf_counter() - start) * 1000
    best = took if best is None else min(best, took)
print(json.dumps({"compile_ms": best}))
"""


def measured(command, text="", folder=None):
    """What a program wrote, and the most memory that it held, in MiB."""
    with tempfile.TemporaryFile("w+") as told, tempfile.TemporaryFile("w+") as asked:
        asked.write(text)
        asked.seek(0)
        child = subprocess.Popen(
            command,
            stdin=asked,
            stdout=told,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=oracles.ENVIRONMENT,
        )
        most = 0
        while child.poll() is None:
            most = max(most, held(child.pid))
            time.sleep(0.001)
        if child.returncode:
            raise RuntimeError(f"{command[0]} ended with {child.returncode}")
        told.seek(0)
        return told.read(), most / 1024


def held(process):
    """The most memory that a process has held so far, in KiB. What its parent held does not count."""
    try:
        status = pathlib.Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    for line in status.splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1])
    return 0


def name_of(path):
    """The form's name: of its file, or of its folder when all files are called alike."""
    path = pathlib.Path(path)
    return f"{path.parent.name} ({path.name})" if path.stem == "form" else path.name


def compiling(examples, forms):
    """Rows of both compilers."""
    rows = []
    for path in forms:
        ours, theirs, our_memory, their_memory = [], [], 0, 0
        # In turn, so that whatever else the machine does weighs on both.
        for _ in range(ROUNDS):
            told, memory = measured([f"{examples}/time", path, "100"])
            ours.append(json.loads(told)["compile_ms"])
            our_memory = max(our_memory, memory)
            told, memory = measured([sys.executable, "-c", PYXFORM, path, "8"])
            theirs.append(json.loads(told)["compile_ms"])
            their_memory = max(their_memory, memory)
        ours, theirs = min(ours), min(theirs)
        rows.append(
            f"| {name_of(path)} | {ours:.2f} | {theirs:.1f} | {theirs / ours:.0f} "
            f"| {our_memory:.0f} | {their_memory:.0f} |"
        )
    return rows


def filled(command, request, count, folder=None):
    """The milliseconds of one request in a warm process, and memory."""
    def turn(number):
        start = time.perf_counter()
        told, memory = measured(command, (json.dumps(request) + "\n") * number, folder)
        answers = [json.loads(line) for line in told.splitlines() if line.startswith("{")]
        if len(answers) != number or not all(answer["ok"] for answer in answers):
            raise RuntimeError(f"{command[0]}: {answers[:1]}")
        return time.perf_counter() - start, memory

    few, many = max(1, count // 4), count
    short = min(turn(few)[0] for _ in range(2))
    long, memory = turn(many)
    return max(0.0, (long - short) * 1000 / (many - few)), memory


def filling(examples, web, java, forms):
    """Rows of the three engines."""
    rows = []
    for name, path, steps in forms:
        request = {"id": name, "form": path, "steps": steps}
        cells = []
        for command, count, folder in (
            ([f"{examples}/replay"], 200, None),
            (["java", "-cp", java.path, "JrOracle"], 60, None),
            (["node", "oracle.mjs"], 8, web),
        ):
            took, memory = filled(command, request, count, folder)
            cells.append(f"{took:.2f} | {memory:.0f}")
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return rows


def main():
    """Runs all and prints, or writes, the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("examples")
    parser.add_argument("web")
    parser.add_argument("shared")
    parser.add_argument("--write")
    asked = parser.parse_args()
    shared = pathlib.Path(asked.shared)
    sources = shared / "tools" / "xforms"
    folder = tempfile.mkdtemp()
    java = oracles.JavaRosa(sources, folder + "/classes")
    oracles.Web(sources, asked.web)
    own = shared / "data" / "xforms" / "forms"
    forms = [str(own / "big1000.md"), str(own / "big1000.xlsx"), str(own / "f1_screening.md")]
    forms.append(str(ROOT / "instruments" / "intake" / "form.md"))
    compiled = []
    for path in (forms[0], forms[3]):
        copy = pathlib.Path(folder) / (name_of(path).split(" ")[0].removesuffix(".md") + ".md")
        copy.write_bytes(pathlib.Path(path).read_bytes())
        command = [f"{asked.examples}/compile"]
        subprocess.run(command, input=f"{copy}\n", text=True, check=True, capture_output=True)
        compiled.append((name_of(path), f"{copy}.out.xml", []))
    lines = [
        "# Questionnaires: time and memory",
        "",
        f"Measured on {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, while",
        f"{os.getloadavg()[0]:.0f} processes wanted to run. Milliseconds; MiB held at most. By:",
        "",
        "    cargo build --release --locked -p instruments --examples",
        "    python attack/instruments/bench.py EXAMPLES WEB SHARED --write docs/benchmarks-instruments.md",
        "",
        "EXAMPLES, the examples that were built; WEB, the folder in which `attack/run instruments` installs the",
        "web engine; SHARED, the shared folder. Python is the one of that command\u2019s environment.",
        "",
        f"Compiling, inside each process, the shortest of {ROUNDS} times 100 turns here and {ROUNDS} times 8 in pyxform, taken in turn:",
        "",
        "| form | palermo | pyxform 4.5.0 | times faster | palermo MiB | pyxform MiB |",
        "|---|--:|--:|--:|--:|--:|",
        *compiling(asked.examples, forms),
        "",
        "Reading an XForm, opening an instance and answering with every node, a request in a warm process:",
        "",
        "| form | palermo | MiB | JavaRosa | MiB | xforms-engine | MiB |",
        "|---|--:|--:|--:|--:|--:|--:|",
        *filling(asked.examples, asked.web, java, compiled),
        "",
    ]
    text = "\n".join(lines)
    print(text)
    if asked.write:
        pathlib.Path(asked.write).write_text(text)


if __name__ == "__main__":
    main()
