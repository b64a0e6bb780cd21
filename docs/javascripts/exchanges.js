// Below an output: opens what was sent and received, and plays a stream as it came.
(() => {
  const button = (words, name) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = name;
    made.textContent = words;
    return made;
  };

  // The page of a recording, opened in its place. Without a server there is none to be fetched.
  const fetched = async (address) => {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const list = page.querySelector(".exchanges-list");
    const commands = [...list.querySelectorAll("details code")];
    for (const copy of list.querySelectorAll(".exchanges-copy")) {
      copy.hidden = !navigator.clipboard;
      const said = copy.textContent;
      const text = commands.shift().textContent;
      copy.addEventListener("click", () => {
        navigator.clipboard.writeText(text).then(() => "Copied", () => "Not copied").then((words) => {
          copy.textContent = words;
          setTimeout(() => { copy.textContent = said; }, 2000);
        });
      });
    }
    list.remove(); // it is opened where it is asked for
    list.append(button("Close", "exchanges-copy"));
    return list;
  };
  for (const link of location.protocol === "file:" ? [] : document.querySelectorAll("a.exchanges")) {
    const opener = button(link.textContent, "exchanges");
    opener.setAttribute("aria-expanded", "false");
    let list = null;
    opener.addEventListener("click", async () => {
      try {
        list ??= await fetched(link.href);
        list.lastChild.onclick = () => {
          opener.click();
          opener.focus();
        };
      } catch {
        location.href = link.href;
        return;
      }
      const opens = !list.isConnected;
      if (opens) opener.closest("p").after(list);
      else list.remove();
      opener.setAttribute("aria-expanded", opens);
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
