"""A tiny server with a fault on each address, to prove that the attack on the door reports it."""

import html
import http.server
import random
import threading
import urllib.parse

import forms
import sessions
import telling
from browser import FORM, PRODUCT, TOKEN, Browser

RIGHT = "d" * 64
THING = "thing-" + "a" * 32
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
# By address: the codes under which the attack must report its fault.
FAULTS = {
    "honest": set(),
    "ignores-token": {"taken without right", "changed without right"},
    "ignores-origin": {"taken without right", "changed without right"},
    "ignores-kind": {"taken without right", "changed without right"},
    "changes-first": {"changed without right"},
    "has-no-token": {"no token in a form", "taken without right", "changed without right"},
    "echoes": {"injected"},
    "echoes-in-attribute": {"injected"},
    "computes": {"template"},
    "fails": {"failed"},
    "shows-inside": {"inside shown"},
    "leads-away": {"led away"},
    "splits-headers": {"header injected"},
    "speaks-french": {"language"},
    "answers-as-text": {"no page"},
    "takes-any-address": {"address taken"},
    "forgets-policy": {"header policy"},
    "is-kept": {"header no-store"},
    "is-framed": {"header frame"},
}
# What tells one name from another, and what is wrong with a cookie.
TOLD = {
    "tells-by-status": {"told apart"},
    "tells-by-text": {"told apart"},
    "tells-by-header": {"told apart"},
    "tells-by-cookie": {"told apart"},
    "tells-nothing": set(),
}
COOKIES = {
    "__Host-a=1; Path=/; Secure; HttpOnly; SameSite=Strict": set(),
    "__Host-a=1; Path=/; Secure; SameSite=Strict": {"cookie"},
    "__Host-a=1; Path=/; Secure; HttpOnly; SameSite=Lax": {"cookie"},
    "a=1; Path=/; Secure; HttpOnly; SameSite=Strict": {"cookie"},
    "__Host-a=1; Path=/; Secure; HttpOnly; SameSite=Strict; Domain=b.example": {"cookie"},
}


class Faulty(http.server.BaseHTTPRequestHandler):
    """Answers well, but for the fault that the address names."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    # Forms that were taken.
    taken = 0

    def answer(self, status, text="", headers=()):
        fault = self.fault
        language = "fr" if fault == "speaks-french" else "en"
        field = "" if fault == "has-no-token" else f'<input name="{TOKEN}" value="{RIGHT}">'
        page = (
            f'<!doctype html><html lang="{language}"><main>{text}<form method="post" '
            f'action="/en/office/{fault}/{THING}">{field}<input name="words">'
            '<input name="next"></form></main></html>'
        )
        kind = "text/html; charset=utf-8"
        if fault == "answers-as-text" and status >= 400:
            page, kind = "no", "text/plain"
        sent = {**HEADERS, "Content-Type": kind, **dict(headers)}
        if fault == "forgets-policy":
            sent["Content-Security-Policy"] = "default-src 'self' 'unsafe-inline'"
        if fault == "is-kept":
            sent["Cache-Control"] = "no-cache"
        if fault == "is-framed":
            del sent["X-Frame-Options"]
        body = page.encode()
        self.send_response(status)
        for name, value in sent.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @property
    def fault(self):
        return urllib.parse.urlsplit(self.path).path.split("/")[3]

    def do_GET(self):
        self.answer(200)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = body.decode("utf-8", "replace")
        fields = dict(urllib.parse.parse_qsl(body, keep_blank_values=True))
        words, fault = fields.get("words", ""), self.fault
        if fault in TOLD:
            return self.refuse_name(words == "known")
        if not self.path.endswith(THING) and fault != "takes-any-address":
            return self.answer(404)
        own = self.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
        own = own and "localhost:0" in self.headers.get("Origin", "localhost:0")
        known = self.headers.get("Content-Type") == FORM
        token = body.count(f"{TOKEN}={RIGHT}") == 1 and body.count(f"{TOKEN}=") == 1
        excused = {"ignores-origin": (True, known, token), "ignores-kind": (own, True, token)}
        excused["ignores-token"] = own, known, True
        excused["has-no-token"] = True, True, True
        if fault == "changes-first":
            Faulty.taken += 1
        if not all(excused.get(fault, (own, known, token))):
            return self.answer(403)
        Faulty.taken += 1
        return self.take(fault, words)

    def take(self, fault, words):
        if fault == "echoes":
            return self.answer(400, words)
        if fault == "echoes-in-attribute":
            return self.answer(400, f'<input value="{words}">')
        if fault == "computes" and "1234567" in words:
            return self.answer(400, PRODUCT)
        if fault == "fails" and len(words) > 1000:
            return self.answer(500)
        if fault == "shows-inside" and "\0" in words:
            return self.answer(400, "thread panicked at src/main.rs:1")
        if fault == "leads-away":
            return self.answer(303, headers={"Location": "//elsewhere.example"})
        if fault == "splits-headers" and "\n" in words:
            return self.answer(400, headers={"X-Words": words.replace("\r\n\r\n", "")})
        return self.answer(200, html.escape(words))

    def refuse_name(self, known):
        fault = self.fault
        status = 403 if known and fault == "tells-by-status" else 401
        text = "That password is wrong" if known and fault == "tells-by-text" else "No"
        headers = {"Retry-After": "1"} if known and fault == "tells-by-header" else {}
        if known and fault == "tells-by-cookie":
            headers = {"Set-Cookie": "__Host-a=1; Path=/; Secure; HttpOnly; SameSite=Strict"}
        elif fault == "tells-by-cookie":
            headers = {"Set-Cookie": "__Host-b=1; Path=/; Secure; HttpOnly; SameSite=Strict"}
        return self.answer(status, text, headers)

    def log_message(self, *_):
        """Nothing is logged: the requests are the attack's."""


def found_at(browser, fault, told):
    """Attacks one address as forms of the node are."""
    form = browser.get(f"/en/office/{fault}").page.forms[0]
    others = {"another": "e" * 64}
    with forms.unchanged(lambda: Faulty.taken, fault, told):
        forms.without_token(browser, form, {}, others, told)
    forms.fuzz(browser, form, {}, random.Random(1), 500, told)


def tried_at(browser, fault, told):
    """Asks for two names, as the door of the node is asked."""
    path = f"/en/office/{fault}"
    names = {name: browser.post(path, {"words": name}).outside() for name in ("known", "unknown")}
    telling.alike(fault, names, told)


def cookie_of(given, told):
    """Looks at one cookie."""

    class Given:
        headers = [("Set-Cookie", given)]

    sessions.cookie_faults(Given, told)


def drill():
    """Attacks each address. Returns whether the findings are the faults, no more and no less."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Faulty)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    well = True
    tried = [(fault, codes, found_at) for fault, codes in FAULTS.items()]
    tried += [(fault, codes, tried_at) for fault, codes in TOLD.items()]
    tried += [(given, codes, None) for given, codes in COOKIES.items()]
    try:
        for what, expected, attack in tried:
            found = set()

            def told(code, *_, found=found):
                found.add(code)

            if attack is None:
                cookie_of(what, told)
            else:
                # The origin of the server is what the browser says it is.
                browser = Browser(address, "http://localhost:0", told)
                attack(browser, what, told)
                browser.close()
            if found != expected:
                well = False
                print(f"drill {what}: missed {expected - found}, invented {found - expected}")
    finally:
        server.shutdown()
        server.server_close()
    print(f"drill of the door: {len(tried)} addresses and cookies")
    return well
