// Shows what is wrong with the page at its blocks, and with other pages in a corner, as it changes.
// `FIRST` is what was known when the page loaded.
(() => {
  const page = document.currentScript.dataset.page;
  const article = document.querySelector("article") ?? document.body;
  const style = document.createElement("style");
  style.textContent = `
    .proof-box, .proof-corner { --ink: #1f1f1f; --ground: #fff4f2; --line: #b3261e; --link: #0b57d0;
      background: var(--ground); border: 2px solid var(--line); border-radius: 4px;
      color: var(--ink); font: 14px/1.45 system-ui, sans-serif; padding: 8px 12px }
    [data-md-color-scheme="slate"] :is(.proof-box, .proof-corner) { --ink: #f5f0ef;
      --ground: #3b1512; --line: #ff8a80; --link: #a8c7fa }
    .proof-box { margin: 8px 0; overflow-wrap: anywhere }
    .proof-box.doubt { --ground: #fff8e1; --line: #8a6100 }
    [data-md-color-scheme="slate"] .proof-box.doubt { --ground: #33290a; --line: #ffd166 }
    .proof-box :is(p, pre), .proof-corner ul { color: inherit; margin: 4px 0 }
    .proof-box pre { font: 12px/1.4 monospace; max-height: 20em; overflow: auto; white-space: pre }
    .proof-box b, .proof-corner b { color: inherit; font-weight: 600 }
    .proof-box button { background: var(--line); border-radius: 4px; color: var(--ground);
      cursor: pointer; font: inherit; margin: 4px 0; padding: 4px 12px }
    .proof-corner { bottom: 8px; box-shadow: 0 2px 8px #0006; box-sizing: border-box;
      max-height: 40vh; max-width: min(36em, calc(100vw - 16px)); overflow: auto;
      overflow-wrap: anywhere; position: fixed; right: 8px; z-index: 9 }
    .proof-corner:empty { display: none }
    .proof-corner summary { cursor: pointer }
    .proof-corner a { color: var(--link) !important; text-decoration: underline }
    :is(.proof-box, .proof-corner) :focus-visible { outline: 3px solid var(--link);
      outline-offset: 2px }
    @media print { .proof-box, .proof-corner { display: none } }`;
  document.head.append(style);
  const corner = make("div", "proof-corner");
  corner.setAttribute("role", "status");
  document.body.append(corner);

  function make(name, kind, text = "") {
    const element = document.createElement(name);
    if (kind) element.className = kind;
    element.textContent = text;
    return element;
  }

  // The block that a place is in, or the smallest element with the longest plain words of its line.
  function at(place) {
    const blocks = [...article.querySelectorAll(".highlight")].filter(
      block => !block.parentElement.closest(".highlight, details.keyless"));  // which the build adds
    if (place.block >= 0 && blocks.length === place.blocks) return blocks[place.block];
    const words = place.text.split(/[^\p{L}\p{N} .,:;'/-]+/u).map(part => part.trim())
      .sort((one, other) => other.length - one.length)[0] ?? "";
    const having = words.length < 4 ? [] : [...article.querySelectorAll(
      "h1, h2, h3, h4, h5, h6, p, li, table, summary, dt, dd, pre")]
      .filter(one => !one.closest(".proof-box") && one.textContent.includes(words));
    return having.find(one => !having.some(other => other !== one && one.contains(other)))
      ?? article.querySelector("h1");
  }

  function put(box, place) {
    const element = at(place);
    if (!element) article.prepend(box);
    else if (element.matches("li, dd")) element.append(box);
    else if (element.matches("h1, h2, h3, h4, h5, h6")) element.after(box);
    else element.before(box);
  }

  function boxOf(problem) {
    const box = make("div", "proof-box");
    box.setAttribute("role", "alert");
    const said = make("p");
    said.append(make("b", "", problem.where), ` ${problem.what}`);
    box.append(said, make("p", "", problem.hint));
    if (problem.detail) {
      const more = make("details");
      more.append(make("summary", "", "What differs"), make("pre", "", problem.detail));
      box.append(more);
    }
    if (problem.fix) {
      const button = make("button", "", "Run fix");
      button.type = "button";
      button.addEventListener("click", async () => {
        button.disabled = true;
        button.textContent = "Running fix …";
        const answer = await fetch("/livereload/proof-fix",
          {method: "POST", keepalive: true, headers: {"X-Live-Fix": "1"}, body: problem.line}).catch(() => null);
        if (answer?.ok) return;
        button.disabled = false;
        button.textContent = `Run fix (${answer ? await answer.text() || "it fixes nothing now" : "no server"})`;
      });
      box.append(button);
    }
    return box;
  }

  // What is read stays where it is on the screen, whatever comes or goes above it.
  const above = () => [...article.querySelectorAll(".proof-box")].filter(
    box => box.getBoundingClientRect().top < 0).reduce((sum, box) => sum + tall(box), 0);
  const tall = box => box.offsetHeight + 16;
  const seen = () => [...article.querySelectorAll("h1, h2, h3, p, li, .highlight")].find(
    one => !one.closest(".proof-box") && one.getBoundingClientRect().bottom > 0);

  let shown = new Map();
  function show(state) {
    const fixed = scrollY > 0 ? seen() : null;
    const top = fixed?.getBoundingClientRect().top;
    const now = new Map(), elsewhere = [];
    const add = (key, place, makeBox) => {
      const name = JSON.stringify([key, place.line, place.block]);
      now.set(name, shown.get(name) ?? makeBox());
      if (!shown.has(name)) put(now.get(name), place);
    };
    for (const problem of state.problems) {
      const here = problem.places.filter(place => place.page === page);
      here.forEach(place => add([problem.line, problem.detail], place, () => boxOf(problem)));
      if (!here.length) elsewhere.push(problem);
    }
    for (const doubt of state.doubtful)
      doubt.places.filter(place => place.page === page).forEach(place => add(
        doubt.program, place, () => {
          const box = make("div", "proof-box doubt",
            `${doubt.program} has changed since it printed this. It is being replayed …`);
          box.setAttribute("role", "status");
          return box;
        }));
    for (const [name, box] of shown) if (!now.has(name)) box.remove();
    shown = now;
    if (fixed?.isConnected) scrollBy({top: fixed.getBoundingClientRect().top - top, behavior: "instant"});
    const open = corner.querySelector("details")?.open ?? true;
    corner.replaceChildren();
    if (!elsewhere.length) return;
    const list = make("details"), items = make("ul");
    list.open = open;
    for (const problem of elsewhere) {
      const item = make("li"), place = problem.places[0];
      const link = make(place ? "a" : "b", "", problem.where);
      if (place) link.href = place.url;
      item.append(link, ` ${problem.what}; ${problem.hint}`);
      items.append(item);
    }
    list.append(make("summary", "", `${elsewhere.length} more to fix, not on this page`), items);
    corner.append(list);
  }

  // After a reload the page stands where it stood, though boxes above may have come or gone.
  const kept = `proof ${location.pathname}`;
  addEventListener("pagehide", () => sessionStorage.setItem(kept, String(scrollY - above())));
  const before = sessionStorage.getItem(kept);
  const isReload = performance.getEntriesByType("navigation")[0]?.type === "reload";
  show(FIRST);
  if (isReload && before > 0) {
    history.scrollRestoration = "manual";
    addEventListener("load", () => {
      scrollTo({top: Number(before), behavior: "instant"});
      scrollBy({top: above(), behavior: "instant"});
      history.scrollRestoration = "auto";
    });
  }

  let version = FIRST.version, asked;
  async function ask() {
    asked = new AbortController();
    try {
      const answer = await fetch(`/livereload/proof.json?seen=${version}`, {signal: asked.signal});
      const state = await answer.json();
      if (state.version !== version) show(state);
      version = state.version;
    } catch {
      if (document.visibilityState !== "visible") return;
      await new Promise(done => setTimeout(done, 2000));  // the server has ended, or begins again
    }
    if (document.visibilityState === "visible") ask();
  }
  document.addEventListener("visibilitychange", () =>
    document.visibilityState === "visible" ? ask() : asked?.abort());
  addEventListener("load", () => ask());
})();
