"""What the door tells of who and what is behind it, to somebody who may not know."""

import json
import re
import statistics
import time

from browser import LINES, TOKEN

# Attempts at a name that are answered before it is held off, as the node has it.
ATTEMPTS_AT_ONCE = 5
# Names that one line may try at once; one more each few seconds.
NAMES_AT_ONCE = 20
# Signing in by names of each kind, for the times it takes.
TIMED = 12
# Below this part of what a known name takes, no password was derived for an unknown one.
DERIVED_MIN = 0.25
NOWHERE = "dossier-" + "0" * 32


def alike(what, answers, told):
    """Finds what tells one answer from the first; `answers` by what was tried."""
    (first, wanted), *rest = answers.items()
    for name, answer in rest:
        for part, ours, theirs in zip(
            ("status", "text", "headers", "cookies"), wanted, answer, strict=True
        ):
            if ours != theirs:
                at = 0
                if part == "text":
                    pairs = enumerate(zip(ours, theirs))
                    short = min(len(ours), len(theirs))
                    at = max(0, next((n for n, (a, b) in pairs if a != b), short) - 40)
                    ours, theirs = ours[at : at + 160], theirs[at : at + 160]
                told("told apart", f"{what}: {first} and {name} by {part}", f"{ours} / {theirs}")


def refused_names(house, told):
    """Signing in by names that are known and not, the one-time code, the passkey."""
    known, keyed, shut, ended = (house[name] for name in ("known", "keyed", "shut", "ended"))
    tried = {}
    for name, person, fields in [
        ("an unknown name", known, {"name": "nobody", "code": "123456"}),
        ("a wrong password", known, {"password": "another long sentence", "code": "123456"}),
        ("a wrong code", known, {"code": "000000"}),
        ("a wrong password and a right code", keyed, {"password": "another long sentence"}),
        ("an account that is shut", shut, {}),
        ("an account that ended", ended, {}),
        ("somebody who has set nothing", house["invited"], {"code": "123456"}),
        ("an odd name", known, {"name": "é\u202e x", "code": "123456"}),
        ("a long name", known, {"name": "n" * 150, "code": "123456"}),
    ]:
        answer = person.sign_in(house.browser(), **fields)
        tried[name] = answer.outside()
        if answer.status != 401:
            told("let in", name, answer.status)
    alike("signing in", tried, told)

    tried = {}
    for name in ("nobody", "known", "keyed", "shut", "ended", "invited"):
        browser = house.browser()
        form = browser.get("/en/office/first").form("/first")
        answer = browser.send(form, name=name, code="AAAAA-BBBBB-CCCCC-DDDDD")
        tried[name] = answer.outside()
        if answer.status != 401:
            told("let in", f"one-time code of {name}", answer.status)
    alike("the one-time code", tried, told)
    asked_for_passkeys(house, told)


def asked_for_passkeys(house, told):
    """The question to an authenticator, by names that are known and not, with passkeys and none."""
    tried, refused = {}, {}
    for name in ("nobody", "known", "keyed", "shut", "ended", "invited"):
        browser, options, asked, tried[name] = question(house, name)
        if name in ("nobody", "keyed"):
            again = question(house, f" {name.upper()} ")[1]
            first, second = (credentials(one) for one in (options, again))
            if first != second or not first:
                told("told apart", f"passkeys of {name}, asked twice", f"{first} / {second}")
        # What an authenticator says that has no such key.
        said = {"id": "AA", "rawId": "AA", "type": "public-key"}
        said["response"] = {"clientDataJSON": "AA", "authenticatorData": "AA", "signature": "AA"}
        refused[name] = browser.send(asked, answer=json.dumps(said)).outside()
    alike("passkeys", tried, told)
    alike("answers of passkeys", refused, told)


def credentials(options):
    public = options.get("publicKey", options)
    return [one["id"] for one in public.get("allowCredentials", [])]


def question(house, name):
    """What a browser is asked for a name: itself, the options, the form, and how it looks but for
    the numbers in it."""
    browser = house.browser()
    form = browser.get("/en/office/sign-in").form("/sign-in/passkey")
    answer = browser.send(form, name=name)
    asked = answer.form("/sign-in/passkey/answer")
    options = json.loads(asked.options)
    public = options.get("publicKey", options)
    # How many there are says nothing as long as names without any show one or two as well.
    shape = json.dumps({**public, "allowCredentials": public.get("allowCredentials", [])[:1]})
    for number in [public["challenge"], *credentials(options)]:
        shape = shape.replace(number, "*")
    status, text, names, cookies = answer.outside()
    text = re.sub(r'data-options="[^"]*"', lambda _: shape, text)
    return browser, options, asked, (status, text, names, cookies)


