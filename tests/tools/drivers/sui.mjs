// Builds a Sui Move package and runs its tests: node sui.mjs NODE_MODULES, a request on stdin, an answer on stdout.
//
// Request: { root: FILES, packages: { name: FILES }, tests: bool }, where FILES maps paths to texts and every dependency in a
// manifest is `local = "../name"`. Answer: { build, tests }, each the builder's own result; `tests` is null when the
// build failed or no tests were asked for.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const builder = path.join(process.argv[2], "@zktx.io/sui-move-builder/dist/full/index.js");
const { dumpMovePackage, initMovePackageBuilder, MovePackageFetcher, testMovePackage } = await import(pathToFileURL(builder));

const request = JSON.parse(fs.readFileSync(0, "utf8"));

class MemoryFetcher extends MovePackageFetcher {
  fetchLocal = async (local) => {
    const files = request.packages[path.basename(local)];
    if (!files) throw new Error(`no package ${local}`);
    return files;
  };
  async fetch(url) {
    throw new Error(`packages come from the request, not from ${url}`);
  }
  async fetchFile() {
    return null;
  }
}

await initMovePackageBuilder();
const input = () => ({ files: request.root, fetcher: new MemoryFetcher(), network: "mainnet", ansiColor: false });
const build = await dumpMovePackage(input());
const tests = request.tests && !("error" in build) ? await testMovePackage(input()) : null;
process.stdout.write(JSON.stringify({ build, tests }));
