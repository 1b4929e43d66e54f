/** The import table: one row a room, what it may import besides itself. Read by the dependency-cruiser test. */

interface Row {
  readonly rooms: readonly string[];
  /** npm packages, as regular expressions over the package's name and path. */
  readonly packages: readonly string[];
}

const NOBLE_HASHES = '@noble/hashes';

export const IMPORT_TABLE: Readonly<Record<string, Row>> = {
  base: { rooms: [], packages: [NOBLE_HASHES, 'ipaddr\\.js'] },
  sim: { rooms: ['base'], packages: ['pure-rand'] },
  raft: { rooms: ['base'], packages: [] },
  api: { rooms: ['base'], packages: [] },
  scene: { rooms: ['base'], packages: [] },
  host: { rooms: ['base', 'sim', 'api'], packages: [] },
  images: { rooms: ['base', 'host'], packages: [] },
  swarm: { rooms: ['base', 'sim', 'raft', 'api'], packages: ['@noble/curves', '@noble/ciphers'] },
  daemon: { rooms: ['base', 'sim', 'api', 'swarm', 'host'], packages: [] },
  cli: { rooms: ['base', 'api'], packages: ['yaml'] },
  shell: { rooms: ['base', 'api', 'cli'], packages: ['unbash', 'just-bash'] },
  lab: {
    rooms: ['base', 'sim', 'raft', 'api', 'swarm', 'host', 'images', 'daemon', 'cli', 'shell', 'scene'],
    packages: [],
  },
  worker: { rooms: ['base', 'scene', 'lab', 'daemon', 'cli', 'shell', 'images'], packages: ['@noble/curves'] },
  headless: {
    rooms: ['base', 'sim', 'api', 'swarm', 'cli', 'daemon', 'images', 'scene', 'lab', 'shell'],
    packages: ['@noble/curves'],
  },
  views: { rooms: ['base', 'scene'], packages: ['d3-.*'] },
  app: {
    rooms: ['base', 'scene', 'views', 'worker'],
    packages: [
      'react',
      'react-dom',
      'react-resizable-panels',
      'zustand',
      '@xterm/.*',
      'lucide-react',
      'idb',
      'fflate',
      '@fontsource/.*',
    ],
  },
};
