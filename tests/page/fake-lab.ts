/** Stands for the lab where the page is tested alone: five machines, and a shell that knows a few words. */
import type { Bytes } from '../../src/base/bytes';
import type { Json } from '../../src/base/json';
import { type MachineRecord, type SceneDiff, SceneRecorder, type TaskRecord } from '../../src/scene/index';
import type { AdvanceEnd, ConsoleOptions, LabConsole } from '../../src/worker/console';
import type { Journal } from '../../src/worker/protocol';

const SECOND = 1_000_000;

export class Console implements LabConsole {
  now: number;
  private readonly epoch: number;
  private readonly recorder: SceneRecorder;
  private readonly hosts = new Map<number, string>();
  private readonly lines = new Map<number, string>();
  private output: (readonly [number, Bytes])[] = [];
  private inputs: object[] = [];
  private events = 0;
  private messages = 0;
  private nextBeat: number;
  private swarm = false;
  private bright: MachineRecord[] = [];

  constructor(options: ConsoleOptions) {
    this.epoch = options.shape.epoch;
    this.now = this.epoch;
    this.nextBeat = this.epoch + SECOND;
    this.recorder = new SceneRecorder(this.now);
    this.recorder.put('world', { id: 'world', settled: true, lan: '192.168.0.0/24', shownFrom: '' });
    for (let index = 1; index <= options.shape.nodes; index++) {
      const name = `node${index}`;
      const machine: MachineRecord = {
        id: name,
        name,
        index,
        ip: `192.168.0.${10 + index}`,
        powered: true,
        poweredAt: this.epoch,
        segment: 0,
        docker: true,
        swarm: 'inactive',
        nodeId: '',
        memory: 8 * 2 ** 30,
        cpus: 4,
      };
      this.bright.push(machine);
      this.recorder.put('machine', machine);
    }
    for (const input of options.journal?.inputs ?? []) this.replay(input as Record<string, unknown>);
  }

  open(host: string): number {
    const session = this.hosts.size + 1;
    this.hosts.set(session, host);
    this.lines.set(session, '');
    this.stamp({ kind: 'open', session, host });
    this.recorder.put('session', { id: String(session), host, running: '', since: this.now });
    this.prompt(session);
    return session;
  }

  keys(session: number, bytes: Bytes): void {
    for (const key of bytes) this.key(session, key);
  }

  private key(session: number, key: string): void {
    const line = this.lines.get(session) ?? '';
    if (key === '\r') {
      this.print(session, '\r\n');
      this.lines.set(session, '');
      this.stamp({ kind: 'line', session, text: line });
      this.run(session, line.trim());
      this.prompt(session);
    } else if (key === '\u007f') {
      if (line === '') return;
      this.lines.set(session, line.slice(0, -1));
      this.print(session, '\b \b');
    } else if (key === '\u0003') {
      this.lines.set(session, '');
      this.print(session, '^C\r\n');
      this.prompt(session);
    } else if (key >= ' ') {
      this.lines.set(session, line + key);
      this.print(session, key);
    }
  }

  resize(): void {}

  close(session: number): void {
    this.hosts.delete(session);
    this.recorder.remove('session', String(session));
  }

  lab(args: readonly string[], session: number | undefined): void {
    this.stamp({ kind: 'lab', args });
    if (session !== undefined) this.print(session, `\r\u001b[J\u001b[2mlab ${args.join(' ')}\u001b[22m\r\n`);
    this.act(args);
    if (session !== undefined) this.prompt(session);
  }

  advance(until: number): AdvanceEnd {
    while (this.nextBeat <= until) {
      this.now = this.nextBeat;
      this.beat();
      this.nextBeat += SECOND;
    }
    this.now = until;
    return 'reached';
  }

  takeOutput(): readonly (readonly [number, Bytes])[] {
    const { output } = this;
    this.output = [];
    return output;
  }

  takeDiff(): SceneDiff | undefined {
    return this.recorder.take(this.now);
  }

  settled(): boolean {
    return this.now >= this.epoch + 20 * SECOND;
  }

  watchControl(): void {}

  pendingFilter(): undefined {
    return undefined;
  }

  resolveFilter(): void {}

  inspect(table: string, id: string): Json {
    return { table, id };
  }

