"""Every form that somebody is shown: without its token, from elsewhere, and with rubbish in it."""

import contextlib
import json
import re
import urllib.parse

from browser import ATTRIBUTE, ELEMENT, LINES, SESSION, TOKEN

# Links from the first page.
DEPTH = 3
# Pages of one shape that one person opens.
ALIKE_MAX = 3
IDENTIFIER = re.compile(r"[a-z]+-[0-9a-f]{32}")
# Forms that end the session they are sent in, or keep everybody out.
ENDING = ("/sign-out", "/account/report", "/office/lock", "/sessions/end", "/sessions/*/end")
ELSEWHERE = "https://elsewhere.example"
MULTIPART = "multipart/form-data; boundary=part"

# Stands in a value for the number of the attempt, where a name is held off after a few.
ATTEMPT = "attempt-number"

# What is put into fields, with the name by which a finding tells of it.
RUBBISH = {
    "empty": "",
    "blank": " \t ",
    "long": "x" * 20_000,
    "scripts": "é\u202e\u0000\u200d\U0001f469\u0301 שלום 中 \ufeff",
    "nul": "a\x00b",
    "lines": "a\r\nSet-Cookie: injected=1\r\n\r\n<p>",
    "element": f"<{ELEMENT}></title></textarea><{ELEMENT}>",
    "attribute": f"\" {ATTRIBUTE}=1 ' {ATTRIBUTE}=2 x=",
    "script": f"</script><{ELEMENT}><script>alert(1)</script>",
    "template": "{{1234567*7654321}}${1234567*7654321}<%=1234567*7654321%>#{1234567*7654321}",
    "message": "{ $field } { -brand } {\"a\"}",
    "path": "../../../../../../etc/passwd",
    "sql": "' OR '1'='1'; DROP TABLE acts; -- \" UNION SELECT 1",
    "command": "$(sleep 9)`sleep 9`|sleep 9;sleep 9",
    "number": "-9223372036854775809",
    "real": "1e999",
    "day": "9999-99-99",
    "other kind": "agency-" + "0" * 32,
    "nobody": "staff-" + "f" * 32,
    "upper": "DOSSIER-" + "A" * 32,
}
# What is put into an address in place of an identifier; written as it goes over the wire.
ADDRESSES = {
    "not utf-8": "%FF",
    "half": "%E2%82",
    "no code": "%zz",
    "nul": "%00",
    "slash": "a%2Fb",
    "dots": "%2e%2e%2f%2e%2e",
    "element": urllib.parse.quote(f"<{ELEMENT}>"),
    "attribute": urllib.parse.quote(f"\" {ATTRIBUTE}=1 \""),
    "template": urllib.parse.quote("{{1234567*7654321}}"),
    "lines": "%0d%0aSet-Cookie:%20injected=1",
    "long": "a" * 5000,
    "other kind": "agency-" + "0" * 32,
    "nothing": "dossier-" + "0" * 32,
    "sql": urllib.parse.quote("' OR 1=1 --"),
}


def path_of(form):
    return urllib.parse.urlsplit(form.action).path


def crawl(browser, start, within):
    """Opens what can be reached by links from `start`, below `within`. Returns the pages."""
    waiting, seen, alike, pages = [(start, 0)], {start}, {}, []
    while waiting:
        address, depth = waiting.pop(0)
        shape = re.sub(r"[^/]{3,}$", "*", IDENTIFIER.sub("*", address.split("?")[0]))
        alike[shape] = alike.get(shape, 0) + 1
        if alike[shape] > ALIKE_MAX and "*" in shape and "/office" not in shape:
            continue
        answer = browser.get(address)
        if answer.page is None:
            continue
        pages.append(answer)
        for link in answer.page.links if depth < DEPTH else ():
            to = urllib.parse.urljoin(address, link).split("#")[0]
            own = urllib.parse.urlsplit(to)
            leaves = own.path.endswith("/office/leave")
            if to not in seen and not own.netloc and not leaves and own.path.startswith(within):
                seen.add(to)
                waiting.append((to, depth + 1))
    return pages


def forms_of(pages):
    """The forms of pages: by shape and fields, every one of that kind."""
    found = {}
    for answer in pages:
        for form in answer.page.forms:
            found.setdefault((form.shape, form.method, tuple(sorted(form.fields))), []).append(form)
    return found


def believable(form, about):
    """Values with which a form is likely to get through; `about` has them by name of field."""
    pairs = {}
    for name, (value, kind, choices) in form.fields.items():
        if name in about and not value:
            pairs[name] = about[name]
        elif kind == "checkbox":
            if name in ("sure", "role-caseworker"):
                pairs[name] = "yes"
        elif kind == "file":
            continue
        elif kind == "date":
            pairs[name] = ""
        else:
            pairs[name] = value or ("" if choices else "words of an attack")
    return pairs


