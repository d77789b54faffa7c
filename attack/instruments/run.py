"""Holds the compiler and the evaluator of questionnaires against the field's own tools.

    python run.py COMPILE REPLAY [--forms N] [--fills N] [--validate N] [--webs N] [--seed N]
        [--web FOLDER] [--drill]

COMPILE and REPLAY are the built examples of the room `instruments`. Forms by hand and by chance are
compiled here and by pyxform: canonical XForms are the same, and what one refuses the other refuses.
Forms with logic are filled in by scripts of chance here and in JavaRosa, and records that were tampered
with are taken up in both. What the lint lets through is accepted by ODK Validate (`--validate` forms of
chance, of each of two kinds). With `--web` some scripts (`--webs`) run in the web engine of ODK as well,
and where it differs from the two others is told. The shipped instruments are accepted by ODK Validate and open in JavaRosa, and
with `--web` in the web engine, in every language alike. `--drill` spoils answers, to show that a
difference is found.
"""

import argparse
import glob
import os
import pathlib
import random
import re
import sys
import tempfile

import cases
import compare
import fill
import generate
import oracles

ROOT = pathlib.Path(__file__).resolve().parents[2]
LANGUAGES = ["English (en)", "Fran\u00e7ais (fr)", "Portugu\u00eas (pt)"]
KEYS = ["relevant", "required", "readonly", "value", "invalid"]

# What the house refuses and pyxform writes, each meant: pyxform's XForm is no well-formed XML, or
# leaves an entity out without a word.
MEANT = {"name-not-declared", "entity-scope"}
# JavaRosa empties a select when something asks for the label of a value that its list has not; the
# house keeps what was sent and finds it (`not-in-list`).
EMPTIED = {"value", "invalid"}


def code_of(findings):
    """The code of the first fault."""
    found = re.search(r"^error.*?\[([a-z-]+)\]", findings, re.M)
    return found.group(1) if found else ""


def compile_all(paths, program, spoil, say):
    """Compiles forms both ways and counts the differences."""
    ours = compare.by_house(paths, program)
    same = refused = meant = 0
    faults = []
    for path in paths:
        theirs, reason = compare.by_pyxform(path)
        xml, findings = ours[path]
        if xml and spoil(path):
            xml = xml.replace("</h:body>", "<input ref='/data/x'/></h:body>")
        if xml is None and theirs is None:
            refused += 1
        elif xml is None and code_of(findings) in MEANT:
            meant += 1
        elif xml is None:
            faults.append((path, "refused here", findings[:300]))
        elif theirs is None:
            faults.append((path, "refused by pyxform", reason[:300]))
        elif compare.same(xml, theirs):
            same += 1
        else:
            faults.append((path, "not the same XForm", ""))
    say(f"{len(paths)} forms: {same} the same, {refused} refused by both, {meant} refused here for a reason")
    return ours, faults


def scripts(forms, program):
    """A script for each form, of steps that can be taken."""
    requests = []
    for path, (form, xml) in forms.items():
        paths = form.paths(re.findall(r'nodeset="(/data[^"]*)"', xml))
        requests.append({"id": path, "form": path + ".out.xml", "steps": [], "left": form.steps(paths)})
    while any(request["left"] for request in requests):
        waiting = [request for request in requests if request["left"]]
        tries = [{**r, "steps": r["steps"] + [r["left"].pop(0)]} for r in waiting]
        for request, tried, answer in zip(waiting, tries, oracles.lines([program], tries)):
            error = answer.get("error", "")
            if answer["ok"] or "instances stand where one is set" in error:
                request["steps"] = tried["steps"]
    return requests


def tampered(requests, answers):
    """Records that were sent, with answers that nobody gave."""
    changed = []
    for request, answer in zip(requests, answers):
        if not answer["ok"]:
            continue
        chance = random.Random(request["id"])

        def another(match):
            if chance.random() < 0.7:
                return match.group(0)
            value = chance.choice(["1", "7", "zz", "a", "b d", "2026-01-02", "99.5"])
            return f"<{match.group(1)}>{value}</{match.group(1)}>"

        record = re.sub(r"<(q\d+)>([^<]*)</\1>", another, answer["xml"])
        changed.append({"id": request["id"], "form": request["form"], "instance": record})
    return changed


def is_emptied(ours, theirs):
    """Whether two nodes differ in a select that JavaRosa has emptied, and in nothing else."""
    if ours is None or theirs is None:
        return False
    return theirs["value"] is None and all(
        ours[key] == theirs[key] for key in ours if key not in EMPTIED
    )


