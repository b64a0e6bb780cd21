// On a narrow screen the menu is behind a button, which the theme made for pointers alone.
(() => {
  const label = document.querySelector(".md-header__button[for=__drawer]");
  const drawer = document.getElementById("__drawer");
  const menu = document.querySelector(".md-sidebar--primary");
  if (!label || !drawer || !menu) return;

  const button = document.createElement("button");
  button.className = "md-header__button md-icon menu-button";
  button.setAttribute("aria-label", "Menu");
  button.append(...label.childNodes);
  label.replaceWith(button);

  const seen = (element) => element.checkVisibility({ visibilityProperty: true });
  // A list slides in from the side: to scroll to what has the focus would push all out of sight.
  const enter = () =>
    [...menu.querySelectorAll("a[href], [tabindex]")].find(seen)?.focus({ preventScroll: true });
  const tell = () => button.setAttribute("aria-expanded", String(drawer.checked));
  const close = () => drawer.checked && drawer.click();

  tell();
  button.addEventListener("click", (event) => {
    drawer.click();
    if (drawer.checked && event.detail === 0) enter();  // pressed with a key
  });
  drawer.addEventListener("change", () => {
    // A group opens, and its title leads back to the list of groups, but only in the drawer.
    for (const label of menu.querySelectorAll("label[for^=__nav]")) {
      if (drawer.checked) label.tabIndex = 0;
      else label.removeAttribute("tabindex");
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
