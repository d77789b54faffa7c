// The door, as the people of a node meet it: at the width of a phone, in Portuguese, with a passkey.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { launch } from "./chromium.js";
import { Node } from "./node.js";
import { Person } from "./person.js";

const STORY = { story: "door" };
const RECORD = {
  form: "intake",
  version: "1",
  source: { source: "shelter list", number: "17" },
  answers: [
    { question: "q1", concept: "name", text: "Pessoa Inventada" },
    { question: "q2", concept: "sex", code: { list: "sex", version: "1", code: "f" } },
    { question: "q3", absent: "refused" },
  ],
};

describe("the door of a node", () => {
  let browser;
  let node;
  let first;
  let second;
  const people = {};
  let dossier;

  before(async () => {
    const binary = process.env.PALERMO_BIN;
    assert.ok(binary, "PALERMO_BIN names the palermo binary to test");
    browser = await launch();
    node = await Node.found(binary);
    first = await node.serve();
    second = await node.serve();
  });

  after(async () => {
    await browser?.close();
    await node?.stop();
  });

  const agency = async (name, kind) => {
    await people.ada.go("/agencies");
    const form = people.ada.page.locator("#new form");
    assert.equal(await people.ada.send(form, { name, kind }), 303);
    const row = people.ada.page.locator("tr", { hasText: name });
    return (await row.locator("code").last().innerText()).trim();
  };

  // Ada adds somebody.
  const add = async (name, role, agency) => {
    people[name] = await people.ada.add(browser, name, [role], { agency });
  };

  it("lets the first administrator in by a one-time code", async () => {
    people.ada = await Person.enter(browser, first, "ada", STORY);
    await people.ada.go("/first");
    await people.ada.look("first");
    await people.ada.enrol(node.founded.code);
    assert.ok(await people.ada.isIn());
    await people.ada.look("start");
  });

  it("is told who works here, and of which agency", async () => {
    // The node's own agency keeps a shelter; the police are guests of it.
    await people.ada.go("/agencies");
    const own = people.ada.page.locator("main section form").first();
    assert.equal(await people.ada.send(own, { name: "Abrigo XA", kind: "services" }), 303);
    const other = await agency("Outro abrigo XB", "services");
    const police = await agency("Polícia XC", "law-enforcement");
    await people.ada.look("agencies");
    await add("bela", "caseworker");
    await add("caio", "coordinator");
    await add("dora", "caseworker", other);
    await add("elio", "caseworker", police);
    await add("fara", "overseer");
    await people.ada.go("/people");
    await people.ada.look("people");
  });

  it("takes in what was handed in, and puts it into somebody's care", async () => {
    await node.command(
      ["record", "enter", node.folder, "-", "--about", "victim", "--deposit", "--json"],
      {},
      JSON.stringify(RECORD),
    );
    const { caio, bela } = people;
    await bela.go("");
    assert.equal(await bela.send(bela.form("/deposits")), 303);
    await caio.go("/dossiers");
    await caio.look("dossiers");
    dossier = (await caio.page.locator("td, th").locator("code").first().innerText()).trim();
    await caio.go(`/dossiers/${dossier}`);
    const status = await caio.send(caio.form("/assign"), { staff: bela.staff });
    assert.equal(status, 303);
  });

  it("lets a worker in by a passkey", async () => {
    const { bela } = people;
    await bela.tools.send("WebAuthn.enable");
    await bela.tools.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await bela.go("/account");
    await bela.look("account");
    assert.equal(await bela.send(bela.form("/account/passkey")), 200);
    const made = bela.page.locator("form[data-passkey=create]");
    assert.equal(await bela.send(made), 303);
    await bela.signOut();
    assert.ok(!(await bela.isIn()));
    await bela.look("sign-in");
    assert.equal(await bela.send(bela.form("/sign-in/passkey"), { name: "bela" }), 200);
    await bela.look("passkey");
    assert.equal(await bela.send(bela.page.locator("form[data-passkey=get]")), 303);
    assert.ok(await bela.isIn());
  });

  it("has a worker read with a reason, and the owner sees it", async () => {
    const { bela, caio } = people;
    await bela.go(`/dossiers/${dossier}`);
    await bela.look("cover");
    const reason = "preparar a consulta de amanhã";
    assert.equal(await bela.send(bela.form("/read"), { reason }), 200);
    assert.match(await bela.text(), /Pessoa Inventada/);
    assert.doesNotMatch(await bela.page.title(), /Inventada|dossier-/);
    await bela.look("read");
    await caio.go(`/dossiers/${dossier}`);
    const seen = await caio.page.locator("#seen").innerText();
    assert.match(seen, /Leitura/);
    assert.match(seen, /Técnico de apoio/);
    assert.match(seen, /Abrigo XA/);
    // By role and agency, not by number or name; the reason stays sealed.
    assert.doesNotMatch(seen, /staff-|Pessoa|consulta/);
  });

  it("refuses a second agency, as if there were nothing", async () => {
    const { dora } = people;
    const refused = await dora.go(`/dossiers/${dossier}`);
    const page = await dora.page.locator("main").innerText();
    const nothing = await dora.go(`/dossiers/dossier-${"0".repeat(32)}`);
    assert.deepEqual([refused.status(), nothing.status()], [404, 404]);
    assert.equal(await dora.page.locator("main").innerText(), page);
    await dora.look("refused");
  });

  it("opens in an emergency for a second agency, not for the police", async () => {
    const { dora, elio, bela } = people;
    const reason = "está no hospital e pede por ela";
    await elio.go("/emergency");
    assert.equal(await elio.send(elio.form("/emergency"), { dossier, reason }), 403);
    await dora.go("/emergency");
    assert.equal(await dora.send(dora.form("/emergency"), { dossier, reason }), 303);
    await dora.look("emergency");
    assert.equal(await dora.send(dora.form("/read"), { reason }), 200);
    assert.match(await dora.text(), /Pessoa Inventada/);
    // The owner is told, and ends it.
    await bela.go("");
    await bela.look("told");
    assert.match(await bela.text(), new RegExp(dossier));
    assert.equal(await bela.send(bela.form("/end")), 303);
    await dora.go("/emergency");
    assert.equal(await dora.page.locator('form[action$="/read"]').count(), 0);
    assert.equal((await dora.go(`/dossiers/${dossier}`)).status(), 404);
  });

  it("gives the person concerned a sheet, and then erases by two persons", async () => {
    const { bela, caio, fara } = people;
    await bela.go(`/dossiers/${dossier}`);
    const how = { reason: "impresso, em português" };
    assert.equal(await bela.send(bela.form("/access"), how), 200);
    const sheet = await bela.text();
    assert.match(sheet, /Pessoa Inventada/);
    assert.match(sheet, /Aberto em urgência/);
    assert.match(sheet, /Outro abrigo XB/);
    assert.doesNotMatch(sheet, /staff-/);
    assert.doesNotMatch(await bela.page.title(), /Palermo Protocol|vítima|tráfico/i);
    await bela.look("sheet");
    // A hold stands against it until it is lifted.
    await caio.go(`/dossiers/${dossier}`);
    await caio.page.locator("#holds summary").click();
    assert.equal(await caio.send(caio.form("/holds"), { reason: "ordem do tribunal" }), 303);
    await bela.go(`/dossiers/${dossier}`);
    await bela.page.locator("#erasure summary").click();
    const why = { ground: "consent-withdrawn", reason: "ela pediu" };
    assert.equal(await bela.send(bela.form("/erasure"), why), 303);
    await fara.go("");
    await fara.look("overseer");
    assert.equal(await fara.send(fara.form("/confirm"), { sure: "yes" }), 409);
    assert.match(await fara.text(), /conservação/);
    await fara.look("held");
    await caio.go(`/dossiers/${dossier}`);
    assert.equal(await caio.send(caio.form("/lift"), { reason: "processo findo" }), 303);
    await fara.go("");
    assert.equal(await fara.send(fara.form("/confirm"), { sure: "yes" }), 303);
    assert.equal((await bela.go(`/dossiers/${dossier}`)).status(), 410);
  });

  it("shows the overseer what was done and refused", async () => {
    const { fara } = people;
    await fara.go("/log");
    const log = await fara.text();
    for (const words of ["Leitura", "Aberto em urgência", "Recusado", "A chave foi destruída"]) {
      assert.match(log, new RegExp(words));
    }
    await fara.look("log");
  });

  it("ends an account at once, also at a second server process", async () => {
    const { ada, bela } = people;
    assert.ok(await bela.isIn());
    const other = await bela.page.goto(`${second}/pt/office`);
    assert.equal(other.status(), 200);
    assert.ok(!bela.page.url().includes("sign-in"), "the session holds at both processes");
    await ada.go(`/people/${bela.staff}`);
    await ada.look("person");
    assert.equal(await ada.send(ada.form("/end"), { sure: "yes" }), 303);
    await bela.page.goto(`${second}/pt/office`);
    assert.match(bela.page.url(), /sign-in/, "the second process has let her go");
    assert.ok(!(await bela.isIn()), "and the first");
    assert.equal(await bela.send(bela.form("/sign-in/passkey"), { name: "bela" }), 200);
  });
});
