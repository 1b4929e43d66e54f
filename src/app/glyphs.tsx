/** State glyphs and role badges: shape first, colour second. Sizes in pixels of a 14 px box. */
import type { ReactElement } from 'react';
import type { StateClass } from '../scene/index';
import type { Role } from './hosts';

const GLYPHS: Record<StateClass, ReactElement> = {
  waiting: <path d="M4 3h6M4 11h6M5 3q0 2.4 2 4q2-1.6 2-4M5 11q0-2.4 2-4q2 1.6 2 4" strokeWidth="1.3" />,
  progress: <path d="M7 2.6a4.4 4.4 0 1 1-4.1 2.8" strokeWidth="2" strokeLinecap="round" />,
  running: <circle cx="7" cy="7" r="3.4" fill="currentColor" stroke="none" />,
  done: <path d="M3 7.2l2.8 2.8L11 4.4" strokeWidth="1.8" />,
  failed: <path d="M3.4 3.4l7.2 7.2M10.6 3.4l-7.2 7.2" strokeWidth="1.8" strokeLinecap="round" />,
  stopped: <path d="M3 7h8" strokeWidth="2.2" strokeLinecap="round" />,
};

/** The glyph of a state class, coloured by it. Decorative: the word always stands beside it. */
export function Glyph({ of, size = 14 }: { of: StateClass; size?: number }): ReactElement {
  return (
    <svg className={`glyph ${of}`} width={size} height={size} viewBox="0 0 14 14" fill="none" aria-hidden="true">
      {GLYPHS[of]}
    </svg>
  );
}

/** Crown of the leader, M of a manager, nothing for others. */
export function RoleBadge({ role }: { role: Role }): ReactElement | null {
  if (role === 'leader') {
    return (
      <svg className="badge" width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
        <path d="M1.5 11V4l3.1 2.6L7 2.4l2.4 4.2L12.5 4v7z" fill="currentColor" />
      </svg>
    );
  }
  if (role !== 'manager') return null;
  return (
    <svg className="badge" width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
      <circle cx="7" cy="7" r="5.8" fill="none" stroke="currentColor" strokeWidth="1.1" />
      <path d="M4.6 9.4V4.7L7 8l2.4-3.3v4.7" fill="none" stroke="currentColor" strokeWidth="1.1" />
    </svg>
  );
}

/** Five machines that hold together. */
export function Logo(): ReactElement {
  return (
    <svg
      width="22"
      height="22"
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      aria-hidden="true"
    >
      <rect x="7.2" y="1.2" width="5.6" height="5.6" rx="1.4" fill="currentColor" />
      <rect x="2.2" y="7.2" width="5.6" height="5.6" rx="1.4" />
      <rect x="12.2" y="7.2" width="5.6" height="5.6" rx="1.4" />
      <rect x="4.2" y="13.2" width="5.6" height="5.6" rx="1.4" opacity=".7" />
      <rect x="10.2" y="13.2" width="5.6" height="5.6" rx="1.4" opacity=".7" />
    </svg>
  );
}
