import type { ActorPrototype, ConfigurationClass, SdkPackages } from './packages.js';

/**
 * Removes work of the SDK that has the same result each time and dominates the time of a push. Its behaviour does not
 * change, and a version with other internals is left alone.
 */
export function installSdkFastPaths({ apify, core }: SdkPackages): void {
    indexVariables(core.Configuration);
    const { prototype } = apify.Actor;
    if (typeof prototype._openStorage !== 'function' || typeof prototype._ensureActorInit !== 'function') return;
    skipValidationWithoutOptions(prototype, 'openDataset', core.Dataset);
    skipValidationWithoutOptions(prototype, 'openKeyValueStore', apify.KeyValueStore);
}

/** `get` iterates over all variable names for each key; the index shows it only those of that key. */
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

/** Skips the validation of options that are not given. */
function skipValidationWithoutOptions(
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
