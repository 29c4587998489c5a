// Posts that changes take from where they stand: crossed out, not left out.

import type { ExpressionSpecification, Map as MapLibreMap } from "maplibre-gl";

const IMAGE = "csmap:gone-post";
const SIDE_PX = 24;
const RATIO = 2;

/** Which features of the posts are gone; today none is. */
export const IS_GONE: ExpressionSpecification = ["to-boolean", ["get", "is_gone"]];

/** Draw them: a circle of a fill and an edge with a cross through it. */
export function addGone(map: MapLibreMap, [fill, edge]: [string, string]): void {
  if (!map.hasImage(IMAGE)) map.addImage(IMAGE, crossed(fill, edge), { pixelRatio: RATIO });
  map.addLayer({
    id: "gone-posts",
    type: "symbol",
    source: "posts",
    filter: IS_GONE,
    layout: { "icon-image": IMAGE, "icon-allow-overlap": true, "icon-ignore-placement": true },
  });
}

function crossed(fill: string, edge: string): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE_PX * RATIO;
  const pen = canvas.getContext("2d");
  if (pen === null) throw new Error("this browser can't draw on a canvas");
  pen.scale(RATIO, RATIO);
  const [middle, radius, corner] = [SIDE_PX / 2, 8, 3];
  pen.beginPath();
  pen.arc(middle, middle, radius, 0, 2 * Math.PI);
  pen.fillStyle = fill;
  pen.fill();
  const cross = new Path2D(`M${corner} ${corner}L${SIDE_PX - corner} ${SIDE_PX - corner}M${SIDE_PX - corner} ${corner}L${corner} ${SIDE_PX - corner}`);
  // A light line beneath keeps the cross apart from what lies under it.
  for (const [colour, width] of [[fill, 6], [edge, 3]] as const) {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.stroke(cross);
  }
  pen.lineWidth = 2.5;
  pen.stroke();
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}
