import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { leanFilters } from './tools/lean-filters.ts';

/** The built page's policy. The hash is that of an empty style: xterm makes one before its rules go to a sheet. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
  "connect-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Puts the policy first in the head; has the worker, the first screen's fonts and what is around the terminal loaded early. */
function policy(): Plugin {
  return {
    name: 'content-security-policy',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (html, { bundle }) => {
        const files = Object.keys(bundle ?? {});
        const worker = files.find((file) => /\/main-[^/]*\.js$/.test(file));
        if (worker === undefined) throw new Error('the engine worker is not where the page expects it');
        const fonts = files.filter((file) => file.endsWith('.woff2'));
        const around = files.filter((file) => /\/around-[^/]*\.js$/.test(file));
        return {
          html: html.replace('src="./early.js"', `src="./early.js" data-worker="./${worker}"`),
          tags: [
            {
              tag: 'meta',
              attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY },
              injectTo: 'head-prepend',
            },
            ...around.map((file) => ({
              tag: 'link',
              attrs: { rel: 'preload', as: 'script', crossorigin: '', href: `./${file}` },
              injectTo: 'head' as const,
            })),
            ...fonts.map((file) => ({
              tag: 'link',
              attrs: { rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: '', href: `./${file}` },
              injectTo: 'head' as const,
            })),
          ],
        };
      },
    },
  };
}

/** The engine's rooms and what they are made with. The Engine API comes later, with docker. */
const ENGINE =
  /\/src\/(base|sim|raft|scene|api|host|swarm|daemon\/(?!routes|convert|router|cluster\/(filters|gossip-view|listen-addr|network-filters|validate-ipam))|lab|worker\/(engine|pacer))\b|\/node_modules\/(@noble\/hashes|pure-rand)\//;

export default defineConfig({
  base: './',
  plugins: [react(), policy()],
  worker: {
    format: 'es',
    plugins: () => [leanFilters()],
    // The engine in one piece, beside the shell: both are fetched at once by a worker that is next to nothing itself.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'engine', test: ENGINE }] } } },
  },
  // Filters bring a compression library for files that no filter here writes.
  resolve: { alias: { 'node:zlib': new URL('./tools/no-zlib.ts', import.meta.url).pathname } },
  build: { target: 'es2023', assetsInlineLimit: 0, chunkSizeWarningLimit: 1500, modulePreload: { polyfill: false } },
  // What the worker needs is found before the page is served: found later, it would load the page anew under one's hands.
  optimizeDeps: { entries: ['index.html', 'src/worker/main.ts'] },
  server: { host: '127.0.0.1' },
});
