"""Compiles forms with pyxform and with the house's compiler, and compares what comes out.

Two documents are the same when their canonical XML (C14N 2.0) is the same. Within one text the
forms of a translation have no order, nor have the files that one question looks into: pyxform
writes both as a Python set gives them.
"""

import os
import subprocess
import warnings
import xml.etree.ElementTree as ET

XF = "{http://www.w3.org/2002/xforms}"


def by_pyxform(path):
    """The XForm, or the reason why there is none."""
    from pyxform.xls2xform import convert

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return convert(path).xform, None
    except Exception as error:  # any failure of the peer is a refusal
        return None, f"{type(error).__name__}: {error}"


def by_house(paths, program, check=False):
    """What the house's compiler makes of many files: name -> (XForm or None, findings). With `check`
    the lint may refuse as well."""
    told = subprocess.run(
        [program],
        input="\n".join(paths),
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **({"CHECK": "1"} if check else {})},
    )
    answers = {}
    for line in told.stdout.splitlines():
        path, word = line.split("\t")
        with open(path + ".out.txt", encoding="utf-8") as file:
            findings = file.read()
        xml = None
        if word == "ok":
            with open(path + ".out.xml", encoding="utf-8") as file:
                xml = file.read()
        answers[path] = (xml, findings)
    return answers


def canonical(xml):
    """Canonical XML with the forms of each text in the order of their names."""
    for prefix in ("custom", "esri"):  # a form may use a prefix that its settings forgot
        if f"xmlns:{prefix}=" not in xml:
            xml = xml.replace("<h:html ", f'<h:html xmlns:{prefix}="urn:{prefix}" ', 1)
    tree = ET.fromstring(xml)
    for text in tree.iter(f"{XF}text"):
        text[:] = sorted(text, key=lambda value: value.get("form", ""))
    for model in tree.iter(f"{XF}model"):
        files = [e for e in model if e.tag == f"{XF}instance" and "/file-csv/" in e.get("src", "")]
        places = [list(model).index(e) for e in files]
        for place, file in zip(places, sorted(files, key=lambda e: e.get("id"))):
            model[place] = file
    return ET.canonicalize(ET.tostring(tree, encoding="unicode"))


def same(ours, theirs):
    """Whether two documents are the same; ones that are no XML are compared as text."""
    if ours == theirs:
        return True
    try:
        return canonical(ours) == canonical(theirs)
    except ET.ParseError:
        return False


def write(folder, name, text):
    """Puts a form into a file."""
    path = os.path.join(folder, name + ".md")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path
