// Each check is shown to fail on a page made to break it, and to pass on a plain good one.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import {
  accessibility,
  keyboard,
  policyProblems,
  rightToLeft,
  submitDate,
  visit,
  weightBytes,
  withoutScript,
} from "./checks.js";
import { launch } from "./chromium.js";
import { serve, STRICT } from "./server.js";

const page = (main, { head = "", lang = "en", skip = true } = {}) => `<!doctype html>
<html lang="${lang}"><head><meta charset="utf-8"><title>A page</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/page.css">${head}</head>
<body>${skip ? '<a href="#main">Skip to content</a>' : ""}
<nav aria-label="Main"><a href="/good">Home</a></nav>
<main id="main">${main}</main></body></html>`;

const form = (action) => `<form action="${action}"><label for="on">Date</label>
<input id="on" name="on" type="date"><button>Show</button></form>`;

const GOOD = page(`<h1>Parties</h1>${form("/good")}
<table><tr><th scope="col">Parties</th></tr><tr><td>157</td></tr></table>`);

// The same with a style sheet of its own.
const sheets = {};
const styled = (name, main, css) => {
  sheets[`/${name}.css`] = css;
  return page(main, { head: `<link rel="stylesheet" href="/${name}.css">` });
};

const written = "<h1>Parties</h1><form></form><table></table>";

const PAGES = {
  "/page.css": "a:focus, input:focus, button:focus { outline: 2px solid #000 }",
  "/good": GOOD,
  "/gone": { status: 500, body: GOOD },
  "/french": page("<h1>Parties</h1>", { lang: "fr" }),
  "/open": { body: GOOD, headers: { "content-security-policy": "default-src *" } },
  "/blocked": page("<h1>Parties</h1>", { head: "<script>document.title = 'x'</script>" }),
  "/wide": page('<h1>Parties</h1><img alt="" width="2000" height="9" src="data:,">'),
  "/boxed": styled(
    "boxed",
    '<h1>Parties</h1><div class="box"><p class="long">A</p></div>',
    ".box { overflow-x: auto } .long { width: 2000px }",
  ),
  "/left": styled(
    "left",
    '<h1>Parties</h1><p class="out">A</p>',
    "[dir=rtl] .out { width: 150vw }",
  ),
  "/away": {
    body: page('<h1>Parties</h1><img alt="" src="http://elsewhere.invalid/a.png">'),
    headers: { "content-security-policy": "default-src 'self'; img-src *" },
  },
  "/broken": page('<h1>Parties</h1><img alt="" src="/absent.png">'),
  "/unlabelled": page("<h1>Parties</h1><form><input type=text></form>"),
  "/folded": page("<h1>A</h1><details><summary>B</summary><table><td>C</table></details>"),
  "/scripted": {
    body: page('<script src="/write.js"></script>'),
    headers: { "content-security-policy": "default-src 'self'; img-src data:" },
  },
  "/write.js": {
    body: `document.write("${written}")`,
    headers: { "content-type": "text/javascript" },
  },
  "/deaf": page(`<h1>Parties</h1>${form("/good").replace('name="on"', "")}`),
  "/no-skip": page("<h1>Parties</h1>", { skip: false }),
  "/hidden-skip": styled(
    "hidden-skip",
    "<h1>Parties</h1>",
    "a[href='#main'] { position: absolute; left: -999px }",
  ),
  "/no-outline": styled("no-outline", "<h1>Parties</h1>", "nav a:focus { outline: none }"),
  "/trap": page('<h1>Parties</h1><div inert><a href="/good">Out of reach</a></div>'),
  "/heavy": page(`<h1>Parties</h1><!-- ${"x".repeat(80_000)} -->`),
  ...sheets,
};

