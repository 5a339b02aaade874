// Run by the install: gives the learner a copy of every starter. Must never make an install fail.
try {
  const { layOutWork } = await import("./starters.ts");
  const { layOutComments } = await import("./comments.ts");
  const laidOut = layOutWork().filter(({ kind }) => kind === "laid-out").length;
  layOutComments();
  if (laidOut > 0)
    console.log(`${laidOut} files to write in are in work/. Begin: npm run lesson`);
} catch {
  // `npm run lesson` does the same again, and can say what is wrong.
}
