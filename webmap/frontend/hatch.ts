// The pattern of areas whose figures aren't told.

const SIDE = 16;

/** Return a tile of slanting lines that joins its neighbours, in a colour such as "#57524a". */
export function hatch(colour: string): { width: number; height: number; data: Uint8Array } {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  const data = new Uint8Array(SIDE * SIDE * 4);
  for (let at = 0; at < SIDE * SIDE; at++) {
    const along = ((at % SIDE) + Math.floor(at / SIDE)) % SIDE;
    if (along < 3) data.set([red!, green!, blue!, 170], at * 4);
  }
  return { width: SIDE, height: SIDE, data };
}
