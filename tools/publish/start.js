// Starts the theme's script at the reader's first move: a page that is only read never runs it.
// BASE and THEME stand for the site's folder and the theme's files.
((base, theme) => {
  // What the theme's script would show at once: the reader's colours, the button that changes them,
  const palettes = [...document.querySelectorAll("[name=__palette]")];
  const liked = palettes.findIndex((one) => matchMedia(one.dataset.mdColorMedia).matches);
  const palette = palettes[__md_get("__palette")?.index ?? Math.max(liked, 0)];
  document.body.dataset.mdColorScheme = palette.dataset.mdColorScheme;
  palette.nextElementSibling.hidden = false;
  // and where in the menu the reader is.
  requestAnimationFrame(() => setTimeout(() => {
    for (const link of document.querySelectorAll(".md-nav__link--active[href]")) {
      const box = link.closest(".md-sidebar__scrollwrap");
      if (link.clientHeight) box.scrollTop = link.offsetTop - box.offsetTop - box.clientHeight / 2;
    }
  }));

  const moves = ["pointermove", "pointerdown", "focusin", "keydown", "click"];
  const waiting = [];
  const move = (event) => {
    start();
    // What works by the theme's script waits for it; only the search can be typed into at once.
    const { target, type, key, ctrlKey, metaKey } = event;
    const pressed = type === "click" && target.closest?.(
      "[data-clipboard-target], [data-md-component=palette] label, [data-md-component=search] button");
    const field = type === "keydown" && ["/", "s", "f"].includes(key) && !ctrlKey && !metaKey
      && !target.matches("input") && document.querySelector("[data-md-component=search-query]");
    if (pressed || field) {
      event.preventDefault();
      event.stopPropagation();
    }
    if (pressed) waiting.push(pressed);
    if (field) field.focus();
  };

  let started = false;
  const start = () => {
    if (started) return;
    started = true;
    for (const name of theme) {
      const script = document.createElement("script");
      script.src = new URL(name, base);
      script.async = false;
      script.onload = () => setTimeout(ready);
      document.body.append(script);
    }
  };

  // It begins with an event that is over by now, and gets it in a task of its own.
  const ready = () => {
    document.dispatchEvent(new Event("DOMContentLoaded"));
    for (const type of moves) removeEventListener(type, move, true);
    removeEventListener("scroll", start);
    for (const element of waiting) element.click();
  };

  for (const type of moves) addEventListener(type, move, true);
  addEventListener("scroll", start); // of the page, not of a part of it
  if (new URLSearchParams(location.search).has("q")) start(); // a search
})(new URL("BASE", document.currentScript.src), THEME);