def without_right(form, pairs, others):
    """Ways to send a form that must all be refused: a name, the body, the headers."""
    rest = {name: value for name, value in pairs.items() if name != TOKEN}

    def written(token):
        return urllib.parse.urlencode({**rest, TOKEN: token})

    right = pairs.get(TOKEN, "")
    if TOKEN in pairs:
        yield "no token", urllib.parse.urlencode(rest), {}
        yield "empty token", written(""), {}
        yield "twice", written(right) + f"&{TOKEN}={right}", {}
        yield "half a token", written(right[: len(right) // 2]), {}
        for name, other in others.items():
            yield f"token of {name}", written(other), {}
        # A form that takes a file is read in parts; without its token it is refused like any other.
        sent = rest if form.takes_file else pairs
        parts = "".join(
            f'--part\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in sent.items()
        )
        whole = urllib.parse.urlencode(pairs)
        yield "as plain text", whole, {"Content-Type": "text/plain"}
        yield "as JSON", json.dumps(pairs), {"Content-Type": "application/json"}
        yield "as JSON that says it is text", json.dumps(pairs), {"Content-Type": "text/plain"}
        yield "in parts", parts + "--part--\r\n", {"Content-Type": MULTIPART}
        yield "as nothing", whole, {"Content-Type": ""}
    whole = urllib.parse.urlencode(pairs)
    unsaid = {"Sec-Fetch-Site": ""}
    yield "from another origin", whole, {"Origin": ELSEWHERE, **unsaid}
    yield "from another port", whole, {"Origin": "http://localhost:1", **unsaid}
    yield "from another site", whole, {"Sec-Fetch-Site": "cross-site"}
    yield "from a sister site", whole, {"Sec-Fetch-Site": "same-site"}
    if TOKEN in pairs:
        yield "from nowhere", whole, {"Origin": "null", **unsaid}


@contextlib.contextmanager
def unchanged(acts, what, told):
    """Finds fault if the number of acts is another when the block ends."""
    before = acts()
    yield
    after = acts()
    if after != before:
        told("changed without right", what, f"{after - before} acts")


def without_token(browser, form, about, others, told):
    """Sends one form in each way that must be refused."""
    if "/office" in form.shape and TOKEN not in form.fields:
        told("no token in a form", form.shape, form.page)
    pairs = believable(form, about)
    count = 0
    for name, body, headers in without_right(form, pairs, others):
        answer = browser.post(path_of(form), body, headers=headers, keep=False)
        count += 1
        if not 400 <= answer.status < 500:
            told("taken without right", f"{name}: POST {form.shape} {body[:200]}", answer.status)
    if TOKEN in pairs and SESSION in browser.cookies:
        held = browser.cookies.pop(SESSION)
        answer = browser.post(path_of(form), pairs, keep=False)
        browser.cookies[SESSION] = held
        count += 1
        if not 400 <= answer.status < 500:
            told("taken without right", f"no session: POST {form.shape}", answer.status)
    return count


def spoilt(form, pairs, random, most):
    """Seeded mutations of a form: a name, the body."""
    ways = []
    fields = [name for name in form.fields if name != TOKEN]
    for field in fields:
        for name, value in RUBBISH.items():
            ways.append((f"{field}: {name}", {**pairs, field: value}))
        ways.append((f"{field}: twice", [*pairs.items(), (field, "a")]))
        ways.append((f"{field}: missing", {k: v for k, v in pairs.items() if k != field}))
        ways.append((f"{field}: renamed", {k + "[]" * (k == field): v for k, v in pairs.items()}))
    ways.append(("unknown field", {**pairs, f"<{ELEMENT}>": f"<{ELEMENT}>"}))
    ways.append(("number of fields", {**pairs, **{f"f{at}": "1" for at in range(1500)}}))
    chosen = random.sample(ways, min(most, len(ways)))
    bodies = [(name, urllib.parse.urlencode(sent)) for name, sent in chosen]
    whole = urllib.parse.urlencode(pairs)
    bodies.append(("not utf-8", "&".join([whole] + [f"{field}=%FF%FE" for field in fields[:1]])))
    bodies.append(("no code", whole + "&%zz=%"))
    bodies.append(("too long", whole + "&long=" + "x" * 70_000))
    return bodies


def fuzz(browser, form, about, random, most, told):
    """Sends one form with rubbish. Returns how often, and how often it was taken."""
    pairs, count, taken = believable(form, about), 0, 0
    if form.method == "get":
        return fuzz_query(browser, form, pairs, told)
    path = path_of(form)
    ways = [("as it is", urllib.parse.urlencode(pairs)), *spoilt(form, pairs, random, most)]
    for name, body in ways:
        browser.line = next(LINES)
        answer = browser.post(path, body.replace(ATTEMPT, str(count)))
        count += 1
        taken += answer.status < 400
        sets(answer, f"{name}: POST {form.shape} {body[:200]}", told)
    for name, rubbish in ADDRESSES.items() if IDENTIFIER.search(path) else ():
        answer = browser.post(IDENTIFIER.sub(lambda _: rubbish, path), pairs)
        count += 1
        if not 400 <= answer.status < 500:
            told("address taken", f"{name}: POST {answer.path[:200]}", answer.status)
    return count, taken


def fuzz_query(browser, form, pairs, told):
    count, taken = 0, 0
    for field in pairs:
        for name, value in RUBBISH.items():
            if len(value) < 5000:
                query = urllib.parse.urlencode({**pairs, field: value})
                answer = browser.get(f"{path_of(form)}?{query}")
                count += 1
                taken += answer.status < 400
                sets(answer, f"{field}: {name}: GET {form.shape}", told)
    return count, taken


def sets(answer, sent, told):
    """What rubbish must never bring about."""
    if "injected" in answer.cookies:
        told("header injected", sent, answer.headers)
    if answer.location and not re.match(r"/(en|fr|pt)/", answer.location):
        told("led away", sent, answer.location)


def addresses(browser, paths, told):
    """Asks for pages with rubbish in place of the last part of their address, and in the query."""
    count = 0
    for path in paths:
        folder = path.rsplit("/", 1)[0]
        for name, rubbish in ADDRESSES.items():
            for asked in (f"{folder}/{rubbish}", f"{path}?{rubbish}", f"{path}?next={rubbish}"):
                answer = browser.get(asked)
                count += 1
                sets(answer, f"{name}: GET {asked[:200]}", told)
                if answer.status >= 400 and answer.page is None:
                    told("no page", f"{name}: GET {asked[:200]}", answer.kind)
    return count
