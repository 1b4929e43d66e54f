/** What the page remembers of its own looks, in localStorage; where that is shut, nothing. */

export type ThemeChoice = 'system' | 'dark' | 'light';

export interface Settings {
  readonly theme: ThemeChoice;
  /** The terminal's share in thousandths of the width (wide) or height (stacked); 0 is the default. */
  readonly splitWide: number;
  readonly splitStacked: number;
  readonly singleKeys: boolean;
  readonly screenReader: boolean;
}

const KEY = 'swarm-playground/settings';

const DEFAULTS: Settings = { theme: 'system', splitWide: 0, splitStacked: 0, singleKeys: true, screenReader: false };

export function loadSettings(): Settings {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Settings>;
    return {
      theme: stored.theme === 'dark' || stored.theme === 'light' ? stored.theme : 'system',
      splitWide: share(stored.splitWide),
      splitStacked: share(stored.splitStacked),
      singleKeys: stored.singleKeys !== false,
      screenReader: stored.screenReader === true,
    };
  } catch {
    return DEFAULTS;
  }
}

export function saveSettings(settings: Settings): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // A browser that keeps nothing is allowed: the page works without.
  }
}

function share(value: unknown): number {
  return typeof value === 'number' && value >= 200 && value <= 800 ? Math.round(value) : 0;
}
