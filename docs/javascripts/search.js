// Makes the theme's search wait for a reader who goes for it, and find code as it is typed.
// It runs before the theme's script and stands in for the worker and the one request of it.
(() => {
  const [SETUP, QUERY, RESULT] = [0, 2, 3]; // the types of the theme's messages

  const wanted = new Promise((resolve) => {
    const listening = new AbortController();
    const look = ({ target }) => {
      if (!target?.closest?.("[data-md-component=search], [for=__search], #__search")) return;
      listening.abort();
      resolve();
    };
    for (const event of ["pointerover", "focusin", "change"]) {
      document.addEventListener(event, look, { signal: listening.signal });
    }
    look({ target: document.activeElement });
  });

  window.XMLHttpRequest = class extends XMLHttpRequest {
    open(method, url, ...rest) {
      this.held = /\/search_index\.json$/.test(url);
      super.open(method, url, ...rest);
    }

    send(body) {
      if (this.held) wanted.then(() => super.send(body));
      else super.send(body);
    }
  };

  window.Worker = new Proxy(Worker, {
    construct(Real, given) {
      if (!/\/workers\/search\./.test(given[0])) return new Real(...given);
      const standIn = new EventTarget();
      const asked = [];
      let texts;

      const sent = ({ type, data }) => {
        if (type === SETUP) texts = new Map(data.docs.map(plain));
        if (type !== QUERY) return { type, data };
        asked.push(data);
        return { type, data: words(data) };
      };
      const received = ({ type, data }) =>
        type === RESULT
          ? { type, data: { ...data, items: ranked(data.items, asked.shift(), texts) } }
          : { type, data };

      const worker = wanted.then(() => {
        const real = new Real(...given);
        real.addEventListener("message", ({ data }) =>
          standIn.dispatchEvent(new MessageEvent("message", { data: attempt(received, data) })),
        );
        return real;
      });
      standIn.postMessage = (message) =>
        worker.then((real) => real.postMessage(attempt(sent, message)));
      return standIn;
    },
  });

  // A theme that changed its messages is handed them as they are: it searches, in its own way.
  const attempt = (change, message) => {
    try {
      return change(message);
    } catch (error) {
      console.error(error);
      return message;
    }
  };

  // To the search a sign is an order: "-2" excludes, "name:" is a field. To a reader it is text.
  // Signs alone exclude what no page has: everything is found, and ranked() keeps what has them.
  const words = (query) => query.replace(/[\W_]+/g, " ").trim() || (query.trim() && "-zqxjk");

  const plain = ({ location, title, text }) => [
    location,
    `${title} ${text}`
      .replace(/<\/?(code|su[bp])>/g, "")
      .replace(/<[^>]*>/g, " ")
      .replace(/&lt;/g, "<")
      .replace(/&gt;/g, ">")
      .replace(/&amp;/g, "&")
      .replace(/\s+/g, " "),
  ];

  // `max_tokens` is two words to the search; the sections that have it as it is typed go first.
  const ranked = (pages, query, texts) => {
    const typed = query.trim().replace(/\s+/g, " ");
    const escaped = typed.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
    const start = /^\w/.test(typed) ? "(^|\\W)" : "";
    const end = /\w$/.test(typed) ? "(\\W|$)" : "";
    const forms = [
      new RegExp(start + escaped, "i"),
      new RegExp(start + escaped + end, "i"),
      new RegExp(start + escaped + end),
    ];
    const best = (one, other) => other.score - one.score;
    for (const sections of pages) {
      for (const section of sections) {
        const text = texts.get(section.location);
        const fits = forms.filter((form) => form.test(text)).length;
        section.score = 1e6 * fits + (section.score || 0);
      }
      sections.sort(best);
    }
    return pages
      .filter(([section]) => section.score)
      .sort(([one], [other]) => best(one, other));
  };
})();
