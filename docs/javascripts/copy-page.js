// A button that copies the whole page as Markdown, where the browser can.
(() => {
  const source = document.querySelector('link[type="text/markdown"]');
  const box = document.querySelector(".copy-page");
  if (!source || !box || !navigator.clipboard || !window.ClipboardItem) return;
  const [button, said] = box.children;
  const label = button.textContent;
  const text = async () => {
    const answer = await fetch(source.href);
    if (!answer.ok) throw new Error(answer.statusText);
    return new Blob([await answer.text()], { type: "text/plain" });
  };
  const say = (words) => {
    button.textContent = said.textContent = words;
    setTimeout(() => {
      button.textContent = label;
      said.textContent = "";
    }, 2000);
  };
  button.addEventListener("click", () => {
    // The promise goes in, not the text: Safari forgets the click while a file is fetched.
    navigator.clipboard
      .write([new ClipboardItem({ "text/plain": text() })])
      .then(() => say("Copied"), () => say("Not copied"));
  });
  box.hidden = false;
})();
