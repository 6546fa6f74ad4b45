// The same file, parsed, and written by one COPY into a table with the primary key alone.
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parse } from "csv-parse/sync";
import postgres from "postgres";
import { z } from "zod";
import { given, say, startWatch } from "../child.ts";

const { databaseUrl, file } = given(z.object({ databaseUrl: z.string(), file: z.string() }));
const sql = postgres(databaseUrl, { max: 1 });
await sql`create table floor (account text primary key, name text, phone text, zone text)`;

const watch = startWatch();
const [, ...rows] = z.array(z.array(z.string())).parse(parse(await readFile(file)));
const lines = rows.map((cells) => `${cells.join("\t")}\n`);
await pipeline(Readable.from([lines.join("")]), await sql`copy floor from stdin`.writable());
say(watch());
await sql.end();
