// A step that is pointed at, or has the focus, marks its lines in the whole program.
(() => {
  const range = (element) => element.dataset.lines.split("-").map(Number);

  const mark = (program, [first, last]) => {
    const runs = [...document.querySelectorAll(".highlight > pre .lines")]
      .filter((run) => run.closest(".highlight").dataset.program === program);
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

  for (const step of document.querySelectorAll(".highlight[data-lines]")) {
    const item = step.closest("li");
    const alone = item?.querySelectorAll(".highlight[data-lines]").length === 1;
    const area = alone ? item : step;
    const show = () => mark(step.dataset.program, range(step));
    area.addEventListener("pointerenter", show);
    area.addEventListener("focusin", show);
    const link = step.querySelector(".filename a");
    link?.addEventListener("click", () => {
      document.getElementById(link.hash.slice(1))?.closest("details")?.setAttribute("open", "");
    });
  }
})();
