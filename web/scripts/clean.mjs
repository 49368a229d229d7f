// Empties dist of an earlier build, but for the placeholder, which belongs to
// the repository: the program embeds it where the page was not built.
import { readdirSync, rmSync } from "node:fs";

const dist = new URL("../dist/", import.meta.url);
for (const name of readdirSync(dist)) {
  if (name !== "placeholder.html") rmSync(new URL(name, dist), { recursive: true });
}
