"""Holds the attacker of the house against another solver, on tables that are made for it.

Each question is a few invented tables of one population: two or three dimensions with hierarchies,
some cells printed, some masked, some rounded, some left out, in one vintage or two. The house makes
unknowns and sums of them and asks its own linear programmes; here the same tables are taken another
way, as sums over the smallest cells, and given to HiGHS through SciPy. The two know nothing of each
other, and every interval must be the same.

    python bounds.py PROGRAM [--tables N] [--seed N] [--drill]

PROGRAM is the built example `bounds` of the room `protect`. `--drill` narrows one interval in each
question, to show that the comparison finds it.
"""

import argparse
import itertools
import json
import math
import random
import subprocess
import sys

import numpy as np
from scipy.optimize import linprog

SEX = [["all", ["female", "male"]]]
AGE = [["all", ["minor", "adult"]], ["minor", ["child", "youth"]]]
FORM = [["any", ["labour", "other"]], ["labour", ["farm", "home", "sea"]]]
REGION = [["XXA", ["north", "south", "west"]]]
DIMENSIONS = {"sex": SEX, "age": AGE, "form": FORM, "region": REGION}
MARGIN = 1e-6


def leaves_of(sums, code):
    """The smallest codes that a code is made of."""
    for total, parts in sums:
        if total == code:
            return [leaf for part in parts for leaf in leaves_of(sums, part)]
    return [code]


def codes_of(sums):
    """Every code of a dimension, totals first."""
    codes = []
    for total, parts in sums:
        codes += [code for code in [total, *parts] if code not in codes]
    return codes


class Census:
    """True counts of the smallest cells, of one vintage."""

    def __init__(self, dimensions, counts):
        self.dimensions = dimensions
        self.counts = counts
        smallest = [leaves_of(DIMENSIONS[d], DIMENSIONS[d][0][0]) for d in dimensions]
        self.numbers = {leaf: at for at, leaf in enumerate(itertools.product(*smallest))}

    def leaves(self, codes):
        """The numbers of the smallest cells under a row of codes."""
        by_dimension = [leaves_of(DIMENSIONS[d], c) for d, c in zip(self.dimensions, codes)]
        return [self.numbers[leaf] for leaf in itertools.product(*by_dimension)]

    def count(self, codes):
        return sum(self.counts[at] for at in self.leaves(codes))


