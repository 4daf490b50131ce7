// The places where a targeted plan samples.

export interface Place { city: string; county: string }

/** As they are sent: without those that nobody has chosen, and none twice. */
export function chosenPlaces(places: readonly Place[]): Place[] {
  const found = new Map<string, Place>()
  for (const one of places) if (one.city !== '' && one.county !== '') found.set(one.county, { city: one.city, county: one.county })
  return [...found.values()]
}
