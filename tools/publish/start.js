// Starts the theme's script at the reader's first move: a page that is only read never runs it.
// BASE and THEME stand for the site's folder and the theme's files.
((base, theme) => {
  // What the theme's script would show at once: the reader's colours, the button that changes them,
  const palettes = [...document.querySelectorAll("[name=__palette]")];
  const colour = (chosen) => {
    for (const one of palettes) one.nextElementSibling.hidden = one !== chosen;
    document.body.dataset.mdColorScheme = chosen.dataset.mdColorScheme;
  };
  const liked = palettes.findIndex((one) => matchMedia(one.dataset.mdColorMedia).matches);
  colour(palettes[__md_get("__palette")?.index] ?? palettes[Math.max(liked, 0)]);
  // and where in the menu the reader is.
  requestAnimationFrame(() => setTimeout(() => {
    for (const link of document.querySelectorAll(".md-nav__link--active[href]")) {
      const box = link.closest(".md-sidebar__scrollwrap");
      if (link.clientHeight) box.scrollTop = link.offsetTop - box.offsetTop - box.clientHeight / 2;
    }
  }));

  // Until it is there, its part is done here: a slow network makes nobody wait or press again.
  const search = () => document.querySelector("[data-md-component=search-query]")?.focus();
  const waiting = [];
  const moves = {
    pointermove() {},
    pointerdown() {},
    focusin() {},
    keydown(event) {
      const { target, key, ctrlKey, metaKey } = event;
      if (!["/", "s", "f"].includes(key) || ctrlKey || metaKey || target.matches("input")) return;
      event.preventDefault();
      search();
    },
    click(event) {
      const button = event.target.closest?.("[data-clipboard-target], .md-search button");
      if (!button) return;
      event.stopPropagation();
      waiting.push(button); // it is pressed again, and then says that it has copied
      const code = document.querySelector(button.dataset.clipboardTarget ?? "none");
      code?.setAttribute("data-md-copying", "");
      if (code) navigator.clipboard?.writeText(code.innerText.trimEnd());
      code?.removeAttribute("data-md-copying");
    },
    submit(event) {
      event.preventDefault(); // the search is no form to be sent
    },
    change({ target }) {
      if (target.id === "__search" && target.checked) search();
      if (!palettes.includes(target)) return;
      const { mdColorMedia: media, mdColorScheme: scheme } = target.dataset;
      const { mdColorPrimary: primary, mdColorAccent: accent } = target.dataset;
      const index = palettes.indexOf(target);
      __md_set("__palette", { index, color: { media, scheme, primary, accent } });
      colour(target);
    },
  };
  const move = (event) => {
    start();
    moves[event.type](event);
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
    for (const type of Object.keys(moves)) removeEventListener(type, move, true);
    removeEventListener("scroll", start);
    for (const button of new Set(waiting)) button.click();
  };

  for (const type of Object.keys(moves)) addEventListener(type, move, true);
  addEventListener("scroll", start); // of the page, not of a part of it
  if (new URLSearchParams(location.search).has("q")) start(); // a search
})(new URL("BASE", document.currentScript.src), THEME);
