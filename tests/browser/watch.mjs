// Opens one page and prints its title, again after every time that it loads itself anew; ends when
// its input does. What goes wrong on it is printed, too.
//   node watch.mjs BROWSER URL
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import puppeteer from "puppeteer-core";

const [browserPath, url] = process.argv.slice(2);
const profile = mkdtempSync(join(tmpdir(), "tallybook-browser-"));
const browser = await puppeteer.launch({
  executablePath: browserPath,
  userDataDir: profile,
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
});
const tab = await browser.newPage();
tab.on("pageerror", (e) => console.log(`error: ${e}`));
tab.on("console", (m) => m.type() === "error" && console.log(`error: ${m.text()}`));
tab.on("load", async () => console.log(await tab.title()));
await tab.goto(url, { waitUntil: "load" });
for await (const _ of process.stdin);
await browser.close();
rmSync(profile, { recursive: true, force: true });
