import { readFileSync } from 'node:fs';
import * as realLog from '@apify/log';
import * as real from 'apify-sdk';
import { describe, expect, it } from 'vitest';
import * as ours from '../../src/actor.js';
import { apifyLog } from '../../src/worker/sdk/logging/apify-log.js';

/*
 * Compares the built-in SDK with the package `apify`: each public member, and the number of its required parameters.
 * Members that start with `_`, or are declared `private`, `protected` or `@internal`, are not public.
 */

const NOT_OFFERED: Readonly<Record<string, string>> = {
    'Configuration#createMemoryStorage': 'is internal to Crawlee',
    'Configuration.globalConfig': 'is set once `getGlobalConfig()` was called; the built-in one keeps it elsewhere',
    'Configuration.storage': 'the configuration belongs to the run, not to an async context that Actors can set',
    'KeyValueStore#clearCache': 'is internal to Crawlee',
};

/** Members with another number of parameters, and why. */
const OTHER_ARITY: Readonly<Record<string, string>> = {
    'RequestQueue.open': 'the real one passes on all its arguments with `...args`',
    'RequestQueue#reclaimRequest': 'the real one passes on all its arguments with `...args`',
};

/** Exports of `@apify/log` that describe its own code. */
const LOG_INTERNALS =
    /^(IS_APIFY_LOGGER_EXCEPTION|LEVEL_TO_STRING|PREFERRED_\w+|PREFIX_DELIMITER|TRUNCATION_\w+|sanitizeData|truncate)$/;

const DECLARATIONS = [
    ...['actor', 'charging', 'configuration', 'key_value_store', 'platform_event_manager', 'proxy_configuration'].map(
        (name) => `apify-sdk/dist/${name}`,
    ),
    ...['configuration', 'proxy_configuration', 'events/event_manager', 'storages/dataset'].map(core),
    ...['storages/key_value_store', 'storages/request_provider', 'storages/request_queue_v2'].map(core),
];

function core(name: string): string {
    return `@crawlee/core/${name}`;
}

/** Names that the declarations mark as not public. */
const hidden = new Set(
    DECLARATIONS.flatMap((name) => {
        const text = readFileSync(new URL(`../../node_modules/${name}.d.ts`, import.meta.url), 'utf8');
        return Array.from(
            text.matchAll(/(?:private|protected)\s+(?:static\s+|readonly\s+|get\s+|async\s+)*(\w+)/g),
            ([, member]) => member!,
        );
    }),
);

type Members = Record<string, number | 'value'>;

/** The members of an object and of its prototypes, with the number of parameters of its functions. */
function membersOf(object: object, end: object): Members {
    const members: Members = {};
    for (let owner = object; owner !== end && owner !== null; owner = Object.getPrototypeOf(owner) as object) {
        for (const key of Reflect.ownKeys(owner)) {
            const name = String(key);
            const isOwnOfFunction = typeof owner === 'function' && ['length', 'name', 'prototype'].includes(name);
            if (name.startsWith('_') || name === 'constructor' || isOwnOfFunction || hidden.has(name)) continue;
            const { value } = Object.getOwnPropertyDescriptor(owner, key)!;
            members[name] ??= typeof value === 'function' ? (value as () => void).length : 'value';
        }
    }
    return members;
}

type Class = abstract new (...args: never[]) => object;

function publicMembers(of: Class): Members {
    const statics = membersOf(of, Function.prototype);
    const methods = membersOf(of.prototype as object, Object.prototype);
    return Object.fromEntries([
        ...Object.entries(statics).map(([name, arity]) => [`.${name}`, arity]),
        ...Object.entries(methods).map(([name, arity]) => [`#${name}`, arity]),
    ]) as Members;
}

const CLASSES = [
    'Actor',
    'ChargingManager',
    'Configuration',
    'Dataset',
    'KeyValueStore',
    'Log',
    'Logger',
    'LoggerJson',
    'LoggerText',
    'PlatformEventManager',
    'ProxyConfiguration',
    'RequestQueue',
] as const;

const REAL = { ...real } as unknown as Readonly<Record<string, Class>>;
const OURS = { ...ours } as unknown as Readonly<Record<string, Class>>;

describe('the public surface of the built-in SDK', () => {
    it('has all exports of `apify`', () => {
        const missing = Object.keys(real).filter((name) => !(name in ours) && name !== 'module.exports');

        expect(missing).toEqual([]);
    });

    it.each(CLASSES)('has all members of the real `%s`, with the same number of parameters', (name) => {
        const theirs = publicMembers(REAL[name]!);
        const own = publicMembers(OURS[name]!);

        const differences = Object.entries(theirs).flatMap(([member, arity]) => {
            const path = `${name}${member}`;
            if (!(member in own)) return path in NOT_OFFERED ? [] : [`${path} is missing`];
            if (own[member] === arity || path in OTHER_ARITY) return [];
            return [`${path} has ${own[member]} parameters instead of ${arity}`];
        });

        expect(differences).toEqual([]);
    });

    it('has the members that instances of the real `Actor` have without a prototype', () => {
        const actor = ours.Actor.getDefaultInstance();

        expect(actor.config).toBeInstanceOf(ours.Configuration);
        expect(actor.eventManager).toBeInstanceOf(ours.PlatformEventManager);
        expect('initialized' in actor && 'apifyClient' in actor).toBe(true);
    });

    it('has all exports of `@apify/log` that do not describe its own code', () => {
        const missing = Object.keys(realLog).filter((name) => !(name in apifyLog) && !LOG_INTERNALS.test(name));

        expect(missing.filter((name) => name !== 'module.exports')).toEqual([]);
        expect(apifyLog.LogLevel).toEqual(realLog.LogLevel);
        expect(apifyLog.LogFormat).toEqual(realLog.LogFormat);
    });

    it('has the exit codes and the log levels of the real one', () => {
        expect(ours.EXIT_CODES).toEqual(real.EXIT_CODES);
        expect(ours.LogLevel).toEqual(real.LogLevel);
    });

    it('reads each setting from the variables that the real one reads, with its defaults', () => {
        const { ENV_MAP } = real.Configuration as unknown as { ENV_MAP: Record<string, string> };
        const names = [...new Set(Object.values(ENV_MAP))].filter(
            (key) => !['systemInfoV2', 'containerized'].includes(key),
        );
        const read = (config: { get(key: never): unknown }): Record<string, string> =>
            Object.fromEntries(names.map((key) => [key, String(config.get(key as never)).replace(/\/$/, '')]));
        const before = { ...process.env };
        try {
            for (const name of Object.keys(ENV_MAP)) delete process.env[name];
            expect(read(new ours.Configuration())).toEqual(read(new real.Configuration()));
            for (const name of Object.keys(ENV_MAP)) {
                // The real one calls it unused.
                if (name === 'APIFY_TEST_PERSIST_INTERVAL_MILLIS') continue;
                process.env[name] = '4';
                expect(read(new ours.Configuration()), name).toEqual(read(new real.Configuration()));
                delete process.env[name];
            }
        } finally {
            Object.assign(process.env, before);
        }
    });
});