  journal(): Journal {
    return { inputs: this.inputs, end: this.now - this.epoch };
  }

  inputsSince(count: number): readonly object[] {
    return this.inputs.slice(count);
  }

  digest(): string {
    return String(this.inputs.length);
  }

  private replay(input: Record<string, unknown>): void {
    if (input['kind'] === 'open') this.open(input['host'] as string);
    else if (input['kind'] === 'line') this.keys(input['session'] as number, `${input['text'] as string}\r`);
    else if (input['kind'] === 'lab') this.lab(input['args'] as string[], undefined);
  }

  private stamp(input: object): void {
    this.inputs.push({ ...input, at: this.now - this.epoch });
  }

  private print(session: number, bytes: Bytes): void {
    this.output.push([session, bytes]);
  }

  private prompt(session: number): void {
    this.print(session, `\u001b[90m${this.hosts.get(session)}:~$ \u001b[0m`);
  }

  private run(session: number, line: string): void {
    if (line === '') return;
    this.tick('you', 'command', line);
    if (line === 'docker swarm init') {
      this.form();
      this.print(session, 'Swarm initialized: current node (i5i7uz2vfgan0nu4df8mye320) is now a manager.\r\n');
    } else if (line === 'crash') throw new Error('the fake lab was asked to fail');
    else if (line === 'elect') this.elect();
    else if (line.startsWith('docker service create')) {
      this.serve();
      this.print(session, 'verify: Service converged\r\n');
    } else if (line.startsWith('lab ')) this.act(line.slice(4).split(' '));
    else if (line === 'ruler') this.print(session, `${'1234567890'.repeat(9)}1234567\r\n`);
    else if (line === 'flood') this.print(session, 'a line of some length, again and again\r\n'.repeat(20_000));
    else this.print(session, `bash: ${line.split(' ')[0]}: command not found\r\n`);
  }

  private act([verb, name = '', ...rest]: readonly string[]): void {
    const machine = this.bright.find((one) => one.name === name);
    if ((verb === 'kill' || verb === 'start') && machine !== undefined) {
      const powered = verb === 'start';
      this.change({ ...machine, powered, poweredAt: this.now, docker: powered });
      this.tick('world', 'power', `${name} powered ${powered ? 'on' : 'off'}`);
      const node = this.recorder.get('node', machine.nodeId);
      if (node !== undefined) {
        this.recorder.put('node', { ...node, state: powered ? 'ready' : 'down' });
        this.tick('swarm', 'node', `${name} ${powered ? 'ready' : 'down'}`);
      }
    } else if (verb === 'partition') {
      const left = new Set(name.split(','));
      for (const one of this.bright) this.change({ ...one, segment: left.has(one.name) ? 1 : 2 });
      this.tick('world', 'cable', `partition ${name} ${rest.join(' ')}`);
    } else if (verb === 'heal') for (const one of this.bright) this.change({ ...one, segment: 0 });
  }

  private change(machine: MachineRecord): void {
    this.bright = this.bright.map((one) => (one.name === machine.name ? machine : one));
    this.recorder.put('machine', machine);
  }

  private tick(
    lane: 'you' | 'swarm' | 'world',
    kind: 'command' | 'task' | 'node' | 'power' | 'cable' | 'election',
    text: string,
  ): void {
    const id = String(++this.events);
    this.recorder.put('event', { id, at: this.now, lane, kind, text, important: lane !== 'you' && kind !== 'task' });
  }

  private form(): void {
    this.swarm = true;
    for (const [at, one] of this.bright.entries()) {
      const nodeId = `${one.name}${'abcdefghijklmnopqrst'.slice(0, 20)}`;
      this.change({ ...one, swarm: 'active', nodeId });
      this.recorder.put('node', {
        id: nodeId,
        hostname: one.name,
        machine: one.name,
        role: at < 3 ? 'manager' : 'worker',
        desiredRole: at < 3 ? 'manager' : 'worker',
        availability: 'active',
        state: 'ready',
        message: '',
        addr: one.ip,
        leader: at === 0,
        reachability: at < 3 ? 'reachable' : '',
        labels: [],
        engine: '28.2.2',
        heartbeatAt: this.now,
        heartbeatDeadline: this.now + 15 * SECOND,
        createdAt: this.now,
      });
      if (at < 3) this.member(one.name, nodeId, at === 0 ? 'leader' : 'follower', 2, 'node1', 14);
    }
  }

