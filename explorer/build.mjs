// Bundles the page into one HTML text and writes it as page.html and, for the program, as page.cpp.
//
//   node build.mjs FOLDER

import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const source = join(dirname(fileURLToPath(import.meta.url)), "src");

async function bundle(entry, options) {
  const result = await build({
    entryPoints: [join(source, entry)],
    bundle: true,
    minify: true,
    write: false,
    charset: "utf8",
    legalComments: "inline",
    ...options,
  });
  return result.outputFiles[0].text;
}

/** Script text must not hold what ends or hides a script element. */
function fitScript(text) {
  return text.replace(/<\/(script)/gi, "<\\/$1").replace(/<!--/g, "\\x3c!--");
}

function policyHash(text) {
  return `'sha256-${createHash("sha256").update(text, "utf8").digest("base64")}'`;
}

/** Splits a template at a marker that must be there exactly once. */
function cut(text, marker) {
  const parts = text.split(marker);
  if (parts.length !== 2) {
    throw new Error(`index.html has ${parts.length - 1} markers ${marker}; one was expected`);
  }
  return parts;
}

function escapeByte(byte) {
  const letter = String.fromCharCode(byte);
  if (byte === 10) return "\\n";
  if ('"\\?'.includes(letter)) return `\\${letter}`;
  if (byte < 32 || byte > 126) return `\\${byte.toString(8).padStart(3, "0")}`;
  return letter;
}

/** Adjacent C++ string literals of a bounded length each. */
function literal(text) {
  const bytes = Buffer.from(text, "utf8");
  const lines = [];
  for (let start = 0; start < bytes.length; start += 2000) {
    lines.push(`    "${Array.from(bytes.subarray(start, start + 2000), escapeByte).join("")}"`);
  }
  return `${lines.join("\n")}sv`;
}

function cppSource({ head, tail, policy }) {
  return `// Made by explorer/build.mjs from explorer/src.
#include "tsimcne/explore/bundle.hpp"

namespace tsimcne {

using namespace std::string_view_literals;

const std::string_view page_head =
${literal(head)};

const std::string_view page_tail =
${literal(tail)};

const std::string_view page_policy =
${literal(policy)};

}  // namespace tsimcne
`;
}

const folder = process.argv[2];
if (!folder) throw new Error("Name the folder for page.html and page.cpp: node build.mjs FOLDER");

const template = await readFile(join(source, "index.html"), "utf8");
const style = await bundle("explorer.css", {});
const script = fitScript(await bundle("main.ts", { format: "iife", target: "es2022" }));
const [beforeStyle, afterStyle] = cut(template, "/*style*/");
const [body, afterData] = cut(afterStyle, "<!--data-->");
const [beforeScript, end] = cut(afterData, "/*script*/");
const page = {
  head: beforeStyle + style + body,
  tail: beforeScript + script + end,
  policy: `script-src ${policyHash(script)}; style-src ${policyHash(style)}`,
};
cut(page.head, "<!--policy-->");

await mkdir(folder, { recursive: true });
await writeFile(join(folder, "page.cpp"), cppSource(page));
await writeFile(join(folder, "page.html"), page.head + page.tail);
console.log(`page: ${Math.round((page.head.length + page.tail.length) / 1000)} kB`);
