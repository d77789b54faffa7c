// From a case to a figure: a shelter worker on a phone, in Portuguese, enters a person; a police
// officer at a desk, in French, enters a charge; a data manager counts, a coordinator releases, and
// everybody sees the figure. Explaining walks back for the data manager and stops for the public;
// another shelter sees nothing of it.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { launch } from "./chromium.js";
import { Node } from "./node.js";
import { DESK, PHONE, Person } from "./person.js";

const STORY = "story";
const NAMED = "Synthetic Nobody of XA";
const PERIOD = ["--period", "2019..2024"];

describe("from a case to a figure", () => {
  let browser;
  let node;
  let origin;
  let folder;
  let counter;
  const people = {};
  const agencies = {};
  const before_ = {};
  let dossier;
  let release;

  const json = async (...words) => JSON.parse(await node.command([...words, "--json"]));
  // What a figure comes to in one cell, before anything is masked: for the test alone.
  const counted = async (figure, wanted) => {
    const told = await json("tabulate", node.folder, "--figure", figure, ...PERIOD, "--actor", counter);
    const found = told.cells.find(({ cell }) =>
      Object.entries(wanted).every(([name, code]) => cell[name] === code),
    );
    return found.counted.value;
  };
  const victims = () => counted("gr-victims", { year: "2024", sex: "Female", age: "total" });
  const charged = () => counted("gr-prosecuted", { year: "2024", sex: "total", age: "total" });

  before(async () => {
    const binary = process.env.PALERMO_BIN;
    assert.ok(binary, "PALERMO_BIN names the palermo binary to test");
    browser = await launch();
    node = await Node.found(binary);
    folder = mkdtempSync(join(tmpdir(), "palermo-story-"));
    await node.command(["synthetic", join(folder, "records"), "--cases", "1200", "--seed", "3"]);
    const admin = ["--actor", node.founded.administrator];
    for (const [name, kind] of [
      ["shelter", "services"], ["border", "law-enforcement"], ["inspectorate", "services"],
      ["police", "law-enforcement"], ["haven", "services"],
    ]) {
      const named = `${name} of XA (invented)`;
      const made = await json("agency", "add", node.folder, "--name", named, "--kind", kind, ...admin);
      agencies[name] = made.agency;
    }
    const keeper = async (agency) => {
      const who = ["--name", "Syn Keeper", "--role", "data-manager"];
      const of = agency ? ["--agency", agencies[agency]] : [];
      return (await json("user", "add", node.folder, ...who, ...of, ...admin)).staff;
    };
    counter = await keeper();
    for (const [agency, about] of [
      ["shelter", "victim"], ["border", "victim"], ["inspectorate", "victim"],
      ["police", "suspect"], ["police", "case"],
    ]) {
      const file = join(folder, "records", agency, `${about}.jsonl`);
      const by = await keeper(agency);
      await json("record", "import", node.folder, file, "--about", about, "--actor", by);
    }
    before_.victims = await victims();
    before_.charged = await charged();
    origin = await node.serve();
    const ada = await Person.enter(browser, origin, "ada", { story: STORY });
    await ada.enrol(node.founded.code);
    const join_ = async (name, roles, options) => {
      people[name] = await ada.add(browser, name, roles, options);
    };
    await join_("nadia", ["caseworker"], { language: "pt", viewport: PHONE, agency: agencies.shelter });
    await join_("paul", ["caseworker"], { language: "fr", viewport: DESK, agency: agencies.police });
    await join_("dina", ["data-manager"], { language: "en", viewport: DESK });
    await join_("caio", ["coordinator"], { language: "fr", viewport: PHONE });
    await join_("bela", ["caseworker"], { language: "en", viewport: PHONE, agency: agencies.haven });
  });

  after(async () => {
    await browser?.close();
    await node?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const form = (person) => person.page.locator("form.questionnaire");
  const step = (person, value) => form(person).locator(`button[name="step"][value="${value}"]`).last();
  const field = (path) => `/data/${path}`;
  const fill = async (person, answers, press) => {
    const fields = Object.entries(answers).map(([path, text]) => [field(path), text]);
    return person.send(form(person), Object.fromEntries(fields), step(person, press));
  };
  const tick = (person, path, value) =>
    form(person).locator(`[name="${field(path)}"][value="${value}"]`).check();

  it("a shelter worker begins an intake, and is shown what counts", async () => {
    const { nadia } = people;
    await nadia.go("");
    await nadia.arrive(() => nadia.page.locator('.bar a[href$="/office/forms"]').click());
    await nadia.look("forms");
    await nadia.arrive(() => nadia.page.locator('main a[href$="/forms/intake"]').click());
    await nadia.look("intake-blank");
    assert.equal(await form(nadia).locator(`[name="${field("person[1]/sex[1]")}"]`).count(), 0);
    const first = {
      "case_code[1]": "XA-17", "date_recorded[1]": "2024-05-21", "consent_record[1]": "yes",
    };
    assert.equal(await fill(nadia, first, "look"), 200, await nadia.text());
    await nadia.look("intake-goes-on");
    assert.equal(await form(nadia).locator(`[name="${field("person[1]/sex[1]")}"]`).count(), 4);
  });

  it("keeps it unfinished, and nothing of it is counted", async () => {
    const { nadia } = people;
    const more = { "person[1]/pseudonym[1]": NAMED, "person[1]/sex[1]": "F" };
    assert.equal(await fill(nadia, more, "keep"), 200, await nadia.text());
    assert.match(await nadia.text(), /por acabar/);
    await nadia.look("intake-kept");
    assert.equal(await victims(), before_.victims);
    await nadia.go("/dossiers");
    assert.match(await nadia.text(), /por acabar, não contado/);
  });

  it("takes it up again where it was left", async () => {
    const { nadia } = people;
    await nadia.arrive(() => nadia.page.locator("main tbody a").first().click());
    assert.equal(await nadia.send(nadia.form("/read"), { reason: "Acabar o registo" }), 200);
    await nadia.look("dossier-unfinished");
    const again = nadia.page.locator("form.again");
    assert.equal(await nadia.send(again, {}, again.locator("button").first()), 200);
    const pseudonym = form(nadia).locator(`[name="${field("person[1]/pseudonym[1]")}"]`);
    assert.equal(await pseudonym.inputValue(), NAMED);
  });

  it("says what is wrong before it takes it, and takes it then", async () => {
    const { nadia } = people;
    await tick(nadia, "situation[1]/exploitation[1]", "forced_labour");
    const wrong = { "person[1]/age_years[1]": "uns dezasseis", "situation[1]/date_detected[1]": "2024-05-20" };
    assert.equal(await fill(nadia, wrong, "enter"), 422);
    await nadia.look("intake-wrong");
    for (const words of [/Não é o tipo de resposta/, /É necessária uma resposta/]) {
      assert.match(await nadia.text(), words);
    }
    await tick(nadia, "situation[1]/needs[1]", "shelter");
    const right = {
      "person[1]/age_years[1]": "16", "person[1]/age_group[1]": "child",
      "person[1]/citizenship[1]": "XAB", "situation[1]/detected_by[1]": "ngo",
      "situation[1]/country_detected[1]": "XAA",
    };
    assert.equal(await fill(nadia, right, "enter"), 303, await nadia.text());
    await nadia.look("entered");
    assert.match(await nadia.text(), /Entregue/);
    dossier = nadia.page.url().match(/dossier-[0-9a-f]{32}/)[0];
    assert.equal(await victims(), before_.victims + 1);
  });

  it("a follow-up is added to the dossier", async () => {
    const { nadia } = people;
    await nadia.arrive(() => nadia.page.locator('main a[href$="/forms/follow_up"]').click());
    await tick(nadia, "received[1]", "shelter");
    await tick(nadia, "received[1]", "legal");
    const visit = {
      "case_code[1]": "XA-17", "date_recorded[1]": "2024-08-21", "month[1]": "3",
      "whereabouts[1]": "shelter", "identification[1]/status[1]": "identified",
    };
    assert.equal(await fill(nadia, visit, "look"), 200, await nadia.text());
    const decided = {
      "identification[1]/status_by[1]": "referral_mechanism",
      "identification[1]/status_date[1]": "2024-07-01",
    };
    assert.equal(await fill(nadia, decided, "enter"), 303, await nadia.text());
    assert.equal(await nadia.send(nadia.form("/read"), { reason: "Ver o processo" }), 200);
    assert.match(await nadia.text(), /Acompanhamento de uma pessoa/);
    assert.match(await nadia.text(), new RegExp(NAMED));
    await nadia.look("dossier-read");
    // The same person twice is one victim.
    assert.equal(await victims(), before_.victims + 1);
  });

  it("a police officer enters a charge", async () => {
    const { paul } = people;
    await paul.go("/forms/justice_chain");
    const chain = {
      "case_code[1]": "XA-P-9", "date_recorded[1]": "2024-09-02", "offence[1]": "trafficking",
      "stage[1]": "investigation", "stage_date[1]": "2024-08-30", "n_accused[1]": "1",
    };
    assert.equal(await fill(paul, chain, "look"), 200, await paul.text());
    const accused = "accused[1]";
    const person = {
      [`${accused}/accused_sex[1]`]: "M", [`${accused}/accused_age_group[1]`]: "adult",
      [`${accused}/outcome[1]`]: "pending", [`${accused}/steps[1]/step[1]`]: "arrest",
    };
    assert.equal(await fill(paul, person, `add:/data/${accused}/steps`), 200, await paul.text());
    const charge = { [`${accused}/steps[2]/step[1]`]: "charge" };
    assert.equal(await fill(paul, charge, "look"), 200, await paul.text());
    await paul.look("chain");
    const days = {
      [`${accused}/steps[1]/step_date[1]`]: "2024-08-30",
      [`${accused}/steps[2]/step_date[1]`]: "2024-09-01",
    };
    assert.equal(await fill(paul, days, "enter"), 303, await paul.text());
    await paul.look("charged");
    assert.equal(await charged(), before_.charged + 1);
  });

  it("a data manager counts and sees no count", async () => {
    const { dina } = people;
    await dina.go("/tabulate");
    await dina.look("tabulate");
    const wrong = { figure: "gr-victims", from: "soon", to: "" };
    assert.equal(await dina.send(dina.form("/tabulate"), wrong), 422);
    assert.match(await dina.text(), /Nothing was counted/);
    const right = { figure: "gr-victims", from: "2019", to: "2024" };
    assert.equal(await dina.send(dina.form("/tabulate"), right), 303, await dina.text());
    assert.match(await dina.text(), /Detected victims by sex and age, 2019\.\.2024/);
    const examine = dina.form("/examine");
    const button = examine.locator("button[type=submit]").first();
    assert.equal(await dina.send(examine, { rule: "victims@1" }, button), 200);
    await dina.look("examined");
    assert.match(await dina.text(), /Another person has to release it/);
  });

  it("a coordinator releases it", async () => {
    const { caio } = people;
    await caio.go("/drafts");
    await caio.arrive(() => caio.page.locator("main tbody a").first().click());
    const examine = caio.form("/examine");
    const button = examine.locator("button[type=submit]").first();
    assert.equal(await caio.send(examine, { rule: "victims@1" }, button), 200);
    assert.equal(await caio.send(caio.form("/sign"), { sure: "yes" }), 303, await caio.text());
    release = new URL(caio.page.url()).pathname.split("/").pop();
    await caio.look("signed");
  });

  it("everybody sees the figure, and nobody what is behind it", async () => {
    const anybody = await Person.enter(browser, origin, "anybody", {
      story: STORY, language: "en", viewport: DESK,
    });
    const answer = await anybody.page.goto(`${origin}/en/explain/${release}`);
    assert.equal(answer.status(), 200);
    const said = await anybody.text();
    const number = new Intl.NumberFormat("en").format(before_.victims + 1);
    assert.match(said, new RegExp(`Female · Total\\t[^\\n]*\\t${number}(\\n|$)`));
    await anybody.look("public");
    for (const hidden of [NAMED, dossier, "XA-17", "shelter of XA"]) {
      assert.ok(!said.includes(hidden), hidden);
    }
    const cell = "year=2024,sex=Female,age=total";
    const public_ = await json("explain", node.folder, release, cell);
    assert.equal(public_.behind, null);
  });

  it("explaining walks back for the data manager and stops for others", async () => {
    const { dina, bela } = people;
    await dina.go(`/releases/${release}`);
    const fields = { "code-1": "2024", "code-2": "Female", "code-3": "total" };
    assert.equal(await dina.send(dina.form("/explain"), fields), 200, await dina.text());
    assert.match(await dina.text(), /victim by year,sex:glotip/);
    // Where it lay adds up to what is printed; of a masked cell nothing of the kind is said.
    const lay = dina.page.locator("#why dl.facts dd");
    const counts = (await lay.allInnerTexts()).map(Number);
    const printed = Number(await dina.page.locator("#why p > strong").first().innerText());
    assert.equal(counts.reduce((sum, count) => sum + count, 0), printed);
    await dina.look("explained");
    fields["code-2"] = "Other";
    assert.equal(await dina.send(dina.form("/explain"), fields), 200, await dina.text());
    assert.equal(await lay.count(), 0);
    assert.equal((await bela.go(`/releases/${release}`)).status(), 403);
  });

  it("another shelter sees nothing of it", async () => {
    const { bela } = people;
    await bela.go("/dossiers");
    assert.doesNotMatch(await bela.text(), /dossier-/);
    assert.equal((await bela.go(`/dossiers/${dossier}`)).status(), 404);
    assert.equal((await bela.go(`/dossiers/${dossier}/forms/follow_up`)).status(), 404);
    await bela.look("refused");
  });
});
