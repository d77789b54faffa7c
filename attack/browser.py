"""A browser of one person: cookies, pages, forms, and the device that shows codes.

Every answer that comes by is looked at, whoever asked and for what ([`faults_of`]).
"""

import base64
import hashlib
import hmac
import html.parser
import http.client
import http.cookies
import itertools
import re
import struct
import time
import urllib.parse

SESSION = "__Host-palermo"
GUEST = "__Host-palermo-guest"
TOKEN = "csrf"
FORM = "application/x-www-form-urlencoded"
# Seconds for one answer.
ANSWER_SECONDS_MAX = 30
# Seconds for which one code of a device holds; a node takes the one before and the one after too.
STEP_SECONDS = 30
# Marks of what the attack puts in: as an element, as an attribute, as what a template would make.
ELEMENT, ATTRIBUTE, PRODUCT = "x-injected", "data-injected", str(1234567 * 7654321)
INSIDE = re.compile(
    r"Traceback \(most|panicked at|RUST_BACKTRACE|\.rs:\d|[Ss]qlite|SQL logic|syntax error|"
    r"root:x:0|\bat /[a-z]+/src/|Failed to deserialize|Invalid URL|⟦"
)
POLICY = ["default-src 'none'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"]
# A line to the outside for each attempt that must not count with the others (RFC 3849).
LINES = (f"2001:db8:{number:x}::1" for number in itertools.count(1))


