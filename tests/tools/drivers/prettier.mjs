// Formats Move files: node prettier.mjs NODE_MODULES, a request on each line of stdin, an answer on each of stdout.
//
// Request: { text, options }, where the options are prettier's. Answer: { formatted }, or { error } for what is not Move.
import path from "node:path";
import readline from "node:readline";
import { pathToFileURL } from "node:url";

const load = (file) => import(pathToFileURL(path.join(process.argv[2], file)));
const prettier = await load("prettier/index.mjs");
const plugin = await load("@mysten/prettier-plugin-move/out/index.js");

const format = (text, options) => prettier.format(text, { ...options, filepath: "source.move", plugins: [plugin.default ?? plugin] });
for await (const line of readline.createInterface({ input: process.stdin })) {
  const { text, options } = JSON.parse(line);
  const answer = await format(text, options).then((formatted) => ({ formatted }), (error) => ({ error: String(error) }));
  process.stdout.write(JSON.stringify(answer) + "\n");
}
