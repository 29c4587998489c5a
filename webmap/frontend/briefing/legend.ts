// The legend is Leaflet's layer control, set beside the map, with the looks of each layer below its line.

export function setLegend(control: L.LayersControl, place: HTMLElement, groups: Record<string, L.Layer>): void {
  const keys = new Map<string, Element>();
  for (const item of place.querySelectorAll<HTMLElement>("[data-layer]")) {
    const key = item.querySelector(".key");
    if (key) keys.set(item.dataset["layer"] ?? "", key);
  }
  const addKeys = () => {
    // Leaflet notes on each box the layer that it switches.
    for (const input of control.getContainer().querySelectorAll<HTMLInputElement & { layerId: number }>("input")) {
      const [layerId = ""] = Object.entries(groups).find(([, group]) => L.stamp(group) === input.layerId) ?? [];
      input.dataset["layer"] = layerId;
      const key = keys.get(layerId);
      if (key) input.closest("label")?.after(key);
    }
  };
  const update = control._update;
  control._update = () => {
    update.call(control);
    addKeys();
    return control;
  };
  const inWords = place.querySelector<HTMLElement>(".legend-words");
  if (inWords) inWords.hidden = true;
  place.append(control.getContainer());
  control.getContainer().querySelector(".leaflet-control-layers-list")?.removeAttribute("style");
  addKeys();
}
