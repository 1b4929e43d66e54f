/** The tabs over the terminal: one a session, in host order; beyond twelve hosts a list that can be searched. */
import { Maximize2, Minimize2, Plus, X } from 'lucide-react';
import { type KeyboardEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import { copyText } from './clipboard';
import { Glyph, Logo, RoleBadge } from './glyphs';
import { dotOf, type Host, hostsOf, type Role, roleOf } from './hosts';
import { closeSession, notice, openSession, showHost, showSession } from './lab';
import { type PageSession, page, usePage } from './store';
import { words } from './words';

const TABS_MAX = 12;

interface Tab {
  readonly host: Host;
  /** Undefined for a host without a session yet. */
  readonly session: PageSession | undefined;
}

export function HostTabs(): ReactElement {
  const scene = usePage((state) => state.scene);
  const shape = usePage((state) => state.shape);
  const sessions = usePage((state) => state.sessions);
  const shown = usePage((state) => state.session);
  const shownHost = usePage((state) => state.host);
  const hosts = hostsOf(scene, shape);
  const listed =
    hosts.length <= TABS_MAX ? hosts : hosts.filter((host) => host.name === shownHost || has(sessions, host));
  const tabs = listed.flatMap((host): Tab[] => {
    const own = sessions.filter((session) => session.host === host.name);
    return own.length === 0 ? [{ host, session: undefined }] : own.map((session) => ({ host, session }));
  });
  return (
    <header className="host-bar bar">
      <span className="logo">
        <Logo />
      </span>
      {hosts.length > TABS_MAX && <HostSearch hosts={hosts} />}
      <div className="host-tabs" role="tablist" aria-label={words.hosts} onKeyDown={moveFocus}>
        {tabs.map((tab) => (
          <HostTab key={tab.session?.name ?? tab.host.name} tab={tab} selected={isShown(tab, shown, shownHost)} />
        ))}
      </div>
      {tabs.some((tab) => (tab.session?.number ?? 1) > 1 && tab.session?.name === shown) && (
        <button
          type="button"
          className="icon-button"
          title={words.closeSession}
          aria-label={words.closeSession}
          onClick={() => closeSession(sessions.find((session) => session.name === shown)!)}
        >
          <X size={16} />
        </button>
      )}
      <button
        type="button"
        className="icon-button"
        title={words.newSession(shownHost)}
        aria-label={words.newSession(shownHost)}
        disabled={sessions.length === 0}
        onClick={() => showSession(openSession(shownHost))}
      >
        <Plus size={16} />
      </button>
      <span className="space" />
      <FullButton pane="terminal" />
    </header>
  );
}

function has(sessions: readonly PageSession[], host: Host): boolean {
  return sessions.some((session) => session.host === host.name);
}

function isShown(tab: Tab, shown: string | undefined, shownHost: string): boolean {
  return tab.session === undefined ? tab.host.name === shownHost : tab.session.name === shown;
}

function HostTab({ tab, selected }: { tab: Tab; selected: boolean }): ReactElement {
  const { host, session } = tab;
  const role = roleOf(host);
  const dot = dotOf(host);
  const extra = session !== undefined && session.number > 1;
  const self = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (selected) self.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [selected]);
  const label = `${host.name}${extra ? ` ${session.number}` : ''}, ${host.ip}, ${describe(role, dot)}`;
  return (
    <button
      ref={self}
      type="button"
      role="tab"
      id={`tab-${session?.name ?? host.name}`}
      className={`host-tab${extra ? ' extra' : ''}${dot === 'failed' ? ' down' : ''}`}
      aria-selected={selected}
      aria-controls="terminal"
      aria-label={label}
      tabIndex={selected ? 0 : -1}
      onClick={() => (session === undefined ? showHost(host.name) : showSession(session))}
      title={extra ? words.terminalOf(host.name, session.number) : undefined}
    >
      <Glyph of={dot === 'failed' ? 'failed' : dot} size={12} />
      <span className="host-words">
        <span className="host-name">
          {extra ? `${host.name} · ${session.number}` : host.name}
          <RoleBadge role={role} />
        </span>
        {!extra && <Address ip={host.ip} />}
      </span>
    </button>
  );
}

export function FullButton({ pane }: { pane: 'terminal' | 'view' }): ReactElement {
  const full = usePage((state) => state.full) === pane;
  const label = full ? words.leaveFullScreen : words.fullScreen;
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={label}
      title={`${label} (Alt+Enter)`}
      onClick={() => page.setState({ full: full ? 'none' : pane })}
    >
      {full ? <Minimize2 size={14} /> : <Maximize2 size={14} />}
    </button>
  );
}

/** The address, copied by a click. */
function Address({ ip }: { ip: string }): ReactElement {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: by keys the address is read in the terminal (hostname -I)
    // biome-ignore lint/a11y/noStaticElementInteractions: a tab holds no button; this is a shortcut of the mouse
    <span
      className="host-ip mono"
      title={words.copyAddress(ip)}
      onClick={() => copyText(ip) && notice(words.copied(ip))}
    >
      {ip}
    </span>
  );
}

export function describe(role: Role, dot: ReturnType<typeof dotOf>): string {
  const what = { leader: words.leader, manager: words.manager, worker: words.worker, none: words.noSwarmYet }[role];
  const how = {
    running: words.machineOn,
    failed: words.machineOff,
    progress: words.dockerStopped,
    stopped: words.starting,
  };
  return `${what}, ${how[dot]}`;
}

/** Arrows move between tabs, as in every list of tabs. */
export function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (step === undefined) return;
  const tabs = [...event.currentTarget.querySelectorAll<HTMLElement>('[role=tab]')];
  const at = tabs.indexOf(document.activeElement as HTMLElement);
  const next = tabs[(at + step + tabs.length) % tabs.length];
  if (at < 0 || next === undefined) return;
  event.preventDefault();
  next.focus();
  next.click();
  next.focus();
}

function HostSearch({ hosts }: { hosts: readonly Host[] }): ReactElement {
  const [text, setText] = useState('');
  return (
    <form
      className="host-search"
      onSubmit={(event) => {
        event.preventDefault();
        const found = hosts.find((host) => host.name === text) ?? hosts.find((host) => host.name.includes(text));
        if (found === undefined) return;
        setText('');
        showHost(found.name);
      }}
    >
      <input
        type="search"
        list="host-names"
        placeholder={words.findHost}
        aria-label={words.findHost}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <datalist id="host-names">
        {hosts.map((host) => (
          <option key={host.name} value={host.name} />
        ))}
      </datalist>
    </form>
  );
}
