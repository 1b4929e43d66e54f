/** The page as a whole, in its three layouts. */
import { Component, type CSSProperties, type ReactElement, type ReactNode, useEffect, useLayoutEffect } from 'react';
import { Announcer } from './announcer';
import { FaultPanel, KeysDialog } from './dialogs';
import { HostTabs } from './host-tabs';
import { showHost } from './lab';
import { useLayout } from './layout';
import { KeyBar, Peek, PhoneHead, PhoneTabs } from './phone';
import { followKeys } from './shortcuts';
import { Splitter } from './splitter';
import { page, usePage } from './store';
import { OutputLog, TerminalPane } from './terminal-pane';
import { TimeStrip } from './time-strip';
import { ViewPane, ViewTabs } from './view-pane';
import { words } from './words';

export function App(): ReactElement {
  const layout = useLayout();
  const full = usePage((state) => state.full);
  const pane = usePage((state) => state.pane);
  const { splitWide, splitStacked } = usePage((state) => state.settings);
  useEffect(followKeys, []);
  // Before the first paint, and after the terminals have their place: the engine makes the prompt meanwhile.
  useLayoutEffect(() => showHost(page.getState().host), []);
  const share = layout === 'wide' ? splitWide : splitStacked;
  const style = (share === 0 ? {} : { '--split': `${share / 10}%` }) as CSSProperties;
  return (
    <Catch>
      <main className="app" data-layout={layout} data-full={full} data-pane={pane} style={style}>
        <h1 className="hidden">{words.title}</h1>
        {layout === 'phone' ? <PhoneHead /> : <HostTabs />}
        {layout === 'phone' && <Peek />}
        <div className="terminal-area">
          <TerminalPane />
        </div>
        {layout === 'phone' ? pane === 'terminal' && <KeyBar /> : <Splitter />}
        {layout !== 'phone' && <ViewTabs />}
        <ViewPane />
        <TimeStrip />
        {layout === 'phone' && <PhoneTabs />}
      </main>
      <FaultPanel />
      <KeysDialog />
      <Announcer />
      <OutputLog />
    </Catch>
  );
}

/** A fault in the page is shown as one in the engine is. */
class Catch extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override componentDidCatch(error: unknown): void {
    page.setState({ phase: 'failed', failure: String(error) });
  }

  override render(): ReactNode {
    return this.state.failed ? <FaultPanel /> : this.props.children;
  }
}
