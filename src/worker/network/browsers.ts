import { basename } from 'node:path';
import { syncBuiltinESMExports } from 'node:module';
import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { certificateHash } from './secure-socket.js';
import { replaceFunction, type AnyFunction, type Functions } from '../replace-function.js';
import type { NetworkPolicy } from '../../protocol/network.js';
import type { OwnServers } from './own-servers.js';

/*
 * A browser is a process of its own, so its connections do not pass here. A Chromium can be told by its arguments to
 * make those for the API, or all of them, to a port of this thread; other browsers can only be reported.
 */

/** The network of a run whose browsers are controlled. */
export interface BrowserNetwork {
    readonly options: {
        readonly policy: NetworkPolicy;
        readonly apiHosts: readonly string[];
        report?(text: string): void;
    };
    readonly ownServers: OwnServers;
    /** Returns the port that takes the connections of browsers. */
    openBrowserPort(): number;
}

/** Members that Node's types omit. */
interface SpawnOptions {
    file?: string;
    args?: string[];
}
interface ChildProcessInternals {
    prototype: { spawn(this: ChildProcess, options: SpawnOptions): unknown };
}

const CHROMIUM = /\b(chrome|chromium|headless_shell|msedge|microsoft[- ]edge|brave|opera|vivaldi)\b/i;
const OTHER_BROWSER = /\b(firefox|camoufox|minibrowser|pw_run|safari)\b|(chrome|gecko|edge|safari)-?driver/i;
const SHELL = /^(ba|da|z|k)?sh$|^cmd\.exe$/i;
/** Browsers that a shell command may start. */
const BROWSER_COMMAND = /(^|[\s/;&|"'])(chromium|chrome|google-chrome|firefox|msedge)[\w-]*["']?(\s|$)/i;
const CHROMIUM_CONTROL = /^--remote-debugging-(port|pipe)\b/;
/** Of Firefox and WebKit under Playwright. */
const OTHER_CONTROL = /^--?(juggler|inspector)-pipe$/;
const PORT_OPTION = /^--[\w-]*port=(\d+)$/;
/** Written by browsers to stderr. */
const CONTROL_ADDRESS = /listening on ws:\/\/[^\s/]+:(\d+)[\s/]/;
const PROXY_OPTION = /^--(no-)?proxy-/;
const SYNC_FUNCTIONS = ['spawnSync', 'execSync', 'execFileSync'] as const;
const RESOLVER_RULES = '--host-resolver-rules=';
/** Only works with `--user-data-dir`, which Playwright and Puppeteer always set. */
const TRUSTED_KEYS = '--ignore-certificate-errors-spki-list=';

let findNetwork: () => BrowserNetwork | undefined = () => undefined;
let isPatched = false;
let isReporting = false;

/** True if a policy does not allow every host. */
export function isRestricted(policy: NetworkPolicy): boolean {
    return policy !== 'guarded' && policy !== 'allow';
}

/** Makes the browsers that this thread starts follow the network that `find` returns at that moment, if any. */
export function controlBrowsers(find: () => BrowserNetwork | undefined): void {
    findNetwork = find;
    if (isPatched) return;
    isPatched = true;
    patchSpawn(process.getBuiltinModule('node:child_process').ChildProcess as unknown as ChildProcessInternals);
}

/** Reports browsers that a blocking call starts under a policy that restricts the network. */
export function reportBlockingCalls(): void {
    if (isReporting) return;
    isReporting = true;
    const childProcess = process.getBuiltinModule('node:child_process') as unknown as Functions;
    for (const name of SYNC_FUNCTIONS) replaceFunction(childProcess, name, reportBrowser);
    syncBuiltinESMExports();
}

function patchSpawn({ prototype }: ChildProcessInternals): void {
    const { spawn } = prototype;
    prototype.spawn = function (options) {
        const network = findNetwork();
        const { file = '', args = [] } = options;
        if (network === undefined || !isBrowser(file, args)) return spawn.call(this, options);
        const restricted = isRestricted(network.options.policy);
        // Changed in place, since Node's own code continues with the same object.
        if (isChromium(file, args)) options.args = restricted ? withNetwork(args, network) : withApi(args, network);
        else if (restricted) reportUncontrolled(file, network);
        const result = spawn.call(this, options);
        if (restricted) allowControl(this, args, network.ownServers);
        return result;
    };
}

/** A Chromium cannot be controlled during a call that blocks this thread, which would have to answer it. */
function reportBrowser(original: AnyFunction, self: unknown, args: unknown[]): unknown {
    const network = findNetwork();
    const [command, list] = args;
    if (network !== undefined && isRestricted(network.options.policy) && typeof command === 'string') {
        const [file, rest] = Array.isArray(list) ? [command, list as string[]] : ['sh', ['-c', command]];
        if (isBrowser(file, rest)) reportUncontrolled(Array.isArray(list) ? file : command, network);
    }
    return Reflect.apply(original, self, args);
}

function isBrowser(file: string, args: readonly string[]): boolean {
    const name = basename(file);
    if (SHELL.test(name)) return BROWSER_COMMAND.test(args.join(' '));
    return isChromium(file, args) || OTHER_BROWSER.test(name) || args.some((arg) => OTHER_CONTROL.test(arg));
}

/** Also true for a program that starts a Chromium with its own arguments, such as `xvfb-run`. */
function isChromium(file: string, args: readonly string[]): boolean {
    const name = basename(file);
    if (SHELL.test(name) || OTHER_BROWSER.test(name)) return false;
    return CHROMIUM.test(name) || args.some((arg) => CHROMIUM_CONTROL.test(arg));
}

/** Sends the connections for the API to this thread, also those that the Actor forwards, as a proxy in its thread does. */
function withApi(args: readonly string[], network: BrowserNetwork): string[] {
    const address = `127.0.0.1:${network.openBrowserPort()}`;
    const rules = network.options.apiHosts.map((host) => `MAP ${host} ${address}`).join(', ');
    return insert(args, [extend(args, RESOLVER_RULES, rules), extend(args, TRUSTED_KEYS, certificateHash())]);
}

/** Returns an option with a value in front of those that the Actor has set. */
function extend(args: readonly string[], option: string, value: string): string {
    const set = args.findLast((arg) => arg.startsWith(option))?.slice(option.length);
    return `${option}${value}${set ? `,${set}` : ''}`;
}

function withNetwork(args: readonly string[], network: BrowserNetwork): string[] {
    const address = `127.0.0.1:${network.openBrowserPort()}`;
    const isLocal = network.options.policy === 'loopback';
    const exceptions = isLocal
        ? ['localhost', '*.localhost', '127.0.0.1', '[::1]'].map((name) => `, EXCLUDE ${name}`)
        : [];
    const own = [
        // Also covers the proxies of single contexts, and addresses that need no lookup.
        `${RESOLVER_RULES}MAP * ${address}${exceptions.join('')}`,
        ...(isLocal ? [] : [`--proxy-server=${address}`, '--proxy-bypass-list=<-loopback>']),
        '--ignore-certificate-errors',
        '--disable-quic',
        '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
        '--disable-background-networking',
        '--disable-component-update',
    ];
    return insert(isLocal ? args : args.filter((arg) => !PROXY_OPTION.test(arg)), own);
}

/** Adds options after those of the Actor: of an option that occurs twice, Chromium uses the last one. */
function insert(args: readonly string[], options: readonly string[]): string[] {
    const end = args.indexOf('--');
    return end === -1 ? [...args, ...options] : [...args.slice(0, end), ...options, ...args.slice(end)];
}

function reportUncontrolled(file: string, { options: { policy, report } }: BrowserNetwork): void {
    const option = policy === 'handler' ? '`network`' : `\`network: '${policy}'\``;
    report?.(
        `The engine's option ${option} does not control \`${file}\`: the pages of this browser may reach the network. ` +
            'Only a Chromium that the Actor starts asynchronously and without a shell or driver is controlled.',
    );
}

/** Lets the Actor connect to the port on which a browser is controlled, until the browser exits. */
function allowControl(child: ChildProcess, args: readonly string[], servers: OwnServers): void {
    const allow = (port: number): void => {
        servers.addControlPort(port);
        child.once('exit', () => servers.removeControlPort(port));
    };
    for (const arg of args) {
        const port = Number(PORT_OPTION.exec(arg)?.[1] ?? 0);
        if (port > 0) allow(port);
    }
    if (child.stderr) findControlPort(child.stderr, allow);
}

/** A `data` listener would take the output from the Actor. */
function findControlPort(stderr: Readable, onFound: (port: number) => void): void {
    const { push } = stderr;
    let text = '';
    stderr.push = (chunk: unknown, ...rest) => {
        text += String(chunk ?? '');
        const port = CONTROL_ADDRESS.exec(text)?.[1];
        if (port !== undefined) onFound(Number(port));
        // The line may be split between two chunks.
        text = port === undefined ? text.slice(-200) : '';
        return push.call(stderr, chunk, ...rest);
    };
}
