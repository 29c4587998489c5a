// Says anew what is open: a page is kept, and read at another hour than it was written.

const DAY = 24 * 60;
const WEEK = 7 * DAY;
const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const AGAIN_MS = 60_000;

/** Minutes after Monday's midnight, the end not included; the last may reach into the next week. */
type Span = [number, number];

/** Say it now, and again as long as the page is open. */
export function keepOpenSaid(root: ParentNode): void {
  for (const answer of root.querySelectorAll<HTMLElement>("[data-open-words]")) sayOpen(answer);
}

setInterval(() => keepOpenSaid(document), AGAIN_MS);

function sayOpen(answer: HTMLElement): void {
  const words = JSON.parse(answer.dataset["openWords"] ?? "{}") as Record<string, string>;
  const now = minuteOfWeek(new Date(), answer.dataset["zone"]);
  for (const said of answer.querySelectorAll<HTMLElement>(".open-now")) {
    const week = weekOf(said);
    said.textContent = inWords(week, now, words);
    said.classList.toggle("is-closed", !isOpen(week, now));
    said.hidden = false;
  }
  for (const other of answer.querySelectorAll<HTMLElement>("[data-while-closed]"))
    other.hidden = isOpen(JSON.parse(other.dataset["whileClosed"] ?? "[]") as Span[], now);
  showOpenPost(answer, now);
}

/** While the nearest post is closed, name the nearest of the others that is open. */
function showOpenPost(answer: HTMLElement, now: number): void {
  const nearest = answer.querySelector<HTMLElement>("[data-line=post] :not(.gate-hours) > .open-now");
  const line = answer.querySelector<HTMLElement>("[data-line=open]");
  if (!line) return;
  const isWanted = nearest !== null && !isOpen(weekOf(nearest), now);
  const others = [...line.querySelectorAll<HTMLElement>(".open-post")];
  const shown = isWanted ? others.find((other) => isOpen(weekOf(other), now)) : undefined;
  for (const other of others) other.hidden = other !== shown;
  line.hidden = shown === undefined;
}

function weekOf(said: HTMLElement): Span[] {
  return JSON.parse(said.dataset["week"] ?? "[]") as Span[];
}

function minuteOfWeek(moment: Date, zone: string | undefined): number {
  const told = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(moment);
  const part = (type: string) => told.find((each) => each.type === type)?.value ?? "";
  return DAYS.indexOf(part("weekday")) * DAY + Number(part("hour")) * 60 + Number(part("minute"));
}

function isOpen(week: Span[], now: number): boolean {
  return week.some(([start, end]) => (start <= now && now < end) || (start <= now + WEEK && now + WEEK < end));
}

function inWords(week: Span[], now: number, words: Record<string, string>): string {
  if (isOpen(week, now)) {
    const [start, end] = week.find(([from, to]) => isOpen([[from, to]], now))!;
    return end - start >= WEEK ? words["always"]! : filled(words["open"]!, end);
  }
  const starts = week.map(([start]) => (start > now ? start : start + WEEK));
  if (!starts.length) return words["never"]!;
  const next = Math.min(...starts);
  const days = Math.floor(next / DAY) - Math.floor(now / DAY);
  return filled(words[days === 0 ? "opens" : days === 1 ? "opens_tomorrow" : "opens_on"]!, next);
}

function filled(sentence: string, minute: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const time = `${two(Math.floor((minute % DAY) / 60))}:${two(minute % 60)}`;
  // The first of January 2024 was a Monday.
  const day = new Date(Date.UTC(2024, 0, 1 + Math.floor(minute / DAY)));
  const named = new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "short", timeZone: "UTC" }).format(day);
  return sentence.replace("{time}", time).replace("{day}", named);
}
