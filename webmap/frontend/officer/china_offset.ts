// GCJ-02 to WGS 84 where the server can't be asked: the formulas of geodata/crs/china_offset.py, to which a test holds them.

type Spot = [lon: number, lat: number];

const AXIS_M = 6378245;
const ECCENTRICITY_2 = 0.00669342162296594323;
const MAX_STEPS = 10;
const CONVERGED_DEG = 3e-14;
const DEGREES = 180 / Math.PI;

/** Return the WGS 84 spot that GCJ-02 shifts to this one: by iteration, as the shift hardly changes on its own way. */
export function wgs84FromGcj02([lon, lat]: Spot): Spot {
  let [x, y] = [lon, lat];
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const [shiftedLon, shiftedLat] = gcj02FromWgs84([x, y]);
    const [stepLon, stepLat] = [lon - shiftedLon, lat - shiftedLat];
    [x, y] = [x + stepLon, y + stepLat];
    if (Math.max(Math.abs(stepLon), Math.abs(stepLat)) <= CONVERGED_DEG) break;
  }
  return [x, y];
}

function gcj02FromWgs84([lon, lat]: Spot): Spot {
  const [eastM, northM] = shiftM(lon - 105, lat - 35);
  const phi = lat / DEGREES;
  const curve = 1 - ECCENTRICITY_2 * Math.sin(phi) ** 2;
  const normalM = AXIS_M / Math.sqrt(curve);
  const meridianM = (normalM * (1 - ECCENTRICITY_2)) / curve;
  return [lon + (eastM / (normalM * Math.cos(phi))) * DEGREES, lat + (northM / meridianM) * DEGREES];
}

/** Return the shift to the east and to the north, metres, at x, y degrees from 105 E, 35 N. */
function shiftM(x: number, y: number): [number, number] {
  const shared = 20 * Math.sin(6 * Math.PI * x) + 20 * Math.sin(2 * Math.PI * x);
  const root = Math.sqrt(Math.abs(x));
  const east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root;
  const north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root;
  const wavesEast = shared + 20 * wave(x, 1) + 40 * wave(x, 3) + 150 * wave(x, 12) + 300 * wave(x, 30);
  const wavesNorth = shared + 20 * wave(y, 1) + 40 * wave(y, 3) + 160 * wave(y, 12) + 320 * wave(y, 30);
  return [east + (wavesEast * 2) / 3, north + (wavesNorth * 2) / 3];
}

/** Return a sine that comes back after twice `halfPeriodDeg`. */
function wave(degrees: number, halfPeriodDeg: number): number {
  return Math.sin((degrees * Math.PI) / halfPeriodDeg);
}
