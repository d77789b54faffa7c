// The demo's node of an invented State: every page says what it is, and its people come in.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { accessibility, accessibilityOf, overflow, visit, WIDTHS } from "./checks.js";
import { launch } from "./chromium.js";
import { startNode } from "./demo.js";
import { deviceCode } from "./node.js";

const STEP_SECONDS = 30;

function screenshotFolder() {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
  const target = process.env.CARGO_TARGET_DIR ?? join(cache, "palermo", "target");
  const folder = process.env.PALERMO_SCREENSHOTS ?? join(target, "screenshots");
  mkdirSync(folder, { recursive: true });
  return folder;
}

describe("the node of palermo demo", () => {
  let browser;
  let demo;

  before(async () => {
    const binary = process.env.PALERMO_BIN;
    assert.ok(binary, "PALERMO_BIN names the palermo binary to test");
    [browser, demo] = [await launch(), await startNode(binary)];
  });

  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  const none = (problems) => assert.deepEqual(problems, []);

  it("says that it is synthetic, on every page, in every language, at any width", async () => {
    const released = demo.told.releases[0].release;
    for (const language of ["en", "fr", "pt"]) {
      for (const path of ["/", "/treaties", `/explain/${released}`, "/office/sign-in"]) {
        const url = `${demo.origin}/${language}${path}`;
        for (const width of WIDTHS) {
          const name = `synthetic-${path.replaceAll(/[^a-z-]+/g, "") || "home"}-${language}-${width}.png`;
          const screenshot = join(screenshotFolder(), name);
          none(await visit(browser, url, { width, screenshot, language }));
          none(await accessibility(browser, url, { width }));
        }
        none(await accessibility(browser, url, { colorScheme: "dark" }));
        const page = await browser.newPage();
        await page.goto(url);
        assert.equal(await page.locator("aside.synthetic").count(), 1, url);
        assert.ok(await page.locator("aside.synthetic").isVisible(), url);
        await page.close();
      }
    }
  });

  it("lets a persona in with what was printed once", async () => {
    const persona = demo.told.personas.find((one) => one.role === "caseworker");
    const context = await browser.newContext({ viewport: { width: 360, height: 780 } });
    const page = await context.newPage();
    await page.goto(`${demo.told.origin}/en/office/sign-in`);
    await page.fill("#name", persona.sign_in);
    await page.fill("#password", persona.password);
    await page.fill("#code", deviceCode(persona.secret, Math.floor(Date.now() / 1000 / STEP_SECONDS)));
    await page.locator("main form button[type=submit]").first().click();
    await page.waitForURL(/\/en\/office$/, { timeout: 60_000 });
    await page.screenshot({ path: join(screenshotFolder(), "synthetic-office.png"), fullPage: true });
    assert.ok(await page.locator("aside.synthetic").isVisible());
    none(await overflow(page));
    none(await accessibilityOf(await context.newCDPSession(page)));
    await context.close();
  });
});
