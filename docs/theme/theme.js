// Runs before the page is drawn, so that it never flashes in the other theme.
try {
  const theme = localStorage.getItem("theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  // Some browsers keep nothing for pages from the disk; then the system's theme counts.
}

// Asked for before the text is laid out, the fonts are there with it.
for (const font of ["1em Inter", '1em "JetBrains Mono"']) document.fonts?.load(font);
