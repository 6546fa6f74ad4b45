// Two containers on one data folder: processes and network of their own, as a host has them that updates without
// downtime. The second waits, and finds everything that the first was told is kept.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished } from "vitest";
import { emptyFolder } from "../../helpers/program.ts";
import { campaign } from "./campaign.ts";
import { withSeed } from "./chance.ts";
import { patiently } from "./fleet.ts";

const UNSHARE = ["--kill-child", "-fpin", "--mount-proc"];
const program = fileURLToPath(new URL("../../helpers/container.ts", import.meta.url));
const canContain = await promisify(execFile)("unshare", [...UNSHARE, "sh", "-c", "ip link set lo up"]).then(
  () => true,
  () => false,
);

type Container = Awaited<ReturnType<typeof startContainer>>;

async function startContainer(folder: string) {
  // Node is not the container's first process, so that it can die alone.
  const script = 'ip link set lo up && "$@"; exec sleep infinity';
  const child = spawn("unshare", [...UNSHARE, "sh", "-c", script, "sh", process.execPath, program, folder], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const closed = once(child, "close");
  const said = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (words) => {
    said.out += words;
  });
  child.stderr.setEncoding("utf8").on("data", (words) => {
    said.err += words;
  });
  const end = async () => {
    child.kill("SIGKILL");
    await closed;
  };
  onTestFinished(end);
  return {
    said,
    waits: () => said.out.includes("waits"),
    /** How many numbers were there when it could first look, and what the highest was. */
    found: () => {
      const [, count, highest] = /finds (\d+) up to (\d+)/.exec(said.out) ?? [];
      return count === undefined ? undefined : { count: Number(count), highest: Number(highest) };
    },
    /** The highest number that PostgreSQL has told is kept. */
    kept: () => Number(/.*^kept (\d+)$/ms.exec(said.out)?.[1] ?? 0),
    /** All of its processes at once. */
    end,
    killNode: async () => process.kill(await findNode(child.pid ?? 0), "SIGKILL"),
  };
}

/** By the number that it has out here. */
async function findNode(unshare: number): Promise<number> {
  const childrenOf = async (pid: number) =>
    (await readFile(`/proc/${pid}/task/${pid}/children`, "utf8")).trim().split(" ").map(Number);
  const [first = 0] = await childrenOf(unshare);
  for (const pid of await childrenOf(first)) {
    if ((await readFile(`/proc/${pid}/cmdline`, "utf8")).includes(program)) return pid;
  }
  throw new Error("no Node in the container");
}

campaign(
  "two containers on one data folder: the first dies, Node first or everything at once",
  { short: 2, long: 20 },
  async (count, did) => {
    if (!canContain) return did("this machine makes no containers");
    const folder = await emptyFolder();
    let first: Container = await startContainer(folder);
    const sums = { kept: 0, nodeFirst: 0 };
    await withSeed(async (random) => {
      for (let round = 0; round < count; round++) {
        const before = first.kept();
        await patiently(async () => first.kept() > before + 50, "numbers that are kept");
        const second = await startContainer(folder);
        await patiently(async () => second.waits(), "the second to wait");
        // In the short campaign one of each.
        if (count === 2 ? round === 0 : random.next() < 0.5) {
          sums.nodeFirst++;
          await first.killNode();
          // Its server lives on, for as long as the second might take to start one.
          await new Promise((later) => setTimeout(later, 1_000 + random.below(2_000)));
        }
        expect(second.found(), second.said.out + second.said.err).toBeUndefined();
        await first.end();
        const kept = first.kept();
        await patiently(
          async () => second.found() !== undefined,
          `the second to take over ${second.said.err}`,
        );
        const { count: found = 0, highest = 0 } = second.found() ?? {};
        expect(found, "numbers between").toBe(highest);
        expect(highest, "numbers that were kept").toBeGreaterThanOrEqual(kept);
        sums.kept = kept;
        first = second;
      }
    });
    did(`${count} take-overs, ${sums.nodeFirst} of them Node first, ${sums.kept} rows kept, none lost`);
  },
  30,
);
