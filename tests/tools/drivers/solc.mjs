// Runs the Solidity compiler once: node solc.mjs NODE_MODULES, standard JSON on stdin, standard JSON on stdout.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(path.join(process.argv[2], "/"));
const solc = require("solc");
process.stdout.write(solc.compile(fs.readFileSync(0, "utf8")));
