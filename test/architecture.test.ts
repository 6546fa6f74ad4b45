// The rules of the house that no single file can show: who may import whom, and that nobody gets in
// without a signature and a place on the allowlist. Lists are read from the code, so that what is added
// to it later is held to the same rules.
import { readdirSync, readFileSync } from "node:fs";
import { join, posix, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { people } from "../src/practice/co-op/people.ts";
import {
  actions,
  commands,
  messages,
  openings,
  options,
  shortcuts,
  submissions,
} from "../src/slack/index.ts";
import { eventually } from "./helpers/eventually.ts";
import { openScene } from "./helpers/scene.ts";

const src = fileURLToPath(new URL("../src/", import.meta.url));

type Import = { from: string; to: string; isType: boolean };
type Source = { file: string; code: string; imports: Import[] };

const sources: Source[] = readdirSync(src, { recursive: true, encoding: "utf8" })
  .map((file) => file.split(sep).join("/"))
  .filter((file) => /\.(ts|mjs)$/.test(file))
  .map((file) => {
    const code = readFileSync(join(src, file), "utf8");
    return { file, code, imports: [...importsIn(file, code)] };
  });
const imports = sources.flatMap((source) => source.imports);

/** What a file imports, by its path in src/ or by the package's name. */
function* importsIn(file: string, code: string): Generator<Import> {
  const statements = /^(?:import|export)\s(type\s)?[^"';]*?from\s"([^"]+)"|^import\s()"([^"]+)"/gm;
  const atRunTime = /\bimport\(()"([^"]+)"\)/g;
  for (const [, type, bound, , bare] of [...code.matchAll(statements), ...code.matchAll(atRunTime)]) {
    const name = bound ?? bare ?? "";
    const to = name.startsWith(".") ? posix.join(posix.dirname(file), name) : name;
    yield { from: file, to, isType: type !== undefined };
  }
}

/** The room; of the gateways, the port and each gateway by itself. */
const folderOf = (file: string): string => {
  const [first = "", second = "", third] = file.split("/");
  return first === "gateways" ? (third === undefined ? file : `gateways/${second}`) : first;
};
/** One folder each: gateways/twilio. */
const gateways = [...new Set(sources.map(({ file }) => folderOf(file)))].filter((folder) =>
  /^gateways\/[\w-]+$/.test(folder),
);
const isIn =
  (...folders: string[]) =>
  ({ from }: Import) =>
    folders.includes(folderOf(from));
const isRoot = isIn("main.ts", "live.ts", "app.ts", "cli.ts", "cli", "practice");
const said = ({ from, to }: Import) => `${from} imports ${to}`;

describe("the import rule: downward only", () => {
  /**
   * From the top down, also folders that are still to come. Within a floor the features, the ground and the
   * roots know each other.
   */
  const floors: { name: string; of: string[]; mayKnowEachOther: boolean }[] = [
    {
      name: "roots",
      of: ["main.ts", "live.ts", "app.ts", "cli.ts", "cli", "practice"],
      mayKnowEachOther: true,
    },
    { name: "gateways", of: gateways, mayKnowEachOther: false },
    { name: "edges", of: ["slack", "web", "jobs"], mayKnowEachOther: false },
    { name: "doings", of: ["bills", "events", "codes", "upkeep"], mayKnowEachOther: false },
    { name: "the alert", of: ["alerts", "outcomes", "replies"], mayKnowEachOther: false },
    { name: "engine", of: ["deliveries"], mayKnowEachOther: false },
    {
      name: "features",
      of: ["members", "zones", "board", "opt-outs", "audit", "templates", "languages", "settings"],
      mayKnowEachOther: true,
    },
    {
      name: "ground",
      of: [
        "gateways/gateway.ts",
        "text",
        "db",
        "clock.ts",
        "log.ts",
        "config.ts",
        "own-settings.ts",
        "http.ts",
        "free-port.ts",
      ],
      mayKnowEachOther: true,
    },
  ];
  const floorOf = (file: string) => floors.findIndex(({ of }) => of.includes(folderOf(file)));

  test("every file has its floor", () => {
    // Runs before anything is installed, and imports nothing of ours.
    const placed = sources.filter(({ file }) => file !== "install.mjs");
    expect(placed.filter(({ file }) => floorOf(file) === -1).map(({ file }) => file)).toEqual([]);
  });

  test("every import was found", () => {
    for (const { file, code, imports } of sources) {
      const said = [...code.matchAll(/(?:\bfrom |^import |\bimport\()"[^"]+"\)?(?:[;.)]| with )/gm)];
      expect(imports, file).toHaveLength(said.length);
    }
  });

  test("no room has more than 14 files", () => {
    const rooms = Map.groupBy(sources, ({ file }) => posix.dirname(file));
    const crowded = [...rooms].filter(([room, files]) => room !== "." && files.length > 14);
    expect(crowded.map(([room, files]) => `${room}: ${files.length}`)).toEqual([]);
  });

  test("nobody imports upward, or its neighbour", () => {
    const wrong = imports.filter(({ from, to }) => {
      if (floorOf(to) === -1 || folderOf(from) === folderOf(to)) return false;
      if (floorOf(from) === floorOf(to)) return !floors[floorOf(from)]?.mayKnowEachOther;
      return floorOf(from) > floorOf(to);
    });
    expect(wrong.map(said)).toEqual([]);
  });

  test.each<[rule: string, what: (it: Import) => boolean, who: (it: Import) => boolean]>([
    [
      "Slack's packages: slack/, roots and practice",
      ({ to }) => to.startsWith("@slack/"),
      (it) => isRoot(it) || isIn("slack")(it),
    ],
    [
      "twilio: its gateway, and practice",
      ({ to }) => to === "twilio" || to.startsWith("twilio/"),
      (it) => it.from.startsWith("gateways/twilio/") || isIn("practice")(it),
    ],
    [
      "a gateway: roots",
      ({ to, from }) => gateways.includes(folderOf(to)) && folderOf(from) !== folderOf(to),
      isRoot,
    ],
    [
      "a gateway itself knows the ground alone",
      ({ from, to }) => gateways.includes(folderOf(from)) && folderOf(from) !== folderOf(to),
      ({ to }) => floorOf(to) === -1 || floorOf(to) === floors.length - 1,
    ],
    [
      "practice: itself, so that nothing live runs on it by accident",
      ({ to }) => folderOf(to) === "practice",
      isIn("practice"),
    ],
    [
      "a stand-in's files: nothing of Headgate's, nor the co-op's",
      ({ from, to }) => from.startsWith("practice/stand-ins/") && /\.(ts|mjs|json)$/.test(to),
      ({ to }) => to.startsWith("practice/stand-ins/"),
    ],
    [
      "what config.ts does: roots; the others know its types",
      ({ to, isType }) => to === "config.ts" && !isType,
      isRoot,
    ],
    ["the driver of PostgreSQL: db/", ({ to }) => to === "postgres", isIn("db")],
  ])("%s", (_, what, who) => {
    expect(imports.some(what)).toBe(true);
    expect(imports.filter((it) => what(it) && !who(it)).map(said)).toEqual([]);
  });

  test("the audit log is written and shown, and never asked: audit/ alone reads it", () => {
    // What the database itself may do with it: the table, and the rights on it.
    const apart = ["db/schema.ts", "db/migrate.ts"];
    const knowing = sources.filter(
      ({ file, code }) =>
        folderOf(file) !== "audit" && !apart.includes(file) && /\bauditEntries\b|audit_entries/.test(code),
    );
    expect(knowing.map(({ file }) => file)).toEqual([]);
  });

  test("neither the alert's way nor a doing knows a gateway's name, its words or its codes", () => {
    const ways = floors.filter(({ name }) => ["doings", "the alert", "engine"].includes(name));
    const rooms = ["jobs", ...ways.flatMap(({ of }) => of)];
    const names = gateways.map((folder) => posix.basename(folder));
    // Codes of Twilio's have five digits.
    const aGateways = new RegExp(`${names.join("|")}|\\b[236]\\d{4}\\b`, "i");
    expect(names).toContain("twilio");
    const knowing = sources.filter(
      ({ file, code }) => rooms.includes(folderOf(file)) && aGateways.test(code),
    );
    expect(knowing.map(({ file }) => file)).toEqual([]);
  });

  test("the environment is read in config.ts, and before anything is installed", () => {
    const readers = sources.filter(({ code }) =>
      /process\.env|process\["env"\]|node:process|import\.meta\.env/.test(code),
    );
    expect(readers.map(({ file }) => file).sort()).toEqual(["config.ts", "install.mjs"]);
  });

  test("nothing imports in a circle", () => {
    const next = new Map(
      sources.map(({ file, imports }) => [file, imports.filter((it) => !it.isType).map(({ to }) => to)]),
    );
    const reaches = (from: string, goal: string, seen = new Set<string>()): boolean =>
      (next.get(from) ?? []).some(
        (to) => to === goal || (!seen.has(to) && next.has(to) && reaches(to, goal, seen.add(to))),
      );
    expect([...next.keys()].filter((file) => reaches(file, file))).toEqual([]);
  });
});

const live = sources.filter(({ file }) => folderOf(file) !== "practice");
const found = (pattern: RegExp) => live.flatMap(({ code }) => [...code.matchAll(pattern)]);

const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();

test("no raw SQL in the stories: the scene answers in words", () => {
  const folder = fileURLToPath(new URL("story/", import.meta.url));
  const stories = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".test.ts"),
  );
  const statement = /`\s*(select|insert|update|delete)\b|\bselect\b.*\bfrom\b|\b(insert into|delete from)\b/i;
  const way = /\bupdate \w+ set\b|\bclient\b|\.unsafe\(|\bsql`|from "(postgres|drizzle-orm)|\/schema\.ts"/i;
  const sql = stories.flatMap((file) =>
    readFileSync(join(folder, file), "utf8")
      .split("\n")
      .filter((line) => statement.test(line) || way.test(line))
      .map((line) => ({ file, line: line.trim() })),
  );
  // This one is about what a role may do in SQL.
  const aboutSql = "two-roles.test.ts";
  expect(sql.filter(({ file }) => file !== aboutSql)).toEqual([]);
  expect(sql.map(({ file }) => file)).toContain(aboutSql);
});

test("what goes wrong in a story stands in the table of practice, where anybody can look at it", () => {
  const folder = fileURLToPath(new URL("story/", import.meta.url));
  const stories = readdirSync(folder).filter((file) => file.endsWith(".test.ts"));
  const own = stories.filter((file) =>
    /\.misbehave\(|\/misbehaviour\.ts"/.test(readFileSync(join(folder, file), "utf8")),
  );
  expect(own).toEqual([]);
  const playing = stories.filter((file) => /\bplays\(/.test(readFileSync(join(folder, file), "utf8")));
  expect(playing.length).toBeGreaterThan(10);
});

describe("every route is signed", () => {
  /** They take nothing in: two tell whoever watches the server how it is, one is a page to print. */
  const open = ["GET /healthz", "GET /readyz", "GET /sheet"];
  /** A request to each of the others that lacks nothing but the signature. */
  const unsigned = (AccountSid: string): Record<string, string> => ({
    "POST /slack/events": form({
      command: "/alert",
      user_id: people.priya.id,
      team_id: "T0",
      trigger_id: "1",
    }),
    "POST /twilio/status": form({ AccountSid, MessageSid, MessageStatus: "delivered" }),
    "POST /twilio/inbound": form({ AccountSid, MessageSid, From: "+12065550101", Body: "STOP" }),
  });
  const MessageSid = `SM${"0".repeat(32)}`;

  test("each is known here", () => {
    const routes = found(/"((?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) \/[^"]*)":/g).map(
      ([, route]) => route,
    );
    expect(routes.sort()).toEqual([...open, ...Object.keys(unsigned(""))].sort());
    // No other way to make one than a line in such a table.
    expect(found(/\bcreateServer\(/g)).toHaveLength(2); // http.ts, and a free port for PostgreSQL
  });

  test("each refuses a request without a signature, and with a wrong one", async () => {
    const scene = await openScene();
    const before = await scene.everything("audit_entries");
    const now = String(Math.floor(Date.now() / 1000));
    for (const [route, body] of Object.entries(unsigned(scene.twilio.accountSid))) {
      const [method = "", path = ""] = route.split(" ");
      for (const headers of [
        {},
        { "x-slack-request-timestamp": now },
        {
          "x-slack-request-timestamp": now,
          "x-slack-signature": `v0=${"0".repeat(64)}`,
          "x-twilio-signature": Buffer.alloc(20).toString("base64"),
        },
      ]) {
        const { status } = await fetch(`http://localhost:${scene.app.port}${path}`, {
          method,
          // A page is asked for without one.
          ...(method !== "GET" && { body }),
          headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
        });
        expect([401, 403], `${route} with ${Object.keys(headers)}`).toContain(status);
      }
    }
    expect(await scene.everything("audit_entries")).toEqual(before);
  });
});

describe("every listener is authorised", () => {
  type Listener = { kind: string; name: string; role: string };
  const listeners: Listener[] = Object.entries({
    command: commands,
    shortcut: shortcuts,
    action: actions,
    submission: submissions,
    suggestion: options,
    event: { ...messages, ...openings },
  }).flatMap(([kind, section]) => Object.entries(section).map(([name, { role }]) => ({ kind, name, role })));

  test("there is no other way to listen than through the guard", () => {
    expect(listeners.length).toBeGreaterThan(10);
    const filesSaying = (words: RegExp) =>
      live.filter(({ code }) => words.test(code)).map(({ file }) => file);
    // Bolt hears of a listener in these files only, each time with the guard before it,
    const ways =
      /\bapp\s*\.\s*(command|action|view|event|message|shortcut|options|function|step|use|assistant)\b/;
    expect(filesSaying(ways)).toEqual(["slack/wire/register-events.ts", "slack/wire/register.ts"]);
    // but for the news of accounts, where nobody acts.
    const unguarded = found(/\bregisterAccountNews\(\{/g);
    expect(unguarded).toHaveLength(1);
    expect(found(new RegExp(ways, "g"))).toHaveLength(found(/\bguard\.serve\(/g).length + unguarded.length);
    // which only the table's sections are handed to.
    const registers = /\bregister(?:Command|Shortcut|Action|Submission|Suggestion|Writer|Opening)\(/;
    expect(filesSaying(registers).sort()).toEqual([
      "slack/start.ts",
      "slack/wire/register-events.ts",
      "slack/wire/register.ts",
    ]);
    const handed = found(/of Object\.entries\((\w+)\)\) register\w+\(/g).map(([, section]) => section);
    expect(handed).toEqual([
      "commands",
      "shortcuts",
      "actions",
      "submissions",
      "options",
      "messages",
      "openings",
    ]);
    const calls = sources
      .find(({ file }) => file === "slack/start.ts")
      ?.code.match(new RegExp(registers, "g"));
    expect(calls).toHaveLength(handed.length);
    expect(found(/\bnew App\(/g)).toHaveLength(1);
  });

  const values = {
    zones: { zones: { selected_options: [{ value: "all" }] } },
    kind: { kind: { selected_option: { value: "emergency" } } },
    message: { message: { value: "The water is off." } },
    phone: { phone: { value: "(206) 555-0199" } },
  };
  const sentBy = (teamId: string, user: string, { kind, name }: Listener): Record<string, string> => {
    if (kind === "command") {
      return {
        command: name,
        text: "",
        user_id: user,
        team_id: teamId,
        trigger_id: "1.2.3",
        channel_id: "C0BOARD",
      };
    }
    const common = {
      team: { id: teamId },
      user: { id: user, team_id: teamId },
      trigger_id: "1.2.3",
    };
    if (kind === "suggestion") {
      const typing = { ...common, type: "block_suggestion", action_id: name, block_id: "b", value: "Ruth" };
      return { payload: JSON.stringify(typing) };
    }
    const payload =
      kind === "shortcut"
        ? { ...common, type: "shortcut", callback_id: name, action_ts: "1.2" }
        : kind === "action"
          ? {
              ...common,
              type: "block_actions",
              channel: { id: "C0BOARD" },
              actions: [{ type: "button", action_id: name, block_id: "b", value: "1", action_ts: "1.2" }],
            }
          : {
              ...common,
              type: "view_submission",
              view: { id: "V1", callback_id: name, private_metadata: "{}", state: { values } },
            };
    return { payload: JSON.stringify(payload) };
  };

  /** Each an hour after the one before: of a burst the first alone is looked at. */
  const eventBy = (teamId: string, user: string, name: string, nth: number) => {
    const [type, channelType] = name.split(".");
    const ts = `${1_795_000_000 + nth * 3600}.000100`;
    const event = {
      type,
      channel: "C0BOARD",
      user,
      text: "Hello",
      ts,
      channel_type: channelType,
      tab: "home",
    };
    return { type: "event_callback", event_id: `Ev${nth}`, team_id: teamId, event_time: 1, event };
  };

  /** Priya is an operator, and dale a viewer here: also of the board's own people who may not. */
  const unwelcomeFor: Record<string, { who: keyof typeof people; why: string }[]> = {
    anyone: [{ who: "gus", why: "not a full member" }],
    board: [{ who: "rick", why: "not on the allowlist" }],
    operator: [
      { who: "rick", why: "not on the allowlist" },
      { who: "dale", why: "not an operator" },
    ],
    viewer: [
      { who: "rick", why: "not on the allowlist" },
      { who: "priya", why: "not a viewer" },
    ],
    admin: [
      { who: "rick", why: "not on the allowlist" },
      { who: "priya", why: "not an admin" },
      { who: "dale", why: "not an admin" },
    ],
  };
  /** So many that nobody presses too often in one minute. */
  const AT_ONCE = 50;
  const groups = Array.from({ length: Math.ceil(listeners.length / AT_ONCE) }, (_, nth) =>
    listeners.slice(nth * AT_ONCE, (nth + 1) * AT_ONCE),
  );

  test.each(groups.map((group) => ({ group, first: group[0]?.name })))(
    "each refuses whoever may not, changes nothing, and records it: $first and so on",
    async ({ group }) => {
      const unwelcome = group.flatMap((listener) =>
        (unwelcomeFor[listener.role] ?? []).map((it) => ({ ...listener, ...it })),
      );
      const scene = await openScene();
      const review = await scene.reviews(scene.priya);
      await eventually(scene.arePlacesKept, "the review's place in Slack to be kept");
      await scene.putOnBoard(scene.dale, "viewer");
      const isTold = ({ text }: { text: string }) =>
        text.startsWith("Headgate has refused something 10 times");
      const { board_messages: _, ...before } = await scene.everything("audit_entries");
      const posts = scene.slack.messages(scene.ana.id).length;

      for (const [nth, { who, why, ...listener }] of unwelcome.entries()) {
        const { id } = people[who];
        const count = (await scene.audit("refused")).length;
        if (listener.kind === "event") {
          await scene.slack.sendEvent(eventBy(scene.slack.teamId, id, listener.name, nth));
          await eventually(async () => (await scene.audit("refused")).length > count, "the refusal");
        } else {
          const answer = await scene.slack.send(sentBy(scene.slack.teamId, id, listener));
          expect(answer, listener.name).toMatchObject({ status: 200 });
        }
        expect(await scene.lastAudit()).toMatchObject({
          actor: id,
          action: "refused",
          what: listener.name,
          why,
        });
      }

      expect(await scene.audit("refused")).toHaveLength(unwelcome.length);
      const { board_messages: told, ...after } = await scene.everything("audit_entries");
      expect(after).toEqual(before);
      // The board is told of ten, once.
      expect(told).toHaveLength(unwelcome.length >= 10 ? 1 : 0);
      expect(scene.slack.messages(scene.ana.id).filter((message) => !isTold(message))).toHaveLength(posts);
      expect(scene.twilio.requests).toEqual([]);
      expect(scene.boardMessages().at(-1)).toEqual(review);
    },
  );
});
