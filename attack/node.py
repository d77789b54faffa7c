"""A node of an invented agency for an attack: founded in a temporary folder, served locally."""

import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

# Seconds for one command of the node.
COMMAND_SECONDS_MAX = 60
# The name that the first administrator signs in with.
FIRST = "ada"


class Node:
    """The folder of a node, and commands upon it."""

    def __init__(self, palermo, folder):
        self.palermo, self.folder = palermo, folder / "node"
        self.passphrase = folder / "passphrase"
        self.passphrase.write_text("words for a node under attack\n")
        self.secret = ["--passphrase-file", self.passphrase]
        who = ["--as", "agency", "--jurisdiction", "XXA", "--name", "Shelter under attack"]
        made = self.run("init", self.folder, *who, "--sign-in", FIRST, *self.secret)
        # The one-time code of the first administrator.
        self.code = made["code"]
        # Where it listens, and the address by which its people's browsers know it.
        self.address = self.origin = None

    def run(self, *arguments, text=None):
        """What a command prints; ends the attack if it fails."""
        command = [self.palermo, *map(str, arguments), "--json"]
        ended = subprocess.run(
            command, input=text or "", capture_output=True, text=True, timeout=COMMAND_SECONDS_MAX
        )
        if ended.returncode != 0:
            sys.exit(f"palermo {arguments[0]}: {ended.stderr}")
        return json.loads(ended.stdout)

    def acts(self):
        """How many acts the journal holds."""
        return self.run("verify", self.folder)["acts"]

    @contextlib.contextmanager
    def served(self, options):
        """Serves the node while the block runs."""
        command = [self.palermo, "serve", self.folder, "--listen", "127.0.0.1:0", "--json"]
        served = subprocess.Popen(
            [*map(str, command), *map(str, options)], stdout=subprocess.PIPE, text=True
        )
        try:
            told = json.loads(served.stdout.readline() or "{}")
            if "address" not in told:
                sys.exit("the node cannot be served")
            self.address, self.origin = told["address"].rstrip("/"), told.get("origin")
            yield self
            if served.poll() is not None:
                sys.exit(f"the node ended by itself, with {served.returncode}")
        finally:
            served.kill()
            served.wait()


@contextlib.contextmanager
def founded():
    """A node that is not served yet; it is gone when the block ends."""
    palermo = os.environ.get("PALERMO_BIN") or sys.exit("PALERMO_BIN names no program")
    with tempfile.TemporaryDirectory(prefix="palermo-attacked-") as name:
        yield Node(palermo, pathlib.Path(name))
