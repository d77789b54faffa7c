// What every page is held to. Each check returns a list of problems in words; none means passed.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const axePath = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

export const WIDTHS = [1280, 360];
const HEIGHT = 800;

async function inContext(browser, options, work) {
  const { width = 1280, ...rest } = options;
  const context = await browser.newContext({ viewport: { width, height: HEIGHT }, ...rest });
  try {
    return await work(await context.newPage(), context);
  } finally {
    await context.close();
  }
}

const isOwn = (url, origin) => {
  const { protocol, origin: other } = new URL(url);
  return other === origin || protocol === "data:" || protocol === "blob:";
};

// Status, language, security policy, requests and width, as a visitor's browser sees them.
// `screenshot` is where to save a picture of the whole page.
export async function visit(browser, url, { width, screenshot, language } = {}) {
  return inContext(browser, { width }, async (page) => {
    const problems = [];
    const origin = new URL(url).origin;
    page.on("request", (request) => {
      if (!isOwn(request.url(), origin)) {
        problems.push(`a request leaves the host: ${request.url()}`);
      }
    });
    page.on("response", (response) => {
      if (response.status() >= 400) {
        problems.push(`status ${response.status()} for ${response.url()}`);
      }
    });
    page.on("pageerror", (error) => problems.push(`script error: ${error.message}`));
    page.on("console", (message) => {
      if (/Content Security Policy/i.test(message.text())) {
        problems.push(`policy violated: ${message.text()}`);
      }
    });
    const response = await page.goto(url, { waitUntil: "networkidle" });
    if (response.status() !== 200) {
      problems.push(`status ${response.status()}, expected 200`);
    }
    problems.push(...policyProblems(response.headers()["content-security-policy"]));
    const lang = await page.evaluate(() => document.documentElement.lang);
    if (language && lang !== language) {
      problems.push(`lang is "${lang}", expected "${language}"`);
    }
    problems.push(...(await overflow(page)));
    if (screenshot) {
      await page.screenshot({ path: screenshot, fullPage: true });
    }
    return problems;
  });
}

// A policy is there, starts from nothing or from the host itself, and lets no inline script run.
export function policyProblems(policy) {
  if (!policy) {
    return ["no Content-Security-Policy"];
  }
  const directives = new Map(
    policy.split(";").map((directive) => {
      const [name, ...values] = directive.trim().split(/\s+/);
      return [name.toLowerCase(), values];
    }),
  );
  const problems = [];
  const otherwise = directives.get("default-src") ?? ["*"];
  if (!otherwise.every((value) => value === "'none'" || value === "'self'")) {
    problems.push(`default-src is ${otherwise.join(" ")}; allowed: 'none' or 'self'`);
  }
  const scripts = directives.get("script-src") ?? otherwise;
  for (const value of scripts) {
    if (["'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:", "data:"].includes(value)) {
      problems.push(`script-src allows ${value}`);
    }
  }
  return problems;
}

// The page is not wider than its window. What scrolls inside its own box is no problem.
export async function overflow(page) {
  return page.evaluate(() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) {
      return [];
    }
    const wide = [...document.body.querySelectorAll("*")].filter((element) => {
      const box = element.getBoundingClientRect();
      return box.width > 0 && (box.right > root.clientWidth + 0.5 || box.left < -0.5);
    });
    const names = wide.slice(0, 3).map((element) => {
      const name = element.getAttribute("class");
      return element.tagName.toLowerCase() + (name ? `.${name.replaceAll(" ", ".")}` : "");
    });
    const widths = `${root.scrollWidth} px in a window of ${root.clientWidth} px`;
    return [`the page is ${widths} (${names.join(", ")})`];
  });
}

// axe-core with its default rules. The policy is bypassed in this context only, to inject it.
export async function accessibility(browser, url, { width, colorScheme } = {}) {
  return inContext(browser, { width, colorScheme, bypassCSP: true }, async (page) => {
    await page.goto(url, { waitUntil: "load" });
    await page.addScriptTag({ path: axePath });
    const violations = await page.evaluate(async () => {
      const { violations } = await globalThis.axe.run(document, { resultTypes: ["violations"] });
      return violations.map(({ id, help, nodes }) => ({
        id,
        help,
        count: nodes.length,
        first: nodes[0].html.slice(0, 160),
      }));
    });
    return violations.map(
      ({ id, help, count, first }) => `axe ${id}: ${help} (${count}; first: ${first})`,
    );
  });
}

