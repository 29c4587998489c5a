// A pin that arrows move, and how a phone is asked where it is.

const STEP_M = 5;
const METRES_A_DEGREE = 111_320;
/** A position that a phone has worked out a moment ago is as good as a new one. */
export const POSITION = { enableHighAccuracy: true, timeout: 10_000, maximumAge: 5_000 };

/** Return where an arrow moves a pin, in degrees; its `data-move` says how many steps east and north. */
export function stepped(arrow: HTMLElement, [lon, lat]: [number, number]): [number, number] {
  const [east = 0, north = 0] = (arrow.dataset["move"] ?? "").split(" ").map(Number);
  const degrees = STEP_M / METRES_A_DEGREE;
  return [lon + (east * degrees) / Math.cos((lat * Math.PI) / 180), lat + north * degrees];
}
