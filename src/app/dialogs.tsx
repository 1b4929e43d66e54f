/** The list of keys. */
import { X } from 'lucide-react';
import { type ReactElement, useEffect, useRef } from 'react';
import { setSettings } from './lab';
import { PAGE_KEYS } from './page-keys';
import { page, usePage } from './store';
import { words } from './words';

export function KeysDialog(): ReactElement | null {
  const shown = usePage((state) => state.keysShown);
  const settings = usePage((state) => state.settings);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (shown) dialog.current?.showModal();
  }, [shown]);
  if (!shown) return null;
  const close = (): void => page.setState({ keysShown: false });
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby="keys-title" onClose={close}>
      <header>
        <h2 id="keys-title">{words.shortcuts}</h2>
        <button type="button" className="icon-button" aria-label={words.close} onClick={close}>
          <X size={16} />
        </button>
      </header>
      <p>{words.keysIntro}</p>
      <dl>
        {PAGE_KEYS.map((key) => (
          <div key={key.code}>
            <dt>
              {key.withAlt && <kbd>Alt</kbd>} <kbd>{key.label}</kbd>
            </dt>
            <dd>{key.words}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>Ctrl</kbd> <kbd>M</kbd>
          </dt>
          <dd>{words.hintLeave}</dd>
        </div>
      </dl>
      <label>
        <input
          type="checkbox"
          checked={settings.singleKeys}
          onChange={(event) => setSettings({ singleKeys: event.target.checked })}
        />
        {words.singleKeys}
      </label>
      <label>
        <input
          type="checkbox"
          checked={settings.screenReader}
          onChange={(event) => setSettings({ screenReader: event.target.checked })}
        />
        {words.screenReader}
      </label>
    </dialog>
  );
}
