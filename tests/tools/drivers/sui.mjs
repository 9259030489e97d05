// Builds Sui Move packages or runs their tests: node sui.mjs NODE_MODULES, a request on each line of stdin, an answer on each of stdout.
//
// Request: { root: FILES, packages: { name: FILES }, tests: bool }, where FILES maps paths to texts and every dependency in a
// manifest is `local = "../name"`. Answer: what the builder says of the build or, if they are asked for, of the tests.
import path from "node:path";
import readline from "node:readline";
import { pathToFileURL } from "node:url";

const builder = path.join(process.argv[2], "@zktx.io/sui-move-builder/dist/full/index.js");
const { dumpMovePackage, initMovePackageBuilder, MovePackageFetcher, testMovePackage } = await import(pathToFileURL(builder));

class MemoryFetcher extends MovePackageFetcher {
  constructor(packages) {
    super();
    this.fetchLocal = async (local) => {
      const files = packages[path.basename(local)];
      if (!files) throw new Error(`no package ${local}`);
      return files;
    };
  }
  async fetch(url) {
    throw new Error(`packages come from the request, not from ${url}`);
  }
  async fetchFile() {
    return null;
  }
}

await initMovePackageBuilder();
for await (const line of readline.createInterface({ input: process.stdin })) {
  const { root, packages, tests } = JSON.parse(line);
  const input = { files: root, fetcher: new MemoryFetcher(packages), network: "mainnet", ansiColor: false };
  const answer = await (tests ? testMovePackage(input) : dumpMovePackage(input));
  process.stdout.write(JSON.stringify(answer) + "\n");
}
