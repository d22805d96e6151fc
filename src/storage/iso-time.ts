let lastTime = { millis: Number.NaN, text: '' };

/** The text of a time. Of several storages that are made at once, all have the same, so that it is in memory once. */
export function isoTime(millis: number): string {
    if (millis !== lastTime.millis) lastTime = { millis, text: new Date(millis).toISOString() };
    return lastTime.text;
}