def differing(ours, theirs, may_be_emptied=False):
    """The paths of nodes that are not the same in two answers."""
    ours, theirs = oracles.nodes(ours, KEYS), oracles.nodes(theirs, KEYS)
    if "failed" in (ours, theirs):
        return [] if ours == theirs else ["one fails"]
    paths = [path for path in sorted(set(ours) | set(theirs)) if ours.get(path) != theirs.get(path)]
    if may_be_emptied and all(is_emptied(ours.get(p), theirs.get(p)) for p in paths):
        return []
    return paths


def validate_all(folder, compiler, count, seed, spoil, say):
    """What the lint lets through, ODK Validate accepts. Forms with logic that works are held to it;
    of forms that are any nonsense the few that Validate alone refuses are counted: a choice whose
    label is computed and still blank, a node of a second repeat that only a text reads."""
    validate = oracles.Validate(os.path.join(folder, "validate"))
    faults = []
    for kind, make, step in (("logic", lambda n: fill.Form(n).make(), 1), ("any", generate.form, 3)):
        numbers = range(seed, seed + count * step)
        paths = [compare.write(folder, f"validate-{kind}{n}", make(n)) for n in numbers]
        ours = compare.by_house(paths, compiler, check=True)
        written = [path + ".out.xml" for path in paths if ours[path][0]]
        for path in written:
            if spoil(path):
                text = pathlib.Path(path).read_text(encoding="utf-8")
                pathlib.Path(path).write_text(text.replace("</h:body>", "<input ref='/x'/></h:body>"))
        refused = validate.refused(written)
        say(f"{len(paths)} forms with {kind} rules: {len(written)} pass the lint, {len(refused)} fail Validate")
        for path, said in refused:
            say(f"    {os.path.basename(path)}: {said[:150]}")
            if kind == "logic":
                faults.append((path, "refused by ODK Validate", said))
    return faults


def shape(value):
    """What a value looks like, without what it says."""
    text = "" if value is None else str(value)
    if text in ("true", "false", "True", "False"):
        return text.lower()
    return re.sub(r"[0-9]+", "0", re.sub(r"[A-Za-z]+", "a", text)) or "nothing"


def rules_of(form):
    """For each path the rule that calculates it, as the names of what it calls."""
    text = pathlib.Path(form).read_text(encoding="utf-8")
    found = {}
    for path, rule in re.findall(r'<bind nodeset="([^"]*)"[^>]*calculate="([^"]*)"', text):
        found[path] = " ".join(sorted(set(re.findall(r"[a-z][a-z-]*(?=\()", rule)))) or "a value"
    return found


def tell_web(requests, ours, field, web, say):
    """Where the web engine answers otherwise than the house and JavaRosa, which agree. Each kind of
    difference is told with how often it was seen and where it was seen first."""
    seen, alike, failed = {}, 0, 0
    agreed = [(r, a) for r, a, b in zip(requests, ours, field) if not differing(a, b) and a["ok"]]
    for (request, a), c in zip(agreed, web.fill([request for request, _ in agreed])):
        if not c["ok"]:
            failed += 1
            key = ("fails", re.sub(r"[/0-9][\w/.\[\]]*", "", str(c.get("error")))[:90], "")
            seen.setdefault(key, []).append(os.path.basename(request["id"]))
            continue
        here, there = oracles.nodes(a, KEYS), oracles.nodes(c, KEYS)
        kinds, rules = set(), rules_of(request["form"])
        for path in set(here) & set(there):
            for key in KEYS:
                mine, its = here[path][key], there[path][key]
                if mine != its:
                    rule = rules.get(re.sub(r"\[[0-9]+\]", "", path)) if key == "value" else None
                    what = f"{key} of {rule}" if rule else key
                    if key == "value" and not here[path]["relevant"]:
                        what = "value of what does not count"
                    kinds.add((what, shape(mine), shape(its)))
        kinds |= {("node", "there", "absent") for path in set(here) - set(there)}
        kinds |= {("node", "absent", "there") for path in set(there) - set(here)}
        alike += not kinds
        for kind in kinds:
            seen.setdefault(kind, []).append(os.path.basename(request["id"]))
    say(f"{len(agreed)} scripts in the web engine: {alike} alike, {len(agreed) - alike - failed} differ, {failed} fail")
    for (key, mine, its), where in sorted(seen.items(), key=lambda item: -len(item[1])):
        say(f"    {len(where)} x {key}: {mine} here, {its} there ({where[0]})")


