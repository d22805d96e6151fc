/** Under this name in the registry of symbols the runtime leaves its SDK, so that every import leads to the same one. */
export const SDK_SYMBOL_NAME = 'greenroom.actor-sdk';

/** What `import 'apify'` gives to an Actor that has no `apify` of its own. */
export const SDK_EXPORTS = [
    'Actor',
    'ApifyClient',
    'ChargingManager',
    'Configuration',
    'Dataset',
    'EXIT_CODES',
    'KeyValueStore',
    'Log',
    'log',
    'LogLevel',
    'PlatformEventManager',
    'ProxyConfiguration',
    'Request',
    'RequestQueue',
] as const;

/**
 * Source of an ES module that hands out the SDK of the thread it is imported in. There is nothing to load behind it, so
 * that importing the SDK costs an Actor next to nothing.
 */
export function sdkModuleSource(): string {
    return [
        `const sdk = globalThis[Symbol.for(${JSON.stringify(SDK_SYMBOL_NAME)})];`,
        `export const { ${SDK_EXPORTS.join(', ')} } = sdk;`,
        'export default sdk;',
        '',
    ].join('\n');
}
