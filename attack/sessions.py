"""Sessions: whose they are, when they begin and end, and where a browser is led."""

from urllib.parse import quote

from browser import GUEST, SESSION, TOKEN

PLANTED = "ab" * 32
ELSEWHERE = [
    "https://elsewhere.example/",
    "//elsewhere.example/en/office",
    "/\\elsewhere.example",
    "/en/office/..//elsewhere.example",
    "/en/office/%2e%2e/%2e%2e//elsewhere.example",
    "/en/office@elsewhere.example",
    "/en/office.elsewhere.example",
    "javascript:alert(1)",
    "/en/office\r\nSet-Cookie: injected=1",
    "/en/office/sign-out?x=1#y",
    "http:elsewhere.example",
    "\x00//elsewhere.example",
]


def is_in(browser, language="en"):
    """Whether the pages of those who are signed in are open to it."""
    answer = browser.get(f"/{language}/office", keep=False)
    if answer.status == 303 and "/office/sign-in" in answer.location:
        return False
    return answer.status == 200


def cookie_faults(answer, told):
    """What is wrong with the cookies of an answer."""
    for name, value in answer.headers:
        if name.lower() != "set-cookie":
            continue
        parts = [part.strip().lower() for part in value.split(";")]
        for wanted in ("path=/", "secure", "httponly", "samesite=strict"):
            if wanted not in parts[1:]:
                told("cookie", value, f"no {wanted}")
        if not value.startswith("__Host-") or any(part.startswith("domain") for part in parts):
            told("cookie", value, "not bound to the host")


def planted(house, person, told):
    """A session that was put into the browser before is not the one after."""
    browser = house.browser()
    browser.cookies = {SESSION: PLANTED, GUEST: PLANTED}
    if is_in(browser):
        told("fixation", "a cookie that was made up", "is a session")
    answer = person.sign_in(browser)
    cookie_faults(answer, told)
    given = answer.cookies.get(SESSION)
    if answer.status != 303 or given is None:
        return told("fixation", "signing in with a planted cookie", answer.status)
    if given.value == PLANTED:
        told("fixation", "a planted cookie", "became the session")
    other = house.browser()
    other.cookies = {SESSION: PLANTED}
    if is_in(other):
        told("fixation", "a planted cookie", "is a session after signing in")
    return browser


def changed(house, person, browser, told):
    """Signing in where somebody is signed in makes another session, and ends the first."""
    old = dict(browser.cookies)
    answer = person.sign_in(browser)
    if answer.status != 303 or browser.cookies.get(SESSION) == old[SESSION]:
        told("fixation", "signing in again", f"{answer.status}, and the session stays")
    before = house.browser()
    before.cookies = old
    if is_in(before) or not is_in(browser):
        told("session", "signing in again", "the old session holds, or the new one does not")


def spoilt(house, browser, told):
    """Cookies that are nearly right, and several at a time."""
    right = browser.cookies[SESSION]
    last = "0" if right[-1] != "0" else "1"
    other = house["caio"].browser.cookies[SESSION]
    for name, value in {
        "another last digit": right[:-1] + last,
        "too short": right[:-1],
        "too long": right + "0",
        "empty": "",
        "quoted": f'"{right}0"',
        "not hexadecimal": "g" * 64,
        "very long": "a" * 6000,
        "encoded": "%61" * 64,
        "the guest's": browser.cookies.get(GUEST, ""),
    }.items():
        tried = house.browser()
        tried.cookies = {SESSION: value}
        if is_in(tried):
            told("session", f"a cookie {name}", "lets in")
    for first, second in [(right, other), (PLANTED, right), (right, PLANTED)]:
        tried = house.browser()
        cookies = f"{SESSION}={first}; {SESSION}={second}"
        answer = tried.get("/en/office", headers={"Cookie": cookies}, keep=False)
        if answer.status not in (200, 303, 400, 401):
            told("session", "two cookies", answer.status)
    tried = house.browser()
    for name in ("palermo", "__Secure-palermo", "__host-palermo", " __Host-palermo "):
        tried.cookies = {name: right}
        if name.strip() != SESSION and is_in(tried):
            told("session", f"a cookie {name}", "lets in")


def led_back(house, person, told):
    """After signing in one is led to a page of the office, and nowhere else."""
    for given in ELSEWHERE:
        browser = house.browser()
        page = browser.get(f"/en/office/sign-in?next={quote(given, safe='')}")
        if page.status == 200 and any("next" in form.fields for form in page.page.forms):
            told("led away", f"next={given!r}", "stands in the form")
    # Whoever signs in by a form that was changed is led to the first page.
    answer = person.sign_in(house.browser(), next=ELSEWHERE[1])
    if answer.status != 303 or answer.location != person.at(""):
        told("led away", f"next={ELSEWHERE[1]}", f"{answer.status} {answer.location}")


def over(house, person, browser, told):
    """After signing out the cookie is worth nothing; nor is it when the account is shut."""
    kept = dict(browser.cookies)
    form = browser.get("/en/office").form("/sign-out")
    answer = browser.send(form)
    cookie_faults(answer, told)
    if SESSION in browser.cookies:
        told("session", "signing out", "leaves the cookie")
    browser.cookies = kept
    if is_in(browser):
        told("session", "signing out", "the old cookie lets in")
    sent = browser.post("/en/office/account/sessions/end", {TOKEN: form.token}, keep=False)
    if sent.status < 400:
        told("session", "signing out", "the old cookie still sends")
    victim = house["keyed"]
    held = house.browser()
    held.cookies = dict(victim.browser.cookies)
    if not is_in(held):
        told("session", "somebody", "has no session to lose")
    house.ada.send(f"/people/{victim.staff}", "/suspend", 303)
    if is_in(held):
        told("session", "an account that is shut", "its session holds")


def attack(house, told):
    """Everything about sessions. Ends with one account shut."""
    person = house["gina"]
    for name, one in house.people.items():
        gone = name in ("shut", "ended", "invited")
        if is_in(one.browser, one.language) == gone:
            told("session", name, f"signed in is {not gone}")
    cookie_faults(house.browser().get("/en/office/sign-in"), told)
    browser = planted(house, person, told)
    if browser is None:
        return
    changed(house, person, browser, told)
    spoilt(house, browser, told)
    over(house, person, browser, told)
    led_back(house, house["fara"], told)
