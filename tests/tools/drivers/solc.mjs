// Runs the Solidity compiler: node solc.mjs NODE_MODULES, standard JSON on each line of stdin, and on each line of stdout.
import { createRequire } from "node:module";
import path from "node:path";
import readline from "node:readline";

const require = createRequire(path.join(process.argv[2], "/"));
const solc = require("solc");
for await (const request of readline.createInterface({ input: process.stdin })) {
  // The compiler's own answer has a line break in it when it is formatted; as a value it has none.
  process.stdout.write(JSON.stringify(JSON.parse(solc.compile(request))) + "\n");
}
