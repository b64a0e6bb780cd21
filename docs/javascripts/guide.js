// What scrolls can be scrolled from the keyboard. The theme sees to a block that is in view and
// wide, and takes it back from one that is only high.
(() => {
  const scrolls = (code) =>
    code.scrollWidth > code.clientWidth
    || (code.scrollHeight > code.clientHeight && code.matches(".walkthrough *"));
  const mend = () => {
    const blocks = [...document.querySelectorAll(".highlight code:not([tabindex])")];
    for (const code of blocks.filter(scrolls)) code.tabIndex = 0;
  };
  // Once a frame: the theme changes each block when it comes into view.
  let waiting = false;
  const soon = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      mend();
    });
  };
  const changes = { childList: true, subtree: true, attributeFilter: ["tabindex"] };
  new MutationObserver(soon).observe(document.body, changes);
  addEventListener("resize", soon);
  soon();
})();
