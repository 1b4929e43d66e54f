/** What is said when nothing goes on. */
import { Download, RotateCcw } from 'lucide-react';
import type { ReactElement } from 'react';
import { saveJournal } from './lab';
import { usePage } from './store';
import { words } from './words';

export function FaultPanel(): ReactElement | null {
  const phase = usePage((state) => state.phase);
  const failure = usePage((state) => state.failure);
  if (phase !== 'failed') return null;
  return (
    <section className="fault" role="alert">
      <h2>{words.failedTitle}</h2>
      <p>{words.failedText}</p>
      <pre className="mono">{failure}</pre>
      <div className="fault-acts">
        <button type="button" className="button" onClick={saveJournal}>
          <Download size={16} aria-hidden="true" />
          {words.saveJournal}
        </button>
        <button type="button" className="tool-button" onClick={() => location.reload()}>
          <RotateCcw size={14} aria-hidden="true" />
          {words.startAnew}
        </button>
      </div>
    </section>
  );
}
