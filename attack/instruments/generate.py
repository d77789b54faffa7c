"""Makes forms at random: every feature of the layout, in every combination that chance brings."""

import random

UNSEEN = ['calculate', 'hidden', 'start']
TYPES = [
    "text", "integer", "decimal", "date", "time", "dateTime", "note", "calculate", "image", "audio",
    "video", "file", "barcode", "acknowledge", "geopoint", "geotrace", "geoshape", "range",
    "hidden", "start", "end", "today", "deviceid", "username", "email", "phonenumber", "audit",
    "trigger", "start-geopoint", "background-audio", "background-geopoint", "percentage",
    "xml-external", "csv-external", "phone number", "string", "int", "gps", "photo", "simserial",
]
SELECTS = [
    "select_one {l}", "select_multiple {l}", "rank {l}", "select_one {l} or_other",
    "select_multiple {l} or_other", "select one {l}", "select_one_from_file {f}.csv",
    "select_multiple_from_file {f}.csv", "select_one_from_file {f}.xml",
    "select_one_from_file {f}.geojson", "select_one_external {x}", "select one from {l}",
    "select all that apply from {l}", "add select one prompt using {l}", "select_one ${{{q}}}",
]
LANGUAGES = ["", "::English (en)", "::Fran\u00e7ais (fr)", "::en"]
APPEARANCES = [
    "minimal", "w1", "field-list", "table-list", "label", "list-nolabel", "annotate", "quick",
    "search('data')", "search('data', 'matches', 'a', ${Q})", "vertical", "no-ticks", "vertical no-ticks",
    "multiline", "month-year", "likert",
]
TEXTS = [
    "Hello", "How old is ${Q}?", "**bold** & <b>", "a < b and ${Q} > c", "\"quoted\" 'text'", "${Q} ${Q}",
    "caf\u00e9", "-", "It is instance('l1')/root/item[name = ${Q}]/label here", "\u201csmart\u201d", "1",
    "x  y   z", "instance('l1')/root/item[name='a']/label", "${Q}", "{Q} $ {", "line", "[a] ${Q} [b]",
    "instance('l1')/root/item[${Q} = name and ${Q} > 1]/label and ${Q}", "100%", "a\\|b",
]
EXPRESSIONS = [
    ". > 0", "${Q} = 1", "${Q} + ${Q}", "selected(${Q}, 'a')", "true()", "yes", "no", "false", "1",
    "if(${Q} > 1, 'a', \"b\")", "count(${R})", "sum(${Q})", "position(..)", "once(uuid())",
    "indexed-repeat(${Q}, ${R}, 1)", "indexed-repeat(${Q}, ${R}, ${Q}) + ${Q}", "today()",
    "concat(${Q}, instance('l1')/root/item[name = ${Q}]/x)", "pulldata('data', 'a', 'b', ${Q})",
    "pulldata( \"other\" , 'a','b', 1)", "instance('l1')/root/item[x = ${Q}][1]/name", "${last-saved#Q}",
    "jr:choice-name(${Q}, '${Q}')", "../Q", "current()/../a", ". < ${Q} and . != ''", "string-length(.) > 1",
    "count(${R}[${Q} = 1])", "${R}/x", "max(${Q}, 3)", "'a' = \"b\"", "TRUE", "coalesce(${Q}, ${Q})",
    "indexed-repeat(${Q}, ${R}, position(..) - 1)", "pulldata('data', 'a', 'b', 'c')",
]
DEFAULTS = [
    "1", "abc", "2026-01-01", "${Q}", "now()", "1 + 1", "a-b", "today()", "a b", "10:00:00", "-1",
    "${last-saved#Q}", "yes", "uuid()", "once('x')", "2026-01-01T10:00:00", "1 - 2", "0.5 0.5 0 0",
    "a/b", "if(1=1,'a','b')", "img.png", "jr://images/x.png", "'a'", "*", "a|b".replace("|", "\\|"), "x*y",
    "..", "name[1]", "concat('a', ${Q})", "mod", "3 mod 2", "http://a.b/c", "a - b",
]
FILTERS = [
    "x = ${Q}", "x = 'a'", "selected(${Q}, x)", "x = ${Q} and y = ${last-saved#Q}", "true()",
    "x = pulldata('data','a','b',${Q})", "${Q} = x", "position() < 3", "./Q != ${Q}",
]
PARAMETERS = {
    "range": [
        "start=0 end=10 step=2", "start=0;end=1;step=0.1", "start=1, end=5", "!step=0", "!step=20", "!x=1",
        "!start=a", "start=0 end=10 step=2 tick_interval=4", "!start=0 end=10 placeholder=3",
        "start=1 end=3 tick_labelset=n1", "!tick_labelset=l1", "!placeholder=5 tick_interval=3",
        "!start=1 end=3 tick_labelset=n1 step=2", "start=-5 end=5", "start=5 end=1 step=1",
        "!tick_interval=0", "start=0.5 end=2.5 step=0.5", "start=1e1 end=20 step=1",
    ],
    "select": [
        "randomize=true", "randomize=true seed=42", "randomize=true, seed=${Q}", "!seed=1", "!randomize=x",
        "randomize=false", "!value=id label=nom", "!value=ID", "!label=a*", "!randomize=true seed=abc", "!a=b",
        "randomize=true;seed=4.5", "!value=1x",
    ],
    "text": ["rows=3", "!rows=a", "!x=1", "!rows=3.5", "rows = 3", "ROWS=4", "!rows"],
    "image": [
        "max-pixels=640", "!max-pixels=a", "app=org.a.b", "!app=a", "!app=org..b max-pixels=3", "!app=org._b",
        "!app=org.1b", "!app=org.b.", "max-pixels=640 app=com.x.y", "!y=1",
    ],
    "audio": ["quality=low", "quality=normal", "quality=external", "!quality=x", "!z=1", "quality=voice-only"],
    "background-audio": ["quality=low", "!quality=external", "quality=normal", "!z=2"],
    "geopoint": [
        "capture-accuracy=5", "warning-accuracy=10.5", "allow-mock-accuracy=true", "!allow-mock-accuracy=x",
        "!capture-accuracy=x", "!incremental=true", "reference-geometry=l1", "reference-geometry=${R}",
        "!reference-geometry=nope", "capture-accuracy=2.5, warning-accuracy=3", "!reference-geometry=f1",
    ],
    "geotrace": [
        "incremental=true", "!incremental=false", "!incremental=x", "allow-mock-accuracy=false",
        "reference-geometry=l2", "!reference-geometry=${Q}", "!capture-accuracy=1",
    ],
    "audit": [
        "track-changes=true", "!track-changes=x", "identify-user=true", "!identify-user=2",
        "track-changes-reasons=on-form-edit", "!track-changes-reasons=x",
        "location-priority=balanced location-min-interval=60 location-max-age=120",
        "!location-priority=balanced", "!location-priority=x location-min-interval=60 location-max-age=120",
        "!location-priority=low-power location-min-interval=60 location-max-age=20",
        "!location-priority=no-power location-min-interval=-1 location-max-age=20",
        "!location-priority=no-power location-min-interval=a location-max-age=20", "!foo=bar",
    ],
}
PARAMETERS["geoshape"] = PARAMETERS["geotrace"]
PARAMETERS["photo"] = PARAMETERS["image"]


