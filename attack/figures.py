"""Holds the figures of a node against a count of the same records in another language.

A node of an invented State is founded, its agencies bring synthetic records in, every figure whose
definition is carried is counted by `palermo tabulate`, and counted here from the very files that
were brought in, by rules written down anew. Then one is released, and HiGHS (through SciPy) is asked what
follows for each masked cell from all that is printed. `--drill` spoils the count on purpose, and prints
all masked cells but one, and must find both.
"""

import argparse
import collections
import datetime
import itertools
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from scipy.optimize import linprog

FORMS = {
    "sexual_exploitation": "Sexual exploitation",
    "forced_labour": "Forced labour",
    "domestic_servitude": "Forced labour",
    "slavery_similar": "Forced labour",
    "child_labour": "Forced labour",
}
SEXES = {"F": "Female", "M": "Male", "_O": "Other", "_U": "Unknown"}
AGES = {"child": "0 to 17 years", "adult": "18 years or over", "unknown": "Unknown"}
OTHER = "Other forms of exploitation"
YEARS = range(2019, 2025)
# Counts that a masked cell leaves open at least, under the rule of the release.
OPEN_MIN = 5


class Node:
    def __init__(self, palermo, folder):
        self.palermo, self.folder = palermo, folder / "node"
        self.passphrase = folder / "passphrase"
        self.passphrase.write_text("words for a node that is counted\n")

    def run(self, *arguments, fails=False):
        ended = subprocess.run(
            [self.palermo, *map(str, arguments), "--json"],
            env=os.environ | {"PALERMO_PASSPHRASE": self.passphrase.read_text().strip()},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600,
        )
        if (ended.returncode != 0) != fails:
            sys.exit(f"palermo {' '.join(map(str, arguments))}: {ended.stdout}{ended.stderr}")
        return json.loads(ended.stdout) if ended.stdout.strip() else {}


def answers(record):
    """Group, concept and what was said, of all that is not nominal."""
    for answer in record["answers"]:
        if answer["class"] == "nominal":
            continue
        group = answer["question"].rpartition("/")[0]
        said = answer["code"]["code"] if "code" in answer else answer.get("date", answer.get("number"))
        yield group, answer["concept"], said


def said(record):
    told = collections.defaultdict(list)
    for _, concept, value in answers(record):
        told[concept].append(value)
    return told


def age_of(told):
    if "person.age_years" in told:
        return "child" if told["person.age_years"][-1] < 18 else "adult"
    group = (told.get("person.age_group") or ["unknown"])[-1]
    if group == "unknown" and (told.get("person.age_presumed") or [""])[-1] == "yes":
        return "child"
    return group


def victims(records):
    for record in records:
        told = said(record)
        day = min(told.get("event.date_detected") or told.get("event.date_recorded") or [""])
        forms = list(dict.fromkeys(told.get("tip.exploitation", [])))
        abroad = (told.get("tip.country_repatriated_from") or [None])[-1]
        yield {
            "year": day[:4],
            "sex": SEXES[(told.get("person.sex") or ["_U"])[-1]],
            "age": AGES[age_of(told)],
            "form": (
                "not_said" if not forms
                else FORMS.get(forms[0], OTHER) if len(forms) == 1 else OTHER
            ),
            "citizenship": (told.get("person.citizenship") or ["unknown"])[0],
            "abroad": abroad,
            "status": (told.get("identification.status") or ["presumed"])[-1],
            "services": {one for one in told.get("service.received", []) if one != "none"},
            "recorded": (told.get("event.date_recorded") or [""])[0][:4],
            "own_sex": (told.get("person.sex") or ["_U"])[-1],
        }


def steps(record):
    groups = collections.defaultdict(dict)
    for group, concept, value in answers(record):
        groups[group][concept] = value
    found = [one for one in groups.values() if "justice.step" in one]
    return sorted(found, key=lambda one: one.get("justice.step_date", ""))


def accused(records):
    for record in records:
        told, chain = said(record), steps(record)

        def first(names, fits=lambda outcome: True):
            for one in chain:
                if one["justice.step"] in names and fits(one.get("justice.step_outcome")):
                    return one["justice.step_date"][:4]
            return None

        decided = any(one["justice.step"] == "decision_to_prosecute" for one in chain)
        prosecuted = first({"decision_to_prosecute"}, lambda outcome: outcome != "not_prosecuted")
        yield {
            "sex": SEXES[(told.get("person.sex") or ["_U"])[-1]],
            "age": AGES[(told.get("person.age_group") or ["unknown"])[-1]],
            "offence": told["justice.offence"][-1],
            "in_contact": first({"investigation", "arrest", "charge"}),
            "prosecuted": prosecuted or (None if decided else first({"charge"})),
            "convicted": first({"verdict"}, lambda outcome: outcome == "convicted"),
        }


def cases(records):
    for record in records:
        told, chain = said(record), steps(record)

        def first(names):
            days = [one["justice.step_date"] for one in chain if one["justice.step"] in names]
            return min(days)[:4] if days else None

        yield {
            "offence": told["justice.offence"][-1],
            "reported": first({"report"}),
            "investigated": first({"investigation"}),
            "prosecuted": first({"decision_to_prosecute", "charge"}),
        }