// The same for a page as it stands, behind a sign-in: the rules are put in through a session of the
// browser's own tools, past the page's policy.
export async function accessibilityOf(session) {
  const source = readFileSync(axePath, "utf8");
  const { frameTree } = await session.send("Page.getFrameTree");
  const world = await session.send("Page.createIsolatedWorld", { frameId: frameTree.frame.id });
  const contextId = world.executionContextId;
  await session.send("Runtime.evaluate", { expression: source, contextId });
  const { result } = await session.send("Runtime.evaluate", {
    expression: `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
      JSON.stringify(violations.map(({ id, help, nodes }) =>
        \`axe \${id}: \${help} (\${nodes.length}; first: \${nodes[0].html.slice(0, 160)})\`)))`,
    contextId,
    awaitPromise: true,
    returnByValue: true,
  });
  return JSON.parse(result.value);
}

// The direction turned round: nothing sticks out at either side.
export async function rightToLeft(browser, url, { width } = {}) {
  return inContext(browser, { width }, async (page) => {
    await page.goto(url, { waitUntil: "load" });
    await page.evaluate(() => document.documentElement.setAttribute("dir", "rtl"));
    return (await overflow(page)).map((problem) => `right to left: ${problem}`);
  });
}

// Bytes over the wire for the document and all that it loads, headers included.
export async function weightBytes(browser, url) {
  return inContext(browser, {}, async (page, context) => {
    const session = await context.newCDPSession(page);
    await session.send("Network.enable");
    let bytes = 0;
    session.on("Network.loadingFinished", (event) => {
      bytes += event.encodedDataLength;
    });
    await page.goto(url, { waitUntil: "networkidle" });
    return bytes;
  });
}

// What a page shows with scripts switched off: a heading, and a form and a table where promised.
export async function withoutScript(browser, url, { form = false, table = false, says = [] } = {}) {
  return inContext(browser, { javaScriptEnabled: false }, async (page) => {
    const problems = [];
    await page.goto(url);
    const wanted = ["main h1", ...(form ? ["main form"] : []), ...(table ? ["main table"] : [])];
    for (const selector of wanted) {
      const there = page.locator(selector).first();
      // What is folded away counts when its summary unfolds it, which needs no script.
      const inside = selector.split(" ").pop();
      const folded = page.locator(`details:not([open]):has(${inside}) > summary`);
      if (!(await there.isVisible()) && (await folded.count()) > 0) {
        await folded.first().click();
      }
      if (!(await there.isVisible())) {
        problems.push(`without script: no visible ${selector}`);
      }
    }
    const text = await page.locator("body").innerText();
    for (const words of says) {
      if (!text.includes(words)) {
        problems.push(`without script: the page does not say "${words}"`);
      }
    }
    return problems;
  });
}

// Fills the date of the first form that has one, submits it with scripts switched off, and
// looks at the address and the page that follow.
export async function submitDate(browser, url, date, { says = [] } = {}) {
  return inContext(browser, { javaScriptEnabled: false }, async (page) => {
    await page.goto(url);
    const form = page.locator("main form:has(input[type=date])").first();
    if ((await form.count()) === 0) {
      return ["no form with a date"];
    }
    await form.locator("input[type=date]").first().fill(date);
    const response = page.waitForResponse((answer) => answer.request().isNavigationRequest());
    await form.locator("button, input[type=submit]").first().click();
    const problems = [];
    if ((await response).status() !== 200) {
      problems.push(`the answer to the form has status ${(await response).status()}`);
    }
    await page.waitForLoadState();
    if (![...new URL(page.url()).searchParams.values()].includes(date)) {
      problems.push(`the address ${page.url()} does not hold the date ${date}`);
    }
    const text = await page.locator("body").innerText();
    for (const words of says) {
      if (!text.includes(words)) {
        problems.push(`after submitting, the page does not say "${words}"`);
      }
    }
    return problems;
  });
}