class Maker:
    """One form."""

    def __init__(self, seed, faults):
        self.r = random.Random(seed)
        self.faults = faults
        self.names = []
        self.repeats = []
        self.used = set()
        self.columns = ["type", "name"]
        self.rows = []
        self.open = []
        self.number = 0
        self.languages = self.r.sample(LANGUAGES, self.r.choice([1, 1, 1, 2, 2, 3]))
        self.entities = self.r.random() < 0.15
        self.planned = [f"q{i}" for i in range(1, 4 + self.r.randrange(12))]
        self.planned_repeats = ["r1", "r2"]

    def chance(self, p):
        return self.r.random() < p

    def pick(self, values):
        """A value; one marked with an exclamation mark is a fault."""
        value = self.r.choice(values)
        while value.startswith("!") and not self.chance(self.faults / 3):
            value = self.r.choice(values)
        return value.removeprefix("!")

    def fill(self, text):
        """Names for the places of a question and a repeat."""
        while "Q" in text and ("${Q}" in text or "#Q}" in text or "/Q" in text or "{Q}" in text):
            name = self.r.choice(self.planned)
            if self.chance(self.faults / 8):
                name = self.r.choice(["nobody", "q-1", " a", "1x", ""])
            text = text.replace("Q", name, 1) if "Quality" not in text else text
        if "${R}" in text:
            text = text.replace("${R}", "${" + self.r.choice(self.planned_repeats) + "}")
        return text

    def set(self, row, column, value):
        if column not in self.columns:
            self.columns.append(column)
        row[column] = value

    def texts(self, row, column, p):
        if not self.chance(p):
            return
        for language in self.languages:
            if self.chance(0.9):
                self.set(row, column + language, self.fill(self.r.choice(TEXTS)))

    def more(self, row, kind):
        r = self.r
        self.texts(row, "hint", 0.2)
        self.texts(row, "guidance_hint", 0.08)
        for column in ["relevant", "required", "constraint", "readonly", "calculation"]:
            p = {"relevant": 0.25, "required": 0.2, "constraint": 0.2, "readonly": 0.06, "calculation": 0.06}
            if kind == "calculate" and column == "calculation" and not self.chance(self.faults / 8):
                self.set(row, column, self.fill(r.choice(EXPRESSIONS)))
            elif self.chance(p[column]):
                self.set(row, column, self.fill(r.choice(EXPRESSIONS)))
        self.texts(row, "constraint_message", 0.1)
        self.texts(row, "required_message", 0.08)
        if self.chance(0.04):
            self.texts(row, "noAppErrorString", 0.9)
        if self.chance(0.18):
            self.set(row, "default", self.fill(r.choice(DEFAULTS)))
        if self.chance(0.15):
            self.set(row, "appearance", self.fill(r.choice(APPEARANCES)))
        for column, p in [("image", 0.06), ("audio", 0.04), ("video", 0.03), ("big-image", 0.02)]:
            if column == "big-image" and self.faults == 0 and "image" + self.languages[0] not in row:
                continue
            if self.chance(p):
                for language in self.languages:
                    self.set(row, column + language, r.choice(["a.png", "b.mp3", "${Q}.png", "-"]).replace("Q", r.choice(self.planned)))
        if self.chance(0.04):
            self.set(row, "autoplay", r.choice(["audio", "video"]))
        if self.chance(0.06):
            self.set(row, "bind::custom:thing", self.fill(r.choice(EXPRESSIONS)))
        if self.chance(0.04):
            self.set(row, "instance::custom:x", self.fill(r.choice(["1", "${Q}", "a b"])))
        if self.chance(0.04):
            self.set(row, "body::accuracyThreshold", self.fill(r.choice(["5", "${Q}"])))
        if self.chance(0.03):
            self.set(row, "compact_tag", "t")
        if self.chance(0.02):
            self.set(row, "sms_field", "s")
        if kind == "background-geopoint" and not self.chance(self.faults / 8):
            row.pop("calculation", None)
            self.set(row, "trigger", self.fill("${Q}"))
        elif self.chance(0.07):
            trigger = r.choice(["${Q}", "${Q}, ${Q}", "${Q},${Q}", "${Q} ${Q}", "Q", "${Q"] if self.chance(self.faults) else ["${Q}", "${Q}, ${Q}"])
            self.set(row, "trigger", self.fill(trigger))
            if self.chance(0.7):
                self.set(row, "calculation", self.fill(r.choice(EXPRESSIONS)))
        if kind in PARAMETERS and self.chance(0.45):
            self.set(row, "parameters", self.fill(self.pick(PARAMETERS[kind])))
        if self.chance(0.01):
            self.set(row, "disabled", r.choice(["yes", "no", "true"]))
        if self.entities and self.chance(0.25):
            saved = f"p{self.number}"
            if self.many:
                saved = r.choice(["e1#", "e2#"]) + saved
            if self.chance(self.faults / 4):
                saved = r.choice(["name", "__x", "e9#a", "a#b#c", "1a", "Label"])
            self.set(row, "save_to", saved)

    def name(self):
        self.number += 1
        if self.number <= len(self.planned):
            name = self.planned[self.number - 1]
        else:
            name = f"n{self.number}"
        if self.chance(self.faults / 16):
            name = self.r.choice(["1a", "a b", "meta", "q1", "Q1", "caf\u00e9", "a:b", "a.b-c", "\u00c9"])
        return name

    def question(self):
        r = self.r
        row = {}
        if self.chance(0.3):
            kind = "select"
            pattern = r.choice(SELECTS)
            row["type"] = pattern.format(
                l=r.choice(["l1", "l2", "n1", "l3"] if not self.chance(self.faults / 6) else ["l9", "L1"]),
                f=r.choice(["f1", "f1", "f1", "f2", "f2", "l1" if self.chance(self.faults) else "f1"]), x=r.choice(["x1", "x2"]), q=r.choice(self.planned),
            )
            if "external" in pattern or (self.chance(0.25) and ("other" not in pattern or self.chance(self.faults))):
                self.set(row, "choice_filter", self.fill(r.choice(FILTERS)))
        else:
            kind = row["type"] = r.choice(TYPES)
            if self.chance(self.faults / 12):
                row["type"] = r.choice(["txt", "Text", "integr", "select_one", "group", "form_title"])
        if kind in ("xml-external", "csv-external"):
            row["name"] = f"data{len(self.rows)}"
        elif not (kind == "audit" and not self.chance(self.faults / 2)):
            row["name"] = self.name()
        if kind == "audit" and self.chance(0.5):
            row.pop("name", None)
        if kind == "note" and row["name"] not in self.planned and self.chance(0.5):
            row.pop("name", None)
        if self.chance(0.97 if self.faults == 0 else 0.9):
            self.set(row, "label" + self.languages[0], self.fill(r.choice(TEXTS)))
            self.texts(row, "label", 0.9)
        self.more(row, kind)
        if self.faults == 0 and not any(c.startswith(("label", "hint")) for c in row):
            self.set(row, "label" + self.languages[0], "Else")
        self.rows.append(row)

    def begin(self):
        r = self.r
        row = {}
        word = r.choice(["group", "group", "repeat", "repeat", "lgroup"] if self.chance(0.1) else ["group", "repeat"])
        row["type"] = r.choice(["begin_", "begin "]) + word
        if word == "repeat" and self.planned_repeats and self.chance(0.85):
            left = [n for n in self.planned_repeats if n not in self.used]
            row["name"] = left[0] if left else f"r{self.number + 10}"
            self.number += 0 if left else 1
        else:
            row["name"] = f"g{len(self.rows)}"
        self.used.add(row["name"])
        self.texts(row, "label", 0.8)
        for column, p in [("relevant", 0.3), ("appearance", 0.25), ("repeat_count", 0.3), ("hint", 0.05), ("intent", 0.02), ("required", 0.02), ("readonly", 0.02)]:
            if column == "repeat_count" and word == "group":
                p = 0.01
            if self.chance(p):
                values = {"relevant": EXPRESSIONS, "appearance": ["field-list", "table-list", "w2", "field-list w4", "table-list minimal"], "repeat_count": ["3", "${Q}", "${Q} + 1", "count(${Q})"], "hint": TEXTS, "intent": ["ex:a.b(${Q})"], "required": ["yes"], "readonly": ["yes"]}
                self.set(row, column, self.fill(r.choice(values[column])))
        if self.chance(0.05):
            self.set(row, "image" + self.languages[0], "g.png")
        if self.chance(0.03):
            self.set(row, "instance::custom:x", "1")
        self.rows.append(row)
        self.open.append(word)

    def end(self):
        word = self.open.pop()
        if self.chance(self.faults / 20):
            word = "group" if word != "group" else "repeat"
        self.rows.append({"type": self.r.choice(["end_", "end "]) + word})

    def survey(self):
        for _ in range(len(self.planned) + self.r.randrange(6)):
            if len(self.open) < 4 and self.chance(0.2):
                self.begin()
            if self.open and self.chance(0.2) and self.rows[-1]["type"][:5] != "begin":
                self.end()
            self.question()
        while self.open:
            if self.chance(self.faults / 20):
                self.open.pop()
                continue
            self.end()
        text = "label" + self.languages[0]
        while self.number < len(self.planned):
            row = {"type": "text", "name": self.name()}
            self.set(row, text, "Last")
            self.rows.append(row)
        for name in self.planned_repeats:
            if name not in self.used:
                row = {"type": "begin_repeat", "name": name}
                self.set(row, text, "R")
                self.rows += [row, {"type": "integer", "name": name + "x", text: "X"}, {"type": "end_repeat"}]

    def choices(self):
        r = self.r
        columns = ["list_name", "name"] + ["label" + l for l in self.languages]
        extras = [c for c in ["x", "y", "geometry", "image" + self.languages[0], "audio", "sms_option", "a b"] if self.chance({"x": 0.9, "y": 0.4}.get(c, 0.08))]
        columns += extras
        rows = []
        for name, size in [("l1", 3), ("l2", 2), ("n1", 3), ("l3", 2)]:
            translated = name != "l3" or self.chance(0.5)
            for i in range(size):
                row = {"list_name": name, "name": str(i + 1) if name == "n1" else "abc"[i]}
                for language in self.languages:
                    if translated and self.chance(0.95):
                        row["label" + language] = self.fill(r.choice(TEXTS[:7])) if self.chance(0.3) else f"{name} {i}"
                for extra in extras:
                    if self.chance(0.8):
                        row[extra] = r.choice(["a", "b", "1"])
                if self.chance(self.faults / 30):
                    row["name"] = r.choice(["a", "a b", ""])
                rows.append(row)
        return columns, rows

    def settings(self):
        r = self.r
        row = {}
        options = {
            "form_title": ["T", "Title & more"], "form_id": ["f", "form-1"], "version": ["1", "2026112101"],
            "default_language": ["English (en)", "en", "xx"], "style": ["pages", "theme-grid"],
            "instance_name": ["concat('a', ${Q})", "'x'", "${Q}"], "public_key": ["MIIB=="],
            "submission_url": ["https://x.example/s"], "auto_send": ["true"], "auto_delete": ["false"],
            "namespaces": ['custom="http://c.example/x"', 'custom="http://c.example" esri="http://e.example"'],
            "name": ["data", "root", "form-x"] + (["r1", "1x"] if self.faults else []), "instance_xmlns": ["http://i.example"],
            "attribute::custom:y": ["1"], "allow_choice_duplicates": ["yes", "no"], "omit_instanceID": ["yes", "no"],
            "clean_text_values": ["no", "yes"], "client_editable": ["yes", "no"], "prefix": ["P"],
            "delimiter": ["#"], "add_none_option": ["yes"], "instance_id": ["uid2"], "unknown": ["x"], "flat": ["yes"],
        }
        p = {"default_language": 0.25, "namespaces": 0.35, "name": 0.08, "flat": 0.01, "add_none_option": 0.03}
        for key, values in options.items():
            if self.chance(p.get(key, 0.1)):
                row[key] = self.fill(r.choice(values))
        row.setdefault("namespaces", options["namespaces"][0])
        return row

    def entity(self):
        r = self.r
        self.many = self.chance(0.35)
        rows = []
        for name in ["e1", "e2"] if self.many else ["e1"]:
            row = {"list_name": name}
            mode = r.choice(["make", "make_if", "change", "change_if", "both"])
            if self.chance(0.9) or mode.startswith("make"):
                row["label"] = self.fill(r.choice(["${Q}", "concat(${Q}, 'x')", "'a'"]))
            if mode in ("make_if", "both") or self.chance(self.faults / 4):
                row["create_if"] = self.fill("${Q} = 1")
            if mode in ("change", "change_if", "both") or self.chance(self.faults / 4):
                row["entity_id"] = self.fill("${Q}")
            if mode in ("change_if", "both") or self.chance(self.faults / 4):
                row["update_if"] = self.fill("${Q} = 2")
            rows.append(row)
        return ["list_name", "label", "create_if", "entity_id", "update_if"], rows

    def form(self):
        self.many = False
        entities = self.entity() if self.entities else None
        self.survey()
        sheets = [("survey", self.columns, self.rows)]
        if not self.chance(self.faults / 10):
            sheets.append(("choices", *self.choices()))
        settings = self.settings()
        if settings:
            sheets.append(("settings", list(settings), [settings]))
        if entities:
            sheets.append(("entities", *entities))
        if not self.chance(self.faults / 10):
            external = [{"list_name": "x1", "name": "a", "label": "A", "x": "1"}, {"list_name": "x2", "name": "b", "label": "B"}]
            sheets.append(("external_choices", ["list_name", "name", "label", "x"], external))
        lines = []
        for name, columns, rows in sheets:
            lines.append(f"| {name} |")
            lines.append("| | " + " | ".join(columns) + " |")
            for row in rows:
                lines.append("| | " + " | ".join(row.get(c, "") for c in columns) + " |")
        return "\n".join(lines) + "\n"


def form(seed):
    """The form of that number: every third one is made with faults."""
    return Maker(seed, 0.3 if seed % 3 == 0 else 0.0).form()
