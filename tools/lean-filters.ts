/** The filter library without the commands that no shell here runs: a third of its bytes nobody could reach. */
import type { Plugin } from 'vite';

/** Commands of just-bash that stand in no table of shell/programs, the larger ones. */
const UNREACHED = [
  'rg',
  'html-to-markdown',
  'curl',
  'gzip',
  'gunzip',
  'zcat',
  'bash',
  'sh',
  'history',
  'help',
  'sleep',
  'timeout',
];

/** Takes the commands out of the library's registry, and lets the bundler drop what only they used. */
export function leanFilters(): Plugin {
  return {
    name: 'lean-filters',
    apply: 'build',
    transform(code, id) {
      if (!id.includes('just-bash/dist/bundle/browser.js')) return undefined;
      let out = code;
      for (const name of UNREACHED) {
        const entry = new RegExp(`\\{name:"${name}",load:async\\(\\)=>\\(await [^{}]*?\\}[,\\]]`);
        const [found] = entry.exec(out) ?? [];
        if (found === undefined) throw new Error(`the filter library has no command ${name}`);
        out = out.replace(found, found.endsWith(']') ? ']' : '');
      }
      // Its module wrappers do nothing before they are called.
      out = out.replace(/=L\(\(\)=>\{/g, '=/*@__PURE__*/L(()=>{').replace(/=Jo\(\(/g, '=/*@__PURE__*/Jo((');
      return { code: out, map: null };
    },
  };
}
