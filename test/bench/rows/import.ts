// The import of a large list: what it would do, and that, against the least that reading and writing it takes.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { fillBoard } from "../fill.ts";
import { asStarted } from "../headgate.ts";
import { interleave } from "../interleave.ts";
import { rssOf, watchPeak } from "../memory.ts";
import { runFresh, startHelper } from "../processes.ts";
import type { Line, Row, Tools } from "../row.ts";
import { ROUNDS, size } from "../settings.ts";

const GOAL = 3;
const MEMORY_GOAL_MB = 100;

const Figures = z.object({ wallMs: z.number(), cpuMs: z.number() });
type Step = z.infer<typeof Figures> & { moreMb: number };

/** Of numbers as there may be, since others are refused; nothing is sent to any. */
function list(rows: number): string {
  const lines = Array.from({ length: rows }, (_, n) => {
    const phone = `(206) ${String(220 + Math.floor(n / 10_000))}-${String(n % 10_000).padStart(4, "0")}`;
    return `A${n},Member ${n},${phone},Zone ${1 + (n % 10)}\n`;
  });
  return `Account,Name,Mobile,Zone\n${lines.join("")}`;
}

export const importList: Row = async (tools) => {
  const rows = size(100_000, 10_000);
  const folder = await mkdtemp(join(tmpdir(), "headgate-bench-import-"));
  try {
    const file = join(folder, "members.csv");
    await writeFile(file, list(rows));
    return await importOf(tools, { rows, file });
  } finally {
    await rm(folder, { recursive: true });
  }
};

async function importOf(
  { postgres }: Tools,
  { rows, file }: { rows: number; file: string },
): Promise<Line[]> {
  const inNewDatabase = async <T>(run: (databaseUrl: string) => Promise<T>): Promise<T> => {
    const databaseUrl = await postgres.create();
    await postgres.prepare(databaseUrl, (db) => fillBoard(db, 1));
    await postgres.settle();
    const figures = await run(databaseUrl);
    await postgres.drop(databaseUrl);
    return figures;
  };
  const figuresOf = (preview: Step, apply: Step, idleMb: number) => ({
    previewMs: preview.wallMs,
    applyMs: apply.wallMs,
    bothMs: preview.wallMs + apply.wallMs,
    cpuMs: preview.cpuMs + apply.cpuMs,
    moreMb: Math.max(preview.moreMb, apply.moreMb),
    idleMb,
  });
  const measured = await interleave(
    {
      floor: () =>
        inNewDatabase(async (databaseUrl) => {
          const run = {
            ...(await runFresh("runs/import-floor.ts", { databaseUrl, file }, Figures)),
            moreMb: 0,
          };
          return figuresOf(run, { wallMs: 0, cpuMs: 0, moreMb: 0 }, 0);
        }),
      headgate: () =>
        inNewDatabase(async (databaseUrl) => {
          const { pid, ask, kill } = await startHelper(
            "runs/import.ts",
            { databaseUrl, file },
            z.literal(true),
            asStarted,
          );
          await wait(1_000);
          const idleMb = await rssOf(pid);
          const step = async (name: "preview" | "apply"): Promise<Step> => {
            const endOfPeak = watchPeak(() => rssOf(pid));
            const figures = await ask(name, Figures);
            return { ...figures, moreMb: (await endOfPeak()) - idleMb };
          };
          const figures = figuresOf(await step("preview"), await step("apply"), idleMb);
          await kill();
          return figures;
        }),
    },
    ROUNDS,
  );

  const floorMs = measured.of("floor", "bothMs").toFixed(0);
  const ratio = (figure: "previewMs" | "applyMs") =>
    measured.ratio(["headgate", figure], ["floor", "bothMs"]);
  const ms = (figure: "previewMs" | "applyMs") => measured.of("headgate", figure).toFixed(0);
  const moreMb = measured.of("headgate", "moreMb");
  return [
    ...(
      [
        ["preview", "previewMs"],
        ["apply", "applyMs"],
      ] as const
    ).map(([what, figure]) => ({
      what: `import of ${rows} new rows: the ${what}`,
      against: "parsing the file, and one COPY of it into a table with the primary key alone",
      goal: `<= ${GOAL}`,
      measured: `${ratio(figure).toFixed(2)} (${ms(figure)} against ${floorMs} ms)`,
      met: ratio(figure) <= GOAL,
    })),
    {
      what: "its memory, at most",
      against: "the same process before it",
      goal: `<= ${MEMORY_GOAL_MB} MB more`,
      measured: `${moreMb.toFixed(0)} MB above ${measured.of("headgate", "idleMb").toFixed(0)} MB`,
      met: moreMb <= MEMORY_GOAL_MB,
    },
  ];
}
