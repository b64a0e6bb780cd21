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

  // The theme looks when a key is let go; who pastes from a menu, or dictates, lets go of none.
  document.addEventListener("input", ({ target }) => {
    if (target.matches("[data-md-component=search-query]")) target.dispatchEvent(new Event("keyup"));
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
  const words = (query) => [...new Set(parts(query))].join(" ") || (query.trim() && "-zqxjk");
  const parts = (text) => text.toLowerCase().split(/[\W_]+/).filter(Boolean);

  const shown = (html) =>
    html
      .replace(/<\/?(code|su[bp])>/g, "")
      .replace(/<[^>]*>/g, " ")
      .replace(/&lt;/g, "<")
      .replace(/&gt;/g, ">")
      .replace(/&amp;/g, "&")
      .replace(/\s+/g, " ");
  const spaced = (text) => ` ${parts(text).join(" ")} `;

  const plain = ({ location, title, text, boost = 1 }) => {
    const whole = shown(`${title} ${text}`);
    return [location, { shown: whole, words: spaced(whole), title: spaced(shown(title)), boost }];
  };

  // How much of a query's words each text has, whatever the signs around them. Who pastes a message
  // has a part of it that is theirs alone: so each word and each pair of neighbours counts, and the
  // more the fewer texts have it, and a heading that is a part of the query.
  const order = (query, texts) => {
    const all = parts(query);
    const pairs = all.slice(1).map((word, at) => `${all[at]} ${word}`);
    const scores = new Map();
    const add = (found, points) => {
      for (const text of found) scores.set(text, (scores.get(text) || 0) + points);
    };
    const having = (words) => texts.filter((text) => text.words.includes(` ${words}`));
    const found = [...new Set([...all, ...pairs])].map(having).filter((some) => some.length);
    const sum = found.reduce((total, some) => total + 1 / some.length, 0);
    for (const some of found) add(some, 1 / some.length / sum);
    if (all.length) add(having(all.join(" ")), 1);
    const typed = spaced(query);
    add(texts.filter(({ title }) => /\w \w/.test(title) && typed.includes(title)), 1);
    return scores;
  };

  // `max_tokens` is two words to the search; the sections that have it as it is typed go first.
  const ranked = (pages, query, texts) => {
    const typed = query.trim().replace(/\s+/g, " ");
    const bare = typed.replace(/^["'`“‘(\[{<]|["'`”’)\]}>]?[.,:;!?…]*$/g, "");
    const start = (text) => (/^\w/.test(text) ? "(^|\\W)" : "");
    const end = (text) => (/\w$/.test(text) ? "(\\W|$)" : "");
    const escaped = (text) => start(text) + text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
    const forms = [
      new RegExp(escaped(bare || typed), "i"),
      new RegExp(escaped(typed), "i"),
      new RegExp(escaped(typed) + end(typed), "i"),
      new RegExp(escaped(typed) + end(typed)),
    ];
    const ordered = order(query, [...texts.values()]);
    const best = (one, other) => other.score - one.score;
    for (const sections of pages) {
      for (const section of sections) {
        const text = texts.get(section.location);
        const fits = forms.filter((form) => form.test(text.shown)).length;
        section.score = 1e6 * (fits + (ordered.get(text) || 0) * text.boost) + (section.score || 0);
      }
      sections.sort(best);
    }
    return pages
      .filter(([section]) => section.score)
      .sort(([one], [other]) => best(one, other));
  };
})();