  private member(
    machine: string,
    nodeId: string,
    role: 'leader' | 'follower' | 'candidate',
    term: number,
    lead: string,
    lastIndex: number,
  ): void {
    this.recorder.put('member', {
      id: machine,
      machine,
      nodeId,
      role,
      term,
      vote: role === 'candidate' ? machine : lead,
      lead,
      commit: 12,
      applied: 12,
      firstIndex: 1,
      lastIndex,
      lastTerm: 2,
      log: Array.from({ length: 10 }, (_, at) => ({ index: lastIndex - 9 + at, term: at < 2 ? 1 : 2 })),
      voters: ['node1', 'node2', 'node3'],
      votes:
        role === 'candidate'
          ? [
              { from: machine, answer: 'granted' },
              { from: 'node3', answer: 'awaited' },
            ]
          : [],
      electionStart: role === 'leader' ? 0 : this.now,
      electionDeadline: role === 'leader' ? 0 : this.now + 14 * SECOND,
      peers: [],
      digest: 'ab12',
    });
  }

  private elect(): void {
    this.act(['kill', 'node1']);
    const id = (name: string): string => this.bright.find((one) => one.name === name)!.nodeId;
    this.member('node2', id('node2'), 'candidate', 3, '', 13);
    this.member('node3', id('node3'), 'follower', 3, '', 13);
    this.tick('swarm', 'election', 'election, term 3');
  }

  private serve(): void {
    const services = ['web', 'redis', 'db', 'vote', 'result', 'cache'];
    for (const [order, name] of services.entries()) {
      const desired = order === 0 ? 5 : 2;
      const id = `service${order}`;
      this.recorder.put('service', {
        id,
        name,
        stack: '',
        image: order === 0 ? 'nginx:latest' : `${name}:latest`,
        mode: 'replicated',
        running: order === 3 ? 1 : desired,
        desired,
        ports: order === 0 ? [{ published: 8080, target: 80, protocol: 'tcp', mode: 'ingress' }] : [],
        updateState: order === 4 ? 'updating' : '',
        updateMessage: '',
        updateParallelism: 1,
        updateDelay: 0,
        order,
        createdAt: this.now,
      });
      for (let slot = 1; slot <= desired; slot++) this.task(id, order, slot);
    }
    this.tick('swarm', 'task', 'tasks');
  }

  private task(serviceId: string, order: number, slot: number): void {
    const states = ['running', 'running', 'running', 'pending', 'preparing', 'failed'] as const;
    const state = slot === 2 ? states[order % 6]! : 'running';
    const machine = this.bright[(order + slot) % this.bright.length]!;
    const task: TaskRecord = {
      id: `task-${order}-${slot}`,
      serviceId,
      slot,
      nodeId: state === 'pending' ? '' : machine.nodeId,
      image: 'nginx:latest',
      state,
      desiredState: 'running',
      message: state,
      err: state === 'pending' ? 'no suitable node (scheduling constraints not satisfied on 5 nodes)' : '',
      createdAt: this.now,
      stateAt: this.now,
      containerId: '',
      exitCode: 0,
    };
    this.recorder.put('task', task);
  }

  /** A heartbeat: messages that come and go. */
  private beat(): void {
    if (!this.swarm) return;
    for (const one of [...this.recorder.list('message')]) this.recorder.remove('message', one.id);
    for (const to of ['node2', 'node3']) {
      this.recorder.put('message', {
        id: String(++this.messages),
        kind: 'raft',
        from: 'node1',
        to,
        what: 'MsgHeartbeat',
        reply: false,
        refused: false,
        term: 2,
        entries: 0,
        sentAt: this.now,
        arrivesAt: this.now + 250,
        lost: false,
        why: '',
      });
    }
  }
}

/**
 * This lab makes no certificates.
 * @public taken by the worker in place of the real one
 */
export function provideCurve(): void {}

/**
 * Nor does it answer the Engine API.
 * @public taken by the worker in place of the real one
 */
export function provideApi(): void {}