// A table is sent without script, and its answer is sound: status, policy, width and axe. `says` is
// what must be on it.
export async function tried(browser, url, { width, colorScheme, says = [] } = {}) {
  const problems = [];
  await inContext(browser, { width, colorScheme, javaScriptEnabled: false }, async (page) => {
    await page.goto(url);
    const response = page.waitForResponse((answer) => answer.request().isNavigationRequest());
    await page.locator("main form button").first().click();
    const answer = await response;
    if (answer.status() !== 200) {
      problems.push(`the answer to the table has status ${answer.status()}`);
    }
    problems.push(...policyProblems(answer.headers()["content-security-policy"]));
    await page.waitForLoadState();
    const text = await page.locator("body").innerText();
    for (const words of says) {
      if (!text.includes(words)) {
        problems.push(`the answer does not say "${words}"`);
      }
    }
  });
  await inContext(browser, { width, colorScheme, bypassCSP: true }, async (page) => {
    await page.goto(url);
    await page.locator("main form button").first().click();
    await page.waitForLoadState();
    problems.push(...(await overflow(page)));
    await page.addScriptTag({ path: axePath });
    const found = await page.evaluate(async () => {
      const { violations } = await globalThis.axe.run(document, { resultTypes: ["violations"] });
      return violations.map(({ id, nodes }) => `axe ${id}: ${nodes[0].html.slice(0, 160)}`);
    });
    problems.push(...found);
  });
  return problems;
}

const STOPS_MAX = 400;

// By keyboard alone: the first stop is a visible link past the navigation, every stop shows that
// it has the focus, and every visible link and control is a stop.
export async function keyboard(browser, url, { width } = {}) {
  return inContext(browser, { width }, async (page) => {
    await page.goto(url, { waitUntil: "load" });
    const problems = [];
    await page.keyboard.press("Tab");
    const skip = await page.evaluate(() => {
      const element = document.activeElement;
      const href = element?.getAttribute("href") ?? "";
      const box = element?.getBoundingClientRect();
      const inWindow = box && box.top >= 0 && box.left >= 0 && box.width > 20 && box.height > 8;
      const on = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
      return {
        isSkip: href.startsWith("#") && document.getElementById(href.slice(1)) !== null,
        visible: Boolean(inWindow) && (on === element || element.contains(on)),
      };
    });
    if (!skip.isSkip) {
      problems.push("keyboard: the first stop is no link to a part of the page");
    } else if (!skip.visible) {
      problems.push("keyboard: the link past the navigation is not visible when focused");
    }
    problems.push(...(await walkStops(page)));
    return problems;
  });
}

// Tabs through the page from its first stop until the focus leaves the document or returns. A
// date has several stops of its own, whose focus the browser shows: the same element again is not
// a return, and only its first stop is looked at.
async function walkStops(page) {
  const problems = new Set();
  for (let stop = 0; stop < STOPS_MAX; stop += 1) {
    const seen = await page.evaluate(() => {
      const element = document.activeElement;
      const last = document.querySelector("[data-stop-last]");
      const returned = element?.hasAttribute("data-stop-seen") && element !== last;
      if (!element || element === document.body || returned) {
        return null;
      }
      last?.removeAttribute("data-stop-last");
      element.setAttribute("data-stop-last", "yes");
      const style = getComputedStyle(element);
      const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
      element.setAttribute("data-stop-seen", "yes");
      return {
        name: `${element.tagName.toLowerCase()} "${element.textContent.trim().slice(0, 40)}"`,
        shown: element === last || outlined || style.boxShadow !== "none",
      };
    });
    if (!seen) {
      break;
    }
    if (!seen.shown) {
      problems.add(`keyboard: ${seen.name} shows no focus`);
    }
    await page.keyboard.press("Tab");
  }
  const missed = await page.evaluate((most) => {
    const controls = "a[href], button, input:not([type=hidden]), select, textarea, summary";
    const all = [...document.querySelectorAll(controls)].filter((element) => {
      // One radio of a group is a stop for all; what is disabled or taken out is none.
      const out = element.disabled || element.tabIndex < 0 || element.type === "radio";
      return !out && element.checkVisibility();
    });
    const left = all.filter((element) => !element.hasAttribute("data-stop-seen"));
    return all.length > most
      ? []
      : left.slice(0, 3).map((element) => element.outerHTML.slice(0, 80));
  }, STOPS_MAX);
  missed.forEach((name) => problems.add(`keyboard: never reached ${name}`));
  return [...problems];
}
