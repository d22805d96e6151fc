import { resolve } from 'node:path';

/** The last one names certificates: a thread trusts them with this process, so a process of an Actor must trust them, too. */
const NAMES = ['PATH', 'HOME', 'TZ', 'NODE_EXTRA_CA_CERTS'];

/** Variables without which programs on Windows cannot find the system, the user's folders or other programs. */
const WINDOWS_NAMES = (
    'ALLUSERSPROFILE APPDATA COMPUTERNAME COMSPEC COMMONPROGRAMFILES COMMONPROGRAMFILES(X86) COMMONPROGRAMW6432 HOMEDRIVE HOMEPATH ' +
    'LOCALAPPDATA NUMBER_OF_PROCESSORS OS PATHEXT PROCESSOR_ARCHITECTURE PROGRAMDATA PROGRAMFILES PROGRAMFILES(X86) PROGRAMW6432 ' +
    'PUBLIC SYSTEMDRIVE SYSTEMROOT TEMP TMP USERDOMAIN USERNAME USERPROFILE WINDIR'
).split(' ');

/**
 * Returns the only variables that Actors and builds inherit from this process: those that describe the system.
 *
 * @param platform - Default: the platform of this process.
 */
export function readSystemVariables(
    env: Readonly<Record<string, string | undefined>>,
    platform: NodeJS.Platform = process.platform,
): Record<string, string> {
    const variables = platform === 'win32' ? readWindowsVariables(env) : pick(env, NAMES);
    const { NODE_EXTRA_CA_CERTS: certificates } = variables;
    // The path is relative to the working directory, which is another one in the processes of Actors and builds.
    if (certificates) variables['NODE_EXTRA_CA_CERTS'] = resolve(certificates);
    return variables;
}

/** The names are case-insensitive there, but not in a worker's copy: `Path` would not be found as `PATH`. */
function readWindowsVariables(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
    const upper = Object.fromEntries(Object.entries(env).map(([name, value]) => [name.toUpperCase(), value]));
    return pick(upper, [...NAMES, ...WINDOWS_NAMES]);
}

function pick(env: Readonly<Record<string, string | undefined>>, names: readonly string[]): Record<string, string> {
    const pairs = names.map((name) => [name, env[name]] as const);
    return Object.fromEntries(pairs.filter((pair): pair is [string, string] => pair[1] !== undefined));
}
