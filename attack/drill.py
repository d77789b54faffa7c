"""A tiny server with a fault on each address, to prove that the attack reports every one."""

import http.server
import json
import threading
import urllib.parse

GOOD = {"count": 1}
COOKIE = "session=drill"
JSON = "application/json"
# Faults as plain as these need few examples.
EXAMPLES = ["--max-examples", "15"]
# What a document says of each of its operations: a number of persons, asked for by a number.
DESCRIBED = {
    "parameters": [
        {"name": "n", "in": "query", "required": True, "schema": {"type": "integer", "minimum": 0}}
    ],
    "responses": {
        "200": {
            "description": "a count",
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "required": ["count"],
                        "properties": {"count": {"type": "integer"}},
                    }
                }
            },
        },
        "400": {"description": "refused", "content": {"application/json": {}}},
        "404": {"description": "not there", "content": {"application/json": {}}},
    },
}
# By operation: the codes under which the attack must report its fault.
FAULTS = {
    "GET /fails": ["ST101", "ST103", "unreached"],
    "GET /refuses-as-text": ["ST105", "probe: 400 text/plain"],
    "GET /answers-an-undocumented-status": ["ST103"],
    "GET /answers-as-text": ["ST105"],
    "GET /counts-in-words": ["ST108"],
    "GET /takes-anything": ["ST201", "probe: 200 application/json"],
    "GET /refuses-all": ["ST202", "unreached"],
    "TRACE /takes-every-method": ["ST204"],
    "GET /is-never-there": ["unreached"],
}
PATHS = {
    "/faults.json": [operation.split()[1] for operation in FAULTS],
    "/honest.json": ["/honest"],
    "/guarded.json": ["/guarded"],
    "/empty.json": [],
}


class Faulty(http.server.BaseHTTPRequestHandler):
    """Answers well, but for the fault that the address names."""

    protocol_version = "HTTP/1.1"
    # One write an answer: two small ones wait for each other.
    wbufsize = -1

    def answer(self, status, body, kind=JSON):
        said = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(said)))
        if status == 405:
            self.send_header("Allow", "GET")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(said)

    def any_method(self):
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(length)
        asked = urllib.parse.urlsplit(self.path)
        path, method = asked.path, self.command
        if path in PATHS:
            paths = {one: {"get": DESCRIBED} for one in PATHS[path]}
            info = {"title": "Drill", "version": "1"}
            return self.answer(200, {"openapi": "3.1.0", "info": info, "paths": paths})
        if method != "GET" and path != "/takes-every-method":
            return self.answer(405, {})
        if path == "/guarded" and self.headers.get("Cookie") != COOKIE:
            return self.answer(404, {})
        if path == "/is-never-there":
            return self.answer(404, {})
        fields = urllib.parse.parse_qsl(asked.query, keep_blank_values=True)
        fit = len(fields) == 1 and fields[0][0] == "n" and fields[0][1].isdecimal()
        if path == "/refuses-all" or (not fit and path != "/takes-anything"):
            return self.answer(400, {}, "text/plain" if path == "/refuses-as-text" else JSON)
        if path == "/fails":
            return self.answer(500, {})
        if path == "/answers-an-undocumented-status":
            return self.answer(202, GOOD)
        if path == "/answers-as-text":
            return self.answer(200, GOOD, "text/plain")
        if path == "/counts-in-words":
            return self.answer(200, {"count": "one"})
        return self.answer(200, GOOD)

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self.any_method
        raise AttributeError(name)

    def log_message(self, *_):
        """Nothing is logged: the requests are the attack's."""


def drill(attack):
    """Attacks each document. Returns whether the findings are the faults, no more and no less."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Faulty)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    expected = [
        ("/faults.json", {}, {(code, one) for one, codes in FAULTS.items() for code in codes}),
        ("/honest.json", {}, set()),
        ("/guarded.json", {"Cookie": COOKIE}, set()),
        ("/guarded.json", {}, {("unreached", "GET /guarded")}),
        ("/empty.json", {}, {("untested", "")}),
    ]
    well = True
    try:
        for document, headers, faults in expected:
            found, said, _ = attack(address, document, headers, {}, EXAMPLES)
            print(f"drill {document}: {len(found)} findings of {len(faults)}")
            missed, invented = sorted(faults - found), sorted(found - faults)
            if missed or invented:
                well = False
                print(said, f"missed {missed}, invented {invented}", sep="\n")
    finally:
        server.shutdown()
        server.server_close()
    return well
