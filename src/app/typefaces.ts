/** The page's typefaces: they decide widths, and the terminal's cells, so that what is drawn waits for them a little. */

/** What the terminal is set in, and what is around it. */
export const MONO = ['12px "JetBrains Mono"', '600 12px "JetBrains Mono"'];
export const TEXT = ['13px Inter', '500 13px Inter', '600 13px Inter'];

const PATIENCE_MS = 300;

/** When the faces are there. */
export async function loadFaces(faces: readonly string[]): Promise<void> {
  await Promise.all(faces.map((face) => document.fonts.load(face)));
}

/** When the faces are there, or have kept the page waiting for too long. */
export function awaitFaces(faces: readonly string[]): Promise<void> {
  return Promise.race([loadFaces(faces), new Promise<void>((resolve) => setTimeout(resolve, PATIENCE_MS))]);
}
