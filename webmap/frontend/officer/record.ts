// The form of a new hazard: a pin where it is, from the phone's position or by hand, and what is known near by already.

import { Marker, type StyleSpecification } from "maplibre-gl";
import "../base_map.css";
import { BaseMap, fetchStyle, subjectOf } from "../base_map";
import { wgs84FromGcj02 } from "./china_offset";
import { shrinkPhotos } from "./photo";
import { POSITION, stepped } from "./pin";
import { canKeep, keepForm, reached } from "./reach";
import { element, fetchJson, giveUp, type PageConfig, readConfig, say, tell } from "../config";

interface Spot {
  lon: number;
  lat: number;
}

interface Config extends PageConfig {
  place: string;
  near: string;
  start: Spot | null;
  /** Layers of the style that say nothing of where the pin stands. */
  subjects: string[];
}

interface Place extends Spot {
  compound: number | null;
  name: string;
  is_own: boolean;
}

interface Known {
  title: string;
  detail: string;
  address: string;
}

const CLOSE = 17.5;

const config = readConfig<Config>("record-config");
const form = element<HTMLFormElement>("recording");
const field = (name: string): HTMLInputElement => form.elements.namedItem(name) as HTMLInputElement;

class PinMap extends BaseMap<Config> {
  readonly pin = new Marker({ draggable: true, color: "#b3261e" });

  static async make(): Promise<PinMap> {
    return new PinMap(config, await fetchStyle(config, config.subjects));
  }

  private constructor(told: Config, style: StyleSpecification) {
    super(told, style);
    this.pin.getElement().setAttribute("aria-label", say(told, "pin"));
    this.pin.on("dragend", () => moved(this.pin.getLngLat().lng, this.pin.getLngLat().lat));
    this.map.on("click", (event) => moved(event.lngLat.lng, event.lngLat.lat));
  }

  put({ lon, lat }: Spot): void {
    this.pin.setLngLat([lon, lat]).addTo(this.map);
    this.map.jumpTo({ center: [lon, lat], zoom: Math.max(this.map.getZoom(), CLOSE) });
  }

  /** Return the name of the compound that is drawn at a spot, once the map there is; "" for none. */
  async compoundAt({ lon, lat }: Spot): Promise<string> {
    this.map.triggerRepaint();
    await this.map.once("idle");
    const layers = this.map.getStyle().layers.filter((layer) => subjectOf(layer) === "compound" && layer.type === "fill");
    const found = this.map.queryRenderedFeatures(this.map.project([lon, lat]), { layers: layers.map(({ id }) => id) });
    return String(found[0]?.properties["name_text"] ?? "");
  }

  middle(): Spot {
    const { lng, lat } = this.map.getCenter();
    return { lon: lng, lat };
  }

  protected seen(): number {
    return 1;
  }

  /** Without a network there is no map of ground that isn't kept: what is said of the spot stays. */
  protected override missed(): void {
    if (form.dataset["place"] !== "unknown") super.missed();
  }
}

shrinkPhotos(form);

let map: PinMap | null = null;
let at: Spot | null = null;
/** Of several questions that are under way the last one counts. */
let asked = 0;
/** How exact the phone's own position is, in words. */
let accuracy = "";

for (const part of document.querySelectorAll<HTMLElement>(".needs-script")) part.hidden = false;
const drawn = PinMap.make().then(
  (made) => {
    map = made;
    if (at) made.put(at);
  },
  (error: unknown) => {
    const said = element("status").textContent ?? "";
    giveUp(config, error);
    // Where it is may have been found meanwhile, which counts for more than that nothing is drawn.
    if (at) tell(said);
  },
);

form.querySelector("[data-here]")?.addEventListener("click", () => locate());
for (const button of form.querySelectorAll<HTMLButtonElement>("[data-move]")) {
  button.addEventListener("click", () => {
    // Where no position is known the pin begins in the middle of what the map shows.
    const from = at ?? middle();
    moved(...stepped(button, [from.lon, from.lat]));
  });
}
field("system").addEventListener("change", () => {
  if (field("method").value === "phone") settle(spoken(), accuracy);
});
field("compound").addEventListener("change", () => void standOn(field("compound").value));
form.addEventListener("change", (event) => {
  if ((event.target as HTMLInputElement).name === "kind") void lookNear();
});

if (config.start) settle({ ...config.start, isWorld: true }, "");
else beginAsAsked();

