// The bench of releases, as two persons of a node meet it: a data manager on a phone, in Portuguese,
// brings a table in; a coordinator at a desk, in French, signs it and later withdraws it.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { launch } from "./chromium.js";
import { Node } from "./node.js";
import { DESK, PHONE, Person } from "./person.js";

const STORY = "release";
// Invented counts of an invented State. The small one and what protects it stand nowhere else.
const COUNTS = `distrito,forma,count
Total,Total,6335
Total,trabalho forçado,4239
Total,outra,2096
Norte,Total,3000
Norte,trabalho forçado,1700
Norte,outra,1300
Sul,Total,2214
Sul,trabalho forçado,1421
Sul,outra,793
Ilhas,Total,1121
Ilhas,trabalho forçado,1118
Ilhas,outra,3
`;
const FILE = { name: "vitimas.csv", mimeType: "text/csv", buffer: Buffer.from(COUNTS) };
const NAMED = {
  name: "Vítimas identificadas em XA, 2030",
  population: "vítimas identificadas em XA",
  vintage: "2030",
};
// Other persons, of whom a yearbook has printed every count.
const OTHERS = { population: "outras pessoas", vintage: "2029" };
// The counts of the row that hides, as any of the languages writes them.
const HIDDEN = /\b1[.,\s\u00a0\u202f]?118\b/;

