// Opens pages in an installed browser and reports what a reader would meet, one JSON line per page
// and way of looking at it.
//   node check.mjs BROWSER PAGE.html ...
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const [browserPath, ...pages] = process.argv.slice(2);
const ways = [
  { name: "light", scheme: "light", width: 1280, script: true },
  { name: "dark", scheme: "dark", width: 1280, script: true },
  { name: "small", scheme: "light", width: 320, script: true },
  { name: "telephone", scheme: "dark", width: 390, script: true },
  { name: "no script", scheme: "light", width: 1280, script: false },
];
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const profile = mkdtempSync(join(tmpdir(), "tallybook-browser-"));
const browser = await puppeteer.launch({
  executablePath: browserPath,
  userDataDir: profile,
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
});
try {
  const tasks = pages.flatMap((page) => ways.map((way) => ({ page, way })));
  const worker = async () => {
    for (let task = tasks.shift(); task; task = tasks.shift())
      console.log(JSON.stringify(await look(task.page, task.way)));
  };
  await Promise.all([worker(), worker()]);
} finally {
  await browser.close();
  rmSync(profile, { recursive: true, force: true });
}

async function look(file, way) {
  const tab = await browser.newPage();
  const requests = [];
  const errors = [];
  tab.on("request", (r) => /^(file|data):/.test(r.url()) || requests.push(r.url()));
  tab.on("pageerror", (e) => errors.push(String(e)));
  tab.on("console", (m) => m.type() === "error" && errors.push(m.text()));
  await tab.setViewport({ width: way.width, height: 900 });
  await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: way.scheme }]);
  await tab.setJavaScriptEnabled(way.script);
  await tab.goto(pathToFileURL(file).href, { waitUntil: "load" });
  await tab.setJavaScriptEnabled(true);
  const seen = await tab.evaluate(() => ({
    text: document.querySelector("main").textContent.replace(/\s+/g, " ").trim(),
    sideways: document.documentElement.scrollWidth > document.documentElement.clientWidth,
  }));
  const sorted = way.name === "light" ? await sortings(tab) : null;
  const found = await accessibility(tab);
  await tab.close();
  return { page: file, way: way.name, requests, errors, ...seen, sorted, ...found };
}

// The first column of a breakdown before, and after a click on each of its first two headings.
async function sortings(tab) {
  return tab.evaluate(() => {
    const table = document.querySelector("table.breakdown");
    if (!table) return null;
    const names = () => Array.from(table.tBodies[0].rows, (row) => row.cells[0].textContent.trim());
    const states = [names()];
    for (const button of Array.from(table.querySelectorAll("th button")).slice(0, 2)) {
      button.click();
      states.push(names());
      button.click();
      states.push(names());
    }
    return states;
  });
}

// With all details open, so that nothing escapes; reloaded without the page's policy, which would
// keep the rules' own script out.
async function accessibility(tab) {
  await tab.setBypassCSP(true);
  await tab.reload({ waitUntil: "load" });
  await tab.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
  await tab.addScriptTag({ path: axe });
  return tab.evaluate(async (values) => {
    const result = await axe.run(document, {
      runOnly: { type: "tag", values },
      resultTypes: ["violations", "incomplete"],
    });
    const short = (items) => items.map((i) => `${i.id}: ${i.nodes[0].html.slice(0, 120)}`);
    return { violations: short(result.violations), incomplete: short(result.incomplete) };
  }, rules);
}