def independent(records):
    """What each figure comes to: a count for each cell without totals."""
    counted = collections.defaultdict(collections.Counter)
    for one in victims(records["victim"]):
        if one["status"] not in ("presumed", "identified"):
            pass
        elif one["abroad"]:
            counted["gr-repatriated"][one["year"], one["abroad"]] += 1
        else:
            counted["gr-victims"][one["year"], one["sex"], one["age"]] += 1
            counted["gr-victims-form"][one["year"], one["form"], one["sex"], one["age"]] += 1
            counted["gr-victims-citizenship"][one["year"], one["citizenship"]] += 1
        for service in one["services"]:
            counted["sadc-support"][one["recorded"], service, one["own_sex"]] += 1
    for one in accused(records["suspect"]):
        if one["offence"] != "trafficking":
            continue
        for figure, column in [
            ("gr-contact", "in_contact"), ("gr-prosecuted", "prosecuted"), ("gr-convicted", "convicted"),
        ]:
            if one[column]:
                counted[figure][one[column], one["sex"], one["age"]] += 1
    for one in cases(records["case"]):
        if one["offence"] == "trafficking" and one["reported"]:
            counted["gr-offences"][(one["reported"],)] += 1
        for figure, column in [
            ("sadc-cases-reported", "reported"), ("sadc-cases-investigated", "investigated"),
            ("sadc-cases-prosecuted", "prosecuted"),
        ]:
            if one[column]:
                counted[figure][one[column], one["offence"]] += 1
    return counted


def with_totals(counts, dimensions):
    """Every cell, the totals of each dimension that adds up among them; other years left out."""
    cells = collections.Counter()
    for codes, count in counts.items():
        if int(codes[0]) not in YEARS:
            continue
        places = [()]
        for code, dimension in zip(codes, dimensions):
            one = [code, "total"] if dimension["adds_up"] else [code]
            places = [place + (code,) for place in places for code in one]
        for place in places:
            cells[place] += count
    return cells


def compare(figure, told, counts, faults):
    names = [dimension["name"] for dimension in told["dimensions"]]
    theirs = {
        tuple(cell["cell"][name] for name in names): cell["counted"]["value"]
        for cell in told["cells"]
    }
    ours = with_totals(counts, told["dimensions"])
    for place in set(theirs) | set(ours):
        if theirs.get(place, 0) != ours[place]:
            faults.append(f"{figure} {place}: {theirs.get(place)} counted, {ours[place]} here")
    return len(theirs)


def found_node(node, folder, cases_wanted, seed):
    """The node with its agencies and people; answers with what was brought in."""
    node.run("init", node.folder, "--as", "national", "--jurisdiction", "XAA",
             "--name", "National hub of XA (invented)", "--no-sign-in",
             "--passphrase-file", node.passphrase)
    subprocess.run([node.palermo, "synthetic", folder / "synthetic", "--cases", str(cases_wanted),
                    "--seed", str(seed)], check=True, stdout=subprocess.DEVNULL)
    brought = collections.defaultdict(list)
    people = {"manager": node.run("user", "add", node.folder, "--name", "Syn Manager",
                                  "--role", "data-manager")["staff"],
              "coordinator": node.run("user", "add", node.folder, "--name", "Syn Coordinator",
                                      "--role", "coordinator")["staff"],
              "overseer": node.run("user", "add", node.folder, "--name", "Syn Overseer",
                                   "--role", "overseer")["staff"]}
    for agency in sorted((folder / "synthetic").iterdir()):
        made = node.run("agency", "add", node.folder, "--name", f"{agency.name} of XA (invented)",
                        "--kind", "services")["agency"]
        manager = node.run("user", "add", node.folder, "--name", f"Syn {agency.name}",
                           "--role", "data-manager", "--agency", made)["staff"]
        people[agency.name] = manager
        for file in sorted(agency.glob("*.jsonl")):
            node.run("record", "import", node.folder, file, "--about", file.stem,
                     "--actor", manager)
            brought[file.stem] += [json.loads(line) for line in file.read_text().splitlines()]
    return brought, people


def released(node, people, faults):
    """One figure released to the public and looked at as the public does; what is lost is told."""
    kept = node.run("tabulate", node.folder, "--figure", "gr-victims", "--period", "2019..2024",
                    "--keep", "victims", "--actor", people["manager"])
    signed = node.run("release", node.folder, "victims", "--audience", "public",
                      "--actor", people["coordinator"])
    release = signed["release"]
    cell = "year=total,sex=total,age=total"
    public = node.run("explain", node.folder, release, cell)
    if public["behind"] is not None:
        faults.append("the public is told what stands behind a cell")
    behind = node.run("explain", node.folder, release, cell, "--actor", people["manager"])
    tabulated = (behind["behind"] or {}).get("tabulated") or {}
    if tabulated.get("tabulation") != kept["tabulation"]:
        faults.append("the data manager is not told how a cell was counted")
    node.run("explain", node.folder, release, cell, "--behind", "--actor", people["shelter"], fails=True)
    traced = behind["behind"]["traced"]
    lay = sum(agency["counted"] for agency in traced["agencies"])
    if lay != behind["behind"]["counted"]["value"]:
        faults.append(f"a cell is traced to {lay} records: {behind['behind']['counted']}")
    return signed


