// The unit file in the README: what stands there is what systemd does to a database.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
const unit = /```ini\n(.*?)```/s.exec(read("README.md"))?.[1] ?? "";
const lines = unit.split("\n").map((line) => line.trim());
const settingOf = (name: string) =>
  lines.filter((line) => line.startsWith(`${name}=`)).map((line) => line.slice(name.length + 1));

test("only Headgate is told to stop, and has longer for it than it takes", () => {
  expect(settingOf("KillMode")).toEqual(["mixed"]);
  const within = Number(/STOP_WITHIN_MS = ([\d_]+)/.exec(read("src/live.ts"))?.[1]?.replaceAll("_", ""));
  expect(Number(settingOf("TimeoutStopSec")[0]) * 1000).toBeGreaterThan(within);
});

test("it starts what npm start starts, without npm in between, which would get the signal", () => {
  const { scripts } = z
    .object({ scripts: z.object({ start: z.string() }) })
    .parse(JSON.parse(read("package.json")));
  const [folder] = settingOf("WorkingDirectory");
  expect(settingOf("ExecStart")).toEqual([`${folder}/node_modules/.bin/${scripts.start}`]);
  expect(settingOf("User")).toEqual(["headgate"]);
});
