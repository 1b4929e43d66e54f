/** Names that containers get when nobody names them. Follows moby/moby internal/namesgenerator/names-generator.go. */
import type { RandomStream } from '../base/random';

const LEFT = (
  'admiring amazing awesome beautiful blissful bold brave busy charming clever compassionate competent confident cool ' +
  'cranky crazy dazzling determined distracted dreamy eager ecstatic elastic elated elegant eloquent epic exciting ' +
  'fervent festive flamboyant focused friendly frosty funny gallant gifted goofy gracious great happy hardcore ' +
  'heuristic hopeful hungry infallible inspiring intelligent interesting jolly jovial keen kind laughing loving lucid ' +
  'magical modest musing mystifying naughty nervous nice nifty nostalgic objective optimistic peaceful pedantic pensive ' +
  'practical priceless quirky quizzical recursing relaxed reverent romantic sad serene sharp silly sleepy stoic strange ' +
  'stupefied suspicious sweet tender thirsty trusting unruffled upbeat vibrant vigilant vigorous wizardly wonderful ' +
  'xenodochial youthful zealous zen'
).split(' ');

const RIGHT = (
  'albattani allen archimedes aryabhata babbage banach bardeen bartik bassi bell bhaskara blackwell bohr booth bose ' +
  'boyd brown buck burnell carson cerf chandrasekhar colden cori cray curie curran darwin davinci diffie dijkstra ' +
  'easley edison einstein elion engelbart euclid euler fermat fermi feynman franklin galileo gates goldberg goldstine ' +
  'goodall hamilton hawking heisenberg hermann heyrovsky hodgkin hoover hopper hugle hypatia jackson jang jennings ' +
  'jepsen johnson joliot jones kalam kare keller kepler khorana kilby kirch knuth kowalevski lalande lamarr lamport ' +
  'leakey leavitt lewin lichterman liskov lovelace lumiere mahavira mayer mccarthy mcclintock mclean mcnulty meitner ' +
  'mendel mendeleev mestorf mirzakhani morse murdock neumann newton nightingale nobel noether northcutt noyce pascal ' +
  'pasteur payne perlman pike poincare poitras ptolemy raman ramanujan ride ritchie robinson roentgen rosalind saha ' +
  'sammet shannon shaw shockley sinoussi snyder spence stallman stonebraker swanson swartz swirles tesla thompson ' +
  'torvalds turing varahamihira villani volhard wescoff wiles williams wilson wing wozniak wright yalow yonath'
).split(' ');

/** `adjective_surname`, never boring; after the first clash with a digit behind it. */
export function generateName(random: RandomStream, taken: (name: string) => boolean): string {
  for (let tries = 0; ; tries++) {
    const left = LEFT[random.integer(0, LEFT.length - 1)]!;
    const right = RIGHT[random.integer(0, RIGHT.length - 1)]!;
    const name = `${left}_${right}${tries === 0 ? '' : random.integer(0, 9)}`;
    if (!taken(name)) return name;
  }
}

/** At least two characters, as dockerd wants them. */
export function isContainerName(name: string): boolean {
  return /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name);
}
