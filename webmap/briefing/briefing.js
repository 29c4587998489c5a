// The briefing's map: finds each record's words in the page's lists, so that no data is ever part of a script.
const briefing = (() => {
  "use strict";

  const shapes = new Map(); // "hazard-12" -> { shape, layer }
  const labels = [];
  let map = null;
  let say = null;
  let groups = null;
  let asked = null; // the record that the list was asked for: it comes first among those of its spot

  // The zoom as the main map counts it, whose tiles are twice as wide: what is declared for a zoom is for that one.
  const mapZoom = (of) => of.getZoom() - 1;

  const row = (key) => document.getElementById(key);
  const nameOf = (key) => shapes.get(key)?.spot?.name ?? row(key).querySelector(".name").textContent;

  function made(tag, className, text) {
    const element = document.createElement(tag);
    element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  }

  // The base map

  function unpacked(packed, units) {
    const points = [];
    let lon = 0;
    let lat = 0;
    for (let at = 0; at < packed.length; at += 2) {
      lon += packed[at];
      lat += packed[at + 1];
      points.push([lat / units, lon / units]);
    }
    return points;
  }

  // Widths grow with the zoom as on the main map: exponentially between the stated zooms.
  function widthAt(zooms, widths, zoom) {
    if (widths.length === 1 || zoom <= zooms[0]) return widths[0];
    for (let at = 1; at < zooms.length; at += 1) {
      if (zoom <= zooms[at]) {
        const [low, high] = [zooms[at - 1], zooms[at]];
        const share = (1.6 ** (zoom - low) - 1) / (1.6 ** (high - low) - 1);
        return widths[at - 1] + share * (widths[at] - widths[at - 1]);
      }
    }
    return widths[widths.length - 1];
  }

  function drawBase(onMap, zooms, casings, looks) {
    const pane = onMap.createPane("base");
    pane.style.zIndex = 250;
    pane.style.pointerEvents = "none";
    onMap.createPane("outside").style.zIndex = 350;
    const renderer = L.canvas({ pane: "base", padding: 0.3 });
    const fixed = { renderer, interactive: false, smoothFactor: 0.5 };
    const sized = [];
    const read = looks.map((look) => ({ ...look, lines: look.parts.map((part) => unpacked(part, 1e6)) }));
    for (const look of read.filter((one) => one.isArea)) {
      const rings = look.lines.map((line) => [line]);
      const drawn = { color: look.outline, weight: look.widths[0], fillColor: look.colour, fillOpacity: 1 };
      L.polygon(rings, { ...fixed, ...drawn }).addTo(onMap);
    }
    const roads = read.filter((one) => !one.isArea);
    for (const look of roads.filter((one) => one.outline)) {
      const line = L.polyline(look.lines, { ...fixed, color: look.outline }).addTo(onMap);
      sized.push((zoom) => {
        const width = widthAt(zooms, look.widths, zoom);
        line.setStyle({ weight: width + (width ? widthAt(zooms, casings, zoom) : 0) });
      });
    }
    for (const look of roads) {
      const line = L.polyline(look.lines, { ...fixed, color: look.colour }).addTo(onMap);
      sized.push((zoom) => line.setStyle({ weight: widthAt(zooms, look.widths, zoom) }));
    }
    const resize = () => sized.forEach((size) => size(mapZoom(onMap)));
    onMap.on("zoomend viewreset", resize);
  }

  // Places by the thousand: spots in packed form, drawn on a canvas under everything that can be clicked

  const DOT_SIZES = [12, 1.6, 14, 2.6, 16, 4.5, 18, 8]; // zoom, radius in pixels, zoom, ...

  function dotSize(zoom) {
    for (let at = 2; at < DOT_SIZES.length; at += 2) {
      const [low, small, high, large] = DOT_SIZES.slice(at - 2, at + 2);
      if (zoom <= high) return small + ((large - small) * Math.max(0, zoom - low)) / (high - low);
    }
    return DOT_SIZES.at(-1);
  }

  // A dot of a shape: an SVG path in a square of 12, as large as a circle of the same radius looks.
  const Marked = L.CircleMarker.extend({
    _updatePath() {
      const { _renderer: renderer, _point: point, options } = this;
      if (!renderer._drawing || this._empty()) return;
      const pen = renderer._ctx;
      const scale = this._radius / 4.6;
      pen.save();
      pen.translate(point.x, point.y);
      pen.scale(scale, scale);
      pen.translate(-6, -6);
      pen.fillStyle = options.fillColor;
      pen.fill(options.mark);
      pen.strokeStyle = options.color;
      pen.lineWidth = options.weight / scale;
      if (options.weight) pen.stroke(options.mark);
      pen.restore();
    },
  });

  function dots(onMap, name, order, looks, factor) {
    const pane = onMap.createPane(`dots-${name}`);
    pane.style.zIndex = order;
    pane.style.pointerEvents = "none";
    const renderer = L.canvas({ pane: `dots-${name}`, padding: 0.3 });
    const group = L.layerGroup();
    const drawn = [];
    for (const look of looks) {
      const style = { color: look.outline, weight: look.weight, fillColor: look.colour, fillOpacity: 1 };
      const mark = look.mark ? new Path2D(look.mark) : null;
      for (const spot of unpacked(look.spots, 1e6)) {
        const options = { renderer, interactive: false, ...style };
        const dot = mark ? new Marked(spot, { ...options, mark }) : L.circleMarker(spot, options);
        drawn.push([dot, look.size]);
        group.addLayer(dot);
      }
    }
    const resize = () => {
      const radius = factor * dotSize(onMap.getZoom());
      for (const [dot, size] of drawn) dot.setRadius(radius * size);
    };
    onMap.on("zoomend viewreset", resize);
    return group;
  }

  // Points: each with its symbol close up, many of a layer as one number from afar; only what is in view is drawn

  const CELL_PX = 104;
  const POPUP = { maxWidth: 300, minWidth: 200, maxHeight: 320, autoPanPadding: [12, 12] };
  const redraws = [];

  // A layer with too many records for a list has their names as lines of a text, with what the search knows of them.
  function namesOf(layerId) {
    const text = document.getElementById(`names-${layerId}`)?.textContent;
    return text ? text.split("\n").map((line) => line.split("\t")) : [];
  }

  function spotsOf(stated) {
    const { layer, looks, label } = stated;
    const names = namesOf(layer);
    const spots = [];
    for (const look of looks) {
      unpacked(look.spots, 1e6).forEach((at, place) => {
        const { x, y } = L.CRS.EPSG3857.latLngToPoint(L.latLng(at), 0);
        const spot = { at, x, y, look, stated };
        if (look.records) {
          spot.keys = [look.records[place]].flat().map((id) => `${layer}-${id}`);
          spot.looks = look.mixed?.[place]?.map((number) => looks[number]);
          if (label !== null) labels.push({ layerId: layer, key: spot.keys[0], at: [at[1], at[0]], from: label });
        } else {
          spot.keys = [`${layer}-at-${spots.length}`];
          spot.name = names[spots.length]?.[0] ?? document.getElementById(`list-${layer}`).dataset.title;
        }
        for (const key of spot.keys) shapes.set(key, { spot, layerId: layer });
        spots.push(spot);
      });
    }
    return spots;
  }

  // Spots by the cell of the screen that they lie in, or by the very same place.
  function cellsOf(onMap, spots, sizePx) {
    const scale = 2 ** onMap.getZoom();
    const { min, max } = onMap.getPixelBounds();
    const around = onMap.getSize().divideBy(4);
    const [west, east, north, south] = [min.x - around.x, max.x + around.x, min.y - around.y, max.y + around.y];
    const cells = new Map();
    for (const spot of spots) {
      const x = spot.x * scale;
      const y = spot.y * scale;
      if (x < west || x > east || y < north || y > south) continue;
      const key = sizePx ? Math.floor(x / sizePx) * 1e8 + Math.floor(y / sizePx) : `${spot.at}`;
      const cell = cells.get(key);
      if (cell) cell.push(spot);
      else cells.set(key, [spot]);
    }
    return cells.values();
  }

  function points(onMap, stated) {
    const spots = spotsOf(stated);
    const options = { keyboard: false, riseOnHover: true, zIndexOffset: stated.order };
    const className = `spot spot-${stated.layer}`;
    const recordsOf = (cell) => cell.flatMap((spot) => spot.keys);

    function alone(cell) {
      const keys = recordsOf(cell);
      const badge = keys.length > 1 ? `<span class="stacked">${keys.length}</span>` : "";
      const icon = L.divIcon({ html: cell[0].look.svg + badge, className, iconSize: [stated.size, stated.size] });
      const marker = L.marker(cell[0].at, { ...options, icon });
      marker.bindTooltip(() => tip(keys.slice(0, 3), keys.length), { direction: "top" });
      return marker.on("click", () => open(cell[0].at, keys));
    }

    function together(cell) {
      const [lat, lon] = [0, 1].map((part) => cell.reduce((sum, spot) => sum + spot.at[part], 0) / cell.length);
      const icon = L.divIcon({ html: pill(stated, cell), className: `pill-spot pill-${stated.layer}`, iconSize: [0, 0] });
      const closer = () => {
        const around = L.latLngBounds(cell.map((spot) => spot.at)).pad(0.1);
        onMap.fitBounds(around, { maxZoom: Math.max(stated.from, onMap.getZoom() + 1) });
      };
      return L.marker([lat, lon], { ...options, icon }).on("click", closer);
    }

    const isOneSpot = (cell) => cell.every((spot) => `${spot.at}` === `${cell[0].at}`);

    function draw() {
      group.clearLayers();
      const sizePx = onMap.getZoom() < stated.from ? CELL_PX : 0;
      for (const cell of cellsOf(onMap, spots, sizePx)) group.addLayer(isOneSpot(cell) ? alone(cell) : together(cell));
    }

    const Group = L.LayerGroup.extend({
      onAdd(to) {
        draw();
        L.LayerGroup.prototype.onAdd.call(this, to);
      },
    });
    const group = new Group();
    redraws.push(() => onMap.hasLayer(group) && draw());
    return group;
  }

  // As on the main map: the layer's symbol with the number, or each look with its own.
  function pill({ layer, isApart, plain, looks }, cell) {
    const worn = cell.flatMap((spot) => spot.looks ?? spot.keys.map(() => spot.look));
    const parts = isApart
      ? looks.map((look) => [look.small, worn.filter((one) => one === look).length]).filter(([, found]) => found)
      : [[plain, worn.length]];
    const box = made("span", `pill pill-of-${layer}`);
    for (const [svg, found] of parts) {
      const part = made("span", "pill-part");
      part.innerHTML = svg; // declared looks: nothing in them comes from a file
      part.append(found.toLocaleString(document.documentElement.lang));
      box.append(part);
    }
    return box;
  }

  function open(at, keys) {
    L.popup({ ...POPUP, offset: [0, -6] }).setLatLng(at).setContent(told(keys)).openOn(map);
  }

  // Records

  const MOST_TOLD = 50;

  function each(layerId) {
    return (feature, shape) => {
      const keys = feature.properties.records.map((id) => `${layerId}-${id}`);
      for (const key of keys) shapes.set(key, { shape, layerId });
      const few = keys.slice(0, 3);
      shape.bindTooltip(() => tip(few, keys.length), { direction: "top", sticky: !shape.getLatLng });
      shape.bindPopup(() => told(keys), POPUP);
      const { at, zoom } = feature.properties;
      if (at) labels.push({ layerId, key: keys[0], at, from: zoom });
    };
  }

  function tip(keys, count) {
    const box = made("div", "tip");
    for (const key of keys) box.append(made("div", "", nameOf(key)));
    if (count > keys.length) box.append(made("div", "count", say.several.replace("{}", count)));
    return box;
  }

  function told(keys) {
    const box = made("div", "told");
    if (keys.length > 1) box.append(made("p", "count", say.several.replace("{}", keys.length)));
    const first = keys.filter((key) => key === asked);
    const others = keys.filter((other) => other !== asked);
    for (const key of [...first, ...others].slice(0, MOST_TOLD)) box.append(facts(key));
    return box;
  }

  function facts(key) {
    const box = made("section", "told-record");
    box.append(made("h3", "", nameOf(key)));
    if (!row(key)) return box;
    const list = made("dl", "");
    for (const cell of row(key).querySelectorAll("td")) {
      if (cell.classList.contains("unknown")) continue;
      const line = made("div", "");
      line.append(made("dt", "", cell.dataset.label), made("dd", "", cell.textContent));
      list.append(line);
    }
    const link = made("a", "", say.inList);
    link.href = `#${key}`;
    box.append(list, link);
    return box;
  }

  // Names on the map: what is drawn on top goes first, and no name covers another

  // Names of towns and villages: no records of the lists, so that the page has them in a list of their own.
  function addPlaceNames() {
    for (const item of document.querySelectorAll("#place-names li")) {
      const { layer, lat, lon, from, until, smallestPx, largestPx } = item.dataset;
      const [first, last, smallest, largest] = [from, until, smallestPx, largestPx].map(Number);
      const grown = (zoom) => smallest + ((largest - smallest) * (zoom - first)) / (last - first);
      const className = `label place-name label-${layer} ${item.className}`;
      const box = made("span", className, item.textContent);
      labels.push({ layerId: layer, at: [Number(lon), Number(lat)], from: first, until: last, box, sizePx: grown });
    }
  }

  function boxOf(label) {
    const { spot, shape } = shapes.get(label.key);
    label.isSpot = Boolean(spot ?? shape.getLatLng);
    const className = `label label-${label.layerId}${label.isSpot ? " spot-label" : ""}`;
    return made("span", className, nameOf(label.key));
  }

  function makeLabels(order) {
    addPlaceNames();
    labels.sort((a, b) => order.indexOf(a.layerId) - order.indexOf(b.layerId));
    for (const label of labels) {
      label.box ??= boxOf(label);
      const icon = L.divIcon({ html: label.box, className: "label-spot", iconSize: [0, 0] });
      const [lon, lat] = label.at;
      label.marker = L.marker([lat, lon], { icon, interactive: false, keyboard: false, pane: "labels" }).addTo(map);
    }
  }

  const apart = (one, other) =>
    one.right + 2 < other.left || other.right + 2 < one.left || one.bottom < other.top || other.bottom < one.top;

  const moved = (box, dy, dx = 0) => ({
    left: box.left + dx,
    right: box.right + dx,
    top: box.top + dy,
    bottom: box.bottom + dy,
  });

  function symbolBoxes() {
    const found = map.getPane("markerPane").querySelectorAll(".swatch, .stacked, .pill");
    return Array.from(found, (symbol) => symbol.getBoundingClientRect());
  }

  // Numbers of several layers that would lie on each other move aside: below, above, beside.
  function placePills() {
    const pane = map.getPane("markerPane");
    const taken = Array.from(pane.querySelectorAll(".spot .swatch"), (one) => one.getBoundingClientRect());
    for (const one of pane.querySelectorAll(".pill")) {
      const box = one.getBoundingClientRect();
      const [wide, high] = [box.width / 2 + 16, box.height + 2];
      const beside = [0, high, -high].flatMap((dy) => [[wide, dy], [-wide, dy]]);
      const tried = [[0, 0], [0, high], [0, -high], ...beside, [0, 2 * high], [0, -2 * high]];
      const [dx, dy] = tried.find(([x, y]) => taken.every((other) => apart(moved(box, y, x), other))) ?? [0, 0];
      one.style.marginLeft = `${dx}px`;
      one.style.marginTop = `${dy}px`;
      taken.push(moved(box, dy, dx));
    }
  }

  // What fits nowhere is left out: the tooltip, the list and a closer zoom say it.
  function placeLabels() {
    const zoom = mapZoom(map);
    const view = map.getBounds().pad(0.1);
    const isShown = (one) => zoom >= one.from && zoom < (one.until ?? Infinity);
    const isOn = (one) => !(one.layerId in groups) || map.hasLayer(groups[one.layerId]);
    const shown = labels.filter((one) => isShown(one) && isOn(one) && view.contains(one.marker.getLatLng()));
    for (const one of labels) one.box.hidden = true;
    for (const one of shown) {
      one.box.hidden = false;
      one.box.style.marginTop = "0";
      if (one.sizePx) one.box.style.fontSize = `${one.sizePx(zoom)}px`;
    }
    const boxes = shown.map((one) => one.box.getBoundingClientRect());
    const taken = symbolBoxes();
    shown.forEach((one, at) => {
      const step = boxes[at].height;
      const steps = one.isSpot ? [0, -step - 24] : [0, step, -step, 1.8 * step, -1.8 * step];
      const dy = steps.find((tried) => taken.every((other) => apart(moved(boxes[at], tried), other)));
      one.box.hidden = dy === undefined;
      if (dy === undefined) return;
      one.box.style.marginTop = `${dy}px`;
      taken.push(moved(boxes[at], dy));
    });
  }

  // The legend is Leaflet's layer control, set beside the map, with the looks of each layer below its line

  function setLegend(control, place) {
    const keys = new Map();
    for (const item of place.querySelectorAll("[data-layer]")) {
      const key = item.querySelector(".key");
      if (key) keys.set(item.dataset.layer, key);
    }
    const addKeys = () => {
      for (const input of control.getContainer().querySelectorAll("input")) {
        const layerId = Object.keys(groups).find((id) => L.stamp(groups[id]) === input.layerId);
        input.dataset.layer = layerId;
        if (keys.has(layerId)) input.closest("label").after(keys.get(layerId));
      }
    };
    const update = control._update;
    control._update = function redraw() {
      update.call(control);
      addKeys();
      return control;
    };
    place.querySelector(".legend-words").hidden = true;
    place.append(control.getContainer());
    control.getContainer().querySelector(".leaflet-control-layers-list").removeAttribute("style");
    addKeys();
  }

  // From the list to the map

  function show(key) {
    const { shape, spot, layerId } = shapes.get(key);
    map.addLayer(groups[layerId]);
    asked = key;
    if (spot) {
      map.setView(spot.at, Math.max(map.getZoom(), spot.stated.from, 16), { animate: false });
      open(spot.at, spot.keys);
    } else {
      // In a coverage's map points are shapes of their own.
      if (shape.getLatLng) map.setView(shape.getLatLng(), Math.max(map.getZoom(), 16), { animate: false });
      else map.fitBounds(shape.getBounds(), { maxZoom: 17, animate: false });
      shape.closePopup();
      shape.openPopup();
    }
    asked = null;
    map.getContainer().scrollIntoView({ block: "center" });
    map.getContainer().focus({ preventScroll: true });
    document.getElementById("status").textContent = say.shown.replace("{}", () => nameOf(key));
  }

  function addButtons() {
    for (const [key, { spot }] of shapes) {
      if (spot?.name !== undefined) continue;
      const cell = row(key).querySelector(".name");
      const button = made("button", "name-button", cell.textContent);
      button.type = "button";
      button.title = say.show;
      button.addEventListener("click", () => show(key));
      cell.replaceChildren(button);
    }
  }

  // The search has what the lists say: names, and beside them their other names and how they are spelled

  function offerSearch(offered) {
    const form = document.getElementById("search-form");
    if (!offered || !form) return;
    const heads = document.querySelectorAll(".lists h2[data-title]");
    const layers = Array.from(heads, ({ id, dataset }) => ({ id: id.slice(5), title: dataset.title, isBase: false }));
    const names = layers.flatMap(({ id }, number) => sought(id, number));
    const streets = JSON.parse(document.getElementById("streets").textContent);
    const all = { apart: say.apart, layers, streets, onStreet: say.onStreet, names };
    offered({ words: say, names: all, show: (layer, id) => find(layer, id) });
    form.hidden = !names.length;
  }

  // A layer's names as the search has them (webmap/frontend/names.ts), without boxes
  function sought(layer, number) {
    const ofRow = (one) => {
      const [detail, ...others] = JSON.parse(one.dataset.sought);
      return [number, Number(one.id.slice(layer.length + 1)), one.querySelector(".name").textContent, detail, [], ...others];
    };
    const ofLine = ([name, detail, others, ways], at) =>
      detail === undefined ? [] : [[number, -1 - at, name, detail, [], others.split(" / ").filter(Boolean), ways.split("|")]];
    const rows = document.querySelectorAll(`tr[id^="${layer}-"][data-sought]`);
    return [...Array.from(rows, ofRow).sort((one, other) => one[1] - other[1]), ...namesOf(layer).flatMap(ofLine)];
  }

  function find(layer, id) {
    const key = id < 0 ? `${layer}-at-${-1 - id}` : `${layer}-${id}`;
    if (shapes.has(key)) return show(key);
    location.hash = key;
    row(key).querySelector("th").scrollIntoView({ block: "center" });
    return undefined;
  }

  function count() {
    let found = 0;
    for (const { layerId } of shapes.values()) if (map.hasLayer(groups[layerId])) found += 1;
    map.getContainer().dataset.mapFeatures = found;
  }

  // Where the main map's page was left, as its address says it: ?layers=compound,hazard&z=13.5/27.73/111.99, and
  // what was open there: &select=compound/12

  function follow(query) {
    const wanted = query.get("layers")?.split(",");
    for (const [id, group] of Object.entries(wanted ? groups : {})) {
      if (wanted.includes(id)) map.addLayer(group);
      else map.removeLayer(group);
    }
    const [zoom, lat, lon] = (query.get("z") ?? "").split("/").map(Number);
    const isSane = zoom >= 0 && zoom <= 22 && Math.abs(lat) <= 85 && Math.abs(lon) <= 180;
    if (isSane) map.setView([lat, lon], zoom + 1, { animate: false });
  }

  function reopen(query) {
    const key = query.get("select")?.replace("/", "-");
    if (shapes.has(key)) show(key);
  }

  function start(onMap, control, layers, stated) {
    map = onMap;
    say = stated.words;
    groups = layers;
    const container = map.getContainer();
    setLegend(control, document.getElementById("legend"));
    addButtons();
    map.createPane("labels").style.zIndex = 620;
    map.getPane("labels").style.pointerEvents = "none";
    map.fitBounds(stated.bounds, { paddingTopLeft: [12, 12], paddingBottomRight: [12, 36], animate: false });
    map.setMinZoom(Math.min(map.getZoom() - 2, 14));
    follow(new URLSearchParams(location.search));
    makeLabels(stated.labels);
    const settle = () => {
      for (const redraw of redraws) redraw();
      placePills();
      const zoom = map.getZoom();
      container.dataset.zoom = zoom < 12.5 ? "far" : zoom < 15 ? "middle" : "near";
      placeLabels();
      count();
    };
    map.on("moveend overlayadd overlayremove", settle);
    map.on("popupopen", (event) => {
      const close = event.popup.getElement().querySelector(".leaflet-popup-close-button");
      if (close) close.setAttribute("aria-label", say.close);
    });
    settle();
    offerSearch(own.offerSearch);
    reopen(new URLSearchParams(location.search));
    container.dataset.mapState = "idle";
  }

  const own = { dots, drawBase, each, points, start };
  return own;
})();