def fill_all(folder, programs, engines, counts, seed, spoil, say):
    """Fills in forms of chance both ways, then takes up records that were tampered with."""
    compiler, program = programs
    (engine, web), (count, webs) = engines, counts
    made = {}
    for number in range(seed, seed + count):
        form = fill.Form(number)
        made[compare.write(folder, f"fill{number}", form.make())] = form
    compiled = compare.by_house(list(made), compiler)
    forms = {path: (made[path], compiled[path][0]) for path in made if compiled[path][0]}
    faults = [(path, "refused here", compiled[path][1]) for path in made if path not in forms]
    requests = scripts(forms, program)
    ours, theirs = oracles.lines([program], requests), engine.fill(requests)
    records = tampered(requests, theirs)
    again, engine_again = oracles.lines([program], records), engine.fill(records)
    for request, a, b in [*zip(requests, ours, theirs), *zip(records, again, engine_again)]:
        if spoil(request["id"]) and a["ok"]:
            a["nodes"][-1]["value"] = "spoiled"
            a["nodes"][-1]["ref"] = "/data/spoiled"
        found = differing(a, b, may_be_emptied="instance" in request)
        if found:
            faults.append((request["id"], "not the same answers", ", ".join(found[:5])))
    say(f"{len(requests)} scripts and {len(records)} records tampered with: {len(faults)} differ")
    if web:
        tell_web(requests[:webs], ours, theirs, web, say)
    return faults


def shown(answer):
    """Labels, choices and relevance by path, of what is not in a repeat that has no count yet."""
    found = {}
    for node in answer["nodes"]:
        path = re.sub(r"\[1\]", "", node["ref"])
        label = (node.get("label") or "").strip() or None
        found[path] = (node["relevant"], label, tuple(node.get("options") or ()))
    return found


def open_all(folder, programs, engine, web, say):
    """The shipped instruments: validated, and opened in every language in every engine."""
    compiler, program = programs
    paths = []
    for source in sorted(glob.glob(str(ROOT / "instruments" / "*" / "form.md"))):
        name = pathlib.Path(source).parent.name
        paths.append(compare.write(folder, name, pathlib.Path(source).read_text(encoding="utf-8")))
    ours, faults = compile_all(paths, compiler, lambda _: False, say)
    written = [path + ".out.xml" for path in paths if ours[path][0]]
    refused = oracles.Validate(os.path.join(folder, "validate")).refused(written)
    faults += [(path, "refused by ODK Validate", said) for path, said in refused]
    requests = [
        {"id": f"{path} {language}", "form": path, "steps": [["lang", language]]}
        for path in written
        for language in LANGUAGES
    ]
    here, field = oracles.lines([program], requests), engine.fill(requests)
    for request, a, b in zip(requests, here, field):
        if found := differing(a, b):
            faults.append((request["id"], "not the same in JavaRosa", ", ".join(found[:5])))
    if web:
        for request, a, b in zip(requests, here, web.fill(requests)):
            if not (a["ok"] and b["ok"]):
                faults.append((request["id"], "does not open", str(b.get("error"))))
                continue
            ours_shown, theirs = shown(a), shown(b)
            # A repeat whose count is blank has one instance in one engine and none in the other.
            paths = [p for p in ours_shown if p in theirs and ours_shown[p] != theirs[p]]
            if paths:
                faults.append((request["id"], "not the same in the web engine", ", ".join(paths[:5])))
    say(f"{len(paths) if not web else len(written)} instruments opened in {len(LANGUAGES)} languages")
    return faults


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("compile")
    parser.add_argument("replay")
    parser.add_argument("--forms", type=int, default=600)
    parser.add_argument("--fills", type=int, default=150)
    parser.add_argument("--validate", type=int, default=200)
    parser.add_argument("--webs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--web")
    parser.add_argument("--drill", action="store_true")
    asked = parser.parse_args()

    def say(text):
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    chance = random.Random(asked.seed)
    spoil = (lambda _: chance.random() < 0.2) if asked.drill else (lambda _: False)
    programs = (os.path.abspath(asked.compile), os.path.abspath(asked.replay))
    shared = pathlib.Path(os.environ.get("PALERMO_SHARED", ROOT.parent / "shared"))
    sources = shared / "tools" / "xforms"
    with tempfile.TemporaryDirectory() as folder:
        paths = [compare.write(folder, name, cases.markdown(text)) for name, text in cases.FORMS.items()]
        numbers = range(asked.seed, asked.seed + asked.forms)
        paths += [compare.write(folder, f"form{n}", generate.form(n)) for n in numbers]
        _, faults = compile_all(paths, programs[0], spoil, say)
        if sources.is_dir():
            engine = oracles.JavaRosa(sources, os.path.join(folder, "javarosa"))
            web = oracles.Web(sources, asked.web) if asked.web and not asked.drill else None
            counts = (asked.fills, asked.webs)
            faults += fill_all(folder, programs, (engine, web), counts, asked.seed, spoil, say)
            faults += validate_all(folder, programs[0], asked.validate, asked.seed, spoil, say)
            if not asked.drill:
                faults += open_all(folder, programs, engine, web, say)
        else:
            say(f"skipped: the oracles are not in {sources}")
    for path, what, more in faults[:20]:
        say(f"{os.path.basename(path)}: {what}: {more}")
    if asked.drill:
        say(f"drill: {len(faults)} spoiled answers were found")
        return 0 if faults else 1
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