def attacked(node, release, told, counts, faults, leak=False):
    """What follows for each masked cell from all that is printed, asked of HiGHS; with the truth beside.

    `leak` prints every masked cell but the first."""
    names = [dimension["name"] for dimension in told["dimensions"]]
    codes = [sorted({cell["cell"][name] for cell in told["cells"]} - {"total"}) for name in names]
    leaves = {leaf: at for at, leaf in enumerate(itertools.product(*codes))}
    under = lambda place: [leaves[leaf] for leaf in itertools.product(
        *(every if code == "total" else [code] for code, every in zip(place, codes)))]
    row = lambda place: np.bincount(under(place), minlength=len(leaves))
    sums, values, masked, bands = [], [], [], []
    for place in itertools.product(*(["total", *every] for every in codes)):
        cell = ",".join(f"{name}={code}" for name, code in zip(names, place))
        printed = node.run("explain", node.folder, release, cell)["printed"]
        truth = counts[place]
        if leak and printed["status"] == "masked" and masked:
            printed = {"status": "exact", "value": truth}
        if printed["status"] == "exact":
            sums.append(row(place))
            values.append(printed["value"])
            if printed["value"] != truth or (printed["value"] < OPEN_MIN and not leak):
                faults.append(f"{place}: {printed['value']} printed, {truth} counted")
            continue
        masked.append(place)
        bands.append((row(place), printed["upper"]))
        if not 0 <= truth <= printed["upper"]:
            faults.append(f"{place}: {printed} printed, {truth} counted")
    known = {"A_eq": np.array(sums), "b_eq": np.array(values),
             "A_ub": np.array([band for band, _ in bands]), "b_ub": np.array([top for _, top in bands])}
    narrowest = None
    for place in masked:
        ends = [linprog(sign * row(place), **known, bounds=(0, None), method="highs") for sign in (1, -1)]
        if any(end.status for end in ends):
            faults.append(f"{place}: {ends[0].message}")
            continue
        low, high = ends[0].fun, -ends[1].fun
        open_ = int(high + 1e-6) - int(np.ceil(low - 1e-6)) + 1
        if open_ < OPEN_MIN or not low - 1e-6 <= counts[place] <= high + 1e-6:
            faults.append(f"{place}: from {low:.2f} to {high:.2f}, {counts[place]} counted")
        narrowest = open_ if narrowest is None else min(narrowest, open_)
    return len(masked), narrowest


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("palermo", type=pathlib.Path)
    arguments.add_argument("--cases", type=int, default=5000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--drill", action="store_true")
    options = arguments.parse_args()
    began = datetime.datetime.now()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        node = Node(options.palermo, folder)
        brought, people = found_node(node, folder, options.cases, options.seed)
        if options.drill:
            # One accused person's steps are moved by a year.
            spoiled = next(record for record in brought["suspect"]
                           if said(record)["justice.offence"] == ["trafficking"]
                           and steps(record)[0]["justice.step_date"][:4] == str(YEARS[0]))
            for answer in spoiled["answers"]:
                if answer.get("concept") == "justice.step_date":
                    answer["date"] = str(int(answer["date"][:4]) + 1) + answer["date"][4:]
        counted, faults, cells = independent(brought), [], 0
        tables = {}
        for figure in sorted(counted):
            tables[figure] = told = node.run("tabulate", node.folder, "--figure", figure, "--period",
                                             "2019..2024", "--actor", people["manager"])
            cells += compare(figure, told, counted[figure], faults)
        told = tables["gr-victims"]
        truth = with_totals(counted["gr-victims"], told["dimensions"])
        signed = released(node, people, faults)
        if options.drill:
            leaked = []
            attacked(node, signed["release"], told, truth, leaked, leak=True)
            print(f"figures: the drill found {len(faults)} differences, and {len(leaked)} cells that follow")
            return 0 if faults and leaked else 1
        masked, narrowest = attacked(node, signed["release"], told, truth, faults)
        verified = node.run("verify", node.folder)
        if (verified["tables"] or {}).get("recomputed") != 1:
            faults.append(f"the table is not counted again: {verified['tables']}")
    for fault in faults[:20]:
        print(fault)
    records = sum(len(one) for one in brought.values())
    seconds = (datetime.datetime.now() - began).total_seconds()
    print(f"figures: {records} records, {len(counted)} figures, {cells} cells, "
          f"{len(faults)} differences; released: {masked} of {signed.get('cells')} cells masked, "
          f"{signed.get('lost')} counts lost, the narrowest leaves {narrowest} counts open; {seconds:.0f} s")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
