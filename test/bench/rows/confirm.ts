// The confirm of a large alert: until its audience is frozen, and until Slack is answered.
import { z } from "zod";
import { boardMember, fillBoard, fillDraft, fillMembers } from "../fill.ts";
import { startHeadgate } from "../headgate.ts";
import { interleave } from "../interleave.ts";
import { runFresh } from "../processes.ts";
import { startProvider } from "../provider/start.ts";
import type { Line, Row, Tools } from "../row.ts";
import { ROUNDS, size } from "../settings.ts";
import { commandForm, pressForm, startSlack } from "../slack.ts";

const GOAL = 1.4;
const ANSWER_GOAL_MS = 1000;

const Figures = z.object({ wallMs: z.number(), cpuMs: z.number(), confirmMs: z.number() });

export const confirm: Row = async (tools) => {
  const lines: Line[] = [];
  for (const members of [size(100_000, 20_001), size(1_000_000, 50_000)]) {
    lines.push(...(await confirmOf(tools, members)));
  }
  return lines;
};

async function confirmOf({ postgres, files }: Tools, members: number): Promise<Line[]> {
  const reviewed = await postgres.create();
  const alertId = await postgres.prepare(reviewed, async (db) => {
    await fillMembers(db, members);
    await fillBoard(db, 1);
    return fillDraft(db);
  });
  const onCopy = async <T>(run: (databaseUrl: string) => Promise<T>): Promise<T> => {
    const databaseUrl = await postgres.create(reviewed);
    await postgres.settle();
    const figures = await run(databaseUrl);
    await postgres.drop(databaseUrl);
    return figures;
  };
  const slack = await startSlack();
  const provider = await startProvider(files, 50);
  const button = pressForm("confirm", `${alertId}:1`, boardMember.userId);
  const measured = await interleave(
    {
      floor: () => onCopy((databaseUrl) => runFresh("runs/confirm-floor.ts", { databaseUrl }, Figures)),
      headgate: () =>
        onCopy((databaseUrl) => runFresh("runs/confirm.ts", { databaseUrl, alertId, version: 1 }, Figures)),
      pressed: () =>
        onCopy(async (databaseUrl) => {
          const headgate = await startHeadgate({ databaseUrl, slack, provider, files });
          // Whoever confirms has written the alert a moment ago: the program is warm.
          const opened = slack.next("views.open");
          await slack.send(headgate.port, commandForm("/alert", boardMember.userId));
          await opened;
          const pressedAt = performance.now();
          const answeredAt = await slack.send(headgate.port, button);
          await headgate.stop("SIGKILL");
          return { wallMs: answeredAt - pressedAt, cpuMs: 0, confirmMs: 0 };
        }),
    },
    ROUNDS,
  );
  await slack.stop();
  await provider.stop();
  await postgres.drop(reviewed);

  const ratio = measured.ratio(["headgate", "wallMs"], ["floor", "wallMs"]);
  const ms = (name: "floor" | "headgate" | "pressed", figure: keyof z.infer<typeof Figures>) =>
    Math.round(measured.of(name, figure));
  return [
    {
      what: `confirm of an alert to ${members} members, until it is frozen`,
      against: "one `INSERT ... SELECT` into a table with the primary key alone",
      goal: `<= ${GOAL}`,
      measured: `${ratio.toFixed(2)} (${ms("headgate", "wallMs")} against ${ms("floor", "wallMs")} ms; the confirm alone ${ms("headgate", "confirmMs")} ms)`,
      cpu: `${ms("headgate", "cpuMs")} against ${ms("floor", "cpuMs")} ms`,
      met: ratio <= GOAL,
    },
    {
      what: `Slack answered, the confirm pressed at ${members} members`,
      against: "",
      goal: `<= ${ANSWER_GOAL_MS} ms`,
      measured: `${ms("pressed", "wallMs")} ms`,
      met: measured.of("pressed", "wallMs") <= ANSWER_GOAL_MS,
    },
  ];
}
