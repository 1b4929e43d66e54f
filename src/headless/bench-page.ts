/** The page's measures: its first prompt against a bare shell's, the latency of keys, and the bytes of its files. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Measure } from './bench-measure';
import { median } from './bench-measure';

/** What tools/bench-page.ts prints, milliseconds. */
interface PageFigures {
  readonly prompts: readonly { readonly ours: number; readonly bare: number }[];
  readonly echo: readonly number[];
  readonly list: readonly number[];
}

/** What tools/sizes.mjs prints a file group: bytes after brotli. */
interface Size {
  readonly name: string;
  readonly bytes: number;
  readonly budget?: number;
}

function output(args: readonly string[]): string {
  const { status, stdout } = spawnSync(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`);
  return stdout.toString();
}

/** Builds and measures once for all measures; anew when one is repeated. */
class PageRuns {
  private figures: PageFigures | undefined;
  private sizes: readonly Size[] | undefined;
  private readonly told = new Set<string>();

  of(name: string): PageFigures {
    if (this.told.has(name)) {
      this.told.clear();
      this.figures = undefined;
    }
    this.told.add(name);
    this.measure();
    return this.figures!;
  }

  bytes(): readonly Size[] {
    this.measure();
    return this.sizes!;
  }

  private measure(): void {
    if (this.figures) return;
    const dist = mkdtempSync(join(tmpdir(), 'bench-'));
    try {
      this.figures = JSON.parse(output(['--import', 'tsx', 'tools/bench-page.ts', dist])) as PageFigures;
      this.sizes = JSON.parse(output(['tools/sizes.mjs', '--json', dist])) as readonly Size[];
    } finally {
      rmSync(dist, { recursive: true, force: true });
    }
  }
}

function firstPrompt(page: PageRuns): Measure {
  const name = 'G11: first prompt, to a bare shell';
  let told = '';
  return {
    name,
    unit: 'times',
    bar: 1.5,
    runs: () => {
      const { prompts } = page.of(name);
      const [ours, bare] = [median(prompts.map((each) => each.ours)), median(prompts.map((each) => each.bare))];
      told = `${ours.toFixed(0)} ms, bare ${bare.toFixed(0)} ms`;
      return prompts.map((each) => each.ours / each.bare);
    },
    note: () => told,
  };
}

/** Budgets are exact: one figure. The measure of all sizes tells each file that comes later. */
function size(page: PageRuns, name: string, group: string, bar: number): Measure {
  let told = '';
  return {
    name,
    unit: 'kB',
    bar,
    runs: () => {
      const sizes = page.bytes();
      const later = sizes.filter((each) => each.name.startsWith('later: ') || each.budget === 300_000);
      if (group === 'all') told = later.map((each) => `${each.name} ${(each.bytes / 1000).toFixed(1)}`).join(', ');
      return [sizes.find((each) => each.name === group)!.bytes / 1000];
    },
    note: () => told,
  };
}

export function pageMeasures(): readonly Measure[] {
  const page = new PageRuns();
  const key = (name: string, which: 'echo' | 'list'): Measure => ({
    name,
    unit: 'ms',
    runs: () => page.of(name)[which],
  });
  return [
    firstPrompt(page),
    key('page: keystroke to echo', 'echo'),
    key('page: docker service ls, Enter to prompt', 'list'),
    size(page, 'G10: page, JS and CSS, brotli', 'first load, JS and CSS', 200),
    size(page, 'G10: engine worker, brotli', 'engine worker', 150),
    size(page, 'G10: all, brotli', 'all', 800),
  ];
}