describe("a counted table, from one person to another to everybody", () => {
  let browser;
  let node;
  let origin;
  const people = {};
  let cover;
  let release;

  before(async () => {
    const binary = process.env.PALERMO_BIN;
    assert.ok(binary, "PALERMO_BIN names the palermo binary to test");
    browser = await launch();
    node = await Node.found(binary);
    origin = await node.serve();
    const ada = await Person.enter(browser, origin, "ada", { story: STORY });
    await ada.enrol(node.founded.code);
    const add = async (name, roles, options) => {
      people[name] = await ada.add(browser, name, roles, options);
    };
    await add("dina", ["data-manager", "coordinator"], { language: "pt", viewport: PHONE });
    await add("caio", ["coordinator"], { language: "fr", viewport: DESK });
    await add("fara", ["overseer"], { language: "en", viewport: PHONE });
  });

  after(async () => {
    await browser?.close();
    await node?.stop();
  });

  it("refuses a table whose totals do not hold, and keeps what was typed", async () => {
    const { dina } = people;
    await dina.go("/drafts");
    await dina.look("drafts-empty");
    const table = COUNTS.replace("6335", "6334").replace("outra,3\n", "outra,<5\n");
    assert.equal(await dina.send(dina.form("/drafts"), { ...NAMED, table }), 422);
    assert.match(await dina.text(), /Nada foi trazido/);
    assert.equal(await dina.page.locator('[name="name"]').inputValue(), NAMED.name);
    assert.equal(await dina.page.locator('[name="table"]').inputValue(), table);
    await dina.look("refused");
  });

  it("takes a file in, sealed", async () => {
    const { dina } = people;
    const fields = { ...NAMED, table: "", file: FILE };
    assert.equal(await dina.send(dina.form("/drafts"), fields), 303, await dina.text());
    cover = new URL(dina.page.url()).pathname.replace(/^\/pt\/office/, "");
    assert.doesNotMatch(await dina.text(), HIDDEN);
    await dina.look("draft");
  });

  it("shows what would be printed and why cells are masked, without their counts", async () => {
    const { dina } = people;
    const form = dina.form("/examine");
    const button = form.locator("button[type=submit]").first();
    assert.equal(await dina.send(form, { rule: "victims@1" }, button), 200);
    const said = await dina.text();
    for (const words of ["Poderia ser divulgada assim", "contagem pequena", "protege outras"]) {
      assert.match(said, new RegExp(words));
    }
    assert.doesNotMatch(said, HIDDEN);
    assert.match(said, /Outra pessoa tem de a divulgar/);
    assert.equal(await dina.form("/sign").count(), 0);
    await dina.look("examined");
  });

  it("compares all rules", async () => {
    const { dina } = people;
    await dina.go(cover);
    const form = dina.form("/examine");
    assert.equal(await dina.send(form, {}, form.locator("button[formaction]")), 200);
    const said = await dina.text();
    for (const words of ["Vítimas, estrita", "Arredondado a múltiplos de 5", "sim, mas não protege nada"]) {
      assert.match(said, new RegExp(words));
    }
    assert.doesNotMatch(said, HIDDEN);
    await dina.look("compared");
  });

  it("refuses whoever brought it, even if the form is forged", async () => {
    const { dina } = people;
    await dina.go(cover);
    const form = dina.form("/examine");
    await form.evaluate((element) => {
      element.action = element.action.replace(/examine$/, "sign");
      const sure = document.createElement("input");
      Object.assign(sure, { type: "hidden", name: "sure", value: "yes" });
      element.append(sure);
    });
    const forged = dina.form("/sign");
    const chosen = { rule: "victims@1", as: "coordinator.statistics" };
    const button = forged.locator("button[type=submit]").first();
    assert.equal(await dina.send(forged, chosen, button), 409);
    assert.match(await dina.text(), /Outra pessoa tem de a divulgar/);
    await dina.look("own");
  });

  it("lets a second person look and sign", async () => {
    const { caio } = people;
    await caio.go("/drafts");
    await caio.look("drafts");
    await caio.go(cover);
    await caio.look("draft");
    const form = caio.form("/examine");
    const compare = form.locator("button[formaction]");
    assert.equal(await caio.send(form, {}, compare), 200);
    await caio.look("compared");
    const strict = caio.page.locator("tr", { hasText: "Victimes, stricte" }).locator("form");
    assert.equal(await caio.send(strict), 200);
    assert.match(await caio.text(), /Il pourrait être diffusé ainsi/);
    await caio.look("examined");
    assert.equal(await caio.send(caio.form("/sign"), { sure: "yes" }), 303, await caio.text());
    release = new URL(caio.page.url()).pathname.split("/").pop();
    assert.doesNotMatch(await caio.text(), HIDDEN);
    await caio.look("signed");
  });

  it("explains a masked cell to the office, and the release to everybody", async () => {
    const { caio } = people;
    const fields = { "code-1": "Ilhas", "code-2": "outra" };
    assert.equal(await caio.send(caio.form("/explain"), fields), 200);
    assert.match(await caio.text(), /petit comptage/);
    assert.doesNotMatch(await caio.text(), HIDDEN);
    await caio.look("explained");
    const anybody = await Person.enter(browser, origin, "anybody", { story: STORY });
    const answer = await anybody.page.goto(`${origin}/pt/explain/${release}`);
    assert.equal(answer.status(), 200);
    assert.match(await anybody.text(), /Vítimas, estrita/);
    // By its name, not by that of the file.
    assert.match(await anybody.text(), /Vítimas identificadas em XA, 2030/);
    assert.doesNotMatch(await anybody.text(), /vitimas\.csv/);
    assert.doesNotMatch(await anybody.text(), HIDDEN);
    await anybody.look("public");
  });

  it("keeps a list of what went out and of what others know", async () => {
    const { caio, fara } = people;
    await fara.go("/releases");
    assert.match(await fara.text(), new RegExp(release));
    await fara.look("releases");
    await fara.go("/known");
    await fara.look("known");
    await caio.go("/known");
    await caio.page.locator("#parties > details > summary").click();
    const party = caio.page.locator('form[action$="/parties"]');
    assert.equal(await caio.send(party, { party: "XA", sees: "PACT-1" }), 303);
    await caio.page.locator("#publications > details > summary").click();
    const listing = caio.page.locator('form[action$="/publications"]');
    const fields = { name: "Anuário de XA", ...OTHERS, table: COUNTS };
    assert.equal(await caio.send(listing, fields), 303, await caio.text());
    assert.match(await caio.text(), /Anuário de XA/);
    await caio.look("known");
  });

  it("refuses what the ledger lets somebody work back", async () => {
    const { dina } = people;
    await dina.go("/drafts");
    const fields = { name: "O que o anuário já disse", ...OTHERS, table: COUNTS };
    assert.equal(await dina.send(dina.form("/drafts"), fields), 303, await dina.text());
    const form = dina.form("/examine");
    const button = form.locator("button[type=submit]").first();
    assert.equal(await dina.send(form, { rule: "victims@1" }, button), 200);
    assert.match(await dina.text(), /Não pode ser divulgada assim/);
    assert.match(await dina.text(), /já impressa antes/);
    assert.equal(await dina.form("/sign").count(), 0);
    await dina.look("unsafe");
  });

  it("withdraws with a reason that everybody reads", async () => {
    const { caio, fara } = people;
    await caio.go(`/releases/${release}`);
    await caio.page.locator("#withdraw summary").click();
    const reason = "un district compté deux fois";
    assert.equal(await caio.send(caio.form("/withdraw"), { reason, sure: "yes" }), 303);
    await caio.look("withdrawn");
    const answer = await fara.page.goto(`${origin}/en/explain/${release}`);
    assert.equal(answer.status(), 200);
    assert.match(await fara.text(), new RegExp(reason));
    await fara.look("public-withdrawn");
    await fara.go("/releases");
    assert.match(await fara.text(), /withdrawn/);
  });
});
