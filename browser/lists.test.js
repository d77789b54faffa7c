// Hidden populations from a node's own lists: a data manager at a desk, in English; a coordinator on a
// phone, in French; another at a phone, in Portuguese. Sixty invented persons on three lists.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { accessibilityOf, overflow } from "./checks.js";
import { launch } from "./chromium.js";
import { Node } from "./node.js";
import { DESK, PHONE, Person } from "./person.js";

const STORY = "lists";
const BY = "event.detected_by";
const LISTS = ["ngo", "police", "self"];
// By history: ngo, police, both, self, ngo and self, police and self, all.
const COUNTS = [17, 14, 7, 13, 6, 3, 0];

function records() {
  const found = [];
  COUNTS.forEach((count, at) => {
    for (let one = 0; one < count; one += 1) {
      const on = LISTS.filter((_, list) => ((at + 1) >> list) & 1);
      const answers = on.map((code) => ({
        question: "q2", concept: BY, code: { list: "detected_by", version: "1", code },
      }));
      const name = { question: "q1", concept: "name", text: `Pessoa Inventada ${found.length}` };
      const source = { source: "shelter list", number: String(found.length) };
      found.push({ form: "intake", version: "1", source, answers: [name, ...answers] });
    }
  });
  return JSON.stringify(found);
}

describe("hidden populations from the node's own lists", () => {
  let browser;
  let node;
  let origin;
  const people = {};

  before(async () => {
    const binary = process.env.PALERMO_BIN;
    assert.ok(binary, "PALERMO_BIN names the palermo binary to test");
    browser = await launch();
    node = await Node.found(binary);
    const add = ["user", "add", node.folder, "--name", "Pessoa Registo", "--role", "caseworker"];
    const keeper = JSON.parse(
      await node.command([...add, "--actor", node.founded.administrator, "--json"]),
    );
    const enter = ["record", "enter", node.folder, "-", "--actor", keeper.staff, "--json"];
    await node.command(enter, {}, records());
    origin = await node.serve();
    const ada = await Person.enter(browser, origin, "ada", { story: STORY });
    await ada.enrol(node.founded.code);
    const join = async (name, roles, options) => {
      people[name] = await ada.add(browser, name, roles, options);
    };
    await join("dana", ["data-manager"], { language: "en", viewport: DESK });
    await join("caio", ["coordinator"], { language: "fr", viewport: PHONE });
    await join("dina", ["data-manager"], { language: "pt", viewport: PHONE });
    await join("casey", ["caseworker"], { language: "en", viewport: DESK });
  });

  after(async () => {
    await browser?.close();
    await node?.stop();
  });

  const estimate = async (person, fields = {}) => {
    await person.go("/lists");
    return person.send(person.form("/lists"), { reason: "Zofia asks", ...fields });
  };

  it("is reached from the home of those who may, and by nobody else", async () => {
    const { dana, casey } = people;
    await dana.go("");
    await dana.arrive(() => dana.page.locator('.bar a[href$="/office/lists"]').click());
    await dana.look("form");
    await casey.go("");
    assert.equal(await casey.page.locator('.bar a[href$="/office/lists"]').count(), 0);
    assert.equal((await casey.go("/lists")).status(), 403);
  });

  it("answers with estimates, and no count below five", async () => {
    for (const person of [people.dana, people.caio, people.dina]) {
      assert.equal(await estimate(person), 200, await person.text());
      const said = await person.text();
      assert.doesNotMatch(said, /Zofia|Inventada/);
      const cells = await person.page.locator("table:has(#pairs) td, #pairs ~ * td").allInnerTexts();
      assert.ok(!cells.some((cell) => /^[0-4]$/.test(cell.trim())), cells.join(" | "));
      await person.look("answer");
    }
    assert.match(await people.dana.text(), /fewer than 5, or nobody/);
    assert.match(await people.caio.text(), /moins de 5, ou personne/);
    assert.match(await people.dina.text(), /menos de 5, ou ninguém/);
  });

  it("gives a file of what may leave, without asking again", async () => {
    const { page } = people.dana;
    const coming = page.waitForEvent("download");
    await page.locator("a[download]").click();
    const file = await coming;
    assert.match(file.suggestedFilename(), /^estimate-[0-9a-f]{16}\.csv$/);
    const parts = [];
    for await (const part of await file.createReadStream()) {
      parts.push(part);
    }
    const text = Buffer.concat(parts).toString("utf8");
    assert.match(text, /^what,name,value/);
    assert.match(text, /persons,victim by event\.detected_by,60,/);
    assert.match(text, /pair,police & self,,,,,,masked/);
  });

  it("prints what may leave and nothing else", async () => {
    const { page } = people.dana;
    await page.emulateMedia({ media: "print" });
    const printed = await page.locator("main").innerText();
    assert.match(printed, /What may leave/);
    assert.doesNotMatch(printed, /fewer than 5, or nobody/);
    assert.match(printed, /A dossier is taken for one person/);
    // Links on paper bear no sign; nobody follows them there.
    await page.screenshot({ path: people.dana.picture("print"), fullPage: true });
    await page.emulateMedia({ media: "screen" });
  });

  it("says beside the form why nothing is estimated, and repeats no reason", async () => {
    const { dina } = people;
    assert.equal(await estimate(dina, { lists: "police\nself, ngo\nborder" }), 422);
    assert.match(await dina.text(), /A lista “border” contém menos de 5 pessoas/);
    assert.equal(await dina.page.locator("#reason-lists").inputValue(), "");
    assert.deepEqual(await overflow(dina.page), []);
    assert.deepEqual(await accessibilityOf(dina.tools), []);
    await dina.look("refused");
  });

  it("is kept in the log, by whom and when", async () => {
    const { dana } = people;
    await dana.go("/account/log");
    assert.match(await dana.text(), /own lists were estimated from/);
    await dana.look("log");
  });
});
