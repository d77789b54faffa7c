"""What schemathesis cannot know of the node's own formats."""

import os

import schemathesis
from hypothesis import strategies

# The least and the most bytes of a deposit after its mark: the version, the encapsulated key and
# the tag are among them. The most is far below what is taken, so that the attack stays short.
SEALED_BYTES_MIN = 113
SEALED_BYTES_MAX = 4096

# The first bytes of the key of the node under attack, in hexadecimal.
mark = bytes.fromhex(os.environ.get("PALERMO_DEPOSIT_MARK", ""))

if mark:
    sealed = strategies.binary(min_size=SEALED_BYTES_MIN, max_size=SEALED_BYTES_MAX)
    deposits = sealed.map(lambda rest: mark + rest)
    schemathesis.openapi.media_type("application/octet-stream", deposits)
