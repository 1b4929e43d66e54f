// Before the first paint: the chosen theme, else the system's. A file of its own, since the page allows no inline script.
const stored = (() => {
  try {
    return JSON.parse(localStorage.getItem('swarm-playground/settings') || '{}').theme;
  } catch {
    return 'system';
  }
})();
const dark = stored === 'dark' || (stored !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
document.documentElement.dataset.theme = dark ? 'dark' : 'light';
