/** Hundreds of tasks: dots, thousands: bars, on a canvas over the cards. State is the colour, counts stand in the card. */
import type { StateClass } from '../scene/index';
import type { Density, HostModel, Tile } from './nodes-types';

const KINDS: readonly StateClass[] = ['running', 'progress', 'waiting', 'failed', 'done', 'stopped'];
const PITCH = 8;
const SIZE = 6;

/** Where a host's tasks go. */
export interface Field {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export class Dots {
  private readonly canvas = document.createElement('canvas');
  private colours = new Map<StateClass, string>();
  private theme = '';

  constructor(private readonly root: HTMLElement) {
    this.canvas.className = 'dots';
    this.canvas.setAttribute('aria-hidden', 'true');
    root.append(this.canvas);
  }

  clear(): void {
    if (this.canvas.width > 0) this.canvas.width = 0;
    this.canvas.hidden = true;
  }

  draw(
    hosts: readonly HostModel[],
    fieldOf: (host: string) => Field,
    density: Density,
    seatOf: (host: string, tile: Tile) => number,
    width: number,
    height: number,
  ): void {
    const { canvas } = this;
    const scale = Math.min(2, devicePixelRatio);
    canvas.hidden = false;
    if (canvas.width !== width * scale || canvas.height !== height * scale) {
      canvas.width = width * scale;
      canvas.height = height * scale;
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    const context = canvas.getContext('2d');
    if (context === null) return;
    this.takeColours();
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    const most = Math.max(1, ...hosts.map((host) => host.tiles.length));
    for (const kind of KINDS) {
      context.fillStyle = this.colours.get(kind)!;
      for (const host of hosts) {
        if (density === 'bars') drawBar(context, host, kind, fieldOf(host.name), most);
        else drawDots(context, host, kind, fieldOf(host.name), seatOf);
      }
    }
  }

  /** The theme's colours, read again when it has changed. */
  private takeColours(): void {
    const theme = document.documentElement.dataset['theme'] ?? 'system';
    if (theme === this.theme && theme !== 'system') return;
    this.theme = theme;
    const style = getComputedStyle(this.root);
    for (const kind of KINDS) {
      const name = kind === 'done' ? 'running' : kind;
      this.colours.set(kind, style.getPropertyValue(`--${name}`).trim());
    }
  }
}

function drawDots(
  context: CanvasRenderingContext2D,
  host: HostModel,
  kind: StateClass,
  field: Field,
  seatOf: (host: string, tile: Tile) => number,
): void {
  const across = Math.max(1, Math.floor(field.w / PITCH));
  const down = Math.max(1, Math.floor((field.h + 2) / PITCH));
  for (const tile of host.tiles) {
    if (tile.kind !== kind) continue;
    const seat = seatOf(host.name, tile);
    const row = Math.floor(seat / across);
    if (row >= down) continue;
    const x = field.x + (seat % across) * PITCH;
    const y = field.y + row * PITCH;
    if (kind === 'failed') {
      // A cross, not only a colour.
      context.fillRect(x + 2, y, 2, SIZE);
      context.fillRect(x, y + 2, SIZE, 2);
    } else if (kind === 'running') context.fillRect(x, y, SIZE, SIZE);
    else context.fillRect(x + 1, y + 1, SIZE - 2, SIZE - 2);
  }
}

function drawBar(
  context: CanvasRenderingContext2D,
  host: HostModel,
  kind: StateClass,
  field: Field,
  most: number,
): void {
  let before = 0;
  let mine = 0;
  const at = KINDS.indexOf(kind);
  for (const tile of host.tiles) {
    const other = KINDS.indexOf(tile.kind);
    if (other < at) before++;
    else if (other === at) mine++;
  }
  if (mine === 0) return;
  const x = field.x + (before / most) * field.w;
  context.fillRect(x, field.y, Math.max(1, (mine / most) * field.w), Math.min(10, field.h));
}
