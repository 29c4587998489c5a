// Moments in words, by the clock of the place and not of the phone.

/** Say a moment's time in a zone, and its day where that isn't today there. */
export function inWords(moment: Date, zone: string | undefined): string {
  const dayOf = new Intl.DateTimeFormat("en-CA", { timeZone: zone } as Intl.DateTimeFormatOptions);
  const isToday = dayOf.format(moment) === dayOf.format(new Date());
  const day = isToday ? {} : ({ month: "long", day: "numeric" } as const);
  const asked = { ...day, hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone } as const;
  // English pages write days as the server does: the day before the month.
  const language = document.documentElement.lang;
  return new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, asked as Intl.DateTimeFormatOptions).format(moment);
}
