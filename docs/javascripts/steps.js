// A step that is pointed at, has the focus, or is named by the address is marked, and so are its
// lines in the whole program.
(() => {
  const range = (element) => element.dataset.lines.split("-").map(Number);
  const steps = [...document.querySelectorAll(".highlight[data-lines]")];

  const mark = (step) => {
    for (const one of steps) one.classList.toggle("marked", one === step);
    const [first, last] = range(step);
    const runs = [...document.querySelectorAll(".highlight > pre .lines")]
      .filter((run) => run.closest(".highlight").dataset.program === step.dataset.program);
    let top = null;
    for (const run of runs) {
      const [start, end] = range(run);
      const inside = start >= first && end <= last;
      run.classList.toggle("marked", inside);
      if (inside) top ??= run;
    }
    reveal(top);
  };

  // Beside the steps the program has a height of its own: it scrolls, and the page does not.
  const reveal = (run) => {
    const code = run?.closest("code");
    if (!code || code.scrollHeight <= code.clientHeight) return;
    const { top, height } = run.getBoundingClientRect();
    const above = top - code.getBoundingClientRect().top;
    if (above >= 0 && above + height <= code.clientHeight) return;
    code.scrollTop += above - code.clientHeight / 4;
  };

  // An address names lines of a program, or a heading, whose first step is meant.
  const arrive = () => {
    const place = document.getElementById(location.hash.slice(1));
    if (!place) return;
    const headings = [...document.querySelectorAll("article :is(h1, h2, h3)")];
    const next = headings[headings.indexOf(place) + 1];
    const follows = (one, other) =>
      !one || other.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING;
    const shows = (step) => {
      const [first, last] = range(step);
      return first <= range(place)[0] && range(place)[0] <= last
        && place.closest(".highlight").dataset.program === step.dataset.program;
    };
    const named = place.matches(".lines")
      ? steps.find(shows)
      : steps.find((step) => follows(step, place) && follows(next, step));
    if (named) mark(named);
  };
  addEventListener("hashchange", arrive);
  arrive();

  for (const step of steps) {
    const item = step.closest("li");
    const alone = item?.querySelectorAll(".highlight[data-lines]").length === 1;
    const area = alone ? item : step;
    const show = () => mark(step);
    area.addEventListener("pointerenter", show);
    area.addEventListener("focusin", show);
    const link = step.querySelector(".filename a");
    link?.addEventListener("click", () => {
      document.getElementById(link.hash.slice(1))?.closest("details")?.setAttribute("open", "");
    });
  }
})();
