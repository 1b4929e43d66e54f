/// <reference types="vite/client" />
/** The least that could be called a page: React with one xterm and one D3 picture. The bench measures ours against it. */
import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import { drag } from 'd3-drag';
import { select } from 'd3-selection';
import { arc } from 'd3-shape';
import { timer } from 'd3-timer';
import { createElement, useEffect, useRef } from 'react';
import { createRoot } from 'react-dom/client';

function Shell() {
  const screen = useRef<HTMLDivElement>(null);
  const picture = useRef<SVGSVGElement>(null);
  useEffect(() => {
    const terminal = new Terminal({ fontSize: 14 });
    const fit = new FitAddon();
    terminal.loadAddon(fit);
    terminal.open(screen.current!);
    fit.fit();
    terminal.write('root@node1:~# ', () => performance.mark('first-prompt'));
    draw(picture.current!);
  }, []);
  return createElement(
    'main',
    { style: { display: 'flex', height: '100vh' } },
    createElement('div', { ref: screen, style: { flex: 1 } }),
    createElement('svg', { ref: picture, width: 500, height: 500 }),
  );
}

/** Five hosts in a ring that can be dragged, and an arc that grows. */
function draw(element: SVGSVGElement): void {
  const svg = select(element);
  svg
    .selectAll('circle')
    .data([0, 1, 2, 3, 4])
    .join('circle')
    .attr('cx', (at) => 60 + at * 95)
    .attr('cy', 250)
    .attr('r', 20)
    .call(
      drag<SVGCircleElement, number>().on('drag', (event: { x: number; sourceEvent: Event }) => {
        event.sourceEvent.stopPropagation();
        svg.select('circle').attr('cx', event.x);
      }) as never,
    );
  const ring = svg.append('path').attr('transform', 'translate(250,120)');
  const shape = arc();
  const growing = timer((elapsed) => {
    const share = Math.min(1, elapsed / 500);
    ring.attr('d', shape({ innerRadius: 30, outerRadius: 34, startAngle: 0, endAngle: share * Math.PI * 2 }));
    if (share === 1) growing.stop();
  });
}

createRoot(document.getElementById('app')!).render(createElement(Shell));
