/** The strip at the bottom: the clock's controls, the clock, and what happened in three lanes. */
import { Pause, Play, SkipForward } from 'lucide-react';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import type { EventRecord, Scene } from '../scene/index';
import type { Pace } from '../worker/link';
import { setPace } from './lab';
import { RATES, stepOrPause } from './shortcuts';
import { page, usePage, virtualNow } from './store';
import { words } from './words';

export function TimeStrip(): ReactElement {
  return (
    <footer className="time-strip">
      <Controls />
      <ClockFace />
      <Lanes />
    </footer>
  );
}

function Controls(): ReactElement {
  const pace = usePage((state) => state.pace);
  const behind = usePage((state) => state.behind);
  const resume = pace.paused ? words.resume : words.pause;
  return (
    <fieldset className="controls" aria-label={words.timeControls}>
      <button
        type="button"
        className="icon-button"
        aria-label={resume}
        title={resume}
        onClick={() => setPace({ paused: !pace.paused, untilSettled: false })}
      >
        {pace.paused ? <Play size={16} fill="currentColor" /> : <Pause size={16} fill="currentColor" strokeWidth={0} />}
      </button>
      <button type="button" className="icon-button" aria-label={words.step} title={words.step} onClick={stepOrPause}>
        <SkipForward size={16} />
      </button>
      <fieldset className="segments" aria-label={words.speed}>
        {RATES.map((tenths) => (
          <button
            key={tenths}
            type="button"
            aria-pressed={pace.tenths === tenths && !pace.untilSettled && !pace.paused}
            onClick={() => setPace({ tenths, paused: false, untilSettled: false })}
          >
            {words.rates[tenths]}
          </button>
        ))}
        <button
          type="button"
          aria-pressed={pace.untilSettled}
          onClick={() => setPace({ untilSettled: !pace.untilSettled })}
        >
          {words.untilSettled}
        </button>
      </fieldset>
      {behind && (
        <span className="behind" title={words.behind} role="img" aria-label={words.behind}>
          ≈
        </span>
      )}
    </fieldset>
  );
}

/** Written past React: it moves ten times a second. */
function ClockFace(): ReactElement {
  const time = useRef<HTMLSpanElement>(null);
  const since = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    let drawn: { readonly now: number; readonly scene: Scene; readonly pace: Pace } | undefined;
    const draw = (): void => {
      const state = page.getState();
      const now = virtualNow(state);
      if (drawn?.now === now && drawn.scene === state.scene && drawn.pace === state.pace) return;
      drawn = { now, scene: state.scene, pace: state.pace };
      const fine = (state.pace.paused || state.pace.tenths === 1) && window.innerWidth >= 768;
      put(time.current!, timeOfDay(now, fine));
      put(since.current!, sinceWords(now));
    };
    draw();
    const timer = setInterval(draw, 100);
    return () => clearInterval(timer);
  }, []);
  return (
    <div className="clock" role="timer" aria-live="off">
      <span className="clock-time mono" ref={time} />
      <span className="clock-since" ref={since} />
    </div>
  );
}

function put(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** UTC, as the hosts have it. */
function timeOfDay(micros: number, fine: boolean): string {
  const day = micros % 86_400_000_000;
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const seconds = day / 1e6;
  const whole = `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
  return fine ? `${whole}.${String(Math.floor((day / 1000) % 1000)).padStart(3, '0')}` : whole;
}

function sinceWords(now: number): string {
  const state = page.getState();
  let last: EventRecord | undefined;
  for (const event of state.scene.tables.event.values()) if (event.lane === 'you') last = event;
  if (last === undefined) return words.hostsBooted(state.shape.nodes);
  const line = last.text
    .replace(/^docker /, '')
    .replace(/\s*[;&|][\s\S]*/, '')
    .split(' ')
    .slice(0, 2)
    .join(' ');
  return words.since(span(Math.max(0, now - last.at)), line);
}

function span(micros: number): string {
  const seconds = micros / 1e6;
  if (seconds < 100) return `${seconds.toFixed(1)} s`;
  if (seconds < 6000) return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds / 60) % 60)} min`;
}

const LANES = ['you', 'swarm', 'world'] as const;
/** Real seconds that the lanes are wide at 1x; faster clocks get more virtual time. */
const WINDOW_SECONDS = 120;
const WIDTH = 1000;

function Lanes(): ReactElement {
  const events = usePage((state) => state.scene.tables.event);
  const tenths = usePage((state) => state.pace.tenths);
  const [now, setNow] = useState(virtualNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(virtualNow()), 500);
    return () => clearInterval(timer);
  }, []);
  const width = WINDOW_SECONDS * 1e5 * Math.max(10, tenths);
  const end = Math.max(now, virtualNow());
  const shown = [...events.values()].filter((event) => event.at >= end - width);
  return (
    <div className="lanes" role="img" aria-label={words.timeline}>
      <div className="lane-names" aria-hidden="true">
        {LANES.map((lane) => (
          <span key={lane}>{words.lanes[lane]}</span>
        ))}
      </div>
      <svg viewBox={`0 0 ${WIDTH} 48`} preserveAspectRatio="none" aria-hidden="true">
        {LANES.map((lane, at) => (
          <path key={lane} className="lane-line" d={`M0 ${11.5 + at * 15}H${WIDTH}`} />
        ))}
        {shown.map((event) => (
          <Tick key={event.id} event={event} x={WIDTH - ((end - event.at) / width) * WIDTH} />
        ))}
      </svg>
      <span className="now-line" aria-hidden="true" />
    </div>
  );
}

function Tick({ event, x }: { event: EventRecord; x: number }): ReactElement {
  const y = 11.5 + LANES.indexOf(event.lane) * 15;
  const strong = event.lane === 'you' || event.important;
  const failed = event.kind === 'failure' || (event.kind === 'power' && event.lane === 'world');
  return (
    <path
      className={`tick ${failed ? 'failed' : event.kind === 'election' ? 'progress' : strong ? 'strong' : ''}`}
      d={`M${x.toFixed(1)} ${strong ? y - 5 : y - 3.5}v${strong ? 10 : 7}`}
    >
      <title>{event.text}</title>
    </path>
  );
}
