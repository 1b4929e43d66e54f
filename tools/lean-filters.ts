/** The filter library without what no shell here reaches: its own shell, and the commands that ours has better. */
import type { Plugin } from 'vite';
import { makeBash } from './lean-bash.mjs';

/** Commands of the library that stand in no table of shell/programs, and that `find -exec` does without. */
const UNREACHED = [
  ...['rg', 'html-to-markdown', 'curl', 'gzip', 'gunzip', 'zcat', 'bash', 'sh', 'history', 'help', 'sleep', 'timeout'],
  ...['alias', 'unalias', 'xargs', 'time', 'which', 'hostname', 'whoami', 'clear', 'date', 'ln', 'env', 'printenv'],
];

/** The name behind an export of the library, whose own names are short ones. */
function exported(code: string, name: string): string {
  const [, local] = new RegExp(`[{,]([\\w$]+) as ${name}[,}]`).exec(code) ?? [];
  if (local === undefined) throw new Error(`the filter library exports no ${name}`);
  return local;
}

/** The library's module as the page gets it. Throws when the library is not the one that this was written for. */
export function leanLibrary(code: string): string {
  let out = code;
  for (const name of UNREACHED) {
    const entry = new RegExp(`\\{name:"${name}",load:async\\(\\)=>\\(await [^{}]*?\\}[,\\]]`);
    const [found] = entry.exec(out) ?? [];
    if (found === undefined) throw new Error(`the filter library has no command ${name}`);
    out = out.replace(found, found.endsWith(']') ? ']' : '');
  }
  const [, registry] = /var ([\w$]+)=\[\{name:"echo",load:/.exec(out) ?? [];
  if (registry === undefined) throw new Error('the filter library keeps its commands elsewhere');
  const context = exported(out, 'createCommandContext');
  out = out.replace(/export\{[^}]*\};/, '');
  // Its module wrappers do nothing before they are called; its tables and lists of names do nothing at all.
  out = out.replace(/=(L\(\(\)=>\{|Jo\(\(|new Map\(\[|new Set\(\[)/g, '=/*@__PURE__*/$1');
  out = out.replace(/\(function\(\w\)\{\w\[\w\.Default=0\]/, '/*@__PURE__*/$&');
  out = out.replace(/=(\[\.\.\.[\w$]+\.keys\(\)\]\.sort\(\))/g, '=/*@__PURE__*/(()=>$1)()');
  // Makes Markdown of HTML, for one of the commands above.
  out = out.replace(/import ([\w$]+) from ?"turndown";/, 'const $1=undefined;');
  return `${out}\n${makeBash}\nconst LeanBash=/*@__PURE__*/makeBash(${registry},${context});export{LeanBash as Bash};`;
}

/** Makes the page's filters lean while it is built. */
export function leanFilters(): Plugin {
  return {
    name: 'lean-filters',
    apply: 'build',
    transform(code, id) {
      return id.includes('just-bash/dist/bundle/browser.js') ? { code: leanLibrary(code), map: null } : undefined;
    },
  };
}
