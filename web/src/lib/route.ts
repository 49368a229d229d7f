/** Where the page is: #/s/{session}/c/{conversation}. */
export interface Place {
  session?: string;
  conversation?: string;
}

export function readPlace(hash: string): Place {
  const m = /^#\/s\/([^/]+)(?:\/c\/([^/]+))?$/.exec(hash);
  if (!m) return {};
  try {
    const place: Place = { session: decodeURIComponent(m[1]!) };
    if (m[2]) place.conversation = decodeURIComponent(m[2]);
    return place;
  } catch {
    return {};
  }
}

export function writePlace(place: Place): string {
  if (!place.session) return "#/";
  const base = `#/s/${encodeURIComponent(place.session)}`;
  return place.conversation ? `${base}/c/${encodeURIComponent(place.conversation)}` : base;
}
