// Opens each page that is named and prints the violations that axe-core finds,
// one JSON object a line. Best practices count too.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
});
let found = 0;
for (const file of process.argv.slice(2)) {
  for (const width of [1280, 390]) {
    // The page forbids scripts; axe is one.
    const context = await browser.newContext({ viewport: { width, height: 900 }, bypassCSP: true });
    const page = await context.newPage();
    const asked = [];
    page.on('request', r => asked.push(r.url()));
    await page.goto(pathToFileURL(file).href);
    await page.evaluate(axe);
    const result = await page.evaluate(() => axe.run(document, { resultTypes: ['violations', 'incomplete'] }));
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    for (const v of result.violations) {
      found++;
      console.log(JSON.stringify({ file, width, id: v.id, help: v.help, nodes: v.nodes.map(n => n.html).slice(0, 5) }));
    }
    if (asked.length !== 1 || wide || result.passes.length < 5) {
      found++;
      console.log(JSON.stringify({ file, width, asked, wide, passes: result.passes.length }));
    }
    await context.close();
  }
}
await browser.close();
process.exit(found ? 1 : 0);
