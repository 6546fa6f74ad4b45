// One instance of the live program, which can be killed, ended and started again at the same address.
import { emptyFolder, type Program, runProgram } from "../../helpers/program.ts";

export type Instance = {
  port: number;
  /** The folder that it runs in. */
  cwd: string;
  /** Resolves when it runs. */
  up(): Promise<void>;
  isUp(): boolean;
  /** When it was last started, by this machine's clock, which is the database's too. */
  startedAt(): number;
  /** Starts it again where it has ended. */
  start(): void;
  signal(signal: NodeJS.Signals): void;
  kill(): Promise<void>;
  /** Ends as a service manager ends it. @returns its exit code */
  terminate(): Promise<number | null>;
  /** What its last start has said and complained of. */
  said(): { out: string; err: string };
};

/** @param crashes is told of an end that nobody asked for */
export async function startInstance({
  port,
  settings,
  preload,
  crashes,
  ...given
}: {
  port: number;
  /** Its own, if not an empty one. */
  cwd?: string | undefined;
  settings: Record<string, string>;
  preload: string | undefined;
  crashes: string[];
}): Promise<Instance> {
  const cwd = given.cwd ?? (await emptyFolder());
  let program: Program;
  let running: Promise<void>;
  let startedAt = 0;
  let state: "starting" | "up" | "ending" | "ended" = "ended";

  function start(): void {
    if (state !== "ended") throw new Error("it runs already");
    state = "starting";
    startedAt = Date.now();
    program = runProgram("main.ts", { cwd, settings, ...(preload !== undefined && { preload }) });
    running = program.says(/"msg":"Headgate runs"/).then(() => {
      if (state === "starting") state = "up";
    });
    running.catch(() => {}); // it may be killed before
    void program.end().then(({ code, out, err }) => {
      if (state !== "ending") crashes.push(`ended by itself with ${code}: ${err}${out.slice(-2000)}`);
      state = "ended";
    });
  }

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    if (state === "ended") return 0;
    state = "ending";
    program.signal(signal);
    return (await program.end()).code;
  }

  start();
  return {
    port,
    cwd,
    up: () => running,
    isUp: () => state === "up",
    startedAt: () => startedAt,
    start,
    signal: (signal) => void program.signal(signal),
    kill: async () => void (await end("SIGKILL")),
    terminate: () => end("SIGTERM"),
    said: () => program.said,
  };
}
