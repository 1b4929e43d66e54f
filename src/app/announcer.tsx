/** Says aloud what matters, at most once in two seconds: important events, the state of things, passing notices. */
import { type ReactElement, useEffect, useState } from 'react';
import { summaryOf } from './facts';
import { hostsOf } from './hosts';
import { page } from './store';
import { sentence } from './words';

const EVERY_MS = 2000;

export function Announcer(): ReactElement {
  const [text, setText] = useState('');
  useEffect(() => {
    let queue: string[] = [];
    let heard = '';
    let saidAt = 0;
    const say = (): void => {
      if (queue.length === 0 || performance.now() - saidAt < EVERY_MS) return;
      saidAt = performance.now();
      setText(queue.slice(-4).join('. '));
      queue = [];
    };
    const timer = setInterval(say, 500);
    const stop = page.subscribe((state, before) => {
      if (state.notice !== before.notice && state.notice !== '') queue.push(state.notice);
      if (state.scene === before.scene) return;
      const known = before.scene.tables.event;
      if (state.scene.tables.event !== known) {
        for (const event of state.scene.tables.event.values()) {
          if (event.important && event.lane !== 'you' && !known.has(event.id)) queue.push(event.text);
        }
      }
      const now = sentence(summaryOf(state.scene), hostsOf(state.scene, state.shape).length);
      if (now.strong !== heard && heard !== '') queue.push([now.strong, ...now.rest].join(' '));
      heard = now.strong;
    });
    return () => {
      clearInterval(timer);
      stop();
    };
  }, []);
  return (
    <p className="hidden" role="status" aria-live="polite">
      {text}
    </p>
  );
}
