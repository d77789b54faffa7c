// The figures of a node under an invented State, as anybody reads them: agencies bring synthetic
// records in, one person counts, another releases, and the pages stand in three languages.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { accessibility, rightToLeft, visit, WIDTHS, withoutScript } from "./checks.js";
import { launch } from "./chromium.js";
import { Node } from "./node.js";

const CASES = "300";
const FIGURES = ["gr-victims", "gr-victims-citizenship", "gr-convicted", "gr-offences"];
const LANGUAGES = ["en", "fr", "pt"];

function screenshotFolder() {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
  const target = process.env.CARGO_TARGET_DIR ?? join(cache, "palermo", "target");
  const folder = process.env.PALERMO_SCREENSHOTS ?? join(target, "screenshots");
  mkdirSync(folder, { recursive: true });
  return folder;
}

// A node with synthetic records of several agencies, and each figure released to the public.
async function released(binary) {
  const node = await Node.found(binary);
  const ask = async (...words) => JSON.parse(await node.command([...words, "--json"]));
  const founder = ["--actor", node.founded.administrator];
  const add = async (role, ...more) => {
    const words = ["user", "add", node.folder, "--name", `Syn ${role}`, "--role", role, ...more];
    return (await ask(...words, ...founder)).staff;
  };
  const [manager, coordinator] = [await add("data-manager"), await add("coordinator")];
  const folder = join(node.temporary, "synthetic");
  execFileSync(binary, ["synthetic", folder, "--cases", CASES, "--seed", "1"]);
  for (const name of readdirSync(folder)) {
    const kind = ["--name", `${name} of XA (invented)`, "--kind", "services"];
    const { agency } = await ask("agency", "add", node.folder, ...kind, ...founder);
    const keeper = await add("data-manager", "--agency", agency);
    for (const file of readdirSync(join(folder, name))) {
      const words = ["record", "import", node.folder, join(folder, name, file)];
      await ask(...words, "--about", file.replace(".jsonl", ""), "--actor", keeper);
    }
  }
  node.releases = {};
  for (const figure of FIGURES) {
    const words = ["--figure", figure, "--period", "2019..2024", "--keep", figure];
    await ask("tabulate", node.folder, ...words, "--actor", manager);
    const sign = [figure, "--audience", "public", "--actor", coordinator];
    node.releases[figure] = (await ask("release", node.folder, ...sign)).release;
  }
  return node;
}

describe("the figures of a node", () => {
  let browser;
  let node;
  let origin;

  before(async () => {
    const binary = process.env.PALERMO_BIN;
    assert.ok(binary, "PALERMO_BIN names the palermo binary to test");
    [browser, node] = await Promise.all([launch(), released(binary)]);
    origin = await node.serve();
  });

  after(async () => {
    await browser?.close();
    await node?.stop();
  });

  it("are readable at every width, in every language, without script, and by everybody", async () => {
    // The profile in each language, other pages in one after another.
    const paths = ["/profile", "/tables"];
    paths.push(...Object.values(node.releases).map((release) => `/explain/${release}`));
    for (const [at, path] of paths.entries()) {
      for (const language of at === 0 ? LANGUAGES : [LANGUAGES[at % LANGUAGES.length]]) {
        const url = `${origin}/${language}${path}`;
        for (const width of WIDTHS) {
          const name = `figures-${path.replaceAll(/[^a-z0-9]+/g, "-")}-${language}-${width}.png`;
          const screenshot = join(screenshotFolder(), name);
          const problems = await visit(browser, url, { width, screenshot, language });
          problems.push(...(await accessibility(browser, url, { width })));
          assert.deepEqual(problems, [], `${url} at ${width} px`);
        }
        assert.deepEqual(await rightToLeft(browser, url, { width: 360 }), [], url);
        assert.deepEqual(await withoutScript(browser, url, {}), [], url);
      }
    }
  });

  it("say that they are synthetic, on the page and in each chart", async () => {
    const page = await browser.newPage();
    await page.goto(`${origin}/en/profile`);
    assert.match(await page.locator("aside.synthetic").innerText(), /^Synthetic/);
    const titles = await page.locator("figure svg > title").allTextContents();
    assert.ok(titles.length > 0);
    assert.ok(titles.every((title) => title.includes("synthetic")), titles.join("\n"));
    await page.close();
  });

  it("can be taken along, and no file has a number under a mask", async () => {
    for (const release of Object.values(node.releases)) {
      const file = (ending) => fetch(`${origin}/fr/explain/${release}.${ending}`);
      const book = await file("xlsx");
      assert.equal(book.status, 200);
      assert.match(book.headers.get("content-type"), /spreadsheetml\.sheet$/);
      const { rows, note } = await (await file("json")).json();
      assert.match(note, /^Synthétique/);
      for (const row of rows.filter(({ status }) => status === "masked")) {
        assert.equal(row.value, null);
        assert.ok(row.lower === null || row.lower < row.upper, JSON.stringify(row));
      }
    }
  });
});
