/** The place of the terminals, the grey suggestion at an empty prompt, and the hint line under them. */
import { type ReactElement, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { summaryOf } from './facts';
import { suggestionFor } from './first-visit';
import { hostsOf } from './hosts';
import { terminals } from './lab';
import { type PageState, page, usePage } from './store';
import type { CursorPlace } from './terminals';
import { words } from './words';

export function TerminalPane(): ReactElement {
  const place = useRef<HTMLDivElement>(null);
  const session = usePage((state) => state.session);
  useLayoutEffect(() => {
    const home = place.current!;
    terminals.mount(home);
    const observer = new ResizeObserver(() => terminals.fit());
    observer.observe(home);
    return () => {
      observer.disconnect();
      terminals.mount(undefined);
    };
  }, []);
  useEffect(() => {
    const active = document.activeElement;
    const elsewhere = active !== null && active !== document.body && active.closest('.terminal-screen') === null;
    terminals.show(session, !elsewhere && matchMedia('(pointer: fine)').matches);
  }, [session]);
  return (
    <section className="terminal-pane" aria-label={words.terminal}>
      <div className="terminal-home" ref={place} id="terminal" role="tabpanel" aria-labelledby={`tab-${session}`}>
        <Suggestion />
      </div>
      <HintLine />
    </section>
  );
}

function Suggestion(): ReactElement | null {
  const suggestion = usePage(suggestionFor);
  const empty = usePage((state) => state.promptEmpty);
  const session = usePage((state) => state.session);
  const [place, setPlace] = useState<CursorPlace | undefined>(undefined);
  useEffect(() => {
    terminals.suggestion = suggestion;
  }, [suggestion]);
  useEffect(() => {
    setPlace(empty && session !== undefined ? terminals.cursorPlace(session) : undefined);
  }, [empty, session]);
  if (suggestion === '' || !empty || place === undefined) return null;
  return (
    <div
      className="suggestion mono"
      style={{ left: place.left, top: place.top, lineHeight: `${place.cellHeight}px` }}
      aria-hidden="true"
    >
      <span className="suggestion-line">{suggestion}</span>
      <kbd>Enter</kbd>
    </div>
  );
}

/** What the terminal cannot say itself: one line, ours, never in its text. */
function HintLine(): ReactElement | null {
  const hint = usePage(hintOf);
  const notice = usePage((state) => state.notice);
  const text = notice !== '' ? notice : hint;
  return (
    <p className="hint-line" data-empty={text === ''}>
      {text}
    </p>
  );
}

function hintOf(state: PageState): string {
  const { scene, host, pace, shape } = state;
  if (state.phase === 'starting') return words.loading;
  const here = hostsOf(scene, shape).find((one) => one.name === host);
  if (here?.machine?.powered === false) return words.hintOff(host);
  if (state.filtering) return words.hintFiltering;
  if (pace.paused) return words.hintPaused;
  const running = [...scene.tables.session.values()].some((one) => one.running !== '');
  if (running && scene.tables.member.size > 0 && summaryOf(scene).leader === '') return words.hintNoLeader;
  if (suggestionFor(state) !== '') return byKeys() ? `${words.hintFirst} ${words.hintLeave}` : words.hintFirst;
  return '';
}

/** Whether there is a keyboard to leave the terminal by: where fingers point, rarely. */
function byKeys(): boolean {
  return matchMedia('(pointer: fine)').matches;
}

/** What was printed, again and plain, for those who hear the page; cut at twenty lines. */
export function OutputLog(): ReactElement {
  const [lines, setLines] = useState<readonly string[]>([]);
  useEffect(() => {
    let pending = '';
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = terminals.listen((_session, text) => {
      if (pending.length < 20_000) pending += text;
      timer ??= setTimeout(() => {
        timer = undefined;
        setLines(plainLines(pending));
        pending = '';
      }, 700);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, []);
  return (
    <div className="hidden" role="log" aria-live={page.getState().settings.screenReader ? 'off' : 'polite'}>
      {lines.map((line, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity but their place
        <div key={at}>{line}</div>
      ))}
    </div>
  );
}

const ESCAPES = /\u001b(\[[0-9;?]*[A-Za-z]|\][^\u0007]*\u0007|[()][A-Z0-9]|[=>])|[\u0000-\u0008\u000b-\u001f]/g;

function plainLines(text: string): readonly string[] {
  const lines = text
    .replace(ESCAPES, '')
    .split('\n')
    .map((line) => line.trimEnd());
  return lines.filter((line) => line.length > 1).slice(-20);
}
