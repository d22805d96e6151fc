import type { ActorPrototype, ConfigurationClass, SdkPackages } from './packages.js';

/**
 * Spares the SDK work that comes to the same each time and takes most of the time of a push. What it does stays as it is;
 * a version that is made in another way is left alone.
 */
export function installSdkFastPaths({ apify, core }: SdkPackages): void {
    indexVariables(core.Configuration);
    const { prototype } = apify.Actor;
    if (typeof prototype._openStorage !== 'function' || typeof prototype._ensureActorInit !== 'function') return;
    skipEmptyOptions(prototype, 'openDataset', core.Dataset);
    skipEmptyOptions(prototype, 'openKeyValueStore', apify.KeyValueStore);
}

/** `get` goes through the names of all variables for each value; it is shown those of the value only. */
function indexVariables(configuration: ConfigurationClass): void {
    const { get } = configuration.prototype;
    let indexed: Record<string, string> | undefined;
    let byKey = new Map<string, Record<string, string>>();
    configuration.prototype.get = function (key, defaultValue) {
        const all = configuration.ENV_MAP;
        if (all === undefined) return get.call(this, key, defaultValue);
        if (all !== indexed) {
            indexed = all;
            byKey = variablesByKey(all);
        }
        configuration.ENV_MAP = byKey.get(key) ?? {};
        try {
            return get.call(this, key, defaultValue);
        } finally {
            configuration.ENV_MAP = all;
        }
    };
}

function variablesByKey(map: Record<string, string>): Map<string, Record<string, string>> {
    const byKey = new Map<string, Record<string, string>>();
    for (const [name, key] of Object.entries(map)) byKey.set(key, { ...byKey.get(key), [name]: key });
    return byKey;
}

/** Options that nobody has given need no check. */
function skipEmptyOptions(
    prototype: ActorPrototype,
    name: 'openDataset' | 'openKeyValueStore',
    storageClass: unknown,
): void {
    const open = prototype[name];
    prototype[name] = async function (id, options) {
        if (options !== undefined) return open.call(this, id, options);
        this._ensureActorInit(name);
        return this._openStorage(storageClass, id, {});
    };
}
