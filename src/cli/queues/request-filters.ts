/** Which requests of a queue can be chosen. */
export const REQUEST_FILTERS = ['pending', 'locked', 'handled', 'failed'] as const;

export type RequestFilter = (typeof REQUEST_FILTERS)[number];
