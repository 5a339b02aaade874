import kleur from "kleur";
import MarkdownIt, { type Token } from "markdown-it";
import { columns, fold, widthOf, wrap } from "./terminal.ts";

const markdown = new MarkdownIt({ html: true });

/** Markdown as text for the terminal: prose wrapped, code indented, no HTML. */
export function renderMarkdown(source: string, indent = ""): string {
  return new Renderer(indent).render(markdown.parse(source, {}));
}

/** Writes one block after the other; lists and quotes indent what is in them. */
class Renderer {
  readonly #out: string[] = [];
  readonly #indents: string[];
  /** For each open list: the number of the next item, or 0 for dots. */
  readonly #lists: number[] = [];
  #marker = "";
  #heading = 0;
  #row: string[] | undefined;
  #rows: string[][] = [];

  constructor(indent: string) {
    this.#indents = [indent];
  }

  render(tokens: Token[]): string {
    for (const token of tokens) this.#block(token);
    return this.#out.join("\n").replaceAll(keptSpace, " ").trimEnd();
  }

  #block(token: Token): void {
    const { type } = token;
    if (type === "heading_open") this.#heading = Number(token.tag.slice(1));
    else if (type === "heading_close") this.#heading = 0;
    else if (type === "inline") this.#inline(token);
    else if (type === "fence" || type === "code_block") this.#code(token);
    else if (type === "html_block") this.#html(token.content);
    else if (type === "hr") this.#write(kleur.dim("─".repeat(20)));
    else if (type === "blockquote_open") this.#indents.push("│ ");
    else if (type.endsWith("_list_open"))
      this.#lists.push(Number(token.attrGet("start") ?? (type[0] === "o" ? 1 : 0)));
    else if (type === "list_item_open") this.#item();
    else if (type === "tr_open") this.#row = [];
    else this.#close(type);
  }

  #close(type: string): void {
    if (type === "blockquote_close" || type === "list_item_close") this.#indents.pop();
    else if (type.endsWith("_list_close")) this.#lists.pop();
    else if (type === "tr_close") this.#endRow();
    else if (type === "table_close") this.#table();
    if (/(list|paragraph)_close$/.test(type) && this.#lists.length === 0) this.#gap();
  }

  #inline(token: Token): void {
    const text = inlineText(token.children ?? []);
    if (this.#row) this.#row.push(text);
    else if (this.#heading > 0) this.#title(text);
    else this.#write(text);
  }

  #title(text: string): void {
    this.#gap();
    if (this.#heading <= 2) {
      this.#write(kleur.bold(text));
      this.#write(kleur.dim((this.#heading === 1 ? "═" : "─").repeat(widthOf(text))));
    } else {
      this.#write(kleur.bold(`── ${text}`));
    }
    this.#gap();
  }

  #item(): void {
    const number = this.#lists.at(-1) ?? 0;
    this.#marker = number > 0 ? `${number}. ` : "· ";
    if (number > 0) this.#lists[this.#lists.length - 1] = number + 1;
    this.#indents.push(" ".repeat(this.#marker.length));
  }

  #code({ content, info }: Token): void {
    // A window cannot draw: there, the picture says in words what it shows.
    if (info.trim() === "mermaid") {
      const shown = /accDescr: *(.+)/.exec(content)?.[1];
      if (shown) this.#write(kleur.dim(shown));
      this.#gap();
      return;
    }
    this.#gap();
    // Not folded: a line of code that is broken, in the middle of a string perhaps, is another one.
    for (const line of content.trimEnd().split("\n"))
      this.#out.push(kleur.cyan(`${this.#indent()}    ${line}`.trimEnd()));
    this.#gap();
  }

  /** Questions stay folded, hints hidden; comments are for those who write the course. */
  #html(html: string): void {
    const summary = /<summary>(.*?)<\/summary>/.exec(html)?.[1];
    if (summary === undefined || summary.startsWith("Hint ")) return;
    this.#write(
      `${kleur.yellow("?")} ${inlineText(markdown.parseInline(summary, {})[0]?.children ?? [])}`,
    );
    this.#gap();
  }

  #endRow(): void {
    if (this.#row) this.#rows.push(this.#row);
    this.#row = undefined;
  }

  #table(): void {
    this.#gap();
    for (const line of tableLines(this.#rows, columns() - this.#indent().length))
      this.#write(line, fold);
    this.#rows = [];
    this.#gap();
  }

  #write(text: string, layOut = wrap): void {
    const indent = this.#indent();
    const marker = this.#marker;
    this.#marker = "";
    const lines = layOut(text, indent);
    const at = indent.length - marker.length;
    this.#out.push(
      marker ? `${lines.slice(0, at)}${marker}${lines.slice(indent.length)}` : lines,
    );
  }

  #gap(): void {
    if (this.#out.length > 0 && this.#out.at(-1) !== "") this.#out.push("");
  }

  #indent(): string {
    return this.#indents.join("");
  }
}

/** Emphasis and code as colours; without colours, code keeps its backticks. */
function inlineText(tokens: Token[]): string {
  let text = "";
  const open: Array<"bold" | "italic"> = [];
  let href = "";
  const styled = (part: string) =>
    open.reduce((sofar, style) => kleur[style](sofar), part);
  for (const token of tokens) {
    if (token.type === "text") text += styled(token.content);
    else if (token.type === "code_inline") text += code(token.content);
    else if (token.type === "softbreak") text += " ";
    else if (token.type === "hardbreak") text += "\n";
    else if (token.type === "strong_open") open.push("bold");
    else if (token.type === "em_open") open.push("italic");
    else if (token.type === "link_open") href = String(token.attrGet("href") ?? "");
    else if (token.type === "link_close") text += address(href);
    else if (token.type.endsWith("_close")) open.pop();
  }
  return text;
}

/** Stands for a space at which no line is broken, until all lines are. */
const keptSpace = "\u00a0";

function code(source: string): string {
  const text = source.replaceAll(" ", keptSpace);
  return kleur.enabled ? kleur.cyan(text) : `\`${text}\``;
}

function address(href: string): string {
  return /^https?:/.test(href) ? kleur.dim(` (${href})`) : "";
}

/** Columns as wide as their widest cell, where the window has room; else one cell a line. */
function tableLines(rows: string[][], room: number): string[] {
  const widths = (rows[0] ?? []).map((_, at) =>
    Math.max(...rows.map((row) => widthOf(row[at] ?? ""))),
  );
  const total = widths.reduce((sum, width) => sum + width + 2, -2);
  if (total > room)
    return rows.slice(1).flatMap((row) => [...cells(rows[0] ?? [], row), ""]);
  return rows.map((row, at) => {
    const line = row.map(
      (cell, c) => cell + " ".repeat((widths[c] ?? 0) - widthOf(cell)),
    );
    return at === 0 ? kleur.bold(line.join("  ").trimEnd()) : line.join("  ").trimEnd();
  });
}

function cells(head: string[], row: string[]): string[] {
  return row.map((cell, at) => `${at === 0 ? "" : "  "}${head[at] ?? ""}: ${cell}`);
}
