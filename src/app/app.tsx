/** The page as a whole, in its three layouts: the terminal first, what is around it behind the first prompt. */
import { Component, type CSSProperties, lazy, type ReactElement, type ReactNode, Suspense, useEffect } from 'react';
import { FaultPanel } from './fault';
import { useLayout } from './layout';
import { followKeys } from './shortcuts';
import { page, usePage } from './store';
import { TerminalPane } from './terminal-pane';
import { awaitFaces, TEXT } from './typefaces';
import { words } from './words';

const Around = lazy(async () => {
  const [parts] = await Promise.all([import('./around'), awaitFaces(TEXT)]);
  return parts;
});

export function App(): ReactElement {
  const layout = useLayout();
  const full = usePage((state) => state.full);
  const pane = usePage((state) => state.pane);
  const prompted = usePage((state) => state.prompted);
  const { splitWide, splitStacked } = usePage((state) => state.settings);
  useEffect(followKeys, []);
  const share = layout === 'wide' ? splitWide : splitStacked;
  const style = (share === 0 ? {} : { '--split': `${share / 10}%` }) as CSSProperties;
  return (
    <Catch>
      <main className="app" data-layout={layout} data-full={full} data-pane={pane} style={style}>
        <h1 className="hidden">{words.title}</h1>
        <Suspense>{prompted && <Around part="before" layout={layout} />}</Suspense>
        <div className="terminal-area">
          <TerminalPane />
        </div>
        <Suspense>{prompted && <Around part="after" layout={layout} />}</Suspense>
      </main>
      <FaultPanel />
      <Suspense>{prompted && <Around part="over" layout={layout} />}</Suspense>
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
