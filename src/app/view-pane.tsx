/** The right half: tabs of the views, the sentence, and the picture or its tables. */
import { AlignLeft, Monitor, Moon, Network, Sun } from 'lucide-react';
import { type ReactElement, useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import { summaryOf } from './facts';
import { FirstVisit, isFirstVisit } from './first-visit';
import { FullButton, moveFocus } from './host-tabs';
import { hostsOf } from './hosts';
import { feed, viewActs } from './lab';
import { reducedMotion } from './layout';
import { NodesTable } from './nodes-table';
import { PICTURES } from './pictures';
import { RaftTable } from './raft-table';
import { nextTheme } from './shortcuts';
import { page, usePage, VIEW_NAMES, type ViewName, virtualNow } from './store';
import { raftSentence, sentence, words } from './words';

const KEYS: Record<ViewName, string> = { nodes: '1', raft: '4' };
const THEME_ICONS = { system: Monitor, dark: Moon, light: Sun };

export function ViewTabs(): ReactElement {
  const view = usePage((state) => state.view);
  const theme = usePage((state) => state.settings.theme);
  const Icon = THEME_ICONS[theme];
  return (
    <nav className="view-bar bar" aria-label={words.views}>
      <div className="view-tabs" role="tablist" aria-label={words.views} onKeyDown={moveFocus}>
        {VIEW_NAMES.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-view-${name}`}
            aria-selected={view === name}
            aria-controls="view"
            tabIndex={view === name ? 0 : -1}
            className="view-tab"
            onClick={() => page.setState({ view: name })}
          >
            {words.view[name]}
            <span className="key mono" aria-hidden="true">
              {KEYS[name]}
            </span>
          </button>
        ))}
      </div>
      <button
        type="button"
        className="icon-button"
        title={words.theme[theme]}
        aria-label={words.theme[theme]}
        onClick={nextTheme}
      >
        <Icon size={16} />
      </button>
      <button
        type="button"
        className="icon-button"
        title={words.shortcuts}
        aria-label={words.shortcuts}
        onClick={() => page.setState({ keysShown: true })}
      >
        <kbd>?</kbd>
      </button>
      <FullButton pane="view" />
    </nav>
  );
}

export function ViewPane(): ReactElement {
  const view = usePage((state) => state.view);
  const text = usePage((state) => state.text) || PICTURES[view] === undefined;
  const first = usePage(isFirstVisit);
  return (
    <section className="view-pane" id="view" role="tabpanel" aria-labelledby={`tab-view-${view}`}>
      {first && view === 'nodes' ? <WelcomeHead /> : <ViewHead view={view} text={text} />}
      <div className="view-body" tabIndex={text ? 0 : -1}>
        {text ? <Tables view={view} /> : <Picture key={view} view={view} />}
        {first && view === 'nodes' && <FirstVisit />}
      </div>
    </section>
  );
}

function WelcomeHead(): ReactElement {
  const hosts = usePage((state) => hostsOf(state.scene, state.shape).length);
  return (
    <div className="welcome">
      <h2>{words.welcome(hosts)}</h2>
      <p>{words.welcomeLead}</p>
    </div>
  );
}

function ViewHead({ view, text }: { view: ViewName; text: boolean }): ReactElement {
  return (
    <div className="view-head">
      <Sentence view={view} />
      {PICTURES[view] !== undefined && (
        <button type="button" className="tool-button" onClick={() => page.setState({ text: !text })}>
          {text ? <Network size={14} aria-hidden="true" /> : <AlignLeft size={14} aria-hidden="true" />}
          {text ? words.picture : words.text}
        </button>
      )}
    </div>
  );
}

export function Sentence({ view }: { view: ViewName }): ReactElement {
  const scene = usePage((state) => state.scene);
  const shape = usePage((state) => state.shape);
  const { strong, rest } = useMemo(() => {
    const summary = summaryOf(scene);
    return view === 'raft' ? raftSentence(summary) : sentence(summary, hostsOf(scene, shape).length);
  }, [scene, shape, view]);
  return (
    <p className="sentence">
      <b>{strong}</b>
      {rest.map((part, at) => (
        <span key={part}>
          {at > 0 && <span className="separator">·</span>} {part}
        </span>
      ))}
    </p>
  );
}

function Tables({ view }: { view: ViewName }): ReactElement {
  return view === 'nodes' ? <NodesTable /> : <RaftTable />;
}

/** Mounts a D3 picture: fed with every frame, given animation frames while something moves. */
function Picture({ view }: { view: ViewName }): ReactElement {
  const place = useRef<HTMLDivElement>(null);
  const selected = usePage((state) => state.selected);
  const hovered = usePage((state) => state.hovered);
  const picture = useRef<ReturnType<NonNullable<(typeof PICTURES)[ViewName]>> | undefined>(undefined);
  useLayoutEffect(() => {
    let asked = 0;
    const wake = (): void => {
      asked ||= requestAnimationFrame(() => {
        asked = 0;
        if (drawn.frame(virtualNow())) wake();
      });
    };
    const now = (): number => virtualNow();
    const drawn = PICTURES[view]!(place.current!, { acts: viewActs, reducedMotion, now, wake });
    picture.current = drawn;
    const stopFeeding = feed({
      ...grip(drawn),
      update: (scene, diff) => {
        drawn.update(scene, diff);
        wake();
      },
    });
    const stopPace = page.subscribe((state, before) => {
      if (state.pace !== before.pace) wake();
    });
    return () => {
      cancelAnimationFrame(asked);
      stopPace();
      stopFeeding();
    };
  }, [view]);
  useEffect(() => {
    picture.current?.mark(selected, hovered);
  }, [selected, hovered]);
  return <div className="picture" ref={place} />;
}

/** The picture's own functions, bound: it may be an object with methods. */
function grip(view: NonNullable<ReturnType<NonNullable<(typeof PICTURES)[ViewName]>>>): typeof view {
  return {
    update: (scene, diff) => view.update(scene, diff),
    frame: (t) => view.frame(t),
    mark: (selected, hovered) => view.mark(selected, hovered),
    dispose: () => view.dispose(),
  };
}
