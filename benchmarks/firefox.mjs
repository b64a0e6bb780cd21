// What differs in Firefox? A look at every page of the built site, by hand:
//
//     make build && python3 -m http.server --bind 127.0.0.1 --directory site 8080
//     npm install --prefix build/benchmark-tools puppeteer-core@24.43.1 node@22
//     build/benchmark-tools/node_modules/.bin/node benchmarks/firefox.mjs http://127.0.0.1:8080/
//
// Prints a line for each page and width at which the policy blocks something, a request fails or
// goes to another host, the page is wider than the screen, code breaks inside a word, or a copy
// button gives anything but its block. Needs Debian's firefox-esr; ends with 1 if it found any.
import { createRequire } from "node:module";

const tools = createRequire(new URL("../build/benchmark-tools/", import.meta.url));
const { default: puppeteer } = await import(tools.resolve("puppeteer-core"));
const home = process.argv[2];
const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath: "/usr/bin/firefox-esr",
  extraPrefsFirefox: { "ui.useOverlayScrollbars": 1 },
});
const tab = await browser.newPage();
let found = [];
tab.on("pageerror", (error) => found.push(error.message));
tab.on("console", (message) => found.push(message.text()));
tab.on("requestfailed", (request) => found.push(`failed: ${request.url()}`));
tab.on("request", (request) => {
  const url = request.url();
  if (!url.startsWith(home) && !url.startsWith("data:")) found.push(`other host: ${url}`);
});
const pause = (time) => new Promise((done) => setTimeout(done, time));

const measure = () => {
  const inside = (code) => {
    const walk = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
    const place = document.createRange();
    let before = null;
    while (walk.nextNode()) {
      for (let at = 0; at < walk.currentNode.length; at++) {
        place.setStart(walk.currentNode, at);
        place.setEnd(walk.currentNode, at + 1);
        const letter = place.toString();
        const top = [...place.getClientRects()].at(-1)?.top;
        const below = before && top - before.top > 8;
        if (below && !/[\s/]/.test(before.letter) && /\S/.test(letter)) return true;
        before = { letter, top };
      }
    }
    return false;
  };
  const wide = document.documentElement.scrollWidth - innerWidth;
  return [
    ...(wide > 0 ? [`${wide} pixels wider than the screen`] : []),
    ...[...document.querySelectorAll("article :is(:not(pre) > code, .language-bash code)")]
      .filter((code) => code.getBoundingClientRect().width > 1 && inside(code))
      .map((code) => `broken: ${code.textContent}`),
  ];
};

// Presses the button where a mouse would, then pastes.
const copied = async (button) => {
  await button.evaluate((one) => {
    const tab = one.closest(".tabbed-block");
    const tabs = tab ? [...tab.parentNode.children] : [];
    tab?.closest(".tabbed-set").querySelectorAll(":scope > input")[tabs.indexOf(tab)].click();
    document.querySelector(".md-dialog").hidden = true;
    document.querySelector("#pasted").value = "";
  });
  await button.click();
  await pause(50);
  await tab.focus("#pasted");
  await tab.keyboard.down("Control");
  await tab.keyboard.press("v");
  await tab.keyboard.up("Control");
  return button.evaluate((one) => [
    document.querySelector("#pasted").value.trimEnd(),
    one.closest("pre").querySelector("code").textContent.trimEnd(),
  ]);
};

await tab.goto(home);
const pages = await tab.$$eval(".md-nav--primary a", (links) =>
  links.map((link) => link.href.replace(/#.*/, "")));
let faults = 0;
let pressed = 0;
for (const page of new Set(pages)) {
  for (const width of [360, 390, 1280]) {
    await tab.setViewport({ width, height: 900 });
    await tab.goto(page);
    await pause(500); // the scripts come after the page
    await tab.evaluate(() => document.querySelectorAll("details").forEach((box) => { box.open = true; }));
    await pause(100);
    found.push(...(await tab.evaluate(measure)));
    if (width === 1280) {
      await tab.evaluate(() => {
        const field = document.createElement("textarea");
        field.id = "pasted";
        document.querySelector("header").append(field); // always in view
      });
      for (const button of await tab.$$("article pre [data-md-type=copy]")) {
        const [text, block] = await copied(button);
        pressed += 1;
        if (text !== block) found.push(`copied ${JSON.stringify(text)} of ${JSON.stringify(block)}`);
      }
    }
    for (const fault of found) console.log(`${page} at ${width}: ${fault.slice(0, 300)}`);
    faults += found.length;
    found = [];
  }
}
console.log(`${await browser.version()}: ${new Set(pages).size} pages, ${pressed} blocks copied, ${faults} differ`);
await browser.close();
process.exitCode = faults || !pressed ? 1 : 0;
