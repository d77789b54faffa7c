"""The people of a node under attack: added, enrolled and given work through the pages."""

import base64
import hashlib
import json
import re

from browser import Browser, Device
from node import FIRST

INTAKE = {
    "form": "intake",
    "version": "1",
    "answers": [{"question": "q1", "concept": "name", "text": "Person Invented"}],
}
# An invented table, of which something is released.
COUNTS = "sex,count\nTotal,140\nfemale,85\nmale,55\n"
# Dossiers that are handed in.
DOSSIERS = 4
# By sign-in name: the role, the agency, the language of their pages.
PEOPLE = {
    "bela": ("caseworker", "", "fr"),
    "caio": ("coordinator", "", "pt"),
    "dina": ("data-manager", "", "en"),
    "fara": ("overseer", "", "pt"),
    "gina": ("administrator", "", "fr"),
    "dora": ("caseworker", "services", "en"),
    "elio": ("caseworker", "law-enforcement", "fr"),
    # Whoever is done ill to.
    "victim": ("caseworker", "", "en"),
    # Whose names are tried: one who can sign in, one with a passkey, one whose account was shut,
    # one whose account was ended, one who was never here.
    "known": ("caseworker", "", "en"),
    "keyed": ("caseworker", "", "en"),
    "shut": ("caseworker", "", "en"),
    "ended": ("caseworker", "", "en"),
    "invited": ("caseworker", "", "en"),
}
NUMBER = re.compile(r"staff-[0-9a-f]{32}")
CODE = re.compile(r"[0-9A-Z]{5}(?:-[0-9A-Z]{5}){3}")


class Person:
    """Somebody of the node, with a browser of their own."""

    def __init__(self, house, name, language):
        self.house, self.name, self.language = house, name, language
        self.browser = house.browser()
        self.password = f"a long sentence of {name}, who is nobody"
        self.device = self.staff = self.code = self.early = None

    def at(self, path):
        return f"/{self.language}/office{path}"

    def get(self, path):
        return self.browser.get(self.at(path))

    def form(self, path, ending):
        return self.get(path).form(ending)

    def send(self, path, ending, expected, **fields):
        """Sends the form of a page; ends the attack if the answer is not the one that a story
        without fault has."""
        answer = self.browser.send(self.form(path, ending), **fields)
        if answer.status != expected:
            said = answer.page.main if answer.page else answer.text
            raise SystemExit(f"{self.name}: {path} {ending}: {answer.status} {said}")
        return answer

    def begin(self, code):
        """The page on which the device is set up."""
        answer = self.send("/first", "/first", 200, name=self.name, code=code)
        self.device = Device(answer.page.codes[0])
        return answer.form("/first/set")

    def enrol(self, code):
        form = self.begin(code)
        # The token of the time before there was a session.
        self.early = form.token
        answer = self.browser.send(form, password=self.password, code=self.device.code())
        if answer.status != 303:
            raise SystemExit(f"{self.name} cannot enrol: {answer.status} {answer.page.main}")

    def sign_in(self, browser=None, **more):
        """Tries to sign in with what is right."""
        browser = browser or self.browser
        form = browser.get(self.at("/sign-in")).form("/sign-in")
        right = {"name": self.name, "password": self.password, **more}
        if "code" not in right:
            right["code"] = self.device.code()
        return browser.send(form, **right)


