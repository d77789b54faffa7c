// The door, as the people of a node meet it: at the width of a phone, in Portuguese, with a passkey.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { accessibilityOf, overflow } from "./checks.js";
import { launch } from "./chromium.js";
import { Device, Node } from "./node.js";

const PHONE = { width: 360, height: 780 };
const WAIT_MS_MAX = 120_000;
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

function screenshots() {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
  const target = process.env.CARGO_TARGET_DIR ?? join(cache, "palermo", "target");
  const folder = process.env.PALERMO_SCREENSHOTS ?? join(target, "screenshots");
  mkdirSync(folder, { recursive: true });
  return folder;
}

// Somebody with a browser of their own, on a phone.
class Person {
  static async enter(browser, origin, name) {
    const context = await browser.newContext({ viewport: PHONE, locale: "pt-PT" });
    // Deriving a key from a password is dear on purpose, and dearer on a busy machine.
    context.setDefaultTimeout(WAIT_MS_MAX);
    const person = new Person();
    Object.assign(person, { name, origin, context, page: await context.newPage() });
    person.policy = [];
    // One for all: a second one that is let go takes the authenticator with it.
    person.tools = await context.newCDPSession(person.page);
    person.page.on("console", (message) => {
      if (/Content Security Policy/i.test(message.text())) {
        person.policy.push(message.text());
      }
    });
    return person;
  }

  at(path) {
    return `${this.origin}/pt/office${path}`;
  }

  async go(path) {
    return this.page.goto(this.at(path));
  }

  // Sends a form and answers with the status of the page that follows.
  async send(form, fields = {}) {
    for (const [name, value] of Object.entries(fields)) {
      const field = form.locator(`[name="${name}"]`);
      const kind = await field.getAttribute("type");
      const tag = await field.evaluate((element) => element.tagName);
      if (kind === "checkbox") {
        await field.check();
      } else if (tag === "SELECT") {
        await field.selectOption(value);
      } else {
        await field.fill(value);
      }
    }
    const answer = this.page.waitForResponse(
      (response) => response.request().method() === "POST" && response.request().isNavigationRequest(),
    );
    const [status] = await Promise.all([
      answer.then((response) => response.status()),
      this.arrive(() => form.locator("button[type=submit]").last().click()),
    ]);
    return status;
  }

  // Does what leads to another page, and comes back when that page is there. To ask whether the page
  // is loaded would not do: the one that is being left is.
  async arrive(step) {
    await Promise.all([this.page.waitForEvent("load"), step()]);
  }

  form(action) {
    return this.page.locator(`main form[action$="${action}"]`).first();
  }

  async look(name) {
    await this.page.screenshot({ path: join(screenshots(), `door-${name}-pt-360.png`), fullPage: true });
    assert.deepEqual(await overflow(this.page), [], `${name} fits the phone`);
    assert.deepEqual(await accessibilityOf(this.tools), [], `${name} is accessible`);
    assert.deepEqual(this.policy, [], `${name} keeps the policy`);
  }

  text() {
    return this.page.locator("main").innerText();
  }

  // The first time: a one-time code, a password, a device.
  async enrol(code) {
    this.password = `uma frase longa de ${this.name}`;
    await this.go("/first");
    assert.equal(await this.send(this.form("/first"), { name: this.name, code }), 200);
    const letters = await this.page.locator("main p > code").first().innerText();
    this.device = new Device(letters);
    const fields = { password: this.password, code: await this.device.code() };
    assert.equal(await this.send(this.form("/first/set"), fields), 303, await this.text());
  }

  async signIn() {
    await this.go("/sign-in");
    const { name, password } = this;
    return this.send(this.form("/sign-in"), { name, password, code: await this.device.code() });
  }

  async signOut() {
    await this.arrive(() => this.page.locator('form[action$="/sign-out"] button').click());
  }

  // Whether the pages of those who are signed in are open to them.
  async isIn(path = "") {
    await this.go(path);
    return !this.page.url().includes("/sign-in");
  }
}

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

  // Ada adds somebody, who sets their credentials with the code that Ada was shown once.
  const add = async (name, role, of) => {
    const { ada } = people;
    await ada.go("/people");
    const form = ada.form("/people/add");
    const fields = { name: `Pessoa ${name}`, "sign-in": name, [`role-${role}`]: "yes" };
    assert.equal(await ada.send(form, { ...fields, agency: of ?? "" }), 200, await ada.text());
    const shown = await ada.page.locator("main").innerText();
    const code = shown.match(/[0-9A-Z]{5}(-[0-9A-Z]{5}){3}/)[0];
    people[name] = await Person.enter(browser, first, name);
    people[name].staff = shown.match(/staff-[0-9a-f]{32}/)[0];
    await people[name].enrol(code);
  };

  it("lets the first administrator in by a one-time code", async () => {
    people.ada = await Person.enter(browser, first, "ada");
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
