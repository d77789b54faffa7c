// Somebody of a node with a browser of their own: what the stories of the office's pages share.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

import { accessibilityOf, overflow } from "./checks.js";
import { Device } from "./node.js";

export const PHONE = { width: 360, height: 780 };
export const DESK = { width: 1280, height: 900 };
const WAIT_MS_MAX = 120_000;

function screenshots() {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
  const target = process.env.CARGO_TARGET_DIR ?? join(cache, "palermo", "target");
  const folder = process.env.PALERMO_SCREENSHOTS ?? join(target, "screenshots");
  mkdirSync(folder, { recursive: true });
  return folder;
}

export class Person {
  // `story` begins the names of screenshots; the language and the size are the person's own.
  static async enter(browser, origin, name, { story, language = "pt", viewport = PHONE } = {}) {
    const locale = language === "pt" ? "pt-PT" : language;
    const context = await browser.newContext({ viewport, locale });
    // Deriving a key from a password is dear on purpose, and dearer on a busy machine.
    context.setDefaultTimeout(WAIT_MS_MAX);
    const person = new Person();
    Object.assign(person, { name, origin, context, story, language, viewport });
    person.page = await context.newPage();
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
    return `${this.origin}/${this.language}/office${path}`;
  }

  async go(path) {
    return this.page.goto(this.at(path));
  }

  // Sends a form and answers with the status of the page that follows. `button` is for a form that
  // has several.
  async send(form, fields = {}, button = form.locator("button[type=submit]").last()) {
    for (const [name, value] of Object.entries(fields)) {
      const field = form.locator(`[name="${name}"]`);
      const kind = await field.first().getAttribute("type");
      const tag = await field.first().evaluate((element) => element.tagName);
      if (kind === "checkbox") {
        await field.check();
      } else if (kind === "radio") {
        await form.locator(`[name="${name}"][value="${value}"]`).check();
      } else if (kind === "file") {
        await field.setInputFiles(value);
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
      this.arrive(() => button.click()),
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

  // Where a screenshot of that name is saved.
  picture(name) {
    const { story, language, viewport } = this;
    return join(screenshots(), `${story}-${name}-${language}-${viewport.width}.png`);
  }

  async look(name) {
    await this.page.screenshot({ path: this.picture(name), fullPage: true });
    assert.deepEqual(await overflow(this.page), [], `${name} fits the screen`);
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

  // Adds somebody, who sets their credentials with the code that is shown once.
  async add(browser, name, roles, { agency = "", ...options } = {}) {
    await this.go("/people");
    const form = this.form("/people/add");
    const fields = { name: `Pessoa ${name}`, "sign-in": name, agency };
    for (const role of roles) {
      fields[`role-${role}`] = "yes";
    }
    assert.equal(await this.send(form, fields), 200, await this.text());
    const shown = await this.text();
    const code = shown.match(/[0-9A-Z]{5}(-[0-9A-Z]{5}){3}/)[0];
    const { story } = this;
    const added = await Person.enter(browser, this.origin, name, { story, ...options });
    added.staff = shown.match(/staff-[0-9a-f]{32}/)[0];
    await added.enrol(code);
    return added;
  }
}
