/**
 * The API's address in a run. It is a name that cannot exist outside (RFC 2606), so that a request which misses the engine
 * fails at once and says whom it was meant for.
 */
export const API_BASE_URL = 'http://greenroom.invalid';

/** Hosts whose requests are meant for the engine. */
export const ENGINE_HOSTS: readonly string[] = ['greenroom.invalid'];

/** Hosts of the cloud's own API; the engine answers for them, unless it is told to let requests out. */
export const CLOUD_HOSTS: readonly string[] = ['api.apify.com'];
