import { checkOptions, checkText, invalid } from '../../util/check.js';
import { Configuration } from './configuration.js';

/** Makes the URL of a proxy for a session, or none. */
type NewUrlFunction = (sessionId?: string | number) => string | null | Promise<string | null>;

/** Which proxies to use: own ones, or Apify Proxy with these groups and country. */
export interface ProxyConfigurationOptions {
    groups?: string[];
    apifyProxyGroups?: string[];
    /** Two capital letters. */
    countryCode?: string;
    apifyProxyCountry?: string;
    /** Default: that of `APIFY_PROXY_PASSWORD`. */
    password?: string;
    proxyUrls?: (string | null)[];
    newUrlFunction?: NewUrlFunction;
}

/** What is known of a proxy. */
export interface ProxyInfo {
    sessionId?: string;
    url: string;
    username: string;
    password: string;
    hostname: string;
    port: string | number;
    groups?: string[];
    countryCode?: string;
}

const OPTIONS = [
    'groups',
    'apifyProxyGroups',
    'countryCode',
    'apifyProxyCountry',
    'password',
    'proxyUrls',
    'newUrlFunction',
];
/** What the proxy takes in its username. */
const WORD = /^[\w.~]+$/;
const COUNTRY = /^[A-Z]{2}$/;
const MAX_SESSION_CHARS = 50;

/** Hands out the URLs of proxies, always the same one for a session. */
export class ProxyConfiguration {
    /** Whether it is Apify Proxy, or what stands in for it, and not proxies of the Actor's own. */
    readonly usesApifyProxy: boolean;
    readonly #options: ProxyConfigurationOptions;
    readonly #groups: readonly string[];
    readonly #countryCode: string | undefined;
    readonly #urlBySession = new Map<string, string | null>();
    #next = 0;

    /** @throws {@link EngineError} `unknown-option`, or `invalid-value` for what is no group, country or list of URLs. */
    constructor(options: ProxyConfigurationOptions = {}) {
        checkOptions('options', options, OPTIONS);
        const { groups, apifyProxyGroups = [], countryCode, apifyProxyCountry, proxyUrls, newUrlFunction } = options;
        this.#options = options;
        this.#groups = groups?.length ? groups : apifyProxyGroups;
        this.#countryCode = countryCode || apifyProxyCountry;
        this.usesApifyProxy = proxyUrls === undefined && newUrlFunction === undefined;
        checkText('options.password', options.password);
        check(options, this.#groups, this.#countryCode);
    }

    /** @returns Undefined where the Actor's own function gives none. */
    async newUrl(sessionId?: string | number): Promise<string | undefined> {
        const session = checkSession(sessionId);
        const { newUrlFunction, proxyUrls } = this.#options;
        if (newUrlFunction !== undefined) return (await newUrlFunction(session)) ?? undefined;
        if (proxyUrls !== undefined) return this.#ownUrl(proxyUrls, session) ?? undefined;
        return this.#apifyUrl(session);
    }

    /** As {@link ProxyConfiguration.newUrl}, with its parts. */
    async newProxyInfo(sessionId?: string | number): Promise<ProxyInfo | undefined> {
        const url = await this.newUrl(sessionId);
        if (url === undefined) return undefined;
        const { username, password, hostname, port } = new URL(url);
        return {
            ...(sessionId !== undefined && { sessionId: String(sessionId) }),
            url,
            username: decodeURIComponent(username),
            password: decodeURIComponent(password),
            hostname,
            port: this.usesApifyProxy ? Number(port) : port,
            ...(this.usesApifyProxy && { groups: [...this.#groups], countryCode: this.#countryCode }),
        };
    }

    #ownUrl(urls: readonly (string | null)[], session: string | undefined): string | null {
        const known = session === undefined ? undefined : this.#urlBySession.get(session);
        if (known !== undefined) return known;
        const url = urls[this.#next++ % urls.length] ?? null;
        if (session !== undefined) this.#urlBySession.set(session, url);
        return url;
    }

    #apifyUrl(session: string | undefined): string {
        const config = Configuration.getGlobalConfig();
        const parts = [
            ...(this.#groups.length > 0 ? [`groups-${this.#groups.join('+')}`] : []),
            ...(session === undefined ? [] : [`session-${session}`]),
            ...(this.#countryCode === undefined ? [] : [`country-${this.#countryCode}`]),
        ];
        const url = new URL(`http://${String(config.get('proxyHostname'))}:${String(config.get('proxyPort'))}`);
        url.username = parts.join(',') || 'auto';
        url.password = this.#options.password ?? String(config.get('proxyPassword') ?? '');
        return url.href.slice(0, -1);
    }
}

/**
 * A configuration for an Actor, or undefined if its options, which may be those of an input, ask for no proxy.
 *
 * @throws Error when there is no password: the engine's own proxy is turned off, and none is given.
 */
export function createProxyConfiguration(
    options: ProxyConfigurationOptions & { useApifyProxy?: boolean; checkAccess?: boolean } = {},
): ProxyConfiguration | undefined {
    const { useApifyProxy, checkAccess: _, ...rest } = options;
    if (useApifyProxy === false && !rest.proxyUrls) return undefined;
    const configuration = new ProxyConfiguration(rest);
    const password = rest.password ?? Configuration.getGlobalConfig().get('proxyPassword');
    if (!configuration.usesApifyProxy || password) return configuration;
    throw new Error(
        'There is no proxy for this run. Pass `password` or `proxyUrls`, set the variable APIFY_PROXY_PASSWORD, or leave ' +
            "the engine's option `proxy` on.",
    );
}

function check(
    { proxyUrls, newUrlFunction }: ProxyConfigurationOptions,
    groups: readonly unknown[],
    countryCode: unknown,
): void {
    const own = proxyUrls ?? newUrlFunction;
    if (own !== undefined && (groups.length > 0 || countryCode !== undefined)) {
        throw invalid(
            'options',
            { groups, countryCode },
            'without groups and country where proxies of its own are given',
        );
    }
    if (proxyUrls !== undefined) {
        const areUrls = Array.isArray(proxyUrls) && proxyUrls.every((url) => url === null || URL.canParse(url));
        if (!areUrls || proxyUrls.length === 0) throw invalid('options.proxyUrls', proxyUrls, 'a list of URLs');
    }
    const wrong = groups.find((group) => typeof group !== 'string' || !WORD.test(group));
    if (wrong !== undefined) throw invalid('options.groups', wrong, 'of letters, digits, `_`, `.` and `~`');
    if (countryCode !== undefined && !COUNTRY.test(String(countryCode))) {
        throw invalid('options.countryCode', countryCode, 'two capital letters, like `US`');
    }
}

function checkSession(sessionId: string | number | undefined): string | undefined {
    if (sessionId === undefined) return undefined;
    const session = String(sessionId);
    if (WORD.test(session) && session.length <= MAX_SESSION_CHARS) return session;
    throw invalid('sessionId', sessionId, `at most ${MAX_SESSION_CHARS} letters, digits, \`_\`, \`.\` and \`~\``);
}
