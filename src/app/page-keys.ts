/** The page's keys, by position on the board. With Alt they act from anywhere, alone outside terminals and fields. */

export type PageAct =
  | 'view-nodes'
  | 'view-raft'
  | 'pause'
  | 'step'
  | 'slower'
  | 'faster'
  | 'settle'
  | 'previous-host'
  | 'next-host'
  | 'theme'
  | 'text'
  | 'full'
  | 'keys';

export interface PageKey {
  readonly code: string;
  /** As it is printed. */
  readonly label: string;
  readonly act: PageAct;
  readonly words: string;
  /** Only together with Alt. */
  readonly withAlt?: boolean;
}

/** Chosen among those that line editing leaves free. */
export const PAGE_KEYS: readonly PageKey[] = [
  { code: 'Digit1', label: '1', act: 'view-nodes', words: 'Nodes' },
  { code: 'Digit4', label: '4', act: 'view-raft', words: 'Raft' },
  { code: 'KeyX', label: 'X', act: 'text', words: 'Text or picture' },
  { code: 'BracketLeft', label: '[', act: 'previous-host', words: 'Previous host' },
  { code: 'BracketRight', label: ']', act: 'next-host', words: 'Next host' },
  { code: 'KeyK', label: 'K', act: 'pause', words: 'Pause, go on' },
  { code: 'KeyS', label: 'S', act: 'step', words: 'Step' },
  { code: 'Minus', label: '-', act: 'slower', words: 'Slower' },
  { code: 'Equal', label: '=', act: 'faster', words: 'Faster' },
  { code: 'KeyG', label: 'G', act: 'settle', words: 'Go until settled' },
  { code: 'KeyT', label: 'T', act: 'theme', words: 'Theme' },
  { code: 'Slash', label: '?', act: 'keys', words: 'This list' },
  { code: 'Enter', label: 'Enter', act: 'full', words: 'Full screen', withAlt: true },
];

const BY_CODE = new Map(PAGE_KEYS.map((key) => [key.code, key]));

/** The act of a key; `alone` says that Alt is not held. */
export function pageActOf(code: string, alone: boolean): PageAct | undefined {
  const key = BY_CODE.get(code);
  return key === undefined || (alone && key.withAlt) ? undefined : key.act;
}

/** Whether Alt with this key is the page's and not the session's. */
export function isPageKey(code: string): boolean {
  return BY_CODE.has(code);
}
