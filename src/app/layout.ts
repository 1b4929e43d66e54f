/** Which of the three layouts the window has room for. */
import { useSyncExternalStore } from 'react';

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

export function reducedMotion(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}
