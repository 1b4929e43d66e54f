/** The theme in force: the chosen one, else the system's. Told to the document and to the terminals. */
import { terminals } from './lab';
import { page } from './store';
import { TERMINAL_THEMES } from './terminal-theme';

const dark = matchMedia('(prefers-color-scheme: dark)');

export function followTheme(): void {
  apply();
  dark.addEventListener('change', apply);
  page.subscribe((state, before) => {
    if (state.settings.theme !== before.settings.theme) apply();
    if (state.settings.screenReader !== before.settings.screenReader) {
      terminals.setScreenReader(state.settings.screenReader);
    }
  });
}

function apply(): void {
  const { theme } = page.getState().settings;
  const inForce = theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme;
  document.documentElement.dataset['theme'] = inForce;
  terminals.setTheme(TERMINAL_THEMES[inForce]);
}
