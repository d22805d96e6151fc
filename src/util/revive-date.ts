const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Makes dates of the ISO times under keys that end in `At`; for `JSON.parse`. */
export function reviveDate(key: string, value: unknown): unknown {
    return key.endsWith('At') && typeof value === 'string' && ISO_TIME.test(value) ? new Date(value) : value;
}
