// Runs before the npm scripts that a newcomer uses, on whatever Node the machine has (20 or newer): installs what is
// missing or out of date, with it the Node 24 that everything else runs on. Plain JavaScript,
// without a dependency, because there may be none yet.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (name) => (existsSync(root + name) ? JSON.parse(readFileSync(root + name, "utf8")) : undefined);

/** What npm says it installed, against what the lock file asks for on this platform. */
function isInstalled() {
  const wanted = read("package-lock.json")?.packages ?? {};
  const installed = read("node_modules/.package-lock.json")?.packages;
  return (
    installed !== undefined &&
    Object.entries(wanted).every(
      ([path, { version, optional }]) =>
        path === "" || installed[path]?.version === version || (optional && installed[path] === undefined),
    )
  );
}

if (!isInstalled()) {
  console.error("Installing what Headgate needs (once, about a minute) ...");
  const npm = process.env.npm_execpath;
  const quiet = ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"];
  // npm's notices go to stderr, so that a script's own output stays clean.
  const stdio = ["ignore", 2, 2];
  const { status } = npm
    ? spawnSync(process.execPath, [npm, ...quiet], { cwd: root, stdio })
    : spawnSync("npm", quiet, { cwd: root, stdio, shell: process.platform === "win32" });
  if (status !== 0) {
    console.error("The installation failed; npm's own message is above. Check the network and try again.");
    process.exit(1);
  }
}

const node24 = existsSync(`${root}node_modules/.bin/node`) || existsSync(`${root}node_modules/.bin/node.cmd`);
if (!node24 && Number(process.versions.node.split(".")[0]) < 24) {
  console.error(
    `Headgate needs Node 24 or newer, and this is ${process.version}. ` +
      "For this kind of machine npm has no Node package: install it from nodejs.org and try again.",
  );
  process.exit(1);
}