/** Begin where the address says, which the one form that is kept on the phone knows nothing of; else where the phone is. */
function beginAsAsked(): void {
  const query = new URLSearchParams(location.search);
  const [lon, lat] = [Number(query.get("lon")), Number(query.get("lat"))];
  const compound = query.get("compound") ?? "";
  if (compound) field("compound").value = compound;
  if (lon && lat) moved(lon, lat, "");
  else if (compound && field("compound").value === compound) void standOn(compound);
  else locate();
}

function middle(): Spot {
  const [west, south, east, north] = config.bounds;
  return map?.middle() ?? { lon: (west + east) / 2, lat: (south + north) / 2 };
}

interface Said extends Spot {
  /** Already WGS 84, whatever the phone gives. */
  isWorld: boolean;
}

function spoken(): Said {
  return { lon: Number(field("said_x").value), lat: Number(field("said_y").value), isWorld: false };
}

/** Chosen by name, it stands on the compound: the server knows where that is, now or once it is sent. */
async function standOn(compound: string): Promise<void> {
  if (!compound) return;
  const number = ++asked;
  at = null;
  for (const name of ["lon", "lat", "said_x", "said_y", "method"]) field(name).value = "";
  delete form.dataset["place"];
  map?.pin.remove();
  showNear([]);
  const name = (field("compound") as unknown as HTMLSelectElement).selectedOptions[0]?.textContent ?? "";
  const where = say(config, "at", { compound: name });
  sayWhere(where);
  tell(where);
  // The page with the pin there takes kind and level along; a photo can't be, words don't belong into addresses, and
  // without a network there is no page.
  const isCarried = form.querySelector<HTMLInputElement>("input[name=photo]")?.files?.length === 0 && !field("words").value;
  if (!isCarried || !(await isReached()) || number !== asked) return;
  location.replace(`?${new URLSearchParams({ ...filled(), compound })}`);
}

function filled(): Record<string, string> {
  const data = new FormData(form);
  const found: Record<string, string> = {};
  for (const name of ["kind", "level"]) if (data.get(name)) found[name] = String(data.get(name));
  return found;
}

function locate(): void {
  if (!isSecureContext || !("geolocation" in navigator)) return tell(say(config, "insecure"));
  const number = ++asked;
  tell(say(config, "looking"));
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      // Who has put the pin elsewhere or chosen a compound meanwhile knows better.
      if (number !== asked) return;
      field("said_x").value = String(coords.longitude);
      field("said_y").value = String(coords.latitude);
      field("method").value = "phone";
      const metres = String(Math.max(1, Math.round(coords.accuracy)));
      accuracy = say(config, "accuracy", { metres });
      settle(spoken(), accuracy);
    },
    () => {
      if (number === asked) tell(say(config, "no_position"));
    },
    POSITION,
  );
}

function moved(lon: number, lat: number, how = say(config, "moved")): void {
  field("said_x").value = String(lon);
  field("said_y").value = String(lat);
  field("method").value = "pin";
  settle({ lon, lat, isWorld: true }, how);
}

/** Ask where a spot lies, put the pin there and say it; what is saved is what has been said. */
async function settle(said: Said, how: string): Promise<void> {
  const number = ++asked;
  const query = new URLSearchParams({ lon: String(said.lon), lat: String(said.lat) });
  if (!said.isWorld && field("system").checked) query.set("system", "GCJ-02");
  try {
    const place = await fetchJson<Place>(`${config.place}?${query}`);
    if (number !== asked) return;
    show(place, how);
  } catch (error) {
    if (number !== asked) return;
    // A question that came to nobody: what the phone said is kept, and looked up when there is a network.
    if (error instanceof TypeError) void unplaced(said, how);
    else giveUp(config, error);
  }
}

/** Put the pin where it is as far as the phone knows: what lies there is said by what it keeps, and looked up when it is sent. */
async function unplaced(said: Said, how: string): Promise<void> {
  const isShifted = !said.isWorld && field("system").checked;
  const [lon, lat] = isShifted ? wgs84FromGcj02([said.lon, said.lat]) : [said.lon, said.lat];
  const spot = (at = { lon, lat });
  // What was found of the spot before isn't true of this one; a start that nobody has moved stays as the form has it.
  if (field("said_x").value) {
    for (const name of ["lon", "lat", "compound"]) field(name).value = "";
    sayWhere("");
  }
  showNear([]);
  form.dataset["place"] = "unknown";
  const later = [how, say(config, "unplaced")].filter(Boolean);
  tell(later.join(" · "));
  await drawn;
  if (spot !== at) return;
  map?.put(spot);
  const compound = (await map?.compoundAt(spot)) ?? "";
  // Meanwhile the pin may stand elsewhere, or what is kept may say nothing.
  if (spot !== at || !compound) return;
  const where = say(config, "at", { compound });
  tell([where, ...later].join(" · "));
  sayWhere(where);
}

