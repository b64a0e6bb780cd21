// What the theme's own script makes of a page, made fit for keyboards and screen readers.
(() => {
  const mend = () => {
    // One copy button is no landmark, and a page has many of them.
    for (const nav of document.querySelectorAll(".md-code__nav")) nav.setAttribute("role", "none");
    // What scrolls can be scrolled from the keyboard.
    for (const box of document.querySelectorAll(".md-typeset__scrollwrap")) {
      box.tabIndex = 0;
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", "Table");
    }
    for (const code of document.querySelectorAll(".walkthrough code")) {
      if (code.scrollHeight > code.clientHeight) code.tabIndex = 0;
    }
  };
  // Once a frame: the theme adds its buttons one by one, and a page may have a hundred.
  let waiting = false;
  const soon = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      mend();
    });
  };
  new MutationObserver(soon).observe(document.body, { childList: true, subtree: true });
  mend();
})();
