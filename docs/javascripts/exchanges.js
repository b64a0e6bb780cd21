// Below an output: opens what was sent and received, and plays a stream as it came.
(() => {
  // The page of a recording, opened in its place. Without a server there is none to be fetched.
  const fetched = async (address) => {
    const answer = await fetch(address);
    if (!answer.ok) throw answer;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const list = page.querySelector(".exchanges-list");
    for (const button of list.querySelectorAll("button")) button.hidden = false;
    list.remove(); // it is opened where it is asked for
    return list;
  };
  for (const link of location.protocol === "file:" ? [] : document.querySelectorAll("a.exchanges")) {
    const opener = document.createElement("button");
    opener.type = "button";
    opener.className = link.className;
    opener.textContent = link.textContent;
    opener.ariaExpanded = "false";
    let fetching = null; // once, however often it is pressed
    opener.addEventListener("click", async () => {
      let list;
      try {
        fetching ??= fetched(link.href);
        list = await fetching;
      } catch {
        location.href = link.href;
        return;
      }
      list.lastElementChild.onclick = () => {
        opener.click();
        opener.focus();
      };
      const opens = !list.isConnected;
      if (opens) opener.closest("p").after(list);
      else list.remove();
      opener.ariaExpanded = opens;
    });
    link.replaceWith(opener);
  }

  // What has yet to come is there all the time, and only not seen: a screen reader has all of it.
  if (!window.Highlight) return;
  const unseen = new Highlight();
  CSS.highlights.set("yet-to-come", unseen);
  for (const player of document.querySelectorAll(".play")) {
    const code = player.nextElementSibling.querySelector("code");
    const steps = player.dataset.play.split(" ").map((step) => step.split(":").map(Number));
    const label = player.textContent;
    const rest = new Range();
    let timers = [];
    const stop = () => {
      timers.forEach(clearTimeout);
      timers = [];
      unseen.delete(rest);
      player.textContent = label;
    };
    const show = (place) => {
      const texts = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
      let node = texts.nextNode();
      for (; place > node.length; node = texts.nextNode()) place -= node.length;
      rest.setStart(node, place);
    };
    player.addEventListener("click", () => {
      if (timers.length) return stop();
      rest.selectNodeContents(code);
      show(steps[0][0]);
      unseen.add(rest);
      player.textContent = "Stop";
      timers = steps.map(([place, at]) => setTimeout(() => show(place), at * 1000));
      timers.push(setTimeout(stop, steps.at(-1)[1] * 1000));
    });
    player.hidden = false;
  }
})();