def printed(draw, count):
    """What is printed of a count; nothing at times."""
    kind = draw.random()
    if kind < 0.12:
        return None
    if kind < 0.2:
        return ["rounded", 3, count // 3 * 3]
    if count < 5 and kind < 0.85:
        return ["masked", 0, 4]
    if kind < 0.5:
        return ["masked", 0, None]
    return ["exact", count]


def limits(cell):
    """The smallest and largest count that a printed cell allows."""
    kind, *numbers = cell
    if kind == "exact":
        return numbers[0], numbers[0]
    if kind == "masked":
        return numbers[0], math.inf if numbers[1] is None else numbers[1]
    base, value = numbers
    return max(0, value - base + 1), value + base - 1


def question(draw):
    """Tables of one population, with their censuses, and the differences that are asked for."""
    dimensions = draw.sample(sorted(DIMENSIONS), draw.choice([2, 2, 2, 3]))
    census = Census(dimensions, None)
    census.counts = [draw.choice([0, 0, 0, 1, 1, 2, 3, 5, 8, 13]) for _ in census.numbers]
    vintages = {"2025": census}
    if draw.random() < 0.4:
        later = [count + draw.choice([0, 0, 0, 1, 2]) for count in census.counts]
        vintages["2026"] = Census(dimensions, later)
    tables = []
    for vintage, census in vintages.items():
        shown = [dimensions]
        if draw.random() < 0.4:
            shown.append(draw.sample(dimensions, len(dimensions) - 1))
        tables += [table(draw, vintage, census, some) for some in shown]
    differences = []
    if len(vintages) == 2:
        both = [
            {json.dumps(cell[0]) for cell in tables_of["cells"]}
            for vintage in vintages
            for tables_of in [next(t for t in tables if t["vintage"] == vintage)]
        ]
        for codes in draw.sample(sorted(both[0] & both[1]), min(3, len(both[0] & both[1]))):
            differences.append({
                "earlier": "2025",
                "later": "2026",
                "codes": json.loads(codes),
                "grows": draw.random() < 0.5,
            })
    return {"tables": tables, "differences": differences}, vintages


def table(draw, vintage, census, dimensions):
    """A printed table over some dimensions of a census; the total of all is always printed."""
    cells = []
    for codes in itertools.product(*(codes_of(DIMENSIONS[d]) for d in dimensions)):
        count = census.count(full(census, dimensions, codes))
        cell = printed(draw, count)
        if not cells:
            cell = ["exact", count]
        if cell:
            cells.append([list(codes), *cell])
    hierarchies = [DIMENSIONS[d] for d in dimensions]
    return {
        "vintage": vintage,
        "dimensions": dimensions,
        "hierarchies": hierarchies,
        "cells": cells,
    }


def full(census, dimensions, codes):
    """A row of codes of all dimensions: those that a table leaves out stand at their total."""
    given = dict(zip(dimensions, codes))
    return [given.get(d, DIMENSIONS[d][0][0]) for d in census.dimensions]


class Programme:
    """All tables of a question as one linear programme over the smallest cells of each vintage."""

    def __init__(self, asked, vintages):
        self.vintages = vintages
        self.starts = {}
        size = 0
        for vintage, census in vintages.items():
            self.starts[vintage] = size
            size += len(census.numbers)
        self.size = size
        rows, most = [], []
        for shown in asked["tables"]:
            for codes, *cell in shown["cells"]:
                row = self.row(shown["vintage"], shown["dimensions"], codes)
                least, largest = limits(cell)
                rows.append(-row)
                most.append(-least)
                if largest < math.inf:
                    rows.append(row)
                    most.append(largest)
        for difference in asked["differences"]:
            if difference["grows"]:
                rows.append(-self.difference(difference))
                most.append(0)
        self.rows, self.most = np.array(rows), np.array(most)

    def row(self, vintage, dimensions, codes):
        census = self.vintages[vintage]
        row = np.zeros(self.size)
        for leaf in census.leaves(full(census, dimensions, codes)):
            row[self.starts[vintage] + leaf] = 1
        return row

    def difference(self, asked):
        census = self.vintages[asked["later"]]
        sides = (self.row(asked[side], census.dimensions, asked["codes"])
                 for side in ("later", "earlier"))
        later, earlier = sides
        return later - earlier

    def interval(self, row):
        """The smallest and largest whole number that the programme allows."""
        ends = []
        for sign in (1, -1):
            solved = linprog(sign * row, A_ub=self.rows, b_ub=self.most, method="highs")
            if solved.status == 3:
                ends.append(None)
            elif solved.status == 0:
                value = sign * solved.fun
                ends.append(math.ceil(value - MARGIN) if sign == 1 else math.floor(value + MARGIN))
            else:
                raise SystemExit(f"HiGHS gives no answer: {solved.message}")
        return ends


def compare(asked, vintages, answer, seed):
    """How many intervals were held against each other, and what differs."""
    programme = Programme(asked, vintages)
    compared, faults = 0, []
    if answer["contradictory"] or answer["unsettled"]:
        faults.append(f"question {seed}: a table that is true is called a contradiction")
        return compared, faults
    pairs = []
    for shown, found in zip(asked["tables"], answer["cells"]):
        for (codes, *_), interval in zip(shown["cells"], found):
            row = programme.row(shown["vintage"], shown["dimensions"], codes)
            pairs.append((f"{shown['vintage']} {codes}", row, interval))
    for difference, interval in zip(asked["differences"], answer["differences"]):
        pairs.append((f"difference {difference}", programme.difference(difference), interval))
    for name, row, interval in pairs:
        if interval[2] == "printed":
            continue
        compared += 1
        expected = programme.interval(row)
        if interval[:2] != expected:
            faults.append(f"question {seed}, {name}: {interval}, and HiGHS says {expected}")
    return compared, faults


def narrowed(answer):
    """The answer with one interval made narrower, as a faulty attacker would."""
    for interval in itertools.chain(*answer["cells"]):
        if interval[2] != "printed" and interval[1] is not None:
            interval[1] -= 1
            return True
    return False


def main():
    arguments = argparse.ArgumentParser(description="The attacker beside HiGHS.")
    arguments.add_argument("program")
    arguments.add_argument("--tables", type=int, default=200)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--drill", action="store_true")
    options = arguments.parse_args()
    house = subprocess.Popen([options.program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             text=True)
    compared, faults, planted, differences = 0, [], 0, 0
    for seed in range(options.seed, options.seed + options.tables):
        asked, vintages = question(random.Random(seed))
        house.stdin.write(json.dumps(asked) + "\n")
        house.stdin.flush()
        answer = json.loads(house.stdout.readline())
        if options.drill:
            planted += narrowed(answer)
        some, wrong = compare(asked, vintages, answer, seed)
        compared += some
        differences += len(asked["differences"])
        faults += wrong
    house.stdin.close()
    house.wait()
    if options.drill:
        found = len({fault.split(",")[0] for fault in faults})
        print(f"drill: {found} of {planted} narrowed intervals found")
        return 0 if found == planted > 0 else 1
    for fault in faults[:20]:
        print(fault, file=sys.stderr)
    print(f"{options.tables} questions, {compared} intervals ({differences} of differences) "
          f"held against HiGHS: {len(faults)} differ")
    return 1 if faults or not compared else 0


if __name__ == "__main__":
    sys.exit(main())
