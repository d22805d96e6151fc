/**
 * Address of the API inside a run. The name is reserved (RFC 2606) and never resolves, so that a request that bypasses
 * the engine fails at once and names its target.
 */
export const API_BASE_URL = 'http://greenroom.invalid';

/** `APIFY_API_BASE_URL` of a run, which ends in a slash as on the platform. */
export const ACTOR_API_BASE_URL = `${API_BASE_URL}/`;

/** Hosts that stand for the engine. */
export const ENGINE_HOSTS: readonly string[] = ['greenroom.invalid'];

/** Hosts of the platform's API. The engine handles requests to them unless the network policy is `allow`. */
export const CLOUD_HOSTS: readonly string[] = ['api.apify.com'];
