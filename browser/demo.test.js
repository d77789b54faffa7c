// The way the binary is started and read, tried with scripts that stand in for it.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";

import { startDemo } from "./demo.js";

describe("starting the demo", () => {
  const folder = mkdtempSync(join(tmpdir(), "palermo-demo-"));
  after(() => rmSync(folder, { recursive: true }));

  const script = (name, text) => {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    return path;
  };

  it("reads the address from a line and stops the program", async () => {
    const path = script("good", 'echo "Palermo: http://127.0.0.1:4321/ ($*)"\nexec sleep 60');
    const demo = await startDemo(path);
    assert.equal(demo.origin, "http://127.0.0.1:4321");
    await demo.stop();
    await demo.stop();
  });

  it("tells what a program said that ended", async () => {
    const path = script("bad", 'echo "no seed" >&2\nexit 3');
    await assert.rejects(startDemo(path), /ended with 3; it said:\nno seed/);
  });

  it("tells that there is no program", async () => {
    await assert.rejects(startDemo(join(folder, "absent")), /ENOENT/);
  });
});