class House:
    """The node with its people and a few dossiers."""

    def __init__(self, node, told):
        self.node, self.told = node, told
        self.people = {}
        self.ada = self.person(FIRST, "en")
        self.ada.enrol(node.code)
        page = self.ada.get("/people").page
        self.ada.staff = NUMBER.search(page.main)[0]
        # The node's own agency is named first, so that it is known what it does.
        own = self.ada.get("/agencies").page.forms
        own = next(form for form in own if form.fields.get("agency", ("",))[0])
        self.ada.browser.send(own, name="Shelter", kind="services")
        self.agencies = {"": ""}
        for kind in ("services", "law-enforcement"):
            self.agencies[kind] = self.agency(kind)
        for name, (role, kind, language) in PEOPLE.items():
            self.add(name, role, self.agencies[kind], language)
        self.dossiers = self.take_in()

    def __getitem__(self, name):
        return self.people[name]

    def browser(self):
        return Browser(self.node.address, self.node.origin, self.told)

    def person(self, name, language):
        self.people[name] = Person(self, name, language)
        return self.people[name]

    def agency(self, kind):
        forms = self.ada.get("/agencies").page.forms
        new = [form for form in forms if "agency" not in form.fields and "kind" in form.fields]
        self.ada.browser.send(new[0], name=f"Other of {kind}", kind=kind)
        page = self.ada.get("/agencies").page
        place = page.main.index(f"Other of {kind}")
        return re.compile(r"agency-[0-9a-f]{32}").search(page.main, place)[0]

    def add(self, name, role, agency, language):
        fields = {"name": f"Person {name}", "sign_in": name, "agency": agency}
        fields[f"role-{role}"] = "yes"
        answer = self.ada.send("/people", "/people/add", 200, **fields)
        person = self.person(name, language)
        person.staff = NUMBER.search(answer.page.main)[0]
        person.code = CODE.search(answer.page.main)[0]
        if name != "invited":
            person.enrol(person.code)

    def take_in(self):
        """Hands dossiers in and puts them into care; returns their numbers."""
        for number in range(DOSSIERS):
            source = {"source": "shelter list", "number": str(number)}
            record = json.dumps({**INTAKE, "source": source})
            entry = ["record", "enter", self.node.folder, "-", "--about", "victim", "--deposit"]
            self.node.run(*entry, text=record)
        bela, caio = self["bela"], self["caio"]
        bela.send("", "/deposits", 303)
        found = re.findall(r"dossier-[0-9a-f]{32}", caio.get("/dossiers").text)
        dossiers = sorted(set(found))
        if len(dossiers) != DOSSIERS:
            raise SystemExit(f"{len(dossiers)} dossiers of {DOSSIERS}")
        for dossier in dossiers:
            caio.send(f"/dossiers/{dossier}", "/assign", 303, staff=bela.staff)
        return dossiers

    def furnish(self):
        """Gives every page something to show: consents, matters, holds, what waits for a second."""
        bela, caio, ada = self["bela"], self["caio"], self.ada
        cover = f"/dossiers/{self.dossiers[0]}"
        caio.send(cover, "/holds", 303, reason="an order of a court")
        bela.send(cover, "/consents", 303, words="she said so", until="")
        for kind in ("correction", "complaint"):
            bela.send(cover, "/matters", 303, kind=kind, words="she asks")
        ground = {"ground": "consent-withdrawn", "reason": "she asked"}
        bela.send(f"/dossiers/{self.dossiers[2]}", "/erasure", 303, **ground)
        self["fara"].send("", "/confirm", 303, sure="yes")
        bela.send(f"/dossiers/{self.dossiers[1]}", "/erasure", 303, **ground)
        self["dora"].send(
            "/emergency", "/emergency", 303, dossier=self.dossiers[0], reason="in hospital"
        )
        ada.send(f"/people/{self['victim'].staff}", "/reset", 200, reason="the device is lost")
        ada.send(f"/people/{self['shut'].staff}", "/suspend", 303)
        ada.send(f"/people/{self['ended'].staff}", "/end", 303, sure="yes")
        self.release()
        self.passkey(self["keyed"])

    def release(self):
        """Has a table brought in by one person and released by another, and a second one left."""
        dina, caio = self["dina"], self["caio"]
        for name in ("released", "left"):
            said = {"population": f"victims of XA, {name}", "vintage": "2030"}
            dina.send("/drafts", "/drafts", 303, name=name, table=COUNTS, **said)
        page = caio.get("/drafts").text
        draft = re.search(r"draft-[0-9a-f]{32}(?=\"[^>]*>released<)", page)[0]
        answer = caio.send(f"/drafts/{draft}", "/examine", 200)
        answer = caio.browser.send(answer.form("/sign"), sure="yes")
        if answer.status != 303:
            raise SystemExit(f"no release: {answer.status} {answer.page.main}")

    def passkey(self, person):
        """Registers a passkey that says nothing of its make, so that nothing is to be signed."""
        answer = person.send("/account", "/account/passkey", 200)
        form = answer.form("/account/passkey/answer")
        made = attestation(json.loads(form.options), self.node.origin)
        answer = person.browser.send(form, answer=json.dumps(made))
        if answer.status != 303:
            raise SystemExit(f"no passkey: {answer.status} {answer.page.main}")


def text64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


# The point by which the curve P-256 is given (SEC 2, version 2, 2.4.2): a public key like others.
POINT = (
    "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
)
# User present and verified, with a credential (Web Authentication, level 3, 6.1).
PRESENT_VERIFIED_NEW = 0x45


def attestation(options, origin):
    """What a browser answers for a new passkey of no make."""
    public = options.get("publicKey", options)
    credential = hashlib.sha256(b"credential of an attack").digest()
    x, y = (b"\x58\x20" + bytes.fromhex(one) for one in POINT)
    # COSE: EC2, ES256, P-256, x, y (RFC 9053, 7.1).
    key = b"\xa5\x01\x02\x03\x26\x20\x01\x21" + x + b"\x22" + y
    party = hashlib.sha256(public["rp"]["id"].encode()).digest()
    data = party + bytes([PRESENT_VERIFIED_NEW]) + bytes(4) + bytes(16)
    data += len(credential).to_bytes(2, "big") + credential + key
    # CBOR: {"fmt": "none", "attStmt": {}, "authData": data}.
    made = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58" + bytes([len(data)]) + data
    client = {"type": "webauthn.create", "challenge": public["challenge"], "origin": origin}
    response = {
        "attestationObject": text64(made),
        "clientDataJSON": text64(json.dumps({**client, "crossOrigin": False}).encode()),
    }
    name = text64(credential)
    return {"id": name, "rawId": name, "type": "public-key", "response": response}
