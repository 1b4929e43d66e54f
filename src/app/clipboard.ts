/**
 * Copy and paste as a person expects them of a terminal in a page: Ctrl+C copies what is selected, else interrupts;
 * Ctrl+V, Shift+Insert, Cmd+V, the middle and the right button paste. The browser's own events carry the text, so
 * that it works over plain HTTP too, where the Clipboard API is shut.
 */
import type { Terminal } from '@xterm/xterm';

/** What was copied last in this page: pasted by mouse where the browser does not let one read its clipboard. */
let lastCopied = '';

const LINUX = /Linux|X11/.test(navigator.userAgent) && !/Android/.test(navigator.userAgent);

export function attachClipboard(element: HTMLElement, terminal: Terminal): void {
  element.addEventListener('keydown', (event) => onKey(event, terminal), { capture: true });
  element.addEventListener('copy', () => {
    if (terminal.hasSelection()) lastCopied = terminal.getSelection();
  });
  element.addEventListener('contextmenu', (event) => {
    // With a selection, or Shift held, the browser's own menu: it can copy.
    if (event.shiftKey || terminal.hasSelection()) return;
    event.preventDefault();
    void pasteByMouse(terminal);
  });
  element.addEventListener('auxclick', (event) => {
    // On Linux the browser pastes the primary selection by itself.
    if (event.button !== 1 || LINUX) return;
    event.preventDefault();
    void pasteByMouse(terminal);
  });
  terminal.onSelectionChange(() => {
    if (terminal.hasSelection()) element.dataset['selected'] = '';
    else delete element.dataset['selected'];
  });
}

/** Keys that the browser is to handle do not reach xterm; it then fires copy or paste at the terminal's field. */
function onKey(event: KeyboardEvent, terminal: Terminal): void {
  const control = event.ctrlKey && !event.altKey && !event.metaKey;
  const command = event.metaKey && !event.ctrlKey && !event.altKey;
  const key = event.key.toLowerCase();
  if (key === 'c' && (control || command)) {
    if (!terminal.hasSelection()) {
      if (control && event.shiftKey) stop(event);
      return;
    }
    stop(event);
    copySelection(terminal);
  } else if (key === 'insert' && control && terminal.hasSelection()) {
    stop(event);
    copySelection(terminal);
  } else if ((key === 'v' && (control || command)) || (key === 'insert' && event.shiftKey && !control)) {
    // Left to the browser: its paste event goes to xterm.
    event.stopPropagation();
  }
}

function stop(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}

/** By a copy event, which xterm answers with its selection; it needs no permission. */
function copySelection(terminal: Terminal): void {
  lastCopied = terminal.getSelection();
  const put = (event: ClipboardEvent): void => {
    event.clipboardData?.setData('text/plain', lastCopied);
    stop(event);
  };
  document.addEventListener('copy', put, { capture: true, once: true });
  const done = document.execCommand('copy');
  document.removeEventListener('copy', put, { capture: true });
  if (!done) void navigator.clipboard?.writeText(lastCopied).catch(() => undefined);
  terminal.clearSelection();
}

async function pasteByMouse(terminal: Terminal): Promise<void> {
  let text = lastCopied;
  try {
    if (navigator.clipboard?.readText !== undefined) text = await navigator.clipboard.readText();
  } catch {
    // Not allowed here: what was copied in this page has to do.
  }
  if (text !== '') terminal.paste(text);
  terminal.focus();
}

/** Copies a text that is no selection of a terminal (an address, a command): whether it worked. */
export function copyText(text: string): boolean {
  lastCopied = text;
  let done = false;
  const put = (event: ClipboardEvent): void => {
    event.clipboardData?.setData('text/plain', text);
    stop(event);
    done = true;
  };
  document.addEventListener('copy', put, { capture: true, once: true });
  document.execCommand('copy');
  document.removeEventListener('copy', put, { capture: true });
  if (!done && navigator.clipboard !== undefined) {
    void navigator.clipboard.writeText(text).catch(() => undefined);
    done = true;
  }
  return done;
}
