/** Which of the three layouts the window has room for. */
import { useSyncExternalStore } from 'react';
import type { Settings } from './settings';

export type Layout = 'wide' | 'stacked' | 'phone';

const wide = matchMedia('(min-width: 1200px)');
const phone = matchMedia('(max-width: 767px)');

function layout(): Layout {
  return phone.matches ? 'phone' : wide.matches ? 'wide' : 'stacked';
}

function subscribe(changed: () => void): () => void {
  wide.addEventListener('change', changed);
  phone.addEventListener('change', changed);
  return () => {
    wide.removeEventListener('change', changed);
    phone.removeEventListener('change', changed);
  };
}

export function useLayout(): Layout {
  return useSyncExternalStore(subscribe, layout);
}

/** What stands above and below the terminal, in pixels, as app.css has it: bars, the hint line, a phone's keys. */
const AROUND = { wide: 44 + 52 + 36, stacked: 36, phone: 48 + 64 + 52 + 56 + 97 + 36 };

/**
 * The terminal's box in pixels by the rules of app.css, before anything is laid out: the first session is opened at
 * this size, so that the engine makes its prompt while the page is built. Where it errs, the first fit tells.
 */
export function terminalBox({ splitWide, splitStacked }: Settings): { width: number; height: number } {
  const kind = layout();
  const width = innerWidth;
  if (kind === 'phone') return { width, height: innerHeight - AROUND.phone };
  if (kind === 'stacked') return { width, height: (innerHeight * (splitStacked || 420)) / 1000 - AROUND.stacked };
  const wished = splitWide === 0 ? Math.min(Math.max(width * 0.4, 720), width * 0.5) : (width * splitWide) / 1000;
  return { width: wished, height: innerHeight - AROUND.wide };
}

export function reducedMotion(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}
