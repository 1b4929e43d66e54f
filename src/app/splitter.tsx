/** The bar between terminal and view: drags, moves by arrows, and goes back to its place by a double click. */
import type { KeyboardEvent, PointerEvent, ReactElement } from 'react';
import { setSettings } from './lab';
import { useLayout } from './layout';
import { usePage } from './store';
import { words } from './words';

export function Splitter(): ReactElement {
  const layout = useLayout();
  const wide = layout === 'wide';
  const key = wide ? 'splitWide' : 'splitStacked';
  const share = usePage((state) => state.settings[key]);
  const drag = (event: PointerEvent<HTMLDivElement>): void => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const box = event.currentTarget.parentElement!.getBoundingClientRect();
    const at = wide ? (event.clientX - box.left) / box.width : (event.clientY - box.top) / box.height;
    setSettings({ [key]: Math.min(800, Math.max(200, Math.round(at * 1000))) });
  };
  const press = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: -20, ArrowUp: -20, ArrowRight: 20, ArrowDown: 20 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    setSettings({ [key]: Math.min(800, Math.max(200, (share || 500) + by)) });
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator with a value is a widget, a rule is none
    <div
      className="splitter"
      role="separator"
      tabIndex={0}
      aria-label={words.resize}
      aria-orientation={wide ? 'vertical' : 'horizontal'}
      aria-valuemin={200}
      aria-valuemax={800}
      aria-valuenow={share || 500}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={drag}
      onKeyDown={press}
      onDoubleClick={() => setSettings({ [key]: 0 })}
    />
  );
}
