// A classic script, since pages opened from the disk can load no modules.
(() => {
  const root = document.documentElement;
  const shared = new URL(".", document.currentScript.src);
  const dialog = document.querySelector("#search");
  const menu = document.querySelector(".menu");

  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  const wide = matchMedia("(min-width: 66.01rem)");
  const unfoldMenu = () => {
    menu.open = wide.matches;
  };
  wide.addEventListener("change", unfoldMenu);
  unfoldMenu();
  const here = menu.querySelector("[aria-current]");
  const below = here ? here.offsetTop + here.offsetHeight - menu.clientHeight : 0;
  // With some room, so that what follows can be seen, too.
  if (below > 0) menu.scrollTop = below + menu.clientHeight / 3;

  /** What leads to a place in a folded answer unfolds it. */
  const unfold = () => {
    const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const fold = place?.closest("details:not([open])");
    if (!fold) return;
    fold.open = true;
    place.scrollIntoView();
  };
  addEventListener("hashchange", unfold);
  unfold();

  markSection();

  const themeSwitch = document.querySelector("#switch-theme");
  themeSwitch.hidden = false;
  themeSwitch.addEventListener("click", () => {
    const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    const chosen = (root.dataset.theme || system) === "dark" ? "light" : "dark";
    // Whoever wants what the system has wants to go with it tomorrow as well.
    root.dataset.theme = chosen === system ? "" : chosen;
    try {
      localStorage.setItem("theme", root.dataset.theme);
    } catch {
      // Then the choice lasts as long as the page.
    }
  });

  for (const button of document.querySelectorAll(".copy")) {
    const label = button.ariaLabel;
    const say = (text, done) => {
      button.ariaLabel = text;
      button.title = text;
      button.classList.toggle("copied", done);
    };
    button.hidden = false;
    button.addEventListener("click", async () => {
      const code = button.parentElement.querySelector("code");
      try {
        await navigator.clipboard.writeText(code.textContent);
      } catch {
        // Where pages may not write to the clipboard, the text is at least marked.
        getSelection().selectAllChildren(code);
        return;
      }
      say(dialog.dataset.copied, true);
      setTimeout(() => say(label, false), 1500);
    });
  }

  const openSearch = document.querySelector("#open-search");
  const field = dialog.querySelector("input");
  const list = dialog.querySelector("ul");
  const status = dialog.querySelector("p");
  openSearch.hidden = false;
  openSearch.addEventListener("click", showSearch);
  document.addEventListener("keydown", (event) => {
    if (event.key === "k" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      showSearch();
    }
  });

  let index;
  async function showSearch() {
    dialog.showModal();
    field.select();
    if (!index) {
      await loadScript(new URL("minisearch.js", shared));
      await loadScript("search-data.js");
      index = new MiniSearch({ ...window.searchData.options, tokenize: words });
      index.addAll(window.searchData.sections);
      search();
    }
  }

  function loadScript(src) {
    return new Promise((onload, onerror) => {
      document.head.append(make("script", { src, onload, onerror }));
    });
  }

  /** Words, and the two signs that mean something in patterns. */
  function words(text) {
    return text.split(/[^\p{L}\p{N}_*#]+/u).filter(Boolean);
  }

  /** The pieces of a text, with what was looked for marked. */
  function marked(text, terms) {
    const looked = terms.map((term) => term.replaceAll("*", "\\*")).join("|");
    const pieces = looked ? text.split(new RegExp(`(${looked})`, "iu")) : [text];
    return pieces.map((piece, at) => (at % 2 ? make("mark", {}, piece) : piece));
  }

  /** A few words before and after the first of the terms that a text has. */
  function around(terms, text) {
    const places = terms.map((term) => text.toLowerCase().indexOf(term));
    const at = Math.min(...places.filter((place) => place >= 0), text.length);
    const start =
      at === text.length ? 0 : text.lastIndexOf(" ", Math.max(0, at - 30)) + 1;
    const end = start + 100;
    return `${start > 0 ? "… " : ""}${text.slice(start, end)}${end < text.length ? "…" : ""}`;
  }

  field.addEventListener("input", search);
  dialog.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    list.querySelector("a")?.click();
  });
  // Whoever has no Escape key taps beside it.
  dialog.addEventListener("click", ({ target }) => {
    if (target === dialog) dialog.close();
  });
  dialog.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const stops = [field, ...list.querySelectorAll("a")];
    const at = stops.indexOf(document.activeElement) + step;
    stops[(at + stops.length) % stops.length].focus();
  });

  /** `lesson 4` is that lesson; more words are looked for in it. */
  function find(query) {
    const { sections, means, lesson } = window.searchData;
    const asked = new RegExp(`^(?:${lesson}\\s*)?(\\d+)(?:\\s+(.*))?$`, "iu").exec(query);
    const isOfLesson = (section) => section.lesson === Number(asked?.[1]);
    const inLesson = sections.filter(isOfLesson);
    const isLesson = inLesson.length > 0;
    if (isLesson && !asked[2]) return inLesson;
    const meant = words(isLesson ? asked[2] : query).map((word) => means[word] ?? word);
    return index.search(meant.join(" "), {
      tokenize: words,
      prefix: (term) => term.length > 1,
      fuzzy: (term) => (term.length > 4 ? 0.15 : 0),
      boost: { heading: 4, page: 2 },
      ...(isLesson && { filter: isOfLesson }),
    });
  }

  function search() {
    if (!index) return;
    const query = field.value.trim();
    const found = query ? find(query) : [];
    list.replaceChildren(
      ...found.slice(0, 8).map(({ id, page, heading, text, terms = [] }) => {
        const excerpt = make("p", {}, ...marked(around(terms, text), terms));
        const shown = [...marked(heading, terms), make("small", {}, page), excerpt];
        const onclick = () => dialog.close();
        return make("li", {}, make("a", { href: id, onclick }, ...shown));
      }),
    );
    status.textContent = query && found.length === 0 ? dialog.dataset.nothing : "";
  }

  /** Marks the section that is read in the contents beside the text. */
  function markSection() {
    const links = new Map(
      [...document.querySelectorAll("nav.contents a")].map((link) => [
        document.getElementById(decodeURIComponent(link.hash.slice(1))),
        link,
      ]),
    );
    const mark = () => {
      const above = [...links.keys()].filter(
        (heading) => heading.getBoundingClientRect().top < innerHeight / 3,
      );
      const current = above.at(-1);
      for (const [heading, link] of links)
        link.ariaCurrent = heading === current ? "true" : null;
    };
    addEventListener("scroll", mark, { passive: true });
    mark();
  }
})();
