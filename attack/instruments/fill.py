"""Makes forms with logic that works, and scripts that fill them in, at random."""

import random

LISTS = {"c": ["a", "b", "d"], "reg": ["n", "s", "e"], "dis": ["n1", "n2", "s1"]}
CHOICES = """| choices |
| | list_name | name | label::English (en) | label::Francais (fr) | reg |
| | c | a | Alpha | Alphe | |
| | c | b | Beta | Bete | |
| | c | d | Delta ${q0} | Delte | |
| | reg | n | North | Nord | |
| | reg | s | South | Sud | |
| | reg | e | East | Est | |
| | dis | n1 | N one | N un | n |
| | dis | n2 | N two | N deux | n |
| | dis | s1 | S one | S un | s |
"""


class Form:
    """A form whose every reference is to a question that stands before it."""

    def __init__(self, seed):
        self.r = random.Random(seed)
        self.rows = []
        self.known = []  # (name, kind, repeat)
        self.repeat = None
        self.number = 0
        self.repeats = []
        self.asked = []

    def pick(self, kinds, anywhere=False):
        """A question of one of these kinds that may be referred to from here."""
        here = [n for n, k, rep in self.known if k in kinds and (rep is None or rep == self.repeat)]
        return "${" + self.r.choice(here) + "}" if here else None

    def number_of(self):
        r = self.r
        q = self.pick({"integer", "decimal", "calcn"})
        options = ["3", "10", "0"]
        if q:
            options += [q, q, f"({q} + 1)", f"round({q} div 3, 1)", f"int({q} * 1.5)", f"coalesce({q}, 7)", f"if({q} > 5, 1, 2)"]
        inner = [n for n, k, rep in self.known if rep and rep != self.repeat and k == "integer"]
        if inner:
            n = "${" + r.choice(inner) + "}"
            options += [f"sum({n})", f"count({n})", f"max({n})", f"count({n}[. > 2])", f"sum({n}[. != ''])"]
        if self.repeats:
            rep = r.choice(self.repeats)
            if rep != self.repeat:
                options.append("count(${" + rep + "})")
        m = self.pick({"multiple"})
        if m:
            options.append(f"count-selected({m})")
        t = self.pick({"text"})
        if t:
            options.append(f"string-length({t})")
        if self.repeat:
            options.append("position(..)")
        return r.choice(options)

    def truth(self):
        r = self.r
        options = [f"{self.number_of()} {r.choice(['=', '>', '<=', '!='])} {self.number_of()}"]
        s = self.pick({"one"})
        if s:
            options += [f"{s} = 'a'", f"selected({s}, 'b')", f"{s} != ''"]
        m = self.pick({"multiple"})
        if m:
            options += [f"selected({m}, 'b')", f"not(selected({m}, 'a'))"]
        d = self.pick({"date"})
        if d:
            options += [f"{d} < today()", f"{d} = '2026-01-02'", f"decimal-date-time({d}) > 20000"]
        t = self.pick({"text"})
        if t:
            options += [f"regex({t}, '[a-z]+')", f"contains({t}, 'x')", f"{t} = ''"]
        one = r.choice(options)
        if r.random() < 0.25:
            return f"({one}) {r.choice(['and', 'or'])} ({r.choice(options)})"
        return one

    def text_of(self):
        options = [f"concat('v', {self.number_of()})", f"string({self.number_of()})"]
        t = self.pick({"text"})
        if t:
            options += [t, f"substr({t}, 0, 2)", f"normalize-space({t})", f"translate({t}, 'abc', 'xyz')"]
        d = self.pick({"date"})
        if d:
            options += [f"format-date({d}, '%d %b %Y')", f"string({d})"]
        s = self.pick({"one"})
        if s:
            options += [f"jr:choice-name({s}, '{s}')", f"instance('c')/root/item[name = {s}]/name"]
        inner = [n for n, k, rep in self.known if rep and rep != self.repeat]
        if inner:
            options.append("join(' ', ${" + self.r.choice(inner) + "})")
        return self.r.choice(options)

    def question(self):
        r = self.r
        kind = r.choice(["integer", "integer", "decimal", "text", "date", "one", "one", "multiple", "calcn", "calct", "note", "filtered"])
        name = f"q{self.number}"
        self.number += 1
        row = {"name": name, "label": f"L{name}", "fr": f"F{name}"}
        if r.random() < 0.3:
            row["relevant"] = self.truth()
        if r.random() < 0.2:
            row["required"] = r.choice(["yes", self.truth()])
        if r.random() < 0.08:
            row["readonly"] = self.truth()
        if kind in ("calcn", "calct"):
            row["type"] = "calculate"
            row["calculation"] = self.number_of() if kind == "calcn" else self.text_of()
            row.pop("label")
            row.pop("fr")
            row.pop("required", None)
            t = self.pick({"integer", "text", "one"})
            if t and r.random() < 0.15:
                row["trigger"] = t
        elif kind == "note":
            row["type"] = "note"
            q = self.pick({"integer", "text", "calcn"})
            row["label"] = f"Note {q}" if q else "Note"
            row.pop("required", None)
        else:
            row["type"] = {"one": "select_one c", "multiple": "select_multiple c", "filtered": "select_one dis"}.get(kind, kind)
            if kind == "filtered":
                s = self.pick({"one"})
                row["choice_filter"] = f"reg = 'n' or {s} = 'a'" if s else "reg = 's'"
            if kind in ("integer", "decimal") and r.random() < 0.4:
                row["constraint"] = r.choice([". > 2", ". < 8", f". != {self.number_of()}"])
                row["constraint_message"] = "No"
            if r.random() < 0.15 and kind in ("integer", "text", "one"):
                row["default"] = {"integer": r.choice(["4", "1 + 2"]), "text": r.choice(["xyz", "concat('a', 'b')"]), "one": "a"}[kind]
            self.asked.append((name, kind, self.repeat))
        self.known.append((name, kind if kind != "filtered" else "filtered", self.repeat))
        self.rows.append(row)

    def make(self):
        """The form in Markdown."""
        r = self.r
        self.rows.append({"type": "integer", "name": "q0", "label": "Q0", "fr": "F0"})
        self.known.append(("q0", "integer", None))
        self.asked.append(("q0", "integer", None))
        self.number = 1
        for _ in range(r.randrange(2, 6)):
            what = r.random()
            if what < 0.3 and self.repeat is None:
                name = f"r{self.number}"
                self.number += 1
                row = {"type": "begin_repeat", "name": name, "label": name, "fr": name}
                n = self.pick({"integer"})
                if n and r.random() < 0.4:
                    row["repeat_count"] = r.choice([n, "2", f"{n} - 1"])
                if r.random() < 0.2:
                    row["relevant"] = self.truth()
                self.rows.append(row)
                self.repeat = name
                for _ in range(r.randrange(1, 5)):
                    self.question()
                self.rows.append({"type": "end_repeat"})
                self.repeat = None
                self.repeats.append(name)
                self.counted = getattr(self, "counted", set())
                if "repeat_count" in row:
                    self.counted.add(name)
            elif what < 0.5:
                row = {"type": "begin_group", "name": f"g{self.number}", "label": "G", "fr": "G"}
                self.number += 1
                if r.random() < 0.4:
                    row["relevant"] = self.truth()
                self.rows.append(row)
                for _ in range(r.randrange(1, 4)):
                    self.question()
                self.rows.append({"type": "end_group"})
            else:
                for _ in range(r.randrange(1, 4)):
                    self.question()
        columns = ["type", "name", "label", "fr", "relevant", "required", "readonly", "constraint", "constraint_message", "calculation", "trigger", "choice_filter", "default", "repeat_count"]
        shown = {"label": "label::English (en)", "fr": "label::Francais (fr)"}
        lines = ["| survey |", "| | " + " | ".join(shown.get(c, c) for c in columns) + " |"]
        lines += ["| | " + " | ".join(row.get(c, "") for c in columns) + " |" for row in self.rows]
        lines += [CHOICES.rstrip(), "| settings |", "| | form_id | default_language |", "| | f | English (en) |"]
        return "\n".join(lines) + "\n"

    def paths(self, xml_paths):
        """Where the questions stand: name -> path without positions."""
        return {p.rsplit("/", 1)[1]: p for p in xml_paths}

    def steps(self, paths):
        """A script: answers, and instances added to repeats."""
        r = self.r
        steps = []
        values = {
            "integer": ["1", "3", "7", "12", ""], "decimal": ["1.5", "2", "8.25", ""], "text": ["abc", "x y", "Q1", "", " pad "],
            "date": ["2026-01-02", "2020-02-29", "2031-05-05", ""], "one": ["a", "b", "d", ""],
            "multiple": [["a"], ["a", "b"], ["b", "d", "a"], ""], "filtered": ["n1", "s1"],
        }
        free = [n for n in self.repeats if n not in getattr(self, "counted", set())]
        for _ in range(r.randrange(3, 12)):
            if free and r.random() < 0.2:
                steps.append(["add", paths[r.choice(free)]])
                continue
            name, kind, rep = r.choice(self.asked)
            steps.append(["set", paths[name], r.choice(values[kind])])
        if r.random() < 0.5:
            steps.append(["lang", "Francais (fr)"])
        return steps
