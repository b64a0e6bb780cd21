// On a narrow screen the menu is behind a button, which the theme made for pointers alone.
(() => {
  const button = document.querySelector(".md-header__button[for=__drawer]");
  const drawer = document.getElementById("__drawer");
  const menu = document.querySelector(".md-sidebar--primary");
  if (!button || !drawer || !menu) return;

  const seen = (element) => element.checkVisibility({ visibilityProperty: true });
  const enter = () => [...menu.querySelectorAll("a[href], [tabindex]")].find(seen)?.focus();
  const tell = () => button.setAttribute("aria-expanded", String(drawer.checked));
  const close = () => drawer.checked && drawer.click();

  button.tabIndex = 0;
  button.setAttribute("role", "button");
  button.setAttribute("aria-label", "Menu");
  tell();

  button.addEventListener("keydown", (event) => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();  // the theme's own Enter would press it again
    drawer.click();
    if (drawer.checked) enter();
  });
  drawer.addEventListener("change", () => {
    // The title of a list leads back to the list above it. Only in the drawer is it a button.
    for (const title of menu.querySelectorAll("label.md-nav__title[for^=__nav]")) {
      title.tabIndex = drawer.checked ? 0 : -1;
      title.setAttribute("role", drawer.checked ? "button" : "none");
    }
    tell();
  });
  menu.addEventListener("change", () => drawer.checked && enter());  // another list is shown
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !drawer.checked) return;
    close();
    button.focus();
  });
  document.addEventListener("focusin", (event) => {
    if (!menu.contains(event.target) && event.target !== button) close();
  });
})();
