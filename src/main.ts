// npm start: the live entry.
import { enableCompileCache } from "node:module";

// What was compiled at an earlier start is not compiled again; so it comes before all other imports.
enableCompileCache();
const { live } = await import("./live.ts");
await live();
