/**
 * app: the page. React for the frame around, xterm for terminals, pictures from views, one store.
 *
 * Invariants: the engine is behind worker/link and never entered here; text changes as soon as a frame comes, motion
 * explains afterwards; colour belongs to states and services, never to chrome; every act on the world shows its line
 * in the terminal; every word that is ours is in words.ts.
 *
 * Deliberately absent: rules of Docker, what a state means (scene says), drawing of pictures (views).
 *
 * Start reading at lab.ts (the hold on the engine), then store.ts, then app.tsx; around.tsx is what comes behind the
 * first prompt. Terminals live outside React, in terminals.ts. style-sheets.ts explains how xterm lives with the page's
 * policy.
 */
import './fonts.css';
import './tokens.css';
import '@xterm/xterm/css/xterm.css';
import './app.css';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app';
import { digest, followVisibility, guardLeaving, journal, startLab, terminals } from './lab';
import { page } from './store';
import { stylesAsProperties } from './style-sheets';
import { followTheme } from './theme';
import { awaitFaces, loadFaces, MONO, TEXT } from './typefaces';
import { words } from './words';

/** What the page cannot do without. */
function missing(): string {
  if (typeof Worker === 'undefined') return 'Worker';
  if (!('adoptedStyleSheets' in document)) return 'adoptedStyleSheets';
  return typeof structuredClone === 'undefined' ? 'structuredClone' : '';
}

function begin(): void {
  const lacking = missing();
  if (lacking !== '') {
    document.body.textContent = words.missing(lacking);
    return;
  }
  startLab();
  stylesAsProperties();
  followTheme();
  followVisibility();
  guardLeaving();
  void awaitFaces(MONO).then(() => createRoot(document.getElementById('app')!).render(createElement(App)));
  void loadFaces([...MONO, ...TEXT]).then(() => terminals.fontsChanged());
  // For tests and the curious.
  Object.assign(globalThis, { playground: { page, terminals, digest, journal } });
}

begin();
