// The real binary, started as a person starts it.
import { spawn } from "node:child_process";

const ADDRESS = /http:\/\/127\.0\.0\.1:\d+\//;
const START_MS_MAX = 60_000;

// Starts `palermo demo` on a free port and waits for the line with its address.
export async function startDemo(binary) {
  const child = spawn(binary, ["demo", "--listen", "127.0.0.1:0"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  let timer;
  const address = await new Promise((resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no address after ${START_MS_MAX} ms; it said:\n${said}`));
    }, START_MS_MAX);
    const read = (chunk) => {
      said += chunk;
      const found = said.match(ADDRESS);
      if (found) {
        resolve(found[0]);
      }
    };
    child.stdout.setEncoding("utf8").on("data", read);
    child.stderr.setEncoding("utf8").on("data", read);
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`demo ended with ${code}; it said:\n${said}`)));
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
  return { origin: address.replace(/\/$/, ""), stop };
}
