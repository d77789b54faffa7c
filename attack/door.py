"""Attacks the door of a node: who is let in, what a form takes and from where, what is told.

A node of an invented State is founded and served; its people are added, enrol and work through its
pages as a browser would. Then every form that any of them is shown is sent without its token, from
elsewhere and with rubbish in it; names, accounts and dossiers that must not be told apart are asked
for; sessions are planted, spoilt and outlived. Every answer on the way is looked at: no fault of
the node, nothing of its inside, every header, the language of its address, no mark of what was put
in.
"""

import argparse
import random
import signal
import sys
import time

import forms
import sessions
import telling
from browser import SESSION
from house import House
from node import founded

SEED = 20261122
# Mutations of one form, chosen by the seed.
MUTATIONS_MAX = 60
# Examples of one finding that are printed.
SAID_MAX = 4
# Kinds of forms that the people of this story are shown; fewer mean that the attack went astray.
KINDS_MIN = 45
# Forms that take something as the attack fills them in.
TAKEN_MIN = 30


class Findings:
    """What was found: by code and what came, each time what was sent."""

    def __init__(self):
        self.found = {}

    def __call__(self, code, sent, found):
        self.found.setdefault((code, str(found)[:60]), []).append((sent, found))

    def say(self):
        for (code, _), times in sorted(self.found.items()):
            print(f"  {code}, {len(times)} times")
            for sent, found in times[:SAID_MAX]:
                print(f"    sent:  {str(sent)[:400]}\n    found: {str(found)[:400]}")


def shown(house):
    """The forms that each is shown, by person: kinds of forms, each with those of that kind."""
    found = {}
    for name, person in house.people.items():
        if SESSION in person.browser.cookies and name not in ("shut", "ended", "keyed"):
            start = person.at("")
            found[name] = forms.forms_of(forms.crawl(person.browser, start, start))
    guest = house.person("guest", "en")
    pages = forms.crawl(guest.browser, "/en/", "/en/")
    pages += forms.crawl(guest.browser, guest.at("/sign-in"), guest.at("/"))
    # Pages that follow one that was sent.
    asked = pages[-1].page and guest.browser.get(guest.at("/sign-in")).form("/sign-in/passkey")
    pages.append(guest.browser.send(asked, name="bela"))
    found["guest"] = forms.forms_of(pages)
    invited = house["invited"]
    first = invited.begin(invited.code)
    found["invited"] = {(first.shape, "post", ()): [first]}
    return found


def without_right(house, found, told):
    """Sends every form without the right to; nothing may change."""
    count = 0
    for name, kinds in found.items():
        person = house[name]
        other = house["caio" if name != "caio" else "bela"]
        others = {
            "another session": other.get("").page.forms[0].token,
            "another guest": house.browser().get("/en/office/first").form("/first").token,
        }
        if person.early:
            others["the time before signing in"] = person.early
        about = values(house, name)
        posted = [alike[0] for (_, method, _), alike in kinds.items() if method == "post"]
        with forms.unchanged(house.node.acts, f"every form of {name}", told):
            for form in posted:
                count += forms.without_token(person.browser, form, about, others, told)
    return count


def values(house, name):
    """What is likely to be taken in the fields of forms. What is for good befalls the victim."""
    guest = name == "guest"
    return {
        "name": f"name {forms.ATTEMPT}" if guest else "Name of an attack",
        "sign-in": f"fresh-{forms.ATTEMPT}",
        "password": "a long sentence that nobody has",
        "code": "123456",
        "reason": "a reason of the attack",
        "words": "words of the attack",
        "staff": house["victim"].staff,
        "dossier": house.dossiers[3],
        "subject": house.dossiers[0],
        "answer": "{}",
    }


def choose(house, alike):
    """Of forms that are alike the one whose harm falls on the victim; none if there is none."""
    shape = alike[0].shape
    if any(shape.endswith(ending) for ending in forms.ENDING):
        return None
    if "/people/*/" in shape:
        own = [form for form in alike if house["victim"].staff in form.action]
        return own[0] if own else None
    return alike[0]


def with_rubbish(house, found, seeded, told):
    """Sends rubbish in every form, each kind as the first who is shown it."""
    count, taken, done = 0, set(), set()
    # Those come last who can end the account of the victim.
    for name in sorted(found, key=lambda name: name in ("ada", "gina")):
        person = house[name]
        for kind, alike in found[name].items():
            form = choose(house, alike)
            if kind in done or form is None:
                continue
            done.add(kind)
            held = person.browser.cookies.get(SESSION)
            about = values(house, name)
            tried, well = forms.fuzz(person.browser, form, about, seeded, MUTATIONS_MAX, told)
            count += tried
            taken |= {kind} if well else set()
            if held and not sessions.is_in(person.browser, person.language):
                told("session lost", form.shape, name)
                return count, done, taken
    return count, done, taken


def attack(house, seeded, told):
    """The whole attack; says how much of each part there was."""
    began = time.monotonic()

    def say(what):
        print(f"door: {what} ({time.monotonic() - began:.1f} s)")

    telling.refused_names(house, told)
    telling.dossiers(house, house.dossiers[2], told)
    telling.times(house, seeded, told)
    telling.held_off(house, told)
    say("names, accounts and dossiers were asked for")
    sessions.attack(house, told)
    say("sessions were planted, spoilt and outlived")
    found = shown(house)
    kinds = {kind for of_one in found.values() for kind in of_one}
    if len(kinds) < KINDS_MIN:
        told("untested", "every page", f"{len(kinds)} kinds of forms")
    say(f"{len(kinds)} kinds of forms found")
    count = without_right(house, found, told)
    say(f"{count} times sent without right")
    paths = [person.at(path) for person in [house.ada] for path in ("/people/x", "/log/x", "/x")]
    paths += ["/en/treaties/x", "/fr/states/x", "/pt/tables/x", "/en/explain/x"]
    count = forms.addresses(house.ada.browser, paths, told)
    count += forms.addresses(house["bela"].browser, [house["bela"].at("/dossiers/x")], told)
    say(f"{count} addresses with rubbish")
    count, done, taken = with_rubbish(house, found, seeded, told)
    if len(taken) < TAKEN_MIN:
        told("untested", "rubbish", f"{len(taken)} of {len(done)} kinds of forms took anything")
    say(f"{count} forms with rubbish; {len(taken)} of {len(done)} kinds took something")
    # What was kept of it stands on pages now.
    for name in ("ada", "bela", "caio", "fara"):
        start = house[name].at("")
        forms.crawl(house[name].browser, start, start)
    say("every page was looked at again")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--drill", action="store_true", help="attack faults made for it")
    arguments.add_argument("--seed", type=int, default=SEED, help=f"another seed than {SEED}")
    asked = arguments.parse_args()
    # Whoever ends the attack ends its node too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside"))
    if asked.drill:
        from door_drill import drill

        sys.exit(0 if drill() else 1)
    told = Findings()
    with founded() as node, node.served(node.secret):
        house = House(node, told)
        house.furnish()
        attack(house, random.Random(asked.seed), told)
    print(f"door: {len(told.found)} findings")
    told.say()
    sys.exit(1 if told.found else 0)


if __name__ == "__main__":
    main()
