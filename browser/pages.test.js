// The pages of the real binary, as a visitor meets them.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import {
  accessibility,
  keyboard,
  rightToLeft,
  submitDate,
  tried,
  visit,
  weightBytes,
  WIDTHS,
  withoutScript,
} from "./checks.js";
import { launch } from "./chromium.js";
import { startDemo } from "./demo.js";

const LANGUAGES = ["en", "fr", "pt"];
const HOME_BYTES_MAX = 60 * 1024;

// Paths after the language, and what each shows without script.
const PAGES = [
  { path: "/", shows: {} },
  { path: "/treaties", shows: { form: true } },
  { path: "/treaties/TIP?on=2013-09-04", shows: { form: true, table: true, says: ["157"] } },
  { path: "/states", shows: {} },
  { path: "/states/SDN", shows: { table: true } },
  { path: "/missing-migrants", shows: { form: true, table: true } },
  { path: "/missing-migrants?year=2016", shows: { form: true, table: true, says: ["2016"] } },
  { path: "/estimate?example=invented", shows: { form: true } },
  { path: "/check?example=invented", shows: { form: true } },
  { path: "/tables", shows: {} },
  { path: "/profile", shows: {} },
  { path: "/about", shows: {} },
];

function screenshotFolder() {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
  const target = process.env.CARGO_TARGET_DIR ?? join(cache, "palermo", "target");
  const folder = process.env.PALERMO_SCREENSHOTS ?? join(target, "screenshots");
  mkdirSync(folder, { recursive: true });
  return folder;
}

const fileName = (language, path, width) => {
  const words = path.replaceAll(/[^A-Za-z0-9]+/g, "-").replaceAll(/^-|-$/g, "") || "home";
  return `${words}-${language}-${width}.png`;
};

describe("the pages of palermo demo", () => {
  let browser;
  let demo;

  before(async () => {
    const binary = process.env.PALERMO_BIN;
    assert.ok(binary, "PALERMO_BIN names the palermo binary to test");
    [browser, demo] = [await launch(), await startDemo(binary)];
  });

  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  const none = (problems) => assert.deepEqual(problems, []);

  for (const language of LANGUAGES) {
    for (const { path, shows } of PAGES) {
      const at = () => `${demo.origin}/${language}${path}`;
      describe(`/${language}${path}`, () => {
        for (const width of WIDTHS) {
          it(`is sound, quiet and fits ${width} px`, async () => {
            const screenshot = join(screenshotFolder(), fileName(language, path, width));
            none(await visit(browser, at(), { width, screenshot, language }));
          });

          it(`has no axe violation at ${width} px`, async () => {
            none(await accessibility(browser, at(), { width }));
          });

          it(`fits ${width} px from right to left`, async () => {
            none(await rightToLeft(browser, at(), { width }));
          });
        }

        it("is readable without script", async () => {
          none(await withoutScript(browser, at(), shows));
        });

        // Colours and order of stops are the same in every language.
        if (language === LANGUAGES[0]) {
          it("has no axe violation in dark colours", async () => {
            none(await accessibility(browser, at(), { colorScheme: "dark" }));
          });

          it("is usable by keyboard", async () => {
            none(await keyboard(browser, at()));
          });
        }
      });
    }
  }

  it("answer a date by form without script", async () => {
    const url = `${demo.origin}/en/treaties/TIP`;
    none(await submitDate(browser, url, "2013-09-04", { says: ["157"] }));
    none(await submitDate(browser, `${demo.origin}/en/treaties`, "2013-09-04", { says: ["137"] }));
  });

  it("try a table of counts without script, in any language, width and colours", async () => {
    for (const language of LANGUAGES) {
      for (const width of WIDTHS) {
        for (const colorScheme of ["light", "dark"]) {
          const url = `${demo.origin}/${language}/check?example=invented`;
          none(await tried(browser, url, { width, colorScheme, says: ["◆", "✚", "Harbour"] }));
        }
      }
    }
  });

  it("weigh little at first sight", async () => {
    for (const language of LANGUAGES) {
      const bytes = await weightBytes(browser, `${demo.origin}/${language}/`);
      assert.ok(bytes <= HOME_BYTES_MAX, `/${language}/ weighs ${bytes} bytes`);
    }
  });
});
