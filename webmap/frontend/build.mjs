// Builds the front end into webmap/static: one module, one style sheet, MapLibre's worker and Leaflet beside them.
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", "static");
const fresh = `${target}.new`;
const require = createRequire(import.meta.url);
const packageFolder = (name) => dirname(require.resolve(`${name}/package.json`));

rmSync(fresh, { recursive: true, force: true });
mkdirSync(fresh, { recursive: true });

const pages = await build({
  metafile: true,
  entryPoints: ["map_worker.ts", "main.ts", "offline.ts", "refused.ts", "answer_page.ts", "planner/planner.ts", "hotspots/hotspots.ts", "rates/rates.ts", "officer/officer.ts", "officer/record.ts", "officer/ways.ts"].map((name) => join(here, name)),
  entryNames: "[name]",
  // What both pages need is loaded once: MapLibre above all.
  splitting: true,
  outdir: fresh,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  charset: "utf8",
  legalComments: "inline",
  logLevel: "warning",
});

// What a device keeps comes by itself: the worker is one file, and is told which others are the shell. A briefing has
// its script and its search in it: its page calls the one by name, which calls the other.
const alone = { outdir: fresh, bundle: true, format: "iife", target: "es2022", minify: true, charset: "utf8", logLevel: "warning" };
await build({ ...alone, entryPoints: { sw: join(here, "worker", "worker.ts"), briefing_search: join(here, "briefing_search.ts") } });
await build({ ...alone, entryPoints: [join(here, "briefing", "briefing.ts")], globalName: "briefing" });
const outputs = Object.entries(pages.metafile.outputs).map(([path, output]) => [basename(path), output]);
const shell = new Set(["main.css", "record.css", "ways.css", "map-worker.js"]);
const take = (name) => {
  if (shell.has(name)) return;
  shell.add(name);
  const output = outputs.find(([found]) => found === name)?.[1];
  // What is loaded only by a map that draws from archives is left out: such maps have no tiles without a network.
  for (const each of output?.imports ?? []) if (each.kind === "import-statement") take(basename(each.path));
};
["main.js", "offline.js", "answer_page.js", "officer.js", "record.js", "ways.js"].forEach(take);
writeFileSync(join(fresh, "shell.json"), JSON.stringify([...shell].sort()));

// What a script can't begin without is told to its page, so that the browser asks for all of it at once.
const neededBy = (name, found = new Set()) => {
  const imports = outputs.find(([each]) => each === name)?.[1].imports ?? [];
  for (const { path, kind } of imports) {
    const next = basename(path);
    if (kind === "import-statement" && !found.has(next)) neededBy(next, found.add(next));
  }
  return [...found];
};
writeFileSync(join(fresh, "needed.json"), JSON.stringify({ "main.js": neededBy("main.js"), "map_worker.js": neededBy("map_worker.js") }));

const maplibre = packageFolder("maplibre-gl");
const worker = readFileSync(join(maplibre, "dist", "maplibre-gl-worker.mjs"), "utf8");
// The map of its source isn't shipped; without this line the browser's tools would ask for it in vain.
writeFileSync(join(fresh, "map-worker.js"), worker.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n"));

const leaflet = packageFolder("leaflet");
mkdirSync(join(fresh, "leaflet"));
for (const name of ["leaflet.js", "leaflet.css", "images"]) {
  cpSync(join(leaflet, "dist", name), join(fresh, "leaflet", name), { recursive: true });
}
const script = join(fresh, "leaflet", "leaflet.js");
writeFileSync(script, readFileSync(script, "utf8").replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n"));

const licences = [
  ["maplibre-gl", join(maplibre, "LICENSE.txt")],
  ["leaflet", join(leaflet, "LICENSE")],
  ["pmtiles", join(here, "licences", "pmtiles.txt")],
  ["fflate", join(packageFolder("fflate"), "LICENSE")],
].map(([name, path]) => `${name}\n\n${readFileSync(path, "utf8").trim()}\n`);
writeFileSync(join(fresh, "LICENSES.txt"), licences.join("\n\n----\n\n"));

// Served as they are to browsers that take them: nothing is compressed twice.
const built = readdirSync(fresh).filter((name) => /\.(js|css)$/.test(name));
for (const name of [...built, "leaflet/leaflet.js"]) {
  const content = readFileSync(join(fresh, name));
  writeFileSync(join(fresh, `${name}.gz`), gzipSync(content, { level: 9 }));
  writeFileSync(join(fresh, `${name}.br`), brotliCompressSync(content));
}

// The old build stays whole until the new one is: a server that is running never sees half of it.
rmSync(`${target}.old`, { recursive: true, force: true });
try {
  renameSync(target, `${target}.old`);
} catch (error) {
  if (error.code !== "ENOENT") throw error;
}
renameSync(fresh, target);
rmSync(`${target}.old`, { recursive: true, force: true });

for (const name of built) {
  const [plain, packed] = [name, `${name}.gz`].map((file) => Math.round(statSync(join(target, file)).size / 1024));
  console.log(`${name}: ${plain} kB, ${packed} kB gzipped`);
}
