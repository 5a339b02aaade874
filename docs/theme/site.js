// A classic script, since pages opened from the disk can load no modules.
(() => {
  const root = document.documentElement;
  const shared = new URL(".", document.currentScript.src);
  const dialog = document.querySelector("#search");
  const menu = document.querySelector(".menu");

  const wide = matchMedia("(min-width: 52rem)");
  const unfoldMenu = () => {
    menu.open = wide.matches;
  };
  wide.addEventListener("change", unfoldMenu);
  unfoldMenu();

  const themeSwitch = document.querySelector("#switch-theme");
  themeSwitch.hidden = false;
  themeSwitch.addEventListener("click", () => {
    const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    const chosen = (root.dataset.theme ?? system) === "dark" ? "light" : "dark";
    // Whoever wants what the system has wants to go with it tomorrow as well.
    if (chosen === system) delete root.dataset.theme;
    else root.dataset.theme = chosen;
    try {
      if (chosen === system) localStorage.removeItem("theme");
      else localStorage.setItem("theme", chosen);
    } catch {
      // Then the choice lasts as long as the page.
    }
  });

  for (const button of document.querySelectorAll(".copy")) {
    const label = button.textContent;
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
      button.textContent = dialog.dataset.copied;
      setTimeout(() => {
        button.textContent = label;
      }, 1500);
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
      index = new MiniSearch(window.searchData.options);
      index.addAll(window.searchData.sections);
      search();
    }
  }

  function loadScript(src) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = src;
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    });
  }

  /** A few words before and after the first of the terms that a text has. */
  function around(terms, text) {
    const places = terms.map((term) => text.toLowerCase().indexOf(term));
    const at = Math.min(...places.filter((place) => place >= 0), text.length);
    const start =
      at === text.length ? 0 : text.lastIndexOf(" ", Math.max(0, at - 30)) + 1;
    return `${start > 0 ? "… " : ""}${text.slice(start, start + 100)}…`;
  }

  field.addEventListener("input", search);
  dialog.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    list.querySelector("a")?.click();
  });

  function search() {
    if (!index) return;
    const found = index.search(field.value, {
      prefix: true,
      fuzzy: 0.15,
      boost: { heading: 3, page: 2 },
    });
    list.replaceChildren(
      ...found.slice(0, 8).map(({ id, page, heading, text, terms }) => {
        const item = document.createElement("li");
        const link = document.createElement("a");
        const place = document.createElement("small");
        const excerpt = document.createElement("p");
        link.href = id;
        link.textContent = heading;
        place.textContent = page;
        excerpt.textContent = around(terms, text);
        link.append(place, excerpt);
        link.addEventListener("click", () => dialog.close());
        item.append(link);
        return item;
      }),
    );
    status.textContent = field.value && found.length === 0 ? dialog.dataset.nothing : "";
  }
})();