def dossiers(house, gone, told):
    """A dossier that never was, one of another agency, and one of those that is erased."""
    there = house.dossiers[-1]
    for name in ("dora", "elio"):
        person = house[name]
        token = person.get("").page.forms[0].token
        pages = {}
        for what, number in [("nothing", NOWHERE), ("another's", there), ("erased", gone)]:
            pages[what] = without(number, person.get(f"/dossiers/{number}").outside())
        alike(f"a dossier, for {name}", pages, told)
        forms = {
            "read": {"reason": "a look"},
            "access": {"reason": "on paper"},
            "matters": {"kind": "correction", "words": "a word"},
            "consents": {"to": "share", "purpose": "assistance", "words": "a word"},
            "exports": {"ground": "own-access", "reason": "a copy"},
            "erasure": {"ground": "consent-withdrawn", "reason": "asked"},
            "assign": {"staff": person.staff},
            "holds": {"reason": "a hold"},
        }
        for form, fields in forms.items():
            tried = {}
            for what, number in [("nothing", NOWHERE), ("another's", there), ("erased", gone)]:
                path = person.at(f"/dossiers/{number}/{form}")
                answer = person.browser.post(path, {TOKEN: token, **fields})
                tried[what] = without(number, answer.outside())
                if answer.status < 400:
                    told("let in", f"{name} {form} {what}", answer.status)
            alike(f"{form}, for {name}", tried, told)
    # Who may never open anything in an emergency is not told what there is.
    police, tried = house["elio"], {}
    for what, number in [("nothing", NOWHERE), ("another's", there), ("erased", gone)]:
        form = police.form("/emergency", "/emergency")
        answer = police.browser.send(form, dossier=number, reason="a look")
        tried[what] = without(number, answer.outside())
    alike("an emergency, for the police", tried, told)


def without(number, outside):
    status, text, names, cookies = outside
    return status, text.replace(number, "*"), names, cookies


def held_off(house, told):
    """The sixth attempt at a name in a row, whoever's it is and wherever it comes from."""
    tried = {}
    for what, name in [("nobody", "nobody-else"), ("somebody", "dina")]:
        # Whoever enrolled has used one of the attempts; slow machines give one back.
        for _ in range(ATTEMPTS_AT_ONCE + 2):
            fields = {"name": name, "password": "no " * 6, "code": "123456"}
            answer = house["dina"].sign_in(house.browser(), **fields)
            if answer.status != 401:
                break
        wait = answer.header("retry-after") or ""
        if answer.status != 429 or not wait.isdecimal() or not 1 <= int(wait) <= 60:
            told("not held off", f"attempts at {what}", f"{answer.status}, wait {wait!r}")
        status, text, names, cookies = answer.outside()
        tried[what] = (status, re.sub(r"\d+", "#", text), names, cookies)
    alike("being held off", tried, told)
    one_line(house, told)


def one_line(house, told):
    """Many names from one line, then from one that the asker tries to hide behind others: the last
    that is spoken of is the proxy's word."""
    for what, hidden in [("one line", ""), ("one line that is hidden", "203.0.113.{}, ")]:
        browser = house.browser()
        real = browser.line
        form = browser.get("/en/office/first").form("/first")
        for at in range(NAMES_AT_ONCE * 2):
            browser.line = hidden.format(at) + real
            answer = browser.send(form, name=f"{real} {at}", code="AAAAA")
            if answer.status != 401:
                break
        if answer.status != 429 or at < NAMES_AT_ONCE:
            told("not held off", f"{at + 1} names from {what}", answer.status)


def times(house, random, told):
    """How long it takes to refuse a name that is known and one that is not; says so, and finds
    fault only if no password can have been derived."""
    spent = {"known": [], "unknown": []}
    names = ["bela", "caio", "dora", "elio"]
    browser = house.browser()
    form = browser.get("/en/office/sign-in").form("/sign-in")
    for at in range(TIMED):
        fresh = f"u{random.randrange(10**8)}"
        kinds = [("known", names[at % len(names)]), ("unknown", fresh)]
        random.shuffle(kinds)
        for kind, name in kinds:
            browser.line = next(LINES)
            begun = time.perf_counter()
            answer = browser.send(form, name=name, password="a wrong long sentence", code="123456")
            spent[kind].append(time.perf_counter() - begun)
            if answer.status != 401:
                told("let in", f"{kind} {name}", answer.status)
    known, unknown = (statistics.median(spent[kind]) * 1000 for kind in ("known", "unknown"))
    print(f"door: a name is refused in {known:.1f} ms if known, {unknown:.1f} ms if not "
          f"(medians of {TIMED}; ratio {unknown / known:.2f})")
    if unknown < DERIVED_MIN * known:
        told("no password derived", "an unknown name", f"{unknown:.1f} of {known:.1f} ms")
