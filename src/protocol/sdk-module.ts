/** Key of the global symbol under which the worker exposes its SDK, so that every import leads to the same instance. */
export const SDK_SYMBOL_NAME = 'greenroom.actor-sdk';

/** Names that `import 'apify'` exports for an Actor without its own `apify`. */
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
    'Logger',
    'LoggerJson',
    'LoggerText',
    'LogLevel',
    'PlatformEventManager',
    'ProxyConfiguration',
    'Request',
    'RequestQueue',
] as const;

/** Key of the global symbol under which the worker exposes the module `@apify/log`. */
export const LOG_SYMBOL_NAME = 'greenroom.apify-log';

/** Names that `import '@apify/log'` exports for an Actor without that package. */
const LOG_EXPORTS = [
    'getFormatFromEnv',
    'getLevelFromEnv',
    'LEVELS',
    'Log',
    'LogFormat',
    'Logger',
    'LoggerJson',
    'LoggerText',
    'LogLevel',
] as const;

/** Returns the source of an ES module that exports the logger of the importing thread, like the package `@apify/log`. */
export function logModuleSource(): string {
    return moduleSource(LOG_SYMBOL_NAME, LOG_EXPORTS, 'module.default');
}

/**
 * Returns the source of an ES module that exports the SDK of the importing thread. It loads nothing, so that importing
 * the SDK is nearly free.
 */
export function sdkModuleSource(): string {
    return moduleSource(SDK_SYMBOL_NAME, SDK_EXPORTS, 'module');
}

function moduleSource(symbolName: string, names: readonly string[], defaultExport: string): string {
    return [
        `const module = globalThis[Symbol.for(${JSON.stringify(symbolName)})];`,
        `export const { ${names.join(', ')} } = module;`,
        `export default ${defaultExport};`,
        '',
    ].join('\n');
}
