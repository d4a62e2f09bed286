// Fifty clients at once, for a minute, on a run that is served:
//
//   TSIMCNE=program RUN=folder node tests/load.mjs [seconds]
//
// Prints the number of answers and of errors, and the program's memory after a warm-up and at the end.

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import http from "node:http";

const { TSIMCNE, RUN } = process.env;
if (!TSIMCNE || !RUN) throw new Error("Set TSIMCNE to the program and RUN to the folder of a finished run.");
const seconds = Number(process.argv[2] ?? 60);
const clients = 50;

const program = spawn(TSIMCNE, ["explore", RUN, "--no-browser"], { stdio: ["ignore", "pipe", "inherit"] });
const address = await new Promise((resolve) => {
  program.stdout.on("data", (text) => {
    const found = String(text).match(/http:\S+/);
    if (found) resolve(found[0]);
  });
});

const megabytes = () =>
  Number(readFileSync(`/proc/${program.pid}/status`, "utf8").match(/VmRSS:\s+(\d+)/)[1]) / 1024;

function get(agent, path) {
  return new Promise((resolve, reject) => {
    http
      .get(address + path, { agent }, (answer) => {
        answer.resume();
        answer.on("end", () => (answer.statusCode === 200 ? resolve() : reject(new Error(String(answer.statusCode)))));
      })
      .on("error", reject);
  });
}

let answers = 0;
const errors = [];

/** Asks one thing after another, each client from another image on, as somebody who looks around. */
async function client(number, end) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  for (let i = 100 * number; Date.now() < end; ++i) {
    for (const path of ["map.bin", "text.bin", "atlas/0/0", `image/${i % 1000}`, `neighbors/${i % 1000}`]) {
      try {
        await get(agent, path);
        ++answers;
      } catch (error) {
        errors.push(`${path}: ${error.message}`);
      }
    }
  }
  agent.destroy();
}

async function load(time) {
  const end = Date.now() + 1000 * time;
  await Promise.all(Array.from({ length: clients }, (_, number) => client(number, end)));
}

await load(Math.min(10, seconds));
const before = megabytes();
await load(seconds);
console.log(
  `${answers} answers, ${errors.length} errors; ${before.toFixed(0)} MB after the warm-up, ` +
    `${megabytes().toFixed(0)} MB at the end`,
);
if (errors.length > 0) console.log(errors.slice(0, 5).join("\n"));
program.kill();
process.exitCode = errors.length > 0 ? 1 : 0;
