// Bundles each page into one HTML text and writes it as HTML and, for the program, all as page.cpp.
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
    throw new Error(`a page has ${parts.length - 1} markers ${marker}; one was expected`);
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

function cppSource(pages) {
  const texts = Object.entries(pages).map(
    ([name, { head, tail, policy }]) => `const PageText ${name}_page_text{
${literal(head)},
${literal(tail)},
${literal(policy)}};
`,
  );
  return `// Made by explorer/build.mjs from explorer/src.
#include "tsimcne/explore/bundle.hpp"

namespace tsimcne {

using namespace std::string_view_literals;

${texts.join("\n")}
}  // namespace tsimcne
`;
}

/** A page from its markup, its style and its script: the text before the data, the text after, and what may run. */
async function makePage(markup, styles, entry) {
  const template = await readFile(join(source, markup), "utf8");
  const style = await bundle(styles, {});
  const script = fitScript(await bundle(entry, { format: "iife", target: "es2022" }));
  const [beforeStyle, afterStyle] = cut(template, "/*style*/");
  const [body, afterData] = cut(afterStyle, "<!--data-->");
  const [beforeScript, end] = cut(afterData, "/*script*/");
  const page = {
    head: beforeStyle + style + body,
    tail: beforeScript + script + end,
    policy: `script-src ${policyHash(script)}; style-src ${policyHash(style)}`,
  };
  cut(page.head, "<!--policy-->");
  return page;
}

const folder = process.argv[2];
if (!folder) throw new Error("Name the folder for the pages and page.cpp: node build.mjs FOLDER");

const pages = {
  explorer: await makePage("index.html", "explorer.css", "main.ts"),
  comparison: await makePage("comparison.html", "comparison.css", "comparison.ts"),
};
await mkdir(folder, { recursive: true });
await writeFile(join(folder, "page.cpp"), cppSource(pages));
for (const [name, { head, tail }] of Object.entries(pages)) {
  await writeFile(join(folder, `${name}.html`), head + tail);
  console.log(`${name}: ${Math.round((head.length + tail.length) / 1000)} kB`);
}
