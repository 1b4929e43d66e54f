/** The world outside the LAN, as far as it answers: names, and addresses that answer pings. No connection gets there. */

export interface OutsidePlace {
  readonly names: readonly string[];
  readonly address: string;
}

export const OUTSIDE: readonly OutsidePlace[] = [
  { names: ['docker.com', 'www.docker.com'], address: '44.219.3.189' },
  { names: ['hub.docker.com', 'registry-1.docker.io', 'docker.io'], address: '44.208.254.194' },
  { names: ['google.com', 'www.google.com'], address: '142.250.185.78' },
  { names: ['example.com', 'www.example.com'], address: '93.184.215.14' },
  { names: ['github.com'], address: '140.82.121.4' },
  { names: ['dns.google'], address: '8.8.8.8' },
  { names: [], address: '8.8.4.4' },
  { names: ['one.one.one.one'], address: '1.1.1.1' },
];

/** The address of a name of the outside, undefined when it does not exist there. */
export function resolveOutside(name: string): string | undefined {
  const wanted = name.toLowerCase().replace(/\.$/, '');
  return OUTSIDE.find((place) => place.names.includes(wanted))?.address;
}

/** The first name of an address of the outside, undefined where it has none. */
export function nameOutside(address: string): string | undefined {
  return OUTSIDE.find((place) => place.address === address)?.names[0];
}