describe("the checks themselves", () => {
  let browser;
  let server;

  before(async () => {
    [browser, server] = [await launch(), await serve(PAGES)];
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  const at = (path) => server.origin + path;
  const finds = (problems, words) => {
    assert.ok(
      problems.some((problem) => problem.includes(words)),
      `"${words}" expected in ${JSON.stringify(problems)}`,
    );
  };

  it("pass on a plain good page", async () => {
    const url = at("/good");
    for (const width of [1280, 360]) {
      assert.deepEqual(await visit(browser, url, { width, language: "en" }), []);
      assert.deepEqual(await accessibility(browser, url, { width }), []);
      assert.deepEqual(await rightToLeft(browser, url, { width }), []);
      assert.deepEqual(await keyboard(browser, url, { width }), []);
    }
    const all = { form: true, table: true, says: ["157"] };
    assert.deepEqual(await withoutScript(browser, url, all), []);
    assert.deepEqual(await submitDate(browser, url, "2013-09-04", { says: ["157"] }), []);
  });

  it("find a wrong status and a wrong language", async () => {
    finds(await visit(browser, at("/gone")), "status 500, expected 200");
    finds(await visit(browser, at("/french"), { language: "en" }), 'lang is "fr"');
  });

  it("find a policy that is absent, open, or violated", async () => {
    finds(policyProblems(undefined), "no Content-Security-Policy");
    finds(policyProblems("default-src 'self'; script-src 'unsafe-inline'"), "script-src allows");
    finds(policyProblems("img-src 'self'"), "default-src is *");
    finds(await visit(browser, at("/open")), "default-src is *");
    finds(await visit(browser, at("/blocked")), "policy violated");
  });

  it("find a request that leaves the host, and one that fails", async () => {
    finds(await visit(browser, at("/away")), "leaves the host: http://elsewhere.invalid/a.png");
    finds(await visit(browser, at("/broken")), "status 404");
  });

  it("find a page wider than its window, and let a box scroll", async () => {
    finds(await visit(browser, at("/wide"), { width: 360 }), "px in a window of 360 px");
    assert.deepEqual(await visit(browser, at("/boxed"), { width: 360 }), []);
    assert.deepEqual(await visit(browser, at("/left"), { width: 360 }), []);
    finds(await rightToLeft(browser, at("/left"), { width: 360 }), "right to left");
  });

  it("find what axe finds", async () => {
    finds(await accessibility(browser, at("/unlabelled")), "axe label");
  });

  it("find a page that needs script", async () => {
    const problems = await withoutScript(browser, at("/scripted"), { form: true, table: true });
    assert.equal(problems.length, 3, JSON.stringify(problems));
    assert.deepEqual(await visit(browser, at("/scripted")), []);
    assert.deepEqual(await withoutScript(browser, at("/folded"), { table: true }), []);
    finds(await withoutScript(browser, at("/folded"), { form: true }), "no visible main form");
    finds(await withoutScript(browser, at("/good"), { says: ["158"] }), 'does not say "158"');
    finds(await submitDate(browser, at("/french"), "2013-09-04"), "no form with a date");
    finds(await submitDate(browser, at("/deaf"), "2013-09-04"), "does not hold the date");
    const other = await submitDate(browser, at("/good"), "2013-09-04", { says: ["158"] });
    finds(other, 'does not say "158"');
  });

  it("find what the keyboard cannot use", async () => {
    finds(await keyboard(browser, at("/no-skip")), "no link to a part of the page");
    finds(await keyboard(browser, at("/hidden-skip")), "not visible when focused");
    finds(await keyboard(browser, at("/no-outline")), 'a "Home" shows no focus');
    finds(await keyboard(browser, at("/trap")), "never reached");
  });

  it("weigh a page with all that it loads", async () => {
    const light = await weightBytes(browser, at("/good"));
    const heavy = await weightBytes(browser, at("/heavy"));
    assert.ok(light > GOOD.length && light < 5_000, `${light} bytes`);
    assert.ok(heavy > 80_000, `${heavy} bytes`);
  });
});
