/** What may stand behind `npm run lesson 4`, and what it does. The file of a word is `commands/<word>.ts`. */
export const lessonWords: Record<string, string> = {
  test: "check your code, step by step",
  watch: "the same at every save, also in a browser",
  hint: "a hint for the first open step (hint 2, 3)",
  diff: "your code beside the reference answer",
  solution: "play the reference answer",
  traps: "where it bites: each trap, failing",
  bench: "what it costs, beside known packages",
  coverage: "which lines of your code the checks reached",
  raw: "all output, up to the open step",
  read: "the explanation, in the terminal",
  reset: "the starter back; yours is kept",
};

/** Of these, the words that one more may follow: a folder, the number of a hint. */
export const takesOneMore = new Set(["test", "hint"]);

/** What may stand behind `npm run lesson`, without a number. */
export const courseWords: Record<string, string> = {
  "hand-in": "all that you have done, in one archive",
  doctor: "what this machine has, and what it lacks",
  help: "this list",
};

/** Whether somebody asks what a command can do. */
export function asksForHelp(word: string): boolean {
  return /^(--?)?h(elp)?$/.test(word);
}

/** Ends a command that takes no words with a sentence, if it got one. */
export function takesNoWords(command: string, instead: string): void {
  if (beforeComment(process.argv.slice(2)).length === 0) return;
  process.stderr.write(`npm run ${command} takes no words. ${instead}\n`);
  process.exit(1);
}

/** What was typed, up to a comment: of a copied line, cmd and zsh hand that over as words. */
export function beforeComment(words: string[]): string[] {
  const comment = words.indexOf("#");
  return comment < 0 ? words : words.slice(0, comment);
}
