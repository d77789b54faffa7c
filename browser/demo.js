// The real binary, started as a person starts it.
import { spawn } from "node:child_process";

const ADDRESS = /http:\/\/127\.0\.0\.1:\d+\//;
// Passwords are stretched on purpose, which takes its time on a busy machine.
const START_MS_MAX = 240_000;

// Starts `palermo demo` on a free port, with real public figures alone, and waits for the line with
// its address.
export function startDemo(binary) {
  return start(binary, ["--public-only"]);
}

// Starts it with its node of an invented State, with few cases; also answers with what it told.
export async function startNode(binary) {
  const demo = await start(binary, ["--cases", "300", "--json"]);
  return { ...demo, told: JSON.parse(demo.told()) };
}

async function start(binary, options) {
  const child = spawn(binary, ["demo", ...options, "--listen", "127.0.0.1:0"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  let errors = "";
  let timer;
  const address = await new Promise((resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no address after ${START_MS_MAX} ms; it said:\n${said}${errors}`));
    }, START_MS_MAX);
    const read = (chunk) => {
      said += chunk;
      const found = said.match(ADDRESS);
      // The whole line, since it may come in parts.
      if (found && said.endsWith("\n")) {
        resolve(found[0]);
      }
    };
    child.stdout.setEncoding("utf8").on("data", read);
    child.stderr.setEncoding("utf8").on("data", (chunk) => {
      errors += chunk;
    });
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`demo ended with ${code}; it said:\n${said}${errors}`)));
  })
    .catch((error) => {
      child.kill();
      throw error;
    })
    .finally(() => clearTimeout(timer));
  const stop = () =>
    new Promise((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) {
        resolve();
        return;
      }
      child.on("exit", resolve);
      child.kill("SIGTERM");
    });
  return { origin: address.replace(/\/$/, ""), stop, told: () => said };
}
