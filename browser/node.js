// A node of its own for one story: founded, unlocked and served by the real binary, with people who
// set their credentials at the command line.
import { execFile, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const START_MS_MAX = 60_000;
const STEP_SECONDS = 30;
const PASSPHRASE = "four plain words here";

// The code that a device shows (RFC 6238, SHA-1, six digits) for a secret in base 32.
export function deviceCode(base32, step) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...base32.replaceAll(/[\s=]/g, "")].map((symbol) =>
    alphabet.indexOf(symbol.toUpperCase()).toString(2).padStart(5, "0"),
  );
  const bytes = bits.join("").match(/.{8}/g);
  const key = Buffer.from(bytes.map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", key).update(counter).digest();
  const offset = mac[19] & 15;
  const number = (mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000;
  return String(number).padStart(6, "0");
}

// A device: it never gives the code of one step twice, as a node takes each only once. Early by one
// step is within what a node takes.
export class Device {
  constructor(base32) {
    this.base32 = base32;
    this.last = 0;
  }

  async code() {
    const now = () => Math.floor(Date.now() / 1000 / STEP_SECONDS);
    while (this.last > now()) {
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    this.last = Math.max(now(), this.last + 1);
    return deviceCode(this.base32, this.last);
  }
}

// A served node. `run(arguments)` is a command on its folder, `serve()` one more process.
export class Node {
  static async found(binary) {
    const folder = mkdtempSync(join(tmpdir(), "palermo-node-"));
    const node = new Node(binary, folder);
    const made = await node.command([
      "init", node.folder, "--as", "agency", "--jurisdiction", "XXA", "--name", "Hub of XA",
      "--sign-in", "ada", "--json",
    ]);
    node.founded = JSON.parse(made);
    return node;
  }

  constructor(binary, folder) {
    this.binary = binary;
    this.temporary = folder;
    this.folder = join(folder, "node");
    this.passphrase = join(folder, "passphrase");
    writeFileSync(this.passphrase, `${PASSPHRASE}\n`, { mode: 0o600 });
    this.servers = [];
  }

  // Answers with what the command printed; refuses with what it said when it fails.
  command(words, environment = {}, input = "") {
    return new Promise((resolve, reject) => {
      const child = execFile(
        this.binary,
        words,
        { env: { ...process.env, PALERMO_PASSPHRASE: PASSPHRASE, ...environment } },
        (error, out, said) =>
          error ? reject(new Error(`${words.join(" ")}: ${said}${out}`)) : resolve(out),
      );
      child.stdin.end(input);
    });
  }

  // Serves the node, unlocked, and answers with the address at which people sign in.
  async serve() {
    const words = ["serve", this.folder, "--listen", "127.0.0.1:0", "--json"];
    const child = spawn(this.binary, [...words, "--passphrase-file", this.passphrase], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.servers.push(child);
    let said = "";
    const line = await new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`no address: ${said}`)), START_MS_MAX);
      const read = (chunk) => {
        said += chunk;
        if (said.includes("\n")) {
          clearTimeout(late);
          resolve(said.split("\n")[0]);
        }
      };
      child.stdout.setEncoding("utf8").on("data", read);
      child.stderr.setEncoding("utf8").on("data", (chunk) => (said += chunk));
      child.on("error", reject);
      child.on("exit", (code) => reject(new Error(`serve ended with ${code}: ${said}`)));
    });
    return JSON.parse(line).origin;
  }

  async stop() {
    for (const child of this.servers) {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = new Promise((resolve) => child.on("exit", resolve));
        child.kill("SIGTERM");
        await gone;
      }
    }
    rmSync(this.temporary, { recursive: true });
  }
}
