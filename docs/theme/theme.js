// Runs before the page is drawn, so that it never flashes in the other theme.
try {
  const theme = localStorage.getItem("theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  // Some browsers keep nothing for pages from the disk; then the system's theme counts.
}
