/** The two sides: our docker in a lab's shell, and the real docker command through the gateway of a lab of the same seed. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { docker } from '../../src/cli/index';
import { LabServer } from '../../src/headless/lab-server';
import { pump } from '../../src/headless/pump';
import { driveProcess } from '../../src/headless/real-driver';
import { tools } from '../../src/headless/tools';
import { Lab } from '../../src/lab/index';
import type { Block, Ran } from './script';

const SEED = 7;
const NODES = 5;
const MINUTE = 60_000_000;

interface Finished {
  readonly ran: Ran;
  readonly session: number;
}

/** Collects what scripts print and how they end. */
class Scripts {
  private stdout = '';
  private stderr = '';
  finished: Finished | undefined;

  readonly outputs = {
    terminal: (): void => {},
    prompt: (): void => {},
    line: (): void => {},
    act: (): void => {},
    script: (_session: number, stream: 'stdout' | 'stderr', data: string): void => {
      this[stream] += data;
    },
    scriptEnd: (session: number, status: number): void => {
      const text = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8');
      this.finished = { session, ran: { stdout: text(this.stdout), stderr: text(this.stderr), status } };
    },
  };

  /** Runs a script to its end, for at most `limit` of virtual time. */
  async run(lab: Lab, host: string, session: number, script: string, limit: number): Promise<Ran> {
    this.stdout = '';
    this.stderr = '';
    this.finished = undefined;
    const text = Buffer.from(`${script}\n`, 'utf8').toString('latin1');
    lab.submit({ kind: 'script', session, host, name: 'bash', text, args: [] });
    // One event at a time: no side may run on after the end of its script.
    await pump(lab, lab.now + limit, () => this.finished !== undefined, 1);
    if (!this.finished) throw new Error(`no end in ${limit / 1_000_000} s: ${script}`);
    return (this.finished as Finished).ran;
  }
}

export class OurSide {
  private readonly scripts = new Scripts();
  readonly lab: Lab;
  private session = 100;

  constructor(epoch: number) {
    this.lab = new Lab({ seed: SEED, epoch, shape: { nodes: NODES }, tools, outputs: this.scripts.outputs });
  }

  prepare(script: string): Promise<Ran> {
    return this.scripts.run(this.lab, 'node1', 1, script, 60 * 60 * MINUTE);
  }

  async run(block: Block): Promise<Ran> {
    if (block.wait > 0) await pump(this.lab, this.lab.now + block.wait * 1_000_000, () => false);
    if (block.script === '') return { stdout: '', stderr: '', status: 0 };
    return this.scripts.run(this.lab, block.host, this.session++, block.script, 10 * MINUTE);
  }
}

/** How fast the clock runs while the real command polls. */
const PACED_SPEED = 4;

export class RealSide {
  private readonly scripts = new Scripts();
  private readonly server: LabServer;
  private readonly home = mkdtempSync(join(tmpdir(), 'parity-'));

  constructor(
    private readonly docker: string,
    epoch: number,
  ) {
    this.server = new LabServer({
      seed: SEED,
      epoch,
      nodes: NODES,
      port: 0,
      speed: 0,
      outputs: this.scripts.outputs,
    });
  }

  prepare(script: string): Promise<Ran> {
    return this.scripts.run(this.server.lab, 'node1', 1, script, 60 * 60 * MINUTE);
  }

  start(): Promise<void> {
    return this.server.start();
  }

  async stop(): Promise<void> {
    await this.server.stop();
    rmSync(this.home, { recursive: true });
  }

  async run(block: Block): Promise<Ran> {
    const { lab } = this.server;
    if (block.wait > 0) await pump(lab, lab.now + block.wait * 1_000_000, () => false);
    if (block.script === '') return { stdout: '', stderr: '', status: 0 };
    if (block.marks.has('paced')) this.server.setSpeed(PACED_SPEED);
    try {
      return await this.bash(block);
    } finally {
      this.server.setSpeed(0);
    }
  }

  /** Our docker, driven over Node, in the place of the real one. */
  async runOurs(block: Block, argv: readonly string[]): Promise<Ran> {
    const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
    streams.stdin.end();
    const bytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
    const status = await driveProcess(
      docker(argv.map(bytes), new Map(Object.entries(this.environment(block))), '/'),
      streams,
    );
    const text = (stream: PassThrough): string => ((stream.read() as Buffer | null) ?? '').toString('utf8');
    return { stdout: text(streams.stdout), stderr: text(streams.stderr), status };
  }

  private environment(block: Block): Record<string, string> {
    return {
      PATH: `${this.docker}:/usr/bin:/bin`,
      HOME: this.home,
      TZ: 'UTC',
      DOCKER_HOST: `tcp://127.0.0.1:${this.server.ports.get(block.host)}`,
      DOCKER_CONFIG: this.home,
    };
  }

  private bash(block: Block): Promise<Ran> {
    const environment = this.environment(block);
    return new Promise((resolve) => {
      const options = { cwd: this.home, env: environment, timeout: 60_000, maxBuffer: 16 * 1024 * 1024 };
      const child = execFile('/bin/bash', ['-c', block.script], options, (error, stdout, stderr) => {
        const status = error ? (typeof error.code === 'number' ? error.code : 255) : 0;
        resolve({ stdout, stderr, status });
      });
      child.stdin?.end();
    });
  }
}
