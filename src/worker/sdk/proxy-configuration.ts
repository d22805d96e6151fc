import { checkOptions, checkText, invalid } from '../../util/check.js';
import { Configuration } from './configuration.js';

/** Returns the URL of a proxy for a session, or null for none. */
type NewUrlFunction = (sessionId?: string | number) => string | null | Promise<string | null>;

/**
 * Options of a proxy configuration: custom proxies, or Apify Proxy with groups and a country. Without options, Apify
 * Proxy selects the proxies.
 */
export interface ProxyConfigurationOptions {
    /** Groups of Apify Proxy, such as `RESIDENTIAL`. */
    groups?: string[];
    /** Alias of `groups`, as in an Actor's input. */
    apifyProxyGroups?: string[];
    /** Country of Apify Proxy: two capital letters. */
    countryCode?: string;
    /** Alias of `countryCode`, as in an Actor's input. */
    apifyProxyCountry?: string;
    /** Password of Apify Proxy. Default: the variable `APIFY_PROXY_PASSWORD`. */
    password?: string;
    /** URLs of custom proxies, used in turn; null is no proxy. */
    proxyUrls?: (string | null)[];
    /** Returns the URL of a custom proxy. */
    newUrlFunction?: NewUrlFunction;
}

/** The URL of a proxy and its parts. */
export interface ProxyInfo {
    /** Session that the URL belongs to; absent if none was given. */
    sessionId?: string;
    /** URL of the proxy, with its credentials. */
    url: string;
    /** User name; for Apify Proxy, it contains groups, session and country. */
    username: string;
    /** Password; empty if the URL has none. */
    password: string;
    /** Host name of the proxy. */
    hostname: string;
    /** Port; a number for Apify Proxy, otherwise as in the URL. */
    port: string | number;
    /** Groups of Apify Proxy; absent for custom proxies. */
    groups?: string[];
    /** Country of Apify Proxy; undefined if none is set. */
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
/** Characters that the proxy accepts in its user name. */
const WORD = /^[\w.~]+$/;
const COUNTRY = /^[A-Z]{2}$/;
const MAX_SESSION_CHARS = 50;

/**
 * Provides URLs of proxies; the same one for the same session. Source: the class `ProxyConfiguration` of the platform's
 * SDK.
 */
export class ProxyConfiguration {
    /** True for Apify Proxy or the engine's own proxy, false for custom proxies. */
    readonly usesApifyProxy: boolean;
    readonly #options: ProxyConfigurationOptions;
    readonly #groups: readonly string[];
    readonly #countryCode: string | undefined;
    readonly #urlBySession = new Map<string, string | null>();
    #next = 0;

    /** @throws {@link EngineError} `unknown-option`; `invalid-value` for an invalid group, country or list of URLs. */
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

    /**
     * Returns the URL of a proxy.
     *
     * @param sessionId - Requests of one session use the same proxy: up to 50 letters, digits, `_`, `.` and `~`.
     * @returns Undefined for no proxy: if `newUrlFunction` or `proxyUrls` yields null.
     * @throws {@link EngineError} `invalid-value` for an invalid session id.
     */
    async newUrl(sessionId?: string | number): Promise<string | undefined> {
        const session = checkSession(sessionId);
        const { newUrlFunction, proxyUrls } = this.#options;
        if (newUrlFunction !== undefined) return (await newUrlFunction(session)) ?? undefined;
        if (proxyUrls !== undefined) return this.#ownUrl(proxyUrls, session) ?? undefined;
        return this.#apifyUrl(session);
    }

    /** Returns the URL of a proxy and its parts, otherwise like {@link ProxyConfiguration.newUrl}. */
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
 * Creates a proxy configuration. Returns undefined if the options, which may come from an input, request no proxy.
 *
 * @throws Error if there is no password: the engine's proxy is off and none is given.
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
        'This run has no proxy. Pass `password` or `proxyUrls`, set the variable APIFY_PROXY_PASSWORD, or turn on ' +
            "the engine's option `proxy`.",
    );
}

function check(
    { proxyUrls, newUrlFunction }: ProxyConfigurationOptions,
    groups: readonly unknown[],
    countryCode: unknown,
): void {
    const own = proxyUrls ?? newUrlFunction;
    if (own !== undefined && (groups.length > 0 || countryCode !== undefined)) {
        throw invalid('options', { groups, countryCode }, 'without groups and country if custom proxies are set');
    }
    if (proxyUrls !== undefined) {
        const areUrls = Array.isArray(proxyUrls) && proxyUrls.every((url) => url === null || URL.canParse(url));
        if (!areUrls || proxyUrls.length === 0) throw invalid('options.proxyUrls', proxyUrls, 'a list of URLs');
    }
    const wrong = groups.find((group) => typeof group !== 'string' || !WORD.test(group));
    if (wrong !== undefined) throw invalid('options.groups', wrong, 'made up of letters, digits, `_`, `.` and `~`');
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
