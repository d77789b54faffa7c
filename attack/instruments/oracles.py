"""Two engines that fill in forms: JavaRosa, the engine inside ODK Collect, from the jar that pyxform
ships, and the web engine of ODK. Both stand in the shared folder as small programs that read and
write the same lines as `palermo form replay`."""

import json
import os
import pathlib
import re
import subprocess

ENVIRONMENT = {**os.environ, "TZ": "UTC"}


def lines(command, requests, folder=None):
    """Sends requests to a program, one a line, and reads its answers."""
    told = subprocess.run(
        command,
        input="\n".join(json.dumps(request) for request in requests),
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        cwd=folder,
        check=False,
    )
    answers = [json.loads(line) for line in told.stdout.splitlines() if line.startswith("{")]
    if len(answers) != len(requests):
        raise RuntimeError(f"{len(answers)} answers to {len(requests)} requests: {told.stderr[-500:]}")
    return answers


def jar():
    """ODK Validate, as the package pyxform brings it."""
    import pyxform

    folder = pathlib.Path(pyxform.__file__).parent
    return str(folder / "validators" / "odk_validate" / "bin" / "ODK_Validate.jar")


class JavaRosa:
    """The engine in the field."""

    def __init__(self, sources, folder):
        self.path = f"{jar()}{os.pathsep}{folder}"
        os.makedirs(folder, exist_ok=True)
        files = [str(sources / name) for name in ("JrOracle.java", "Geo.java")]
        subprocess.run(["javac", "-cp", jar(), "-d", folder, *files], check=True, capture_output=True)

    def fill(self, requests):
        """Answers in order."""
        return lines(["java", "-cp", self.path, "JrOracle"], requests)


class Web:
    """The engine in the browser. It finds its packages from the folder that it stands in."""

    def __init__(self, sources, folder):
        self.folder = folder
        (pathlib.Path(folder) / "oracle.mjs").write_text((sources / "oracle.mjs").read_text())

    def fill(self, requests):
        """Answers in order."""
        return lines(["node", "oracle.mjs"], requests, self.folder)


class Validate:
    """ODK Validate, which opens a form and walks through it. One process does all forms."""

    def __init__(self, folder):
        self.path = f"{jar()}{os.pathsep}{folder}"
        os.makedirs(folder, exist_ok=True)
        source = str(pathlib.Path(__file__).with_name("Validate.java"))
        subprocess.run(["javac", "-cp", jar(), "-d", folder, source], check=True, capture_output=True)

    def refused(self, paths):
        """The forms that it does not accept, with what it says."""
        command = ["java", "-Djava.awt.headless=true", "-cp", self.path, "Validate"]
        asked = "".join(path + "\n" for path in paths)
        told = subprocess.run(command, input=asked, capture_output=True, text=True, check=True)
        answers = [line.split("\t") for line in told.stdout.splitlines()]
        if [path for path, _, _ in answers] != list(paths):
            raise RuntimeError(f"{len(answers)} answers for {len(paths)} forms: {told.stderr[-500:]}")
        return [(path, said) for path, word, said in answers if word != "ok"]


def nodes(answer, keys):
    """The nodes of an answer by path, as far as they are compared."""
    if not answer["ok"]:
        return "failed"
    found = {}
    for node in answer["nodes"]:
        path = re.sub(r"\[1\]", "", node["ref"])
        if not path.endswith("/instanceID"):
            found[path] = {key: node.get(key) or None for key in keys}
    return found
