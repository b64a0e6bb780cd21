// What the theme's own script makes of a page, made fit for keyboards and screen readers.
(() => {
  const mend = () => {
    // What scrolls can be scrolled from the keyboard.
    for (const box of document.querySelectorAll(".md-typeset__scrollwrap:not([role])")) {
      box.tabIndex = 0;
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", "Table");
    }
    // The theme does so for a block that is in view.
    const blocks = [...document.querySelectorAll(".highlight code:not([tabindex])")];
    for (const code of blocks.filter(scrolls)) code.tabIndex = 0;
  };
  const scrolls = (code) =>
    code.scrollWidth > code.clientWidth
    || (code.scrollHeight > code.clientHeight && code.matches(".walkthrough *"));
  // Once a frame: the theme changes tables one by one, and each block when it comes into view.
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
