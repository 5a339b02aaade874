// Shows on a page what `npm run lesson 4 watch` knows. All that comes from there is shown as text.
(() => {
  const { lessons, editor, root } = window.live;
  const folder = /([\w-]+)\.html$/.exec(location.pathname)?.[1];
  const line = document.querySelector(".live");
  const headings = [...document.querySelectorAll("h3[id^=step-]")];
  const box = make("section", { className: "result", ariaLabel: "Your code" });
  const bar = make("div");
  const status = make("p", { className: "unseen", role: "status" });
  let before;
  /** Made anew with each check, and no sooner. */
  let comparison = differences();
  let isOver = false;

  function make(tag, properties = {}, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children.flat());
    return element;
  }

  /** In the next picture, where there is one. */
  const later = (run) => (document.hidden ? run() : requestAnimationFrame(run));

  const isDone = ({ done, steps }) => done.length === steps;
  const stepsText = ({ done, steps }) => `${done.length} of ${steps} steps`;

  /** Text with `code` in it. */
  const words = (text) =>
    text
      .split("`")
      .map((part, at) => (at % 2 ? make("code", { textContent: part }) : part));

  /** `work/01-event-bus/event-bus.ts:12  subscribe` */
  function place(text) {
    const [, file, number = "1"] = /^(.+?)(?::(\d+))?(?: {2}|$)/.exec(text);
    const href = editor
      .replace("{file}", () => root + encodeURI(file))
      .replace("{line}", number);
    return make("a", { href, textContent: text });
  }

  const signs = { "+": "added", "-": "removed", "@": "between" };
  const lineOf = (text) =>
    make("span", { className: signs[text[0]] ?? "", textContent: `${text}\n` });
  const code = (...children) => make("pre", { tabIndex: 0 }, ...children);

  const bodies = {
    places: (lines) => lines.map((text) => make("p", {}, place(text))),
    lines: (lines) => [
      make("p", { textContent: "+ expected, - actual" }),
      code(lines.map(lineOf)),
    ],
    error: ([what, ...advice]) => [
      make("p", {}, make("strong", { textContent: what })),
      ...bodies.words(advice),
    ],
    words: (lines) => lines.map((text) => make("p", {}, words(text))),
  };
  bodies.warning = bodies.words;

  /** For rows whose meaning the terminal shows by their place alone. */
  const labels = { lines: "Differs", error: "Says", code: "Line", words: "Advice" };

  const rowOf = ({ label, kind, lines }) => [
    make("dt", { textContent: label || labels[kind] }),
    make("dd", { className: kind }, bodies[kind]?.(lines) ?? code(lines.join("\n"))),
  ];

  function rowsOf({ rows = [], printed = "" } = {}, problems = []) {
    const all = [...rows];
    if (printed.trim())
      all.push({
        label: "Printed",
        kind: "code",
        lines: printed.split("\n").slice(0, 10),
      });
    for (const { file, line: number, message } of problems.slice(0, 3)) {
      all.push({ label: "Types", kind: "places", lines: [`${file}:${number}`] });
      all.push({ label: "Says", kind: "code", lines: message.split("\n").slice(0, 3) });
    }
    return make("dl", {}, all.flatMap(rowOf));
  }

  function copyButton(list) {
    const button = make("button", { type: "button", textContent: "Copy" });
    button.onclick = () =>
      navigator.clipboard
        .writeText(`${box.querySelector("h4").textContent}\n${list.innerText}`)
        .then(
          () => {
            button.textContent = "Copied";
          },
          () => getSelection().selectAllChildren(list),
        );
    return button;
  }

  function differences() {
    const details = make(
      "details",
      {},
      make("summary", { textContent: "Your code beside the reference answer" }),
    );
    details.ontoggle = async () => {
      details.ontoggle = null;
      const { missing = "", files = [] } = await (await fetch(`/${folder}.json`)).json();
      details.append(missing);
      for (const { mine, reference, lines } of files) {
        const text = lines.length ? lines.map(lineOf) : "They are the same.";
        details.append(
          make("p", { textContent: `- ${mine}, + ${reference}` }),
          code(text),
        );
      }
    };
    return details;
  }

  /** What stands below a heading. */
  function partOf(heading) {
    const part = [];
    let next = heading.nextElementSibling;
    for (; next && !/^H[23]$/.test(next.tagName); next = next.nextElementSibling)
      if (next !== box) part.push(next);
    return part;
  }

  function showAsks(part, { done }, step, card) {
    const list = part.findLast(({ tagName }) => tagName === "UL");
    [...(list?.children ?? [])].forEach((item, at) => {
      const own = card?.step === step && card.asks[at]?.state;
      item.dataset.ask = done.includes(step) ? "passes" : own || "";
    });
  }

  /** Returns what brings the first thing that is seen whole back. */
  function holdView() {
    const all = [...document.querySelectorAll("main :is(h2, h3, p, li, pre, summary)")];
    const first = all.find((one) => one.getBoundingClientRect().top > 60);
    const seen = box.contains(first) ? box : first;
    const topOf = () => seen?.getBoundingClientRect().top ?? 0;
    const top = topOf();
    return () => scrollBy(0, topOf() - top);
  }

  function showBox(shown, passes) {
    const keepView = holdView();
    const { card, problems, skipped = [] } = shown;
    const isEnd = isDone(shown);
    const step = isEnd ? headings.length : (card?.step ?? shown.open);
    const part = partOf(headings[step - 1]);
    const isMoved = box.dataset.step !== `${step} ${isEnd}`;
    // The old one stays until it is out of sight.
    const old = box.cloneNode(true);
    old.inert = true;
    if (isMoved) box.replaceWith(old);
    // What grew stays: the text below is to stay, too.
    box.style.minHeight = isMoved ? "" : `${box.offsetHeight}px`;
    box.dataset.step = `${step} ${isEnd}`;
    box.dataset.state = isEnd ? "passes" : (card?.state ?? "");
    const list = rowsOf(card, problems);
    const title = isEnd ? "All steps pass" : (card?.state ?? "Checking …");
    box.replaceChildren(
      make(
        "header",
        {},
        make("h4", { textContent: title }),
        list.children.length ? copyButton(list) : [],
      ),
      ...skipped.map((text) => make("p", { textContent: `Not checked: ${text}` })),
      list,
      ...(isEnd ? [comparison] : []),
    );
    if (!isMoved) return;
    const hint = part.find(({ tagName }) => tagName === "DETAILS");
    if (hint && !isEnd) hint.before(box);
    else part.at(-1).after(box);
    if (!passes) {
      old.remove();
      keepView();
      return;
    }
    const target = isEnd ? box : headings[shown.open - 1];
    const look = () => target.scrollIntoView();
    // One after the other, as what moves while the page scrolls is seen to jump.
    later(() =>
      later(() => {
        look();
        later(() => {
          old.remove();
          look();
        });
      }),
    );
  }

  function sentenceOf(shown, passes) {
    const { done, card, open } = shown;
    if (isDone(shown)) return "All steps pass.";
    const now = card ? `Step ${card.step}: ${card.state}.` : `Step ${open} is open.`;
    return passes ? `Step ${done.at(-1)} passes. ${now}` : now;
  }

  function showLesson(shown) {
    const { done, open, checking, card } = shown;
    const squares = headings.map(({ id }, at) => {
      const state = done.includes(at + 1) ? "passes" : at + 1 === open ? "open" : "waits";
      return make("a", {
        href: `#${id}`,
        className: state,
        ariaLabel: `Step ${at + 1}: ${state}`,
      });
    });
    bar.replaceChildren(
      make("nav", { className: "squares", ariaLabel: "Steps" }, squares),
      make("span", { textContent: stepsText(shown) }),
      make("span", { textContent: checking ? "Checking …" : "" }),
    );
    headings.forEach((heading, at) => {
      heading.classList.toggle("passes", done.includes(at + 1));
      showAsks(partOf(heading), shown, at + 1, card);
    });
    if (checking) comparison = differences();
    if (checking && before) return;
    const passes = before !== undefined && done.length > before.done.length;
    showBox(shown, passes);
    const said = sentenceOf(shown, passes);
    if (before && status.textContent !== said) status.textContent = said;
    if (!checking) before = shown;
  }

  function showCourse() {
    for (const [name, shown] of Object.entries(lessons)) {
      const link = document.querySelector(`.sidebar a[href="${name}.html"]`);
      link?.querySelector(".done")?.remove();
      if (isDone(shown)) {
        const tick = make("span", { ariaHidden: "true", textContent: "✓" });
        const word = make("span", { className: "unseen", textContent: "done" });
        link?.append(make("span", { className: "done" }, tick, word));
      }
      const facts = document
        .querySelector(`.cards a[href="${name}.html"]`)
        ?.parentElement.querySelector(".facts");
      for (const old of facts?.querySelectorAll("span") ?? []) old.remove();
      const squares = Array.from({ length: shown.steps }, (_, at) =>
        make("i", { className: shown.done.includes(at + 1) ? "passes" : "waits" }),
      );
      facts?.append(
        make("span", { className: "squares", ariaHidden: "true" }, squares),
        make("span", { textContent: stepsText(shown) }),
      );
    }
  }

  function showNext() {
    const button = document.querySelector(".begin a");
    const all = Object.entries(lessons);
    const next = all.find(([, shown]) => !isDone(shown));
    if (!button || !next || !all.some(([, { done }]) => done.length)) return;
    button.href = `${next[0]}.html`;
    button.textContent = `Go on with lesson ${next[1].number}`;
  }

  function hear(news) {
    if (news === null) {
      bar.lastChild?.replaceChildren("The watch has ended.");
      isOver = true;
      return;
    }
    // A new watch checks what is asked for.
    if (isOver) fetch(location);
    isOver = false;
    Object.assign(lessons, news);
    showCourse();
    showNext();
    if (line && headings.length > 0) showLesson(lessons[folder]);
  }

  function listen() {
    const channel = new BroadcastChannel("live");
    channel.onmessage = ({ data }) => hear(data);
    const tell = (news) => {
      channel.postMessage(news);
      hear(news);
    };
    // A browser opens six connections to one address: one page listens, and tells the others.
    navigator.locks.request("live", () => {
      const source = new EventSource("/events");
      source.onmessage = ({ data }) => tell(JSON.parse(data));
      source.onerror = () => tell(null);
      return new Promise(() => {});
    });
  }

  line?.replaceChildren(bar, status);
  hear({});
  listen();
  addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
})();
