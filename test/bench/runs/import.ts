// Imports a file as Headgate does, step by step: what it would do, and that.
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { openDatabase } from "../../../src/db/open.ts";
import { importMembers, previewImport } from "../../../src/members/import.ts";
import { given, onQuestion, say, startWatch } from "../child.ts";
import { boardMember } from "../fill.ts";

const { databaseUrl, file } = given(z.object({ databaseUrl: z.string(), file: z.string() }));
// As src/live.ts does for an import.
const { db } = openDatabase(databaseUrl, { maxConnections: 1, statementTimeoutMs: 600_000 });
await db.execute("select 1");
const options = { country: "US", timeZone: "America/Los_Angeles" } as const;

let as: string | undefined;
onQuestion(z.enum(["preview", "apply"]), async (step) => {
  const watch = startWatch();
  const bytes = await readFile(file);
  if (step === "preview") {
    const { questions, code } = await previewImport(db, bytes, options);
    if (questions.length > 0) throw new Error(`The file asks: ${JSON.stringify(questions)}`);
    as = code;
  } else {
    const freezeNext = async () => false;
    const done = await importMembers(db, bytes, {
      ...options,
      actor: boardMember,
      freezeNext,
      ...(as !== undefined && { as }),
    });
    if (done.outcome !== "imported") throw new Error(`It was not imported: ${JSON.stringify(done)}`);
  }
  return watch();
});
say(true);
