/**
 * Everything around the terminal: tabs, views, the time strip, dialogs. Fetched beside the terminal's own code and
 * drawn once the first prompt stands; the grid of app.css keeps every place free meanwhile, so that nothing moves.
 */
import type { ReactElement } from 'react';
import { Announcer } from './announcer';
import { KeysDialog } from './dialogs';
import { HostTabs } from './host-tabs';
import type { Layout } from './layout';
import { KeyBar, Peek, PhoneHead, PhoneTabs } from './phone';
import { Splitter } from './splitter';
import { usePage } from './store';
import { OutputLog } from './terminal-pane';
import { TimeStrip } from './time-strip';
import { ViewPane, ViewTabs } from './view-pane';

/** Before the terminal in the order of the page, after it, or over everything. */
export default function Around({ part, layout }: { part: 'before' | 'after' | 'over'; layout: Layout }): ReactElement {
  if (part === 'over') return <Over />;
  return part === 'before' ? <Before layout={layout} /> : <After layout={layout} />;
}

function Before({ layout }: { layout: Layout }): ReactElement {
  if (layout !== 'phone') return <HostTabs />;
  return (
    <>
      <PhoneHead />
      <Peek />
    </>
  );
}

function After({ layout }: { layout: Layout }): ReactElement {
  const pane = usePage((state) => state.pane);
  if (layout === 'phone')
    return (
      <>
        {pane === 'terminal' && <KeyBar />}
        <ViewPane />
        <TimeStrip />
        <PhoneTabs />
      </>
    );
  return (
    <>
      <Splitter />
      <ViewTabs />
      <ViewPane />
      <TimeStrip />
    </>
  );
}

/** What lies over the page or is only heard. */
function Over(): ReactElement {
  return (
    <>
      <KeysDialog />
      <Announcer />
      <OutputLog />
    </>
  );
}
