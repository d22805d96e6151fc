import type { RunDependencies } from '../../../src/run/dependencies.js';

/** Access for runs that nothing reaches from outside. */
export const NO_EXTERNAL_ACCESS: RunDependencies['external'] = {
    url: undefined,
    tokenOf: () => 'token',
    createVariables: () => ({}),
    async openChildAccess() {},
    sendEvent() {},
    reportUsage() {},
};

/** Networks of runs that send no requests. */
export const NO_NETWORKS: RunDependencies['networks'] = {
    resolve: () => ({ policy: 'guarded', ownAddresses: [] }),
    proxyVariables: async () => ({}),
    setHandler: () => {},
    fetch: () => Promise.reject(new Error('No network.')),
};