// A page that the phone has kept may be filled in more than once: each time it is another hazard.
field("key").value = crypto.randomUUID?.() ?? field("key").value;
form.addEventListener("submit", (event) => {
  if (!canKeep()) return;
  event.preventDefault();
  // Where nothing can be kept, such as on a phone that is full, the form is sent as it is.
  isReached()
    .then((isThere) => (isThere ? form.submit() : keepIt()))
    .catch(() => form.submit());
});

function isReached(): Promise<boolean> {
  return reached(form.dataset["reach"] ?? "");
}

/** Keep what is filled in on the phone, and lead to the list that says so. */
async function keepIt(): Promise<void> {
  const data = new FormData(form);
  const isUnplaced = form.dataset["place"] !== "own" && !data.get("compound") && Boolean(data.get("said_x"));
  if (!isUnplaced && !data.get("compound") && !data.get("lon")) return tell(say(config, "no_position"));
  const title = form.querySelector("input[name=kind]:checked")?.parentElement?.textContent?.trim() ?? "";
  await keepForm(form, { account: form.dataset["account"] ?? "", title, address: form.action, isUnplaced });
  location.assign(form.dataset["list"] ?? "");
}

function show(place: Place, how: string): void {
  at = { lon: place.lon, lat: place.lat };
  field("lon").value = String(place.lon);
  field("lat").value = String(place.lat);
  const compound = field("compound") as unknown as HTMLSelectElement;
  compound.value = place.compound === null ? "" : String(place.compound);
  // One that isn't theirs isn't among those that can be chosen: nothing at all would be said of it.
  if (compound.selectedIndex < 0) compound.value = "";
  const where = place.name ? say(config, "at", { compound: place.name }) : say(config, "nowhere");
  tell(place.is_own ? [where, how].filter(Boolean).join(" · ") : say(config, "outside"));
  sayWhere(place.is_own ? where : "");
  form.dataset["place"] = place.is_own ? "own" : "outside";
  map?.put(at);
  void lookNear();
}

/** Say beside what saves where the hazard is put; "" where that isn't known. */
function sayWhere(words: string): void {
  const beside = form.querySelector<HTMLElement>(".saving-where");
  if (!beside) return;
  beside.textContent = words && ` · ${words}`;
  beside.hidden = words === "";
}

/** Say which hazards of the same kind are known near by; who has seen them isn't asked once more. */
async function lookNear(): Promise<void> {
  const kind = new FormData(form).get("kind");
  const spot = at;
  if (!spot || !kind) return;
  const query = new URLSearchParams({ lon: String(spot.lon), lat: String(spot.lat), kind: String(kind) });
  if (field("compound").value) query.set("compound", field("compound").value);
  const found = await fetchJson<{ hazards: Known[] }>(`${config.near}?${query}`).catch(() => ({ hazards: [] }));
  // Meanwhile the pin may stand elsewhere.
  if (spot === at) showNear(found.hazards);
}

function showNear(hazards: Known[]): void {
  const box = element("near");
  box.hidden = hazards.length === 0;
  box.replaceChildren(...(hazards.length ? [title(), list(hazards), sure()] : []));
}

function title(): HTMLElement {
  const words = document.createElement("strong");
  words.textContent = say(config, "near_title");
  return words;
}

function list(hazards: Known[]): HTMLElement {
  const all = document.createElement("ul");
  for (const each of hazards) {
    const [row, link, detail] = [document.createElement("li"), document.createElement("a"), document.createElement("span")];
    link.href = each.address;
    link.textContent = each.title;
    detail.textContent = ` ${each.detail}`;
    detail.className = "quiet";
    row.append(link, detail);
    all.append(row);
  }
  return all;
}

function sure(): HTMLElement {
  const hidden = document.createElement("input");
  Object.assign(hidden, { type: "hidden", name: "sure", value: "1" });
  return hidden;
}

void drawn;
