// What a briefing uses of Leaflet 1.9, which the page has as a script of its own: no more, so that it stays readable.

declare namespace L {
  type LatLngTuple = [number, number];

  interface LatLng {
    lat: number;
    lng: number;
  }

  interface Point {
    x: number;
    y: number;
    divideBy(by: number): Point;
  }

  interface LatLngBounds {
    pad(ratio: number): LatLngBounds;
    contains(at: LatLng): boolean;
  }

  interface FitOptions {
    paddingTopLeft?: [number, number];
    paddingBottomRight?: [number, number];
    maxZoom?: number;
    animate?: boolean;
  }

  interface Map {
    addLayer(layer: Layer): this;
    removeLayer(layer: Layer): this;
    hasLayer(layer: Layer): boolean;
    createPane(name: string): HTMLElement;
    getPane(name: string): HTMLElement;
    getContainer(): HTMLElement;
    getZoom(): number;
    setMinZoom(zoom: number): this;
    setView(at: LatLngTuple | LatLng, zoom: number, options?: { animate?: boolean }): this;
    fitBounds(bounds: LatLngBounds | LatLngTuple[], options?: FitOptions): this;
    getBounds(): LatLngBounds;
    getPixelBounds(): { min: Point; max: Point };
    getSize(): Point;
    on(events: "popupopen", run: (event: { popup: Popup }) => void): this;
    on(events: string, run: () => void): this;
  }

  interface TooltipOptions {
    direction: "top";
    sticky?: boolean;
  }

  interface PopupOptions {
    maxWidth: number;
    minWidth: number;
    maxHeight: number;
    autoPanPadding: [number, number];
    offset?: [number, number];
  }

  class Layer {
    addTo(map: Map): this;
    onAdd(map: Map): void;
    on(events: "click", run: () => void): this;
    bindTooltip(content: () => HTMLElement, options: TooltipOptions): this;
    bindPopup(content: () => HTMLElement, options: PopupOptions): this;
    openPopup(): this;
    closePopup(): this;
  }

  class LayerGroup extends Layer {
    addLayer(layer: Layer): this;
    clearLayers(): this;
  }

  class Popup extends Layer {
    setLatLng(at: LatLngTuple): this;
    setContent(content: HTMLElement): this;
    openOn(map: Map): this;
    getElement(): HTMLElement;
  }

  class Marker extends Layer {
    getLatLng(): LatLng;
  }

  class Path extends Layer {
    setStyle(style: { weight: number }): this;
  }

  interface PathOptions {
    renderer: Layer;
    interactive: boolean;
    color?: string;
    weight?: number;
    fillColor?: string;
    fillOpacity?: number;
    smoothFactor?: number;
  }

  class CircleMarker extends Path {
    constructor(at: LatLngTuple, options: PathOptions);
    setRadius(radius: number): this;
    options: Required<PathOptions>;
    _renderer: { _drawing: boolean; _ctx: CanvasRenderingContext2D };
    _point: Point;
    _radius: number;
    _empty(): boolean;
    _updatePath(): void;
  }

  /** What a GeoJSON layer makes of a feature: a marker of a point, or a path with bounds. */
  interface Shape extends Layer {
    getLatLng?(): LatLng;
    getBounds(): LatLngBounds;
  }

  interface LayersControl {
    getContainer(): HTMLElement;
    _update(): this;
  }

  interface Icon {
    readonly options: unknown;
  }

  interface MarkerOptions {
    icon: Icon;
    keyboard: boolean;
    interactive?: boolean;
    riseOnHover?: boolean;
    zIndexOffset?: number;
    pane?: string;
  }

  const CRS: { EPSG3857: { latLngToPoint(at: LatLng, zoom: number): Point } };
  function latLng(at: LatLngTuple): LatLng;
  function latLngBounds(at: LatLngTuple[]): LatLngBounds;
  function stamp(layer: Layer): number;
  function canvas(options: { pane: string; padding: number }): Layer;
  function layerGroup(): LayerGroup;
  function popup(options: PopupOptions): Popup;
  function marker(at: LatLngTuple, options: MarkerOptions): Marker;
  function circleMarker(at: LatLngTuple, options: PathOptions): CircleMarker;
  function polyline(lines: LatLngTuple[][], options: PathOptions): Path;
  function polygon(rings: LatLngTuple[][][], options: PathOptions): Path;
  function divIcon(options: { html: string | HTMLElement; className: string; iconSize: [number, number] }): Icon;
}
