// Before the page's own code: the theme, so that the first paint is right, and the engine's worker, so that both load
// at once. A file of its own, since the page allows no inline script.
const stored = (() => {
  try {
    return JSON.parse(localStorage.getItem('swarm-playground/settings') || '{}').theme;
  } catch {
    return 'system';
  }
})();
const dark = stored === 'dark' || (stored !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
document.documentElement.dataset.theme = dark ? 'dark' : 'light';

// Named by the build; in development there is none, and the page starts it.
const { worker } = document.currentScript.dataset;
if (worker) globalThis.labWorker = new Worker(worker, { type: 'module' });