class Device:
    """Shows codes (RFC 6238, SHA-1, six digits), none of them twice."""

    def __init__(self, letters):
        letters = re.sub(r"[\s=]", "", letters).upper()
        self.key = base64.b32decode(letters + "=" * (-len(letters) % 8))
        self.last = 0

    def code(self):
        """The earliest code that is still good and was not shown."""
        while True:
            # Nearly over counts as over: the code has yet to get there.
            early = int((time.time() + 3) // STEP_SECONDS) - 1
            step = max(early, self.last + 1)
            if step <= int(time.time() // STEP_SECONDS) + 1:
                break
            time.sleep(0.2)
        self.last = step
        mac = hmac.new(self.key, struct.pack(">Q", step), hashlib.sha1).digest()
        at = mac[19] & 15
        number = struct.unpack(">I", mac[at : at + 4])[0] & 0x7FFFFFFF
        return f"{number % 10**6:06d}"


class Form:
    """A form as a page shows it: where it goes, and its fields with what they may hold."""

    def __init__(self, page, attributes):
        self.page = page
        self.method = (attributes.get("method") or "get").lower()
        self.action = urllib.parse.urljoin(page, attributes.get("action") or "")
        self.options = attributes.get("data-options")
        # Whether a file may come with it, so that it is read in parts as well.
        self.takes_file = attributes.get("enctype") == "multipart/form-data"
        # By name: the value that stands there, the kind, and the choices of a list.
        self.fields = {}

    def add(self, name, value, kind, choices=()):
        if name and name not in self.fields:
            self.fields[name] = (value, kind, list(choices))

    @property
    def token(self):
        return self.fields.get(TOKEN, ("",))[0]

    @property
    def shape(self):
        """What is the same of this form on every page that shows it."""
        path = urllib.parse.urlsplit(self.action).path
        return re.sub(r"[a-z]+-[0-9a-f]{32}", "*", path[3:])


class Page(html.parser.HTMLParser):
    """A page: its language, links, forms, the words of its main part, and what came in by force."""

    def __init__(self, address, text):
        super().__init__(convert_charrefs=True)
        self.address, self.language = address, None
        self.links, self.forms, self.injected = [], [], []
        self.words, self.codes = [], []
        self.form = self.select = None
        self.depth_main = 0
        self.in_code = self.in_text = False
        self.feed(text)
        self.close()

    @property
    def main(self):
        return " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if tag == ELEMENT or ATTRIBUTE in found:
            self.injected.append(self.get_starttag_text())
        if tag == "html":
            self.language = found.get("lang")
        elif tag == "main":
            self.depth_main = 1
        elif tag == "a" and found.get("href") and "hreflang" not in found:
            self.links.append(found["href"])
        elif tag == "code":
            self.in_code = True
            self.codes.append("")
        elif tag == "form":
            self.form = Form(self.address, found)
            self.forms.append(self.form)
        elif self.form is not None:
            self.field(tag, found)

    def field(self, tag, found):
        name = found.get("name")
        if tag == "input":
            value = found.get("value") or ""
            self.form.add(name, value, found.get("type") or "text")
        elif tag == "textarea":
            self.form.add(name, "", "textarea")
        elif tag == "select":
            self.select = (name, [])
        elif tag == "option" and self.select:
            self.select[1].append(found.get("value") or "")

    def handle_endtag(self, tag):
        if tag == "select" and self.select and self.form is not None:
            name, choices = self.select
            self.form.add(name, choices[0] if choices else "", "select", choices)
            self.select = None
        elif tag == "form":
            self.form = None
        elif tag == "main":
            self.depth_main = 0
        elif tag == "code":
            self.in_code = False

    def handle_data(self, data):
        if self.depth_main:
            self.words.append(data)
        if self.in_code:
            self.codes[-1] += data


class Answer:
    """What the node answered."""

    def __init__(self, method, path, status, headers, body):
        self.method, self.path, self.status = method, path, status
        self.headers, self.body = headers, body
        self.text = body.decode("utf-8", "replace")
        self.kind = (self.header("content-type") or "").split(";")[0]
        self.page = Page(path, self.text) if self.kind == "text/html" else None

    def header(self, name):
        found = [value for given, value in self.headers if given.lower() == name]
        return found[0] if found else None

    @property
    def cookies(self):
        """What it sets, by name."""
        jar = http.cookies.SimpleCookie()
        for name, value in self.headers:
            if name.lower() == "set-cookie":
                jar.load(value)
        return jar

    @property
    def location(self):
        return self.header("location") or ""

    def form(self, ending):
        """The first form whose action ends so."""
        found = [form for form in self.page.forms if form.action.endswith(ending)]
        if not found:
            raise LookupError(f"{self.status} {self.path} has no form {ending}: {self.page.main}")
        return found[0]

    def outside(self):
        """All that can be told from it, but for what differs with each request."""
        text = re.sub(rf'name="{TOKEN}" value="[0-9a-f]*"', "", self.text)
        names = sorted(name.lower() for name, _ in self.headers)
        return self.status, text, names, sorted(self.cookies)


def faults_of(answer, session):
    """What is wrong with an answer, whatever was asked: pairs of a code and what was found."""
    found = []
    if answer.status >= 500:
        found.append(("failed", f"{answer.status} {answer.text[:200]}"))
    inside = INSIDE.search(answer.text)
    if inside:
        found.append(("inside shown", answer.text[max(0, inside.start() - 60) :][:200]))
    if session and session in answer.text:
        found.append(("session shown", answer.path))
    office = re.match(r"/(en|fr|pt)/office\b", answer.path)
    policy = answer.header("content-security-policy") or ""
    held = [
        (all(part in policy for part in POLICY) and "unsafe" not in policy, "policy"),
        (answer.header("x-content-type-options") == "nosniff", "nosniff"),
        (answer.header("referrer-policy") in ("no-referrer", "same-origin"), "referrer"),
        (answer.header("x-frame-options") == "DENY", "frame"),
        (not office or answer.header("cache-control") == "no-store", "no-store"),
        (answer.method != "POST" or answer.header("cache-control") == "no-store", "no-store"),
    ]
    found += [(f"header {name}", policy) for well, name in held if not well]
    if answer.page is None:
        if answer.body and office:
            found.append(("no page", f"{answer.status} {answer.kind} {answer.text[:100]}"))
        return found
    spoken = re.match(r"/(en|fr|pt)(/|$)", answer.path)
    if spoken and answer.page.language != spoken[1]:
        found.append(("language", f"{answer.page.language} for {spoken[1]}"))
    found += [("injected", tag) for tag in answer.page.injected]
    if PRODUCT in answer.text:
        found.append(("template", PRODUCT))
    return found


class Browser:
    """One browser. `told` is called with each fault: a code, what was asked, what was found."""

    def __init__(self, address, origin, told, line=None):
        self.netloc = urllib.parse.urlsplit(address).netloc
        self.origin, self.told = origin, told
        self.host = urllib.parse.urlsplit(origin).netloc
        self.cookies, self.connection = {}, None
        # Where its attempts to sign in come from, as a proxy on the machine would say.
        self.line = line or next(LINES)

    def request(self, method, path, body=None, headers=None, keep=True):
        """Asks once; follows nothing. Without `keep` the browser takes no cookie."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"Host": self.host, "X-Forwarded-For": self.line, "Cookie": cookie}
        sent |= {name: value for name, value in (headers or {}).items()}
        sent = {name: value for name, value in sent.items() if value}
        for again in (False, True):
            if self.connection is None:
                self.connection = http.client.HTTPConnection(
                    self.netloc, timeout=ANSWER_SECONDS_MAX
                )
            try:
                self.connection.request(method, path, body, sent)
                got = self.connection.getresponse()
                answer = Answer(method, path, got.status, got.getheaders(), got.read())
                break
            except (http.client.HTTPException, ConnectionError) as error:
                self.connection.close()
                self.connection = None
                if again:
                    raise ConnectionError(f"{method} {path}: {error}") from error
        session = self.cookies.get(SESSION)
        for code, found in faults_of(answer, session):
            self.told(code, f"{method} {path} {str(body)[:300]}", found)
        for name, morsel in answer.cookies.items() if keep else ():
            if morsel.value:
                self.cookies[name] = morsel.value
            else:
                self.cookies.pop(name, None)
        return answer

    def get(self, path, **more):
        return self.request("GET", path, **more)

    def post(self, path, pairs, headers=None, **more):
        """Sends a form as a browser does from a page of the same origin."""
        own = {"Content-Type": FORM, "Origin": self.origin, "Sec-Fetch-Site": "same-origin"}
        body = pairs if isinstance(pairs, (str, bytes)) else urllib.parse.urlencode(pairs)
        return self.request("POST", path, body, own | (headers or {}), **more)

    def send(self, form, **more):
        """Sends a form with other values in some of its fields; none leaves a field out."""
        pairs = filled(form)
        pairs.update({name.replace("_", "-"): value for name, value in more.items()})
        pairs = {name: value for name, value in pairs.items() if value is not None}
        return self.post(urllib.parse.urlsplit(form.action).path, pairs)

    def close(self):
        if self.connection is not None:
            self.connection.close()


def filled(form):
    """A form's fields as they stand; boxes are not ticked, and no file is chosen."""
    fields = form.fields.items()
    return {name: value for name, (value, kind, _) in fields if kind not in ("checkbox", "file")}
